"""Projects built by maturin: what pyproject.toml leaves open stands in Cargo.toml."""

import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import TOML, Identity, NotStatic, Reading, Written, written
from tagship.adapters.toml_document import TomlDocument

_CARGO: Final = "Cargo.toml"


def read_version(manifest: Manifest) -> Reading:
    """The version of a maturin project; raises NotStatic or ConfigError."""
    path = _cargo_path(manifest)
    cargo = manifest.beside(path)
    if cargo is None:
        raise NotStatic(f"there is no {manifest.spelt(path)}, which should give the version")
    return written(_version(manifest, cargo), TOML)


def read_identity(manifest: Manifest) -> Identity:
    """The crate's name."""
    cargo = manifest.beside(_cargo_path(manifest))
    return Identity(cargo.string("package", "name") if cargo else None)


def _cargo_path(manifest: Manifest) -> str:
    """The crate's manifest: as configured, else rust/Cargo.toml beside Python sources, else Cargo.toml."""
    configured = manifest.toml.string("tool", "maturin", "manifest-path")
    if configured:
        return configured
    beside_python = manifest.toml.value("tool", "maturin", "python-source") is not None
    module = (manifest.name or "").replace("-", "_")
    beside_python = beside_python or (bool(module) and manifest.read(f"src/{module}/__init__.py") is not None)
    nested = f"rust/{_CARGO}"
    return nested if beside_python and manifest.read(nested) is not None else _CARGO


def _version(manifest: Manifest, cargo: TomlDocument) -> Written:
    """The crate's version, inherited from its workspace where it says so."""
    stated = cargo.value("package", "version")
    if stated is None:
        raise NotStatic(f"{cargo.path} gives no version under [package]")
    if not isinstance(stated, dict):
        return _written(cargo, "package", "version")
    for root in _workspace_roots(manifest, cargo):
        if "workspace" in root.data:
            return _written(root, "workspace", "package", "version")
    raise NotStatic(f"{cargo.path} inherits its version, and no Cargo.toml above it is a workspace")


def _written(cargo: TomlDocument, *keys: str) -> Written:
    text = cargo.string(*keys)
    if text is None:
        raise NotStatic(f"{cargo.path} gives no version under [{'.'.join(keys[:-1])}]")
    place = cargo.where(*keys)
    return Written(text, place.path, place.line)


def _workspace_roots(manifest: Manifest, cargo: TomlDocument) -> Iterator[TomlDocument]:
    """The manifests that may be the workspace's: the one the crate names, or each from its own upwards."""
    directory = posixpath.dirname(cargo.path)
    named = cargo.string("package", "workspace")
    if named is not None:
        joined = posixpath.normpath(posixpath.join(directory, named))
        directories = ["" if joined == "." else joined]
    else:
        steps = directory.split("/") if directory else []
        directories = ["/".join(steps[:depth]) for depth in range(len(steps), -1, -1)]
    for place in directories:
        found = replace(manifest, directory=place).beside(_CARGO)
        if found is not None:
            yield found
