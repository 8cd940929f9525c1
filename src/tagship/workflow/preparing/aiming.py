"""The version that a wish means here, or that is proposed to somebody who has none yet."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from packaging.version import Version

from tagship.domain.branch import Bump, Suggestion
from tagship.domain.bump import Wish, choices, target, tree_of
from tagship.domain.bump.calendar import calendar_of
from tagship.domain.version import next_versions
from tagship.errors import AtRef, Run, UsageError
from tagship.workflow.preparing.releases import Releases


@dataclass(frozen=True, slots=True)
class Advice:
    """The version that is proposed, the wish that leads there, and reasons that somebody can check."""

    wish: Wish
    version: Version
    reasons: tuple[str, ...]


def advise(releases: Releases, suggestion: Suggestion | None, today: date) -> Advice | None:
    """What to propose; None where nothing tells."""
    current = releases.current
    if releases.is_open and not current.is_devrelease:
        return Advice(Wish(version=current), current, (f"the files say {current} already, and nobody has taken it",))
    for wish, reasons in _proposals(releases, suggestion, today):
        with suppress(UsageError):
            return Advice(wish, target(current, wish, releases.taken, today=today), reasons)
    return None


def _proposals(
    releases: Releases, suggestion: Suggestion | None, today: date
) -> Iterable[tuple[Wish, tuple[str, ...]]]:
    current = releases.current
    if current.pre is not None and not current.is_devrelease:
        yield Wish(pre=current.pre[0]), (f"{current} is a pre-release, and this is the next of its kind",)
    elif current.is_devrelease and current.post is None:
        part, reasons = (Bump.PATCH, ()) if suggestion is None else (suggestion.bump, suggestion.reasons)
        yield Wish(part), (f"{current} is the version under development", *reasons)
    elif calendar_of(current, releases.taken, today) is not None:
        yield Wish(Bump.MINOR), (f"the versions are dates, and today is {today}",)
    elif suggestion is not None:
        yield Wish(suggestion.bump), suggestion.reasons


@dataclass(frozen=True, slots=True)
class Sight:
    """What tells which version a wish means here: what was released, what changed, and what main says.

    `suggestion` is asked only where a wish leaves open how far up the version goes; `on_main` is None where main's
    version is not known.
    """

    releases: Releases
    suggestion: Callable[[], Suggestion | None]
    today: date
    on_main: Version | None = None


def aim(sight: Sight, wish: Wish, *, confirmed: bool = False) -> Version:
    """The version that the wish means; raises UsageError, which shows what else there is."""
    try:
        return _meant(sight, wish, confirmed=confirmed)
    except UsageError as wrong:
        wrong.message = f"{wrong.message}\n{tree(sight)}"
        wrong.args = (wrong.message,)
        raise


def _meant(sight: Sight, wish: Wish, *, confirmed: bool = False) -> Version:
    """The same for who shows what else there is: the tree is made of this.

    A wish that was fulfilled already means the version that is there: `prepare minor` twice is once. What tells it
    is the last release, or what main says.
    """
    releases, tried = sight.releases, wish
    fulfilled = _fulfilled(releases, wish, sight.on_main, sight.today)
    if fulfilled is not None:
        return fulfilled
    kind_alone = wish.part is None and wish.version is None and (wish.pre is not None or wish.dev)
    if kind_alone and not releases.current.is_prerelease:
        suggestion = sight.suggestion()
        tried = wish if suggestion is None else replace(wish, part=suggestion.bump)
    _prove_free(releases, wish)
    return target(releases.current, tried, releases.taken, today=sight.today, confirmed=confirmed)


def _prove_free(releases: Releases, wish: Wish) -> None:
    """Raise UsageError for a version that is named and has a tag on the remote alone: who looks here finds none."""
    tag = None if wish.version is None else releases.elsewhere.get(wish.version)
    if tag is None:
        return
    free = str(next_versions(releases.current, releases.taken).patch)
    fetch = Run(("git", "fetch", "--tags", str(releases.remote)))
    raise UsageError(
        f"{wish.version} is taken: {tag} is on {releases.remote}, and not here",
        where=AtRef(tag),
        remedy=fetch if tag == releases.newer_elsewhere else Run(("tagship", "prepare", free)),
    )


def _fulfilled(releases: Releases, wish: Wish, on_main: Version | None, today: date) -> Version | None:
    """The version in the files, where it is what the wish makes of the last release or of main."""
    if not releases.is_open or wish.version is not None or wish.is_nothing:
        return None
    for before in {releases.last_version, on_main} - {None, releases.current}:
        for part in (None, *Bump) if wish.part is None else (wish.part,):
            with suppress(UsageError):
                if (
                    before is not None
                    and target(before, replace(wish, part=part), releases.taken, today=today) == releases.current
                ):
                    return releases.current
    return None


def tree(sight: Sight) -> str:
    """Every version that may come next, as lines: for each wish the one that it would be taken for."""
    current, taken = sight.releases.current, sight.releases.taken
    return tree_of(current, choices(current, taken, today=sight.today, meant=lambda wish: _meant(sight, wish)))
