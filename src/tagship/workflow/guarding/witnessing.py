"""What is asked of a witness, and how seldom: the log once, and one question for each merge and not for each commit."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

from tagship.domain.guarding import BranchUpdate, Log, PullRequestOf, Witness
from tagship.errors import FactUnknown
from tagship.workflow.guarding.spans import Span

MOST_UPDATES = 10_000
WAITS = (5.0, 10.0, 20.0)
"""Seconds between two looks into a log that has not heard of a push yet."""
SLACK = timedelta(days=1)
"""How much further back a log is read than it is asked about: its clock is not that of who made the commits."""
FEW = 5
"""Of more merges than these a list is read, which tells of a hundred at once."""
MOST_ASKED = 300
LISTED_BEYOND = 500
"""How many pull requests of a list are looked through beyond those that are wanted."""
FAILURES = 3
"""After so many failures in a row nothing more is asked: the next would fail alike, and wait as long."""


def read_log(witness: Witness, span: Span, pause: Callable[[float], None]) -> Log:
    """The log of a branch as far back as the span reaches; of a fresh push it is looked into until it tells of it."""
    log = _read(witness, span)
    for wait in WAITS if span.fresh else ():
        if log.breaks_off or any(update.after == span.tip for update in log.updates):
            break
        pause(wait)
        log = _read(witness, span)
    return log


def _read(witness: Witness, span: Span) -> Log:
    found = list[BranchUpdate]()
    since = None if span.since is None else span.since - SLACK
    try:
        heard = not span.fresh
        for update in witness.updates(span.branch, since):
            found.append(update)
            heard = heard or update.after == span.tip
            # What was pushed may have been thrown away since, and something else have begun where it did.
            if heard and _is_enough(update, span):
                return _log(found)
            if len(found) == MOST_UPDATES:
                longer = f"{witness.name} is longer than {MOST_UPDATES:,} updates, and was read no further"
                return _log(found, longer)
    except FactUnknown as unknown:
        return _log(found, unknown.message, breaks_off=True)
    return _log(found, _end_of(witness, found))


def _is_enough(update: BranchUpdate, span: Span) -> bool:
    if span.since is not None:
        return update.at is not None and update.at < span.since - SLACK
    return span.base is not None and update.before == span.base


def _log(found: Sequence[BranchUpdate], flaw: str | None = None, *, breaks_off: bool = False) -> Log:
    return Log(tuple(reversed(found)), flaw, breaks_off)


def _end_of(witness: Witness, found: Sequence[BranchUpdate]) -> str:
    """What is said of a commit that no update of a whole log brought."""
    if not found:
        return f"{witness.name} tells of no update"
    first = found[-1].at
    return f"{witness.name} tells of no update that brought it" + (
        "" if first is None else f", and begins on {first:%Y-%m-%d}"
    )


class PullRequests:
    """The pull requests of commits, each asked for once; `wanted` are those that will be."""

    def __init__(self, witness: Witness, branch: str, wanted: Sequence[str]) -> None:
        self._witness = witness
        self._known = dict[str, Sequence[PullRequestOf]]()
        self._asked, self._failed = 0, 0
        if len(wanted) > FEW:
            self._read_list(branch, set(wanted))

    def _read_list(self, branch: str, wanted: set[str]) -> None:
        found = dict[str, list[PullRequestOf]]()
        try:
            for pull in islice(self._witness.merged_pulls(branch), len(wanted) + LISTED_BEYOND):
                if pull.merged and pull.merge_commit in wanted:
                    found.setdefault(str(pull.merge_commit), []).append(pull)
                if len(found) == len(wanted):
                    break
        except FactUnknown:
            self._failed += 1  # each may still be asked for
        self._known |= found

    def __call__(self, commit: str) -> Sequence[PullRequestOf]:
        """The pull requests of a commit; raises FactUnknown."""
        if commit not in self._known:
            if self._asked >= MOST_ASKED:
                raise FactUnknown(f"more than {MOST_ASKED} commits would have to be asked about one by one")
            self._known[commit] = self._ask(commit)
        return self._known[commit]

    def _ask(self, commit: str) -> Sequence[PullRequestOf]:
        if self._failed >= FAILURES:
            raise FactUnknown("the host was not asked any more, after it had not answered several times")
        self._asked += 1
        try:
            answer = self._witness.pulls_of(commit)
        except FactUnknown:
            self._failed += 1
            raise
        self._failed = 0
        return answer
