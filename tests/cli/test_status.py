from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import at, publish, say
from repositories import prepare, released
from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running


def test_where_each_version_stands(tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    publish(index, repo, "1.0.0")

    said = say(capsys, "-C", str(repo.path), "status", "--json", *at(index))

    assert (said.exit, said.err) == (0, "")
    versions = said.document["versions"]
    assert isinstance(versions, list)
    assert [(each["version"], each["stage"]) for each in versions if isinstance(each, dict)] == [
        ("1.1.0", "pushed"),
        ("1.0.0", "published"),
    ]
    assert said.document["next"] == {"run": ["tagship", "-C", str(repo.path), "ship", "v1.1.0", *at(index)]}


def test_no_command_at_all_is_status(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    publish(index, repo, "1.0.0")
    repo.write(
        {"tagship.toml": f'index = {{simple = "{index.endpoints.simple}", upload = "{index.endpoints.upload}"}}\n'}
    )
    monkeypatch.chdir(repo.path)

    alone, named = say(capsys, "--json"), say(capsys, "status", "--json")

    assert alone.exit == named.exit == 0
    assert alone.document == named.document
    assert alone.document["next"] is None
    assert "v1.0.0 is published" in say(capsys).out


def test_an_index_that_gives_no_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to know is not a pass, and the next command is the same question again."""
    repo = released(tmp_path / "project", "1.0.0")
    monkeypatch.chdir(repo.path)

    said = say(capsys, "status", "--json", "--offline")

    assert said.exit == 3
    assert said.document["next"] == {"run": ["tagship", "status"]}


def test_for_a_person_the_last_line_can_be_pasted(
    tmp_path: Path, index: StandInIndex, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")
    repo.tag("v1.1.0")
    monkeypatch.chdir(repo.path)

    said = say(capsys, "status", *at(index))

    assert said.out.splitlines()[-1].startswith("$ tagship tag v1.1.0 --index ")
