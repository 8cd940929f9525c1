"""Several packages at once, in every format."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from reports import samples
from tagship.domain.finding import Finding, Outcome, Readiness, Report, Severity, Verdict
from tagship.domain.workspace import PackageAtAGlance, Reports, Roster
from tagship.errors import Run
from tagship.reports import RENDERERS, documents, render, terminal
from tagship.reports.documents.verdicts import report_document
from tagship.reports.several import alone, shared, shared_by
from tagship.reports.shown import Shown

BLOCKED = replace(samples.RICH_REPORT, command="check", project="alpha", left_out=("--fast left out tests-pass",))
OPEN = replace(samples.OPEN_REPORT, command="check", project="beta")
READY = replace(samples.READY_REPORT, command="check", project="gamma")
THREE = Reports((READY, BLOCKED, OPEN), ("delta",), 1.25)
NONE = Reports((), ("alpha", "delta"), 0.1)
ROSTER = Roster(
    (
        PackageAtAGlance("core", "", "1.2.0", "v{version}", "v1.2.0", ()),
        PackageAtAGlance("plug-in", "packages/plug in", None, "plug-in-v{version}", None, ("core", "other")),
    )
)


def in_its_own_words(report: Report, name: str) -> Report:
    """The report as it is of another package, which has nothing to say that any other has."""
    found = [
        replace(
            each,
            reason=f"{each.reason} of {name}",
            findings=tuple(replace(one, message=f"{name}: {one.message}") for one in each.findings),
        )
        for each in report.verdicts
    ]
    return replace(report, project=name, verdicts=tuple(found))


DIRTY = replace(
    samples.verdict("tree-is-clean", Outcome.FAILED),
    findings=(Finding("README.md has changes that are not committed", remedy=Run(("git", "commit", "--all"))),),
)
OFFLINE = replace(samples.verdict("tag-is-new", Outcome.UNKNOWN), reason="--offline was given")


def a_package(name: str, *own: Verdict) -> Report:
    """A report on a package in a tree that is not clean, of which nothing is known to outsiders."""
    return replace(samples.report(DIRTY, *own, OFFLINE), command="check", project=name, seconds=0.5)


ALIKE = Reports(
    (
        a_package("alpha", samples.verdict("changelog-has-version", Outcome.FAILED)),
        a_package("beta"),
        READY,
        replace(samples.report(OFFLINE), command="check", project="delta"),
    ),
    (),
    1.5,
)
"""Two packages that lack the same, and three that do not know the same; one lacks something beside it."""


def written(value: Shown, form: str) -> str:
    stream = io.StringIO()
    render(value, stream, format=form)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "readiness"),
    [
        (THREE, Readiness.BLOCKED),
        (Reports((READY, OPEN), (), 0), Readiness.UNKNOWN),
        (Reports((READY,), (), 0), Readiness.READY),
        (NONE, Readiness.READY),
    ],
)
def test_the_worst_package_decides(value: Reports, readiness: Readiness) -> None:
    assert value.readiness is readiness
    assert json.loads(written(value, "json"))["verdict"] == readiness.value


@pytest.mark.parametrize("value", [THREE, NONE, ROSTER, Roster(())])
def test_documents_keep_to_their_schemas(value: Reports | Roster) -> None:
    content = json.loads(written(value, "json"))
    schema = documents.schema(content["schema"].removeprefix("tagship-").removesuffix("/1"))

    jsonschema.Draft202012Validator(schema).validate(content)


def test_each_report_is_the_document_that_it_is_alone() -> None:
    """The schema of several holds that of one, word for word."""
    content = json.loads(written(THREE, "json"))
    several, one = documents.schema("reports"), documents.schema("report")

    assert content["reports"] == [report_document(report) for report in THREE.reports]
    assert several["$defs"] == {
        "report": {key: value for key, value in one.items() if key not in {"$schema", "title", "$defs"}},
        **one["$defs"],  # type: ignore[dict-item]  # a schema's definitions are a table
    }


def test_a_list_of_packages_is_a_document() -> None:
    assert json.loads(written(ROSTER, "json")) == {
        "schema": "tagship-packages/1",
        "packages": [
            {
                "name": "core",
                "path": "",
                "version": "1.2.0",
                "tag_format": "v{version}",
                "last_tag": "v1.2.0",
                "requires": [],
            },
            {
                "name": "plug-in",
                "path": "packages/plug in",
                "version": None,
                "tag_format": "plug-in-v{version}",
                "last_tag": None,
                "requires": ["core", "other"],
            },
        ],
    }


def test_each_package_is_a_suite() -> None:
    suites = ET.fromstring(written(THREE, "junit"))

    assert [(suite.get("name"), suite.get("failures"), suite.get("errors")) for suite in suites] == [
        ("tagship check gamma", "0", "0"),
        ("tagship check alpha", "2", "1"),
        ("tagship check beta", "0", "1"),
    ]


def test_each_package_is_a_run_that_is_told_apart() -> None:
    runs = json.loads(written(THREE, "sarif"))["runs"]

    assert [run["automationDetails"]["id"] for run in runs] == [
        "tagship/check/gamma/",
        "tagship/check/alpha/",
        "tagship/check/beta/",
    ]


def test_annotations_of_all_packages_share_the_limits() -> None:
    many = Reports(tuple(in_its_own_words(BLOCKED, str(number)) for number in range(9)), (), 1)
    lines = written(many, "github").splitlines()

    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::notice ") for line in lines) <= 10
    assert lines[-1] == "blocked: 9 of 9 packages; --fast left out tests-pass"


@pytest.mark.parametrize("form", RENDERERS)
@pytest.mark.parametrize("text", samples.HOSTILE[:-3])
def test_hostile_words_break_no_format(form: str, text: str) -> None:
    roster = Roster((PackageAtAGlance(text, text, text, text, text, (text,)),))
    several = Reports((samples.hostile_report(text), OPEN), (text,), 1)

    for value in (roster, several):
        said = written(value, form)
        assert "\x1b" not in said
        assert said.endswith("\n")


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize(
    ("name", "value"), [("reports", THREE), ("alike", ALIKE), ("packages", ROSTER), ("no-reports", NONE)]
)
def test_terminal(name: str, value: Shown, width: int, golden: Callable[[str, str], None]) -> None:
    stream = io.StringIO()
    terminal.render(value, stream, width=width)

    golden(f"{name}-{width}.txt", stream.getvalue())


@pytest.mark.parametrize(("name", "value"), [("reports", THREE), ("alike", ALIKE), ("packages", ROSTER)])
def test_markdown(name: str, value: Shown, golden: Callable[[str, str], None]) -> None:
    golden(f"{name}.md", written(value, "markdown"))


def test_unknown_is_told_as_such() -> None:
    (row,) = [line for line in written(THREE, "terminal").splitlines() if "beta 1.2.0: " in line]

    assert OPEN.verdicts[1].outcome is Outcome.UNKNOWN
    assert row.endswith("could not tell: version-is-free")


def test_warnings_of_a_package_that_is_ready_are_counted() -> None:
    """They are in nobody's way, and not lost: naming the package shows them."""
    warned = samples.report(
        samples.verdict("a", Outcome.FAILED, Severity.WARNING),
        samples.verdict("b", Outcome.FAILED, Severity.WARNING),
        samples.verdict("c", Outcome.FAILED, Severity.NOTE),
    )
    shown = Reports((replace(warned, project="epsilon"),), (), 0.1)

    assert "epsilon 1.2.0: ready: 2 warnings, 1 note\n" in written(shown, "terminal")
    assert " | 2 warnings, 1 note |\n" in written(shown, "markdown")


@pytest.mark.parametrize(("form", "most"), [("terminal", 1), ("markdown", 1), ("github", 2), ("json", 2)])
def test_what_several_packages_lack_alike_is_told_once(form: str, most: int) -> None:
    """Once for each reader: a job's log has an annotation and the text of a terminal, a machine one report each."""
    said = written(ALIKE, form)

    assert said.count("README.md has changes that are not committed") == most
    assert said.count("changelog-has-version") >= 1


def test_what_is_shared_names_its_packages_and_is_told_of_none_alone() -> None:
    told = shared(ALIKE.reports)

    assert [(each.packages, each.report.verdicts) for each in told] == [
        (("alpha", "beta"), (DIRTY,)),
        (("alpha", "beta", "delta"), (OFFLINE,)),
    ]
    assert [[verdict.id for verdict in alone(report, told).verdicts] for report in ALIKE.reports[:2]] == [
        ["changelog-has-version"],
        [],
    ]


def test_many_packages_are_not_all_named() -> None:
    names = [f"package-{number}" for number in range(5)]
    five = Reports(tuple(map(a_package, names)), (), 1)

    assert shared_by(names, five) == "all 5 packages"
    assert shared_by(names[:4], five) == "package-0, package-1, package-2 and 1 more"
    assert shared_by(names[:2], five) == "package-0, package-1"
    assert "check: all 5 packages\n" in written(five, "terminal")
    assert "title=all 5 packages%3A tree-is-clean::" in written(five, "github")


def test_an_annotation_says_of_which_package_it_is() -> None:
    lines = written(THREE, "github").splitlines()

    assert any("title=alpha%3A tag-is-on-main::" in line for line in lines)
    assert any("title=beta%3A version-is-free::" in line for line in lines)
