"""Releases that have a file each: what a file's name says."""

import re

from tagship.domain.changelog.headings import NOTHING, Kind, Saying, read_heading

_SUFFIX = re.compile(r"\.(?:md|markdown|rst|txt)$", re.IGNORECASE)
_SPLIT_DIGITS = re.compile(r"(?<=[0-9])_(?=[0-9])")
_SPLIT_WORDS = re.compile(r"[-_](?=[a-z])|(?<=[a-z])[-_](?=[0-9])", re.IGNORECASE)
_NAMING = frozenset({Kind.VERSION, Kind.WORDED, Kind.UNRELEASED, Kind.PERHAPS_UNRELEASED})


def stem_of(path: str) -> str:
    """A file's name without its folder and without the suffix of a text."""
    return _SUFFIX.sub("", path.rpartition("/")[2])


def is_text(path: str) -> bool:
    """Whether a file's suffix is that of a text."""
    return _SUFFIX.search(path) is not None


def read_name(path: str, project: str) -> Saying:
    """What the name of a file says: `1.2.0.md`, `v1_2.rst`, `release-1.2.0-notes.txt`, `unreleased.md`.

    The kind is OTHER where it names no release. A whole number that leads is the number of an issue: `123.feature`.
    """
    stem = stem_of(path)
    spaced = _SPLIT_WORDS.sub(" ", _SPLIT_DIGITS.sub(".", stem))
    saying = read_heading(spaced, project)
    issue = saying.version is not None and len(saying.version.release) == 1 and stem[0].isdecimal()
    return NOTHING if issue or saying.kind not in _NAMING else saying
