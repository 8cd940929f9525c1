"""The journal of a git server, read line by line."""

import hashlib
import json
from pathlib import Path

import pytest

from tagship.adapters.git.journal import JOURNAL, JournalWitness, journal_beside, read_journal
from tagship.domain.guarding import Moved
from tagship.errors import FactUnknown

NOWHERE = "0" * 40


def written(path: Path, *entries: dict[str, str]) -> Path:
    """A journal of these entries, chained as a server does it."""
    previous, lines = "0" * 64, b""
    for number, entry in enumerate(entries, start=1):
        told = {"number": number, "previous": previous, "at": "2026-03-01T12:00:00+00:00", "who": "ada", **entry}
        line = json.dumps(told).encode()
        previous, lines = hashlib.sha256(line).hexdigest(), lines + line + b"\n"
    path.write_bytes(lines)
    return path


def moved(before: str, after: str, verdict: str, *, ref: str = "refs/heads/main") -> dict[str, str]:
    return {"ref": ref, "before": before, "after": after, "verdict": verdict}


def test_what_is_no_update_is_left_out(tmp_path: Path) -> None:
    path = written(
        tmp_path / "journal.jsonl",
        moved(NOWHERE, "a", "accepted"),
        moved("a", "b", "refused"),
        {**moved("a", "c", "merged"), "head": "h" * 40},
        moved("a", "c", "failed"),
        {**moved("a", "d", "merged"), "head": "h" * 40},
        moved(NOWHERE, "t", "accepted", ref="refs/tags/v1"),
        moved("d", "e", "accepted"),
        moved("e", NOWHERE, "accepted"),
    )
    witness = JournalWitness(read_journal(path))

    assert [(update.kind, update.after) for update in witness.updates("main", None)] == [
        (Moved.DELETED, NOWHERE),
        (Moved.PUSH, "e"),
        (Moved.PULL_REQUEST, "d"),
        (Moved.CREATED, "a"),
    ]
    assert [pull.name for pull in witness.pulls_of("d")] == [f"{'h' * 12} of ada"]
    assert witness.pulls_of("e") == witness.pulls_of("nothing") == ()


def test_what_git_refused_after_the_hook_let_it_past_moved_nothing(tmp_path: Path) -> None:
    """What a merge found where it was before did not move; what it builds upon did."""
    path = written(
        tmp_path / "journal.jsonl",
        moved(NOWHERE, "a", "allowed"),
        moved("a", "b", "allowed"),
        moved("b", "c", "allowed"),
        moved("b", "d", "allowed"),
        {**moved("b", "m", "merged"), "head": "h" * 40},
        moved("b", "x", "allowed", ref="refs/heads/other"),
    )
    told = JournalWitness(read_journal(path)).updates("main", None)

    assert [(update.kind, update.after) for update in told] == [
        (Moved.PULL_REQUEST, "m"),
        (Moved.PUSH, "b"),
        (Moved.CREATED, "a"),
    ]


def test_an_empty_journal_and_none(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()

    assert read_journal(tmp_path / "empty") == ()
    with pytest.raises(FactUnknown, match="there is no journal"):
        read_journal(tmp_path / "none")
    with pytest.raises(FactUnknown, match="cannot be read"):
        read_journal(tmp_path)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (None, None),
        ("file:///srv/a%20b.git", Path("/srv/a b.git") / JOURNAL),
        ("/srv/project.git", Path("/srv/project.git") / JOURNAL),
        ("https://host.example/project.git", None),
        ("git@host.example:project.git", None),
        ("../project.git", None),
    ],
)
def test_where_a_journal_lies(url: str | None, place: Path | None) -> None:
    assert journal_beside(url) == place


@pytest.mark.parametrize("url", ["../srv.git", "./../srv.git", "../clone/../srv.git"])
def test_a_relative_remote_begins_at_the_top_of_the_repository(tmp_path: Path, url: str) -> None:
    (tmp_path / "clone").mkdir()

    assert journal_beside(url, tmp_path / "clone") == tmp_path.resolve() / "srv.git" / JOURNAL


@pytest.mark.parametrize("url", ["git@host.example:project.git", "host:../srv.git", "https://host.example/srv.git"])
def test_another_machine_is_no_path(tmp_path: Path, url: str) -> None:
    assert journal_beside(url, tmp_path) is None
