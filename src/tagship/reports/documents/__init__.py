"""The frozen public shapes: domain values as plain dictionaries that never change within one schema.

A shape is written out key by key, and never dumped from an internal type: a renamed field must not reach a user's
script. Each document names its schema first; the schemas themselves are package data.

- writing: what all documents write alike
- verdicts, guarding, releases, projects, adopting: the documents
"""

import json
from importlib import resources
from typing import cast

from tagship.domain.artifact import Manifest
from tagship.domain.finding import Report
from tagship.domain.guarding import Guarded
from tagship.domain.overview import Overview, Status
from tagship.domain.receipt import Receipt
from tagship.domain.setup import SetUp
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports, Roster
from tagship.errors import TagshipError
from tagship.reports.documents.adopting import init_document
from tagship.reports.documents.guarding import guard_document
from tagship.reports.documents.projects import notes_document, overview_document, packages_document
from tagship.reports.documents.releases import (
    manifest_document,
    plan_document,
    receipt_document,
    rehearsal_document,
    status_document,
)
from tagship.reports.documents.verdicts import error_document, explain_document, report_document, reports_document
from tagship.reports.documents.writing import Document
from tagship.reports.shown import Notes, Shown, Words, steps_of

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
    "guard",
    "init",
)


def schema(name: str) -> Document:
    """The JSON Schema of a document, by the name between `tagship-` and the number; KeyError for no such name."""
    if name not in NAMES:
        raise KeyError(name)
    text = resources.files("tagship.reports").joinpath("schemas", f"{name}-1.json").read_text(encoding="utf-8")
    return cast("Document", json.loads(text))


def document(value: Shown) -> Document:  # noqa: C901, PLR0911, PLR0912 -- one line per shape
    """The document of any value that can be shown; a sequence is a plan."""
    match value:
        case Guarded():  # which is a report as well
            return guard_document(value)
        case Report():
            return report_document(value)
        case Reports():
            return reports_document(value)
        case Roster():
            return packages_document(value)
        case Receipt():
            return receipt_document(value)
        case SetUp():
            return init_document(value)
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
