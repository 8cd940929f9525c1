"""Repositories that are to be adopted, and what adoption makes of them."""

from collections.abc import Mapping
from pathlib import Path

from repositories import Repo
from tagship.domain.setup import FileState, SetFile, SetUp
from tagship.workflow.adopting.adopting import Manner, carry_out, plan
from tagship.workflow.adopting.survey import Decisions, Survey

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "handmade"
version = "1.0.0"
requires-python = ">=3.11"
dependencies = []
classifiers = ["Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3.13"]

[dependency-groups]
test = ["pytest"]
"""
TEST = "def test_nothing():\n    assert True\n"
FILES = {
    "pyproject.toml": PYPROJECT,
    "CHANGELOG.md": "# Changelog\n\n## 1.0.0 - 2026-01-05\n\n- It begins.\n",
    "tests/test_nothing.py": TEST,
    "src/handmade/__init__.py": "",
}
GITHUB = "https://github.com/someone/handmade.git"
OFFLINE = Manner(locks=False)
NOBODY = Decisions()


def project(path: Path, files: Mapping[str, str] | None = None, *, remote: str | None = GITHUB) -> Repo:
    """A committed project, whose remote is only a name."""
    repo = Repo.new(path, remote=False)
    repo.commit({**FILES, **(files or {})})
    if remote is not None:
        repo.git("remote", "add", "origin", remote)
    return repo


def planned(repo: Repo, decided: Decisions = NOBODY, manner: Manner = OFFLINE, *, inside: str = "") -> SetUp:
    """What would be written, without a lock file."""
    with Survey(repo.path / inside, {}) as survey:
        return plan(survey, decided, {}, manner)


def adopted(repo: Repo, decided: Decisions = NOBODY, manner: Manner = OFFLINE, *, inside: str = "") -> SetUp:
    """The same, written."""
    with Survey(repo.path / inside, {}) as survey:
        return carry_out(survey, plan(survey, decided, {}, manner))


def states(setup: SetUp) -> Mapping[str, str]:
    """The state of each file but lock files, by path."""
    return {file.path: file.state.value for file in setup.files if not file.is_lock}


def file_at(setup: SetUp, path: str) -> SetFile:
    return next(file for file in setup.files if file.path == path)


def told(setup: SetUp) -> Mapping[str, str]:
    """What was found out, by its name; the last of several."""
    return {detail.name: detail.value for detail in setup.details}


def is_settled(setup: SetUp) -> bool:
    """Whether nothing is left to write."""
    return not setup.changes and {file.state for file in setup.files if not file.is_lock} == {FileState.SAME}
