"""What a fault is, the scene that it breaks, and how a run in it ends."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from tagship.adapters.manifests import manifest_path
from tagship.domain.artifact import Artifact, Manifest, upload_order
from tagship.domain.config import Auth
from tagship.domain.deadline import Extent
from tagship.domain.endpoints import TWO_WEEKS, Endpoints
from tagship.errors import Exit, TagshipError
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.perform import Pace, Part, workplace_in
from tagship.rehearsal.world import StandInWorld
from tagship.workflow import plans
from tagship.workflow.execute import Execution
from tagship.workflow.files.leftovers import sweep
from tagship.workflow.stages import Onlooker, Stages
from tagship.workflow.steps.prove import Patience
from tagship.workflow.workplace import Workplace

HURRY = 1000.0
"""How much faster than by the clock on the wall a rehearsal of a fault waits."""


@dataclass(slots=True)
class Scene:
    """A world of its own, what was built there before, and the credential that a run is given.

    `manifest` names the files of the shared build, which lie in the world where the fault is met after building;
    `patience` is in seconds. `environ` are variables for the time of a run, in place of those of the process. `seen` is
    where an arrangement notes what it did, `open` holds what it started until the scene ends.
    """

    world: StandInWorld
    part: Part
    manifest: Manifest
    build: Path
    patience: float
    token: str | None = None
    auth: Auth = Auth.TOKEN
    environ: dict[str, str] = field(default_factory=dict)
    pace: Pace = field(default_factory=lambda: Pace(HURRY))
    seen: list[str] = field(default_factory=list)
    open: ExitStack = field(default_factory=ExitStack)

    @property
    def index(self) -> StandInIndex:
        """The index to break."""
        return self.world.index

    @property
    def endpoints(self) -> Endpoints:
        """Where the index answers."""
        return self.index.endpoints

    @property
    def files(self) -> tuple[Artifact, ...]:
        """What was built, in the order in which it is uploaded."""
        return upload_order(self.manifest.files)

    def path(self, artifact: Artifact) -> Path:
        """Where a file of the shared build lies."""
        return self.build / artifact.filename

    @contextmanager
    def workplace(self) -> Iterator[Workplace]:
        """The project and the stand-ins, with the credential of now."""
        given = {} if self.token is None else {"TAGSHIP_TOKEN": self.token}
        wanted = workplace_in(self.world, self.part, given, index=self.endpoints, auth=self.auth, pace=self.pace)
        with surroundings(self.environ), wanted as place:
            yield place

    def bring_build(self) -> None:
        """Put the shared build where this world would have made its own: of the same commit, it counts as done."""
        dist = self.world.project / "dist"
        if not dist.exists():
            shutil.copytree(self.build, dist)
            shutil.copyfile(manifest_path(self.build), manifest_path(dist))

    def extent(self) -> Extent:
        """How much of the build the index holds, and until when it takes more."""
        held = [self.index.store.file(artifact.filename) for artifact in self.manifest.files]
        ours = {artifact.sha256 for artifact in self.manifest.files}
        times = [file.uploaded_at for file in held if file is not None and file.sha256 in ours]
        return Extent(len(times), len(self.manifest.files), min(times) + TWO_WEEKS if times else None)

    def days_left(self) -> int | None:
        """Days in which the index still takes files of what is public in part; None where nothing is."""
        extent = self.extent()
        return extent.days_left(datetime.now(UTC)) if extent.partial else None

    def mend(self) -> None:
        """Let the index and the credential be as they should."""
        self.index.server.before = lambda _: None
        self.index.server.after = lambda _, response: response
        self.index.admin.read_only = False
        self.token = self.index.tokens.issue(ACCOUNT)
        self.bring_build()


@contextmanager
def surroundings(variables: Mapping[str, str]) -> Iterator[None]:
    """Within, the process has these variables as well: what asks for an identity looks nowhere else."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended: `exit` is an exit code, or 128 and the number of a signal; `stage` where it stopped, or None."""

    exit: int
    stage: str | None
    error: TagshipError | None
    explanation: str


Perform: TypeAlias = Callable[[Scene, Onlooker], Ending]


def ship(scene: Scene, onlooker: Onlooker) -> Ending:
    """Carry out the plan of `ship`, unchanged."""
    with scene.workplace() as place:
        execution = Execution(onlooker)
        try:
            proof = _ship(place, execution, onlooker, Patience(scene.patience, scene.pace.pause, scene.pace.clock))
        except TagshipError as error:
            stopped = next((result.name for result in execution.results if result.outcome == "stopped"), None)
            return Ending(error.exit, stopped, error, error.message)
        return Ending(Exit.READY, None, None, proof)


def _ship(place: Workplace, execution: Execution, onlooker: Onlooker, patience: Patience) -> str:
    with place.alone():
        sweep(place.dist)
        stages = Stages(place, execution, onlooker, patience=patience)
        execution.run(plans.ship(stages))
        return f"{len(stages.prove.proved().proof.served)} files are served and proved"


def _no_witness(_: Scene) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of breaking, and how a release then ends.

    `does` is a clause. `stage` is where it stops, None where it goes through; `exit` as in `Ending`. `says` is a
    pattern that the explanation holds, without regard to case. `arrange` breaks the scene, `mend` does what is to be
    done to it beyond `Scene.mend` before the second run. `built` tells whether the build lies there already.
    `witness` tells after a run that goes through what was seen of the fault. `about` are the checks that a project
    may not have set aside here.
    """

    name: str
    does: str
    stage: str | None
    exit: int
    resumable: bool
    says: str
    arrange: Callable[[Scene], None]
    mend: Callable[[Scene], None] = lambda _: None
    built: bool = True
    perform: Perform = ship
    witness: Callable[[Scene], str] = _no_witness
    about: tuple[str, ...] = ()
