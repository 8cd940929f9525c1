"""Builds a tag's distributions from a pristine checkout: the sdist, and the wheel from it unless it is not wanted."""

import errno
import importlib.metadata
import os
import platform
import shutil
import subprocess
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

import build
from build.env import IsolatedEnv
from packaging.requirements import InvalidRequirement, Requirement

from tagship.adapters.archives import unpack_sdist
from tagship.adapters.environments import Environment, Installer, Pip, find_installer, make_environment
from tagship.adapters.git import GitRepository
from tagship.adapters.git.checkout import NEUTRAL_UMASK
from tagship.adapters.process import run
from tagship.adapters.said import last_lines
from tagship.adapters.surroundings import build_environment
from tagship.adapters.wheel_repair import install_tools, is_bare_linux, repair
from tagship.adapters.workshop import workshop
from tagship.domain.listeners import unheard
from tagship.errors import BuildFailed, Edit, FactUnknown, Run, TagshipError, UsageError

BACKEND = 3600.0
"""Seconds for one call of a backend; compiled projects take their time."""

_UV_UNREACHABLE = 2
"""How uv exits when something outside refused, against 1 when the requirements cannot be met."""

T = TypeVar("T")
OnOutput = Callable[[str], None]


class IsolatedBuilder:
    """The port `Builder`: nothing of the working tree, of the day or of the user's secrets reaches the backend.

    `project` is the project's directory below the top of the repository, with forward slashes. `temporary`
    is where the throwaway checkout goes, by default where temporary files go. `on_output` sees each line that
    a backend prints.
    """

    def __init__(
        self,
        repository: GitRepository,
        *,
        project: str = ".",
        temporary: Path | None = None,
        on_output: OnOutput | None = None,
        installer: Installer | None = None,
    ) -> None:
        self._repository = repository
        self._project = project
        self._temporary = temporary
        self._on_output = on_output
        self._installer = installer or find_installer()

    def build(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        """Build the sdist, and the wheel from it, into an empty directory; the toolchain that did it.

        A wheel for Linux as such is repaired to name the C library that it needs. Both files appear in
        `target` or none. Raises BuildFailed for what the project or the disk does, and
        FactUnknown where the checkout or the build requirements cannot be had.
        """
        _prove_empty(target)
        with self._set_up(tag, commit) as (line, source):
            _move(line.produce(source), target)
            return line.toolchain

    def build_sdist(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        """Build the sdist alone into an empty directory; the toolchain that did it. Raises like `build`."""
        _prove_empty(target)
        with self._set_up(tag, commit) as (line, source):
            _move([line.produce_sdist(source).path], target)
            return line.toolchain

    def build_wheel(self, *, tag: str, commit: str, target: Path) -> Path:
        """Build a wheel straight from the checkout, with no sdist in between, into an empty directory.

        It is what tells a wheel that lacks something from an sdist that lacked it before. Raises like `build`.
        """
        _prove_empty(target)
        with self._set_up(tag, commit) as (line, source):
            wheel = line.produce_wheel(source)
            _move([wheel], target)
            return target / wheel.name

    @contextmanager
    def _set_up(self, tag: str, commit: str) -> Iterator[tuple["_Line", Path]]:
        """A production line, and the project in a fresh checkout; both are gone afterwards."""
        epoch = int(self._repository.committed_at(commit).timestamp())
        with workshop("build", base=self._temporary, failure=BuildFailed) as shop:
            source = shop / "checkout"
            self._repository.checkout(commit, source, keep_tag=tag)
            left_here = shop / "temporary"
            left_here.mkdir()
            # Backends that fail leave behind what they were writing; it goes with everything else.
            temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(left_here))
            environ = build_environment(os.environ, epoch=epoch, ceiling=str(shop)) | temporary
            line = _Line(shop, environ, self._installer, self._on_output or unheard, tag)
            yield line, source / self._project


class _Isolation(IsolatedEnv):
    """An environment of ours as the build front end knows them; installing is a process like every other."""

    def __init__(self, environment: Environment, environ: Mapping[str, str]) -> None:
        self.environment = environment
        self._path = environ.get("PATH", os.defpath)

    @property
    def python_executable(self) -> str:
        """The interpreter that runs the backend."""
        return str(self.environment.python)

    def make_extra_environ(self) -> dict[str, str]:
        """Scripts of build requirements come first, as in an activated environment."""
        return {"PATH": os.pathsep.join([str(self.environment.scripts), self._path])}


@dataclass(frozen=True, slots=True)
class _MadeSdist:
    """An sdist, the environment that it was made in, and what that holds: for the backend, and for the sdist beside."""

    path: Path
    isolation: _Isolation
    system: set[str]
    extra: set[str]


class _Line:
    """One production line: the environments, the backend's calls, and what they said."""

    def __init__(
        self, shop: Path, environ: Mapping[str, str], installer: Installer, on_output: OnOutput, tag: str
    ) -> None:
        self._shop = shop
        self._environ = environ
        self._installer = installer
        self._on_output = on_output
        self._tag = tag
        self._said = b""
        self._isolations: list[_Isolation] = []
        self._repairing: dict[str, str] = {}

    @property
    def toolchain(self) -> dict[str, str]:
        """Every tool and build requirement with its version."""
        resolved: dict[str, str] = {}
        for isolation in self._isolations:
            resolved |= isolation.environment.distributions
        return (
            resolved
            | self._repairing
            | {
                "python": platform.python_version(),
                "build": importlib.metadata.version("build"),
                self._installer.name: self._installer.version,
            }
        )

    def produce(self, source: Path) -> tuple[Path, Path]:
        """The sdist of `source`, and the wheel of that sdist."""
        made = self.produce_sdist(source)
        sdist, isolation, system, extra = made.path, made.isolation, made.system, made.extra
        unpacked = unpack_sdist(sdist, self._shop / "sdist")
        builder = self._builder(isolation, unpacked)
        wanted = builder.build_system_requires
        if wanted != system:
            isolation, extra = self._isolate(), set()
            builder = self._builder(isolation, unpacked)
            self._install(isolation, wanted, unpacked)
        more = self._requirements(builder, "wheel")
        if extra - more:
            # The sdist needed something that the wheel must do without.
            isolation = self._isolate()
            builder = self._builder(isolation, unpacked)
            self._install(isolation, wanted | more, unpacked)
        else:
            self._install(isolation, more - extra - wanted, unpacked)
        return sdist, self._acceptable(self._make(builder, "wheel", self._shop / "made"))

    def produce_sdist(self, source: Path) -> "_MadeSdist":
        """The sdist of `source`, and where it was made."""
        isolation = self._isolate()
        builder = self._builder(isolation, source)
        system = builder.build_system_requires
        self._install(isolation, system, source)
        extra = self._requirements(builder, "sdist")
        self._install(isolation, extra - system, source)
        return _MadeSdist(self._make(builder, "sdist", self._shop / "made"), isolation, system, extra)

    def produce_wheel(self, source: Path) -> Path:
        """The wheel of `source` itself."""
        isolation = self._isolate()
        builder = self._builder(isolation, source)
        system = builder.build_system_requires
        self._install(isolation, system, source)
        self._install(isolation, self._requirements(builder, "wheel") - system, source)
        return self._acceptable(self._make(builder, "wheel", self._shop / "made"))

    def _acceptable(self, wheel: Path) -> Path:
        """The wheel as it is, or repaired where an index would refuse it for its platform; pure ones cost nothing."""
        if not is_bare_linux(wheel):
            return wheel
        environment = self._make_environment("environment-repair")
        self._repairing = install_tools(environment, self._installer, cwd=self._shop, environ=self._environ)
        return repair(
            wheel, environment, into=self._shop / "repaired", environ=self._environ, on_output=self._on_output
        )

    def _isolate(self) -> _Isolation:
        isolation = _Isolation(self._make_environment(f"environment-{len(self._isolations)}"), self._environ)
        self._isolations.append(isolation)
        return isolation

    def _make_environment(self, name: str) -> Environment:
        with_pip = isinstance(self._installer, Pip) and not self._installer.outer
        try:
            return make_environment(self._shop / name, with_pip=with_pip)
        except subprocess.CalledProcessError as failure:
            raise BuildFailed(
                f"no environment to build in can be made: {last_lines(failure.output or b'', 1)}",
                remedy=Run(("python", "-m", "pip", "install", "uv")),
            ) from failure

    def _builder(self, isolation: _Isolation, source: Path) -> build.ProjectBuilder:
        try:
            with warnings.catch_warnings():
                # A key that is nearly right is build's to warn about when somebody builds by hand.
                warnings.simplefilter("ignore", build.TypoWarning)
                return build.ProjectBuilder.from_isolated_env(isolation, source, runner=self._run)
        except build.BuildException as flaw:
            raise BuildFailed(_plain(str(flaw), self._shop), remedy=Edit("mend pyproject.toml")) from flaw

    def _install(self, isolation: _Isolation, requirements: Iterable[str], source: Path) -> None:
        wanted = sorted(requirements)
        if not wanted:
            return
        _prove_requirements(wanted)
        done = self._installer.install(isolation.environment, wanted, cwd=source, env=self._environ)
        if done.returncode == 0:
            return
        said = _plain(last_lines(done.stderr or done.stdout), self._shop)
        message = f"the build requirements {', '.join(wanted)} cannot be installed:\n{said}"
        if os.strerror(errno.ENOSPC).casefold() in said.casefold():
            raise BuildFailed(
                f"the disk is full: {message}",
                remedy=Edit("make room, or set TMPDIR and the installer's cache to directories with room"),
            )
        if self._installer.name == "uv" and done.returncode == _UV_UNREACHABLE:
            raise FactUnknown(message, remedy=Edit("look at the network and at the index settings of uv"))
        raise BuildFailed(message, remedy=Edit("mend [build-system] requires in pyproject.toml"))

    def _requirements(self, builder: build.ProjectBuilder, kind: Literal["sdist", "wheel"]) -> set[str]:
        return self._guarded(kind, lambda: builder.get_requires_for_build(kind))

    def _make(self, builder: build.ProjectBuilder, kind: Literal["sdist", "wheel"], made: Path) -> Path:
        path = Path(self._guarded(kind, lambda: builder.build(kind, made)))
        if not path.is_file() or path.parent != made:
            raise BuildFailed(f"the backend promised {path.name} and made no such file", remedy=self._by_hand)
        return path

    def _guarded(self, kind: str, call: Callable[[], T]) -> T:
        self._said = b""
        try:
            return call()
        except build.BuildBackendException as failure:
            if isinstance(failure.exception, TagshipError):
                raise failure.exception from None
            said = _plain(last_lines(self._said) or _reason(failure), self._shop)
            raise BuildFailed(f"the {kind} does not build:\n{said}", remedy=self._by_hand) from failure

    @property
    def _by_hand(self) -> Edit:
        return Edit(f"run `python -m build` in a fresh clone of {self._tag} to see everything that the backend says")

    def _run(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Mapping[str, str] | None = None) -> None:
        """What the front end calls to start the backend."""
        completed = run(
            cmd,
            cwd=None if cwd is None else Path(cwd),
            env={**self._environ, **(extra_environ or {})},
            timeout=BACKEND,
            check=False,
            umask=NEUTRAL_UMASK,
            on_line=self._on_output,
        )
        self._said += completed.stdout
        if completed.returncode != 0:
            raise subprocess.CalledProcessError(completed.returncode, list(cmd))


def _reason(failure: build.BuildBackendException) -> str:
    """What the front end knows of a backend that printed nothing."""
    traceback = getattr(failure.exception, "traceback", "")
    return last_lines(str(traceback).encode("utf-8", "replace")) if traceback else str(failure)


def _prove_requirements(requirements: Iterable[str]) -> None:
    for each in requirements:
        try:
            Requirement(each)
        except InvalidRequirement as flaw:
            raise BuildFailed(
                f"the build requirement {each!r} is none: {str(flaw).splitlines()[0]}",
                remedy=Edit("mend [build-system] requires in pyproject.toml"),
            ) from flaw


def _plain(text: str, shop: Path) -> str:
    """The text without the throwaway directory, which is gone when somebody reads it."""
    return text.replace(f"{shop / 'checkout'}{os.sep}", "").replace(f"{shop}{os.sep}", "").strip()


def _prove_empty(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} is not empty", remedy=Edit(f"move away what is in {target}"))
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is not a directory", remedy=Edit(f"move {target} away"))


def _move(files: Sequence[Path], target: Path) -> None:
    """All files or none: they are copied beside their places first, and then only renamed."""
    target.mkdir(parents=True, exist_ok=True)
    beside = [target / f".{file.name}.part" for file in files]
    moved: list[Path] = []
    try:
        for file, place in zip(files, beside, strict=True):
            shutil.copyfile(file, place)
        for file, place in zip(files, beside, strict=True):
            moved.append(place.replace(target / file.name))
    except BaseException:
        for path in [*beside, *moved]:
            path.unlink(missing_ok=True)
        raise
