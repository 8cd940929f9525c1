"""Versions and the tags that carry them.

Versions follow PEP 440 (the version specifiers specification); a tag carries one in its canonical
spelling, so that tag and version can be told apart by nothing but the template.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from packaging.version import Version

PLACEHOLDER = "{version}"
MOST_TAGS = 1 << 16
"""Tags whose versions are remembered."""
BEGINNING = Version("0.0.0")
"""Where a project stands whose version is its tag, before the first."""

_LOOKS_LIKE_VERSION = re.compile(r"v?\d+(?:\.\d+)*.*", re.DOTALL)
_SEMVER_PRE_RELEASE = re.compile(r"v?\d+(?:\.\d+)*-")


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
        prefix, _, suffix = self.text.partition(PLACEHOLDER)
        if not (tag.startswith(prefix) and tag.endswith(suffix)):
            return None
        spelling = tag[len(prefix) : len(tag) - len(suffix)]
        return spelling if _LOOKS_LIKE_VERSION.fullmatch(spelling) else None

    def version_in(self, tag: str) -> Version | None:
        """The version that a tag names, however it is spelt, or None."""
        return _version_in(self, tag)


@lru_cache(MOST_TAGS)
def _version_in(template: TagTemplate, tag: str) -> Version | None:
    """As `version_in`, remembered: many questions are about every tag, and many packages ask them."""
    spelling = template.spelling_in(tag)
    return None if spelling is None else parse_version(spelling)


def parse_version(text: str) -> Version | None:
    """The version that a text spells under PEP 440, or None."""
    try:
        return Version(text)
    except ValueError:  # InvalidVersion, and a number of more digits than Python converts
        return None


def is_read_apart(spelling: str, version: Version) -> bool:
    """Whether SemVer takes the spelling of a version for a pre-release, and PEP 440 does not.

    What follows a hyphen is always before the release to SemVer; to PEP 440 `-1`, `-post1` and `-r1` are after it.
    """
    return _SEMVER_PRE_RELEASE.match(spelling.strip()) is not None and not version.is_prerelease


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
    if is_read_apart(spelling, version):
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


MAJOR, MINOR, PATCH = range(3)


def next_versions(published: Version, taken: Iterable[Version] = ()) -> NextVersions:
    """The next patch, minor and major after `published`; each is above what is taken on the line it belongs to.

    A pre-release is followed by its own final release, which is a patch to it.
    """
    spent = frozenset(taken)
    patch, minor, major = (_first_free(published, place, spent) for place in (PATCH, MINOR, MAJOR))
    return NextVersions(patch, minor, major)


def _first_free(published: Version, place: int, spent: frozenset[Version]) -> Version:
    """The first version one step up at `place` that nothing taken on its line reaches."""
    step = _step(published, place)
    while rivals := [other for other in spent if other >= step and _line_at(place, other) == _line_at(place, step)]:
        step = _step(max(rivals), place)
    return step


def _line_at(place: int, version: Version) -> tuple[int, ...]:
    """What the versions that a step at `place` must rise above share: epoch and major, below that the minor as well."""
    return (version.epoch, version.major) if place == MAJOR else line_of(version)


def _step(version: Version, place: int) -> Version:
    """One step up at `place`; as a patch, the final release of what is not one yet."""
    final = _final(version)
    return final if place == PATCH and final > version else _raise(final, place)


def _final(version: Version) -> Version:
    """The final release that a pre-, post- or dev-release belongs to."""
    return Version(version.base_version)


def _raise(final: Version, place: int) -> Version:
    """The version with its part at `place` one higher and what follows at zero."""
    parts = [*final.release, *[0] * (place + 1 - len(final.release))]
    parts[place] += 1
    parts[place + 1 :] = [0] * (len(parts) - place - 1)
    return Version(f"{final.epoch}!" + ".".join(str(part) for part in parts))


def line_of(version: Version) -> tuple[int, int, int]:
    """The line of release that a version belongs to: epoch, major, minor."""
    return (version.epoch, version.major, version.minor)


FIRST_CALENDAR_YEAR = 1990
CENTURY = 100
MONTHS = range(1, 13)
DAYS = range(1, 32)


def is_calendar(version: Version, year: int) -> bool:
    """Whether a version reads as a date of about `year` or before.

    It does when its first part is a year (four digits, or two that are at most one off), a year with a month
    (202603), or when any part is a whole day (20260301, 2.31.0.20260301). Steps between calendar versions say
    nothing, so nothing is asked of them.
    """
    return (
        _is_year(version.major, year)
        or version.major in {near % CENTURY for near in (year - 1, year, year + 1)}
        or _is_month(version.major, year)
        or any(_is_month(part // 100, year) and part % 100 in DAYS for part in version.release)
    )


def _is_year(number: int, year: int) -> bool:
    return FIRST_CALENDAR_YEAR <= number <= year + 1


def _is_month(number: int, year: int) -> bool:
    return _is_year(number // 100, year) and number % 100 in MONTHS


def is_one_step(before: Version, after: Version) -> bool:
    """Whether `after` follows `before` by one step of any one part, or within one release.

    3.1.4 → 3.1.5, 3.2.0, 4.0.0 and their pre-, post- and dev-releases are one step, and so is 1.2.3.4 → 1.2.3.5;
    3.1.4 → 4.1.5 is a typing error until somebody confirms it.
    """
    old, new = _final(before), _final(after)
    if old == new:
        return after > before
    parts = max(len(old.release), len(new.release), PATCH + 1)
    return any(new == _raise(old, place) for place in range(parts))
