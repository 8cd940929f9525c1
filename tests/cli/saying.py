"""Runs a command as a user does, in this process, and reads what it said."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from repositories import Repo
from servers.handmade import make_sdist, make_wheel
from tagship.cli import main
from tagship.rehearsal.index import StandInIndex
from tagship.reports.documents import schema
from tagship.reports.documents.writing import Document

SCHEMA = "tagship-"


class Terminal(io.StringIO):
    """A stream that somebody watches, or types into."""

    def isatty(self) -> bool:
        return True


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it wrote."""

    exit: int
    out: str
    err: str

    @property
    def document(self) -> Document:
        """The one document on standard output, which is of the schema that it names."""
        document: Document = json.loads(self.out)
        name = str(document["schema"]).removeprefix(SCHEMA).partition("/")[0]
        Draft202012Validator(schema(name)).validate(document)
        return document

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The outcome of every check in a report."""
        checks = self.document["checks"]
        assert isinstance(checks, list)
        return {check["id"]: check["outcome"] for check in checks if isinstance(check, dict)}  # type: ignore[misc]


def say(capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    """Run a command with its words as they are typed."""
    capsys.readouterr()
    ended = main(list(words))
    captured = capsys.readouterr()
    return Said(int(ended), captured.out, captured.err)


def at(index: StandInIndex) -> tuple[str, ...]:
    """The options that name an index."""
    return ("--index", index.endpoints.simple, "--upload-url", index.endpoints.upload)


def publish(index: StandInIndex, repo: Repo, version: str) -> None:
    """Let the index serve a version since the repository's last commit."""
    folder: Path = repo.path.parent / "files"
    folder.mkdir(exist_ok=True)
    for path in (make_wheel(folder, version=version), make_sdist(folder, version=version)):
        index.seed(path, at=repo.now)
