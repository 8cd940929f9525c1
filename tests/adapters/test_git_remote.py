"""The remote: which one, what it shows, what a clone lacks of it, and what is fetched."""

import re
from pathlib import Path

import pytest

from adapters.scenes import Place, Scene, containing
from tagship.adapters.git import GitRepository
from tagship.errors import FactUnknown, Remedy, Run


def unreachable(scene: Scene) -> str:
    return str(scene.top / "nowhere.git")


@pytest.fixture
def origin(scene: Scene) -> Place:
    return scene.published()[1]


class TestRemote:
    def test_its_tags_as_they_are_now(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone")
        with GitRepository.at(clone.path) as repository:
            remote = repository.remote()
            assert remote is not None
            assert remote.name == "origin"
            local = repository.tags()
            assert {name: (tag.commit, tag.object_name) for name, tag in remote.tags.items()} == {
                name: (tag.commit, tag.object_name) for name, tag in local.items()
            }

            origin.git("tag", "v0", "v1^{commit}")
            again = repository.remote()
            assert again is not None
            assert not again.tags["v0"].annotated
            assert "v0" not in repository.tags()

    def test_none_at_all(self, scene: Scene) -> None:
        place = scene.project()
        place.commit()

        with GitRepository.at(place.path) as repository:
            assert repository.remote() is None
            assert repository.remote_url() is None

    def test_unreachable(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone")
        clone.git("remote", "set-url", "origin", unreachable(scene))

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown) as caught:
            repository.remote()

        assert "does not appear to be a git repository" in caught.value.message
        assert caught.value.remedy == Run(("git", "ls-remote", "origin"))

    def test_credentials_in_its_url_are_not_told(self, scene: Scene) -> None:
        place = scene.project()
        place.commit()
        place.git("remote", "add", "origin", "http://somebody:word@127.0.0.1:9/x.git")

        with GitRepository.at(place.path) as repository:
            assert repository.remote_url() == "http://127.0.0.1:9/x.git"
            with pytest.raises(FactUnknown) as caught:
                repository.remote()

        assert "127.0.0.1" in caught.value.message
        assert not re.search("somebody|word", caught.value.message)

    def test_its_url_is_rewritten_as_configured(self, scene: Scene) -> None:
        place = scene.project()
        place.git("config", "url.git@host.example:.insteadOf", "short:")
        place.git("remote", "add", "origin", "short:owner/repo")

        with GitRepository.at(place.path) as repository:
            assert repository.remote_url() == "git@host.example:owner/repo"

    def test_nothing_is_asked_while_offline(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone")

        with GitRepository.at(clone.path, may_fetch=False) as repository, pytest.raises(FactUnknown, match="offline"):
            repository.remote()


class TestChoice:
    def test_the_only_one(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--origin", "elsewhere")

        with GitRepository.at(clone.path) as repository:
            remote = repository.remote()

        assert remote is not None
        assert remote.name == "elsewhere"

    def test_origin_among_several(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone")
        clone.git("remote", "add", "another", unreachable(scene))

        with GitRepository.at(clone.path) as repository:
            remote = repository.remote()

        assert remote is not None
        assert remote.name == "origin"

    def test_the_one_that_the_branch_follows(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--origin", "upstream")
        clone.git("remote", "add", "fork", unreachable(scene))

        with GitRepository.at(clone.path) as repository:
            remote = repository.remote()

        assert remote is not None
        assert remote.name == "upstream"

    def test_cannot_be_told(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--origin", "upstream")
        clone.git("remote", "add", "fork", unreachable(scene))
        clone.git("checkout", "--quiet", "--detach")

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown, match="fork, upstream") as caught:
            repository.remote()

        assert caught.value.remedy is not None

    def test_the_one_that_gh_was_told_to_take(self, scene: Scene, origin: Place) -> None:
        """Of a fork's clone `origin` is the fork: tags went there, and branches were measured against its main."""
        clone = scene.clone(origin, "clone")
        clone.git("remote", "add", "upstream", str(origin.path))
        clone.git("remote", "add", "other", str(origin.path))
        for name, told in {"upstream": "upstream", "other": None}.items():
            clone.git("config", f"remote.{name}.gh-resolved", "base")
            with GitRepository.at(clone.path) as repository:
                assert repository.remote_name == (told or "origin")


class TestDefaultBranch:
    def remedy(self, clone: Place) -> Remedy | None:
        """What is told to do where main is not known, else None."""
        with GitRepository.at(clone.path, may_fetch=False) as repository:
            try:
                repository.default_branch()
            except FactUnknown as unknown:
                return unknown.remedy
        return None

    @pytest.mark.parametrize("name", ["main", "trunk"])
    def test_a_clone_of_one_branch_is_told_what_tells(self, scene: Scene, name: str) -> None:
        """What is told is pasted until it is known."""
        work, origin = scene.published()
        work.git("push", "--quiet", "origin", "main:feature", f"main:{name}")
        origin.git("symbolic-ref", "HEAD", f"refs/heads/{name}")
        if name != "main":
            origin.git("branch", "--delete", "--force", "main")
        clone = scene.clone(origin, "clone", "--single-branch", "--branch=feature")
        remedies = [self.remedy(clone)]
        while isinstance(remedies[-1], Run) and len(remedies) < 3:
            clone.git(*remedies[-1].argv[1:])
            remedies.append(self.remedy(clone))

        assert remedies[-1] is None
        with GitRepository.at(clone.path, may_fetch=False) as repository:
            assert repository.default_branch() == name

    def test_the_remotes_head_as_the_clone_knows_it(self, scene: Scene) -> None:
        work, origin = scene.published()
        work.git("push", "--quiet", "origin", "main:develop")
        origin.git("symbolic-ref", "HEAD", "refs/heads/develop")
        clone = scene.clone(origin, "clone")
        clone.git("remote", "set-url", "origin", unreachable(scene))

        with GitRepository.at(clone.path) as repository:
            assert repository.default_branch() == "develop"

    def test_the_remotes_head_as_it_says(self, scene: Scene) -> None:
        work, origin = scene.published()
        work.git("push", "--quiet", "origin", "main:develop")
        origin.git("symbolic-ref", "HEAD", "refs/heads/develop")

        with GitRepository.at(work.path) as repository:
            assert repository.default_branch() == "develop"

    def test_what_is_there_when_the_remote_gives_no_answer(self, scene: Scene) -> None:
        work, _ = scene.published()
        work.git("remote", "set-url", "origin", unreachable(scene))

        with GitRepository.at(work.path) as repository:
            assert repository.default_branch() == "main"

    def test_master(self, scene: Scene) -> None:
        place = scene.project()
        place.git("symbolic-ref", "HEAD", "refs/heads/master")
        place.commit()
        place.git("branch", "feature")

        with GitRepository.at(place.path) as repository:
            assert repository.default_branch() == "master"

    def test_the_only_branch_there_is(self, scene: Scene) -> None:
        place = scene.project()
        place.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        place.commit()

        with GitRepository.at(place.path) as repository:
            assert repository.default_branch() == "trunk"

    def test_what_new_repositories_begin_with(self, scene: Scene) -> None:
        place = scene.project()
        place.git("symbolic-ref", "HEAD", "refs/heads/trunk")
        place.commit()
        place.git("branch", "feature")
        place.git("config", "init.defaultBranch", "trunk")

        with GitRepository.at(place.path) as repository:
            assert repository.default_branch() == "trunk"

    def test_cannot_be_told(self, scene: Scene) -> None:
        place = scene.project()
        place.git("symbolic-ref", "HEAD", "refs/heads/one")
        place.commit()
        place.git("branch", "two")

        with GitRepository.at(place.path) as repository, pytest.raises(FactUnknown) as caught:
            repository.default_branch()

        assert caught.value.remedy is not None


class TestCompletion:
    def test_a_whole_clone_asks_nobody(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone")
        clone.git("remote", "set-url", "origin", unreachable(scene))

        with GitRepository.at(clone.path) as repository:
            assert not repository.lacks().anything
            repository.complete()

    def test_a_shallow_clone_of_a_tag(self, scene: Scene, origin: Place) -> None:
        """What a job of a code host begins with: one commit, one tag, detached."""
        job = scene.project("job")
        job.git("remote", "add", "origin", origin.path.as_uri())
        job.git("fetch", "--quiet", "--depth=1", "--no-tags", "origin", "+refs/tags/v2:refs/tags/v2")
        job.git("checkout", "--quiet", "--detach", "v2")

        with GitRepository.at(job.path) as repository:
            assert str(repository.lacks()) == "its history, the remote's main branch"
            repository.complete()

            assert not repository.is_shallow
            assert set(repository.tags()) == {"v1", "v2", "v3"}
            assert containing(repository, "v2") == ("origin/main",)
            assert repository.tags_reached_from("v2") == {"v1", "v2"}
            assert repository.head() == job.git("rev-parse", "v2^{commit}")

    def test_history_is_completed_when_asked_about(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")

        with GitRepository.at(clone.path) as repository:
            assert repository.tags_reached_from("HEAD") == {"v1", "v2", "v3"}

    def test_a_single_branch(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--single-branch", "--branch=release/1.x")

        with GitRepository.at(clone.path) as repository:
            repository.complete(branch="main")

            assert "origin/main" in containing(repository, "v3")

    def test_a_declared_line(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--single-branch")

        with GitRepository.at(clone.path) as repository:
            repository.complete(branch="main", lines=["release/*", "hotfix/*"])

            assert "origin/release/1.x" in containing(repository, "v1")

    def test_without_tags(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--no-tags")

        with GitRepository.at(clone.path) as repository:
            assert repository.lacks().tags
            repository.complete()

            assert set(repository.tags()) == {"v1", "v2", "v3"}

    def test_a_local_tag_that_differs_stays(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1", "--no-tags")
        clone.tag("v1", "Moved")
        ours = clone.git("rev-parse", "v1")
        clone.git("config", "remote.origin.tagOpt", "--tags")
        clone.git("config", "fetch.pruneTags", "true")
        clone.git("config", "fetch.prune", "true")
        clone.tag("local-only")

        with GitRepository.at(clone.path) as repository:
            repository.complete()
            remote = repository.remote()

            assert remote is not None
            assert repository.tags()["v1"].object_name == ours != remote.tags["v1"].object_name
            assert set(repository.tags()) == {"v1", "v2", "v3", "local-only"}

    def test_a_local_branch_is_not_touched(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")
        ours = clone.commit({"mine": "x"})

        with GitRepository.at(clone.path) as repository:
            repository.complete()

        assert clone.git("rev-parse", "main") == ours
        assert not (clone.path / ".git/FETCH_HEAD").exists()

    def test_hooks_do_not_run(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--no-tags")
        hook = clone.path / ".git/hooks/reference-transaction"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch '{scene.top}/ran'\n", encoding="utf-8")
        hook.chmod(0o755)

        with GitRepository.at(clone.path) as repository:
            repository.complete()
            assert set(repository.tags()) == {"v1", "v2", "v3"}

        assert not (scene.top / "ran").exists()

    @pytest.mark.parametrize("options", [["--depth=1"], ["--no-tags"]])
    def test_an_unreachable_remote_leaves_it_unknown(self, scene: Scene, origin: Place, options: list[str]) -> None:
        clone = scene.clone(origin, "clone", *options)
        clone.git("remote", "set-url", "origin", unreachable(scene))

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown) as caught:
            repository.complete()

        assert caught.value.remedy is not None

    def test_a_shallow_clone_is_unknown_while_offline(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")

        with GitRepository.at(clone.path, may_fetch=False) as repository:
            for ask in (repository.branch_refs_containing, repository.tags_reached_from):
                with pytest.raises(FactUnknown, match="its history") as caught:
                    ask("HEAD")
                assert "--unshallow" in str(caught.value.remedy)

    def test_a_shallow_clone_that_lost_its_remote(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")
        clone.git("remote", "remove", "origin")

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown, match="no remote"):
            repository.complete()

    def test_a_remote_that_is_shallow_itself(self, scene: Scene, origin: Place) -> None:
        shallow = scene.clone(origin, "shallow", "--depth=1")
        clone = scene.clone(shallow, "clone")

        with GitRepository.at(clone.path) as repository, pytest.raises(FactUnknown, match="shallow"):
            repository.complete()

    def test_in_a_linked_working_tree(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")
        clone.git("worktree", "add", "--quiet", "--detach", str(scene.top / "linked"))

        with GitRepository.at(scene.top / "linked") as repository:
            assert repository.is_shallow
            repository.complete()
            assert not repository.is_shallow

    def test_the_remedy_can_be_pasted(self, scene: Scene, origin: Place) -> None:
        clone = scene.clone(origin, "clone", "--depth=1")
        with GitRepository.at(clone.path) as repository:
            remedy = repository.lacks(branch="main").remedy("origin")

            clone.git(*remedy.argv[1:])

            assert not repository.lacks(branch="main").anything


def test_paths_are_not_arguments(tmp_path: Path, scene: Scene) -> None:
    """A branch that is called like an option is a name."""
    place = scene.project("odd")
    commit = place.commit()
    (place.path / ".git/refs/heads/--output=x").write_text(commit + "\n", encoding="utf-8")

    with GitRepository.at(place.path) as repository:
        assert repository.commit_of("refs/heads/--output=x") == commit
        assert not (tmp_path / "odd/x").exists()
