"""The documents of what was judged: reports, errors, a check in its own words."""

import re
from typing import TYPE_CHECKING

from tagship.domain.finding import Finding, Report, Verdict
from tagship.errors import TagshipError
from tagship.reports.documents.writing import Document, Json, remedy_document, seconds_of, where_document

if TYPE_CHECKING:
    from tagship.domain.workspace import Reports
    from tagship.reports.shown import Words


def report_document(report: Report) -> Document:
    """`tagship-report/1`: a verdict for every check that was asked."""
    return {
        "schema": "tagship-report/1",
        "command": report.command,
        "project": report.project,
        "version": report.version,
        "tag": report.tag,
        "commit": report.commit,
        "verdict": report.readiness.value,
        "checks": [_check(verdict) for verdict in report.verdicts],
        "seconds": seconds_of(report.seconds),
    }


def reports_document(value: "Reports") -> Document:
    """`tagship-reports/1`: a report on each package that was looked at, and the names of those that were not."""
    return {
        "schema": "tagship-reports/1",
        "verdict": value.readiness.value,
        "reports": [report_document(report) for report in value.all_told],
        "left_alone": list(value.left_alone),
        "seconds": seconds_of(value.seconds),
    }


def error_document(error: TagshipError) -> Document:
    """`tagship-error/1`: what stopped the command; `exit` is the exit code that goes with it."""
    return {
        "schema": "tagship-error/1",
        "kind": kind_of(error),
        "message": error.message,
        "where": where_document(error.where),
        "remedy": remedy_document(error.remedy),
        "exit": int(error.exit),
    }


def kind_of(error: TagshipError) -> str:
    """The kind of an error as a word of the public shapes: `FactUnknown` is `fact-unknown`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(error).__name__).lower()


def explain_document(words: "Words") -> Document:
    """`tagship-explain/1`: one check in its own words."""
    return {
        "schema": "tagship-explain/1",
        "id": words.id,
        "title": words.title,
        "why": words.why,
        "fix": words.fix,
        "severity": words.severity.value,
        "needs": list[Json](sorted(words.needs)),
    }


def _check(verdict: Verdict) -> Document:
    return {
        "id": verdict.id,
        "title": verdict.title,
        "severity": verdict.severity.value,
        "outcome": verdict.outcome.value,
        "reason": verdict.reason,
        "why": verdict.why,
        "fix": verdict.fix,
        "findings": [_finding(finding) for finding in verdict.findings],
    }


def _finding(finding: Finding) -> Document:
    return {
        "message": finding.message,
        "where": where_document(finding.where),
        "remedy": remedy_document(finding.remedy),
    }
