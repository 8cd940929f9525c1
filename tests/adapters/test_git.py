"""The repository as it is asked: tags, branches, files, commits, and where there is none."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene, containing
from tagship.adapters.git import GitRepository
from tagship.adapters.git.command import Git
from tagship.adapters.git.objects import time_in
from tagship.domain.facts import AddedLine, Tag
from tagship.errors import FactUnknown, Run, UsageError

NOON = datetime.fromisoformat("2026-03-01T12:00:00+02:00")


def commands_in(directory: Path) -> list[str]:
    """The git commands that were started, those left out that git started itself."""
    started = (json.loads(line) for trace in directory.iterdir() for line in trace.read_text("utf-8").splitlines())
    # A process that git started carries its parent's identity, and a slash, before its own.
    return [" ".join(event["argv"][1:]) for event in started if event["event"] == "start" and "/" not in event["sid"]]


@pytest.fixture
def work(scene: Scene) -> Place:
    return scene.published()[0]


class TestFinding:
    def test_from_a_directory_below(self, work: Place) -> None:
        work.commit({"deep/er/file": "x"})

        with GitRepository.at(work.path / "deep/er") as repository:
            assert repository.root == work.path

    def test_in_a_path_with_spaces_and_letters(self, scene: Scene) -> None:
        place = scene.project("mein Projekt äöü 项目")
        commit = place.commit({"ä b.txt": "x"})

        with GitRepository.at(place.path) as repository:
            assert repository.tree(commit).read("ä b.txt") == b"x"
            assert repository.tree(commit).paths() == ("ä b.txt",)

    def test_outside_of_any(self, scene: Scene) -> None:
        with pytest.raises(UsageError, match="not in a git repository") as caught:
            GitRepository.at(scene.top)

        assert isinstance(caught.value.remedy, Run)

    def test_no_directory(self, scene: Scene) -> None:
        with pytest.raises(UsageError, match="nowhere is not a directory"):
            GitRepository.at(scene.top / "nowhere")

    def test_a_bare_one(self, scene: Scene) -> None:
        bare = scene.project("bare", "--bare")

        with pytest.raises(UsageError, match="bare repository"):
            GitRepository.at(bare.path)

    def test_inside_its_git_directory(self, work: Place) -> None:
        with pytest.raises(UsageError, match=r"inside a \.git directory"):
            GitRepository.at(work.path / ".git/refs")

    def test_one_with_a_broken_configuration(self, work: Place) -> None:
        (work.path / ".git/config").write_text("[core\n", encoding="utf-8")

        with pytest.raises(UsageError, match="bad config"):
            GitRepository.at(work.path)

    def test_an_outer_hooks_variables_do_not_matter(
        self, work: Place, scene: Scene, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = scene.project("other")
        monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
        monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
        monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git/index"))

        with GitRepository.at(work.path) as repository:
            assert repository.root == work.path
            assert set(repository.tags()) == {"v1", "v2", "v3"}

    def test_a_linked_working_tree(self, work: Place, scene: Scene) -> None:
        work.git("worktree", "add", "--quiet", str(scene.top / "linked"), "release/1.x")

        with GitRepository.at(scene.top / "linked") as repository:
            assert repository.current_branch() == "release/1.x"
            assert set(repository.tags()) == {"v1", "v2", "v3"}
            assert not repository.is_shallow


class TestUnborn:
    def test_there_is_no_commit(self, scene: Scene) -> None:
        with GitRepository.at(scene.project().path) as repository:
            assert repository.current_branch() == "main"
            assert repository.tags() == {}
            assert repository.branches() == ()
            assert repository.remote() is None
            repository.complete()
            with pytest.raises(FactUnknown, match="no commit here yet"):
                repository.head()


class TestTags:
    def test_annotated_and_lightweight(self, work: Place) -> None:
        head = work.git("rev-parse", "HEAD")
        work.tag("light")

        with GitRepository.at(work.path) as repository:
            tags = repository.tags()
            assert tags["light"] == Tag("light", head, head)
            assert tags["v3"] == Tag("v3", head, work.git("rev-parse", "v3"), NOON)
            assert tags["v3"].annotated
            assert repository.head_tags() == ("light", "v3")

    def test_a_tag_of_a_tag_leads_to_the_commit(self, work: Place) -> None:
        work.tag("twice", "Again", at="v1")
        work.tag("thrice", "And again", at="twice")

        with GitRepository.at(work.path) as repository:
            assert repository.tags()["thrice"].commit == work.git("rev-parse", "v1^{commit}")

    def test_a_tag_of_a_file_leads_to_no_commit(self, work: Place) -> None:
        work.git("tag", "blob", "HEAD:file.txt")
        work.tag("tree", "A tree", at="HEAD^{tree}")

        with GitRepository.at(work.path) as repository:
            assert set(repository.tags()) == {"v1", "v2", "v3"}

    def test_odd_names(self, work: Place) -> None:
        work.tag("paket/ä v1".replace(" ", "\u2028"), "Odd")

        with GitRepository.at(work.path) as repository:
            assert "paket/ä\u2028v1" in repository.tags()

    def test_new_ones_are_seen(self, work: Place) -> None:
        with GitRepository.at(work.path) as repository:
            before = set(repository.tags())
            work.tag("v4", "Release 4", at="HEAD~1")

            assert set(repository.tags()) - before == {"v4"}

    def test_reached(self, work: Place) -> None:
        work.git("checkout", "--quiet", "--detach", "v1")
        work.commit({"fix": "x"})
        work.tag("v1.1", "Fix")

        with GitRepository.at(work.path) as repository:
            assert repository.tags_reached_from("v1.1") == {"v1", "v1.1"}
            assert repository.tags_reached_from("v3") == {"v1", "v2", "v3"}
            with pytest.raises(FactUnknown, match="v7 leads to no commit"):
                repository.tags_reached_from("v7")


class TestBranches:
    def test_containing(self, work: Place) -> None:
        with GitRepository.at(work.path) as repository:
            assert containing(repository, "v1") == ("main", "origin/main", "origin/release/1.x", "release/1.x")
            assert containing(repository, work.git("rev-parse", "v3")) == ("main", "origin/main")
            assert repository.branches() == ("main", "origin/main", "origin/release/1.x", "release/1.x")

    def test_full_names_tell_a_local_branch_from_a_remotes(self, work: Place) -> None:
        stray = work.commit({"stray": "x"})
        work.git("branch", "origin/main")

        with GitRepository.at(work.path) as repository:
            assert repository.branch_refs_containing(stray) == ("refs/heads/main", "refs/heads/origin/main")

    def test_a_remotes_head_is_no_branch(self, scene: Scene) -> None:
        _, origin = scene.published()

        with GitRepository.at(scene.clone(origin, "clone").path) as repository:
            assert containing(repository, "HEAD") == ("main", "origin/main")

    def test_detached(self, work: Place) -> None:
        work.git("checkout", "--quiet", "--detach")
        stray = work.commit({"stray": "x"})

        with GitRepository.at(work.path) as repository:
            assert repository.current_branch() is None
            assert repository.head() == stray
            assert containing(repository, "HEAD") == ()


class TestFiles:
    def test_read_and_list(self, work: Place) -> None:
        commit = work.commit({"a/b c.txt": "text\n", "ü/ñ.bin": b"\0\xff\n", "empty": "", "line\nbreak": "odd"})
        (work.path / "a/b c.txt").write_text("changed in the working tree", encoding="utf-8")
        (work.path / "untracked").touch()

        with GitRepository.at(work.path) as repository:
            tree = repository.tree(commit)
            assert tree.paths() == ("a/b c.txt", "empty", "file.txt", "line\nbreak", "ü/ñ.bin")
            assert tree.read("a/b c.txt") == b"text\n"
            assert tree.read("./a//b c.txt") == b"text\n"
            assert tree.read("ü/ñ.bin") == b"\0\xff\n"
            assert tree.read("empty") == b""
            assert tree.read("line\nbreak") == b"odd"

    @pytest.mark.parametrize(
        "path",
        [
            "missing",
            "a/missing",
            "missing/missing",
            "file.txt/x",
            "a",
            ".",
            "..",
            "../work/file.txt",
            "/etc/passwd",
            "no\nsuch",
        ],
    )
    def test_what_is_no_file(self, work: Place, path: str) -> None:
        work.commit({"a/b": "x"})

        with GitRepository.at(work.path) as repository:
            assert repository.tree("HEAD").read(path) is None

    def test_links(self, work: Place) -> None:
        work.write({"real/text": "content"})
        for name, target in {
            "link": "real/text", "chain": "link", "real/up": "../file.txt", "folder": "real",
            "outside": "/etc/hostname", "above": "../../x", "dangling": "nothing", "loop": "loop",
        }.items():  # fmt: skip
            (work.path / name).symlink_to(target)
        work.commit()

        with GitRepository.at(work.path) as repository:
            tree = repository.tree("HEAD")
            assert [tree.read(name) for name in ("link", "chain", "folder/text")] == [b"content"] * 3
            assert tree.read("real/up") == b"3\n"
            assert [tree.read(name) for name in ("outside", "above", "dangling", "loop", "folder")] == [None] * 5
            assert tree.read("folder/missing") is None
            assert tree.read("file.txt") == b"3\n"

    def test_a_submodule_is_no_file(self, work: Place) -> None:
        work.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
        work.git("commit", "--quiet", "-m", "Add a module")

        with GitRepository.at(work.path) as repository:
            assert repository.tree("HEAD").paths() == ("file.txt",)
            assert repository.tree("HEAD").read("module") is None

    def test_a_lost_object_is_not_a_missing_file(self, work: Place) -> None:
        blob = work.git("rev-parse", "HEAD:file.txt")
        (work.path / ".git/objects" / blob[:2] / blob[2:]).unlink()

        with GitRepository.at(work.path) as repository:
            with pytest.raises(FactUnknown, match=r"file\.txt in \w+ cannot be read here"):
                repository.tree("HEAD").read("file.txt")
            assert repository.tree("HEAD").read("other.txt") is None

    def test_a_damaged_object_is_unknown(self, work: Place) -> None:
        blob = work.git("rev-parse", "HEAD:file.txt")
        stored = work.path / ".git/objects" / blob[:2] / blob[2:]
        stored.chmod(0o644)
        stored.write_bytes(b"damaged")

        with GitRepository.at(work.path) as repository:
            with pytest.raises(FactUnknown):
                repository.tree("HEAD").read("file.txt")
            assert repository.head() == work.git("rev-parse", "HEAD")

    def test_replacements_do_not_show(self, work: Place) -> None:
        work.git("replace", work.git("rev-parse", "HEAD:file.txt"), work.git("rev-parse", "v1:file.txt"))

        with GitRepository.at(work.path) as repository:
            assert repository.tree("HEAD").read("file.txt") == b"3\n"

    def test_sha256(self, scene: Scene) -> None:
        place = scene.project("modern", "--object-format=sha256")
        commit = place.commit({"a/file": "x"})
        place.tag("v1", "One")

        with GitRepository.at(place.path) as repository:
            assert len(commit) == 64
            assert repository.tags()["v1"].commit == commit
            assert repository.tree(commit).read("a/file") == b"x"
            assert repository.tree(commit).read("a/other") is None


class TestCommits:
    def test_time_in_the_committers_zone(self, work: Place) -> None:
        with GitRepository.at(work.path) as repository:
            assert repository.committed_at("v1") == NOON
            assert repository.committed_at("v1").utcoffset() == NOON.utcoffset()
            with pytest.raises(FactUnknown):
                repository.committed_at("f" * 40)

    def test_names(self, work: Place) -> None:
        with GitRepository.at(work.path) as repository:
            commit = work.git("rev-parse", "v2^{commit}")
            assert [repository.commit_of(ref) for ref in ("v2", commit, commit[:10], "main~1")] == [commit] * 4

    def test_dirty(self, work: Place) -> None:
        with GitRepository.at(work.path) as repository:
            assert not repository.is_dirty(untracked=True)
            work.write({"new": "x"})
            assert not repository.is_dirty()
            assert repository.is_dirty(untracked=True)
            work.write({"file.txt": "other"})
            assert repository.is_dirty()

    def test_added_lines(self, work: Place) -> None:
        moved = "".join(f"line = {number}\n" for number in range(30))
        work.commit({"a.py": "one = 1\ntwo = 2\n", "old.py": moved, "gone.py": "x = 1\n"})
        work.git("mv", "old.py", "new name.py")
        work.git("rm", "--quiet", "gone.py")
        after = work.commit(
            {"a.py": "zero = 0\none = 1\n++ b/odd\r\nlast", "text.txt": "not Python\n", "ü\t.py": "new = 1\n"}
        )
        work.git("config", "diff.noprefix", "true")
        work.git("config", "color.ui", "always")

        with GitRepository.at(work.path) as repository:
            assert sorted(repository.added_lines("HEAD~1", after), key=lambda added: (added.path, added.line)) == [
                AddedLine("a.py", 1, "zero = 0"),
                AddedLine("a.py", 3, "++ b/odd"),
                AddedLine("a.py", 4, "last"),
                AddedLine("ü\t.py", 1, "new = 1"),
            ]

    def test_a_line_that_was_moved_is_not_added(self, work: Place) -> None:
        work.commit({"a.py": "@skip\ndef test_a(): ...\n@skip\ndef test_b(): ...\n"})
        after = work.commit(
            {"a.py": "", "b.py": "class C:\n    @skip\n    def test_a(): ...\n@skip\ndef test_b(): ...\n@skip\n"}
        )

        with GitRepository.at(work.path) as repository:
            added = repository.added_lines("HEAD~1", after)

        assert [(line.path, line.line, line.text) for line in added] == [("b.py", 1, "class C:"), ("b.py", 6, "@skip")]


def test_times_that_git_once_wrote() -> None:
    assert time_in(b"tree x\ncommitter A <a@b> 1700000000 +051800\n\nx") is None
    assert time_in(b"tree x\ncommitter A <a@b> 0 -0830\n\nx") == datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def test_what_a_gate_asks_costs_few_processes(work: Place, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    traces = scene.top / "traces"
    traces.mkdir()
    monkeypatch.setenv("GIT_TRACE2_EVENT", str(traces))

    with GitRepository.at(work.path) as repository:
        repository.complete()
        commit = repository.tags()["v3"].commit
        repository.default_branch()
        repository.branch_refs_containing(commit)
        repository.tags_reached_from(commit)
        repository.remote()
        repository.committed_at(commit)
        for path in ("pyproject.toml", "CHANGELOG.md", "file.txt", "src/x/__init__.py", "setup.cfg"):
            repository.tree(commit).read(path)

    assert len(commands_in(traces)) <= 10


def test_settings_for_one_command_go_behind_those_of_the_environment(
    work: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "outer.key")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "theirs")

    seen = Git(work.path)("config", "--get-regexp", r"^(outer|inner)\.", settings={"inner.key": "ours"}).text

    assert seen.splitlines() == ["outer.key theirs", "inner.key ours"]


def test_no_process_stays_when_nobody_closes(work: Place) -> None:
    repository = GitRepository.at(work.path)
    assert repository.tree("HEAD").read("file.txt") == b"3\n"
    conversation = repository._objects._conversation
    assert conversation is not None

    del repository

    assert conversation._process.poll() is not None
