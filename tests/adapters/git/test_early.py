"""What is begun before it is asked for is what would be answered anyway."""

import time
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.command import Git, beginnings
from tagship.adapters.git.early import looked_at_early
from tagship.adapters.git.working import WorkingTree
from tagship.adapters.process import ProcessFailed

SLOW = ("-c", "alias.wait=!sleep 60", "wait")


@pytest.fixture
def work(scene: Scene) -> Place:
    work = scene.published()[0]
    work.commit({"folder/file.txt": "x"})
    work.git("tag", "v1.0.0")
    work.write({"new.txt": "x"})
    return work


def told(directory: Path) -> tuple[object, ...]:
    """What a look at a repository begins with."""
    with GitRepository.at(directory, may_fetch=False) as repository, WorkingTree(repository) as tree:
        return (
            repository.root,
            repository.references(),
            repository.current_branch(),
            repository.tags_reached_from("HEAD"),
            repository.remote_url(),
            tree_state(repository),
            tree.paths(),
        )


@pytest.mark.parametrize("inside", ["", "folder"])
def test_the_answers_are_the_same(work: Place, inside: str) -> None:
    later = told(work.path / inside)
    with looked_at_early(work.path / inside):
        early = told(work.path / inside)

    assert early == later


def test_an_answer_is_given_once(work: Place) -> None:
    with looked_at_early(work.path):
        told(work.path)
        work.write({"newer.txt": "x"})
        with GitRepository.at(work.path, may_fetch=False) as repository:
            assert tree_state(repository).untracked == ("new.txt", "newer.txt")


def test_where_there_is_no_repository_nothing_is_said(tmp_path: Path) -> None:
    with looked_at_early(tmp_path), looked_at_early(tmp_path / "missing"):
        assert list(tmp_path.iterdir()) == []


def test_what_nobody_asked_for_is_ended(work: Place) -> None:
    began = time.monotonic()
    with beginnings():
        Git(work.path).begin(*SLOW)

    assert time.monotonic() - began < 30


def test_outside_nothing_is_begun(work: Place) -> None:
    git = Git(work.path)
    git.begin("tag", "made-too-early")

    assert "made-too-early" not in git("tag").text


def test_a_failure_is_told_when_it_is_asked_for(work: Place) -> None:
    git = Git(work.path)
    with beginnings():
        git.begin("rev-parse", "--verify", "missing")
        with pytest.raises(ProcessFailed, match="rev-parse failed"):
            git("rev-parse", "--verify", "missing")
