"""`tagship prove`."""

import json

import pytest

from cli.releasing import Release
from servers.handmade import make_wheel
from ship.project import FILES, TAG
from tagship.errors import Exit

pytestmark = pytest.mark.slow


def test_what_is_published_is_proved_without_a_credential(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    release.ship()
    monkeypatch.delenv("TAGSHIP_TOKEN")
    said = release.prove(TAG, "--json")
    words = release.prove("1.0")
    receipt = json.loads((release.repo.path / "dist.receipt.json").read_text(encoding="utf-8"))

    assert said.exit == words.exit == Exit.READY
    assert said.document["schema"] == receipt["schema"] == "tagship-receipt/1"
    assert {file["filename"] for file in receipt["files"]} == FILES
    assert words.out.splitlines()[-1].startswith("proved: ")


def test_what_is_not_published_is_incomplete(release: Release) -> None:
    release.say("build")
    said = release.prove("--patience", "0.3", "--json")

    assert said.exit == Exit.INCOMPLETE
    assert said.document["kind"] == "incomplete"
    assert not (release.repo.path / "dist.receipt.json").exists()


def test_other_bytes_are_a_conflict(release: Release) -> None:
    release.say("build")
    release.index.seed(make_wheel(release.repo.path.parent))
    said = release.prove("--json")

    assert said.exit == Exit.CONFLICT
    assert said.document["kind"] == "conflict"


def test_nobody_may_be_asked(release: Release) -> None:
    release.say("build")
    said = release.prove("--offline", "--json")

    assert said.exit == Exit.UNKNOWN
    assert said.document["kind"] == "fact-unknown"
