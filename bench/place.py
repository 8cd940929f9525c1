"""Throwaway environments, one per tool, and what a timed command sees of this machine."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bench.series import UnmeasurableError

CHECKOUT = Path(__file__).resolve().parent.parent
LIMIT = 900.0
"""Seconds for any one command."""
LAST_LINES = 5

_HIDDEN = re.compile(r"(?:PYTHON|GIT_|CI|GITHUB_|TAGSHIP_|TWINE_|VIRTUAL_ENV).*|.*TOKEN|UV_PYTHON.*|COLUMNS", re.ASCII)
"""Variables that would let a tool behave otherwise than in a shell of its own."""
_PLAIN = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}


def surroundings(**more: str) -> dict[str, str]:
    """The variables that a command sees: those of this machine that change no tool's ways, and some more."""
    return {name: value for name, value in os.environ.items() if not _HIDDEN.fullmatch(name)} | _PLAIN | more


def run(
    argv: Sequence[str | Path],
    *,
    cwd: Path = CHECKOUT,
    env: Mapping[str, str] | None = None,
    ends: Collection[int] = (0,),
) -> str:
    """Run a command to its end and return what it printed; raises UnmeasurableError unless it ends as it should."""
    words = [str(word) for word in argv]
    try:
        done = subprocess.run(
            words,
            cwd=cwd,
            env=surroundings() if env is None else env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as failure:
        raise UnmeasurableError(f"{Path(words[0]).name}: {failure}") from failure
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode not in ends:
        last = "\n    ".join(said.strip().splitlines()[-LAST_LINES:])
        raise UnmeasurableError(f"{Path(words[0]).name} ended with {done.returncode}:\n    {last}")
    return said


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment; its scripts are called by `script`."""

    path: Path

    def script(self, name: str) -> Path:
        folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
        return self.path / folder / f"{name}{suffix}"

    @property
    def python(self) -> Path:
        return self.script("python")


class Place:
    """A directory in which everything is made that is measured, and that is thrown away whole."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._uv = _find_uv()

    def environment(self, name: str, *requirements: str | Path) -> Environment:
        """A fresh environment with some distributions, compiled to bytecode; raises UnmeasurableError."""
        environment = Environment(self.directory / f"environment-{name}")
        wanted = [str(each) for each in requirements]
        if self._uv is not None:
            run([self._uv, "venv", "--no-project", "--python", sys.executable, environment.path])
            run([self._uv, "pip", "install", "--compile-bytecode", "--python", environment.python, *wanted])
        else:
            run([sys.executable, "-m", "venv", environment.path])
            if wanted:
                run([environment.python, "-m", "pip", "install", "--compile", *wanted])
        return environment

    @cached_property
    def tagship(self) -> Environment:
        """The wheel of this checkout with its dependencies."""
        wheels = self.directory / "wheel"
        if self._uv is not None:
            run([self._uv, "build", "--wheel", "--out-dir", wheels, CHECKOUT])
        else:
            builder = self.environment("builder")
            run([builder.python, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", wheels, CHECKOUT])
        return self.environment("tagship", *wheels.glob("*.whl"))


def _find_uv() -> str | None:
    """The uv that is installed beside this interpreter, or the one on the path, or none."""
    if importlib.util.find_spec("uv") is not None:
        import uv  # noqa: PLC0415 -- a tool where it is there

        return os.fsdecode(uv.find_uv_bin())
    return shutil.which("uv")
