"""The working tree as a Tree: what lies there and would be committed, and nothing else."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git.working import WorkingTree
from tagship.domain.facts import Tree
from tagship.errors import FactUnknown


@pytest.fixture
def work(scene: Scene) -> Place:
    place = scene.project("mein Projekt")
    place.commit({
        ".gitignore": "build/\n*.log\n!kept.log\n",
        "tracked.txt": "committed\n",
        "build/tracked.txt": "x",
        "folder/deep/file.txt": "deep\n",
    })  # fmt: skip
    place.git("add", "--force", "build/tracked.txt")
    place.commit()
    place.write({"untracked ä.txt": "new\n", "build/out.txt": "x", "noise.log": "x", "kept.log": "kept\n"})
    return place


@pytest.fixture
def tree(work: Place) -> Iterator[WorkingTree]:
    with GitRepository.at(work.path) as repository, WorkingTree(repository) as tree:
        yield tree


def test_it_is_the_port(tree: WorkingTree) -> None:
    port: Tree = tree

    assert port.read("tracked.txt") == b"committed\n"


def test_the_list(tree: WorkingTree) -> None:
    assert tree.paths() == (
        ".gitignore",
        "build/tracked.txt",
        "folder/deep/file.txt",
        "kept.log",
        "tracked.txt",
        "untracked ä.txt",
    )


@pytest.mark.parametrize("listed", [False, True], ids=["at once", "after the list"])
def test_reading(tree: WorkingTree, listed: bool) -> None:  # noqa: FBT001 -- a parameter of the test
    if listed:
        tree.paths()

    assert tree.read("tracked.txt") == b"committed\n"
    assert tree.read("./folder/../tracked.txt") == b"committed\n"
    assert tree.read("untracked ä.txt") == b"new\n"
    assert tree.read("kept.log") == b"kept\n"
    assert tree.read("build/tracked.txt") == b"x"
    for nothing in (
        "build/out.txt",
        "noise.log",
        "folder",
        "missing",
        "../mein Projekt/tracked.txt",
        "/etc/hosts",
        "",
        ".",
    ):
        assert tree.read(nothing) is None, nothing
    for hidden in (".git/config", ".git", ".GIT/config", "\0"):
        assert tree.read(hidden) is None, hidden


def test_what_is_on_disk_counts(work: Place, tree: WorkingTree) -> None:
    work.write({"tracked.txt": "changed\n"})
    (work.path / "folder/deep/file.txt").unlink()

    assert tree.read("tracked.txt") == b"changed\n"
    assert tree.read("folder/deep/file.txt") is None
    assert "folder/deep/file.txt" not in tree.paths()


def test_links(work: Place, tree: WorkingTree, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.txt").write_text("x", encoding="utf-8")
    for name, target in {
        "inside": "folder/deep/file.txt",
        "directory": "folder",
        "outside": "../outside/secret.txt",
        "outer": "../outside",
        "nowhere": "missing",
        "loop": "loop",
        "to-ignored": "build/out.txt",
        "to-git": ".git/config",
        "link.log": "tracked.txt",
    }.items():
        (work.path / name).symlink_to(target)

    assert tree.read("inside") == b"deep\n"
    assert tree.read("directory/deep/file.txt") == b"deep\n"
    for nothing in ("outside", "outer/secret.txt", "nowhere", "loop", "to-ignored", "to-git", "link.log"):
        assert tree.read(nothing) is None, nothing
    assert tree.read("tracked.txt") == b"committed\n"


def test_submodules_and_repositories_within_are_others(scene: Scene, work: Place, tree: WorkingTree) -> None:
    inner = scene.project("inner")
    inner.commit({"inside.txt": "x"})
    work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
    scene.project("mein Projekt/within").commit({"x.txt": "x"})

    assert tree.read("sub/inside.txt") is None
    assert tree.read("within/x.txt") is None
    assert {"sub", "sub/inside.txt", "within/", "within/x.txt"}.isdisjoint(tree.paths())
    assert ".gitmodules" in tree.paths()


def test_names_that_nobody_expects(work: Place, tree: WorkingTree) -> None:
    names = ["line\nbreak.txt", ":(glob)x", ":x", "-x", "*.txt", ' "q" ', "caf\udce9"]
    for name in names:
        Path(os.fsdecode(os.fsencode(work.path / name))).write_bytes(b"x")

    for name in names:
        assert tree.read(name) == b"x", name
    assert set(names) < set(tree.paths())


def test_a_pipe_is_not_opened(work: Place, tree: WorkingTree) -> None:
    os.mkfifo(work.path / "pipe")

    assert tree.read("pipe") is None
    assert "pipe" not in tree.paths()


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser reads everything")
def test_a_file_that_may_not_be_read(work: Place, tree: WorkingTree) -> None:
    (work.path / "tracked.txt").chmod(0)

    with pytest.raises(FactUnknown, match="cannot be read"):
        tree.read("tracked.txt")


def test_files_of_a_conflict_are_listed_once(work: Place, tree: WorkingTree) -> None:
    work.git("switch", "--quiet", "-c", "other")
    work.commit({"tracked.txt": "theirs\n"})
    work.git("switch", "--quiet", "main")
    work.commit({"tracked.txt": "mine\n"})
    with pytest.raises(AssertionError):
        work.git("merge", "other")

    assert tree.paths().count("tracked.txt") == 1


def test_a_sparse_checkout_holds_what_lies_there(work: Place, tree: WorkingTree) -> None:
    work.git("sparse-checkout", "set", "--no-cone", "/*", "!folder/")

    assert "folder/deep/file.txt" not in tree.paths()
    assert tree.read("folder/deep/file.txt") is None


def test_many_threads_may_ask(work: Place, tree: WorkingTree) -> None:
    work.write({f"many/{number}.txt": str(number) for number in range(40)})
    wrong: list[int] = []

    def ask(number: int) -> None:
        if tree.read(f"many/{number}.txt") != str(number).encode():
            wrong.append(number)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_a_linked_working_tree_has_its_own_files(work: Place) -> None:
    work.git("worktree", "add", "--quiet", "../linked", "-b", "linked")
    place = Place(work.path.parent / "linked")
    place.write({"here.txt": "x", "noise.log": "x"})

    with GitRepository.at(place.path) as repository, WorkingTree(repository) as tree:
        assert tree.read("here.txt") == b"x"
        assert tree.read("noise.log") is None
        assert "untracked ä.txt" not in tree.paths()


def test_what_came_after_the_list_is_not_there(tree: WorkingTree, work: Place) -> None:
    tree.paths()
    work.write({"later.txt": "x", "folder/later.txt": "x"})

    assert (tree.read("later.txt"), tree.read("folder/later.txt")) == (None, None)


def test_a_listed_file_that_is_gone_is_not_there(tree: WorkingTree, work: Place) -> None:
    tree.paths()
    (work.path / "tracked.txt").unlink()

    assert tree.read("tracked.txt") is None


def test_links_are_followed_after_the_list_too(tree: WorkingTree, work: Place) -> None:
    (work.path / "link.txt").symlink_to("folder/deep/file.txt")
    (work.path / "way").symlink_to("folder")
    (work.path / "out").symlink_to("/etc")
    tree.paths()

    assert (tree.read("link.txt"), tree.read("way/deep/file.txt")) == (b"deep\n", b"deep\n")
    assert tree.read("out/hostname") is None
