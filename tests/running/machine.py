"""What stands in for a runner's machine: an interpreter of its own for each job, and nothing of the tester's."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SECONDS = 120
# Anything else of the tester's stays away: configuration, credentials, caches, other interpreters.
KEPT = ("LANG", "LC_ALL", "TMPDIR")
SYSTEMS = {"windows": "Windows", "macos": "macOS"}


@dataclass(frozen=True, slots=True)
class Machine:
    """Makes interpreters in `directory`, once for each version, and copies for jobs, which may install into them.

    `programs` is a folder of what a runner's image has, in place of what may be here.
    """

    directory: Path
    programs: Path | None = None

    def interpreter(self, wanted: str, place: Path) -> str:
        """Put an interpreter with pip at `place`; its version, the tester's where the wanted one is not here."""
        home, version = _find(wanted)
        made = self.directory / f"python-{version}"
        if not made.exists():
            _make(home, made)
        shutil.copytree(made, place, symlinks=True, copy_function=os.link)
        return version

    def path(self) -> str:
        """Where programs are found: the tester's way, without environments and what they installed."""
        ours = [] if self.programs is None else [str(self.programs)]
        theirs = (
            each
            for each in os.environ["PATH"].split(os.pathsep)
            if not (Path(each).parent / "pyvenv.cfg").exists() and Path(each).name != "shims"
        )
        return os.pathsep.join([*ours, *theirs])

    @staticmethod
    def variables() -> Mapping[str, str]:
        """What is left of the tester's environment."""
        return {name: os.environ[name] for name in KEPT if name in os.environ}


def system_of(label: str) -> str:
    """The operating system that a runner's label stands for."""
    return SYSTEMS.get(label.partition("-")[0], "Linux")


def _find(wanted: str) -> tuple[Path, str]:
    """The executable and the version of an interpreter: ours if it fits, else one that pyenv keeps, else ours."""
    ours = ".".join(map(str, sys.version_info[:3]))
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    if not _fits(ours, wanted):
        for each in sorted(kept.iterdir() if kept.is_dir() else ()):
            if _fits(each.name, wanted) and (each / "bin" / "python").exists():
                return each / "bin" / "python", each.name
    return Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}", ours


def _fits(version: str, wanted: str) -> bool:
    return not wanted.rstrip("x.") or f"{version}.".startswith(f"{wanted.rstrip('x.')}.")


def _make(executable: Path, place: Path) -> None:
    """An environment with the pip that came with the interpreter, unpacked: its own way of installing takes seconds."""
    made = place.with_suffix(".part")
    shutil.rmtree(made, ignore_errors=True)
    done = subprocess.run(
        [executable, "-I", "-c", _SCRIPT, str(made)], capture_output=True, check=False, timeout=SECONDS, text=True
    )
    assert done.returncode == 0, done.stderr
    bundled, packages = done.stdout.split("\n")[:2]
    with zipfile.ZipFile(next(Path(bundled).glob("pip-*.whl"))) as wheel:
        wheel.extractall(packages)
    for name in ("pip", "pip3"):
        program = made / "bin" / name
        program.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m pip "$@"\n', encoding="utf-8")
        program.chmod(0o755)
    made.rename(place)


_SCRIPT = """\
import ensurepip, os, sys, venv
venv.create(sys.argv[1], symlinks=True)
print(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
print(os.path.join(sys.argv[1], "lib", f"python{sys.version_info[0]}.{sys.version_info[1]}", "site-packages"))
"""
