"""A throwaway clone with the user's own settings, and the way of a commit from there into the repository."""

import errno
import os
import resource
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from adapters.git.snapshots import snapshot
from adapters.scenes import AUTHOR, Place, Scene
from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.scratch import scratch
from tagship.adapters.git.takeover import take_over
from tagship.adapters.process import ProcessFailed
from tagship.domain.branch import TreeState
from tagship.errors import Conflict, FactUnknown, Refused, Run

PROJECT = {"pyproject.toml": 'version = "1"\n', "src/module.py": "x = 1\n", ".gitignore": "*.log\n.venv/\n"}


@pytest.fixture
def work(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Place:
    for name, value in AUTHOR.items():
        monkeypatch.setenv(name, value)
    place = scene.project("mein Projekt")
    place.commit(PROJECT)
    place.tag("v1", "Release 1")
    place.write({"noise.log": "mine\n", ".venv/bin/python": "x"})
    return place


@pytest.fixture
def repository(work: Place) -> Iterator[GitRepository]:
    with GitRepository.at(work.path, may_fetch=False) as repository:
        yield repository


def hook(work: Place, name: str, script: str) -> None:
    """An executable hook of the repository."""
    path = work.path / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def files(directory: Path) -> Mapping[str, bytes]:
    """What lies in a working tree, git's own folder left out."""
    found = (path for path in directory.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


class TestMaking:
    def test_the_files_of_a_commit_and_what_refers_to_it(self, work: Place, repository: GitRepository) -> None:
        work.write({"pyproject.toml": "dirty", "untracked.txt": "x"})
        before = snapshot(work.path)

        with scratch(repository, "HEAD") as copy:
            place = Place(copy.directory)
            assert files(copy.directory) == {name: content.encode() for name, content in PROJECT.items()}
            assert copy.start == repository.head()
            assert copy.directory.name == "mein Projekt"
            assert place.git("describe", "--tags") == "v1"
            assert place.git("status", "--porcelain") == ""
            assert place.git("remote") == ""
            assert place.git("rev-parse", "main") == copy.start

        assert not copy.directory.exists()
        assert snapshot(work.path) == before

    def test_changes_are_laid_over(self, work: Place, repository: GitRepository) -> None:
        work.commit({"gone.txt": "x", "kind.txt": "x", "folder/a.txt": "x", "script.sh": "x", "link": "x"})
        work.git("mv", "src/module.py", "src/moved.py")
        (work.path / "gone.txt").unlink()
        (work.path / "kind.txt").unlink()
        shutil.rmtree(work.path / "folder")
        (work.path / "link").unlink()
        (work.path / "link").symlink_to("/nowhere/at all")
        (work.path / "script.sh").chmod(0o755)
        work.write({"pyproject.toml": "dirty", "kind.txt/inside.txt": "y", "folder": "a file now", "ä\nb.txt": "z"})
        before = snapshot(work.path)

        with scratch(repository, "HEAD", changes=True) as copy:
            mine = {name: content for name, content in files(work.path).items() if not name.endswith(("log", "python"))}
            assert files(copy.directory) == mine
            assert (copy.directory / "link").readlink() == Path("/nowhere/at all")
            assert os.access(copy.directory / "script.sh", os.X_OK)
            assert "src/moved.py" in Place(copy.directory).git("ls-files").split("\n")
            with GitRepository.at(copy.directory) as there:
                assert "src/module.py" in tree_state(there).changed

        assert snapshot(work.path) == before

    def test_a_folder_that_became_a_link_leads_nowhere(self, work: Place, repository: GitRepository) -> None:
        (work.path.parent / "outside").mkdir()
        (work.path.parent / "outside/module.py").write_text("outside", encoding="utf-8")
        shutil.rmtree(work.path / "src")
        (work.path / "src").symlink_to("../outside")

        with scratch(repository, "HEAD", changes=True) as copy:
            assert (copy.directory / "src").is_symlink()
            assert "src/module.py" not in files(copy.directory)

    def test_it_may_say_that_it_is_on_a_branch(self, repository: GitRepository) -> None:
        with scratch(repository, "HEAD", branch="release/2") as copy, GitRepository.at(copy.directory) as there:
            assert there.current_branch() == "release/2"
        with scratch(repository, "HEAD", branch="main") as copy, GitRepository.at(copy.directory) as there:
            assert there.current_branch() == "main"
        with scratch(repository, "HEAD") as copy, GitRepository.at(copy.directory) as there:
            assert there.current_branch() is None

    def test_of_a_shallow_clone(self, scene: Scene, work: Place) -> None:
        work.commit({"later.txt": "x"})
        clone = scene.clone(work, "clone", "--depth=1")

        with GitRepository.at(clone.path) as repository, scratch(repository, "HEAD") as copy:
            assert (copy.directory / "later.txt").exists()
            assert Place(copy.directory).git("rev-list", "--count", "HEAD") == "1"

    def test_of_a_detached_head_in_a_linked_working_tree(self, work: Place) -> None:
        work.git("worktree", "add", "--quiet", "--detach", "../linked")
        linked = Place(work.path.parent / "linked")
        commit = linked.commit({"only here.txt": "x"})

        with GitRepository.at(linked.path) as repository, scratch(repository, commit) as copy:
            assert (copy.directory / "only here.txt").exists()

    def test_submodules_are_empty(self, scene: Scene, work: Place, repository: GitRepository) -> None:
        inner = scene.project("inner")
        inner.commit({"inside.txt": "x"})
        work.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "sub")
        work.commit()
        work.git("config", "submodule.recurse", "true")
        Place(work.path / "sub").commit()

        with scratch(repository, "HEAD", changes=True) as copy:
            assert list((copy.directory / "sub").iterdir()) == []
            Place(copy.directory).write({"pyproject.toml": "new"})
            commit = copy.commit("Change")
            assert Place(copy.directory).git("show", "--format=", "--name-only", commit) == "pyproject.toml"

    @pytest.mark.usefixtures("work")
    def test_of_objects_with_longer_names(self, scene: Scene) -> None:
        place = scene.project("sha256", "--object-format=sha256")
        place.commit(PROJECT)

        with GitRepository.at(place.path) as repository, scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            take_over(repository, copy, copy.commit("Change"), branch=None)

        assert (place.path / "pyproject.toml").read_text(encoding="utf-8") == "new"

    def test_of_a_repository_with_odd_signs_in_its_path(self, scene: Scene) -> None:
        place = scene.project('a:b "c" ä\nd')
        place.commit(PROJECT)

        with GitRepository(place.path) as repository, scratch(repository, "HEAD") as copy:
            assert (copy.directory / "pyproject.toml").exists()

    def test_nothing_large_is_downloaded(self, work: Place, repository: GitRepository) -> None:
        """Files of git-lfs stay what git stores of them; the filter here fails where it is asked for more."""
        work.git("config", "filter.lfs.smudge", 'test -n "$GIT_LFS_SKIP_SMUDGE" && cat')
        work.git("config", "filter.lfs.clean", "cat")
        work.git("config", "filter.lfs.required", "true")
        work.commit({".gitattributes": "*.bin filter=lfs\n", "large.bin": "version 1 of a pointer\n"})

        with scratch(repository, "HEAD") as copy:
            assert (copy.directory / "large.bin").read_text(encoding="utf-8") == "version 1 of a pointer\n"
            (copy.directory / "pyproject.toml").write_text("new", encoding="utf-8")
            assert copy.commit("Change") != copy.start

    def test_a_file_whose_object_is_lost(self, work: Place, repository: GitRepository) -> None:
        name = work.git("rev-parse", "HEAD:src/module.py")
        (work.path / ".git/objects" / name[:2] / name[2:]).unlink()

        with pytest.raises(FactUnknown, match="not every file"), scratch(repository, "HEAD"):
            pytest.fail("there is nothing to work in")


class TestSettings:
    def test_those_of_the_repository_hold(self, work: Place, repository: GitRepository) -> None:
        told = {
            "user.name": 'Ä "quoted" \\ name; # with\ttabs',
            "commit.gpgSign": "false",
            "gpg.format": "ssh",
            'filter.odd "name".clean': "cat",
            "alias.say": "!echo hello",
            "core.autocrlf": "input",
        }
        for key, value in told.items():
            work.git("config", key, value)
        with (work.path / ".git/config").open("a", encoding="utf-8") as file:
            file.write("[core]\n\tbarekey\n")
        work.git("config", "remote.origin.url", "https://user:pass@example.org/x.git")
        work.git("config", "http.https://example.org/.extraheader", "AUTHORIZATION: basic x")

        with scratch(repository, "HEAD") as copy:
            place = Place(copy.directory)
            assert {key: place.git("config", key) for key in told} == told
            assert place.git("config", "--type=bool", "core.barekey") == "true"
            assert place.git("config", "--type=bool", "core.bare") == "false"
            written = (copy.directory / ".git/config").read_text(encoding="utf-8")
            assert "example.org" not in written

    def test_an_identity_for_one_directory_only(
        self, scene: Scene, work: Place, repository: GitRepository, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Many have another name at work than at home: `includeIf` says where, and the scratch lies elsewhere."""
        for name in AUTHOR:
            monkeypatch.delenv(name)
        (scene.top / "at work").write_text("[user]\n\tname = At Work\n\temail = work@example.org\n", encoding="utf-8")
        with (scene.top / "gitconfig").open("a", encoding="utf-8") as file:
            file.write(f'[user]\n\tname = At Home\n[includeIf "gitdir:{work.path}/"]\n\tpath = {scene.top}/at work\n')

        with scratch(repository, "HEAD") as copy:
            (copy.directory / "pyproject.toml").write_text("new", encoding="utf-8")
            commit = copy.commit("Change")
            assert Place(copy.directory).git("log", "-1", "--format=%an <%ae>", commit) == "At Work <work@example.org>"

    def test_attributes_and_excludes_that_are_not_committed(self, work: Place, repository: GitRepository) -> None:
        work.write({".git/info/exclude": "private.txt\n", ".git/info/attributes": "*.py export-ignore\n"})

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"private.txt": "x"})
            assert Place(copy.directory).git("status", "--porcelain") == ""
            assert "set" in Place(copy.directory).git("check-attr", "export-ignore", "src/module.py")


class TestCommitting:
    def test_tracked_files_and_named_ones(self, repository: GitRepository) -> None:
        with scratch(repository, "HEAD") as copy:
            place = Place(copy.directory)
            place.write({"pyproject.toml": "new", "CHANGELOG ä.md": "x", ":odd": "x", "junk.txt": "x"})
            commit = copy.commit("Release 2\n\n# 5 is no comment", paths=["pyproject.toml", "CHANGELOG ä.md", ":odd"])

            assert place.git("rev-parse", "HEAD") == commit
            assert place.git("rev-parse", "HEAD~1") == copy.start
            assert place.git("log", "-1", "--format=%B").strip() == "Release 2\n\n# 5 is no comment"
            shown = place.git("-c", "core.quotePath=false", "show", "--format=", "--name-only").split("\n")
            assert shown == [":odd", "CHANGELOG ä.md", "pyproject.toml"]

    def test_a_file_that_git_would_not_take_up_again_stays_as_it_is(
        self, work: Place, repository: GitRepository
    ) -> None:
        """Sphinx tests with files in another encoding than its attributes say."""
        work.commit({"wrong.inc": "\N{SNOWMAN}\n"})
        work.commit({".gitattributes": "*.inc working-tree-encoding=latin-1\n"})

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            copy.commit("Release 2", paths=["pyproject.toml"])

            assert Place(copy.directory).git("show", "--format=", "--name-only") == "pyproject.toml"

    def test_files_that_a_tool_took_out_of_the_index_may_be_named(self, work: Place, repository: GitRepository) -> None:
        """towncrier removes its fragments with `git rm`, and others with nothing but an unlink."""
        work.commit({"news/1.feature.md": "One.\n", "news/2.feature.md": "Two.\n"})

        with scratch(repository, "HEAD") as copy:
            place = Place(copy.directory)
            place.git("rm", "--quiet", "news/1.feature.md")
            (copy.directory / "news/2.feature.md").unlink()
            copy.commit("Release 2", paths=["news/1.feature.md", "news/2.feature.md"])

            assert place.git("ls-tree", "--name-only", "HEAD", "news/") == ""

    @pytest.mark.parametrize("where", [".git/hooks", ".githooks"])
    def test_hooks_run(self, work: Place, repository: GitRepository, where: str) -> None:
        if where != ".git/hooks":
            work.git("config", "core.hooksPath", where)
        (work.path / where).mkdir(exist_ok=True)
        for name, script in {
            "pre-commit": 'echo "formatted = 1" > src/module.py && git add src/module.py',
            "commit-msg": 'echo "Signed-off-by: A Hook" >> "$1"',
        }.items():
            path = work.path / where / name
            path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
            path.chmod(0o755)

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            copy.commit("Change")

            assert (copy.directory / "src/module.py").read_text(encoding="utf-8") == "formatted = 1\n"
            assert "Signed-off-by: A Hook" in Place(copy.directory).git("log", "-1", "--format=%B")
        assert (work.path / "src/module.py").read_text(encoding="utf-8") == "x = 1\n"

    def test_a_hook_that_refuses_is_quoted(self, work: Place, repository: GitRepository) -> None:
        hook(work, "pre-commit", 'echo "checking..."; echo "ruff: 3 errors" >&2; exit 1')

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            with pytest.raises(Refused, match="ruff: 3 errors") as caught:
                copy.commit("Change")

        assert caught.value.remedy is not None

    def test_nothing_to_commit_is_told(self, repository: GitRepository) -> None:
        with scratch(repository, "HEAD") as copy, pytest.raises(Refused, match="nothing to commit"):
            copy.commit("Change")

    @pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="there is no ssh here to sign with")
    def test_it_is_signed_where_git_is_configured_so(
        self, scene: Scene, work: Place, repository: GitRepository
    ) -> None:
        key = scene.top / "signing key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True, timeout=60)
        for name, value in {"gpg.format": "ssh", "user.signingKey": str(key), "commit.gpgSign": "true"}.items():
            work.git("config", name, value)

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            commit = copy.commit("Change")
            take_over(repository, copy, commit, branch="release/2")

        assert "-----BEGIN SSH SIGNATURE-----" in work.git("cat-file", "commit", "release/2")

    def test_a_signature_that_cannot_be_made_is_told(self, work: Place, repository: GitRepository) -> None:
        for name, value in {"gpg.format": "ssh", "user.signingKey": "/nowhere/key", "commit.gpgSign": "true"}.items():
            work.git("config", name, value)

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            with pytest.raises(Refused):
                copy.commit("Change")


def state_of(work: Place) -> tuple[object, ...]:
    """All that a take-over may change: references, index, files, and what git was in the middle of."""
    with GitRepository.at(work.path) as repository:
        state = tree_state(repository)
    return (
        work.git("for-each-ref"),
        (work.path / ".git/HEAD").read_text(encoding="utf-8"),
        work.git("ls-files", "--stage"),
        files(work.path),
        sorted(path.name for path in (work.path / ".git").iterdir() if path.name not in {"index", "objects", "logs"}),
        state,
    )


class TestTakingOver:
    CHANGES: Mapping[str, str] = {"pyproject.toml": "new", "news/2.md": "x", "docs/deep/new.md": "x"}

    def commit(self, repository: GitRepository, branch: str | None) -> None:
        """Prepare a commit that changes, adds and deletes, and take it over."""
        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write(self.CHANGES)
            (copy.directory / "src/module.py").unlink()
            take_over(repository, copy, copy.commit("Change", paths=[*self.CHANGES, "src/module.py"]), branch=branch)

    @pytest.mark.parametrize("branch", ["release/2", None], ids=["new branch", "fast-forward"])
    def test_the_files_are_there(self, work: Place, repository: GitRepository, branch: str | None) -> None:
        head = repository.head()

        self.commit(repository, branch)

        assert repository.current_branch() == (branch or "main")
        assert repository.commit_of("HEAD~1") == head
        assert tree_state(repository) == TreeState()
        assert files(work.path).keys() == {*PROJECT, *self.CHANGES, "noise.log", ".venv/bin/python"} - {"src/module.py"}
        assert not (work.path / ".git/FETCH_HEAD").exists()
        assert (work.git("rev-parse", "main") == head) is (branch is not None)
        assert work.git("fsck", "--strict") == ""

    def test_on_a_detached_head(self, work: Place, repository: GitRepository) -> None:
        work.git("switch", "--quiet", "--detach")

        self.commit(repository, None)

        assert repository.current_branch() is None
        assert (work.path / "news/2.md").exists()

    def test_other_work_that_is_not_touched_stays(self, work: Place, repository: GitRepository) -> None:
        work.commit({"other.txt": "x"})
        work.write({"other.txt": "mine", "untracked.txt": "mine"})

        self.commit(repository, "release/2")

        assert tree_state(repository) == TreeState(("other.txt",), ("untracked.txt",))

    def test_in_a_shallow_clone(self, scene: Scene, work: Place) -> None:
        work.commit({"later.txt": "x"})
        clone = scene.clone(work, "clone", "--depth=1")

        with GitRepository.at(clone.path) as repository:
            self.commit(repository, "release/2")
            assert tree_state(repository) == TreeState()
        assert clone.git("rev-list", "--count", "HEAD") == "2"

    @pytest.mark.parametrize("branch", ["release/2", None], ids=["new branch", "fast-forward"])
    @pytest.mark.parametrize(
        ("blocked", "content"), [("news/2.md", "mine"), ("pyproject.toml", "mine"), ("src/module.py", "mine")]
    )
    def test_what_lies_in_the_way_is_kept(
        self, work: Place, repository: GitRepository, blocked: str, content: str, branch: str | None
    ) -> None:
        work.write({blocked: content})
        before = state_of(work)

        with pytest.raises(Conflict, match=blocked):
            self.commit(repository, branch)

        assert state_of(work) == before

    def test_an_ignored_file_in_the_way_is_kept(self, work: Place, repository: GitRepository) -> None:
        """Git itself would overwrite it without a word."""
        work.write({".git/info/exclude": "news/\n", "news/2.md": "mine"})
        before = state_of(work)

        with pytest.raises((Conflict, ProcessFailed)):
            self.commit(repository, "release/2")

        assert state_of(work) == before

    def test_a_branch_that_exists(self, work: Place, repository: GitRepository) -> None:
        work.git("branch", "release/2")
        before = state_of(work)

        with pytest.raises(Conflict, match="release/2"):
            self.commit(repository, "release/2")

        assert state_of(work) == before

    def test_a_branch_that_cannot_be(self, work: Place, repository: GitRepository) -> None:
        work.git("branch", "release")
        before = state_of(work)

        with pytest.raises(ProcessFailed, match="release"):
            self.commit(repository, "release/2")

        assert state_of(work) == before

    def test_in_the_middle_of_something(self, work: Place, repository: GitRepository) -> None:
        work.commit()
        work.git("bisect", "start", "HEAD", "v1")

        with pytest.raises(Conflict, match="bisect"):
            self.commit(repository, "release/2")

    def test_a_branch_that_went_on_meanwhile(self, work: Place, repository: GitRepository) -> None:
        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write({"pyproject.toml": "new"})
            commit = copy.commit("Change")
            work.commit({"meanwhile.txt": "x"})
            before = state_of(work)
            with pytest.raises(ProcessFailed):
                take_over(repository, copy, commit, branch=None)

        assert state_of(work) == before

    @pytest.mark.parametrize("branch", ["release/2", None], ids=["new branch", "fast-forward"])
    @pytest.mark.parametrize(
        ("name", "script"),
        [
            ("post-checkout", "exit 1"),
            ("reference-transaction", 'test "$1" != prepared'),
            ("post-merge", "exit 1"),
        ],
    )
    def test_a_hook_that_fails(
        self, work: Place, repository: GitRepository, name: str, script: str, branch: str | None
    ) -> None:
        hook(work, name, script)
        before = state_of(work)

        try:
            self.commit(repository, branch)
        except (ProcessFailed, Refused):
            (work.path / ".git/hooks" / name).unlink()
            assert state_of(work)[:4] == before[:4]
        else:
            # Git does not mind what some hooks say, and the other of the two ways does not run them all.
            assert tree_state(repository) == TreeState()
            assert (work.path / "news/2.md").exists()

    @pytest.mark.parametrize("signal", ["INT", "TERM"])
    @pytest.mark.parametrize("branch", ["release/2", None], ids=["new branch", "fast-forward"])
    @pytest.mark.parametrize("where", ["files", "reference", "afterwards"])
    def test_an_interruption(
        self, work: Place, repository: GitRepository, branch: str | None, where: str, signal: str
    ) -> None:
        """Cut while git writes the files, before it moves the branch, and when all is done but not yet told."""
        mark = work.path.parent / "armed"
        cut = f'if [ -e "{mark}" ]; then rm "{mark}"; kill -{signal} {os.getpid()}; sleep 5; fi'
        if where == "files":
            work.git("config", "filter.slow.smudge", f"{cut}; cat")
            work.commit({".gitattributes": "* filter=slow\n"})
        elif where == "reference":
            hook(work, "reference-transaction", f'if [ "$1" = prepared ]; then {cut}; fi')
        else:
            hook(work, "post-checkout", cut)
            hook(work, "post-merge", cut)
        before = state_of(work)

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write(self.CHANGES)
            (copy.directory / "src/module.py").unlink()
            commit = copy.commit("Change", paths=[*self.CHANGES, "src/module.py"])
            mark.touch()
            with pytest.raises(KeyboardInterrupt):
                take_over(repository, copy, commit, branch=branch)

        assert state_of(work) == before
        assert not mark.exists()

    @pytest.mark.parametrize(
        ("branch", "lock"),
        [("release/2", "HEAD.lock"), (None, "HEAD.lock"), (None, "refs/heads/main.lock"), (None, "index.lock")],
    )
    def test_a_lock_that_keeps_git_from_the_last_step(
        self, work: Place, repository: GitRepository, branch: str | None, lock: str
    ) -> None:
        """Files and index are written by then, and what is locked cannot be put back, nor need it be."""
        work.git("update-ref", "ORIG_HEAD", "HEAD")
        work.write({f".git/{lock}": ""})
        before = state_of(work)

        with pytest.raises(ProcessFailed):
            self.commit(repository, branch)

        assert state_of(work) == before

    def test_a_lock_that_came_meanwhile(self, work: Place, repository: GitRepository) -> None:
        """What cannot be put back is told, with the command that does it, and keeps nothing else from its place."""
        hook(work, "post-checkout", "touch .git/index.lock; exit 1")
        head = repository.head()

        with pytest.raises(Conflict, match="could not all be taken back") as caught:
            self.commit(repository, "release/2")

        assert repository.current_branch() == "main"
        assert work.git("branch", "--list", "release/2") == ""
        for blocking in ("index.lock", "hooks/post-checkout"):
            (work.path / ".git" / blocking).unlink()
        remedy = caught.value.remedy
        assert isinstance(remedy, Run)
        work.git(*remedy.argv[1:])
        assert repository.head() == head
        assert tree_state(repository).changed == ()

    def test_a_disk_without_room_is_found_before_anything_is_written(
        self, work: Place, repository: GitRepository
    ) -> None:
        before = state_of(work)
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)

        with scratch(repository, "HEAD") as copy:
            Place(copy.directory).write(self.CHANGES)
            commit = copy.commit("Change", paths=[*self.CHANGES])
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, limits[1]))
            try:
                with pytest.raises(OSError, match=f"{os.strerror(errno.EFBIG)}.*mein Projekt"):
                    take_over(repository, copy, commit, branch="release/2")
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)

        assert state_of(work) == before
