"""A project read from its own files: name, version, where the version is written, and by what it is built.

Nothing of the project runs, and git is not asked.
"""

import re
from dataclasses import replace
from typing import Final

from tagship.adapters.backends import DEFAULT_BUILD_BACKEND, backend_for
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import TOML, Identity, NotStatic, Reading, Written, by_backend, written
from tagship.adapters.toml_document import TomlDocument
from tagship.domain.facts import Tree
from tagship.domain.names import InvalidName, canonicalize_name
from tagship.domain.project import Project
from tagship.errors import ConfigError, Edit, InFile

PYPROJECT: Final = "pyproject.toml"
_LEGACY_FILES: Final = ("setup.py", "setup.cfg")

# The backends that accept a [project] table without a version that it does not call dynamic either.
_LENIENT: Final = frozenset({"poetry-core", "maturin"})

_BOUND: Final = r"\s*(?:[<>]=?|!=)\s*[0-9]+(?:\.[0-9]+)*\s*"
PLAIN_BOUNDS: Final = re.compile(rf"{_BOUND}(?:,{_BOUND})*")
"""What nearly every project says, and is a version specifier at first sight."""


def read_project(tree: Tree, directory: str = "") -> Project:
    """The project in a tree, or in one directory of it.

    A version that only running the backend can tell is left out, with the reason in
    `version_unknown`. Raises ConfigError where there is no project, or where its files are broken.
    """
    manifest = _manifest(tree, directory.strip("/"))
    identity = _identity(manifest)
    name = _name(manifest, identity)
    reading = _static_version(manifest) or _version_left_open(manifest)
    return Project(
        name=name,
        version=reading.version,
        version_source=reading.source,
        backend=manifest.build_backend or DEFAULT_BUILD_BACKEND,
        dynamic=manifest.lists_version_as_dynamic or not reading.declared,
        requires_python=_requires_python(manifest, identity),
        version_unknown=reading.unknown,
    )


def _manifest(tree: Tree, directory: str) -> Manifest:
    nothing = TomlDocument(PYPROJECT, "", {})
    manifest = Manifest(tree, nothing, directory)
    path = manifest.spelt(PYPROJECT)
    content = manifest.read(PYPROJECT)
    if content is not None:
        return replace(manifest, toml=TomlDocument.parse(path, content))
    if all(manifest.read(name) is None for name in _LEGACY_FILES):
        raise ConfigError(
            f"there is no project in {directory or 'this directory'}: neither {PYPROJECT}, setup.py nor setup.cfg",
            where=InFile(path),
            remedy=Edit("name the project's directory with -C, or write a pyproject.toml"),
        )
    return replace(manifest, toml=replace(nothing, path=path))


def _static_version(manifest: Manifest) -> Reading | None:
    """The version that `[project]` states; raises ConfigError where it breaks the rules of PEP 621."""
    toml = manifest.toml
    text = toml.string("project", "version")
    dynamic = manifest.lists_version_as_dynamic
    if text is not None and dynamic:
        raise toml.wrong(
            f"[project] in {toml.path} states the version and calls it dynamic as well",
            "project",
            "version",
            remedy=Edit("remove version, either as a key of [project] or from its dynamic list"),
        )
    if text is not None:
        place = toml.where("project", "version")
        return written(Written(text, place.path, place.line), TOML, declared=True)
    if toml.table("project") and not dynamic and backend_for(manifest).requirement not in _LENIENT:
        raise toml.wrong(
            f"[project] in {toml.path} neither states the version nor calls it dynamic",
            "project",
            remedy=Edit('add version = "…" under [project], or list "version" in its dynamic'),
        )
    return None


def _identity(manifest: Manifest) -> Identity:
    """What the backend's own files say where there is no `[project]`, or where it leaves the Pythons to them."""
    left_open = "project" not in manifest.toml.data or "requires-python" in manifest.toml.strings("project", "dynamic")
    return backend_for(manifest).read_identity(manifest) if left_open else Identity()


def _version_left_open(manifest: Manifest) -> Reading:
    try:
        return backend_for(manifest).read_version(manifest)
    except NotStatic as reason:
        return by_backend(str(reason))


def _name(manifest: Manifest, identity: Identity) -> str:
    """The project's name; raises ConfigError where there is none, or one that no index would take."""
    toml = manifest.toml
    name = toml.string("project", "name") if "project" in toml.data else identity.name
    if name is None:
        raise _nameless(manifest)
    try:
        canonicalize_name(name, validate=True)
    except InvalidName:
        keys = ("project", "name") if manifest.name is not None else ()
        raise toml.wrong(
            f"the name {name!r} is not one that an index would take",
            *keys,
            remedy=Edit("spell the name in letters, digits, '-', '_' and '.', first and last a letter or digit"),
        ) from None
    return name


def _nameless(manifest: Manifest) -> ConfigError:
    toml = manifest.toml
    if "project" in toml.data:
        return toml.wrong(
            f"no name of the project can be read from {toml.path}",
            "project",
            remedy=Edit(f'add name = "…" under [project] in {toml.path}'),
        )
    legacy = next((name for name in _LEGACY_FILES if manifest.read(name) is not None), None)
    if legacy is None:
        return toml.wrong(
            f"{toml.path} describes no project",
            remedy=Edit("name the directory of the project with -C, or add [project] with its name and version"),
        )
    path = manifest.spelt(legacy)
    return ConfigError(
        f"{path} does not state the project's name where it can be read without running it",
        where=InFile(path),
        remedy=Edit(f'write name = "…" into {path}, or add [project] with its name to {toml.path}'),
    )


def _requires_python(manifest: Manifest, identity: Identity) -> str | None:
    """Which Pythons the project asks for; raises ConfigError where `[project]` says it in no known words."""
    toml = manifest.toml
    text = toml.string("project", "requires-python")
    stated = text if text is not None else identity.requires_python
    if stated is None:
        return None
    if PLAIN_BOUNDS.fullmatch(stated):
        return stated.strip()
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 -- slow, and few need it

    try:
        SpecifierSet(stated)
    except (InvalidSpecifier, ValueError):
        keys = ("project", "requires-python") if text is not None else ()
        raise toml.wrong(
            f"requires-python {stated!r} is not a version specifier",
            *keys,
            remedy=Edit("spell it as in >=3.11"),
        ) from None
    return stated.strip()
