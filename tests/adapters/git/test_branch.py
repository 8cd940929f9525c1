"""The branch that is checked out, as git has it: real repositories in every state that people leave them in."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.git.snapshots import snapshot
from adapters.scenes import Place, Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git import branch as branch_module
from tagship.adapters.git.branch import (
    added_content,
    authors,
    changed_files,
    divergence,
    git_directory,
    open_branches,
    tree_state,
)
from tagship.adapters.git.patches import AddedPiece
from tagship.adapters.git.working import WorkingTree
from tagship.domain.branch import ChangedFile, Divergence, TreeState
from tagship.errors import FactUnknown, Run

HOSTILE = ("ä ö.txt", "line\nbreak.txt", ' "quoted".txt', "-dash.txt", ":(top)magic.txt", "tab\there.txt", "*.py")
TEXT = "".join(f"line {number}\n" for number in range(30))


@pytest.fixture
def work(scene: Scene) -> Place:
    """A project on a feature branch, one commit ahead of a main that is pushed."""
    work, _ = scene.published()
    work.git("switch", "--quiet", "-c", "feature")
    work.commit({"feature.py": "new = 1\n"}, "Add a feature")
    return work


@pytest.fixture
def repository(work: Place) -> Iterator[GitRepository]:
    with GitRepository.at(work.path, may_fetch=False) as repository:
        yield repository


class TestTreeState:
    def test_clean(self, repository: GitRepository) -> None:
        assert tree_state(repository) == TreeState()

    def test_changed_staged_deleted_moved_and_untracked(self, work: Place, repository: GitRepository) -> None:
        work.commit({"a.txt": TEXT, "b.txt": "b\n", "c.txt": "c\n", ".gitignore": "*.log\n"})
        work.git("mv", "a.txt", "moved.txt")
        (work.path / "b.txt").unlink()
        work.write({"c.txt": "changed\n", "new/one.txt": "x", "new/two.txt": "x", "noise.log": "x"})

        assert tree_state(repository) == TreeState(
            ("a.txt", "b.txt", "c.txt", "moved.txt"), ("new/one.txt", "new/two.txt")
        )

    def test_names_that_nobody_expects(self, work: Place, repository: GitRepository) -> None:
        work.commit(dict.fromkeys(HOSTILE, "x"))
        assert tree_state(repository) == TreeState()
        work.write(dict.fromkeys(HOSTILE, "y") | {f"new {name}": "x" for name in HOSTILE})

        state = tree_state(repository)

        assert state == TreeState(tuple(sorted(HOSTILE)), tuple(sorted(f"new {name}" for name in HOSTILE)))

    def test_a_name_that_is_no_utf_8(self, work: Place, repository: GitRepository) -> None:
        (Path(os.fsdecode(os.fsencode(work.path) + b"/caf\xe9.txt"))).write_bytes(b"x")

        assert tree_state(repository).untracked == ("caf\udce9.txt",)

    def test_settings_of_the_user_change_nothing(self, work: Place, repository: GitRepository) -> None:
        for key, value in {
            "status.showUntrackedFiles": "no",
            "status.renames": "copies",
            "status.branch": "true",
            "status.showStash": "true",
            "status.relativePaths": "true",
            "core.quotePath": "true",
            "color.ui": "always",
        }.items():
            work.git("config", key, value)
        work.write({"ä.txt": "x"})

        assert tree_state(repository) == TreeState((), ("ä.txt",))

    def test_a_file_that_was_touched_only(self, work: Place, repository: GitRepository) -> None:
        os.utime(work.path / "file.txt", (1, 1))
        index = work.path / ".git/index"
        before = index.read_bytes(), index.stat().st_mtime_ns

        assert tree_state(repository) == TreeState()
        assert changed_files(repository, "main") == (ChangedFile("feature.py", None),)
        assert (index.read_bytes(), index.stat().st_mtime_ns) == before

    @pytest.mark.parametrize(
        ("words", "operation"),
        [
            (("merge", "other"), "merge"),
            (("cherry-pick", "other"), "cherry-pick"),
            (("revert", "HEAD~1"), "revert"),
            (("rebase", "other"), "rebase"),
            (("rebase", "--apply", "other"), "rebase"),
        ],
        ids=" ".join,
    )
    def test_in_the_middle_of(
        self, work: Place, repository: GitRepository, words: tuple[str, ...], operation: str
    ) -> None:
        work.git("branch", "other")
        work.commit({"feature.py": "mine = 1\n"})
        work.commit({"feature.py": "mine = 2\n"})
        work.git("switch", "--quiet", "other")
        work.commit({"feature.py": "theirs = 1\n"})
        work.git("switch", "--quiet", "feature")
        with pytest.raises(AssertionError):
            work.git(*words)

        state = tree_state(repository)

        assert state.operation == operation
        assert "feature.py" in state.changed

    def test_in_the_middle_of_a_patch_series(self, work: Place, repository: GitRepository) -> None:
        work.commit({"feature.py": "mine = 1\n"})
        series = work.git("format-patch", "--max-count=1", "--stdout") + "\n"
        work.commit({"feature.py": "mine = 2\n"})
        (work.path.parent / "series").write_text(series, encoding="utf-8")
        with pytest.raises(AssertionError):
            work.git("am", "../series")

        assert tree_state(repository).operation == "patch series"

    def test_in_the_middle_of_a_bisection(self, work: Place, repository: GitRepository) -> None:
        work.git("bisect", "start", "HEAD", "v1")

        assert tree_state(repository).operation == "bisect"

    def test_in_a_linked_working_tree(self, work: Place) -> None:
        work.git("worktree", "add", "--quiet", "../linked tree", "-b", "linked")
        linked = Place(work.path.parent / "linked tree")
        linked.write({"here.txt": "x"})
        linked.git("bisect", "start", "HEAD", "v1")

        with GitRepository.at(linked.path) as there, GitRepository.at(work.path) as here:
            assert git_directory(there) == work.path / ".git/worktrees/linked-tree"
            assert tree_state(there) == TreeState((), ("here.txt",), "bisect")
            assert tree_state(here) == TreeState()

    def test_a_submodule(self, scene: Scene, work: Place, repository: GitRepository) -> None:
        inner = scene.project("inner")
        inner.commit({"inside.txt": "x"})
        work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
        work.commit()
        submodule = Place(work.path / "sub")

        submodule.write({"inside.txt": "dirty", "noise.txt": "x"})
        assert tree_state(repository) == TreeState()
        submodule.commit()
        assert tree_state(repository) == TreeState(("sub",))

    def test_a_repository_within(self, scene: Scene, repository: GitRepository) -> None:
        scene.project("work/within").commit({"x": "x"})

        assert tree_state(repository).untracked == ("within/",)


class TestDivergence:
    def test_at_main(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "main")

        found = divergence(repository, "refs/remotes/origin/main")

        assert found == Divergence(repository.head(), 0, 0)
        assert found.is_part_of_main

    def test_ahead(self, repository: GitRepository) -> None:
        found = divergence(repository, "refs/remotes/origin/main")

        assert found == Divergence(repository.commit_of("main"), 1, 0)
        assert not found.is_part_of_main

    def test_behind_only(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "--detach", "v1")

        assert divergence(repository, "main") == Divergence(repository.commit_of("v1"), 0, 2)

    def test_both_and_a_merge_would_do(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "main")
        work.commit({"other.txt": "x"})
        work.git("switch", "--quiet", "feature")

        assert divergence(repository, "main") == Divergence(repository.commit_of("v3"), 1, 1)

    def test_conflicts_are_named(self, work: Place, repository: GitRepository) -> None:
        odd = "ä\n b.txt"
        work.commit({"file.txt": "mine\n", odd: "mine\n", "deleted.txt": "x\n"})
        work.git("switch", "--quiet", "main")
        work.commit({"file.txt": "theirs\n", odd: "theirs\n", "peace.txt": "x"})
        work.git("switch", "--quiet", "feature")

        assert divergence(repository, "main").conflicts == ("file.txt", odd)

    def test_a_file_changed_here_and_deleted_there(self, work: Place, repository: GitRepository) -> None:
        work.commit({"file.txt": "mine\n"})
        work.git("switch", "--quiet", "main")
        work.git("rm", "--quiet", "file.txt")
        work.commit()
        work.git("switch", "--quiet", "feature")

        assert divergence(repository, "main").conflicts == ("file.txt",)

    def test_histories_that_crossed(self, work: Place, repository: GitRepository) -> None:
        """Two branches that merged each other share two commits: git takes one, and so do we."""
        work.git("switch", "--quiet", "-c", "left", "main")
        left = work.commit({"left.txt": "x"})
        work.git("switch", "--quiet", "-c", "right", "main")
        right = work.commit({"right.txt": "x"})
        work.git("merge", "--quiet", "--no-ff", "-m", "Cross", left)
        work.git("switch", "--quiet", "left")
        work.git("merge", "--quiet", "--no-ff", "-m", "Cross", right)
        work.commit({"more.txt": "x"})

        found = divergence(repository, "right")

        assert found.base in {left, right}
        assert (found.ahead, found.behind, found.conflicts) == (2, 1, ())

    def test_histories_without_a_common_beginning(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "--orphan", "island")
        work.commit({"island.txt": "x"})

        found = divergence(repository, "main")

        assert found == Divergence(None, 1, 3)
        assert not found.is_part_of_main

    def test_a_shallow_clone_cannot_tell(self, scene: Scene, work: Place) -> None:
        work.git("push", "--quiet", "origin", "feature")
        origin = Place(scene.top / "origin.git")
        clone = scene.clone(origin, "clone", "--depth=1", "--no-single-branch", "--branch=feature")

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown, match="shallow") as caught:
            divergence(repository, "origin/main")

        assert caught.value.remedy == Run(("git", "fetch", "--unshallow"))

    def test_a_shallow_clone_at_main_can(self, scene: Scene, work: Place) -> None:
        clone = scene.clone(Place(scene.top / "origin.git"), "clone", "--depth=1")

        with GitRepository.at(clone.path) as repository:
            assert divergence(repository, "origin/main") == Divergence(work.git("rev-parse", "v3^{commit}"), 0, 0)

    def test_a_repository_with_odd_signs_in_its_path(self, scene: Scene) -> None:
        place = scene.project('a:b "c" ä\nd')
        place.commit({"x": "1\n"})
        place.git("switch", "--quiet", "-c", "feature")
        place.commit({"x": "2\n"})
        place.git("switch", "--quiet", "main")
        place.commit({"x": "3\n"})

        with GitRepository(place.path) as repository:
            assert divergence(repository, "feature").conflicts == ("x",)

    def test_a_git_without_trial_merges(
        self, work: Place, repository: GitRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        work.git("switch", "--quiet", "main")
        work.commit({"feature.py": "other = 1\n"})
        work.git("switch", "--quiet", "feature")
        _older_git(tmp_path / "bin", monkeypatch)

        found = divergence(repository, "main")

        assert found == Divergence(work.git("rev-parse", "v3^{commit}"), 1, 1, None)


def _older_git(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git before 2.38: its merge-tree knows no option."""
    real = next(Path(place) / "git" for place in os.environ["PATH"].split(os.pathsep) if (Path(place) / "git").exists())
    folder.mkdir()
    (folder / "git").write_text(
        f'#!/bin/sh\nif [ "$1" = merge-tree ]; then echo "usage: git merge-tree" >&2; exit 129; fi\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


class TestChangedFiles:
    def test_committed_or_not(self, work: Place, repository: GitRepository) -> None:
        work.commit({"gone.txt": "gone", "kept.txt": "kept"})
        work.git("tag", "base")
        work.git("rm", "--quiet", "gone.txt")
        work.commit({"committed.txt": "x"})
        work.write({"staged.txt": "staged", "kept.txt": "changed", "untracked.txt": "untracked"})
        work.git("add", "staged.txt")
        (work.path / "file.txt").unlink()

        assert changed_files(repository, "base") == (
            ChangedFile("committed.txt", None),
            ChangedFile(None, "file.txt"),
            ChangedFile(None, "gone.txt"),
            ChangedFile("kept.txt", "kept.txt"),
            ChangedFile("staged.txt", None),
            ChangedFile("untracked.txt", None),
        )

    @pytest.mark.parametrize("how", ["committed", "staged", "unstaged"])
    def test_a_file_that_moved(self, work: Place, repository: GitRepository, how: str) -> None:
        work.commit({"old.txt": TEXT})
        work.git("tag", "base")
        if how == "unstaged":
            (work.path / "old.txt").rename(work.path / "new.txt")
        else:
            work.git("mv", "old.txt", "new.txt")
        work.write({"new.txt": f"{TEXT}and more\n"})
        if how == "committed":
            work.commit()

        assert changed_files(repository, "base") == (ChangedFile("new.txt", "old.txt"),)

    def test_what_was_done_and_undone_is_no_change(self, work: Place, repository: GitRepository) -> None:
        (work.path / "feature.py").unlink()

        assert changed_files(repository, "main") == ()

    def test_names_that_nobody_expects(self, work: Place, repository: GitRepository) -> None:
        work.write(dict.fromkeys(HOSTILE, "x"))

        found = changed_files(repository, "HEAD")

        assert [change.name for change in found] == sorted(HOSTILE)
        assert all(change.before is None for change in found)

    def test_another_kind_of_file(self, work: Place, repository: GitRepository) -> None:
        (work.path / "file.txt").unlink()
        (work.path / "file.txt").symlink_to("feature.py")

        assert changed_files(repository, "HEAD") == (ChangedFile("file.txt", "file.txt"),)

    def test_in_a_linked_working_tree(self, work: Place) -> None:
        work.git("worktree", "add", "--quiet", "../linked", "-b", "linked")
        Place(work.path.parent / "linked").write({"here.txt": "x"})

        with GitRepository.at(work.path.parent / "linked") as there:
            assert changed_files(there, "HEAD") == (ChangedFile("here.txt", None),)

    def test_a_repository_within_is_left_alone(self, scene: Scene, repository: GitRepository) -> None:
        scene.project("work/within").commit({"x": "x"})

        assert changed_files(repository, "HEAD") == ()

    def test_settings_of_the_user_change_nothing(self, work: Place, repository: GitRepository) -> None:
        for key, value in {
            "diff.renames": "false",
            "diff.noprefix": "true",
            "diff.external": "false",
            "core.splitIndex": "true",
            "diff.relative": "true",
        }.items():
            work.git("config", key, value)
        work.commit({"old.txt": TEXT})
        work.git("mv", "old.txt", "ä.txt")

        assert changed_files(repository, "HEAD") == (ChangedFile("ä.txt", "old.txt"),)


class TestAuthors:
    def test_each_once_and_mergers_not(self, work: Place, repository: GitRepository) -> None:
        for number in range(2):
            work.write({"lock": str(number)})
            work.git("add", "--all")
            work.git(
                "commit", "--quiet", "-m", "Bump", GIT_AUTHOR_NAME="dependabot[bot]", GIT_AUTHOR_EMAIL="bot@example.org"
            )
        work.git("switch", "--quiet", "main")
        work.commit({"other.txt": "x"})
        work.git("switch", "--quiet", "feature")
        work.git("merge", "--quiet", "-m", "Merge main", "main", GIT_AUTHOR_NAME="A Merger")

        assert authors(repository, "main") == (
            "dependabot[bot] <bot@example.org>",
            "A Maintainer <maintainer@example.org>",
        )

    def test_nobody(self, repository: GitRepository) -> None:
        assert authors(repository, "HEAD") == ()

    def test_a_name_in_another_encoding_and_signatures_shown(self, work: Place, repository: GitRepository) -> None:
        work.git("config", "i18n.commitEncoding", "ISO-8859-1")
        work.git("config", "log.showSignature", "true")
        work.git("config", "i18n.logOutputEncoding", "ISO-8859-1")
        latin = os.fsdecode("Zoë".encode("latin-1"))
        work.git("commit", "--quiet", "--allow-empty", "-m", "x", GIT_AUTHOR_NAME=latin)

        assert authors(repository, "HEAD~1") == ("Zoë <maintainer@example.org>",)


class TestOpenBranches:
    def test_of_the_remote_and_local_ones_that_it_lacks(self, work: Place, repository: GitRepository) -> None:
        for name in ("pushed", "local", "merged"):
            work.git("switch", "--quiet", "-c", name, "main")
            if name != "merged":
                work.commit({f"{name}.txt": "x"})
        work.git("switch", "--quiet", "feature")
        work.git("push", "--quiet", "origin", "pushed", "feature")
        pushed = work.git("rev-parse", "pushed")
        work.git("switch", "--quiet", "pushed")
        work.commit({"not pushed yet.txt": "x"})
        work.git("switch", "--quiet", "feature")
        work.git("remote", "set-head", "origin", "main")

        found = open_branches(repository, "refs/remotes/origin/main")

        assert dict(found.tips) == {"origin/pushed": pushed, "local": work.git("rev-parse", "local")}
        assert not found.more

    def test_what_the_branch_follows_is_the_branch(self, work: Place, repository: GitRepository) -> None:
        work.git("push", "--quiet", "-u", "origin", "feature:theirs")

        assert not open_branches(repository, "origin/main").tips

    def test_a_branch_that_was_rebased_is_no_stranger_to_itself(self, work: Place, repository: GitRepository) -> None:
        work.git("push", "--quiet", "-u", "origin", "feature:theirs")
        work.git("commit", "--quiet", "--amend", "-m", "Said better")

        assert not open_branches(repository, "origin/main", apart=True).tips

    def test_what_builds_upon_the_branch_and_what_it_builds_upon(self, work: Place, repository: GitRepository) -> None:
        work.git("branch", "below")
        work.commit({"more.txt": "x"})
        work.git("branch", "beside")
        work.git("switch", "--quiet", "-c", "above")
        work.commit({"above.txt": "x"})
        work.git("switch", "--quiet", "feature")

        assert set(open_branches(repository, "origin/main").tips) == {"above", "below", "beside"}
        assert not open_branches(repository, "origin/main", apart=True).tips

    def test_main_that_is_ahead_of_the_remote_is_still_main(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "main")
        work.commit({"ahead.txt": "x"})
        work.git("switch", "--quiet", "feature")

        assert not open_branches(repository, "refs/remotes/origin/main").tips

    def test_without_a_remote(self, scene: Scene) -> None:
        place = scene.project()
        place.commit({"x": "x"})
        place.git("switch", "--quiet", "-c", "a/b")
        tip = place.commit({"y": "x"})
        place.git("switch", "--quiet", "--detach", "main")

        with GitRepository.at(place.path) as repository:
            assert dict(open_branches(repository, "refs/heads/main").tips) == {"a/b": tip}

    def test_the_newest_of_many(self, work: Place, repository: GitRepository, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(branch_module, "MOST_BRANCHES", 2)
        for day in (1, 3, 2):
            date = f"2026-04-0{day}T12:00:00+0000"
            work.git("switch", "--quiet", "-c", f"day-{day}", "main")
            work.git("commit", "--quiet", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE=date)
        work.git("switch", "--quiet", "feature")

        found = open_branches(repository, "main")

        assert list(found.tips) == ["day-3", "day-2"]
        assert found.more


class TestAddedContent:
    def test_what_a_later_commit_took_away_is_still_seen(self, work: Place, repository: GitRepository) -> None:
        first = work.commit({"config.py": "a = 1\nsecret = 'x'\nb = 2\n"})
        second = work.commit({"config.py": "a = 1\nb = 2\nc = 3\n"})

        assert list(added_content(repository, "HEAD~2")) == [
            AddedPiece("config.py", 1, b"a = 1\nsecret = 'x'\nb = 2", first),
            AddedPiece("config.py", 3, b"c = 3", second),
        ]

    def test_of_the_working_tree(self, work: Place, repository: GitRepository) -> None:
        work.write({"feature.py": "new = 1\nmore = 2\n", "staged ä.txt": "s", "untracked.env": "K=V\n"})
        work.git("add", "staged ä.txt")

        assert list(added_content(repository, "HEAD")) == [
            AddedPiece("feature.py", 2, b"more = 2", None),
            AddedPiece("staged ä.txt", 1, b"s", None),
            AddedPiece("untracked.env", 1, b"K=V\n", None),
        ]

    def test_lines_that_look_like_a_patch(self, work: Place, repository: GitRepository) -> None:
        lines = ["+++ b/other.txt", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline", "--- a/x", "", "\0", "+"]
        commit = work.commit({"odd\tname.txt": "\n".join(lines)})

        assert list(added_content(repository, "HEAD~1")) == [
            AddedPiece("odd\tname.txt", 1, "\n".join(lines).encode(), commit)
        ]

    def test_attributes_and_settings_hide_nothing(self, work: Place, repository: GitRepository) -> None:
        work.commit({".gitattributes": "*.env -diff\n*.bin binary\n*.doc diff=doc\n"})
        for key, value in {
            "diff.doc.textconv": "true",
            "diff.external": "true",
            "color.ui": "always",
            "diff.noprefix": "true",
            "log.showSignature": "true",
            "log.showRoot": "false",
            "diff.mnemonicPrefix": "true",
            "diff.context": "10",
        }.items():
            work.git("config", key, value)
        commit = work.commit({"a.env": "one\n", "b.bin": b"\0two\n", "c.doc": "three\n"})

        assert list(added_content(repository, "HEAD~1")) == [
            AddedPiece("a.env", 1, b"one", commit),
            AddedPiece("b.bin", 1, b"\0two", commit),
            AddedPiece("c.doc", 1, b"three", commit),
        ]

    def test_what_only_a_merge_wrote(self, work: Place, repository: GitRepository) -> None:
        work.commit({"both.txt": "one\ntwo\nthree\n"})
        work.git("tag", "base")
        work.git("switch", "--quiet", "-c", "side")
        side = work.commit({"both.txt": "one\nside\nthree\nfour\n"})
        work.git("switch", "--quiet", "feature")
        mine = work.commit({"both.txt": "one\nmine\nthree\n"})
        with pytest.raises(AssertionError):
            work.git("merge", "side")
        merge = work.commit({"both.txt": "zero\none\nside\nevil\nmine\nthree\nfour\n"})

        pieces = {(piece.commit, piece.line, piece.content) for piece in added_content(repository, "base")}

        assert pieces == {
            (side, 2, b"side"),
            (side, 4, b"four"),
            (mine, 2, b"mine"),
            (merge, 1, b"zero"),
            (merge, 4, b"evil"),
        }

    def test_no_more_than_agreed(self, work: Place, repository: GitRepository) -> None:
        work.write({"large.bin": b"x" * 5000})

        with pytest.raises(FactUnknown, match="more than"):
            list(added_content(repository, "HEAD", most=4000))

    def test_links_and_pipes_are_not_opened(self, work: Place, repository: GitRepository) -> None:
        (work.path / "link").symlink_to("/etc/hostname")
        os.mkfifo(work.path / "pipe")

        assert list(added_content(repository, "HEAD")) == []


def test_no_byte_of_the_repository_changes(work: Place) -> None:
    """Whatever is asked, with an index that git would like to refresh, and settings that make it write."""
    work.commit({".gitignore": "ignored/\n", "moved.txt": TEXT, ".gitattributes": "* text=auto\n"})
    work.write({"ignored/cache": "x", "untracked.txt": "x"})
    work.git("switch", "--quiet", "main")
    work.commit({"feature.py": "other = 1\n"})
    work.git("push", "--quiet", "origin", "main")
    work.git("switch", "--quiet", "feature")
    (work.path / "moved.txt").rename(work.path / "there.txt")
    time.sleep(0.01)
    os.utime(work.path / "file.txt")
    for key, value in {"core.fsmonitor": "true", "core.untrackedCache": "true", "gc.auto": "1"}.items():
        work.git("config", key, value)
    before = snapshot(work.path)

    with GitRepository.at(work.path, may_fetch=False) as repository, WorkingTree(repository) as tree:
        state = tree_state(repository)
        found = divergence(repository, "origin/main")
        assert found.base is not None
        changed_files(repository, found.base)
        authors(repository, found.base)
        open_branches(repository, "origin/main")
        list(added_content(repository, found.base))
        assert tree.read("ignored/cache") is None
        assert "there.txt" in tree.paths()

    assert found.conflicts == ("feature.py",)
    assert state.changed == ("moved.txt",)
    assert snapshot(work.path) == before
