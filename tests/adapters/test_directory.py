import os
from pathlib import Path

import pytest

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.pyproject import read_project
from tagship.errors import FactUnknown


def write(path: Path, content: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_files_are_read_and_listed(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "b")
    write(tmp_path / "a/deep/c.txt", "c")
    tree = DirectoryTree(tmp_path)

    assert tree.paths() == ["a/deep/c.txt", "b.txt"]
    assert tree.read("a/deep/c.txt") == b"c"
    assert all(tree.read(path) is not None for path in tree.paths())


@pytest.mark.parametrize(
    "path",
    ["missing", "a", "", ".", "..", "../outside", "a/../b.txt", "/etc/passwd", "a//b", "a\0b", "\ud800", "x" * 5000],
)
def test_what_is_no_file_inside_is_none(tmp_path: Path, path: str) -> None:
    write(tmp_path / "project/b.txt")
    write(tmp_path / "project/a/c.txt")
    write(tmp_path / "outside")

    assert DirectoryTree(tmp_path / "project").read(path) is None


@pytest.mark.parametrize("ignored", [".git", "__pycache__", ".venv", "node_modules", "a/.mypy_cache"])
def test_caches_and_version_control_are_not_there(tmp_path: Path, ignored: str) -> None:
    write(tmp_path / ignored / "file")
    write(tmp_path / "a/kept")
    tree = DirectoryTree(tmp_path)

    assert tree.paths() == ["a/kept"]
    assert tree.read(f"{ignored}/file") is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_followed_inside_only(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write(root / "real/file", "inside")
    write(root / ".git/config", "hidden")
    write(tmp_path / "secret", "outside")
    (root / "to-file").symlink_to("real/file")
    (root / "to-folder").symlink_to("real")
    (root / "absolute").symlink_to(root / "real/file")
    (root / "to-outside").symlink_to("../secret")
    (root / "to-parent").symlink_to("..")
    (root / "to-git").symlink_to(".git/config")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere")
    tree = DirectoryTree(root)

    assert tree.paths() == ["absolute", "real/file", "to-file"]
    assert [tree.read(path) for path in ("to-file", "absolute", "to-folder/file")] == [b"inside"] * 3
    hidden = ("to-outside", "to-parent/secret", "to-git", "loop", "dangling", "to-folder")
    assert [tree.read(path) for path in hidden] == [None] * 6


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_are_followed_as_far_as_is_said(tmp_path: Path) -> None:
    write(tmp_path / "whole/NEWS.md", "news")
    write(tmp_path / "whole/.git/config", "hidden")
    write(tmp_path / "secret", "outside")
    root = tmp_path / "whole/part"
    root.mkdir()
    (root / "NEWS.md").symlink_to("../NEWS.md")
    (root / "to-git").symlink_to("../.git/config")
    (root / "to-outside").symlink_to("../../secret")
    tree = DirectoryTree(root, within=tmp_path / "whole")

    assert tree.paths() == ["NEWS.md"]
    assert [tree.read(path) for path in ("NEWS.md", "to-git", "to-outside", "../NEWS.md")] == [
        b"news",
        None,
        None,
        None,
    ]


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes with a name there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert DirectoryTree(tmp_path).read("pipe") is None
    assert DirectoryTree(tmp_path).paths() == []


@pytest.mark.skipif(
    not Path("/proc/self/mem").exists(), reason="needs a file that even root cannot read from its start"
)
def test_a_file_that_cannot_be_read_is_unknown() -> None:
    with pytest.raises(FactUnknown, match="mem cannot be read"):
        DirectoryTree(Path("/proc/self")).read("mem")


def test_a_root_that_is_itself_a_link(tmp_path: Path) -> None:
    write(tmp_path / "real/file", "here")
    (tmp_path / "link").symlink_to("real", target_is_directory=True)

    assert DirectoryTree(tmp_path / "link").read("file") == b"here"


def test_a_project_in_a_directory(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", '[project]\nname = "demo"\nversion = "1.2"\n')

    assert str(read_project(DirectoryTree(tmp_path)).version) == "1.2"
