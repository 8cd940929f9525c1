"""Versions and the tags that carry them.

Versions follow PEP 440 (the version specifiers specification); a tag carries one in its canonical
spelling, so that tag and version can be told apart by nothing but the template.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from packaging.version import Version

PLACEHOLDER = "{version}"
_LOOKS_LIKE_VERSION = re.compile(r"v?\d+(?:\.\d+)*.*", re.DOTALL)
_SEMVER_NUMERIC_SUFFIX = re.compile(r"v?\d+(?:\.\d+)*-\d+")


@dataclass(frozen=True, slots=True)
class TagTemplate:
    """How a project spells its tags, such as `v{version}` or `pkg-v{version}`."""

    text: str = "v" + PLACEHOLDER

    def __post_init__(self) -> None:
        if self.text.count(PLACEHOLDER) != 1:
            message = f"a tag template holds {PLACEHOLDER} once: {self.text!r}"
            raise ValueError(message)

    @property
    def prefix(self) -> str:
        """What stands before the version."""
        return self.text.partition(PLACEHOLDER)[0]

    @property
    def suffix(self) -> str:
        """What stands after the version."""
        return self.text.partition(PLACEHOLDER)[2]

    def tag_for(self, version: Version) -> str:
        """The one tag that names this version."""
        return self.text.replace(PLACEHOLDER, str(version))

    def spelling_in(self, tag: str) -> str | None:
        """The text that stands where the version should, or None for a tag of another kind."""
        if not (tag.startswith(self.prefix) and tag.endswith(self.suffix)):
            return None
        spelling = tag[len(self.prefix) : len(tag) - len(self.suffix)]
        return spelling if _LOOKS_LIKE_VERSION.fullmatch(spelling) else None

    def version_in(self, tag: str) -> Version | None:
        """The version that a tag names, however it is spelt, or None."""
        spelling = self.spelling_in(tag)
        return None if spelling is None else parse_version(spelling)


def parse_version(text: str) -> Version | None:
    """The version that a text spells under PEP 440, or None."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion, and a number of more digits than Python converts
        return None


def spelling_trap(spelling: str) -> str | None:
    """Why a spelling that SemVer allows does not say under PEP 440 what it seems to say, or None.

    `1.2.3-1` is the worst of them: a pre-release to SemVer, a post-release to every Python installer.
    """
    version = parse_version(spelling)
    if version is None:
        return f"{spelling!r} is not a version under PEP 440, and no index would take it"
    if version.local is not None:
        return f"{spelling!r} carries the local part +{version.local}, which an index refuses"
    if str(version) == spelling:
        return None
    if _SEMVER_NUMERIC_SUFFIX.fullmatch(spelling):
        return f"{spelling!r} is a pre-release to SemVer but the post-release {version} to PEP 440"
    return f"{spelling!r} is {version} in its canonical spelling"


@dataclass(frozen=True, slots=True)
class NextVersions:
    """The versions that may follow, one step up each."""

    patch: Version
    minor: Version
    major: Version

    def __str__(self) -> str:
        return f"{self.patch} (patch), {self.minor} (minor) or {self.major} (major)"


def next_versions(published: Version, taken: Iterable[Version] = ()) -> NextVersions:
    """The next patch, minor and major after `published`; each skips what is already taken.

    A pre-release is followed by its own final release, which is a patch to it.
    """
    spent = set(taken)
    patch = _release(published) if published.is_prerelease else _raise(published, 2)
    while patch in spent:
        patch = _raise(patch, 2)
    minor = _raise(published, 1)
    while minor in spent:
        minor = _raise(minor, 1)
    major = _raise(published, 0)
    while major in spent:
        major = _raise(major, 0)
    return NextVersions(patch, minor, major)


def _release(version: Version) -> Version:
    epoch = f"{version.epoch}!" if version.epoch else ""
    return Version(epoch + ".".join(str(part) for part in version.release))


def _raise(version: Version, place: int) -> Version:
    """The version with its part at `place` one higher and what follows at zero."""
    parts = [*version.release, 0, 0, 0][: max(len(version.release), place + 1)]
    parts[place] += 1
    parts[place + 1 :] = [0] * (len(parts) - place - 1)
    epoch = f"{version.epoch}!" if version.epoch else ""
    return Version(epoch + ".".join(str(part) for part in parts))


def line_of(version: Version) -> tuple[int, int, int]:
    """The line of release that a version belongs to: epoch, major, minor."""
    return (version.epoch, version.major, version.minor)


FIRST_CALENDAR_YEAR = 1990
CENTURY = 100


def is_calendar(version: Version, year: int) -> bool:
    """Whether a version reads as a date: its first part is `year` (four digits or two) or a year before.

    Steps between calendar versions say nothing, so nothing is asked of them.
    """
    return FIRST_CALENDAR_YEAR <= version.major <= year + 1 or version.major in {
        year % CENTURY,
        (year - 1) % CENTURY,
    }


def is_one_step(before: Version, after: Version) -> bool:
    """Whether `after` follows `before` by one step of patch, minor or major, or within one release.

    3.1.4 → 3.1.5, 3.2.0, 4.0.0 and their pre-, post- and dev-releases are one step; 3.1.4 → 4.1.5 is a
    typing error until somebody confirms it.
    """
    base = _release(after)
    if _padded(base) == _padded(_release(before)):
        return after > before
    steps = next_versions(_release(before))
    return _padded(base) in {_padded(steps.patch), _padded(steps.minor), _padded(steps.major)}


def _padded(version: Version) -> tuple[int, ...]:
    return (version.epoch, *(*version.release, 0, 0, 0)[: max(3, len(version.release))])
