"""The hook before a push, in real clones of a real remote; and what was there before it."""

from pathlib import Path

import pytest

from guard.serving import Clone
from tagship.adapters.git.hooks import install_in_clone, run_pre_push, uninstall_from_clone
from tagship.adapters.git.repository import GitRepository
from tagship.errors import Conflict

MANAGED = "#!/bin/sh\n# made by pre-commit\ncat > seen\nexit 0\n"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A guarded clone whose main is on the remote."""
    Clone(tmp_path).git("init", "--quiet", "--bare", "--initial-branch=main", "origin.git")
    Clone(tmp_path).git("init", "--quiet", "--initial-branch=main", "clone")
    made = Clone(tmp_path / "clone")
    made.git("remote", "add", "origin", (tmp_path / "origin.git").as_uri())
    made.commit("README", "Begin")
    install(made)
    begun = made.push("origin", "main")
    assert not begun.refused, begun.said
    return made


def install(clone: Clone, *lines: str) -> tuple[str, ...]:
    with GitRepository.at(clone.path) as repository:
        return install_in_clone(repository, main="main", lines=lines)


def uninstall(clone: Clone) -> tuple[str, ...]:
    with GitRepository.at(clone.path) as repository:
        return uninstall_from_clone(repository)


def refuses(clone: Clone, *words: str, because: str) -> None:
    before = clone.git("ls-remote", "origin")
    done = clone.push(*words)

    assert done.refused, done.said
    assert because in done.said
    assert clone.git("ls-remote", "origin") == before


def test_main_is_moved_by_nobody(clone: Clone) -> None:
    clone.commit("direct", "Direct")
    refuses(clone, "origin", "main", because="nothing is pushed straight to main")
    refuses(clone, "origin", "HEAD~1:refs/heads/topic", "HEAD:main", because="nothing is pushed straight to main")
    clone.git("checkout", "--quiet", "--orphan", "other")
    clone.commit("other", "Other")
    refuses(clone, "--force", "origin", "HEAD:main", because="main is not forced")
    refuses(clone, "origin", ":main", because="main is not deleted")
    assert not clone.push("--no-verify", "--force", "origin", "HEAD:main").refused


def test_what_is_pushed_may_be_named_by_words_with_spaces(clone: Clone) -> None:
    clone.commit("direct", "Fix the bug")
    refuses(clone, "origin", "HEAD^{/the bug}:refs/heads/main", because="nothing is pushed straight to main")
    refuses(clone, "origin", "HEAD^{/the bug}:refs/tags/v1.0", because="neither on main nor on a line of release")


def test_branches_are_free_and_so_is_what_a_server_merges(clone: Clone) -> None:
    clone.git("checkout", "--quiet", "-b", "topic/main")
    clone.commit("topic", "Topic")
    assert not clone.push("origin", "topic/main").refused
    clone.git("commit", "--quiet", "--amend", "-m", "Again")
    assert not clone.push("--force", "origin", "topic/main", "HEAD:refs/for/main").refused
    assert not clone.push("origin", ":topic/main").refused


def test_tags(clone: Clone) -> None:
    clone.git("tag", "-a", "-m", "1.0", "v1.0")
    assert not clone.push("origin", "v1.0").refused
    clone.commit("more", "More")
    clone.git("tag", "--force", "-a", "-m", "1.0", "v1.0")
    refuses(clone, "--force", "origin", "v1.0", because="the tag v1.0 is not moved")
    refuses(clone, "origin", ":v1.0", because="the tag v1.0 is not deleted")
    clone.git("tag", "-a", "-m", "2.0", "v2.0")
    refuses(clone, "origin", "v2.0", because="neither on main nor on a line of release")
    clone.git("tag", "file", clone.git("hash-object", "-w", "README"))
    refuses(clone, "origin", "refs/tags/file", because="leads to no commit")


def test_a_line_of_release_takes_tags(clone: Clone) -> None:
    install(clone, "release/*", "lts")
    clone.git("checkout", "--quiet", "-b", "release/1.x")
    clone.commit("fix", "Fix")
    clone.git("tag", "-a", "-m", "1.1", "v1.1")
    refuses(clone, "origin", "v1.1", because="as far as this clone knows")
    assert not clone.push("origin", "release/1.x").refused
    assert not clone.push("origin", "v1.1").refused


def test_a_remote_by_its_address(clone: Clone) -> None:
    """Of which nothing is remembered here, so that it is asked."""
    address = clone.git("remote", "get-url", "origin")
    clone.git("tag", "-a", "-m", "1.0", "v1.0")
    assert not clone.push(address, "v1.0").refused
    clone.commit("more", "More")
    clone.git("tag", "-a", "-m", "2.0", "v2.0")
    assert "neither on main" in clone.push(address, "v2.0").said


def test_the_hook_that_was_there_runs_first_and_comes_back(clone: Clone) -> None:
    uninstall(clone)
    hook = clone.path / ".git" / "hooks" / "pre-push"
    hook.write_text(MANAGED, encoding="utf-8")
    hook.chmod(0o755)
    done = install(clone)
    again = install(clone)
    clone.git("checkout", "--quiet", "-b", "topic")
    head = clone.commit("topic", "Topic")
    assert not clone.push("origin", "topic").refused

    assert done[0] == "the hook pre-push, that of pre-commit, is kept as pre-push.before-tagship and runs first"
    assert again == done[1:]
    assert (clone.path / "seen").read_text(encoding="utf-8").startswith(f"refs/heads/topic {head} refs/heads/topic 0")
    assert not clone.push("origin", "topic").refused
    hook.with_name("pre-push.before-tagship").write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    clone.commit("topic", "More")
    assert clone.push("origin", "topic").refused
    assert uninstall(clone)[-1] == "put back the hook pre-push that was there before"
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 9\n"
    assert uninstall(clone) == ("there is no hook of tagship in this clone",)
    assert clone.try_git("config", "--get-regexp", "^tagship").said == ""


def test_a_manager_that_keeps_our_hook_in_turn_does_not_run_in_circles(clone: Clone) -> None:
    hooks = clone.path / ".git" / "hooks"
    (hooks / "pre-push.before-tagship").write_text('#!/bin/sh\nexec "$(dirname "$0")/pre-push"\n', encoding="utf-8")
    (hooks / "pre-push.before-tagship").chmod(0o755)
    clone.git("checkout", "--quiet", "-b", "topic")
    clone.commit("topic", "Topic")

    assert not clone.push("origin", "topic").refused


def test_two_hooks_of_others_are_too_many(clone: Clone) -> None:
    hooks = clone.path / ".git" / "hooks"
    for name in ("pre-push", "pre-push.before-tagship"):
        (hooks / name).write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(Conflict, match=r"neither is tagship's"):
        install(clone)


@pytest.mark.parametrize(("path", "whose"), [(".husky/_", ", which is husky's,"), ("/etc/hooks", "")])
def test_hooks_that_lie_elsewhere_are_left_alone(clone: Clone, path: str, whose: str) -> None:
    clone.git("config", "core.hooksPath", path)
    with pytest.raises(Conflict) as told:
        install(clone)

    assert f"git looks for hooks in {path}{whose} (core.hooksPath in .git/config)" in told.value.message
    assert 'tagship guard --hook pre-push "$@"' in str(told.value.remedy)
    assert not (clone.path / ".husky").exists()


def test_hooks_that_lie_where_they_always_do(clone: Clone) -> None:
    clone.git("config", "core.hooksPath", ".git/hooks")

    assert install(clone)


def test_a_linked_working_tree_shares_the_hook(clone: Clone, tmp_path: Path) -> None:
    uninstall(clone)
    clone.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    linked = Clone(tmp_path / "linked")
    install(linked)
    linked.commit("linked", "Linked")

    assert "nothing is pushed straight to main" in linked.push("origin", "HEAD:main").said


def test_a_hook_that_does_not_know_main_refuses(clone: Clone) -> None:
    clone.git("config", "--unset", "tagship.main")

    assert "this push is refused" in clone.push("origin", "HEAD:topic").said


# Called by a manager of hooks


def run_hook(clone: Clone, stdin: str = "", **environ: str) -> tuple[bool, str]:
    with GitRepository.at(clone.path) as repository:
        return run_pre_push(repository, main="main", lines=("release/*",), environ=environ, stdin=stdin.encode())


def test_a_manager_that_passes_on_what_git_says(clone: Clone) -> None:
    before, head = clone.tip(), clone.commit("direct", "Direct")
    topic = run_hook(clone, stdin=f"refs/heads/topic {head} refs/heads/topic {'0' * 40}\n")
    direct = run_hook(clone, stdin=f"refs/heads/main {head} refs/heads/main {before}\n")

    assert topic == (True, "")
    assert direct[0] is False
    assert "nothing is pushed straight to main" in direct[1]


def test_pre_commit_tells_it_in_variables(clone: Clone) -> None:
    """Of what the remote has it tells nothing, so that the remote is asked."""
    head = clone.commit("direct", "Direct")
    clone.git("tag", "-a", "-m", "1.0", "v1.0", "origin/main")
    named = {"PRE_COMMIT_REMOTE_NAME": "origin", "PRE_COMMIT_TO_REF": head}
    direct = run_hook(clone, "", **named, PRE_COMMIT_REMOTE_BRANCH="refs/heads/main")
    topic = run_hook(clone, "", **named, PRE_COMMIT_REMOTE_BRANCH="refs/heads/topic", PRE_COMMIT_LOCAL_BRANCH="topic")
    tag = run_hook(
        clone, "", **named | {"PRE_COMMIT_TO_REF": clone.tip("v1.0")}, PRE_COMMIT_REMOTE_BRANCH="refs/tags/v1.0"
    )

    assert "nothing is pushed straight to main" in direct[1]
    assert topic == (True, "")
    assert tag == (True, "")
    assert run_hook(clone) == (True, "")
