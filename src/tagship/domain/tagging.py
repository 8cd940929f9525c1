"""How a project spells its tags, found out from the tags it has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.domain.names import NormalizedName, canonicalize_name
from tagship.domain.version import PLACEHOLDER, TagTemplate

RECENT: Final = 3
"""How many of the highest versions decide: two tags in a new style outvote any number of old ones."""

_SEPARATORS: Final = "-/@_"
_GENERIC: Final = frozenset({"release", "releases", "rel", "version", "versions", "ver"})
"""Words before a version that name no package."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a tag: the text before the version, and the package it names, "" for none."""

    version: Version
    prefix: str
    package: str

    @property
    def shape(self) -> str:
        """The prefix with the package taken out: `pkg-v` and `other-v` are of one shape."""
        return self.prefix[len(self.package) :]

    def is_foreign_to(self, own: NormalizedName) -> bool:
        """Whether the tag names another package, by itself or as the last step of a path to it."""
        return bool(self.package) and canonicalize_name(self.package.rpartition("/")[2]) != own


def discover_template(tags: Iterable[str], project_name: str) -> TagTemplate | None:
    """The style of a project's tags, by a vote of its highest versions; None where no tag names a version of it.

    Tags that name another package have no vote. Where they are of the same shape as tags that name this
    project, the repository holds several packages, and only tags that name this one have a vote.
    """
    own = canonicalize_name(project_name)
    readings = [reading for tag in tags if (reading := _read(tag, own)) is not None]
    ours = [reading for reading in readings if not reading.is_foreign_to(own)]
    named = [reading for reading in ours if reading.package]
    foreign = {reading.shape for reading in readings if reading.is_foreign_to(own)}
    if any(reading.shape in foreign for reading in named):
        ours = named
    elected = _elected(_versions_proper(ours))
    return None if elected is None else TagTemplate(elected + PLACEHOLDER)


def tags_by_package(tags: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The tags by the normalised names of the packages that they may name; those that name none are left out."""
    found: dict[str, dict[str, None]] = {}
    for tag in tags:
        for reading in _readings(tag):
            if reading.package:
                found.setdefault(canonicalize_name(reading.package.rpartition("/")[2]), {})[tag] = None
    return {name: tuple(named) for name, named in found.items()}


def _versions_proper(readings: Sequence[_Reading]) -> Sequence[_Reading]:
    """Without lone numbers, which are as often dates or moving majors, unless there is nothing else."""
    proper = [reading for reading in readings if len(reading.version.release) > 1]
    return proper or readings


def _elected(readings: Sequence[_Reading]) -> str | None:
    """The prefix that most of the highest versions carry; the newest of equals, then the most common."""
    highest = sorted({reading.version for reading in readings}, reverse=True)[:RECENT]
    votes = Counter(prefix for prefix, _ in {(r.prefix, r.version) for r in readings if r.version in highest})
    newest = {reading.prefix: reading.version for reading in sorted(readings, key=lambda each: each.version)}
    overall = Counter(reading.prefix for reading in readings)
    return max(votes, key=lambda prefix: (votes[prefix], newest[prefix], overall[prefix], prefix), default=None)


def _read(tag: str, own: NormalizedName) -> _Reading | None:
    """A tag as prefix and version: in the way that names no other package, with the longest version."""
    readings = list(_readings(tag))
    mine = (reading for reading in readings if not reading.is_foreign_to(own))
    return next(mine, readings[0] if readings else None)


def _readings(tag: str) -> Iterator[_Reading]:
    for start, character in enumerate(tag):
        if not character.isdecimal():
            continue
        package = _package_of(tag[:start])
        if package is None:
            continue
        version = _version(tag[start:])
        if version is not None:
            yield _Reading(version, tag[:start], package)


def _package_of(prefix: str) -> str | None:
    """The package that a prefix names, "" where it names none; None where no version may follow it."""
    stem = prefix[:-1] if prefix[-1:] in {"v", "V"} else prefix
    if not stem:
        return ""
    if stem[-1] not in _SEPARATORS or len(stem) == 1:
        return None
    word = stem[:-1]
    return "" if word.lower() in _GENERIC else word


def _version(text: str) -> Version | None:
    try:
        version = Version(text)
        str(version)  # a number of thousands of digits is refused here at the latest
    except ValueError:
        return None
    return version
