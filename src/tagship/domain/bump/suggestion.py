"""How much the version should go up, by what changed since the last release.

Four witnesses are heard, and the one that asks for most decides: fragments of news, Conventional Commits where the
history is written in them, what the changelog holds under Unreleased, and breaks of the public API.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from packaging.version import Version

from tagship.domain.branch import Breakage, Bump, Fragment, Suggestion

ENOUGH = 5
"""How many subjects it takes to tell how a history is written."""

NAMED = 3
"""How many of the same kind are named as reasons."""

_CONVENTIONAL = re.compile(
    r"(?P<kind>feat|fix|perf|refactor|docs|style|test|tests|build|ci|chore|revert|deps|release)"
    r"(?:\([^()]*\))?(?P<breaking>!)?: +\S",
    re.IGNORECASE,
)
_TELLING = frozenset({"feat", "fix", "perf", "revert"})
_BREAKING = re.compile(r"^BREAKING[ -]CHANGE: +\S", re.MULTILINE)
_MERGE = re.compile(r"Merge (?:branch|pull request|remote-tracking|tag|commit)\b")
_HEADING = re.compile(r"^(?:#{2,4} +(?P<markdown>.+?) *#*|(?P<rst>\S.*)\n[-=~^\"'+*]{3,} *)$", re.MULTILINE)

_BY_HEADING: Mapping[Bump, re.Pattern[str]] = MappingProxyType(
    {
        Bump.MAJOR: re.compile(r"\b(?:breaking|removed|removals?|backwards?[ -]incompatible)\b", re.IGNORECASE),
        Bump.MINOR: re.compile(
            r"\b(?:added|additions?|new|features?|deprecat\w+|changed|enhancements?)\b", re.IGNORECASE
        ),
        Bump.PATCH: re.compile(r"\b(?:fixed|fix(?:es)?|bug ?fix(?:es)?|security|documentation)\b", re.IGNORECASE),
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a commit says of itself: its full name and its whole message."""

    commit: str
    message: str

    @property
    def subject(self) -> str:
        """The first line."""
        return self.message.partition("\n")[0]

    @property
    def is_merge(self) -> bool:
        """Whether it only joins two lines of history."""
        return _MERGE.match(self.message) is not None


@dataclass(frozen=True, slots=True)
class _Reason:
    bump: Bump
    text: str


def suggest(
    current: Version,
    *,
    since: Sequence[Told] = (),
    before: Sequence[Told] = (),
    fragments: Sequence[Fragment] = (),
    unreleased: str = "",
    breakages: Sequence[Breakage] = (),
) -> Suggestion | None:
    """How much the version should go up; None where nothing tells.

    `since` are the commits after the last release, `before` some of those that led to it, by which it is told how
    messages are written here. `unreleased` is the body of the changelog's section of that name. While the major
    version is 0 what breaks is a minor step.
    """
    reasons = [
        *_by_fragments(fragments),
        *_by_breakages(breakages),
        *(_by_commits(since) if writes_conventionally([*since, *before]) else ()),
        *_by_headings(unreleased),
    ]
    if not reasons:
        return None
    most = max((reason.bump for reason in reasons), key=lambda bump: bump.weight)
    told = [reason.text for reason in reasons if reason.bump is most]
    if most is Bump.MAJOR and current.major == 0:
        return Suggestion(Bump.MINOR, (*_few(told), "before 1.0 what breaks is a minor step"))
    return Suggestion(most, _few(told))


def _few(reasons: Sequence[str]) -> tuple[str, ...]:
    more = len(reasons) - NAMED
    return (*reasons[:NAMED], *((f"and {more} more of the same weight",) if more > 0 else ()))


def writes_conventionally(history: Iterable[Told]) -> bool:
    """Whether most of a history's subjects are Conventional Commits."""
    subjects = [told.subject for told in history if not told.is_merge]
    hits = sum(_CONVENTIONAL.match(subject) is not None for subject in subjects)
    return len(subjects) >= ENOUGH and 2 * hits > len(subjects)


def of_interest(commits: Sequence[Told]) -> Sequence[Told]:
    """The commits that a reader of the changelog wants to hear of, where their messages tell; else all of them."""
    if not writes_conventionally(commits):
        return commits
    telling = [
        told
        for told in commits
        if (found := _CONVENTIONAL.match(told.message)) is None
        or found["kind"].lower() in _TELLING
        or found["breaking"]
        or _BREAKING.search(told.message)
    ]
    return telling or commits


def _by_fragments(fragments: Iterable[Fragment]) -> Iterator[_Reason]:
    for fragment in fragments:
        if fragment.bump is not None:
            yield _Reason(fragment.bump, f"{fragment.path} tells of a {fragment.kind}")


def _by_breakages(breakages: Iterable[Breakage]) -> Iterator[_Reason]:
    for breakage in breakages:
        yield _Reason(Bump.MAJOR, f"{breakage.symbol}: {breakage.what}")


def _by_commits(commits: Iterable[Told]) -> Iterator[_Reason]:
    for told in commits:
        found = _CONVENTIONAL.match(told.message)
        if _BREAKING.search(told.message) or (found is not None and found["breaking"]):
            yield _Reason(Bump.MAJOR, f"{told.commit[:7]} breaks: {told.subject}")
        elif found is not None:
            bump = Bump.MINOR if found["kind"].lower() == "feat" else Bump.PATCH
            yield _Reason(bump, f"{told.commit[:7]}: {told.subject}")


def _by_headings(body: str) -> Iterator[_Reason]:
    for heading in _HEADING.finditer(body):
        title = heading["markdown"] or heading["rst"]
        bump = next((bump for bump, words in _BY_HEADING.items() if words.search(title)), None)
        if bump is not None:
            yield _Reason(bump, f"the changelog has {title!r} under Unreleased")
