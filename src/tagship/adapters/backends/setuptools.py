"""Projects built by setuptools: pyproject.toml, then setup.py, then setup.cfg, then plug-ins.

An argument of setup() wins over setup.cfg, and where there is a `[project]` table, both speak only
for what it leaves open.
"""

import posixpath
from dataclasses import dataclass
from typing import Final

from tagship.adapters.backends.computed import read_drawn
from tagship.adapters.backends.literals import Modules, spelt_version
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import INI, PYTHON, TEXT, Identity, NotStatic, Reading, Written, by_tag, written
from tagship.adapters.backends.setup_cfg import SetupCfg, read_setup_cfg
from tagship.adapters.backends.setup_py import SetupPy, read_setup_py
from tagship.adapters.backends.tags import setuptools_takes_the_tag

_DYNAMIC: Final = ("tool", "setuptools", "dynamic", "version")
_SETTING: Final = "[tool.setuptools.dynamic] version"


@dataclass(frozen=True, slots=True)
class _Sources:
    manifest: Manifest
    cfg: SetupCfg
    setup: SetupPy


def read_version(manifest: Manifest) -> Reading:
    """The version of a setuptools project; raises NotStatic or ConfigError."""
    sources = _sources(manifest)
    try:
        reading = _from_pyproject(sources) or _from_setup_py(sources) or _from_setup_cfg(sources)
    except NotStatic:
        # A file that a plug-in writes at build time is not in the tree, and reads like one that is missing.
        if setuptools_takes_the_tag(manifest, sources.cfg, sources.setup):
            return by_tag()
        raise
    if reading is not None:
        return reading
    if setuptools_takes_the_tag(manifest, sources.cfg, sources.setup):
        return by_tag()
    raise NotStatic("neither pyproject.toml, setup.py nor setup.cfg gives a version, so a plug-in must compute it")


def read_identity(manifest: Manifest) -> Identity:
    """What setup.py or setup.cfg says."""
    sources = _sources(manifest)
    return Identity(_stated(sources, "name", "metadata"), _stated(sources, "python_requires", "options"))


def _sources(manifest: Manifest) -> _Sources:
    return _Sources(manifest, read_setup_cfg(manifest), read_setup_py(manifest))


def _stated(sources: _Sources, option: str, section: str) -> str | None:
    """What setup.py or else setup.cfg states; None where neither does so plainly."""
    try:
        found = sources.setup.text(option)
    except NotStatic:
        found = None
    found = found or sources.cfg.option(section, option)
    return found.text if found else None


def _from_pyproject(sources: _Sources) -> Reading | None:
    toml = sources.manifest.toml
    table = toml.table(*_DYNAMIC)
    if "attr" in table:
        return _from_attribute(sources, toml.string(*_DYNAMIC, "attr") or "", _SETTING)
    if "file" in table:
        listed = isinstance(table["file"], list)
        files = toml.strings(*_DYNAMIC, "file") if listed else (toml.string(*_DYNAMIC, "file") or "",)
        return _from_files(sources, files, _SETTING)
    return None


def _from_setup_py(sources: _Sources) -> Reading | None:
    try:
        found = sources.setup.states("version")
    except NotStatic:
        reading = None if setuptools_takes_the_tag(sources.manifest, sources.cfg, sources.setup) else _drawn(sources)
        if reading is None:
            raise
        return reading
    if found is None:
        return None
    text = spelt_version(found.value)
    plain = found.path == sources.manifest.spelt("setup.py")
    return written(Written(text, found.path, found.line), PYTHON, declared=plain)


def _drawn(sources: _Sources) -> Reading | None:
    """The version where setup.py computes it from one file that states it."""
    setup = sources.setup
    node = setup.arguments.get("version")
    return None if setup.module is None or node is None else read_drawn(setup.modules, setup.module, node)


def _from_setup_cfg(sources: _Sources) -> Reading | None:
    found = sources.cfg.option("metadata", "version")
    if found is None:
        return None
    setting = f"version in {found.path}"
    directive, colon, rest = found.text.partition(":")
    if colon and directive == "attr":
        return _from_attribute(sources, rest.strip(), setting)
    if colon and directive == "file":
        return _from_files(sources, tuple(path.strip() for path in rest.split(",")), setting)
    return written(found, INI, declared=True)


def _from_files(sources: _Sources, files: tuple[str, ...], setting: str) -> Reading:
    """A version that fills a file; several files are joined, which only empty ones survive."""
    texts = [sources.manifest.needed_text(path, setting) for path in files]
    path = sources.manifest.spelt(next((path for path, text in zip(files, texts, strict=True) if text.strip()), ""))
    line = next((number for number, text in enumerate("\n".join(texts).splitlines(), 1) if text.strip()), None)
    return written(Written("\n".join(texts), path, line if len(files) == 1 else None), TEXT)


def _from_attribute(sources: _Sources, dotted: str, setting: str) -> Reading:
    """A version that a module's attribute holds; the module is parsed where setuptools may import it."""
    module, _, attribute = dotted.strip().rpartition(".")
    directories = _package_directories(sources)
    modules = Modules(sources.manifest, roots=_roots(sources, directories))
    path = modules.find(_mapped(module, directories)) or modules.find(module or "__init__")
    if path is None:
        raise NotStatic(f"{setting} names {dotted}, and there is no module {module or '__init__'}")
    found = modules.attribute(modules.parse(path), attribute)
    return written(Written(spelt_version(found.value), found.path, found.line), PYTHON)


def _package_directories(sources: _Sources) -> dict[str, str]:
    """Which directory holds which package; the key "" stands for all others."""
    toml = sources.manifest.toml
    table = toml.table("tool", "setuptools", "package-dir")
    return {
        **sources.cfg.mapping("options", "package_dir"),
        **sources.setup.mapping("package_dir"),
        **{package: str(directory) for package, directory in table.items()},
    }


def _mapped(module: str, directories: dict[str, str]) -> str:
    """A module's dotted path below the project where its package lives in a directory of its own."""
    package, dot, rest = module.partition(".")
    if package and package in directories:
        return _inside(directories[package]).replace("/", ".") + dot + rest
    return module


def _roots(sources: _Sources, directories: dict[str, str]) -> tuple[str, ...]:
    """Where modules may lie: as configured, else as setuptools looks by itself, src before the top."""
    toml = sources.manifest.toml
    where: tuple[str, ...] = ()
    if isinstance(toml.value("tool", "setuptools", "packages"), dict):
        where = toml.strings("tool", "setuptools", "packages", "find", "where")
    configured = [directories.get(""), *where]
    roots = [_inside(root) for root in configured if root is not None]
    return tuple(dict.fromkeys([*roots, "src", ""]))


def _inside(directory: str) -> str:
    """A directory as paths below it are spelt: the project's own is empty."""
    normal = posixpath.normpath(directory)
    return "" if normal == "." else normal
