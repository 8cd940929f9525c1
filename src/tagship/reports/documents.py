"""The frozen public shapes: domain values as plain dictionaries that never change within one schema.

A shape is written out here, key by key, and never dumped from an internal type: a renamed field must not
reach a user's script. Each document names its schema first; the schemas themselves are package data.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import resources
from typing import TypeAlias, assert_never, cast

from tagship.domain.artifact import Artifact, Manifest, ServedFile
from tagship.domain.finding import Finding, Report, Verdict
from tagship.domain.overview import Milestones, Overview, Status
from tagship.domain.plan import Done, Preview, Stopped, Todo
from tagship.domain.project import VersionSource
from tagship.domain.receipt import Receipt
from tagship.domain.trial import Trial, Trials
from tagship.domain.workspace import PackageAtAGlance, Reports, Roster
from tagship.errors import AtRef, AtUrl, Edit, InCommit, InFile, Remedy, Run, TagshipError, Visit, Where
from tagship.reports.shown import Notes, Shown, Words, steps_of

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Document: TypeAlias = dict[str, Json]

NAMES = (
    "report",
    "reports",
    "plan",
    "receipt",
    "facts",
    "packages",
    "manifest",
    "unfinished-manifest",
    "status",
    "notes",
    "error",
    "explain",
    "rehearsal",
)


def schema(name: str) -> Document:
    """The JSON Schema of a document, by the name between `tagship-` and the number; KeyError for no such name."""
    if name not in NAMES:
        raise KeyError(name)
    text = resources.files("tagship.reports").joinpath("schemas", f"{name}-1.json").read_text(encoding="utf-8")
    return cast("Document", json.loads(text))


def document(value: Shown) -> Document:  # noqa: C901, PLR0911 -- one line per shape
    """The document of any value that can be shown; a sequence is a plan."""
    match value:
        case Report():
            return report_document(value)
        case Reports():
            return reports_document(value)
        case Roster():
            return packages_document(value)
        case Receipt():
            return receipt_document(value)
        case Overview():
            return overview_document(value)
        case Status():
            return status_document(value)
        case Manifest():
            return manifest_document(value)
        case Notes():
            return notes_document(value)
        case Trials():
            return rehearsal_document(value)
        case TagshipError():
            return error_document(value)
        case Words():
            return explain_document(value)
        case _:
            return plan_document(steps_of(value))


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
        "seconds": _seconds(report.seconds),
    }


def reports_document(value: Reports) -> Document:
    """`tagship-reports/1`: a report on each package that was looked at, and the names of those that were not."""
    return {
        "schema": "tagship-reports/1",
        "verdict": value.readiness.value,
        "reports": [report_document(report) for report in value.reports],
        "left_alone": list(value.left_alone),
        "seconds": _seconds(value.seconds),
    }


def packages_document(roster: Roster) -> Document:
    """`tagship-packages/1`: the packages of a repository, in the order of their release."""
    return {"schema": "tagship-packages/1", "packages": [_package(package) for package in roster.packages]}


def plan_document(previews: Sequence[Preview]) -> Document:
    """`tagship-plan/1`: what would be done, and where the world stands."""
    return {"schema": "tagship-plan/1", "steps": [_step(preview) for preview in previews]}


def receipt_document(receipt: Receipt) -> Document:
    """`tagship-receipt/1`: everything that is needed to check the release again."""
    proof = receipt.proof
    return {
        "schema": "tagship-receipt/1",
        "project": receipt.project,
        "version": receipt.version,
        "tag": receipt.tag,
        "commit": receipt.commit,
        "index": receipt.index,
        "files": [_served(file) for file in proof.served],
        "proof": {
            "served": [file.filename for file in proof.served],
            "installed": proof.installed,
            "imported": list(proof.imported),
            "python": proof.python,
        },
        "notes_sha256": receipt.notes_sha256,
        "toolchain": _mapping(receipt.toolchain),
        "waived": _mapping(receipt.waived),
        "stages": [
            {"name": stage.name, "outcome": stage.outcome, "seconds": _seconds(stage.seconds)}
            for stage in receipt.stages
        ],
    }


def overview_document(overview: Overview) -> Document:
    """`tagship-facts/1`: what tagship sees of the project; `unknown` maps a key to why it could not be read."""
    return {
        "schema": "tagship-facts/1",
        "name": overview.name,
        "version": overview.version,
        "version_source": _version_source(overview.version_source),
        "dynamic": overview.dynamic,
        "backend": overview.backend,
        "changelog": _changelog(overview),
        "tag_format": overview.tag_format,
        "branch": overview.branch,
        "release_lines": list(overview.release_lines),
        "host": overview.host,
        "index": overview.index,
        "unknown": dict(overview.unknown),
    }


def manifest_document(manifest: Manifest) -> Document:
    """`tagship-manifest/1`: what one build made, from what, with what; by another name while wheels are to come."""
    return {
        "schema": "tagship-unfinished-manifest/1" if manifest.unfinished else "tagship-manifest/1",
        "project": manifest.project,
        "version": manifest.version,
        "tag": manifest.tag,
        "commit": manifest.commit,
        "source_date_epoch": manifest.source_date_epoch,
        "toolchain": _mapping(manifest.toolchain),
        "files": [_artifact(file) for file in manifest.files],
    }


def status_document(status: Status) -> Document:
    """`tagship-status/1`: where each version stands, and the one next command."""
    return {
        "schema": "tagship-status/1",
        "project": status.project,
        "index": status.index,
        "versions": [_milestones(version) for version in status.versions],
        "next": remedy_document(status.next),
        "next_because": status.next_because,
    }


def notes_document(notes: Notes) -> Document:
    """`tagship-notes/1`: one changelog section, exactly; `version` is null for an unreleased one."""
    section = notes.section
    return {
        "schema": "tagship-notes/1",
        "version": None if section.version is None else str(section.version),
        "tag": notes.tag,
        "title": section.title,
        "path": section.path,
        "line": section.line,
        "markup": notes.markup.value,
        "body": section.body,
    }


def rehearsal_document(trials: Trials) -> Document:
    """`tagship-rehearsal/1`: how a release ended with each fault, and whether that is as documented."""
    return {
        "schema": "tagship-rehearsal/1",
        "project": trials.project,
        "tag": trials.tag,
        "faults": [_trial(trial) for trial in trials.faults],
        "set_aside": list(trials.set_aside),
        "verdict": "as-documented" if trials.as_documented else "surprising",
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


def explain_document(words: Words) -> Document:
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


def where_document(where: Where | None) -> Document | None:
    """A place: `{path, line, column}`, `{ref}`, `{commit, path, line}` or `{url}`."""
    match where:
        case None:
            return None
        case InFile():
            return {"path": where.path, "line": where.line, "column": where.column}
        case AtRef():
            return {"ref": where.ref}
        case InCommit():
            return {"commit": where.commit, "path": where.path, "line": where.line}
        case AtUrl():
            return {"url": where.url}
        case _:
            assert_never(where)


def remedy_document(remedy: Remedy | None) -> Document | None:
    """A way out: `{run: [argv]}`, `{edit: text}` or `{visit: url}`."""
    match remedy:
        case None:
            return None
        case Run():
            return {"run": list(remedy.argv)}
        case Edit():
            return {"edit": remedy.text}
        case Visit():
            return {"visit": remedy.url}
        case _:
            assert_never(remedy)


def kind_of(error: TagshipError) -> str:
    """The kind of an error as a word of the public shapes: `FactUnknown` is `fact-unknown`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(error).__name__).lower()


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


def _package(package: PackageAtAGlance) -> Document:
    return {
        "name": package.name,
        "path": package.path,
        "version": package.version,
        "tag_format": package.tag_format,
        "last_tag": package.last_tag,
        "requires": list(package.requires),
    }


def _finding(finding: Finding) -> Document:
    return {
        "message": finding.message,
        "where": where_document(finding.where),
        "remedy": remedy_document(finding.remedy),
    }


def _step(preview: Preview) -> Document:
    state, evidence = _state(preview)
    return {
        "name": preview.name,
        "does": preview.does,
        "effect": preview.effect.value,
        "state": state,
        "evidence": evidence or None,
        "hint": None if preview.remedy is None else str(preview.remedy),
    }


def _state(preview: Preview) -> tuple[str, str]:
    match preview.state:
        case Done(evidence):
            return "done", evidence
        case Todo(missing):
            return "todo", missing
        case Stopped(error):
            return "conflict", error.message
        case _:
            assert_never(preview.state)


def _trial(trial: Trial) -> Document:
    return {
        "name": trial.name,
        "does": trial.does,
        "stage": trial.stage,
        "exit": trial.exit,
        "expected": trial.expected,
        "explanation": trial.explanation,
        "resumed": trial.resumed,
        "days_left": trial.days_left,
        "seconds": _seconds(trial.seconds),
        "surprises": list(trial.surprises),
    }


def _served(file: ServedFile) -> Document:
    return {
        "filename": file.filename,
        "sha256": file.sha256,
        "size": file.size,
        "url": file.url,
        "uploaded_at": None if file.uploaded_at is None else _time(file.uploaded_at),
    }


def _artifact(file: Artifact) -> Document:
    return {"filename": file.filename, "size": file.size, "sha256": file.sha256}


def _milestones(version: Milestones) -> Document:
    return {
        "version": version.version,
        "stage": version.stage.value,
        "tag": version.tag,
        "commit": version.commit,
        "pushed": version.pushed,
        "on_main": version.on_main,
        "in_changelog": version.in_changelog,
        "files": list(version.files),
        "files_match": version.files_match,
        "yanked": version.yanked,
        "host_release": version.host_release,
    }


def _version_source(source: VersionSource | None) -> Document | None:
    return None if source is None else {"kind": source.kind, "path": source.path, "line": source.line}


def _changelog(overview: Overview) -> Document | None:
    if overview.changelog_path is None:
        return None
    return {"path": overview.changelog_path, "format": overview.changelog_format}


def _mapping(mapping: Mapping[str, str]) -> Document:
    return {key: mapping[key] for key in sorted(mapping)}


def _seconds(seconds: float) -> float:
    return round(seconds, 3)


def _time(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z; a time without a zone is taken to be UTC, as indexes send it."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")
