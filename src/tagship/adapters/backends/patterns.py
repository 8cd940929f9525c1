"""Versions that a regular expression finds in a file, as several backends do it."""

import re
import warnings

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.reading import NotStatic, Written
from tagship.errors import ConfigError, Edit, InFile


def search(manifest: Manifest, path: str, pattern: str, wanted_by: str) -> re.Match[str]:
    """The first match of a pattern in a file of the project, `^` and `$` matching at every line.

    Raises NotStatic where the file or a match is missing, ConfigError where the pattern is none.
    `wanted_by` is the setting that asks, as messages name it.
    """
    compiled = compile_pattern(manifest, pattern, wanted_by)
    match = compiled.search(manifest.needed_text(path, wanted_by))
    if match is None:
        raise NotStatic(f"{wanted_by} finds no version in {manifest.spelt(path)}")
    return match


def compile_pattern(manifest: Manifest, pattern: str, wanted_by: str) -> re.Pattern[str]:
    """The expression that a setting holds; raises ConfigError where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the backend that searches with it will say so
            return re.compile(pattern, re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise ConfigError(
            f"the pattern of {wanted_by} is not a regular expression: {error}",
            where=InFile(manifest.toml.path),
            remedy=Edit(f"correct the pattern of {wanted_by}"),
        ) from None


def group_of(manifest: Manifest, path: str, match: re.Match[str], group: str | int, wanted_by: str) -> Written:
    """What a group of a match holds, and on which line; raises ConfigError where there is no such group."""
    try:
        text: str | None = match.group(group)
    except IndexError:
        raise ConfigError(
            f"the pattern of {wanted_by} has no group {group!r} to hold the version",
            where=InFile(manifest.toml.path),
            remedy=Edit(f"put the version's part of the pattern of {wanted_by} into the group {group!r}"),
        ) from None
    if text is None:
        raise NotStatic(f"{wanted_by} finds no version in {manifest.spelt(path)}")
    return Written(text, manifest.spelt(path), line_at(match.string, match.start(group)))


def line_at(text: str, offset: int) -> int:
    """The line, from 1, on which an offset stands."""
    return text.count("\n", 0, offset) + 1
