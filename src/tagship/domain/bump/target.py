"""From the version as it is now, and what somebody wishes, to the next one; and all that could be wished for."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from packaging.version import Version

from tagship.domain.branch import Bump
from tagship.domain.bump.calendar import calendar_of
from tagship.domain.version import is_one_step, line_of, next_versions
from tagship.errors import Edit, Run, UsageError

PRE = ("a", "b", "rc")

Taken: TypeAlias = Mapping[Version, date | None]
"""The versions that can be had no more, each with the day on which it was tagged, where that is known."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants of the next version: how far up, or the version itself, and what kind of release.

    `pre` is one of PRE.
    """

    part: Bump | None = None
    version: Version | None = None
    pre: str | None = None
    post: bool = False
    dev: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is said."""
        return self == Wish()

    @property
    def words(self) -> tuple[str, ...]:
        """The same as somebody would type it."""
        named = str(self.version) if self.version is not None else self.part.value if self.part is not None else None
        return (
            *(() if named is None else (named,)),
            *(() if self.pre is None else ("--pre", self.pre)),
            *(("--post",) if self.post else ()),
            *(("--dev",) if self.dev else ()),
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A wish that can be fulfilled, and the version that it leads to."""

    wish: Wish
    version: Version


_KINDS = (Wish(), *(Wish(pre=letter) for letter in PRE), Wish(post=True), Wish(dev=True))
_WISHES = (
    *_KINDS[1:],
    *(Wish(part, pre=kind.pre, dev=kind.dev) for part in Bump for kind in _KINDS if not kind.post),
)
"""Every wish without a version of its own, in the order in which a tree shows them."""


def choices(
    current: Version, taken: Taken, *, today: date, meant: Callable[[Wish], Version] | None = None
) -> tuple[Choice, ...]:
    """Every version that may come next, each once, with the first wish that leads there.

    `meant` says of a wish which version it is taken for, where that is more than the versions alone tell.
    """
    found: dict[Version, Wish] = {}
    for wish in _WISHES:
        try:
            version = target(current, wish, taken, today=today)
            found.setdefault(version if meant is None else meant(wish), wish)
        except UsageError:
            continue
    return tuple(Choice(wish, version) for version, wish in found.items())


def tree_of(current: Version, offered: Sequence[Choice]) -> str:
    """The choices as a tree of lines: what to type, and the version that it makes."""
    parts = {choice.wish.part for choice in offered if choice.wish == Wish(choice.wish.part)}
    below = [choice.wish.part in parts and choice.wish != Wish(choice.wish.part) for choice in offered]
    last = max((number for number, is_below in enumerate(below) if not is_below), default=0)
    widest = max((len(" ".join(choice.wish.words)) for choice in offered), default=0)
    rows = [str(current)]
    for number, (choice, is_below) in enumerate(zip(offered, below, strict=True)):
        ends = not any(below[number + 1 : number + 2]) if is_below else number == last
        stem = "" if not is_below else "│  " if number < last else "   "
        words = " ".join(choice.wish.words)
        rows.append(f"{stem}{'└─' if ends else '├─'} {words:<{widest + 3 - len(stem)}}  {choice.version}")
    return "\n".join(rows)


def target(current: Version, wish: Wish, taken: Taken, *, today: date, confirmed: bool = False) -> Version:
    """The version that a wish leads to; it is above the current one and all that is taken on its line, and is free.

    Only the current version itself may be wished for again, as long as nobody has taken it. A version that was named
    may be more than one step away only where that is `confirmed`. Raises UsageError.
    """
    version = _derived(current, wish, taken, today) if wish.version is None else _named(current, wish, taken)
    _prove_upwards(version, current, taken)
    if wish.version is not None and not confirmed:
        _prove_no_jump(version, current, taken, today)
    return version


def _named(current: Version, wish: Wish, taken: Taken) -> Version:
    """The version that was named; raises UsageError where no index would take it, or where more was said beside it."""
    version = wish.version
    if version is None or wish != Wish(version=version):
        raise UsageError(
            f"{' '.join(wish.words)} names a version and asks for another kind of it",
            remedy=Edit("spell the whole version, such as 1.3.0rc1, or name a part: patch, minor, major"),
        )
    if version.local is not None:
        public = Version(version.public)
        free = public > current and public not in taken
        raise UsageError(
            f"{version} is a local version, which no index takes",
            remedy=Run(("tagship", "prepare", str(public) if free else "patch")),
        )
    return version


def _derived(current: Version, wish: Wish, taken: Taken, today: date) -> Version:
    if wish.post:
        return _post(current, wish, taken)
    release = _release(current, wish, taken, today)
    letter = wish.pre
    if letter is None and wish.dev and current.pre is not None and release == Version(current.base_version):
        # A dev-release of the plain release would lie below the pre-release that is here.
        letter = current.pre[0]
    base = str(release) if letter is None else f"{release}{letter}{_pre_number(release, letter, current, taken)}"
    return _dev(base, current, taken) if wish.dev else Version(base)


def _release(current: Version, wish: Wish, taken: Taken, today: date) -> Version:
    """The release that the wish is about, without what may come before it."""
    own = Version(current.base_version)
    unfinished = current.is_prerelease and current.post is None and own not in taken
    if unfinished and (
        wish.part is None or wish.part.weight <= _step_to(own).weight or _is_dated(current, taken, today)
    ):
        return own
    if wish.part is None and not _is_dated(current, taken, today):
        kind = " ".join(wish.words)
        raise UsageError(
            f"{kind} of which release: {current} is final" if kind else "which version comes next is not said",
            remedy=Run(("tagship", "prepare", "patch", *wish.words)),
        )
    return _next_release(current, wish.part, taken, today)


def _is_dated(current: Version, taken: Taken, today: date) -> bool:
    return calendar_of(current, taken, today) is not None


def _next_release(current: Version, part: Bump | None, taken: Taken, today: date) -> Version:
    """The next free final release; of versions that are dates, that of today, or as a patch the next number."""
    calendar = calendar_of(current, taken, today)
    if calendar is None:
        following = next_versions(current, taken)
        return {Bump.PATCH: following.patch, Bump.MINOR: following.minor, Bump.MAJOR: following.major}[
            part or Bump.PATCH
        ]
    version = calendar.following(Version(current.base_version), today, smallest=part is Bump.PATCH)
    while version in taken:
        version = calendar.following(version, today, smallest=part is Bump.PATCH)
    return version


def _step_to(release: Version) -> Bump:
    """How far up a release is from the one before it, by the zeros at its end."""
    if any(release.release[2:]):
        return Bump.PATCH
    return Bump.MINOR if release.minor else Bump.MAJOR


def _pre_number(release: Version, letter: str, current: Version, taken: Taken) -> int:
    """The next number of a pre-release; the first is 1 unless the project's own begin at 0."""
    known = [version for version in {*taken, current} if version.pre is not None]
    series = (version for version in known if version.base_version == release.base_version)
    numbers = [_beyond(version, version.pre[1]) for version in series if version.pre and version.pre[0] == letter]
    begin = 0 if any(version.pre and version.pre[1] == 0 for version in known) else 1
    return max(numbers, default=begin)


def _beyond(version: Version, number: int) -> int:
    """The number that follows; what is only a dev-release of it leaves it free."""
    return number if version.is_devrelease else number + 1


def _post(current: Version, wish: Wish, taken: Taken) -> Version:
    if wish.pre is not None or wish.part is not None:
        raise UsageError(
            f"{' '.join(wish.words)} asks for two kinds of release at once",
            remedy=Run(("tagship", "prepare", "--post")),
        )
    if current.is_prerelease and current.post is None:
        raise UsageError(
            f"{current} is not final, and a post-release follows what is", remedy=Run(("tagship", "prepare", "patch"))
        )
    posts = [version for version in {*taken, current} if version.post is not None]
    numbers = [
        _beyond(version, version.post)
        for version in posts
        if version.post is not None and version.base_version == current.base_version and version.pre == current.pre
    ]
    begin = 0 if any(version.post == 0 for version in posts) else 1
    base = f"{current.base_version}.post{max(numbers, default=begin)}"
    return _dev(base, current, taken) if wish.dev else Version(base)


_DEV = re.compile(r"\.dev\d+$")


def _dev(base: str, current: Version, taken: Taken) -> Version:
    """The next dev-release on the way to `base`; the first is 0 unless the project's own begin at 1."""
    known = [version for version in {*taken, current} if version.dev is not None]
    same = Version(base)
    numbers = [version.dev + 1 for version in known if version.dev is not None and _without_dev(version) == same]
    begin = min((version.dev for version in known if version.dev is not None), default=0)
    return Version(f"{base}.dev{max(numbers, default=min(begin, 1))}")


def _without_dev(version: Version) -> Version:
    return Version(_DEV.sub("", version.public))


def _prove_upwards(version: Version, current: Version, taken: Taken) -> None:
    """Raise UsageError for a version that is taken, or lies below the current one or another of its line."""
    free: Callable[[], Run] = lambda: _free(current, taken)  # noqa: E731 -- looked up only where something is wrong
    if version in taken:
        raise UsageError(f"{version} is taken: there is a tag or a file of it", remedy=free())
    if version < current:
        raise UsageError(f"{version} goes backwards: the project is at {current}", remedy=free())
    above = max((other for other in taken if line_of(other) == line_of(version) and other > version), default=None)
    if above is not None:
        raise UsageError(f"{version} lies below {above}, which is there on the same line", remedy=free())


def _free(current: Version, taken: Iterable[Version]) -> Run:
    return Run(("tagship", "prepare", str(next_versions(current, taken).patch)))


def _prove_no_jump(version: Version, current: Version, taken: Taken, today: date) -> None:
    """Raise UsageError for a step over versions that were never released, which is nearly always a slip."""
    below = {other for other in taken if other < version}
    if version == current or not below or _is_dated(version, taken, today):
        return
    if any(is_one_step(before, version) for before in {max(below), current} if before < version):
        return
    raise UsageError(
        f"{version} is more than one step from {max(below)}",
        remedy=Run(("tagship", "prepare", str(version), "--confirm-jump")),
    )
