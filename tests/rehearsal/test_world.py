import subprocess
from pathlib import Path

import pytest

from tagship.errors import UsageError
from tagship.rehearsal.sample import make_sample
from tagship.rehearsal.world import StandInWorld


def git(directory: Path, *words: str) -> str:
    identity = ("-c", "user.name=tests", "-c", "user.email=tests@tests.invalid", "-c", "commit.gpgSign=false")
    return subprocess.run(
        ["git", *identity, *words], cwd=directory, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(directory: Path, message: str) -> str:
    git(directory, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(directory, "rev-parse", "HEAD")


def picture(directory: Path) -> dict[str, bytes]:
    """Every byte of a repository and its working tree."""
    return {str(path): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return make_sample(tmp_path / "sample")


@pytest.fixture
def lonely(tmp_path: Path) -> Path:
    """A project without a remote, on a branch of its own name."""
    directory = tmp_path / "lonely"
    directory.mkdir()
    git(directory, "init", "--quiet", "--initial-branch=ship")
    commit(directory, "first")
    return directory


def test_the_source_is_untouched(sample: Path) -> None:
    (sample / "README.md").write_text("uncommitted\n")
    (sample / "new.txt").write_text("untracked\n")
    before = picture(sample.parent)

    with StandInWorld(sample, tag="v1.3.0") as world:
        assert (world.clone / "README.md").read_text().startswith("# sample-ship")
        assert not (world.clone / "new.txt").exists()

    assert picture(sample.parent) == before


def test_the_copy_is_what_the_project_is(sample: Path) -> None:
    with StandInWorld(sample) as world:
        assert world.branch == "main"
        assert git(world.clone, "rev-parse", "HEAD", "v1.2.0") == git(sample, "rev-parse", "HEAD", "v1.2.0")
        assert git(world.clone, "remote", "get-url", "origin") == str(world.remote)
        assert git(world.clone, "symbolic-ref", "--short", "HEAD") == "main"
        assert git(world.clone, "symbolic-ref", "refs/remotes/origin/HEAD") == "refs/remotes/origin/main"
        assert git(world.remote, "for-each-ref", "--format=%(refname)").split() == [
            "refs/heads/main", "refs/tags/v1.0.0", "refs/tags/v1.1.0", "refs/tags/v1.2.0",
        ]  # fmt: skip


def test_everything_is_gone_afterwards(sample: Path) -> None:
    with StandInWorld(sample) as world:
        directory, url = world.directory, world.index.endpoints.simple
        assert url.startswith("http://127.0.0.1:")
        assert world.host.api_url.startswith("http://127.0.0.1:")

    assert not directory.exists()


def test_an_interrupt_leaves_nothing(sample: Path) -> None:
    world = StandInWorld(sample)
    with pytest.raises(KeyboardInterrupt), world:
        raise KeyboardInterrupt

    assert not world.directory.exists()


def test_a_failure_on_the_way_in_leaves_nothing(sample: Path) -> None:
    world = StandInWorld(sample, tag="v9", create_from="nothing")
    with pytest.raises(UsageError, match="nothing names no commit"), world:
        raise AssertionError

    assert not world.directory.exists()


def test_a_new_tag_is_made_in_the_copy_alone(sample: Path) -> None:
    with StandInWorld(sample, tag="v1.3.0", create_from="v1.1.0", message="what changed") as world:
        assert git(world.clone, "rev-parse", "v1.3.0^{commit}") == git(sample, "rev-parse", "v1.1.0^{commit}")
        assert git(world.clone, "for-each-ref", "--format=%(objecttype) %(contents)", "refs/tags/v1.3.0") == (
            "tag what changed"
        )
        assert git(world.remote, "rev-parse", "v1.3.0") == git(world.clone, "rev-parse", "v1.3.0")

    assert "v1.3.0" not in git(sample, "tag", "--list")
    assert "v1.3.0" not in git(sample, "ls-remote", "--tags", "origin")


def test_a_tag_that_exists_is_not_made_again(sample: Path) -> None:
    with StandInWorld(sample, tag="v1.1.0", create_from="HEAD") as world:
        assert git(world.clone, "rev-parse", "v1.1.0") == git(sample, "rev-parse", "v1.1.0")


def test_without_a_remote(lonely: Path) -> None:
    with StandInWorld(lonely, tag="v1.0.0") as world:
        assert world.branch == "ship"
        assert (
            git(world.clone, "rev-parse", "origin/ship", "v1.0.0^{commit}").split()
            == [git(lonely, "rev-parse", "HEAD")] * 2
        )


def test_commits_that_were_not_pushed_are_part(sample: Path) -> None:
    newest = commit(sample, "not pushed")

    with StandInWorld(sample) as world:
        assert git(world.remote, "rev-parse", "main") == newest


def test_main_is_where_it_has_moved_on(sample: Path) -> None:
    git(sample, "reset", "--quiet", "--hard", "v1.1.0")

    with StandInWorld(sample) as world:
        assert git(world.remote, "rev-parse", "main") == git(sample, "rev-parse", "origin/main")
        assert git(world.clone, "rev-parse", "HEAD") == git(sample, "rev-parse", "v1.1.0^{commit}")


def test_on_another_branch(sample: Path) -> None:
    git(sample, "checkout", "--quiet", "-b", "feature/x")
    newest = commit(sample, "on a branch")

    with StandInWorld(sample, tag="v1.3.0") as world:
        assert git(world.clone, "symbolic-ref", "--short", "HEAD") == "feature/x"
        assert git(world.clone, "rev-parse", "v1.3.0^{commit}") == newest
        assert git(world.remote, "rev-parse", "main") == git(sample, "rev-parse", "main")


@pytest.mark.parametrize(("ours", "theirs"), [("docs", "docs/index"), ("docs/index", "docs")])
def test_beside_a_branch_of_the_remote_that_is_in_its_way(sample: Path, ours: str, theirs: str) -> None:
    git(sample, "update-ref", f"refs/remotes/origin/{theirs}", "HEAD")
    git(sample, "switch", "--quiet", "-c", ours)
    tip = commit(sample, "more")

    with StandInWorld(sample) as world:
        assert git(world.remote, "rev-parse", ours) == git(world.clone, "rev-parse", "HEAD") == tip
        assert git(world.remote, "for-each-ref", "--format=%(refname:short)", "refs/heads").split() == [ours, "main"]


def test_in_a_detached_head(sample: Path) -> None:
    git(sample, "checkout", "--quiet", "--detach", "v1.1.0")
    astray = commit(sample, "on no branch")

    with StandInWorld(sample, tag="v1.3.0") as world:
        assert git(world.clone, "rev-parse", "HEAD", "v1.3.0^{commit}").split() == [astray, astray]
        assert git(world.remote, "branch", "--contains", "v1.2.0") == "* main"
        assert git(world.clone, "branch", "--remotes", "--contains", "v1.3.0") == ""


def test_a_shallow_clone(sample: Path, tmp_path: Path) -> None:
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{sample}.git", str(shallow))

    with StandInWorld(shallow, tag="v1.3.0") as world:
        assert git(world.clone, "rev-parse", "--is-shallow-repository") == "true"
        assert git(world.clone, "rev-parse", "v1.3.0^{commit}") == git(sample, "rev-parse", "HEAD")


def test_an_object_of_long_ago_that_is_missing(lonely: Path) -> None:
    """As in a partial clone, or in a repository that was damaged where nobody looks any more."""
    (lonely / "old.bin").write_bytes(b"large and forgotten")
    git(lonely, "add", "old.bin")
    commit(lonely, "add")
    blob = git(lonely, "rev-parse", "HEAD:old.bin")
    git(lonely, "rm", "--quiet", "old.bin")
    commit(lonely, "remove")
    (lonely / ".git" / "objects" / blob[:2] / blob[2:]).unlink()

    with StandInWorld(lonely, tag="v1.0.0") as world:
        assert git(world.clone, "rev-parse", "v1.0.0^{commit}") == git(lonely, "rev-parse", "HEAD")
        assert git(world.remote, "rev-list", "--count", "v1.0.0") == "3"


def test_no_object_is_copied(sample: Path) -> None:
    with StandInWorld(sample) as world:
        assert [path for path in world.remote.joinpath("objects").rglob("*") if path.is_file()] == [
            world.remote / "objects" / "info" / "alternates"
        ]


def test_a_working_tree_of_another_repository(sample: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    git(sample, "worktree", "add", "--quiet", "--detach", str(linked), "v1.1.0")

    with StandInWorld(linked) as world:
        assert git(world.clone, "rev-parse", "HEAD") == git(sample, "rev-parse", "v1.1.0^{commit}")


def test_a_checkout_of_a_tag_alone(sample: Path, tmp_path: Path) -> None:
    """As a CI job starts: one commit, one tag, no branch."""
    job = tmp_path / "job"
    job.mkdir()
    git(job, "init", "--quiet")
    git(job, "fetch", "--quiet", "--depth=1", f"file://{sample}.git", "+refs/tags/v1.2.0:refs/tags/v1.2.0")
    git(job, "checkout", "--quiet", "--detach", "v1.2.0")

    with StandInWorld(job, branch="main") as world:
        assert (
            git(world.clone, "rev-parse", "origin/main", "v1.2.0^{commit}").split()
            == [git(sample, "rev-parse", "HEAD")] * 2
        )


def test_a_folder_of_the_repository(sample: Path) -> None:
    with StandInWorld(sample / "src" / "sample_ship") as world:
        assert (world.project / "py.typed").is_file()
        assert world.project == world.clone / "src" / "sample_ship"


def test_no_hook_of_the_project_runs(lonely: Path, tmp_path: Path) -> None:
    for name in ("post-checkout", "reference-transaction", "pre-push"):
        hook = lonely / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\n")
        hook.chmod(0o755)

    with StandInWorld(lonely, tag="v1.0.0") as world:
        assert git(world.clone, "tag", "--list") == "v1.0.0"

    assert list(tmp_path.glob("ran-*")) == []


def test_no_repository_and_no_commit(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(UsageError, match="is not in a git repository"), StandInWorld(empty):
        raise AssertionError

    git(empty, "init", "--quiet")
    with pytest.raises(UsageError, match="holds no commit yet"), StandInWorld(empty):
        raise AssertionError
