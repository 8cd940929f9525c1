"""Did what came to main come through a pull request, and is what came still there?"""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.guarding import Arrival, BranchUpdate, MainFacts, Provenance, is_nowhere, moved_by
from tagship.errors import Edit, FactUnknown, InCommit, Run

HOST = frozenset({"host", "network"})
MADE_KNOWN = (
    "run it where the host can be asked and all of history is here (fetch-depth: 0, contents: read and "
    "pull-requests: read), and soon after the push, since logs do not last for ever"
)
REASONS_TOLD = 3
COMMITS_NAMED = 5


class MainTakesNoDirectCommits:
    """Every commit came to main by a merge, as its host witnessed; its own message is never asked."""

    id: ClassVar = "main-takes-no-direct-commits"
    title: ClassVar = "no commit was pushed straight to main"
    why: ClassVar = (
        "What is pushed straight to main was seen by no check and by nobody else before everybody has it, and a "
        "release made from main ships it."
    )
    fix: ClassVar = (
        "Revert it by a pull request and bring it back by another, or write down why it stands; and have the host take "
        "no pushes to main: tagship doctor --apply."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: MainFacts) -> Iterator[Finding]:
        """Find the commits that came past a pull request; raise FactUnknown for those of which it is not known."""
        arrivals = facts.arrivals
        if not arrivals:
            raise NotApplicable(facts.nothing)
        for arrival in arrivals:
            if arrival.verdict is Provenance.DIRECT:
                yield Finding(
                    f"{arrival.subject or 'a commit without a message'}: {arrival.evidence}",
                    where=InCommit(arrival.commit),
                    remedy=Edit(f"git revert {arrival.commit[:12]} on a branch of its own, and open a pull request"),
                )
        unverified = [arrival for arrival in arrivals if arrival.verdict is Provenance.UNVERIFIED]
        if unverified:
            told = f"{len(unverified):,} of {_counted(len(arrivals))} cannot be told: {_reasons(unverified)}"
            raise FactUnknown(told, remedy=Edit(MADE_KNOWN))

    def remark(self, facts: MainFacts) -> str:
        """How many came, by how many merges."""
        merges = len({arrival.evidence for arrival in facts.arrivals})
        return f"{_counted(len(facts.arrivals))} by {merges} {'merge' if merges == 1 else 'merges'}"


class MainOnlyGrows:
    """Whatever main held it still holds: nobody forced it elsewhere, and nobody deleted it."""

    id: ClassVar = "main-only-grows"
    title: ClassVar = "main was neither rewritten nor moved back"
    why: ClassVar = (
        "What a forced push takes away was reviewed, tested and perhaps released; every clone that holds it now "
        "disagrees with main, and no commit is left that a check could look at."
    )
    fix: ClassVar = (
        "Fetch what was lost into a branch of its own while the host or a clone still has it, and bring it back by a "
        "pull request; "
        "and have the host take no forced push to main: tagship doctor --apply."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: MainFacts) -> Iterator[Finding]:
        """Find the updates that took something from main; raise FactUnknown where nobody tells of any update."""
        if not facts.is_looked_at:
            raise NotApplicable(facts.nothing)
        for update in facts.rewritten:
            yield Finding(
                f"{facts.branch} {_moved(update)} {moved_by(update)}, and no longer holds {update.before[:12]}",
                where=InCommit(update.before),
                remedy=Run(("git", "fetch", "origin", f"{update.before}:refs/heads/rescued-{update.before[:12]}")),
            )


def _moved(update: BranchUpdate) -> str:
    return "was deleted" if is_nowhere(update.after) else f"was forced to {update.after[:12]}"


def _counted(number: int) -> str:
    return f"{number:,} {'commit' if number == 1 else 'commits'}"


def _reasons(arrivals: Sequence[Arrival]) -> str:
    """Each reason once, the most frequent first, with the commits that it is about."""
    grouped = dict[str, list[str]]()
    for arrival in arrivals:
        grouped.setdefault(arrival.evidence, []).append(arrival.commit[:12])
    ranked = sorted(grouped.items(), key=lambda entry: -len(entry[1]))
    told = [f"{reason} ({_named(names)})" for reason, names in ranked[:REASONS_TOLD]]
    more = len(ranked) - REASONS_TOLD
    return "; ".join([*told, *([f"and {more} more {'reason' if more == 1 else 'reasons'}"] if more > 0 else [])])


def _named(names: Sequence[str]) -> str:
    more = len(names) - COMMITS_NAMED
    return ", ".join(names[:COMMITS_NAMED]) + (f" and {more:,} more" if more > 0 else "")
