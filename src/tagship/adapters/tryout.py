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

from packaging.utils import canonicalize_name

from tagship.adapters.environments import Environment, Pip, Uv, environment_at, find_uv, make_environment
from tagship.adapters.interpreters import Interpreter, choose, fitting, interpreters
from tagship.adapters.probe import comes_with_an_extra
from tagship.adapters.process import Completed, last_lines, run
from tagship.adapters.venv import look_around_in, without_other_sources
from tagship.adapters.workshop import workshop
from tagship.domain.built import Installation
from tagship.errors import Edit, FactUnknown, ProofFailed, UsageError

STARTING = 30.0
"""Seconds for a script to say how it is called; one that takes longer has started, which is all that is asked."""
AT_ONCE = 2
"""Interpreters that are tried at the same time."""

_UNREACHABLE = re.compile(
    r"error sending request|dns error|tcp connect error|connection refused|connection reset|timed out"
    r"|network is unreachable|network connectivity is disabled|connection broken|NewConnectionError"
    r"|Max retries exceeded|Could not fetch URL|name resolution|failed to fetch|tunnel",
    re.IGNORECASE,
)
_NO_MODULE = re.compile(r"^(?:ModuleNotFoundError|ImportError): (?P<said>.*)$")
_NAME = re.compile(r"No module named '(?P<name>[^']+)'")


def try_out(
    paths: Sequence[Path],
    *,
    requires_python: str | None,
    pythons: Sequence[str] = (),
    temporary: Path | None = None,
) -> tuple[Installation, ...]:
    """What becomes of one project's files in a clean environment of each interpreter at hand that they are for.

    Each interpreter gets the wheel that an installer would choose for it, or the sdist where no wheel fits; one that
    nothing fits gets none, and no answer. `pythons` names interpreters by their versions, in place of our own, the
    newest and the oldest that will do. Raises FactUnknown where an interpreter is not here, or where what the files
    depend on cannot be fetched.
    """
    uv = find_uv()
    with workshop("try-out", base=temporary, failure=FactUnknown) as room:
        environ = without_other_sources()
        chosen = choose(pythons, requires_python, lambda: interpreters(uv, cwd=room, environ=environ))
        with _Trials(room, environ, uv) as trials:
            return trials.run([(python, path) for python in chosen if (path := fitting(paths, python)) is not None])


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

    def __init__(self, room: Path, environ: Mapping[str, str], uv: Uv | None) -> None:
        self._room = room
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
        trial = _Trial(environment.python, environment, room, _project(path.name), file)
        done = self._install(trial)
        if done.returncode != 0:
            return Installation(path.name, python.version, refused=_refusal(path.name, python, done, room))
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
            return Pip().run(
                trial.environment, "install", "--no-warn-script-location", "--no-cache-dir", str(trial.file),
                cwd=trial.room, env=self._environ, stop=self._stop,
            )  # fmt: skip
        return self._uv.run(
            "pip", "install", "--python", str(trial.python), "--refresh-package", trial.name, "--", str(trial.file),
            cwd=trial.room, env=self._environ, stop=self._stop,
        )  # fmt: skip

    def _look(self, trial: _Trial, python: Interpreter) -> Installation:
        filename = trial.file.name
        try:
            seen = look_around_in(trial.python, trial.name, trial.room, self._environ, scripts=True, stop=self._stop)
        except ProofFailed as failure:
            return Installation(filename, python.version, failed={trial.name: failure.message})
        broken = dict(seen["broken"])
        for script in seen["scripts"]:
            reason = self._start(trial, script, set(seen["optional"]))
            if reason is not None:
                broken[script] = reason
        return Installation(
            filename=filename,
            python=seen["python"],
            version=seen["version"],
            imported=tuple(seen["imported"]),
            failed=seen["failed"],
            scripts=tuple(script for script in seen["scripts"] if script not in broken),
            broken_scripts=broken,
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
    named = _NAME.search(found["said"])
    error = ModuleNotFoundError(found["said"], name=named["name"] if named else None)
    return None if comes_with_an_extra(error, optional) else last


def _project(filename: str) -> str:
    """The normalised name that a file name begins with; installers look no further either."""
    if filename.endswith(".whl"):
        return str(canonicalize_name(filename.partition("-")[0]))
    return str(canonicalize_name(filename.rpartition("-")[0]))


def _refusal(filename: str, python: Interpreter, done: Completed, room: Path) -> str:
    """What the installer has against a file; raises FactUnknown where it is the network that it is about."""
    said = last_lines(done.stderr or done.stdout).replace(f"{room}{os.sep}", "")
    if _UNREACHABLE.search(said):
        raise FactUnknown(
            f"what {filename} needs on Python {python.version} cannot be fetched:\n{said}",
            remedy=Edit("look at the network, and run it again"),
        )
    return said
