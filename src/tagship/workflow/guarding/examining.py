"""From what was asked to a report: which commits came, what brought them, and what proves it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tagship.adapters.git.journal import JournalWitness
from tagship.adapters.git.pushed import fetch_commits, held_commits, lineage
from tagship.checks import GUARD
from tagship.checks.engine import examine
from tagship.checks.guarding import MADE_KNOWN
from tagship.domain.guarding import (
    Arrival,
    BranchUpdate,
    Guarded,
    Lineage,
    Log,
    introductions,
    is_nowhere,
    judge,
    questions,
)
from tagship.domain.rewriting import rewrites
from tagship.errors import Edit, FactUnknown
from tagship.workflow.guarding.place import GuardPlace
from tagship.workflow.guarding.spans import Span, base_since, span_of_push, span_of_range, updates_of
from tagship.workflow.guarding.witnessing import PullRequests, read_log
from tagship.workflow.lapse import with_lapsed

USUAL_DAYS = 30
MOST_FETCHED = 5
"""How many states that no reference leads to any more the remote is asked for, one by one."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came to a branch and what was taken from it; `nothing` is why nothing came.

    `unheard` is why nobody says that nothing else did, and is None where somebody does.
    """

    branch: str
    found: tuple[Arrival, ...]
    nothing: str
    base: str | None = None
    tip: str = ""
    unheard: str | None = None
    lost: tuple[BranchUpdate, ...] = ()

    @property
    def arrivals(self) -> tuple[Arrival, ...]:
        """How each commit came, newest first; raises FactUnknown where it is not known that there was none."""
        if not self.found and self.unheard is not None:
            raise FactUnknown(self.unheard, remedy=Edit(MADE_KNOWN))
        return self.found

    @property
    def rewritten(self) -> tuple[BranchUpdate, ...]:
        """The updates that took something from the branch; raises FactUnknown where it is not known that none did."""
        if not self.lost and self.unheard is not None:
            raise FactUnknown(self.unheard, remedy=Edit(MADE_KNOWN))
        return self.lost

    @property
    def is_looked_at(self) -> bool:
        """Whether it is the guarded branch that is meant at all."""
        return bool(self.tip)


def guard(
    place: GuardPlace, *, span: str | None = None, days: int | None = None, now: datetime | None = None
) -> Guarded:
    """A verdict over each commit of a range, of some days, or of the push that this job runs for.

    Where none of these is given, it is the last days', which end `now`. Raises UsageError for a range that is none, and
    Conflict for a journal that was altered.
    """
    started = time.monotonic()
    moment = now or datetime.now(tz=UTC)
    came = look(place, span=span, days=days, now=moment)
    today = moment.date()
    lapsed = place.config.lapsed(today)
    verdicts = examine(
        GUARD, came, excused=place.config.excused(today), reworded=lambda verdict: with_lapsed(verdict, lapsed)
    )
    return Guarded(
        command="guard",
        project=None,
        version=None,
        tag=None,
        commit=came.tip or None,
        verdicts=verdicts,
        seconds=time.monotonic() - started,
        branch=came.branch,
        base=came.base,
        tip=came.tip,
        main=came.found,
        rewritten=came.lost,
    )


def look(place: GuardPlace, *, span: str | None, days: int | None, now: datetime) -> Came:
    """How each commit that is meant came to main; raises as `guard`."""
    branch, repository = place.branch, place.repository
    push = place.push if span is None and days is None else None
    if span is not None:
        meant: Span | None = span_of_range(span, branch, repository)
    elif push is not None:
        meant = span_of_push(push, branch)
    else:
        since = now - timedelta(days=USUAL_DAYS if days is None else days)
        meant = Span(branch, repository.commit_of(place.main_ref), None, since)
    if meant is None:
        told = "" if push is None else push.ref
        return Came(branch, (), f"the push is to {told}, and {branch} is guarded")
    return _came(place, meant)


def _came(place: GuardPlace, span: Span) -> Came:
    repository = place.repository
    if repository.is_shallow:
        repository.complete()
    log = _log(place, span)
    states = [state for update in log.updates for state in (update.before, update.after)]
    _fetch_missing(place, [*([] if span.base is None else [span.base]), *states])
    base = span.base if span.since is None else base_since(span, span.since, log, repository)
    meant = lineage(repository, span.tip, base, states)
    arrivals = tuple(_judged(place, span, log, meant))
    nothing = f"no commit came to {span.branch} {'in that time' if span.since else 'with it'}"
    # By the times of commits alone nothing may have come that was pushed all the same.
    unheard = log.flaw if log.breaks_off and span.since is not None else None
    lost = rewrites(meant, updates_of(span, log, meant))
    return Came(span.branch, arrivals, nothing, base, span.tip, unheard, lost)


def _log(place: GuardPlace, span: Span) -> Log:
    try:
        witness = place.witness
    except FactUnknown as unknown:
        return Log((), unknown.message, breaks_off=True)
    return read_log(witness, span, place.wishes.pause)


def _fetch_missing(place: GuardPlace, names: Sequence[str]) -> None:
    """What a forced push threw away is told by the log, and is in no fresh clone."""
    wanted = [name for name in dict.fromkeys(names) if not is_nowhere(name)]
    held = held_commits(place.repository.git, wanted)
    for name in [name for name in wanted if name not in held][:MOST_FETCHED]:
        fetch_commits(place.repository, [name])


def _judged(place: GuardPlace, span: Span, log: Log, meant: Lineage) -> Sequence[Arrival]:
    if not log.updates:
        return tuple(judge(meant, span.branch, log, {}, lambda _: ()))
    witness = place.witness
    if isinstance(witness, JournalWitness):
        witness.prove_anchored(place.repository.git, meant.parents)
    found = introductions(meant, log.updates)
    return tuple(judge(meant, span.branch, log, found, PullRequests(witness, span.branch, questions(found))))
