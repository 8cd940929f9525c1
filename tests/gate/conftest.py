"""A package index of one's own, and a count of the git processes."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from shlex import quote
from shutil import which

import pytest

from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running
        assert running.server.crashes == []


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The git commands that were started by name since the last time it was asked."""
    folder, log = tmp_path / "counting", tmp_path / "commands"
    folder.mkdir()
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$1" >> {quote(str(log))}\nexec {which("git")} "$@"\n', encoding="utf-8"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def since() -> list[str]:
        told = log.read_text(encoding="utf-8").split() if log.exists() else []
        log.unlink(missing_ok=True)
        return told

    return since
