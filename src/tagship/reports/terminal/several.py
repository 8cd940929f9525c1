"""What several packages look like: what stands in the way of more than one of them, then of each."""

from tagship.domain.finding import Readiness
from tagship.domain.workspace import Reports, Roster
from tagship.reports.page import Page
from tagship.reports.several import (
    ROSTER,
    alone,
    report_line,
    report_word,
    reports_headline,
    reports_tally,
    roster_row,
    roster_sentence,
    shared,
    shared_by,
    tells_more,
)
from tagship.reports.terminal.signs import line
from tagship.reports.terminal.verdicts import ways_out
from tagship.reports.verdicts import subject


def show(value: Reports | Roster, page: Page) -> None:
    """The reports of several packages, or the packages at a glance."""
    match value:
        case Reports():
            _reports(value, page)
        case Roster():
            _roster(value, page)


def _reports(value: Reports, page: Page) -> None:
    """What stands in the way of several packages at once and of each, then a line for every one of them."""
    not_ready = [report for report in value.all_told if report.readiness is not Readiness.READY]
    of_several = shared(not_ready)
    for each in of_several:
        page.text(f"{each.report.command}: {shared_by(each.packages, value)}", style="bold")
        page.blank()
        ways_out(each.report, page)
    for report in not_ready:
        rest = alone(report, of_several)
        if tells_more(rest):
            page.text(subject(report), style="bold")
            page.blank()
            ways_out(rest, page)
    for report in value.reports:
        line(report_word(report), report_line(report), page)
    if value.reports:
        page.blank()
    page.text(reports_tally(value), style="dim")
    page.text(reports_headline(value), style="bold")


def _roster(roster: Roster, page: Page) -> None:
    if not page.table(ROSTER, [roster_row(package) for package in roster.packages]):
        for package in roster.packages:
            page.entry(f"{package.name}  ", roster_sentence(package))
    page.blank()
    page.text("in the order of release; name one with --package")
