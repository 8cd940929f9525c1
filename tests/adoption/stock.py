"""What jobs install: this very tagship and all that it needs, backends, pytest; as wheels in a folder, with hashes."""

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from pages import ROOT

BACKENDS = ("flit_core>=3.12", "setuptools>=77")
TESTS = ("pytest>=9", "colorama")  # which Windows alone needs, and a lock file for everywhere names
SECONDS = 300


@dataclass(frozen=True, slots=True)
class Stock:
    """A folder of wheels, and what installs from nowhere else."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """What pip and uv are told in a job."""
        return {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.folder),
            "PIP_CONFIG_FILE": os.devnull,
            "UV_FIND_LINKS": str(self.folder),
        }

    def lock(self, *requirements: str) -> str:
        """A file of requirements with hashes, as `init` lets uv make it."""
        from uv import find_uv_bin  # noqa: PLC0415 -- a machine without it skips these tests, and loads them

        words = ("pip", "compile", "--quiet", "--no-index", "--no-cache", "--no-header", "--no-annotate")
        more = ("--universal", "--generate-hashes", "--python-version=3.11")
        done = subprocess.run(
            [find_uv_bin(), *words, *more, "-"],
            input="\n".join(requirements),
            env={**self.environment, "PATH": os.environ["PATH"], "UV_NO_CONFIG": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def stocked(folder: Path) -> Stock:
    """A stock in a new folder; what others made is fetched once for all sessions, or skips the test."""
    shutil.copytree(_fetched(), folder, copy_function=os.link, symlinks=True)
    _run("-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder), cwd=ROOT)
    return Stock(folder)


def _fetched() -> Path:
    """The wheels of others, kept in the user's cache under what was asked for."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wanted = (*told, *BACKENDS, *TESTS)
    name = hashlib.sha256("\n".join((*wanted, sys.version)).encode()).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tagship-tests"
    cache.mkdir(parents=True, exist_ok=True)
    place = cache / f"wheels-{name}"
    with FileLock(cache / "lock"):
        if not place.exists():
            part = place.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)
            try:
                _run("-m", "pip", "download", "--quiet", "--only-binary", ":all:", "--dest", str(part), *wanted)
            except subprocess.CalledProcessError as failed:
                pytest.skip(f"what jobs install cannot be fetched: {failed.stderr[-300:]}")
            part.rename(place)
    return place


def _run(*words: str, cwd: Path | None = None) -> None:
    subprocess.run([sys.executable, *words], cwd=cwd, check=True, capture_output=True, text=True, timeout=SECONDS)
