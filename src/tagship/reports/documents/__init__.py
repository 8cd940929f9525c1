"""The frozen public shapes: domain values as plain dictionaries that never change within one schema.

A shape is written out key by key, and never dumped from an internal type: a renamed field must not reach a user's
script. Each document names its schema first; the schemas themselves are package data.

- writing: what all documents write alike
- verdicts, guarding, releases, projects, adopting: the documents
"""

import importlib
import json
from collections.abc import Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from tagship.reports.documents.writing import Document
from tagship.reports.kinds import entry_for

if TYPE_CHECKING:
    from tagship.reports.shown import Shown  # leads to most of the domain, which not every document needs

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
_EXPLAINED: Final = "verdicts.explain_document"
_WRITTEN_BY: Mapping[str, str] = MappingProxyType(
    {
        "Guarded": "guarding.guard_document",
        "Report": "verdicts.report_document",
        "Reports": "verdicts.reports_document",
        "TagshipError": "verdicts.error_document",
        "Roster": "projects.packages_document",
        "Overview": "projects.overview_document",
        "Notes": "projects.notes_document",
        "SetUp": "adopting.init_document",
        "Receipt": "releases.receipt_document",
        "Status": "releases.status_document",
        "Manifest": "releases.manifest_document",
        "Trials": "releases.rehearsal_document",
        "Proposal": "releases.plan_document",
        "tuple": "releases.plan_document",  # previews of steps
        "list": "releases.plan_document",
    }
)
"""What writes the document of a value, by the name of its class or of what that is derived from; else a check's."""


def schema(name: str) -> Document:
    """The JSON Schema of a document, by the name between `tagship-` and the number; KeyError for no such name."""
    if name not in NAMES:
        raise KeyError(name)
    text = resources.files("tagship.reports").joinpath("schemas", f"{name}-1.json").read_text(encoding="utf-8")
    return cast("Document", json.loads(text))


def document(value: "Shown") -> Document:
    """The document of any value that can be shown; a sequence is a plan."""
    module, _, name = entry_for(value, _WRITTEN_BY, otherwise=_EXPLAINED).partition(".")
    write: Callable[[Shown], Document] = getattr(importlib.import_module(f"{__name__}.{module}"), name)
    return write(value)
