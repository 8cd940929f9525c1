"""How a project works towards a release, found out from what it left behind, and what that asks of one branch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from packaging.version import Version

from tagship.domain.branch import Fragments, Shipping
from tagship.domain.changelog import Changelog
from tagship.domain.config import Way
from tagship.domain.project import Project

CHANGES_OF_ONE_BRANCH = 2
"""First-parent commits between two tags: a branch that was merged, and perhaps the commit that released it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A way of working, and by what it was told, as a sentence's end for a report."""

    way: Way
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells how a project works; what costs a question to git is asked only where it decides.

    `main` and `changelog` are main's, None where it has none. `merged` counts the commits on main's own line between
    its last two tags, None where there are not two. `unreleased` says whether what main got since its last tag ships.
    """

    fragments: Callable[[], Fragments | None]
    main: Callable[[], Project | None]
    changelog: Callable[[], Changelog | None]
    tagged: Callable[[Version], bool]
    merged: Callable[[], int | None]
    unreleased: Callable[[], bool]


def discover_way(evidence: Evidence) -> Found:  # noqa: PLR0911 -- one line per trace
    """The way that the project works, by the first of its traces that tells; each branch by itself where none does.

    Nothing is configured by this: what main looks like today decides, and `bump` in the configuration comes first.
    """
    fragments = evidence.fragments()
    if fragments is not None:
        return Found(Way.FRAGMENTS, f"news is kept in {fragments.folder} until a release")
    changelog = evidence.changelog()
    if changelog is not None and changelog.unreleased is not None:
        return Found(Way.RELEASE_PR, "main's changelog collects what is unreleased")
    main = evidence.main()
    if main is not None and main.version_is_tag:
        return Found(Way.RELEASE_PR, "the tag is the version")
    if main is not None and main.version is not None:
        if changelog is not None and any(_is_beyond(section.version, main.version) for section in changelog.opened):
            return Found(Way.RELEASE_PR, "main's changelog collects what is unreleased")
        if main.version.is_devrelease:
            return Found(Way.RELEASE_PR, f"main is at {main.version}, a version under development")
        if evidence.tagged(main.version) and evidence.unreleased():
            return Found(Way.RELEASE_PR, f"main went on after {main.version} without a new version")
    merged = evidence.merged()
    if merged is not None and merged > CHANGES_OF_ONE_BRANCH:
        return Found(Way.RELEASE_PR, f"{merged} changes went into the last release of main")
    return Found(Way.IN_PR, "nothing on main shows another way")


def _is_beyond(opened: Version | None, version: Version) -> bool:
    """Whether a section such as '1.3.0 (unreleased)' is for a version that the files do not say yet."""
    return opened is not None and opened > version


class Role(Enum):
    """What a branch is there for, which decides what is asked of it."""

    QUIET = "quiet"
    FEATURE = "feature"
    UNBUMPED = "unbumped"
    RELEASE = "release"


# What is asked of the version that a branch would be released as, and of the notes about it.
OF_THE_VERSION = (
    "version-is-one-step-up",
    "version-is-one-step-above-main",
    "version-is-above-tags",
    "version-is-above-index",
    "version-is-free",
    "version-is-not-claimed",
    "internal-bounds-admit-the-release",
    "bump-fits-the-news",
    "bump-fits-the-api",
)
OF_THE_NOTES = (
    "changelog-has-version",
    "changelog-date-is-right",
    "unreleased-is-rolled",
    "changelog-section-is-final",
    "changelog-names-version-once",
    "changelog-has-content",
)
BUMPED = "version-is-bumped"
ENTRY = "entry-is-written"


def excuses(role: Role, found: Found, shipping: Shipping, version: str) -> Mapping[str, str]:
    """The checks that are not asked of such a branch, each with the reason."""
    match role:
        case Role.QUIET:
            return dict.fromkeys((BUMPED, *OF_THE_VERSION, *OF_THE_NOTES, ENTRY), shipping.excuse)
        case Role.FEATURE:
            reason = f"the version goes up in the release branch: {found.reason}"
            return dict.fromkeys((BUMPED, *OF_THE_VERSION, *OF_THE_NOTES), reason)
        case Role.UNBUMPED:
            reason = f"the version is still {version}: see {BUMPED}"
            return dict.fromkeys((*OF_THE_VERSION, *OF_THE_NOTES), reason)
        case Role.RELEASE:
            told = (
                "each branch brings its own section"
                if found.way is Way.IN_PR
                else "a release branch brings the section"
            )
            return {ENTRY: f"{told}: see {OF_THE_NOTES[0]}"}
        case _:
            assert_never(role)


def role_of(*, ships: bool, way: Way, is_new: bool, names_release: bool) -> Role:
    """What a branch is there for.

    `is_new` is whether its version is above main's, or on main above every tag; `names_release` whether its changelog
    has a section of a version that is to be tagged, which main's has not where files carry the version.
    """
    if is_new or names_release:
        return Role.RELEASE
    if not ships:
        return Role.QUIET
    return Role.UNBUMPED if way is Way.IN_PR else Role.FEATURE


def newest(versions: Sequence[Version]) -> Version | None:
    """The highest final version; the highest of all where none is final."""
    return max(versions, key=lambda version: (not version.is_prerelease, version), default=None)
