"""Asking a build backend for what only it can tell, in a room of its own.

This runs a project's code, so the caller hands over a copy that may be written to: setuptools leaves
its egg-info in the tree it is asked about.
"""

import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from build import BuildBackendException, BuildException, ProjectBuilder
from packaging.metadata import RawMetadata, parse_email

from tagship.adapters.backends.reading import Written, read_version
from tagship.adapters.process import Completed, run
from tagship.adapters.said import last_lines
from tagship.adapters.surroundings import clean_environment
from tagship.domain.names import canonicalize_name
from tagship.domain.project import Project
from tagship.errors import ConfigError, FactUnknown, Run, TagshipError

PATIENCE: Final = 300.0
"""Seconds for the whole question: making the room, installing what the build requires, and the answer."""

_LINES_READ: Final = 200
_LINES_SHOWN: Final = 4


def ask_backend(
    directory: Path, project: Project, *, environment: Mapping[str, str] | None = None, seconds: float = PATIENCE
) -> Project:
    """The project with the version that its backend computes for a throwaway copy in `directory`.

    A project whose version is known comes back as it is. The backend sees `environment`, by default our
    own, without what is named like a secret and without what pretends a version; its output is kept from ours.
    Raises FactUnknown with the backend's last lines where it fails, or where `seconds` are over.
    """
    if project.version is not None:
        return project
    environ = clean_environment(os.environ if environment is None else environment)
    with tempfile.TemporaryDirectory(prefix="tagship-ask-", ignore_cleanup_errors=True) as place:
        room = _Room(Path(place), directory, environ, time.monotonic() + seconds, seconds)
        try:
            metadata = _wheel_metadata(room)
        except (BuildException, BuildBackendException) as error:
            raise _unknown(project, _reason(error)) from error
        except TagshipError as error:
            raise _unknown(project, error.message) from error
    return _completed(project, metadata)


@dataclass(frozen=True, slots=True)
class _Room:
    """A virtual environment for one question; `deadline` is on the monotonic clock."""

    place: Path
    directory: Path
    environ: Mapping[str, str]
    deadline: float
    seconds: float

    @property
    def python_executable(self) -> str:
        """The interpreter that runs the backend."""
        windows = os.name == "nt"
        return str(self._venv / ("Scripts/python.exe" if windows else "bin/python"))

    def make_extra_environ(self) -> Mapping[str, str]:
        """What the backend sees beyond the scrubbed environment: the commands it was installed with."""
        scripts = str(Path(self.python_executable).parent)
        return {"PATH": os.pathsep.join([scripts, self.environ.get("PATH", os.defpath)])}

    @property
    def _venv(self) -> Path:
        return self.place / "env"

    def make(self) -> None:
        """Make the environment; the directory must not be there yet."""
        uv = _uv()
        if uv is None:
            # A pip of our own may be missing or old, so the room gets one.
            self.run([sys.executable, "-m", "venv", str(self._venv)], cwd=self.place)
        else:
            self.run([uv, "venv", "--quiet", "--no-project", "--python", sys.executable, str(self._venv)], self.place)

    def install(self, requirements: Sequence[str]) -> None:
        """Install what the build requires, with the settings that the project makes for its installer."""
        if not requirements:
            return
        # Requirements go in a file: pip heeds environment markers only there, and a leading dash is no option.
        listed = self.place / "requirements.txt"
        listed.write_text("\n".join(requirements), encoding="utf-8")
        uv = _uv()
        if uv is None:
            argv = [self.python_executable, "-Im", "pip", "install", "--no-input", "--quiet", "-r", str(listed)]
        else:
            argv = [uv, "pip", "install", "--quiet", "--python", self.python_executable, "-r", str(listed)]
        self.run(argv, self.directory)

    def run(self, argv: Sequence[str], cwd: Path, extra: Mapping[str, str] | None = None) -> Completed:
        """Run a program here; raises FactUnknown with its last lines where it fails, or when time is up."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise FactUnknown(f"no answer came within {self.seconds:g} seconds")
        completed = run(argv, cwd=cwd, env={**self.environ, **(extra or {})}, timeout=left, check=False)
        if completed.returncode != 0:
            said = _told(completed.stderr) or _told(completed.stdout)
            raise FactUnknown(said or f"it ended with exit code {completed.returncode} and said nothing")
        return completed

    def hook_runner(
        self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None
    ) -> None:
        """Runs a hook of the backend, as the front end wants it."""
        self.run(cmd, self.directory if cwd is None else Path(cwd), extra_environ)


def _wheel_metadata(room: _Room) -> RawMetadata:
    """The metadata of the wheel that would be built; built indeed where the backend offers no shorter way."""
    room.make()
    builder = ProjectBuilder.from_isolated_env(room, room.directory, runner=room.hook_runner)
    room.install(sorted(builder.build_system_requires))
    room.install(sorted(builder.get_requires_for_build("wheel")))
    answer = Path(builder.metadata_path(room.place / "metadata"))
    try:
        metadata, _ = parse_email((answer / "METADATA").read_bytes())
    except OSError as error:
        raise FactUnknown(f"the backend's METADATA cannot be read: {error.strerror}") from error
    return metadata


def _completed(project: Project, metadata: RawMetadata) -> Project:
    name = metadata.get("name", project.name)
    try:
        version = read_version(Written(metadata.get("version", ""), "METADATA", None))
    except ConfigError as error:
        raise _unknown(project, error.message) from error
    same = canonicalize_name(name) == project.normalized_name
    return replace(
        project,
        name=project.name if same else name,
        version=version,
        version_unknown=None,
        requires_python=project.requires_python or metadata.get("requires_python"),
    )


def _unknown(project: Project, reason: str) -> FactUnknown:
    return FactUnknown(
        f"the build backend {project.backend} did not tell the version: {reason}",
        remedy=Run(("python", "-m", "build", "--wheel")),
    )


def _reason(error: BuildException | BuildBackendException) -> str:
    """What went wrong behind the front end's own words."""
    cause = error.exception if isinstance(error, BuildBackendException) else None
    if isinstance(cause, TagshipError):
        return cause.message
    if isinstance(cause, FileNotFoundError):
        return "it ended before it answered"
    return _told(str(cause or error).encode())


def _told(output: bytes) -> str:
    """The last lines of an output that say something; of a traceback that is the exception alone."""
    _, traceback, tail = last_lines(output, _LINES_READ).rpartition("Traceback (most recent call last):")
    lines = tail.splitlines()
    if traceback:
        lines = list(itertools.dropwhile(lambda line: not line or line[0].isspace(), lines))
    return "\n".join(lines[-_LINES_SHOWN:])


def _uv() -> str | None:
    """Where uv is: the one installed with us, else the one on PATH."""
    try:
        from uv import find_uv_bin  # noqa: PLC0415 -- a dependency on some platforms only
    except ImportError:
        return shutil.which("uv")
    try:
        return find_uv_bin()
    except FileNotFoundError:
        return shutil.which("uv")
