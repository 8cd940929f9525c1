"""A release that takes a quarter of a second: real plan, real repository, real servers, handmade files.

What is built and what installs is made by hand, because what is looked at here is everything around it. Every build
has other bytes than the one before, as of a backend that is not reproducible: whoever builds twice is found out.
"""

import io
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from servers.handmade import make_sdist, make_wheel
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.http import HttpClient, Patience
from tagship.adapters.index import PackageIndex
from tagship.adapters.manifests import read_manifest
from tagship.cli.carry_out import carry_out, show_plan
from tagship.cli.console import Console
from tagship.cli.dispatch import _guarded
from tagship.cli.options import Options
from tagship.domain.artifact import Manifest
from tagship.domain.config import Auth
from tagship.domain.credential import Secret
from tagship.domain.endpoints import Endpoints
from tagship.domain.facts import Host, Installed
from tagship.domain.plan import Plan
from tagship.errors import Exit
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.sample import HISTORY, files_of
from tagship.workflow import plans
from tagship.workflow.execute import preview
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.stages import Stages
from tagship.workflow.steps.build import is_whole
from tagship.workflow.steps.release import MANIFEST_ASSET, RECEIPT_ASSET
from tagship.workflow.workplace import Wishes, Workplace

PROJECT, VERSION, TAG = "sample-ship", "1.2.0", "v1.2.0"
MODULE = files_of(HISTORY)["src/sample_ship/__init__.py"]
FILES = {f"sample_ship-{VERSION}-py3-none-any.whl", f"sample_ship-{VERSION}.tar.gz"}
REPOSITORY = "stand-in/sample"
SHORT = Patience(base_delay=0.01)
"""Between tries; the usual pauses are for people's networks."""
PLANS: Mapping[str, Callable[[Stages], Plan]] = {
    "announce": plans.announce,
    "build": plans.build,
    "publish": plans.publish,
    "prove": plans.prove,
    "ship": plans.ship,
}


class HandBuilder:
    """The port `Builder`: a wheel and an sdist of what the commit holds, and never the same twice."""

    def build(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        stem = f"sample_ship-{VERSION}"
        keywords = f"{tag},{commit},{secrets.token_hex(8)}"
        fields = {"whole": MODULE, "Requires_Python": ">=3.9", "Keywords": keywords}
        make_wheel(target, PROJECT, VERSION, extra={"sample_ship/py.typed": b""}, **fields)
        make_sdist(target, PROJECT, VERSION, extra={f"{stem}/sample_ship/py.typed": b""}, **fields)
        return {"hand": "1"}


class Room:
    """The port `CleanRoom`, which believes what it is told."""

    def ready(self, requires_python: str | None) -> None:
        """There is always one."""

    def install(self, project: str, version: str, *, requires_python: str | None) -> Installed:
        del requires_python
        return Installed(version, (project.replace("-", "_"),), "3.13.0")


@dataclass(frozen=True, slots=True)
class Outside:
    """Where a project is and what it talks to: all that a run needs to be told."""

    directory: str
    simple: str
    upload: str
    token: str = field(repr=False)
    host_api: str
    host_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    exit: int
    stdout: str
    stderr: str


def handmade(plan: Callable[[Stages], Plan]) -> Callable[[Stages], Plan]:
    """A plan whose files are made, and whose installation is seen, by hand."""

    def make(stages: Stages) -> Plan:
        stages.build._builder = HandBuilder()
        stages.prove._clean_room = Room()
        return plan(stages)

    return make


def perform(outside: Outside, command: str, console: Console, options: Options, *, real: bool = False) -> Exit:
    """What the command of that name does; with handmade files unless it is to be `real`."""
    plan = PLANS[command] if real else handmade(PLANS[command])
    with HttpClient() as http, _workplace(outside, console, http) as place:
        if options.plan:
            return show_plan(plan, place, options, console)
        stages = carry_out(plan, place, options, console)
        match command:
            case "build":
                console.show(place.manifest())
            case "publish" | "announce":
                console.show(preview(PLANS[command](stages)))
            case _:
                console.show(stages.prove.proved())
    return Exit.READY


def _workplace(outside: Outside, console: Console, http: HttpClient) -> Workplace:
    endpoints = Endpoints("stand-in", outside.simple, outside.upload)

    def host() -> Host:
        owner, name = REPOSITORY.split("/")
        token = Secret(outside.host_token, origin="the stand-in host")
        console.learn(token)
        api = outside.host_api
        return GitHubReleases(http, owner, name, token, api=api, uploads=api, patience=SHORT)

    wishes = Wishes(
        index=endpoints,
        auth=Auth.TOKEN,
        host_name="github",
        host=host,
        on_secret=console.learn,
        # As with the clean room of the proof: what is run a hundred times does without.
        no_install="it is tried out elsewhere",
    )
    environ = {"TAGSHIP_TOKEN": outside.token}
    place = Workplace(Path(outside.directory), tag=TAG, environ=environ, wishes=wishes)
    place._index = PackageIndex(endpoints, http, base_delay=SHORT.base_delay)
    return place


class Scene:
    """A project of its own, an index and a code host; they exist inside `scene`."""

    def __init__(self, directory: Path, index: StandInIndex, host: StandInHost) -> None:
        self.directory = directory
        self.index = index
        self.host = host
        self.untouched = listing(directory)

    @property
    def dist(self) -> Path:
        return self.directory / "dist"

    @property
    def outside(self) -> Outside:
        endpoints = self.index.endpoints
        return Outside(
            directory=str(self.directory),
            simple=endpoints.simple,
            upload=endpoints.upload,
            token=self.index.token,
            host_api=self.host.api_url,
            host_token=self.host.token,
        )

    def run(self, command: str = "ship", **wishes: object) -> Outcome:
        """Run a command in this process."""
        options = Options(yes=True, **wishes)
        stdout, stderr = io.StringIO(), io.StringIO()
        console = Console(form=options.format, color=False, environ={}, stdout=stdout, stderr=stderr)
        code = _guarded(lambda: perform(self.outside, command, console, options), console, debug=options.debug)
        return Outcome(code, stdout.getvalue(), stderr.getvalue())

    @property
    def manifest(self) -> Manifest:
        manifest = read_manifest(self.dist)
        assert manifest is not None
        return manifest

    @property
    def served(self) -> dict[str, str]:
        """What the index holds of the project: sha256 by file name."""
        project = self.index.store.project(PROJECT)
        files = [] if project is None else list(project.files)
        assert len({file.filename for file in files}) == len(files)
        return {file.filename: file.sha256 for file in files}

    @property
    def ours(self) -> dict[str, str]:
        return {file.filename: file.sha256 for file in self.manifest.files}

    @property
    def sent(self) -> int:
        """How many uploads the index answered with yes, repeated ones included."""
        return sum(1 for each in self.index.log if each.method == "POST" and each.status == 200)

    @property
    def posted(self) -> int:
        """How many uploads and probes the index got."""
        return sum(1 for each in self.index.log if each.method == "POST")

    def check_built(self) -> None:
        """The directory holds the build and nothing else, and nothing unfinished lies beside it."""
        assert is_whole(self.dist, self.manifest)
        assert {path.name for path in self.dist.iterdir()} == FILES
        beside = {"dist", *(f"dist/{name}" for name in FILES), "dist.manifest.json", "dist.receipt.json"}
        assert listing(self.directory) - self.untouched <= beside

    def check_published(self) -> None:
        """The index holds what was built, each file once."""
        self.check_built()
        assert self.served == self.ours

    def check_released(self) -> None:
        """As if nothing had ever gone wrong."""
        self.check_published()
        assert receipt_path(self.dist).is_file()
        (release,) = self.host.releases
        assert not release.draft
        assert [asset.name for asset in release.assets] == [MANIFEST_ASSET, RECEIPT_ASSET]

    def check_promises(self) -> None:
        """What must hold at every moment, however a run ended."""
        if self.served:
            assert is_whole(self.dist, self.manifest)
            assert self.served.items() <= self.ours.items()
        if any(not release.draft for release in self.host.releases):
            assert self.served == self.ours

    def is_untouched(self) -> bool:
        """Whether nothing was built, sent or drafted."""
        return listing(self.directory) == self.untouched and not self.served and not list(self.host.releases)


def listing(directory: Path) -> set[str]:
    """Every path below a directory, but for what git keeps to itself."""
    found: set[str] = set()
    for folder, folders, files in os.walk(directory):
        if Path(folder) == directory:
            folders.remove(".git")
        found |= {os.path.relpath(os.path.join(folder, name), directory) for name in (*folders, *files)}  # noqa: PTH118
    return found


@contextmanager
def scene(template: Path, directory: Path, *, finished: Sequence[str] = ()) -> Iterator[Scene]:
    """A fresh copy of the sample and fresh servers; `finished` names commands that were carried out before."""
    shutil.copytree(template, directory, symlinks=True)
    with ExitStack() as stack:
        index = stack.enter_context(StandInIndex(directory.with_name(f"{directory.name}-index")))
        host = stack.enter_context(StandInHost(REPOSITORY))
        made = Scene(directory, index, host)
        for command in finished:
            done = made.run(command)
            assert done.exit == Exit.READY, done.stderr
        yield made
        assert index.server.crashes == []
        assert host.server.crashes == []
