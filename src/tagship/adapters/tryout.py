"""Built files tried out as a user would: installed from the file, imported, their scripts started."""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Self

from tagship.adapters.environments import Environment, Pip, Uv, environment_at, find_uv, make_environment
from tagship.adapters.interpreters import Interpreter, choose, fitting, interpreters
from tagship.adapters.looking import look_around_in
from tagship.adapters.probe import comes_with_an_extra, missing_library
from tagship.adapters.process import Completed, run
from tagship.adapters.said import last_lines
from tagship.adapters.venv import without_other_sources
from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Artifact
from tagship.domain.built import Installation
from tagship.errors import Edit, FactUnknown, ProofFailed, UsageError

STARTING = 30.0
"""Seconds for a script to say how it is called; one that takes longer has started, which is all that is asked."""
PURE = "-none-any.whl"
"""How a wheel's name ends that is for every machine."""
AT_ONCE = 2
"""Interpreters that are tried at the same time."""

_UNREACHABLE = re.compile(
    r"error sending request|dns error|tcp connect error|connection refused|connection reset|timed out"
    r"|network is unreachable|network connectivity is disabled|connection broken|NewConnectionError"
    r"|Max retries exceeded|Could not fetch URL|name resolution|failed to fetch|tunnel",
    re.IGNORECASE,
)
_UNRESOLVED = re.compile(
    r"no solution found|network was disabled|no matching distribution found|could not find a version", re.IGNORECASE
)
"""How installers speak of what they cannot find, be it for want of a network."""
_NO_MODULE = re.compile(r"^(?P<kind>ModuleNotFoundError|ImportError|OSError): (?P<said>.*)$")
_NAME = re.compile(r"No module named '(?P<name>[^']+)'")


def try_out(
    paths: Sequence[Path],
    *,
    requires_python: str | None,
    pythons: Sequence[str] = (),
    sdist_too: bool = False,
    offline: bool = False,
    companions: Sequence[Path] = (),
    temporary: Path | None = None,
) -> tuple[Installation, ...]:
    """What becomes of one project's files in a clean environment of each interpreter at hand that they are for.

    Each interpreter gets the wheel that an installer would choose for it, or the sdist where no wheel fits; one that
    nothing fits gets none, and no answer. The names of the files must be those of distributions. `pythons` names
    interpreters by their versions, in place of our own, the newest and the oldest that will do.

    `sdist_too` is for files of which nobody knows that the wheel was built from the sdist: beside a wheel for every
    machine, the sdist is tried once. `offline`, what the files depend on comes from the installer's cache. It may also
    lie in the directories of their `companions`, which no index serves yet. Raises FactUnknown where an interpreter is
    not here, or where what the files depend on cannot be had.
    """
    uv = find_uv()
    with workshop("try-out", base=temporary, failure=FactUnknown) as room:
        environ = without_other_sources()
        chosen = choose(pythons, requires_python, lambda: interpreters(uv, cwd=room, environ=environ))
        wanted = [(python, path) for python in chosen if (path := fitting(paths, python)) is not None]
        if sdist_too:
            wanted += _beside_a_pure_wheel(wanted, paths)
        found = [word for each in companions for word in ("--find-links", str(each.resolve()))]
        with _Trials(room, environ, uv, offline=offline, more=found) as trials:
            return trials.run(wanted)


def _beside_a_pure_wheel(
    wanted: Sequence[tuple[Interpreter, Path]], paths: Sequence[Path]
) -> Sequence[tuple[Interpreter, Path]]:
    """The sdist for one interpreter that would get a wheel for every machine: our own, if that is among them."""
    pure = sorted((python for python, path in wanted if path.name.endswith(PURE)), key=lambda each: not each.own)
    sdists = [path for path in paths if path.name.endswith(".tar.gz")]
    return [(pure[0], sdists[0])] if pure and sdists else []


@dataclass(frozen=True, slots=True)
class _Trial:
    """One file in one environment."""

    python: Path
    environment: Environment
    room: Path
    name: str
    file: Path


class _Trials:
    """Trials side by side; leaving the context by an error ends every process that one of them started."""

    def __init__(
        self, room: Path, environ: Mapping[str, str], uv: Uv | None, *, offline: bool, more: Sequence[str]
    ) -> None:
        self._room = room
        self._more = more
        self._offline = offline
        self._environ = environ
        self._uv = uv
        self._stop = Event()
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def run(self, wanted: Sequence[tuple[Interpreter, Path]]) -> tuple[Installation, ...]:
        """Every installation, in order; what is known of one stands against what is unknown of another."""
        futures = [self._pool.submit(self._try, number, *each) for number, each in enumerate(wanted)]
        done: list[Installation] = []
        unknown: list[FactUnknown] = []
        for future in futures:
            try:
                done.append(future.result())
            except FactUnknown as reason:
                unknown.append(reason)
        if unknown and not any(each.refused or each.failed or each.broken_scripts for each in done):
            raise unknown[0]
        return tuple(done)

    def _try(self, number: int, python: Interpreter, path: Path) -> Installation:
        room = self._room / str(number)
        room.mkdir()
        # A copy: nothing near it shows, and installers look at a path for more than its file.
        file = Path(shutil.copy(path, room / path.name))
        environment = self._make(room / "environment", python)
        name, _ = Artifact(path.name, 0, "").identity
        trial = _Trial(environment.python, environment, room, name, file)
        done = self._install(trial)
        if done.returncode != 0:
            return Installation(path.name, python.version, refused=self._refusal(path.name, python, done, room))
        return self._look(trial, python)

    def _make(self, place: Path, python: Interpreter) -> Environment:
        if self._uv is None:
            return make_environment(place, with_pip=not Pip().outer)
        done = self._uv.run(
            "venv", "--quiet", "--no-project", "--python", python.path, str(place),
            cwd=place.parent, env=self._environ, stop=self._stop,
        )  # fmt: skip
        if done.returncode != 0:
            raise FactUnknown(f"no clean environment of Python {python.version} can be made: {done.complaint}")
        return environment_at(place)

    def _install(self, trial: _Trial) -> Completed:
        if self._uv is None:
            alone = ("--no-index",) if self._offline else ()
            return Pip().run(
                trial.environment, "install", "--no-warn-script-location", "--no-cache-dir", *alone, *self._more,
                str(trial.file),
                cwd=trial.room, env=self._environ, stop=self._stop,
            )  # fmt: skip
        # Offline nothing can be refreshed, and of a file that lies in a new place nothing is in the cache.
        source = ("--offline",) if self._offline else ("--refresh-package", trial.name)
        return self._uv.run(
            "pip", "install", "--python", str(trial.python), *source, *self._more, "--", str(trial.file),
            cwd=trial.room, env=self._environ, stop=self._stop,
        )  # fmt: skip

    def _refusal(self, filename: str, python: Interpreter, done: Completed, room: Path) -> str:
        """What the installer has against a file; raises FactUnknown where it is the network that it is about."""
        said = last_lines(done.stderr or done.stdout).replace(f"{room}{os.sep}", "")
        if self._offline and _UNRESOLVED.search(said):
            raise FactUnknown(
                f"what {filename} needs on Python {python.version} is not here, and --offline was given:\n{said}",
                remedy=Edit("run it again with a network, or look only, with --no-install"),
            )
        if _UNREACHABLE.search(said):
            raise FactUnknown(
                f"what {filename} needs on Python {python.version} cannot be fetched:\n{said}",
                remedy=Edit("look at the network, and run it again"),
            )
        return said

    def _look(self, trial: _Trial, python: Interpreter) -> Installation:
        filename = trial.file.name
        try:
            seen = look_around_in(trial.python, trial.name, trial.room, self._environ, scripts=True, stop=self._stop)
        except ProofFailed as failure:
            return Installation(filename, python.version, failed={trial.name: failure.message})
        broken, lacking = dict(seen.broken), dict(seen.lacking_scripts)
        for script in seen.scripts:
            reason = self._start(trial, script, set(seen.optional))
            if reason is not None:
                (lacking if missing_library(OSError(reason)) else broken)[script] = reason
        return Installation(
            filename=filename,
            python=seen.python,
            version=seen.version,
            imported=seen.imported,
            failed=seen.failed,
            scripts=tuple(script for script in seen.scripts if script not in {*broken, *lacking}),
            broken_scripts=broken,
            wanting=seen.wanting,
            lacking=seen.lacking,
            lacking_scripts=lacking,
        )

    def _start(self, trial: _Trial, script: str, optional: set[str]) -> str | None:
        """Why a script does not start; None for one that does, whatever it says of `--help`."""
        suffix = ".exe" if os.name == "nt" else ""
        home = trial.room / "home"
        home.mkdir(exist_ok=True)
        path = trial.environment.scripts / f"{script}{suffix}"
        try:
            done = run(
                [str(path), "--help"],
                cwd=trial.room / "empty",
                env={**self._environ, "HOME": str(home)},
                timeout=STARTING,
                check=False,
                stop=self._stop,
            )
        except UsageError as refused:
            return refused.message
        except FactUnknown:
            return None
        return None if done.returncode == 0 else _missing_in(done, optional)


def _missing_in(done: Completed, optional: set[str]) -> str | None:
    """What a script that gave up did not find; None where it had another reason, or what an extra would bring."""
    last = last_lines(done.stderr, 1).strip()
    found = _NO_MODULE.match(last)
    if found is None or b"Traceback (most recent call last)" not in done.stderr:
        return None
    if missing_library(OSError(last)):
        return last
    if found["kind"] == "OSError":
        return None
    named = _NAME.search(found["said"])
    error = ModuleNotFoundError(found["said"], name=named["name"] if named else None)
    return last if comes_with_an_extra(error, optional) is None else None
