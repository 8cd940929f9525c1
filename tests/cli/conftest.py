"""What the tests of a release's commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.releasing import Release
from ship.project import make_project
from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Release]:
    """A project that is ready to ship, an index that takes it, and the token for that."""
    repo = make_project(tmp_path / "handmade")
    with StandInIndex() as index:
        monkeypatch.setenv("TAGSHIP_TOKEN", index.token)
        yield Release(repo, index, capsys)
        assert index.server.crashes == []
