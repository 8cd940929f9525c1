from pathlib import Path

import pytest

from cli.saying import say
from repositories import add_section, new_project, prepare, released

BODY = "### Added\n\n- A thing with `code` and *stress*.\n\n### Fixed\n\n- [A link](https://example.org/), too."


def test_the_section_exactly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project")
    prepare(repo, "1.0.0", BODY)
    repo.tag("v1.0.0")
    add_section(repo, "Unreleased", "- Something for later.")
    repo.commit()
    repo.push()

    said = say(capsys, "-C", str(repo.path), "notes", "1.0.0")

    assert (said.exit, said.out, said.err) == (0, BODY + "\n", "")


def test_the_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")

    said = say(capsys, "-C", str(repo.path), "notes", "v1.0.0", "--json")

    assert said.exit == 0
    assert said.document == {
        "schema": "tagship-notes/1",
        "version": "1.0.0",
        "tag": "v1.0.0",
        "title": "1.0.0",
        "path": "CHANGELOG.md",
        "line": 3,
        "markup": "markdown",
        "body": "- Something changed.",
    }


def test_what_is_not_released_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "Unreleased", "- What is to come.")
    repo.commit()

    said = say(capsys, "-C", str(repo.path), "notes", "1.1.0rc1", "--json")

    assert (said.document["version"], said.document["title"]) == (None, "Unreleased")
    assert said.document["body"] == "- What is to come."


def test_no_section_is_no_placeholder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing entry once became invented notes and a green job."""
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "notes", "1.1.0", "--json")

    assert (said.exit, said.document["kind"]) == (1, "not-there")
    assert say(capsys, "-C", str(repo.path), "notes", "1.1.0").out == ""


def test_a_word_that_is_no_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "notes", "yesterday", "--json")

    assert (said.exit, said.document["kind"]) == (3, "fact-unknown")
