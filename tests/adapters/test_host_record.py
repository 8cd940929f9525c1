"""The record of what was set, in a clone's git directory."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tagship.adapters.host_record import SCHEMA, HostRecord
from tagship.domain.host_changes import Find, Kept, Look, Planned, Request
from tagship.errors import ConfigError

WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)
MADE = Kept(
    "protect-main",
    "a/b",
    Planned(
        Request("POST", "/rulesets", {"name": "x", "rules": [{"type": "deletion"}]}),
        undo=Request("DELETE", "/rulesets/{id}"),
        looks=(Look("/rulesets/{id}", {"name": "x"}),),
        find=Find("/rulesets", None, "x"),
    ),
    7,
    WHEN,
)
SWITCHED = Kept(
    "freeze-releases",
    "a/b",
    Planned(Request("PUT", "/i"), undo=Request("DELETE", "/i"), looks=(Look("/i", {"enabled": True}),)),
    None,
    WHEN,
    certain=False,
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    record = HostRecord(tmp_path)
    assert record.entries() == ()
    record.write((MADE, SWITCHED))

    assert HostRecord(tmp_path).entries() == (MADE, SWITCHED)
    assert json.loads(record.path.read_text(encoding="utf-8"))["schema"] == SCHEMA
    assert [path.name for path in record.path.parent.iterdir()] == ["doctor.json"]
    record.write(())
    assert record.entries() == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": "other/1"}',
        f'{{"schema": "{SCHEMA}"}}',
        f'{{"schema": "{SCHEMA}", "entries": [{{}}]}}',
        f'{{"schema": "{SCHEMA}", "entries": [1]}}',
        f'{{"schema": "{SCHEMA}", "entries": {{}}}}',
        "[" * 100000,
    ],
)
def test_a_file_that_is_no_record(tmp_path: Path, text: str) -> None:
    record = HostRecord(tmp_path)
    record.path.parent.mkdir()
    record.path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be read") as raised:
        record.entries()
    assert str(record.path) in str(raised.value.remedy)


@pytest.mark.parametrize(
    ("written", "instead"),
    [('"path": "/rulesets/{id}"', '"path": "@elsewhere.test/"'), ('"number": 7', '"number": "../.."'),
     ('"path": "/rulesets",', '"path": 1,')],
)  # fmt: skip
def test_what_would_lead_elsewhere_is_not_sent(tmp_path: Path, written: str, instead: str) -> None:
    """A path is put behind the host's address, and the token goes with it."""
    record = HostRecord(tmp_path)
    record.write((MADE,))
    text = record.path.read_text(encoding="utf-8")
    assert written in text
    record.path.write_text(text.replace(written, instead), encoding="utf-8")

    with pytest.raises(ConfigError, match="cannot be read"):
        record.entries()
