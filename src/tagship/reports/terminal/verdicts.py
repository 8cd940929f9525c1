"""What a report of checks looks like: what failed, with its way out, then the rest; and an error by itself."""

from typing import TYPE_CHECKING

from tagship.domain.finding import Outcome, Report, Verdict
from tagship.errors import TagshipError
from tagship.reports.harmless import lines
from tagship.reports.page import Page
from tagship.reports.terminal.signs import LONGEST_WORD, STYLES, line
from tagship.reports.verdicts import (
    Alike,
    alike,
    failures,
    findings_of,
    headline,
    named,
    open_questions,
    remedies_of,
    subject,
    tally,
    word,
)

if TYPE_CHECKING:
    from tagship.reports.shown import Words  # leads to what else can be shown

FINDINGS_SHOWN = 20


def show(value: "Report | TagshipError | Words", page: Page) -> None:
    """A report, an error, or the words of a check."""
    match value:
        case Report():
            _report(value, page)
        case TagshipError():
            _error(value, page)
        case _:
            _words(value, page)


def _report(report: Report, page: Page) -> None:
    page.text(subject(report), style="bold")
    page.blank()
    ways_out(report, page)
    for outcome in (Outcome.SKIPPED, Outcome.PASSED):
        for each in alike(report, outcome):
            _alike(each, page)
    if report.verdicts:
        page.blank()
    page.text(tally(report), style="dim")
    page.text(headline(report), style="bold")


def ways_out(report: Report, page: Page) -> None:
    """What failed, under its number, blockers first; then what is not known, and what would make it known."""
    for number, verdict in enumerate(failures(report), 1):
        _failure(verdict, number, page)
        page.blank()
    unknown = alike(report, Outcome.UNKNOWN)
    for each in unknown:
        _alike(each, page)
    if unknown:
        page.blank()
    for remedy, checks in open_questions(report):
        page.text(f"to make known: {named(checks)}", style="bold")
        page.remedy(remedy, indent=4)
        page.blank()


def _alike(verdicts: Alike, page: Page) -> None:
    """One check with its reason beside it; several as a sentence, and their names below it."""
    reason, checks = verdicts.reason, verdicts.checks
    match checks:
        case _ if reason is None:
            line(verdicts.word, ", ".join(checks), page, style="dim")
        case [check]:
            line(verdicts.word, f"{check} ({reason})", page)
        case _:
            line(verdicts.word, f"{len(checks)} checks: {reason}", page)
            page.text(", ".join(checks), indent=LONGEST_WORD + 3, style="dim")


def _failure(verdict: Verdict, number: int, page: Page) -> None:
    said = word(verdict)
    page.entry(f"[{number}] {said}: ", verdict.id, lead_style=STYLES[said], style="bold")
    if verdict.reason is not None:
        page.text(verdict.reason, indent=4)
    findings = findings_of(verdict)
    for finding in findings[:FINDINGS_SHOWN]:
        page.text(finding.message, indent=4)
        if finding.where is not None:
            page.exact(f"at {finding.where}", indent=4, style="dim")
    if len(findings) > FINDINGS_SHOWN:
        page.text(f"and {len(findings) - FINDINGS_SHOWN} more, all of them with --json", indent=4)
    remedies = remedies_of(verdict)
    for remedy in remedies[:FINDINGS_SHOWN]:
        page.remedy(remedy, indent=4)
    if not remedies:
        page.entry("fix: ", verdict.fix, indent=4, lead_style="bold")
    page.exact(f"more: tagship explain {verdict.id}", indent=4, style="dim")


def _error(error: TagshipError, page: Page) -> None:
    first, *rest = lines(error.message)
    page.entry("error: ", first, lead_style="bold red")
    for each in rest:
        page.entry("", each, indent=7)
    if error.where is not None:
        page.exact(f"at {error.where}", indent=7, style="dim")
    if error.remedy is not None:
        page.remedy(error.remedy)


def _words(words: "Words", page: Page) -> None:
    page.text(words.id, style="bold")
    page.text(words.title)
    page.blank()
    needs = ", ".join(sorted(words.needs)) or "nothing"
    page.pairs((("why", words.why), ("fix", words.fix), ("severity", words.severity.value), ("needs", needs)))
