"""The Pythons at hand, and which of several wheels each of them takes."""

import json
import os
import platform
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, sys_tags
from packaging.utils import InvalidWheelFilename, parse_wheel_filename
from packaging.version import InvalidVersion, Version

from tagship.adapters.environments import Uv
from tagship.adapters.process import Completed
from tagship.errors import FactUnknown, Run

OLDEST = Version("3.8")
"""What is older cannot say what it sees: the program that looks around in an environment does not run there."""

MICROS = 40
"""Releases of one minor version of Python, and more than there will be."""

_ARCHITECTURES = {"arm64": "aarch64", "amd64": "x86_64"}
"""What systems call their processors, where uv has another word."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python: how it is started, and its version to the last digit."""

    path: str
    version: str

    @property
    def own(self) -> bool:
        """Whether it is the one that runs us."""
        return self.path == sys.executable

    @property
    def tags(self) -> Iterable[Tag]:
        """The tags of the wheels that it takes, best first."""
        if self.own:
            return sys_tags()
        major, minor, *_ = Version(self.version).release
        return (
            *cpython_tags((major, minor)),
            *compatible_tags((major, minor), interpreter=f"cp{major}{minor}"),
        )


OWN = Interpreter(sys.executable, platform.python_version())


def satisfied(requires_python: str | None, python: str) -> bool:
    """Whether an interpreter of that version will do; what is no specifier stops nobody, as with the installers."""
    try:
        wanted = SpecifierSet(requires_python or "")
    except InvalidSpecifier:
        return True
    return wanted.contains(python, prereleases=True)


def may_satisfy(requires_python: str | None, named: str) -> bool:
    """Whether an interpreter of a version such as `3.12` may do; of one told to its last digit, whether it does."""
    versions = [named] if named.count(".") > 1 else [f"{named}.{micro}" for micro in range(MICROS)]
    return any(satisfied(requires_python, version) for version in versions)


def no_python(requires_python: str, reason: str, remedy: Run) -> FactUnknown:
    """What is raised where no interpreter is here that will do."""
    return FactUnknown(f"no Python {requires_python} is here to install with{reason}", remedy=remedy)


def with_pyenv(environ: Mapping[str, str]) -> dict[str, str]:
    """The same with all that pyenv installed on the path: its shims show only the versions that it has switched on."""
    root = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    places = sorted(str(place) for place in root.glob("versions/*/bin"))
    # Each shim is a shell script, and those of what is switched off say nothing but that.
    kept = [place for place in environ.get("PATH", os.defpath).split(os.pathsep) if Path(place) != root / "shims"]
    return {**environ, "PATH": os.pathsep.join([*kept, *places])}


def interpreters(uv: Uv | None, *, cwd: Path, environ: Mapping[str, str]) -> tuple[Interpreter, ...]:
    """Every CPython at hand that wheels of this machine are for, newest first and our own included; one per version.

    Without uv that is our own.
    """
    if uv is None:
        return (OWN,)
    done = uv.run("python", "list", "--only-installed", "--output-format", "json", cwd=cwd, env=with_pyenv(environ))
    found = {OWN.version: OWN}
    for entry in _entries(done):
        if _alike(entry):
            found.setdefault(str(entry["version"]), Interpreter(str(entry["path"]), str(entry["version"])))
    return tuple(sorted(found.values(), key=lambda each: Version(each.version), reverse=True))


def _entries(done: Completed) -> Sequence[Mapping[str, object]]:
    """What uv lists; nothing where it could not look, for our own interpreter is here all the same."""
    try:
        listed = json.loads(done.stdout)
    except ValueError:
        return ()
    return [entry for entry in listed if isinstance(entry, dict) and {"version", "path"} <= entry.keys()]


def _alike(entry: Mapping[str, object]) -> bool:
    machine = platform.machine().casefold()
    try:
        Version(str(entry["version"]))
    except InvalidVersion:
        return False
    return (
        entry.get("implementation") == "cpython"
        and entry.get("variant", "default") == "default"
        and entry.get("arch") in {machine, _ARCHITECTURES.get(machine)}
    )


def choose(
    named: Sequence[str], requires_python: str | None, look_around: Callable[[], Sequence[Interpreter]]
) -> tuple[Interpreter, ...]:
    """The interpreters to try: those that are named, else the newest and the oldest that will do, and our own.

    A project that says nothing of Python does not promise that the oldest will do, so that one is left out. Names are
    versions such as `3.12`; of those, too, only what the project says it runs on is tried. Raises FactUnknown where one
    that is named, or any that would do, is not here.
    """
    if named:
        found = dict.fromkeys(_named(name, look_around) for name in named)
        return tuple(each for each in found if satisfied(requires_python, each.version))
    usable = [
        each for each in look_around() if satisfied(requires_python, each.version) and Version(each.version) >= OLDEST
    ]
    released = [each for each in usable if not Version(each.version).is_prerelease] or usable
    if not released:
        wanted = requires_python or ""
        raise no_python(wanted, "", Run(("uv", "python", "install", wanted)))
    ends = [released[0], *(released[-1:] if requires_python else [])]
    return tuple(dict.fromkeys([*(each for each in usable if each.own), *ends]))


def _named(name: str, look_around: Callable[[], Sequence[Interpreter]]) -> Interpreter:
    if _is(name, OWN):
        return OWN
    for each in look_around():
        if _is(name, each):
            return each
    raise no_python(name, "", Run(("uv", "python", "install", name)))


def _is(name: str, interpreter: Interpreter) -> bool:
    return re.match(rf"{re.escape(name)}(?![0-9])", interpreter.version) is not None


def fitting(paths: Sequence[Path], interpreter: Interpreter) -> Path | None:
    """The wheel that an installer would take for an interpreter, or the sdist where there is none; None for neither."""
    ranks = {tag: rank for rank, tag in enumerate(interpreter.tags)}
    wheels = {path: min((ranks[tag] for tag in _tags(path) if tag in ranks), default=None) for path in paths}
    fit = {path: rank for path, rank in wheels.items() if rank is not None}
    if fit:
        return max(fit, key=lambda path: (-fit[path], parse_wheel_filename(path.name)[2]))
    return next((path for path in paths if path.name.endswith(".tar.gz")), None)


def _tags(wheel: Path) -> frozenset[Tag]:
    try:
        return parse_wheel_filename(wheel.name)[3]
    except InvalidWheelFilename:
        return frozenset()
