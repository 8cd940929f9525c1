import io
from dataclasses import replace

import pytest

from reports import samples
from tagship.domain.finding import Finding, Outcome, Report, Severity
from tagship.errors import Edit, Run
from tagship.reports import render
from tagship.reports.standing import plan_line, proof_line
from tagship.reports.verdicts import (
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


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (samples.READY_REPORT, "ready"),
        (samples.EMPTY_REPORT, "ready"),
        (samples.RICH_REPORT, "blocked: 2 blockers"),
        (samples.report(samples.verdict("a", Outcome.FAILED)), "blocked: 1 blocker"),
        (samples.report(samples.verdict("a", Outcome.FAILED, Severity.WARNING)), "ready"),
        (samples.OPEN_REPORT, "could not tell: version-is-free"),
    ],
)
def test_headline(report: Report, line: str) -> None:
    assert headline(report) == line


def test_what_was_left_out_on_purpose_is_told_beside_the_verdict() -> None:
    report = replace(samples.READY_REPORT, left_out=("--fast left out tests-pass", "--skip left out tree-is-clean"))

    assert headline(report) == "ready; --fast left out tests-pass; --skip left out tree-is-clean"


def test_failures_put_blockers_first() -> None:
    assert [verdict.id for verdict in failures(samples.RICH_REPORT)] == [
        "tag-is-on-main",
        "secrets-are-absent",
        "changelog-has-content",
        "main-is-protected",
    ]


def test_one_way_to_make_two_things_known_is_told_once() -> None:
    unshallow, ask_again = Run(("git", "fetch", "--unshallow")), Edit("ask again later")
    report = samples.report(
        samples.verdict("a", Outcome.UNKNOWN, findings=(Finding("no history", None, unshallow),)),
        samples.verdict("b", Outcome.FAILED, findings=(Finding("wrong", None, ask_again),)),
        samples.verdict("c", Outcome.UNKNOWN, findings=(Finding("no history", None, unshallow),)),
        samples.verdict("d", Outcome.UNKNOWN),
    )

    assert open_questions(report) == ((unshallow, ("a", "c")),)


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_what_would_make_the_unknown_known_is_shown(form: str) -> None:
    way = Finding("no history", None, Run(("git", "fetch", "--unshallow")))
    page = io.StringIO()

    render(samples.report(samples.verdict("a", Outcome.UNKNOWN, findings=(way,))), page, format=form)

    assert "git fetch --unshallow" in page.getvalue()


def test_words() -> None:
    assert [word(verdict) for verdict in samples.RICH_REPORT.verdicts] == [
        "passed",
        "passed",
        "warning",
        "failed",
        "failed",
        "note",
        "skipped",
        "unknown",
        "unknown",
    ]


def test_tally() -> None:
    expected = "9 checks: 2 passed, 2 failed, 1 warning, 1 note, 1 skipped, 2 unknown, 0.3 s"

    assert tally(samples.RICH_REPORT) == expected
    assert tally(samples.EMPTY_REPORT) == "0 checks, 0.0 s"


def test_subject_tells_what_is_known() -> None:
    assert subject(samples.RICH_REPORT) == "gate: sample 1.2.0, tag v1.2.0, commit 5f0c3f1e9a7b"
    assert subject(samples.EMPTY_REPORT) == "check"


def test_a_failure_without_findings_still_tells_something() -> None:
    (finding,) = findings_of(samples.verdict("tag-is-on-main", Outcome.FAILED))

    assert finding.message == "not the case: tag is on main"


def test_equal_remedies_are_told_once() -> None:
    same = Run(("git", "push"))
    findings = (Finding("a", None, same), Finding("b"), Finding("c", None, same), Finding("d", None, Edit("e")))

    assert remedies_of(samples.verdict("a", Outcome.FAILED, findings=findings)) == (same, Edit("e"))


def test_proof_line() -> None:
    assert proof_line(samples.RICH_RECEIPT) == (
        "proved: sample 1.2.0 is served by pypi with our sha256 (2 files), installs and imports on Python 3.11.7"
    )


def test_proof_line_claims_no_import_that_was_not_made() -> None:
    assert proof_line(samples.SMALL_RECEIPT).endswith("(0 files), installs on Python 3.11.7")


def test_plan_line() -> None:
    assert plan_line(samples.RICH_PLAN) == "stopped: publish release cannot be done as things stand"
    assert plan_line(samples.RICH_PLAN[:3]) == "2 steps to do, 1 of them cannot be undone"
    assert plan_line(samples.RICH_PLAN[:2]) == "1 step to do"
    assert plan_line(samples.RICH_PLAN[:1]) == "nothing left to do"


@pytest.mark.parametrize("form", ["terminal", "github", "markdown"])
def test_what_is_said_of_a_check_that_failed_is_shown(form: str) -> None:
    """That its waiver is over, for one."""
    lapsed = samples.verdict("a", Outcome.FAILED, reason="its waiver ended on 2026-03-01; nobody renewed it")
    stream = io.StringIO()
    render(samples.report(lapsed), stream, format=form)

    assert "its waiver ended on 2026-03-01; nobody renewed it" in stream.getvalue()


def test_few_checks_are_named_and_many_are_counted() -> None:
    assert named(["a", "b", "c"]) == "a, b, c"
    assert named(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
