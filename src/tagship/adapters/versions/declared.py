"""The import packages that a project's configuration lists, and the folders in which it says that they lie."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import NotStatic
from tagship.adapters.backends.setup_cfg import SETUP_CFG, SetupCfg, read_setup_cfg
from tagship.adapters.backends.setup_py import SetupPy, read_setup_py
from tagship.adapters.toml_document import TomlDocument
from tagship.domain.facts import Tree
from tagship.errors import ConfigError

PYPROJECT: Final = "pyproject.toml"
ROOTS: Final = ("src", "")
"""Where packages lie when nothing says so."""

_SETUPTOOLS: Final = ("tool", "setuptools")
_UV: Final = ("tool", "uv", "build-backend")
_PATTERN: Final = frozenset("*?[!")
_PATHS: Final = (
    ("tool", "hatch", "build", "targets", "wheel", "packages"),
    ("tool", "hatch", "build", "targets", "wheel", "only-include"),
    ("tool", "hatch", "build", "packages"),
    ("tool", "scikit-build", "wheel", "packages"),
    ("tool", "pdm", "build", "includes"),
)
"""Lists of paths that go into a wheel."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What is configured: `packages` are paths without an ending, None where nothing lists any.

    `roots` are the folders that hold whichever packages there are, "" for the project's own.
    """

    packages: tuple[str, ...] | None = None
    roots: tuple[str, ...] = ()


def read_declared(tree: Tree) -> Declared:
    """What all files of a project declare; what is broken, or computed, declares nothing."""
    content = tree.read(PYPROJECT)
    toml = TomlDocument(PYPROJECT, "", {})
    with suppress(ConfigError):
        toml = toml if content is None else TomlDocument.parse(PYPROJECT, content)
    manifest = Manifest(tree, toml)
    found = [declared for reader in _READERS for declared in _as_far_as_read(reader, manifest)]
    listed = [each.packages for each in found if each.packages is not None]
    packages = _outermost(_inside(manifest, (path for paths in listed for path in paths))) if listed else None
    return Declared(packages, _inside(manifest, (root for each in found for root in each.roots)))


def _as_far_as_read(reader: "_Reader", manifest: Manifest) -> Iterator[Declared]:
    with suppress(ConfigError):
        yield reader(manifest)


def _inside(manifest: Manifest, paths: Iterable[str]) -> tuple[str, ...]:
    """The paths as the tree spells them, once each, without those that lead outside."""
    located = ("" if path in {"", ".", "./"} else manifest.locate(path) for path in paths)
    return tuple(dict.fromkeys(path for path in located if path is not None))


def _outermost(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Those that lie in no other one: a package may bring what has a version of its own."""
    return tuple(path for path in paths if path and not any(path.startswith(f"{other}/") for other in paths if other))


def _of_setuptools(manifest: Manifest) -> Declared:
    cfg = read_setup_cfg(manifest) if _says_packages(manifest) else None
    setup = read_setup_py(manifest)
    table = manifest.toml.table(*_SETUPTOOLS)
    directories = {
        **(cfg.mapping("options", "package_dir") if cfg else {}),
        **setup.mapping("package_dir"),
        **{name: str(folder) for name, folder in manifest.toml.table(*_SETUPTOOLS, "package-dir").items()},
    }
    found = table.get("packages")
    where = _texts(manifest.toml.value(*_SETUPTOOLS, "packages", "find", "where")) if isinstance(found, dict) else ()
    roots = (*([directories[""]] if "" in directories else []), *where, *_found_by_cfg(cfg))
    lists = [_listed(table.get("packages")), _listed(table.get("py-modules")), *_of_cfg(cfg), *_of_setup_py(setup)]
    given = [names for names in lists if names is not None]
    names = [name for names in given for name in names]
    paths = (path for name in names for path in _below(roots or ROOTS, name, directories.get(name)))
    return Declared(tuple(paths) if given else None, roots)


def _says_packages(manifest: Manifest) -> bool:
    """Whether setup.cfg is worth a parser that is slow to load."""
    content = manifest.read(SETUP_CFG) or b""
    return any(word in content for word in (b"package", b"py_modules", b"py-modules"))


def _found_by_cfg(cfg: SetupCfg | None) -> tuple[str, ...]:
    where = cfg.option("options.packages.find", "where") if cfg else None
    return _entries(where.text) if where else ()


def _of_cfg(cfg: SetupCfg | None) -> Iterator[tuple[str, ...] | None]:
    for name in ("packages", "py_modules"):
        option = cfg.option("options", name) if cfg else None
        yield _entries(option.text) if option and not option.text.startswith("find") else None


def _of_setup_py(setup: SetupPy) -> Iterator[tuple[str, ...] | None]:
    for name in ("packages", "py_modules"):
        try:
            stated = setup.states(name)
        except NotStatic:
            continue
        yield _texts(list(stated.value) if isinstance(stated.value, tuple) else stated.value) if stated else None


def _of_uv(manifest: Manifest) -> Declared:
    root = manifest.toml.string(*_UV, "module-root")
    names = _texts(manifest.toml.value(*_UV, "module-name"))
    roots = () if root is None else (root,)
    return _modules(names, roots, otherwise=("src",))


def _of_flit(manifest: Manifest) -> Declared:
    toml = manifest.toml
    name = toml.string("tool", "flit", "module", "name") or toml.string("tool", "flit", "metadata", "module")
    return _modules(_texts(name), ())


def _of_maturin(manifest: Manifest) -> Declared:
    """The native module lies in a package where its name says so."""
    toml = manifest.toml
    native = toml.string("tool", "maturin", "module-name") or ""
    names = [native.rpartition(".")[0] or native, *toml.strings("tool", "maturin", "python-packages")]
    root = toml.string("tool", "maturin", "python-source")
    return _modules(filter(None, names), () if root is None else (root,))


def _of_pdm(manifest: Manifest) -> Declared:
    root = manifest.toml.string("tool", "pdm", "build", "package-dir")
    return Declared(roots=() if root is None else (root,))


def _of_poetry(manifest: Manifest) -> Declared:
    value = manifest.toml.value("tool", "poetry", "packages")
    entries = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    paths = [
        _joined(str(each.get("from", "")), path)
        for each in entries
        for path in _texts(each.get("include"))
        if each.get("format") != "sdist"
    ]
    return _plain(paths)


def _of_paths(manifest: Manifest) -> Declared:
    values = [manifest.toml.value(*keys) for keys in _PATHS]
    lists = [_texts(list(value.values()) if isinstance(value, dict) else value) for value in values]
    return _plain(path for paths in lists for path in paths)


_Reader = Callable[[Manifest], Declared]
_READERS: Final[tuple[_Reader, ...]] = (
    _of_setuptools,
    _of_uv,
    _of_flit,
    _of_maturin,
    _of_pdm,
    _of_poetry,
    _of_paths,
)


def _plain(paths: Iterable[str]) -> Declared:
    """The paths of packages and modules; what is given as a pattern tells of no single one."""
    found = tuple(path.removesuffix(".py") for path in paths if _PATTERN.isdisjoint(path))
    return Declared(found or None)


def _modules(names: Iterable[str], roots: tuple[str, ...], otherwise: tuple[str, ...] = ROOTS) -> Declared:
    paths = tuple(path for name in names for path in _below(roots or otherwise, name))
    return Declared(paths or None, roots)


def _below(roots: tuple[str, ...], name: str, folder: str | None = None) -> Iterator[str]:
    """Where a package of a dotted name may lie: in its own folder, or below each of the roots."""
    if folder is not None:
        yield folder
    else:
        yield from (_joined(root, name.replace(".", "/")) for root in roots)


def _joined(root: str, path: str) -> str:
    return f"{root.rstrip('/')}/{path}" if root else path


def _entries(text: str) -> tuple[str, ...]:
    return tuple(entry.strip() for entry in re.split(r"[\n,]", text) if entry.strip())


def _listed(value: object) -> tuple[str, ...] | None:
    return _texts(value) if isinstance(value, list) else None


def _texts(value: object) -> tuple[str, ...]:
    """The texts in a list, or the one that stands in place of a list."""
    several = value if isinstance(value, list) else [value]
    return tuple(each for each in several if isinstance(each, str) and each)
