"""Projects built by hatchling: a pattern in a file by default, else a version source by name."""

import itertools
import json
import re
from typing import Final

from tagship.adapters.backends.dunamai import from_file
from tagship.adapters.backends.manifest import Manifest, no_identity
from tagship.adapters.backends.patterns import group_of, search
from tagship.adapters.backends.reading import JSON, PATTERN, NotStatic, Reading, Written, by_tag, written
from tagship.adapters.toml_document import Key, TomlDocument

read_identity = no_identity

# What hatchling finds by default; it knows no annotated assignments.
_DEFAULT_PATTERN: Final = r"""(?i)^(?:__version__|VERSION) *= *(['"])v?(?P<version>.+?)\1"""
_SETTING: Final = "[tool.hatch.version]"
_TAG_SOURCES: Final = frozenset({"vcs", "versioningit", "uv-dynamic-versioning"})
_MOST_KEYS: Final = 20
_PATTERN_SOURCES: Final = frozenset({"regex", "regex_commit"})


def read_version(manifest: Manifest) -> Reading:
    """The version of a hatchling project; raises NotStatic or ConfigError."""
    toml, keys = _settings(manifest)
    if not toml.table(*keys):
        raise NotStatic("pyproject.toml has no [tool.hatch.version] table, so a metadata hook must compute the version")
    source = toml.string(*keys, "source") or "regex"
    if source in _PATTERN_SOURCES:
        return _by_pattern(manifest, toml, keys)
    if source == "nodejs":
        return _from_package_json(manifest, toml.string(*keys, "path") or "package.json")
    if source == "uv-dynamic-versioning" and (found := from_file(manifest, source)):
        return found
    if source in _TAG_SOURCES:
        return by_tag()
    raise NotStatic(f"the version source {source!r} of [tool.hatch.version] computes it")


def _settings(manifest: Manifest) -> tuple[TomlDocument, tuple[Key, ...]]:
    """The document and the keys of the table that holds the settings: hatch.toml wins."""
    beside = manifest.beside("hatch.toml")
    if beside is not None and "version" in beside.data:
        return beside, ("version",)
    return manifest.toml, ("tool", "hatch", "version")


def _by_pattern(manifest: Manifest, toml: TomlDocument, keys: tuple[Key, ...]) -> Reading:
    path = toml.string(*keys, "path")
    if not path:
        raise toml.wrong(f"{_SETTING} in {toml.path} names no path", *keys)
    pattern = toml.string(*keys, "pattern") or _DEFAULT_PATTERN
    match = search(manifest, path, pattern, _SETTING)
    return written(group_of(manifest, path, match, "version", _SETTING), PATTERN)


def _from_package_json(manifest: Manifest, path: str) -> Reading:
    """The version of a package.json, as the plug-in for Node projects takes it."""
    text = manifest.needed_text(path, _SETTING)
    try:
        document: object = json.loads(text)
    except (ValueError, RecursionError):
        raise NotStatic(f"{manifest.spelt(path)} is not JSON") from None
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str):
        raise NotStatic(f"{manifest.spelt(path)} gives no version")
    keys = re.finditer(rf'"version"\s*:\s*{re.escape(json.dumps(version))}', text)
    key = next((key for key in itertools.islice(keys, _MOST_KEYS) if _is_outermost(text, key)), None)
    line = text.count("\n", 0, key.start()) + 1 if key else None
    return written(Written(version, manifest.spelt(path), line), JSON)


def _is_outermost(text: str, key: re.Match[str]) -> bool:
    """Whether a key with its value is of the document itself, and not of something in it."""
    try:
        tried: object = json.loads(text[: key.start()] + '"version": 0' + text[key.end() :])
    except ValueError:
        return False
    return isinstance(tried, dict) and tried.get("version") == 0
