"""The gate, ahead of the tag: all that can be asked before there is one, and what still runs is waited for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from tagship.checks import GATE
from tagship.checks.engine import Check, examine
from tagship.checks.tag import TagExists, TagHasNotMoved, TagIsAnnotated, TagIsPushed
from tagship.checks.version import CommitIsGreen
from tagship.checks.workflow import TriggersAnswerTheTag
from tagship.domain.facts import CheckState, CommitCheck, Facts
from tagship.domain.finding import Outcome, Readiness, Report, Verdict
from tagship.errors import FactUnknown
from tagship.workflow import examinations
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.causes import Circumstances, foreseen
from tagship.workflow.tagging.confirming import with_waiver
from tagship.workflow.tagging.place import TaggingPlace

UNTIL_PUSHED: Final = (TagIsPushed, TagHasNotMoved)
UNTIL_MADE: Final = (*UNTIL_PUSHED, TagExists, TagIsAnnotated)
FIRST_WAIT = 2.0
LONGEST_WAIT = 15.0


def checks_ahead(*, made: bool) -> tuple[Check[Facts], ...]:
    """The checks of the gate that have a meaning before a tag is pushed, or even before it is made."""
    too_early = UNTIL_PUSHED if made else UNTIL_MADE
    return tuple(check for check in GATE if not isinstance(check, too_early))


class GateAhead:
    """Examines the tag that is to be, on the commit that is checked out.

    What the code host is still checking is waited for as long as `patience` lasts, once nothing else stands in the way.
    `note` hears of what would not stop the tag and should be known before it is pushed.
    """

    def __init__(
        self,
        place: TaggingPlace,
        circumstances: Callable[[], Circumstances],
        note: Callable[[str], None],
        patience: Patience,
    ) -> None:
        self._place = place
        self._circumstances = circumstances
        self._note = note
        self._patience = patience

    def examine(self) -> Report:
        """The report, with every warning told aloud where it lets the tag pass."""
        facts = self._place.facts
        made = facts.tag_name in facts.tags
        report = examinations.report_on("tag", checks_ahead(made=made), facts, self._place)
        if _waits_for_the_host(report) and self._wait_for_the_host():
            again = examine([CommitIsGreen()], facts, excused=self._place.excused())
            green = {verdict.id: verdict for verdict in again}
            report = replace(report, verdicts=tuple(green.get(each.id, each) for each in report.verdicts))
        report = self._with_waiver(report)
        if report.readiness is Readiness.READY:
            self._warn(report)
        return report

    def _with_waiver(self, report: Report) -> Report:
        """The report; where a jump is confirmed here and some job is not told, with what tells it."""
        jobs, facts = self._place.unaware_jobs, self._place.facts
        if not jobs:
            return report
        files, today = self._place.repository.tree(facts.head), datetime.now(tz=UTC).date()
        return with_waiver(report, jobs, files, inside=self._place.inside, today=today)

    def _wait_for_the_host(self) -> bool:
        """Ask again until every check of the commit has ended or one is red; whether anything was to be waited for."""
        deadline, wait = self._patience.clock() + self._patience.seconds, FIRST_WAIT
        pending = self._pending()
        waited = bool(pending)
        while pending and (left := deadline - self._patience.clock()) > 0:
            self._note(f"waiting for the code host: {', '.join(check.name for check in pending)}")
            self._patience.pause(min(wait, left))
            wait = min(2 * wait, LONGEST_WAIT)
            self._place.facts.answers.pop("commit_checks", None)
            pending = self._pending()
        return waited

    def _pending(self) -> Sequence[CommitCheck]:
        """What still runs; nothing where a check is red already, for then the rest does not matter."""
        checks = self._checks()
        if any(check.state is CheckState.RED for check in checks):
            return ()
        return [check for check in checks if check.state is CheckState.PENDING]

    def _checks(self) -> Sequence[CommitCheck]:
        try:
            return self._place.facts.commit_checks or ()
        except FactUnknown:  # which the check itself says
            return ()

    def _warn(self, report: Report) -> None:
        hosted = self._place.runs() is not None
        for verdict in report.verdicts:
            # Of triggers more is told below, where there is a host that heeds them.
            if verdict.outcome is Outcome.FAILED and not (hosted and verdict.id == TriggersAnswerTheTag.id):
                for finding in verdict.findings:
                    self._note(f"{verdict.severity.value}: {finding.message}")
        for cause in foreseen(self._circumstances()) if hosted else ():
            self._note(f"warning: no release may begin: {cause}")


def _waits_for_the_host(report: Report) -> bool:
    """Whether the host's checks are all that leaves the question open."""
    if report.readiness is not Readiness.UNKNOWN:
        return False
    return all(_is_the_hosts(verdict) for verdict in report.verdicts if verdict.leaves_open)


def _is_the_hosts(verdict: Verdict) -> bool:
    return verdict.id == CommitIsGreen.id
