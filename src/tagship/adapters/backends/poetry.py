"""Projects built by poetry-core: `[project]`, or `[tool.poetry]`, or each for a part."""

import re
from typing import Final

from tagship.adapters.backends.dunamai import from_file
from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import TOML, Identity, NotStatic, Reading, Written, by_tag, written

_PLUGIN: Final = "poetry-dynamic-versioning"
_CARET: Final = re.compile(r"\^\s*(\d+(?:\.\d+)*)")
_TILDE: Final = re.compile(r"~\s*(\d+(?:\.\d+)*)")


def read_identity(manifest: Manifest) -> Identity:
    """What `[tool.poetry]` says."""
    return Identity(manifest.toml.string("tool", "poetry", "name"), _requires_python(manifest))


def read_version(manifest: Manifest) -> Reading:
    """The version of a poetry project; raises NotStatic or ConfigError."""
    if manifest.toml.value("tool", _PLUGIN, "enable") is True:
        return from_file(manifest, _PLUGIN) or by_tag()
    text = manifest.toml.string("tool", "poetry", "version")
    if text is None:
        raise NotStatic("neither [project] nor [tool.poetry] gives a version, so a plug-in must set it")
    place = manifest.toml.where("tool", "poetry", "version")
    return written(Written(text, place.path, place.line), TOML, declared=not manifest.lists_version_as_dynamic)


def _requires_python(manifest: Manifest) -> str | None:
    """Poetry's constraint on Python in the words of the version specifiers; None where it has no such form."""
    text = manifest.toml.value("tool", "poetry", "dependencies", "python")
    if not isinstance(text, str) or "||" in text or text.strip() == "*":
        return None
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415 -- slow, and of one backend

    try:
        return str(SpecifierSet(",".join(_specifier(part.strip()) for part in text.split(","))))
    except (InvalidSpecifier, ValueError):
        return None


def _specifier(constraint: str) -> str:
    if caret := _CARET.fullmatch(constraint):
        parts = [int(part) for part in caret[1].split(".")]
        place = next((index for index, part in enumerate(parts) if part), len(parts) - 1)
        return f">={caret[1]},<{_raised(parts, place)}"
    if (tilde := _TILDE.fullmatch(constraint)) and not constraint.startswith("~="):
        parts = [int(part) for part in tilde[1].split(".")]
        return f">={tilde[1]},<{_raised(parts, min(1, len(parts) - 1))}"
    if re.fullmatch(r"\d[\d.]*(?:\.\*)?", constraint):
        return f"=={constraint}"
    return constraint


def _raised(parts: list[int], place: int) -> str:
    return ".".join(str(part) for part in [*parts[:place], parts[place] + 1, *([0] if place == 0 else [])])
