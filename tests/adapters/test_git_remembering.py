"""A repository that is asked once for each thing."""

from pathlib import Path

import pytest

from repositories import Repo, released
from tagship.adapters.git.remembering import RememberingGit, RememberingRepository
from tagship.adapters.process import ProcessFailed


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return released(tmp_path / "project", "1.0.0", "1.1.0")


def test_what_was_told_once_is_told_again(repo: Repo) -> None:
    with RememberingRepository(repo.path) as repository:
        before = repository.references(), repository.head(), repository.tags_reached_from("HEAD")
        repo.commit({"new.py": "NEW = True\n"})
        repo.tag("v1.2.0")

        assert (repository.references(), repository.head(), repository.tags_reached_from("HEAD")) == before
    with RememberingRepository(repo.path) as anew:
        assert "v1.2.0" in anew.tags()


def test_an_answer_that_is_a_refusal_is_told_again_as_well(repo: Repo) -> None:
    git = RememberingGit(repo.path)
    for _ in range(2):
        with pytest.raises(ProcessFailed):
            git("rev-parse", "--verify", "nothing")
        assert git("rev-parse", "--verify", "nothing", check=False).returncode != 0


def test_what_writes_and_what_has_variables_of_its_own_is_done_each_time(repo: Repo) -> None:
    git = RememberingGit(repo.path)
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    git("commit", "--quiet", "--allow-empty", "-m", "one")
    authors = [git("config", "user.x", check=False, variables=_as(name)).text.strip() for name in ("a", "b")]

    assert repo.git("rev-list", "--count", "HEAD") == "4"
    assert authors == ["a", "b"]


def _as(name: str) -> dict[str, str]:
    return {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "user.x", "GIT_CONFIG_VALUE_0": name}


def test_lines_and_objects_are_those_of_the_repository(repo: Repo) -> None:
    repo.commit({"src/new.py": "NEW = True\n"})
    with RememberingRepository(repo.path) as repository:
        first = repository.added_lines("v1.1.0", "HEAD")
        tree = repository.tree("HEAD")

        assert [(line.path, line.text) for line in first] == [("src/new.py", "NEW = True")]
        assert repository.added_lines("v1.1.0", "HEAD") is first
        assert tree.read("src/new.py") == b"NEW = True\n"
        assert tree.read("src/other.py") is None
        assert tree.read("src/other.py") is None
