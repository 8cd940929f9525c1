"""What takes minutes, begun before anything else is asked: tests, a build, the public API, the project's own checks.

Each runs in a thread, in a throwaway copy of the tree; not a byte of the repository changes.
"""

import os
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Generic, Self, TypeVar

from packaging.version import Version

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git import GitRepository
from tagship.adapters.git.questions import READING
from tagship.adapters.git.scratch import scratch
from tagship.adapters.git.working import WorkingTree
from tagship.adapters.process import ATTENTION, stoppable
from tagship.adapters.test_command import Environment, Suite, discover, nearest_environment
from tagship.adapters.trial import ANOTHER_COMMAND, last, network_was_missing, run_trial, trial_environment
from tagship.adapters.workshop import workshop
from tagship.domain.branch import Breakage, Trial
from tagship.domain.config import Config, CustomCheck
from tagship.domain.finding import Finding, NotApplicable, Report
from tagship.errors import Edit, FactUnknown, InFile
from tagship.workflow.several.subdirectory import Subdirectory

T = TypeVar("T")

OnLine = Callable[[str, str], None]
"""Called in the trial's thread with its name, `tests`, `build` or the id of a check, and a line of what it says."""

OWN_CHECK = 600.0
"""Seconds for one of the project's own checks."""
MOST_PLACES = 200
"""Places that are kept of what one of the project's own checks says."""
INSTALLING = frozenset({"hatch", "nox", "tox", "uv", "uvx", "pipx"})
"""Programs that make the environment in which they run something."""
_PLACE = re.compile(r"(?P<path>[^\s:][^:]*):(?P<line>\d{1,9}):(?:(?P<column>\d{1,9}):)?\s*(?P<message>\S.*)")
_NO_MODULE = re.compile(r"No module named '(?P<name>\w+)")
_TESTS_FOLDER = re.compile(r"(?:.*/)?tests?/.*", re.IGNORECASE)


def _unheard(_which: str, _line: str) -> None:
    """What nobody listens to."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What is tried: a project in a repository, `inside` its directory below the top, empty for the top itself.

    `name` is the project's. `tag` and `version` are those of the release that it would become, None where nobody knows.
    `before` is the tag of the release with which the public API is compared, None where there is none.
    """

    repository: GitRepository
    config: Config
    name: str
    inside: str = ""
    tag: str | None = None
    version: Version | None = None
    before: str | None = None


class Trials:
    """The trials of one tree, a context manager: whatever still runs when it is left is ended.

    Nothing runs before `start`, or before it is asked for; what is asked for is waited for, and told again as often as
    asked. `environ` is the environment of whoever asks. `offline`, nothing is run that fetches what it needs.
    """

    def __init__(
        self, tried: Tried, *, environ: Mapping[str, str], offline: bool = False, on_line: OnLine = _unheard
    ) -> None:
        self._tried = tried
        self._environ = environ
        self._offline = offline
        self._on_line = on_line
        self._stop = threading.Event()
        self._excused: Mapping[str, str] = {}
        self._tests = _Job(self._run_tests, self._stop)
        self._build = _Job(self._run_build, self._stop)
        self._api = _Job(self._compare, self._stop)
        self._own = _Job(self._run_own, self._stop)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, excused: Mapping[str, str], *, fast: bool = False) -> None:
        """Begin with everything but what only the checks in `excused` would ask for; when `fast`, with no trial at all.

        `excused` maps the ids of checks to reasons, for the checks of the built files as well.
        """
        self._excused = excused
        if fast:
            return
        # What takes longest first: there may be fewer processors than trials.
        for job, checks in (
            (self._tests, {"tests-pass"}),
            (self._build, {"project-builds", "distributions-are-valid"}),
            (self._own, {check.id for check in self._tried.config.checks}),
            (self._api, {"bump-fits-the-api"}),
        ):
            if not checks <= excused.keys():
                job.start()

    def close(self) -> None:
        """End what still runs, and wait until its copies are gone."""
        self._stop.set()
        for job in (self._tests, self._build, self._own, self._api):
            job.wait()

    # -- what is asked for ------------------------------------------------------------------------------------------

    def tests(self) -> Trial:
        """How the tests ended; raises FactUnknown where they cannot be run, NotApplicable where there are none."""
        return self._tests.result()

    def built_report(self) -> Report:
        """What `validate` says of the tree's distributions; raises BuildFailed where they do not build."""
        return self._build.result()

    def breakages(self) -> Sequence[Breakage]:
        """What is broken of the public API; raises NotApplicable where there is no release to compare with."""
        return self._api.result()

    def custom(self, check: str) -> Sequence[Finding]:
        """What a check of the project's own found; raises FactUnknown where it could not be run."""
        outcome = self._own.result()[check]
        if isinstance(outcome, FactUnknown):
            raise outcome
        return outcome

    # -- the work, each in its thread -------------------------------------------------------------------------------

    def _run_tests(self) -> Trial:
        config = self._tried.config
        with self._copy() as place:
            suite = self._suite(place)
            trial = run_trial(
                suite.argv,
                place.directory,
                # What makes its own environment installs the copy there; for all others its source comes first.
                environ=place.environ(source=not suite.installs),
                seconds=config.test_minutes * 60,
                on_line=lambda line: self._on_line("tests", line),
                stop=self._stop,
            )
            if place.environment.root is None and not suite.sure:
                _prove_all_is_installed(trial, place)
        unreachable = network_was_missing(trial) if suite.installs else None
        if unreachable is not None:
            raise FactUnknown(
                f"what the tests need cannot be fetched: {unreachable}",
                remedy=Edit("look at the network, and try again"),
            )
        return trial

    def _suite(self, place: "_Place") -> Suite:
        """The command that the project decided for, or the one that its files tell of."""
        configured = self._tried.config.test
        if configured is not None:
            installs = Path(configured[0]).stem in INSTALLING
            return Suite(configured, "the configuration names it", installs=installs)
        tree = DirectoryTree(place.directory)
        found = discover(tree, place.which, place.environment, may_install=not self._offline)
        if found is not None:
            return found
        if not any(map(_TESTS_FOLDER.fullmatch, tree.paths())):
            raise NotApplicable("the project has no tests")
        raise FactUnknown("how the tests are run cannot be told from the project's files", remedy=ANOTHER_COMMAND)

    def _run_build(self) -> Report:
        from tagship.workflow.readiness.trial_build import report_on_build  # noqa: PLC0415 -- loads what builds

        tried = self._tried
        return report_on_build(
            tried.repository,
            tried.config,
            inside=tried.inside,
            tag=tried.tag,
            version=tried.version,
            offline=self._offline,
            excused=self._excused,
            on_line=lambda line: self._on_line("build", line),
        )

    def _compare(self) -> Sequence[Breakage]:
        tried = self._tried
        if tried.before is None:
            raise NotApplicable("there is no earlier release to compare with")
        from tagship.adapters.api import find_breakages  # noqa: PLC0415 -- one check needs it

        inside, before = Subdirectory(tried.inside), tried.repository.tree(tried.before)
        with WorkingTree(tried.repository) as now:
            found = find_breakages(
                inside.tree(before), inside.tree(now), tried.name, environ=self._environ, stop=self._stop
            )
        return tuple(
            breakage if breakage.path is None else replace(breakage, path=inside.path(breakage.path))
            for breakage in found
        )

    def _run_own(self) -> Mapping[str, Sequence[Finding] | FactUnknown]:
        """One after the other, in one copy: checks look and do not write."""
        outcomes: dict[str, Sequence[Finding] | FactUnknown] = {}
        with self._copy() as place:
            for check in self._tried.config.checks:
                if check.id in self._excused:
                    continue
                try:
                    outcomes[check.id] = tuple(self._ask(check, place))
                except FactUnknown as unknown:
                    outcomes[check.id] = unknown
        return outcomes

    def _ask(self, check: CustomCheck, place: "_Place") -> Iterator[Finding]:
        places: list[Finding] = []

        def hear(line: str) -> None:
            self._on_line(check.id, line)
            found = self._place_in(line, place) if len(places) < MOST_PLACES else None
            if found is not None:
                places.append(replace(found, remedy=Edit(check.fix)))

        trial = run_trial(
            check.command, place.directory, environ=place.environ(), seconds=OWN_CHECK, on_line=hear, stop=self._stop
        )
        if trial.ended is None:
            raise FactUnknown(
                f"{check.command[0]} was ended after {OWN_CHECK:g} seconds",
                remedy=Edit(f"let the command of {check.id} end sooner"),
            )
        if trial.passed:
            return
        yield from places
        if not places:
            said = "\n".join(last(trial.tail)) or f"{check.command[0]} ended with {trial.ended}"
            where = None if self._tried.config.source is None else InFile(self._tried.config.source)
            yield Finding(said, where=where, remedy=Edit(check.fix))

    def _place_in(self, line: str, place: "_Place") -> Finding | None:
        """A line such as `path:12: what is wrong`, where the path is one of the project's files."""
        told = _PLACE.fullmatch(line)
        if told is None:
            return None
        path = told["path"].removeprefix(f"{place.directory}{os.sep}").removeprefix("./")
        if Path(path).is_absolute() or ".." in Path(path).parts or not (place.directory / path).is_file():
            return None
        # Some tools count from nought, or say nought for a whole file; reports count from one.
        row, column = (int(told[part] or 0) or None for part in ("line", "column"))
        shown = Subdirectory(self._tried.inside).path(Path(path).as_posix())
        return Finding(told["message"], where=InFile(shown, row, column if row else None))

    @contextmanager
    def _copy(self) -> Iterator["_Place"]:
        """The project as it lies here, in a directory of its own, with what git ignores among its modules."""
        tried = self._tried
        project = tried.repository.root / tried.inside
        environment = nearest_environment(project, self._environ, Path(sys.executable))
        told = {"TAGSHIP_TAG": tried.tag, "TAGSHIP_VERSION": tried.version}
        known = {name: str(value) for name, value in told.items() if value is not None}
        known |= {"UV_OFFLINE": "1", "PIP_NO_INDEX": "1"} if self._offline else {}
        with (
            scratch(tried.repository, "HEAD", changes=True, hooks=False, offline=self._offline) as copy,
            workshop("trial", failure=FactUnknown) as room,
        ):
            bring_what_was_built(tried.repository, copy.directory)
            yield _Place(project, copy.directory / tried.inside, room, environment, {**self._environ, **known})


@dataclass(frozen=True, slots=True)
class _Place:
    """A copy of the project to run something in, and what that sees: `outside` is what whoever asks sees."""

    project: Path
    directory: Path
    room: Path
    environment: Environment
    outside: Mapping[str, str]

    def environ(self, *, source: bool = True) -> dict[str, str]:
        """The variables for a command, with the copy's source in front of what is installed, or not."""
        return trial_environment(
            self.outside,
            project=self.project,
            copy=self.directory,
            room=self.room,
            environment=self.environment.root,
            source=source,
        )

    def which(self, program: str) -> str | None:
        """Where a program is, for a command."""
        return shutil.which(program, path=self.environ().get("PATH"))


def _prove_all_is_installed(trial: Trial, place: _Place) -> None:
    """Raise FactUnknown where the tests need what is not here, in an environment that nobody made for them."""
    named = (_NO_MODULE.search(line) for line in trial.tail)
    missing = [found["name"] for found in named if found is not None and not trial.passed]
    theirs = [name for name in missing if not any(place.directory.glob(f"**/{name}/__init__.py"))]
    if theirs:
        raise FactUnknown(
            f"the tests need {theirs[0]}, which is not installed for {place.environment.python}",
            remedy=Edit(
                "make an environment for the project in .venv, with what its tests need, or activate the one it has"
            ),
        )


def bring_what_was_built(repository: GitRepository, copy: Path) -> None:
    """Copy the modules that git ignores and that lie in folders which it does not: a version file, built extensions.

    An editable install leaves them there, and without them the source cannot be imported.
    """
    listed = repository.git(
        "ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", settings=READING
    ).stdout
    for path in map(os.fsdecode, filter(None, listed.split(b"\0"))):
        if path.endswith((".py", ".so", ".pyd", ".dll", ".dylib")) and (copy / path).parent.is_dir():
            shutil.copy2(repository.root / path, copy / path, follow_symlinks=False)


class _Job(Generic[T]):
    """Something that is done once, in a thread, and told as often as it is asked for."""

    def __init__(self, work: Callable[[], T], stop: threading.Event) -> None:
        self._work = work
        self._stop = stop
        self._answer: list[T] = []
        self._refusal: BaseException | None = None
        self._beginning = threading.Lock()
        self._begun = False
        # Python 3.11 takes a thread for ended once a Ctrl-C came while it was joined.
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin, unless it has begun."""
        with self._beginning:
            if not self._begun:
                threading.Thread(target=self._run, daemon=True).start()
                self._begun = True

    def wait(self) -> None:
        """Wait for the end, if it has begun; a Ctrl-C is heard meanwhile."""
        while self._begun and not self._ended.wait(ATTENTION):
            continue

    def result(self) -> T:
        """What it came to; raises what it raised."""
        self.start()
        self.wait()
        if self._refusal is not None:
            raise self._refusal
        return self._answer[0]

    def _run(self) -> None:
        try:
            with stoppable(self._stop):
                self._answer.append(self._work())
        except BaseException as refusal:  # noqa: BLE001 -- whoever asks for the result gets it
            self._refusal = refusal
        finally:
            self._ended.set()
