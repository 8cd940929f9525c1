"""How each build backend keeps a project's version, read without running any of it."""

from typing import Final, Protocol

from tagship.adapters.backends import (
    flit,
    hatchling,
    maturin,
    meson_python,
    other,
    pdm,
    poetry,
    scikit_build_core,
    setuptools,
    uv_build,
)
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import Identity, Reading


class Backend(Protocol):
    """What each module here offers.

    `BUILD_BACKENDS` are the values of `build-backend` that it answers for, `REQUIREMENT` is the
    distribution that brings it. `read_version` tells the version that `[project]` leaves open; it raises
    NotStatic where only running the backend can tell, and ConfigError where the backend would refuse what
    is written. `read_identity` tells the rest, and is `no_identity` for most.
    """

    @property
    def BUILD_BACKENDS(self) -> frozenset[str]:  # noqa: N802 -- satisfied by a module's constant
        """The values of `build-backend` it answers for."""

    @property
    def REQUIREMENT(self) -> str:  # noqa: N802 -- satisfied by a module's constant
        """The distribution that brings it, normalized."""

    def read_version(self, manifest: Manifest) -> Reading:
        """The version and where it is written."""

    def read_identity(self, manifest: Manifest) -> Identity:
        """The name, and the Pythons asked for."""


BACKENDS: Final[tuple[Backend, ...]] = (
    # Asked in this order which of them a build that wraps its backend requires: what brings setuptools
    # along for compiling stands before setuptools, and among the others the order does not matter.
    scikit_build_core,
    meson_python,
    maturin,
    hatchling,
    flit,
    pdm,
    poetry,
    uv_build,
    setuptools,
)

DEFAULT_BUILD_BACKEND: Final = "setuptools.build_meta:__legacy__"
"""What a build uses where pyproject.toml names no backend (PEP 517)."""


def backend_for(manifest: Manifest) -> Backend:
    """The backend of a project; one wrapped by a module of the project is known by what the build requires."""
    named = manifest.build_backend or DEFAULT_BUILD_BACKEND
    requires = manifest.build_requires
    for backend in BACKENDS:
        if named in backend.BUILD_BACKENDS:
            return backend
    if manifest.toml.strings("build-system", "backend-path"):
        for backend in BACKENDS:
            if backend.REQUIREMENT in requires:
                return backend
    return other
