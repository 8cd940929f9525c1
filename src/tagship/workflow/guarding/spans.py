"""Which commits are meant: those of a push, of a range, of some days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tagship.adapters.git.pushed import common_to, held_commits, parent_of, tip_before
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.pushes import HEADS, Push
from tagship.domain.guarding import BranchUpdate, Lineage, Log, Moved, is_nowhere
from tagship.errors import FactUnknown, UsageError


@dataclass(frozen=True, slots=True)
class Span:
    """What `tip` reaches and `base` does not, by their full names; without `base` all of it.

    With `since` the base is what the branch was then, which its log tells. `fresh` is of a push that was just made, of
    which the log may not have heard yet.
    """

    branch: str
    tip: str
    base: str | None
    since: datetime | None = None
    fresh: bool = False


def span_of_push(push: Push, branch: str) -> Span | None:
    """The commits of a push; None for one that is not to the branch. Raises FactUnknown where the branch is no more."""
    if push.ref != HEADS + branch:
        return None
    if push.is_deletion:
        raise FactUnknown(f"{branch} was deleted by this push, and nothing is left to look at")
    return Span(branch, push.after, None if is_nowhere(push.before) else push.before, fresh=True)


def span_of_range(text: str, branch: str, repository: GitRepository) -> Span:
    """The commits of a range as git writes it, `A..B`; B is HEAD where it is left out. Raises UsageError."""
    before, dots, after = text.partition("..")
    if not dots or not before or after.startswith("."):
        raise UsageError(f"--range takes two commits such as v1.0..main, not {text!r}")
    return Span(branch, repository.commit_of(after or "HEAD"), repository.commit_of(before))


def base_since(span: Span, since: datetime, log: Log, repository: GitRepository) -> str | None:
    """What the branch was at a moment, by its log as far as that goes, else by the times of its commits.

    None is before its beginning. Whoever makes a commit says what time it was; so where the times decide, they hide
    nothing that the log tells of as having come since.
    """
    git = repository.git
    by_time = tip_before(git, span.tip, since)
    within = [update for update in log.updates if update.at is not None and update.at >= since]
    reaches_beyond = len(within) < len(log.updates)
    if not within:
        # Nothing moved it, and the log knows it as it is now.
        return span.tip if reaches_beyond and log.updates[-1].after == span.tip else by_time
    by_log = within[0].before
    if is_nowhere(by_log):
        return None
    held = held_commits(git, [by_log, *(update.after for update in within)])
    if by_log in held and reaches_beyond:
        return by_log
    came = next((update.after for update in within if update.after in held), span.tip)
    older = by_log if by_log in held else parent_of(git, came)
    return None if by_time is None or older is None else common_to(git, older, by_time)


def updates_of(span: Span, log: Log, meant: Lineage) -> Sequence[BranchUpdate]:
    """The updates that a span is about, oldest first; of a push also the push, which the log may not know yet."""
    if span.since is not None:
        return [update for update in log.updates if update.at is None or update.at >= span.since]
    updates, asked = list(log.updates), frozenset(meant.asked)
    ends = [at for at, update in enumerate(updates) if update.after == span.tip]
    updates = updates[: ends[-1] + 1] if ends else updates
    begins = [at for at, update in enumerate(updates) if update.before == span.base or update.after in asked]
    updates = updates[begins[0] :] if begins else []
    if not span.fresh or span.base is None:
        return updates
    heard = any((update.before, update.after) == (span.base, span.tip) for update in updates)
    return updates if heard else [*updates, BranchUpdate(span.base, span.tip, Moved.PUSH)]
