"""What the scenes of one rehearsal share: a build, and the knowledge of what the project does not pass by itself."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tagship.adapters.manifests import manifest_path
from tagship.domain.artifact import Manifest
from tagship.domain.finding import Report
from tagship.rehearsal.faults.fault import Fault, Scene
from tagship.rehearsal.perform import Part, workplace_in, world_of
from tagship.workflow import examinations, plans
from tagship.workflow.execute import Execution
from tagship.workflow.stages import Onlooker, Stages
from tagship.workflow.steps.prove import Patience

TRIED_OUT = "the build that all faults share was tried out once, before them"
WHY = "the project does not pass it by itself, and the fault would not show"
OWN_FILE, SHARED_FILE = "tagship.toml", "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Kit:
    """`part` names the tag; `build` is where the built files lie, their manifest beside it; `set_aside` are checks."""

    source: Path
    part: Part
    manifest: Manifest
    build: Path
    set_aside: tuple[str, ...]
    patience: float

    @property
    def aside(self) -> str:
        """How many checks the project does not pass by itself, and which is the first."""
        first, *more = self.set_aside
        return (
            f"{first} and {len(more)} more that the project does not pass" if more else f"{first}, which fails anyway"
        )

    @contextmanager
    def scene(self, fault: Fault) -> Iterator[Scene]:
        """A fresh world with nothing broken yet, and with the build where the fault is met after building."""
        with world_of(self.source, self.part) as world:
            set_aside(world.project, [check for check in self.set_aside if check not in fault.about])
            part = replace(self.part, no_install=TRIED_OUT)
            scene = Scene(world, part, self.manifest, self.build, self.patience, token=world.index.token)
            if fault.built:
                scene.bring_build()
            with scene.open:
                yield scene


@contextmanager
def kit_for(source: Path, part: Part, onlooker: Onlooker, *, patience: float) -> Iterator[Kit]:
    """Build once, in a world of its own, with the gate before it and the validation after it; both may say no.

    Raises what a rehearsal raises, but for a report that is not ready.
    """
    with tempfile.TemporaryDirectory(prefix="tagship-build-", ignore_cleanup_errors=True) as folder:
        build = Path(folder) / "dist"
        with world_of(source, part) as world:
            with workplace_in(world, part, {"TAGSHIP_TOKEN": world.index.token}) as place:
                reports = [examinations.gate(place)]
                execution = Execution(onlooker)
                execution.run(plans.build(Stages(place, execution, onlooker, patience=Patience())))
                reports.append(examinations.validate(place))
                manifest = place.manifest()
                shutil.copytree(place.dist, build)
                shutil.copyfile(manifest_path(place.dist), manifest_path(build))
            tag = world.tag
        aside = tuple(check for report in reports for check in _in_the_way(report))
        yield Kit(source, replace(part, tag=tag), manifest, build, aside, patience)


def set_aside(project: Path, checks: Sequence[str]) -> None:
    """Exempt checks in the configuration of a copy."""
    if not checks:
        return
    own = project / OWN_FILE
    path, table = (own, "exempt") if own.is_file() else (project / SHARED_FILE, "tool.tagship.exempt")
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    header = f"[{table}]"
    lines = "".join(f'{check} = "{WHY}"\n' for check in checks)
    if header in text:
        before, _, after = text.partition(f"{header}\n")
        changed = f"{before}{header}\n{lines}{after}"
    else:
        changed = f"{text.rstrip()}\n\n{header}\n{lines}".lstrip()
    path.write_text(changed, encoding="utf-8", newline="\n")


def _in_the_way(report: Report) -> Iterator[str]:
    return (verdict.id for verdict in report.verdicts if verdict.blocks or verdict.leaves_open)
