"""How a commit came to main: through a pull request, straight, or so that nobody can tell.

The proof has two sides, because each alone can be had by who may push. Pushing the commits of an open pull request
straight to its base has it marked as merged; so the host's log of what moved the branch is asked as well. What a commit
says of itself is never asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Protocol

from tagship.domain.finding import Report
from tagship.errors import FactUnknown


class Moved(Enum):
    """What moved a branch, by whoever keeps its log."""

    PUSH = "push"
    FORCED = "force push"
    CREATED = "creation"
    DELETED = "deletion"
    PULL_REQUEST = "merge of a pull request"
    QUEUE = "merge queue"
    OTHER = "something else"


class Provenance(Enum):
    """The verdict over one commit. Unverified is never a pass."""

    PULL_REQUEST = "pull-request"
    DIRECT = "direct"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class BranchUpdate:
    """One entry of a branch's log: it pointed at `before` and then at `after`, full names of commits.

    A name of zeros alone is no commit: the branch was not there. `actor` and `at` are None where they are not told.
    """

    before: str
    after: str
    kind: Moved
    actor: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PullRequestOf:
    """A pull request that a host names for a commit, by a name that a reader knows: `#12`.

    `merge_commit` is what its base pointed at once it was merged, be it a merge, a squash or the last of what was
    rebased.
    """

    name: str
    merged: bool
    base: str
    merge_commit: str | None
    url: str | None = None


class Witness(Protocol):
    """Who saw what moved a branch: a code host, or the journal of a git server. Asking raises FactUnknown."""

    @property
    def name(self) -> str:
        """What it is called in a reason: "the host's activity log"."""

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:
        """The branch's log, newest first, read as far as it is asked for; `since` may spare it older entries."""

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        """The pull requests that were merged into a branch, the ones that changed last first, many at a time."""

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        """The pull requests that a commit is of."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """The commits that are asked about, newest first, and what they descend from.

    `parents` holds every commit that `tip`, or a state that the branch was in, reaches and `base` does not; whatever
    else stands among the parents is behind `base`. `unknown` are the states whose commit is not here, `base` is None
    where all of history is meant.
    """

    tip: str
    base: str | None
    asked: tuple[str, ...]
    subjects: Mapping[str, str]
    parents: Mapping[str, tuple[str, ...]]
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Log:
    """What was read of a branch's log, oldest first; `flaw` is what to say of a commit that none of it brought.

    `breaks_off` is whether the witness would not say more, or anything at all.
    """

    updates: tuple[BranchUpdate, ...]
    flaw: str | None = None
    breaks_off: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """How one commit came to the branch, with what proves it, or with the reason why nothing does."""

    commit: str
    subject: str
    verdict: Provenance
    evidence: str
    by: str | None = None
    at: datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Guarded(Report):
    """A report on what came to a branch that also holds the verdict over each commit, newest first.

    `base` is None where the beginning of history is meant. `rewritten` are the updates, oldest first, after which the
    branch no longer held what it had held before.
    """

    branch: str = ""
    base: str | None = None
    tip: str = ""
    main: tuple[Arrival, ...] = ()
    rewritten: tuple[BranchUpdate, ...] = ()

    def of(self, verdict: Provenance) -> tuple[Arrival, ...]:
        """The commits over which the verdict is this one."""
        return tuple(arrival for arrival in self.main if arrival.verdict is verdict)


class MainFacts(Protocol):
    """What the checks may ask about what came to main."""

    @property
    def branch(self) -> str:
        """The branch that is guarded, by its short name."""

    @property
    def arrivals(self) -> Sequence[Arrival]:
        """How each commit came there, newest first; raises FactUnknown where nobody says that there was none."""

    @property
    def rewritten(self) -> Sequence[BranchUpdate]:
        """The updates that took something from the branch, oldest first; raises FactUnknown where nobody says."""

    @property
    def nothing(self) -> str:
        """Why no commit came, where none did."""

    @property
    def is_looked_at(self) -> bool:
        """Whether it is the guarded branch that is meant at all."""


Pulls = Callable[[str], Sequence[PullRequestOf]]
"""The pull requests of a commit; raises FactUnknown where nobody says."""

_STRAIGHT = frozenset({Moved.PUSH, Moved.FORCED})
_PROPOSED = frozenset({Moved.PULL_REQUEST, Moved.QUEUE})
_WORST = (Provenance.DIRECT, Provenance.UNVERIFIED, Provenance.PULL_REQUEST)


def is_nowhere(name: str) -> bool:
    """Whether the name of a commit stands for none, in either of git's hash functions."""
    return not name.strip("0")


@dataclass(frozen=True, slots=True)
class Introduction:
    """The updates one of which brought a commit, oldest first: more than one where a state between them is not here.

    `leader` is the commit on the branch's own line with which it came. `sure` is False where it may also have come
    before the first of them, or not have come with them at all.
    """

    candidates: tuple[BranchUpdate, ...]
    leader: str
    sure: bool


def introductions(lineage: Lineage, updates: Sequence[BranchUpdate]) -> Mapping[str, Sequence[Introduction]]:
    """For each commit asked about, the updates that brought it: before each of them the branch did not hold it.

    `updates` are oldest first, and so is what is found. A commit that was thrown away and brought again came several
    times. Commits that none of the updates brought are missing.
    """
    asked, found, reach = frozenset(lineage.asked), dict[str, list[Introduction]](), _Reach(lineage)
    for run in _runs(lineage, updates):
        first, last = run[0], run[-1]
        sure = first.before not in lineage.unknown
        brought = reach.brought(first.before if sure else "", last.after)
        leaders = _leaders(last, brought, lineage.parents) if last.kind is Moved.QUEUE and len(run) == 1 else {}
        for commit in brought & asked:
            found.setdefault(commit, []).append(Introduction(run, leaders.get(commit, last.after), sure))
    return found


def _runs(lineage: Lineage, updates: Sequence[BranchUpdate]) -> Iterator[tuple[BranchUpdate, ...]]:
    """The updates, those together that lead through states which are not here, up to one that is."""
    run: tuple[BranchUpdate, ...] = ()
    for update in updates:
        goes_on = bool(run) and run[-1].after == update.before
        run = (*run, update) if goes_on else (update,)
        if update.after not in lineage.unknown:
            if not is_nowhere(update.after):
                yield run
            run = ()


class _Reach:
    """What the branch held, state by state; each state is mostly the one before it and a little more."""

    def __init__(self, lineage: Lineage) -> None:
        self._parents = lineage.parents
        self._state = ""
        self._held = set[str]()

    def brought(self, before: str, after: str) -> set[str]:
        """What one state reaches and another one does not; an empty name, or one of zeros, reaches nothing."""
        held = self._held if before == self._state else self._walk(before, set())[0]
        new, met = self._walk(after, held)
        # A branch that went on still holds what it held; what lies behind the base is left out anyway.
        went_on = before in met or before not in self._parents
        self._state, self._held = after, held | new if went_on else self._walk(after, set())[0]
        return new

    def _walk(self, start: str, stop: set[str]) -> tuple[set[str], set[str]]:
        """What a commit reaches without what is to be left out, and what of that it came upon."""
        parents, new, met = self._parents, set[str](), set[str]()
        waiting = [start]
        while waiting:
            commit = waiting.pop()
            if commit in stop:
                met.add(commit)
            elif commit in parents and commit not in new:
                new.add(commit)
                waiting += parents[commit]
        return new, met


def _leaders(update: BranchUpdate, brought: set[str], parents: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """With which commit of the branch's own line each commit of an update came."""
    line, commit = list[str](), update.after
    while commit in brought:
        line.append(commit)
        commit = next(iter(parents[commit]), "")
    led = dict[str, str]()
    for leader in reversed(line):
        waiting = [leader]
        while waiting:
            each = waiting.pop()
            if each in brought and each not in led:
                led[each] = leader
                waiting += parents[each]
    return led


def questions(found: Mapping[str, Sequence[Introduction]]) -> tuple[str, ...]:
    """The commits whose pull request has to be known: one for each that was merged, however many commits it brought."""
    asked = (each.leader for several in found.values() for each in several if _is_proposed(each))
    return tuple(dict.fromkeys(asked))


def _is_proposed(introduction: Introduction) -> bool:
    """Whether the log alone says which update it was, and that this was a merge."""
    return len(introduction.candidates) == 1 and introduction.sure and introduction.candidates[0].kind in _PROPOSED


def judge(
    lineage: Lineage, branch: str, log: Log, found: Mapping[str, Sequence[Introduction]], pulls: Pulls
) -> Iterator[Arrival]:
    """The verdict over each commit, newest first; `found` is what `introductions` says of them.

    Of one that came several times each time has to pass: what was once pushed straight stays so, whatever merged it
    later, and in whatever order the log tells of it.
    """
    judgement = _Judgement(lineage, branch, log, pulls)
    for commit in lineage.asked:
        verdict, evidence, update, url = judgement.of(found.get(commit, ()))
        by, at = (None, None) if update is None else (update.actor, update.at)
        yield Arrival(commit, lineage.subjects[commit], verdict, evidence, by, at, url)


_Judged = tuple[Provenance, str, BranchUpdate | None, str | None]


class _Judgement:
    def __init__(self, lineage: Lineage, branch: str, log: Log, pulls: Pulls) -> None:
        self._lineage, self._branch, self._log, self._pulls = lineage, branch, log, pulls
        self._is_whole = _is_whole(lineage, log)

    def of(self, found: Sequence[Introduction]) -> _Judged:
        if not found:
            return _unverified(self._log.flaw or f"no update of {self._branch} in the log brought it")
        # Of what was pushed nobody is asked; of equal ones the last counts, which is how the branch has it now.
        latest = found[::-1]
        judged = [self._once(each) for each in latest if not _is_proposed(each)] or list(map(self._once, latest))
        verdict, evidence, update, url = min(judged, key=lambda each: _WORST.index(each[0]))
        if len(found) > 1 and verdict is not Provenance.PULL_REQUEST:
            evidence = f"{evidence}, one of {len(found)} times that it came"
        return verdict, evidence, update, url

    def _once(self, found: Introduction) -> _Judged:
        update = found.candidates[-1]
        if _is_proposed(found):
            return self._proposed(found.leader, update)
        if (found.sure or self._is_whole) and all(map(self._is_straight, found.candidates)):
            return Provenance.DIRECT, self._told(update), update, None
        if len(found.candidates) > 1 or not found.sure:
            return self._through_the_unknown(found)
        if update.kind is Moved.CREATED:
            return _unverified(f"{self._branch} began with it, before there was anything to propose it to", update)
        return _unverified(f"what moved {self._branch} {moved_by(update)} is of no kind that is known", update)

    def _is_straight(self, update: BranchUpdate) -> bool:
        """A branch that is made again after it was there is pushed to like any other."""
        if update.kind is not Moved.CREATED:
            return update.kind in _STRAIGHT
        # A journal may tell of a first push that came to nothing, and then of the same again.
        updates = self._log.updates
        return any(each.kind is Moved.DELETED for each in updates[: updates.index(update)])

    def _told(self, update: BranchUpdate) -> str:
        how = {Moved.FORCED: "forced onto", Moved.CREATED: "pushed with a new"}.get(update.kind, "pushed straight to")
        return f"{how} {self._branch} {moved_by(update)}"

    def _proposed(self, asked: str, update: BranchUpdate) -> _Judged:
        try:
            pulls = self._pulls(asked)
        except FactUnknown as unknown:
            return _unverified(f"which pull request brought it is not known: {unknown.message}", update)
        pull = next((pull for pull in pulls if self._proves(pull, update)), None)
        if pull is None:
            told = f"the log tells of a {update.kind.value}, and the host names no pull request that it merged"
            return _unverified(told, update)
        return Provenance.PULL_REQUEST, f"{pull.name}, merged into {self._branch} {moved_by(update)}", update, pull.url

    def _proves(self, pull: PullRequestOf, update: BranchUpdate) -> bool:
        """Whether a pull request is the one: merged here, and by this update."""
        if not pull.merged or pull.base != self._branch:
            return False
        # Of those that a queue merges together only the last ends where the branch does.
        ends = self._line_of(update) if update.kind is Moved.QUEUE else (update.after,)
        return any(pull.merge_commit == end for end in ends)

    def _line_of(self, update: BranchUpdate) -> Iterator[str]:
        commit = update.after
        while commit != update.before and commit in self._lineage.parents:
            yield commit
            commit = next(iter(self._lineage.parents[commit]), "")

    def _through_the_unknown(self, found: Introduction) -> _Judged:
        """Of several updates one was it. That a merge is among them proves nothing, nor what the host says of it.

        What was proposed and then squashed is of a merged pull request as well, and may be forced onto the branch.
        """
        states = (name for update in found.candidates for name in (update.before, update.after))
        gone = next(name for name in states if name in self._lineage.unknown)
        return _unverified(f"{self._branch} was at {gone[:12]} once, which is not in this clone", found.candidates[-1])


def _unverified(why: str, update: BranchUpdate | None = None) -> _Judged:
    return Provenance.UNVERIFIED, why, update, None


def _is_whole(lineage: Lineage, log: Log) -> bool:
    """Whether the log leads from the base to the tip without a gap."""
    state = lineage.base or ""
    for update in log.updates:
        if update.before != state and not (is_nowhere(update.before) and is_nowhere(state)):
            return False
        state = update.after
        if state == lineage.tip:
            return True
    return False


def moved_by(update: BranchUpdate) -> str:
    """By whom a branch was moved and when, in words that end a sentence."""
    who = "by somebody" if update.actor is None else f"by {update.actor}"
    return who if update.at is None else f"{who} at {update.at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
