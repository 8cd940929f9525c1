"""Virtual environments of our own making, and the two installers that fill them.

uv where its module is there, pip where it is not: the same answers, several times slower.
"""

import importlib.metadata
import importlib.util
import os
import sys
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Protocol

from tagship.adapters.process import Completed, run
from tagship.domain.names import canonicalize_name

INSTALL = 900.0
"""Seconds for installing into an environment."""

QUIET = {
    "UV_NO_PROGRESS": "1",
    "UV_PYTHON_DOWNLOADS": "never",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
    "NO_COLOR": "1",
}
"""For installers: nothing but what they have to say, and no interpreter that nobody asked for."""


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment: its directory, its interpreter, and where its scripts and packages are."""

    path: Path
    python: Path
    scripts: Path
    packages: Path

    @property
    def distributions(self) -> dict[str, str]:
        """Every distribution that is installed, by normalised name, with its version; starts no process."""
        found = importlib.metadata.distributions(path=[str(self.packages)])
        return dict(sorted((str(canonicalize_name(each.name)), each.version) for each in found))


class Installer(Protocol):
    """A program that installs distributions; `name` and `version` are told in the toolchain."""

    @property
    def name(self) -> str:
        """How the program is called."""

    @property
    def version(self) -> str:
        """The program's own version."""

    def install(
        self, environment: Environment, requirements: Sequence[str], *, cwd: Path, env: Mapping[str, str]
    ) -> Completed:
        """Install requirements; the answer is for the caller to judge."""


class Uv:
    """uv, by the binary that its own package brings."""

    name = "uv"

    def __init__(self, binary: str) -> None:
        self.binary = binary

    @property
    def version(self) -> str:
        """The version of the package."""
        return importlib.metadata.version("uv")

    def run(self, *arguments: str, cwd: Path, env: Mapping[str, str], stop: Event | None = None) -> Completed:
        """Run one uv command; the answer is for the caller to judge."""
        return run([self.binary, *arguments], cwd=cwd, env={**env, **QUIET}, timeout=INSTALL, check=False, stop=stop)

    def install(
        self, environment: Environment, requirements: Sequence[str], *, cwd: Path, env: Mapping[str, str]
    ) -> Completed:
        """Install requirements; uv reads the settings of the project in `cwd`, if there is one."""
        return self.run("pip", "install", "--python", str(environment.python), "--", *requirements, cwd=cwd, env=env)


class Pip:
    """pip, by this interpreter's own copy, or by the one that the environment was given."""

    name = "pip"

    @property
    def version(self) -> str:
        """The version of this interpreter's copy."""
        return importlib.metadata.version("pip") if self.outer else "bundled"

    @property
    def outer(self) -> bool:
        """Whether pip is installed beside us, so that environments need none of their own."""
        return importlib.util.find_spec("pip") is not None

    def run(
        self,
        environment: Environment,
        *arguments: str,
        cwd: Path,
        env: Mapping[str, str],
        stop: Event | None = None,
    ) -> Completed:
        """Run one pip command on an environment; the answer is for the caller to judge."""
        if self.outer:
            command = [sys.executable, "-I", "-m", "pip", "--python", str(environment.python)]
        else:
            command = [str(environment.python), "-I", "-m", "pip"]
        return run([*command, *arguments], cwd=cwd, env={**env, **QUIET}, timeout=INSTALL, check=False, stop=stop)

    def install(
        self, environment: Environment, requirements: Sequence[str], *, cwd: Path, env: Mapping[str, str]
    ) -> Completed:
        """Install requirements, through a file: on its command line pip does not look at markers."""
        listed = environment.path / "requirements.txt"
        listed.write_text("\n".join(requirements) + "\n", encoding="utf-8")
        return self.run(
            environment, "install", "--no-warn-script-location", "--no-compile", "-r", str(listed), cwd=cwd, env=env
        )


def find_uv() -> Uv | None:
    """uv, where its module is installed and has a binary for this machine."""
    try:
        import uv  # noqa: PLC0415 -- a dependency only where it has wheels
    except ModuleNotFoundError:
        return None
    try:
        return Uv(os.fsdecode(uv.find_uv_bin()))
    except FileNotFoundError:
        return None


def find_installer() -> Uv | Pip:
    """The faster one where it is there, pip otherwise."""
    return find_uv() or Pip()


def make_environment(path: Path, *, with_pip: bool = False) -> Environment:
    """A virtual environment of the running interpreter; without pip unless asked, it takes 20 milliseconds."""
    venv.EnvBuilder(symlinks=os.name != "nt", with_pip=with_pip).create(path)
    return environment_at(path)


def environment_at(path: Path) -> Environment:
    """Where things are in an environment of the running interpreter."""
    variables = {"base": str(path), "platbase": str(path), "installed_base": str(path)}
    places = sysconfig.get_paths(scheme="venv", vars={**sysconfig.get_config_vars(), **variables})
    scripts = Path(places["scripts"])
    return Environment(path, scripts / _PYTHON, scripts, Path(places["purelib"]))


_PYTHON = "python.exe" if os.name == "nt" else "python"
