from pathlib import Path

import pytest

from cli.saying import say
from repositories import PYPROJECT_SCM, new_project, released


def test_everything_that_is_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "show", "--json")

    assert (said.exit, said.err) == (0, "")
    assert said.document == {
        "schema": "tagship-facts/1",
        "name": "handmade",
        "version": "1.0.0",
        "version_source": {"kind": "toml", "path": "pyproject.toml", "line": 7},
        "dynamic": False,
        "backend": "hatchling.build",
        "changelog": {"path": "CHANGELOG.md", "format": "markdown"},
        "tag_format": "v{version}",
        "branch": "main",
        "release_lines": [],
        "host": "none",
        "index": "pypi",
        "unknown": {},
    }


def test_what_is_asked_for_otherwise(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    assert say(capsys, "-C", str(repo.path), "show", "--json", "--index", "testpypi").document["index"] == "testpypi"


def test_the_tag_is_the_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    repo.commit()
    repo.push()

    said = say(capsys, "-C", str(repo.path), "show", "--json")

    assert (said.exit, said.document["version"], said.document["dynamic"]) == (0, None, True)


def test_what_could_not_be_read_makes_the_answer_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"CHANGELOG.md": b"## 1.0.0\n\xff\n"})

    said = say(capsys, "-C", str(repo.path), "show", "--json")

    assert (said.exit, said.document["changelog"]) == (3, None)
    unknown = said.document["unknown"]
    assert isinstance(unknown, dict)
    assert list(unknown) == ["changelog"]


def test_for_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(released(tmp_path / "project", "1.0.0").path)

    said = say(capsys, "show")

    assert said.exit == 0
    assert "pyproject.toml:7" in said.out
