"""Projects built by scikit-build-core: providers of dynamic metadata."""

import re
from collections.abc import Iterator
from typing import Final

from tagship.adapters.backends.manifest import Manifest, no_identity
from tagship.adapters.backends.patterns import compile_pattern, group_of, search
from tagship.adapters.backends.reading import PATTERN, NotStatic, Reading, Written, by_tag, written
from tagship.adapters.backends.tags import TAG_PROVIDERS
from tagship.adapters.toml_document import Key

read_identity = no_identity

_REGEX_PROVIDERS: Final = frozenset(
    {"scikit_build_core.metadata.regex", "dynamic_metadata.regex", "dynamic_metadata.plugins.regex"}
)
_DEFAULT_PATTERN: Final = r"""(?i)^(?:__version__|VERSION)(?: ?: ?str)? *= *(['"])v?(?P<value>.+?)\1"""
_DEFAULT_RESULT: Final = "{value}"
_FIELD: Final = re.compile(r"\{(\w*)\}")


def read_version(manifest: Manifest) -> Reading:
    """The version of a scikit-build-core project; raises NotStatic or ConfigError."""
    keys = next(_providers_of_version(manifest), None)
    if keys is None:
        raise NotStatic("pyproject.toml names no provider of the version among its dynamic metadata")
    provider = manifest.toml.string(*keys, "provider") or ""
    if provider in _REGEX_PROVIDERS:
        return _by_pattern(manifest, keys)
    if provider.startswith(TAG_PROVIDERS):
        return by_tag()
    raise NotStatic(f"the provider {provider!r} of dynamic metadata computes it")


def _providers_of_version(manifest: Manifest) -> Iterator[tuple[Key, ...]]:
    """The keys of every table that sets the version: the standard's in order, then the backend's own."""
    toml = manifest.toml
    standard = toml.value("tool", "dynamic-metadata")
    if isinstance(standard, list):
        for index, entry in enumerate(standard):
            keys = ("tool", "dynamic-metadata", index)
            if isinstance(entry, dict) and _sets_version(entry):
                yield keys
    elif isinstance(standard, dict) and "version" in standard:
        yield ("tool", "dynamic-metadata", "version")
    if toml.table("tool", "scikit-build", "metadata", "version"):
        yield ("tool", "scikit-build", "metadata", "version")


def _sets_version(entry: dict[str, object]) -> bool:
    """Whether an entry is about the version; providers that read the tag need not say so."""
    field = entry.get("field")
    return field == "version" or (field is None and str(entry.get("provider", "")).startswith(TAG_PROVIDERS))


def _by_pattern(manifest: Manifest, keys: tuple[Key, ...]) -> Reading:
    toml = manifest.toml
    setting = "the version's provider"
    path = toml.string(*keys, "input")
    if not path:
        raise toml.wrong(f"{setting} in {toml.path} names no input", *keys, "provider")
    match = search(manifest, path, toml.string(*keys, "regex") or _DEFAULT_PATTERN, setting)
    result = toml.string(*keys, "result") or _DEFAULT_RESULT
    fields = _FIELD.findall(result)
    if not fields or re.search(r"[{}]", _FIELD.sub("", result)):
        raise NotStatic(f"{setting} forms its result in a way that only the backend knows: {result!r}")
    # A field is a group's name, its number from 0, or empty for the next one.
    groups = [_group(field, position) for position, field in enumerate(fields)]
    found = [group_of(manifest, path, match, group, setting) for group in groups]
    texts = iter(found)
    text = _FIELD.sub(lambda _: next(texts).text, result)
    remove = toml.string(*keys, "remove")
    if remove:
        text = compile_pattern(manifest, remove, setting).sub("", text)
    return written(Written(text, found[0].path, found[0].line), PATTERN)


def _group(field: str, position: int) -> str | int:
    if not field:
        return position + 1
    return int(field) + 1 if field.isdecimal() else field
