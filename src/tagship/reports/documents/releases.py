"""The documents of a release: its plan, what was built, what was proved, where it stands, how it was rehearsed."""

from collections.abc import Sequence
from typing import assert_never

from tagship.domain.artifact import Artifact, Manifest, ServedFile
from tagship.domain.change import unified
from tagship.domain.overview import Milestones, Status
from tagship.domain.plan import Done, Preview, Stopped, Todo
from tagship.domain.proposal import Proposal
from tagship.domain.receipt import Receipt
from tagship.domain.trial import Trial, Trials
from tagship.reports.documents.writing import Document, mapping, remedy_document, seconds_of, time_of
from tagship.reports.shown import steps_of


def plan_document(value: Proposal | Sequence[Preview]) -> Document:
    """`tagship-plan/1`: what would be done, and where the world stands; and what is proposed, where something is."""
    return {
        "schema": "tagship-plan/1",
        "steps": [_step(preview) for preview in steps_of(value)],
        "proposal": _proposal(value) if isinstance(value, Proposal) else None,
    }


def _proposal(value: Proposal) -> Document:
    return {
        "version": str(value.version),
        "changes": [{"path": change.path, "difference": unified([change])} for change in value.changes],
        "remarks": list(value.remarks),
        "commands": [list(command.argv) for command in value.commands],
        "following": [list(command.argv) for command in value.following],
    }


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
        "toolchain": mapping(receipt.toolchain),
        "waived": mapping(receipt.waived),
        "stages": [
            {"name": stage.name, "outcome": stage.outcome, "seconds": seconds_of(stage.seconds)}
            for stage in receipt.stages
        ],
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
        "toolchain": mapping(manifest.toolchain),
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
        "seconds": seconds_of(trial.seconds),
        "surprises": list(trial.surprises),
    }


def _served(file: ServedFile) -> Document:
    return {
        "filename": file.filename,
        "sha256": file.sha256,
        "size": file.size,
        "url": file.url,
        "uploaded_at": None if file.uploaded_at is None else time_of(file.uploaded_at),
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
