"""Projects built by pdm-backend: a pattern in a file, the tag, or a function."""

from typing import Final

from tagship.adapters.backends.manifest import Manifest, no_identity
from tagship.adapters.backends.patterns import group_of, search
from tagship.adapters.backends.reading import PATTERN, NotStatic, Reading, by_tag, written

read_identity = no_identity

_KEYS: Final = ("tool", "pdm", "version")
_SETTING: Final = "[tool.pdm.version]"
_DEFAULT_PATTERN: Final = r"""^(?:__version__|VERSION)\s*=\s*["'](.+?)["']\s*(?:#.*)?$"""


def read_version(manifest: Manifest) -> Reading:
    """The version of a pdm project; raises NotStatic or ConfigError."""
    toml = manifest.toml
    if not toml.table(*_KEYS):
        raise NotStatic("pyproject.toml has no [tool.pdm.version] table to say where the version is")
    # pdm-pep517, the backend before this one, spelt `path` as `from` and the tag as `use_scm`.
    path = toml.string(*_KEYS, "path") or toml.string(*_KEYS, "from")
    source = toml.string(*_KEYS, "source") or ("file" if path else None)
    if source == "scm" or toml.value(*_KEYS, "use_scm") is True:
        return by_tag()
    if source == "call":
        raise NotStatic(f"{_SETTING} calls {toml.string(*_KEYS, 'getter') or 'a function'} to compute it")
    if source != "file":
        raise NotStatic(f"{_SETTING} names no source of the version that is known here")
    if not path:
        raise toml.wrong(f"{_SETTING} in {toml.path} names no path", *_KEYS)
    match = search(manifest, path, toml.string(*_KEYS, "pattern") or _DEFAULT_PATTERN, _SETTING)
    return written(group_of(manifest, path, match, 1, _SETTING), PATTERN)
