"""How each build backend keeps a project's version, read without running any of it.

Each module here has `read_version`, which tells the version that `[project]` leaves open and raises NotStatic where
only running the backend can tell, and ConfigError where the backend would refuse what is written; and `read_identity`,
which tells the rest and is `no_identity` for most. It is loaded once a project is built by that backend.
"""

import importlib
from dataclasses import dataclass
from typing import Final, Protocol, cast

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import Identity, Reading


class _Module(Protocol):
    def read_version(self, manifest: Manifest) -> Reading:
        """The version and where it is written."""

    def read_identity(self, manifest: Manifest) -> Identity:
        """The name, and the Pythons asked for."""


@dataclass(frozen=True, slots=True)
class Backend:
    """One build backend: the module that reads its projects, and how it is known.

    `build_backends` are the values of `build-backend` that it answers for, `requirement` is the distribution that
    brings it, normalized.
    """

    module: str
    requirement: str
    build_backends: frozenset[str]

    @property
    def _reader(self) -> _Module:
        return cast("_Module", importlib.import_module(f"{__name__}.{self.module}"))

    def read_version(self, manifest: Manifest) -> Reading:
        """The version and where it is written; raises NotStatic or ConfigError."""
        return self._reader.read_version(manifest)

    def read_identity(self, manifest: Manifest) -> Identity:
        """The name, and the Pythons asked for."""
        return self._reader.read_identity(manifest)


def _backend(module: str, requirement: str, *build_backends: str) -> Backend:
    return Backend(module, requirement, frozenset(build_backends))


BACKENDS: Final = (
    # Asked in this order which of them a build that wraps its backend requires: what brings setuptools
    # along for compiling stands before setuptools, and among the others the order does not matter.
    _backend("scikit_build_core", "scikit-build-core", "scikit_build_core.build"),
    _backend("meson_python", "meson-python", "mesonpy"),
    _backend("maturin", "maturin", "maturin"),
    _backend("hatchling", "hatchling", "hatchling.build", "hatchling.ouroboros"),
    _backend("flit", "flit-core", "flit_core.buildapi", "flit.buildapi", "flit_scm:buildapi"),
    _backend("pdm", "pdm-backend", "pdm.backend", "pdm.pep517.api"),
    _backend(
        "poetry",
        "poetry-core",
        "poetry.core.masonry.api",
        "poetry.masonry.api",
        "poetry_dynamic_versioning.backend",
    ),
    _backend("uv_build", "uv-build", "uv_build"),
    _backend(
        "setuptools",
        "setuptools",
        "setuptools.build_meta",
        "setuptools.build_meta:__legacy__",
        "scikit_build_core.setuptools.build_meta",
        "jupyter_packaging.build_api",
        "pbr.build",
    ),
)
OTHER: Final = _backend("other", "")
"""Whatever else builds."""

DEFAULT_BUILD_BACKEND: Final = "setuptools.build_meta:__legacy__"
"""What a build uses where pyproject.toml names no backend (PEP 517)."""


def backend_for(manifest: Manifest) -> Backend:
    """The backend of a project; one wrapped by a module of the project is known by what the build requires."""
    named = manifest.build_backend or DEFAULT_BUILD_BACKEND
    for backend in BACKENDS:
        if named in backend.build_backends:
            return backend
    if manifest.toml.strings("build-system", "backend-path"):
        for backend in BACKENDS:
            if backend.requirement in manifest.build_requires:
                return backend
    return OTHER
