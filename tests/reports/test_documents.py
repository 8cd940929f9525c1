import io
import json
from datetime import UTC, datetime, timedelta, timezone
from importlib import resources

import jsonschema
import pytest
from hypothesis import given

from reports import samples
from reports.reading import at
from tagship.domain.artifact import ServedFile
from tagship.domain.finding import Outcome
from tagship.domain.receipt import Proof, Receipt
from tagship.errors import AtRef, AtUrl, Edit, InCommit, InFile, Run, Visit
from tagship.reports import documents, json_document
from tagship.reports.documents.projects import notes_document, overview_document
from tagship.reports.documents.releases import plan_document, receipt_document
from tagship.reports.documents.verdicts import error_document, report_document
from tagship.reports.documents.writing import Document, Json, remedy_document, where_document
from tagship.reports.shown import Shown, Words

CHECKER = jsonschema.Draft202012Validator.FORMAT_CHECKER
VALIDATORS = {
    f"tagship-{name}/1": jsonschema.Draft202012Validator(documents.schema(name), format_checker=CHECKER)
    for name in documents.NAMES
}


def written(value: Shown) -> Document:
    stream = io.StringIO()
    json_document.render(value, stream)
    text = stream.getvalue()

    assert text.isascii()
    assert text.endswith("}\n")

    content = json.loads(text)
    assert isinstance(content, dict)
    return content


@pytest.mark.parametrize("name", documents.NAMES)
def test_schema_is_one_and_strict(name: str) -> None:
    """Every object of a schema lists all its keys as required and allows no other, or is a mapping of texts."""
    schema = documents.schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [part for part in walk(schema) if part.get("type") == "object"]

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert objects
    for part in objects:
        if "properties" in part:
            assert part["additionalProperties"] is False
            assert part["required"] == list(as_object(part["properties"]))
        else:
            assert part["additionalProperties"] == {"type": "string"}


def as_object(part: Json) -> Document:
    assert isinstance(part, dict)
    return part


def walk(part: Json) -> list[Document]:
    if isinstance(part, dict):
        return [part, *(found for value in part.values() for found in walk(value))]
    return [found for value in part for found in walk(value)] if isinstance(part, list) else []


def test_every_schema_file_has_a_name() -> None:
    shipped = {file.name for file in resources.files("tagship.reports").joinpath("schemas").iterdir()}

    assert shipped == {f"{name}-1.json" for name in documents.NAMES}


def test_no_schema_of_another_name() -> None:
    with pytest.raises(KeyError):
        documents.schema("../documents")


@pytest.mark.parametrize("value", samples.VALUES, ids=lambda value: type(value).__name__)
def test_known_values_keep_to_their_schema(value: Shown) -> None:
    content = written(value)

    VALIDATORS[str(content["schema"])].validate(content)


@given(samples.values)
def test_any_value_keeps_to_its_schema(value: Shown) -> None:
    content = written(value)

    VALIDATORS[str(content["schema"])].validate(content)


def test_a_wrong_document_does_not_pass() -> None:
    content = {**report_document(samples.RICH_REPORT), "surprise": 1}

    assert not VALIDATORS["tagship-report/1"].is_valid(content)


def test_report_document() -> None:
    content = report_document(samples.report(samples.RICH_REPORT.verdicts[3]))

    assert content == {
        "schema": "tagship-report/1",
        "command": "gate",
        "project": "sample",
        "version": "1.2.0",
        "tag": "v1.2.0",
        "commit": samples.COMMIT,
        "verdict": "blocked",
        "checks": [
            {
                "id": "tag-is-on-main",
                "title": "tag is on main",
                "severity": "error",
                "outcome": "failed",
                "reason": None,
                "why": "Without it, tag-is-on-main would surprise the users.",
                "fix": "Make it so that tag is on main.",
                "findings": [
                    {
                        "message": samples.RICH_REPORT.verdicts[3].findings[0].message,
                        "where": {"ref": "v1.2.0"},
                        "remedy": {"run": ["git", "push", "origin", "topic/faster parser:main"]},
                    }
                ],
            }
        ],
        "seconds": 0.314,
    }


def test_unknown_is_no_pass() -> None:
    assert report_document(samples.OPEN_REPORT)["verdict"] == "unknown"


def test_plan_document() -> None:
    assert plan_document(samples.RICH_PLAN)["steps"] == [
        {
            "name": "gate",
            "does": "prove that v1.2.0 may ship",
            "effect": "none",
            "state": "done",
            "evidence": "14 checks passed",
            "hint": None,
        },
        {
            "name": "build",
            "does": "build the sdist, and the wheel from it",
            "effect": "local",
            "state": "todo",
            "evidence": "dist/ is empty",
            "hint": None,
        },
        {
            "name": "upload",
            "does": "upload what the index does not have",
            "effect": "forever",
            "state": "todo",
            "evidence": None,
            "hint": None,
        },
        {
            "name": "publish release",
            "does": "make the release on the host public",
            "effect": "forever",
            "state": "conflict",
            "evidence": "the index serves sample-1.2.0.tar.gz with other bytes than ours",
            "hint": "tagship prepare patch",
        },
    ]


def test_receipt_document() -> None:
    content = receipt_document(samples.RICH_RECEIPT)

    assert content["files"] == [
        {
            "filename": "sample-1.2.0-py3-none-any.whl",
            "sha256": "1f" * 32,
            "size": 4711,
            "url": "https://example.org/files/sample-1.2.0-py3-none-any.whl",
            "uploaded_at": "2031-02-03T04:05:06.000789Z",
        },
        {
            "filename": "sample-1.2.0.tar.gz",
            "sha256": "e0" * 32,
            "size": None,
            "url": "https://example.org/files/sample-1.2.0.tar.gz",
            "uploaded_at": None,
        },
    ]
    assert content["proof"] == {
        "served": ["sample-1.2.0-py3-none-any.whl", "sample-1.2.0.tar.gz"],
        "installed": "1.2.0",
        "imported": ["sample", "sample_plugins"],
        "python": "3.11.7",
    }
    assert content["stages"] == [
        {"name": "gate", "outcome": "done", "seconds": 0.314},
        {"name": "build", "outcome": "done", "seconds": 12.04},
    ]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC),
        datetime(2031, 2, 3, 6, 5, 6, tzinfo=timezone(timedelta(hours=2))),
        datetime(2031, 2, 3, 4, 5, 6),  # noqa: DTZ001 -- as an index without zones sends it
    ],
)
def test_times_are_utc_with_a_z(moment: datetime) -> None:
    proof = Proof((ServedFile("f", "u", None, None, moment),), "1", (), "3.11")
    content = receipt_document(Receipt("s", "1", "1", "c", "x", proof, None, {}, {}, ()))

    assert at(content, "files", 0, "uploaded_at") == "2031-02-03T04:05:06Z"


def test_overview_document_has_the_keys_of_the_design() -> None:
    assert list(overview_document(samples.RICH_OVERVIEW)) == [
        "schema",
        "name",
        "version",
        "version_source",
        "dynamic",
        "backend",
        "changelog",
        "tag_format",
        "branch",
        "release_lines",
        "host",
        "index",
        "unknown",
    ]


def test_overview_document_nests_where_and_how() -> None:
    content = overview_document(samples.RICH_OVERVIEW)

    assert content["version_source"] == {"kind": "toml", "path": "pyproject.toml", "line": 3}
    assert content["changelog"] == {"path": "CHANGELOG.md", "format": "markdown"}
    assert content["unknown"] == {"host": "the remote is not a code host that we know", "index": "offline"}


@pytest.mark.parametrize(
    ("where", "shape"),
    [
        (InFile("a", 1, 2), {"path": "a", "line": 1, "column": 2}),
        (InFile("a"), {"path": "a", "line": None, "column": None}),
        (AtRef("v1"), {"ref": "v1"}),
        (InCommit("c", "a", 1), {"commit": "c", "path": "a", "line": 1}),
        (AtUrl("u"), {"url": "u"}),
        (None, None),
    ],
)
def test_places(where: InFile | AtRef | InCommit | AtUrl | None, shape: Document | None) -> None:
    assert where_document(where) == shape


@pytest.mark.parametrize(
    ("remedy", "shape"),
    [
        (Run(("a", "b c")), {"run": ["a", "b c"]}),
        (Edit("do it"), {"edit": "do it"}),
        (Visit("u"), {"visit": "u"}),
        (None, None),
    ],
)
def test_remedies(remedy: Run | Edit | Visit | None, shape: Document | None) -> None:
    assert remedy_document(remedy) == shape


def test_error_document() -> None:
    assert error_document(samples.ERRORS[1]) == {
        "schema": "tagship-error/1",
        "kind": "config-error",
        "message": "unknown key brunch",
        "where": {"path": "pyproject.toml", "line": 7, "column": 1},
        "remedy": {"edit": "call it branch"},
        "exit": 2,
    }


def test_explain_document() -> None:
    assert isinstance(samples.ExampleCheck(), Words)
    assert documents.document(samples.ExampleCheck()) == {
        "schema": "tagship-explain/1",
        "id": "tag-is-on-main",
        "title": "the tagged commit is on main",
        "why": "A release that main does not contain cannot be built upon.",
        "fix": "Merge the commit, then tag the merge.",
        "severity": "error",
        "needs": ["host", "network"],
    }


def test_notes_document_holds_the_body_exactly() -> None:
    assert notes_document(samples.RICH_NOTES)["body"] == samples.RICH_NOTES.section.body


def test_lone_surrogates_are_escaped() -> None:
    """Strict parsers refuse them even as JSON escapes."""
    content = written(samples.report(samples.verdict("a", Outcome.SKIPPED, reason="lone \ud800")))

    assert at(content, "checks", 0, "reason") == "lone \\ud800"
