"""SARIF 2.1.0, for code scanning and for whatever else reads it.

Failed checks are results of the kind `fail`; a check that was skipped is `notApplicable` and one that
could not tell is `open`, so that what was not looked at stays visible. Both have the level `none`, as
section 3.27.10 of the standard wants.
"""

import hashlib
from collections import Counter
from typing import TextIO
from urllib.parse import quote

from tagship import __version__
from tagship.domain.finding import Finding, Outcome, Report, Verdict
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports
from tagship.errors import InCommit, InFile, TagshipError, Where
from tagship.reports.documents import document
from tagship.reports.documents.verdicts import error_document
from tagship.reports.documents.writing import Document, Json
from tagship.reports.harmless import lines
from tagship.reports.json_document import dump
from tagship.reports.markdown import escaped
from tagship.reports.shown import Shown
from tagship.reports.standing import trial_explained
from tagship.reports.verdicts import findings_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# Where a result stands that is about a ref or a page: code hosts refuse results without a file.
PROJECT_FILE = "pyproject.toml"
FINGERPRINT = "tagshipFinding/v1"

_KINDS = {Outcome.SKIPPED: "notApplicable", Outcome.UNKNOWN: "open"}


def render(value: Shown, stream: TextIO) -> None:
    """Write one SARIF log.

    An error becomes a notification of a run that did not succeed; any other value than a report becomes a
    run without results, with the value's document among its properties.
    """
    match value:
        case Report():
            runs = [_report_run(value)]
        case Reports():
            runs = [_report_run(report, of=report.project) for report in value.all_told]
        case Trials():
            runs = [_trials_run(value)]
        case TagshipError():
            runs = [_error_run(value)]
        case _:
            runs = [{**_run([], []), "properties": {"tagship": document(value)}}]
    dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [*runs]}, stream)


def _run(rules: list[Json], results: list[Json], *, invocation: Document | None = None) -> Document:
    return {
        "tool": {"driver": {"name": "tagship", "version": __version__, "rules": rules}},
        "invocations": [invocation or {"executionSuccessful": True}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }


def _report_run(report: Report, *, of: str | None = None) -> Document:
    """One run; where there are several, each is of a package, whose name keeps them apart."""
    verdicts = {verdict.id: verdict for verdict in report.verdicts}
    rules: list[Json] = [_rule(verdict) for verdict in verdicts.values()]
    indexes = {name: index for index, name in enumerate(verdicts)}
    results: list[Json] = []
    seen: Counter[str] = Counter()
    for verdict in report.verdicts:
        index = indexes[verdict.id]
        if verdict.outcome is Outcome.FAILED:
            results += [_failure(verdict, index, finding, seen) for finding in findings_of(verdict)]
        elif verdict.outcome in _KINDS:
            results.append(_unanswered(verdict, index, seen))
    about: Document = {
        "verdict": report.readiness.value,
        "project": report.project,
        "version": report.version,
        "tag": report.tag,
        "commit": report.commit,
    }
    return {
        **_run(rules, results),
        "automationDetails": {"id": "/".join(filter(None, ("tagship", report.command, of))) + "/"},
        "properties": about,
    }


def _trials_run(trials: Trials) -> Document:
    """A fault after which something was not as documented is a result of the kind `fail`, any other a `pass`."""
    faults = {trial.name: trial for trial in trials.faults}
    rules: list[Json] = [
        {"id": trial.name, "shortDescription": {"text": _text(trial.does)}} for trial in faults.values()
    ]
    results: list[Json] = [
        {
            "ruleId": trial.name,
            "ruleIndex": index,
            "kind": "fail" if trial.surprises else "pass",
            "level": "error" if trial.surprises else "none",
            "message": {"text": _text(trial_explained(trial))},
            "locations": [_location(None)],
        }
        for index, trial in enumerate(faults.values())
    ]
    return {
        **_run(rules, results),
        "automationDetails": {"id": "tagship/rehearse/"},
        "properties": {"tagship": document(trials)},
    }


def _error_run(error: TagshipError) -> Document:
    notification: Document = {
        "level": "error",
        "message": {"text": _text(error.message if error.remedy is None else f"{error.message}\nfix: {error.remedy}")},
    }
    invocation: Document = {
        "executionSuccessful": False,
        "exitCode": int(error.exit),
        "toolExecutionNotifications": [notification],
    }
    return {**_run([], [], invocation=invocation), "properties": {"tagship": error_document(error)}}


def _rule(verdict: Verdict) -> Document:
    return {
        "id": verdict.id,
        "shortDescription": {"text": _text(verdict.title)},
        "fullDescription": {"text": _text(verdict.why)},
        "help": {
            "text": _text(f"{verdict.why}\n{verdict.fix}"),
            "markdown": _text(f"{escaped(verdict.why)}\n\n**Fix:** {escaped(verdict.fix)}"),
        },
        "defaultConfiguration": {"level": verdict.severity.value},
    }


def _failure(verdict: Verdict, index: int, finding: Finding, seen: Counter[str]) -> Document:
    message = f"{finding.message}\nfix: {finding.remedy or verdict.fix}"
    return {
        "ruleId": verdict.id,
        "ruleIndex": index,
        "kind": "fail",
        "level": verdict.severity.value,
        "message": {"text": _text(message)},
        "locations": [_location(finding.where)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(verdict, finding.message, finding.where, seen)},
    }


def _unanswered(verdict: Verdict, index: int, seen: Counter[str]) -> Document:
    return {
        "ruleId": verdict.id,
        "ruleIndex": index,
        "kind": _KINDS[verdict.outcome],
        "level": "none",
        "message": {"text": _text(f"{verdict.outcome.value}: {verdict.reason or 'no reason given'}")},
        "locations": [_location(None)],
        "partialFingerprints": {FINGERPRINT: _fingerprint(verdict, verdict.outcome.value, None, seen)},
    }


def _location(where: Where | None) -> Document:
    match where:
        case InFile(path, line, column):
            return {"physicalLocation": _physical(path, line, column)}
        case InCommit(commit, path, line):
            return {"physicalLocation": _physical(path or PROJECT_FILE, line if path else None, None), **_named(commit)}
        case None:
            return {"physicalLocation": _physical(PROJECT_FILE, None, None)}
        case _:
            return {"physicalLocation": _physical(PROJECT_FILE, None, None), **_named(str(where))}


def _named(name: str) -> Document:
    return {"logicalLocations": [{"fullyQualifiedName": name}]}


def _physical(path: str, line: int | None, column: int | None) -> Document:
    uri = quote(path.encode("utf-8", "backslashreplace"), safe="/")
    # A relative path of which the first part holds a colon would read as a scheme; quote() has escaped it.
    place: Document = {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}
    if line is not None:
        place["region"] = {"startLine": line} if column is None else {"startLine": line, "startColumn": column}
    return place


def _fingerprint(verdict: Verdict, message: str, where: Where | None, seen: Counter[str]) -> str:
    """The same finding has the same fingerprint wherever its line moves; equal ones are counted."""
    place = where.path if isinstance(where, InFile | InCommit) else str(where)
    told = "\0".join((verdict.id, place or "", message))
    digest = hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:32]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"


def _text(text: str) -> str:
    """A message string: braces stand for placeholders there and are doubled, and no link is made (3.11.5, 3.11.6)."""
    shown = "\n".join(lines(text))
    return shown.replace("{", "{{").replace("}", "}}").replace("](", "] (")
