import io
import json
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

from reports import samples
from tagship.domain.finding import Finding, Outcome, Report, Severity
from tagship.errors import Run
from tagship.reports import junit
from tagship.reports.documents.releases import plan_document
from tagship.reports.shown import Shown


def written(value: Shown) -> ET.Element:
    stream = io.StringIO()
    junit.render(value, stream)
    root = ET.fromstring(stream.getvalue())

    assert root.tag == "testsuites"

    (suite,) = root
    return suite


def test_outcomes_become_elements() -> None:
    suite = written(samples.RICH_REPORT)

    assert {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")} == {
        "tag-is-annotated": [],
        "version-matches-tag": [],
        "changelog-has-content": ["system-out"],
        "tag-is-on-main": ["failure"],
        "secrets-are-absent": ["failure"],
        "main-is-protected": ["system-out"],
        "api-break-has-bump": ["skipped"],
        "version-is-free": ["error"],
        "commit-is-green": ["skipped"],
    }
    assert {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "9",
        "failures": "2",
        "errors": "1",
        "skipped": "2",
        "time": "0.314",
    }


def test_a_red_suite_is_a_report_that_is_not_ready() -> None:
    warned = samples.report(samples.verdict("a", Outcome.FAILED, Severity.WARNING))

    assert [written(warned).get(name) for name in ("failures", "errors")] == ["0", "0"]
    assert [written(samples.OPEN_REPORT).get(name) for name in ("failures", "errors")] == ["0", "1"]


def test_nothing_is_skipped_without_its_reason() -> None:
    told = [element.get("message") for element in written(samples.RICH_REPORT).iter("skipped")]

    assert told == [
        "waived until 2031-01-01: the old interface had no users",
        "unknown: no permission to read checks",
    ]


def test_a_failure_tells_the_way_out() -> None:
    finding = Finding("not on main", None, Run(("git", "push", "a b")))
    suite = written(samples.report(samples.verdict("a", Outcome.FAILED, findings=(finding,))))
    failure = suite.find("testcase/failure")

    assert failure is not None
    assert failure.get("message") == "not on main"
    assert failure.text == "not on main\nfix: git push 'a b'"


def test_an_error_is_a_case_of_its_own() -> None:
    suite = written(samples.CONFLICT)

    assert suite.get("errors") == "1"
    assert [case.get("name") for case in suite.iter("testcase")] == ["conflict"]


def test_other_values_are_printed() -> None:
    printed = written(samples.RICH_PLAN).find("system-out")

    assert printed is not None
    assert json.loads(printed.text or "") == plan_document(samples.RICH_PLAN)


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_text_makes_no_element(text: str) -> None:
    plain = [element.tag for element in written(samples.hostile_report("a")).iter()]

    assert [element.tag for element in written(samples.hostile_report(text)).iter()] == plain


@given(samples.reports)
def test_every_check_is_a_case(report: Report) -> None:
    assert [case.get("name") for case in written(report).iter("testcase")] == [check.id for check in report.verdicts]


def test_faults_become_test_cases() -> None:
    suite = written(samples.RICH_TRIALS)
    cases = {case.get("name"): case for case in suite.iter("testcase")}

    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert {name: [child.tag for child in case] for name, case in cases.items()} == {
        "upload-dies-after-wheel": ["system-out"],
        "lost-response": ["system-out"],
        "killed-while-uploading": ["failure"],
    }
    assert cases["killed-while-uploading"][0].get("message") == "the second run ended with 1: no"
