"""The clean environment: what an index serves is installed where nothing else was, and imported."""

import json
import os
import platform
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from packaging.version import Version

from tagship.adapters.environments import Environment, Pip, Uv, environment_at, find_uv, make_environment
from tagship.adapters.interpreters import no_python, satisfied, with_pyenv
from tagship.adapters.looking import look_around_in
from tagship.adapters.process import Completed
from tagship.adapters.said import last_lines
from tagship.adapters.surroundings import clean_environment
from tagship.adapters.workshop import workshop
from tagship.domain.facts import CleanRoom, Installed
from tagship.domain.names import canonicalize_name
from tagship.domain.version import parse_version
from tagship.errors import Edit, FactUnknown, Incomplete, ProofFailed, Run, TagshipError

_UV_REFUSED = 2
"""How uv exits when something got in its way, against 1 when the requirements cannot be met."""
_UV_BAD_WHEEL = re.compile(r"Failed to (?:install|build)|malformed|invalid wheel", re.IGNORECASE)

_OTHER_SOURCES = re.compile(
    r"UV_(?:NO_SOURCES.*|NO_INDEX|FIND_LINKS|OVERRIDE|EXCLUDE|CONSTRAINT|NO_BINARY.*|PRERELEASE)"
)
"""Variables that would let uv take the distribution from elsewhere, or another one."""

_PIP_CONNECTION = frozenset({"PIP_CERT", "PIP_CLIENT_CERT", "PIP_PROXY", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT"})
_PIP_UNREACHABLE = re.compile(
    r"connection broken|NewConnectionError|Max retries exceeded|Could not fetch URL|Read timed out"
)
_PIP_NOT_SERVED = re.compile(r"No matching distribution found for (?P<name>[\w.-]+)")
_PIP_SAW = re.compile(r"from versions: (?P<versions>[^)]*)\)")
_PIP_PASSED_OVER = re.compile(r"Skipping link|Link requires a different Python")

_REQUEST = """\
[project]
name = "clean-room"
version = "0"
dependencies = [{requirement}]

[tool.uv]
# A waiting time for new releases is for other people's; this one was made a minute ago.
exclude-newer-package = {{ {name} = false }}

[tool.uv.sources]
{name} = {{ index = "asked" }}

[[tool.uv.index]]
name = "asked"
url = {url}
explicit = true
"""
"""What uv is asked for: the distribution from the one index and no other, its dependencies from wherever the
machine gets them. A second index would serve for everything, and what a test index has of other people's
projects is no proof of anything."""


def clean_room(simple: str, *, temporary: Path | None = None) -> CleanRoom:
    """A clean room for one index, by the address of its simple pages: with uv where it is, with pip otherwise."""
    uv = find_uv()
    if uv is None:
        return PipCleanRoom(simple, temporary=temporary)
    return UvCleanRoom(simple, uv=uv, temporary=temporary)


class UvCleanRoom:
    """The port `CleanRoom`, with uv; `simple` is the address of the index's simple pages."""

    def __init__(self, simple: str, *, uv: Uv, temporary: Path | None = None) -> None:
        self._simple = simple
        self._uv = uv
        self._temporary = temporary

    def ready(self, requires_python: str | None) -> None:
        """See that there is an interpreter to install for; raises FactUnknown where uv finds none."""
        if not satisfied(requires_python, platform.python_version()):
            with workshop("python", base=self._temporary, failure=FactUnknown) as room:
                self._find_python(room, without_other_sources(), str(requires_python))

    def install(self, project: str, version: str, *, requires_python: str | None) -> Installed:
        """Install exactly that version from the index, import what it brings.

        Raises Incomplete while the index does not serve it yet, ProofFailed for what does not install or
        import, FactUnknown where no answer can be had.
        """
        environ = without_other_sources()
        with workshop("prove", base=self._temporary, failure=FactUnknown) as room:
            name = str(canonicalize_name(project))
            request = room / "pyproject.toml"
            request.write_text(
                _REQUEST.format(name=name, requirement=json.dumps(f"{name}=={version}"), url=json.dumps(self._simple)),
                encoding="utf-8",
            )
            python = self._make(room, environ, requires_python)
            done = self._uv.run(
                "pip", "install", "--python", str(python),
                "--refresh-package", name, "--index-strategy", "first-index", "-r", str(request),
                cwd=room, env=environ,
            )  # fmt: skip
            if done.returncode != 0:
                raise _uv_refusal(done, name, version, self._simple)
            return _look(python, project, version, room, environ)

    def _make(self, room: Path, environ: Mapping[str, str], requires_python: str | None) -> Path:
        place = room / "environment"
        python = (
            sys.executable
            if satisfied(requires_python, platform.python_version())
            else self._find_python(room, environ, str(requires_python))
        )
        done = self._uv.run("venv", "--quiet", "--no-project", "--python", python, str(place), cwd=room, env=environ)
        if done.returncode != 0:
            raise FactUnknown(f"no clean environment can be made: {done.complaint}", remedy=Run(("uv", "venv")))
        return environment_at(place).python

    def _find_python(self, room: Path, environ: Mapping[str, str], requires_python: str) -> str:
        found = self._uv.run("python", "find", "--no-project", requires_python, cwd=room, env=with_pyenv(environ))
        if found.returncode != 0:
            raise no_python(requires_python, f": {found.complaint}", Run(("uv", "python", "install", requires_python)))
        return os.fsdecode(found.stdout).strip()


class PipCleanRoom:
    """The port `CleanRoom`, with pip, which takes seconds longer; `simple` is the address of the simple pages."""

    def __init__(self, simple: str, *, pip: Pip | None = None, temporary: Path | None = None) -> None:
        self._simple = simple
        self._pip = pip or Pip()
        self._temporary = temporary

    def ready(self, requires_python: str | None) -> None:
        """See that this very interpreter will do, for pip knows no other; raises FactUnknown where it will not."""
        if not satisfied(requires_python, platform.python_version()):
            raise no_python(str(requires_python), "", Run(("python", "-m", "pip", "install", "uv")))

    def install(self, project: str, version: str, *, requires_python: str | None) -> Installed:
        """Install exactly that version from the index, import what it brings; raises like UvCleanRoom's."""
        self.ready(requires_python)
        environ = clean_environment(os.environ)
        name = str(canonicalize_name(project))
        with workshop("prove", base=self._temporary, failure=FactUnknown) as room:
            environment = make_environment(room / "environment", with_pip=not self._pip.outer)
            # First itself, from this index alone and whatever pip is configured to; then what it depends on.
            alone = _without_pip_settings(environ)
            # Only when asked twice to be verbose does pip tell what it saw and passed over.
            itself = ("-vv", "--no-deps", "--no-cache-dir", "--index-url", self._simple)
            self._run(environment, *itself, name=name, version=version, room=room, environ=alone)
            self._run(environment, name=name, version=version, room=room, environ=environ)
            return _look(environment.python, project, version, room, environ)

    def _run(
        self, environment: Environment, *options: str, name: str, version: str, room: Path, environ: Mapping[str, str]
    ) -> None:
        done = self._pip.run(
            environment, "install", "--no-warn-script-location", *options, f"{name}=={version}", cwd=room, env=environ
        )
        if done.returncode != 0:
            raise _pip_refusal(done, name, version, self._simple)


def without_other_sources() -> dict[str, str]:
    """What an installer sees of our environment: nothing that lets it take a distribution from elsewhere."""
    return {
        name: value for name, value in clean_environment(os.environ).items() if _OTHER_SOURCES.fullmatch(name) is None
    }


def _without_pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in environ.items() if not name.startswith("PIP_") or name in _PIP_CONNECTION}
    return {**kept, "PIP_CONFIG_FILE": os.devnull}


def _uv_refusal(done: Completed, name: str, version: str, simple: str) -> TagshipError:
    said = last_lines(done.stderr)
    if done.returncode == _UV_REFUSED and not _UV_BAD_WHEEL.search(said):
        return _unreachable(name, version, said)
    words = " ".join(said.split())
    if f"no version of {name}=={version}" in words or f"{name} was not found in the package registry" in words:
        return _not_served(name, version, simple)
    return _not_installable(name, version, said)


def _pip_refusal(done: Completed, name: str, version: str, simple: str) -> TagshipError:
    said = last_lines(done.stderr)
    if _PIP_UNREACHABLE.search(said):
        return _unreachable(name, version, said)
    missing = _PIP_NOT_SERVED.search(said)
    if missing is not None and canonicalize_name(missing["name"]) == name and not _pip_saw(done, version):
        return _not_served(name, version, simple)
    return _not_installable(name, version, said)


def _pip_saw(done: Completed, version: str) -> bool:
    """Whether pip found files of the version on the index, none of which it could take."""
    listed = _PIP_SAW.search(done.stderr.decode("utf-8", "replace"))
    return (listed is not None and version in listed["versions"].split(", ")) or any(
        _PIP_PASSED_OVER.search(line) and f"-{version}" in line for line in done.text.splitlines()
    )


def _unreachable(name: str, version: str, said: str) -> FactUnknown:
    return FactUnknown(
        f"{name} {version} cannot be fetched:\n{said}", remedy=Edit("look at the network, and run it again")
    )


def _not_served(name: str, version: str, simple: str) -> Incomplete:
    return Incomplete(
        f"{simple} does not list {name} {version} for installers yet", remedy=Edit("wait a minute, and run it again")
    )


def _not_installable(name: str, version: str, said: str) -> ProofFailed:
    return ProofFailed(
        f"{name} {version} does not install:\n{said}",
        remedy=Edit("mend what it depends on or is built for, and release the next version"),
    )


def _look(python: Path, project: str, version: str, room: Path, environ: Mapping[str, str]) -> Installed:
    seen = look_around_in(python, project, room, environ)
    if seen.failed:
        reasons = "\n".join(f"import {name}: {reason}" for name, reason in seen.failed.items())
        raise ProofFailed(
            f"{project} {version} installs and does not import:\n{reasons}",
            remedy=Edit("declare what it needs or mend the import, and release the next version"),
        )
    if seen.lacking:
        raise FactUnknown(
            f"whether {project} {version} imports cannot be told, for want of a shared library of the system:\n"
            + "\n".join(f"import {name}: {reason}" for name, reason in seen.lacking.items()),
            remedy=Edit("install that library on this machine, and run it again"),
        )
    if parse_version(seen.version) != Version(version):
        raise ProofFailed(f"{project} {seen.version} was installed where {version} was asked for")
    return Installed(seen.version, seen.imported, seen.python)
