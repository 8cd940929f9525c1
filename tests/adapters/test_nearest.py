"""The nearest project, up to the top of its repository."""

import os
from pathlib import Path

import pytest

from tagship.adapters.nearest import nearest_project, prove_project, top_of
from tagship.errors import ConfigError

PROJECT = '[project]\nname = "whole"\nversion = "1.0"\n'


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The top of a repository with a directory three below it, in a place that would be a project itself."""
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    top = tmp_path / "top"
    (top / ".git").mkdir(parents=True)
    (top / "docs/how/to").mkdir(parents=True)
    return top


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", PROJECT),
        ("pyproject.toml", '[build-system]\nrequires = ["setuptools"]\n'),
        ("pyproject.toml", '[tool.poetry]\nname = "whole"\n'),
        ("pyproject.toml", '[tool.uv.workspace]\nmembers = ["packages/*"]\n'),
        ("pyproject.toml", '[tool.tagship.packages.a]\npath = "a"\n'),
        ("pyproject.toml", "[project\n"),
        ("tagship.toml", ""),
        ("setup.py", "from setuptools import setup\nsetup()\n"),
        ("setup.cfg", "[flake8]\n\n[metadata]\nname = whole\n"),
    ],
)
def test_what_a_project_is_told_by(name: str, text: str, top: Path) -> None:
    (top / name).write_text(text, encoding="utf-8")

    assert nearest_project(top / "docs/how/to") == top
    prove_project(top)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 120\n"),
        ("pyproject.toml", "tool = 1\n"),
        ("setup.cfg", "[flake8]\nmax-line-length = 120\n"),
        ("requirements.txt", "sphinx\n"),
    ],
)
def test_what_makes_no_project_of_a_directory(name: str, text: str, top: Path) -> None:
    (top / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (top / "docs" / name).write_text(text, encoding="utf-8")

    assert nearest_project(top / "docs") == top


def test_a_module_called_setup_is_no_project(top: Path) -> None:
    (top / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for name in ("__init__.py", "setup.py"):
        (top / "docs" / name).touch()

    assert nearest_project(top / "docs/how") == top


def test_the_nearest_of_two_is_meant(top: Path) -> None:
    for place in (top, top / "docs"):
        (place / "pyproject.toml").write_text(PROJECT, encoding="utf-8")

    assert nearest_project(top / "docs/how/to") == top / "docs"
    assert nearest_project(top / "docs") == top / "docs"
    assert nearest_project(top) == top


def test_nothing_above_the_top_is_looked_at(top: Path) -> None:
    below = top / "docs/how"

    assert nearest_project(below) == below
    with pytest.raises(ConfigError) as none:
        prove_project(below)
    assert none.value.message.startswith(f"there is no project in {below}, nor above it up to {top}: ")
    with pytest.raises(ConfigError) as none:
        prove_project(top)
    assert none.value.message.startswith(f"there is no project in {top}: ")


def test_outside_of_a_repository_only_the_directory_itself_counts(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "src").mkdir()

    assert nearest_project(tmp_path / "src") == tmp_path / "src"
    assert nearest_project(tmp_path / "gone") == tmp_path / "gone"


def test_a_file_that_cannot_be_read_is_no_reason_to_wait_or_to_fail(top: Path) -> None:
    (top / "setup.cfg").write_text("[metadata]\nname = whole\n", encoding="utf-8")
    (top / "docs/setup.cfg").symlink_to("setup.cfg")
    if hasattr(os, "mkfifo"):
        os.mkfifo(top / "docs/pyproject.toml")

    assert nearest_project(top / "docs") == top


def test_a_relative_directory_stays_relative(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.chdir(top / "docs/how")

    assert nearest_project(Path()) == Path("../..")
    assert nearest_project(Path("to")) == Path("../..")
    assert nearest_project(top / "docs") == top
    assert (top_of(Path()), top_of(Path("to")), top_of(top / "docs"), top_of(top)) == (
        Path("../.."),
        Path("../.."),
        top,
        top,
    )


def test_in_no_repository_a_directory_is_its_own_top(tmp_path: Path) -> None:
    assert top_of(tmp_path) == tmp_path
    assert top_of(tmp_path / "gone") == tmp_path / "gone"
