"""The pristine copy: what is in it, what is not, and that nobody notices."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene
from tagship.adapters.git import GitRepository
from tagship.errors import Conflict, FactUnknown


def files_in(directory: Path) -> dict[str, bytes]:
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(directory).parts
    }


def everything_in(directory: Path) -> dict[str, tuple[int, int]]:
    return {
        path.relative_to(directory).as_posix(): (path.lstat().st_mtime_ns, path.lstat().st_size)
        for path in directory.rglob("*")
        if not path.is_dir()
    }


@pytest.fixture
def work(scene: Scene) -> Place:
    return scene.published()[0]


def checkout(work: Place, into: Path, tag: str) -> Place:
    with GitRepository.at(work.path) as repository:
        repository.checkout(repository.commit_of(tag), into, keep_tag=tag)
    return Place(into)


def test_the_commit_and_nothing_else(work: Place, tmp_path: Path) -> None:
    work.write({"file.txt": "changed", "untracked": "x"})
    before = everything_in(work.path)

    copy = checkout(work, tmp_path / "copy", "v2")

    assert files_in(copy.path) == {"file.txt": b"2\n"}
    assert copy.git("status", "--porcelain") == ""
    assert everything_in(work.path) == before


def test_history_and_tags_are_there(work: Place, tmp_path: Path) -> None:
    copy = checkout(work, tmp_path / "copy", "v2")

    assert copy.git("describe") == "v2"
    assert copy.git("rev-list", "--count", "HEAD") == "2"
    assert copy.git("tag").split() == ["v1", "v2", "v3"]
    assert copy.git("rev-parse", "v2") == work.git("rev-parse", "v2")


def test_other_tags_on_the_commit_are_not(work: Place, tmp_path: Path) -> None:
    work.tag("v2.0.0", "Also", at="v2^{commit}")
    work.tag("other-v9", at="v2^{commit}")

    copy = checkout(work, tmp_path / "copy", "v2")

    assert copy.git("tag", "--points-at", "HEAD") == "v2"
    assert set(work.git("tag").split()) >= {"v2.0.0", "other-v9"}


def test_a_lightweight_tag(work: Place, tmp_path: Path) -> None:
    work.tag("light", at="v2^{commit}")

    assert checkout(work, tmp_path / "copy", "light").git("describe", "--tags") == "light"


def test_a_commit_on_no_branch(work: Place, tmp_path: Path) -> None:
    work.git("checkout", "--quiet", "--detach", "v1")
    work.commit({"stray": "x"})
    work.tag("v1.1", "Stray")
    work.git("checkout", "--quiet", "main")

    assert files_in(checkout(work, tmp_path / "copy", "v1.1").path)["stray"] == b"x"


def test_no_configuration_alters_a_file(work: Place, scene: Scene, tmp_path: Path) -> None:
    text = b"one\ntwo\r\n"
    work.commit({"mixed.txt": text, "auto.md": b"a\nb\n", ".gitattributes": "*.md text=auto\n"})
    work.tag("v4", "Four")
    (scene.top / "attributes").write_text("* text eol=crlf ident\n", encoding="utf-8")
    (scene.top / "hooks").mkdir()
    hook = scene.top / "hooks/post-checkout"
    hook.write_text("#!/bin/sh\ntouch from-the-hook\n", encoding="utf-8")
    hook.chmod(0o755)
    for name, value in {
        "core.autocrlf": "true", "core.eol": "crlf", "core.hooksPath": str(scene.top / "hooks"),
        "core.attributesFile": str(scene.top / "attributes"), "protocol.file.allow": "never",
        "clone.defaultRemoteName": "other", "submodule.recurse": "true", "checkout.guess": "false",
    }.items():  # fmt: skip
        work.git("config", "--global", name, value)

    copy = checkout(work, tmp_path / "copy", "v4")

    assert files_in(copy.path) == {
        "mixed.txt": text, "auto.md": b"a\nb\n", ".gitattributes": b"*.md text=auto\n", "file.txt": b"3\n",
    }  # fmt: skip
    assert copy.git("status", "--porcelain") == ""


def test_modes_do_not_depend_on_who_builds(work: Place, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        copy = checkout(work, tmp_path / "copy", "v2")
    finally:
        os.umask(before)

    assert (copy.path / "file.txt").stat().st_mode & 0o777 == 0o644


def test_paths_with_spaces_and_letters(scene: Scene) -> None:
    place = scene.project("mein Projekt: äöü 项目")
    place.commit({"ä b.txt": "x"})
    place.tag("v1", "One")

    assert files_in(checkout(place, scene.top / "Kopie ü", "v1").path) == {"ä b.txt": b"x"}


def test_from_a_shallow_clone(scene: Scene) -> None:
    _, origin = scene.published()
    clone = scene.clone(origin, "clone", "--depth=1", "--branch=v3")

    copy = checkout(clone, scene.top / "copy", "v3")

    assert copy.git("rev-list", "--count", "HEAD") == "3"


def test_from_a_linked_working_tree(work: Place, scene: Scene) -> None:
    work.git("worktree", "add", "--quiet", "--detach", str(scene.top / "linked"), "v1")

    assert files_in(checkout(Place(scene.top / "linked"), scene.top / "copy", "v2").path) == {"file.txt": b"2\n"}


def test_from_a_clone_without_its_files(scene: Scene) -> None:
    """A partial clone fetches files when they are looked at."""
    work, origin = scene.published()
    origin.git("config", "uploadpack.allowFilter", "true")
    clone = scene.clone(origin, "clone", "--filter=blob:none", "--no-checkout")

    copy = checkout(clone, scene.top / "copy", "v2")

    assert files_in(copy.path) == {"file.txt": b"2\n"}
    assert work.git("rev-parse", "v2") == copy.git("rev-parse", "v2")


def test_the_address_that_files_are_fetched_from_is_on_no_command_line_of_ours(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may hold a credential, and every process of the machine can read command lines."""
    _, origin = scene.published()
    origin.git("config", "uploadpack.allowFilter", "true")
    clone = scene.clone(origin, "clone", "--filter=blob:none", "--no-checkout")
    address = clone.git("config", "remote.origin.url")
    traces = scene.top / "traces"
    traces.mkdir()
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(traces))

    checkout(clone, scene.top / "copy", "v2")

    events = [json.loads(line) for trace in traces.iterdir() for line in trace.read_text("utf-8").splitlines()]
    # A process that git started carries its parent's identity, and a slash, before its own.
    ours = [event["argv"] for event in events if event["event"] == "start" and "/" not in event["sid"]]
    assert any("checkout" in argv for argv in ours)
    assert not [argv for argv in ours if any(address in word for word in argv)]


def test_sha256(scene: Scene) -> None:
    place = scene.project("modern", "--object-format=sha256")
    place.commit({"a": "x"})
    place.tag("v1", "One")

    assert files_in(checkout(place, scene.top / "copy", "v1").path) == {"a": b"x"}


def test_an_outer_hooks_variables_do_not_matter(work: Place, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", str(scene.project("other").path / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(scene.top / "index"))

    checkout(work, scene.top / "copy", "v2")
    monkeypatch.delenv("GIT_DIR")
    monkeypatch.delenv("GIT_INDEX_FILE")

    assert files_in(scene.top / "copy") == {"file.txt": b"2\n"}
    assert not (scene.top / "index").exists()


def test_a_tag_that_is_not_there(work: Place, tmp_path: Path) -> None:
    with GitRepository.at(work.path) as repository, pytest.raises(FactUnknown, match="no tag v9"):
        repository.checkout(repository.head(), tmp_path / "copy", keep_tag="v9")


def test_a_tag_that_stands_elsewhere(work: Place, tmp_path: Path) -> None:
    with GitRepository.at(work.path) as repository, pytest.raises(Conflict, match="v1 stands on"):
        repository.checkout(repository.head(), tmp_path / "copy", keep_tag="v1")


class TestSubmodules:
    @pytest.fixture
    def project(self, scene: Scene, work: Place) -> Place:
        library = scene.project("library")
        library.commit({"code.py": "x = 1\n"})
        work.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(library.path), "vendor/library")
        work.commit()
        work.tag("v4", "With a library")
        return work

    def test_from_what_is_at_hand(self, project: Place, scene: Scene) -> None:
        """The address of the submodule is not even there any more."""
        (scene.top / "library").rename(scene.top / "away")

        copy = checkout(project, scene.top / "copy", "v4")

        assert files_in(copy.path)["vendor/library/code.py"] == b"x = 1\n"

    def test_that_cannot_be_had(self, project: Place, scene: Scene) -> None:
        (scene.top / "library").rename(scene.top / "away")
        clone = scene.clone(project, "clone")

        with pytest.raises(FactUnknown, match="the submodules cannot be had"):
            checkout(clone, scene.top / "copy", "v4")


def test_the_copy_serves_a_backend_that_asks_git(work: Place, tmp_path: Path) -> None:
    work.tag("v2.5", "Another", at="v2^{commit}")
    copy = checkout(work, tmp_path / "copy", "v2.5")

    described = subprocess.run(
        ["git", "describe", "--dirty", "--tags", "--long", "--match", "*[0-9]*"],
        cwd=copy.path, capture_output=True, check=True, timeout=30, text=True,
    )  # fmt: skip

    assert described.stdout.startswith("v2.5-0-g")


def test_a_filter_of_this_clone_alone_stops_the_copy(work: Place, tmp_path: Path) -> None:
    """The files would be pointers there, and nobody would notice before users do."""
    work.commit({".gitattributes": "*.bin filter=store\n", "data.bin": "pointer\n", "text.txt": "x\n"})
    work.tag("v4", "Four")
    checkout(work, tmp_path / "without", "v4")
    work.git("config", "filter.store.smudge", "tr a-z A-Z")

    with pytest.raises(FactUnknown, match=r"^data\.bin cannot be had as released: the filter store ") as caught:
        checkout(work, tmp_path / "copy", "v4")

    assert caught.value.remedy is not None


def test_a_filter_that_no_file_of_the_commit_uses_does_not_matter(work: Place, tmp_path: Path) -> None:
    work.commit({".gitattributes": "*.bin filter=store\n", "text.txt": "x\n"})
    work.tag("v4", "Four")
    work.git("config", "filter.store.smudge", "tr a-z A-Z")

    assert files_in(checkout(work, tmp_path / "copy", "v4").path)["text.txt"] == b"x\n"
