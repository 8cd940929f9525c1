"""Whether git is making a commit of this working tree; what hooks are given is tried with real ones for `check`."""

from pathlib import Path

import pytest

from adapters.scenes import Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.committing import index_of_commit
from tagship.domain.branch import TreeState


def test_a_name_that_leads_to_no_index_of_this_repository_says_nothing(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, _ = scene.published()
    (tmp_path / "index").touch()
    (work.path / "sub").mkdir()
    monkeypatch.chdir(work.path / "sub")

    def found(named: str) -> Path | None:
        return index_of_commit(work.path, work.path / ".git", {"GIT_INDEX_FILE": named})

    assert found(".git/index") == found(str(work.path / ".git/index")) == work.path / ".git/index"
    assert {found(named) for named in ("", ".git/gone", ".git/refs", str(tmp_path / "index"))} == {None}
    assert index_of_commit(work.path, work.path / ".git", {}) is None
    monkeypatch.chdir(tmp_path)
    assert found(".git/index") is None


@pytest.mark.parametrize("name", ["index", "next-index-1.lock"])
def test_what_is_staged_is_told_apart_in_a_hook_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    work, _ = scene.published()
    work.commit(dict.fromkeys(("a.txt", "b.txt", "c.txt"), "x\n"))
    work.write(dict.fromkeys(("a.txt", "b.txt", "c.txt", "d", "e"), "y\n"))
    work.git("add", "a.txt", "b.txt", "d")
    if name != "index":
        (work.path / ".git/index").rename(work.path / ".git" / name)
        work.git("read-tree", "HEAD")
    work.write({"b.txt": "z\n"})
    monkeypatch.chdir(work.path)

    with GitRepository.at(work.path, may_fetch=False) as repository:
        outside = tree_state(repository)
        monkeypatch.setenv("GIT_INDEX_FILE", f".git/{name}")
        inside = tree_state(repository)

    assert outside.committing == ()
    assert inside == TreeState(("a.txt", "b.txt", "c.txt", "d"), ("e",), None, ("a.txt", "d"))
