"""Projects built by flit: the module itself states its version."""

from typing import Final

from tagship.adapters.backends.literals import Modules
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import PYTHON, Identity, NotStatic, Reading, Written, by_tag, written

_LEGACY: Final = ("tool", "flit", "metadata")
_STUBS: Final = "-stubs"

# Where a package may state its version; the first that does wins.
_VERSION_FILES: Final = ("__init__.py", "version.py", "_version.py", "__version__.py")


def read_version(manifest: Manifest) -> Reading:
    """The version of a flit project; raises NotStatic or ConfigError."""
    if manifest.build_backend == "flit_scm:buildapi":
        return by_tag()
    toml = manifest.toml
    named = toml.string("tool", "flit", "module", "name") or toml.string(*_LEGACY, "module")
    return _version_in(manifest, named or _module_for(manifest.name or ""))


def read_identity(manifest: Manifest) -> Identity:
    """What the table of flit before 3.2 says."""
    toml = manifest.toml
    return Identity(
        toml.string(*_LEGACY, "dist-name") or toml.string(*_LEGACY, "module"),
        toml.string(*_LEGACY, "requires-python"),
    )


def _module_for(name: str) -> str:
    """The module that a project of this name is taken to hold."""
    if name.endswith(_STUBS):
        return name.removesuffix(_STUBS).replace("-", "_") + _STUBS
    return name.replace("-", "_")


def _version_in(manifest: Manifest, module: str) -> Reading:
    modules = Modules(manifest, roots=("", "src"))
    path = modules.find(module)
    if path is None:
        raise NotStatic(f"there is no module {module}, flat or under src")
    candidates = [path]
    if path.endswith("/__init__.py"):
        folder = path.removesuffix("__init__.py")
        candidates = [folder + file for file in _VERSION_FILES if manifest.read(folder + file) is not None]
    reason = NotStatic(f"{manifest.spelt(path)} does not state __version__")
    for candidate in candidates:
        try:
            found = modules.attribute(modules.parse(candidate), "__version__")
        except NotStatic as unclear:
            reason = unclear if candidate == path else reason
            continue
        if isinstance(found.value, str):
            return written(Written(found.value, found.path, found.line), PYTHON)
    raise reason
