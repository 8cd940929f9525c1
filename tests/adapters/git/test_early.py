"""What is begun before it is asked for is what would be answered anyway."""

import json
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git.additions import begin_added_lines
from tagship.adapters.git.branch import added_content, added_messages, authors, begin_with, changed_files, tree_state
from tagship.adapters.git.command import Git, beginnings
from tagship.adapters.git.early import looked_at_early
from tagship.adapters.git.history import begin_messages, messages
from tagship.adapters.git.remembering import RememberingGit
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


@pytest.mark.timeout(50)
def test_what_nobody_asked_for_is_ended(work: Place) -> None:
    with beginnings():
        Git(work.path).begin(*SLOW)


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


def asked_since(directory: Path, base: str, *, early: bool) -> tuple[object, ...]:
    """What is asked of a branch since its base."""
    with GitRepository.at(directory, may_fetch=False) as repository:
        state = tree_state(repository)
        if early:
            begin_with(repository, base, state)
            begin_messages(repository.git, base)
            begin_added_lines(repository.git, base, repository.head())
        return (
            changed_files(repository, base, state=state),
            authors(repository, base),
            tuple(added_content(repository, base, state=state)),
            tuple(added_messages(repository, base)),
            messages(repository.git, base),
            repository.added_lines(base, "HEAD"),
        )


@pytest.mark.parametrize("clean", [True, False])
def test_what_is_begun_at_the_base_is_asked_once_and_answered_alike(
    work: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, clean: bool
) -> None:
    base = work.git("rev-parse", "HEAD").strip()
    work.commit({"folder/file.txt": "y"})
    if clean:
        work.commit({"new.txt": "x"})
    later = asked_since(work.path, base, early=False)
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(tmp_path / "trace"))
    with beginnings():
        early = asked_since(work.path, base, early=True)
    events = map(json.loads, (tmp_path / "trace").read_text(encoding="utf-8").splitlines())
    started = [tuple(event["argv"]) for event in events if event["event"] == "start"]

    assert early == later
    assert len(set(started)) == len(started)


def test_many_packages_begin_nothing_that_is_known(work: Place) -> None:
    base = work.git("rev-parse", "HEAD").strip()
    with beginnings():
        git = RememberingGit(work.path)
        first = messages(git, base)
        begin_messages(git, base)
        work.commit({"folder/file.txt": "y"})

        assert messages(git, base) == first
