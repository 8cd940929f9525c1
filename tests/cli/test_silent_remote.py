"""A remote that takes the connection and says nothing: who only looks is told so, and soon."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.saying import at, say
from repositories import Repo, new_project, release
from tagship.adapters.git import GitRepository
from tagship.errors import FactUnknown
from tagship.rehearsal.index import StandInIndex

SECONDS = 1.0


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Repo]:
    """A branch whose remote is silent, and is given a second."""
    monkeypatch.setattr("tagship.cli.place.GLANCE", SECONDS)
    repo = new_project(tmp_path / "project")
    release(repo, "1.0.0")
    repo.branch("feature")
    repo.commit({"docs/index.md": "Words.\n"})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        repo.git("remote", "set-url", "origin", f"git://127.0.0.1:{silent.getsockname()[1]}/project.git")
        yield repo


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("check --fast", "the remote origin gives no answer: git ls-remote took longer than 1 seconds"),
        ("show", '"branch": "main"'),
        ("status", "whether origin has it could not be found out"),
    ],
)
def test_it_is_waited_for_once_and_not_for_long(
    words: str, told: str, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.git("remote", "set-head", "origin", "--delete")  # so that there are two questions
    with StandInIndex() as index:
        said = say(capsys, "-C", str(repo.path), *words.split(), *at(index), "--json")

    assert told in said.out


def test_who_decides_something_asks_again(repo: Repo) -> None:
    with GitRepository.at(repo.path) as repository:
        for _ in range(2):
            began = time.monotonic()
            with pytest.raises(FactUnknown, match=r"longer than 0\.2 seconds"):
                repository.remote(seconds=0.2)
            assert time.monotonic() - began >= 0.2
        repository.remote_seconds = 0.3
        with pytest.raises(FactUnknown) as first:
            repository.remote()
        with pytest.raises(FactUnknown) as second:
            repository.remote()

    assert first.value is second.value
