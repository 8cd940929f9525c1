"""A branch to be made ready."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness.asking import Branch, released_project
from repositories import new_project
from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def branch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Branch]:
    """A feature branch right after release 1.1.0, in which nothing has happened yet."""
    repo = new_project(tmp_path / "project")
    released_project(repo)
    repo.branch("feature")
    with StandInIndex() as index:
        yield Branch(repo, index, capsys)
        assert index.server.crashes == []
