"""The gate in clones that lack something: it fetches exactly that, or says that it cannot tell."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gate.asking import ask
from repositories import Repo, release, released
from tagship.errors import Exit, FactUnknown, Run
from tagship.rehearsal.index import StandInIndex

Commands = Callable[[], list[str]]
MOST_PROCESSES = 11
"""Ten at most for a gate; where it fetched, the references are listed a second time."""


def origin(path: Path) -> Repo:
    """Three releases on main, one commit after them, and a branch that nobody asks about."""
    repo = released(path, "1.0.0", "1.0.1", "1.1.0")
    repo.commit({"after.txt": "main goes on\n"})
    repo.branch("elsewhere")
    repo.commit({"other.txt": "not on main\n"})
    repo.switch("main")
    repo.push()
    return repo


def shallow(repo: Repo) -> Repo:
    return repo.clone("shallow", depth=1)


def tagless(repo: Repo) -> Repo:
    return repo.clone("tagless", no_tags=True)


def shallow_and_tagless(repo: Repo) -> Repo:
    return repo.clone("shallow-and-tagless", depth=1, no_tags=True)


def of_another_branch(repo: Repo) -> Repo:
    repo.git("symbolic-ref", "HEAD", "refs/heads/elsewhere", GIT_DIR=str(repo.remote))
    clone = repo.clone("of-another-branch", single_branch=True)
    repo.git("symbolic-ref", "HEAD", "refs/heads/main", GIT_DIR=str(repo.remote))
    # As where somebody else's branch was cloned by its name: nothing here tells of main.
    clone.git("remote", "set-head", "origin", "--delete")
    return clone


def like_ci(repo: Repo) -> Repo:
    return repo.checkout_like_ci("like-ci", "v1.1.0")


def with_one_tag(repo: Repo) -> Repo:
    clone = repo.clone("with-one-tag", no_tags=True)
    clone.git("fetch", "--quiet", "--no-tags", "origin", "refs/tags/v1.1.0:refs/tags/v1.1.0")
    return clone


def detached(repo: Repo) -> Repo:
    clone = repo.clone("detached")
    clone.git("checkout", "--quiet", "--detach", "v1.1.0")
    return clone


LACKING = [shallow, tagless, shallow_and_tagless, of_another_branch, like_ci, with_one_tag]


@pytest.mark.parametrize("make", LACKING)
def test_what_is_missing_is_fetched_once_and_nothing_is_moved(
    make: Callable[[Repo], Repo], tmp_path: Path, index: StandInIndex, commands: Commands
) -> None:
    clone = make(origin(tmp_path / "project"))
    before = clone.references()
    commands()

    answer = ask(clone, index, "v1.1.0")

    first = commands()
    after = clone.references()
    assert (answer.verdict, answer.outcome("version-is-one-step-up")) == ("ready", "passed")
    assert first.count("fetch") == 1
    assert before.items() <= after.items()
    assert {f"refs/tags/v{version}" for version in ("1.0.0", "1.0.1", "1.1.0")} < set(after)
    assert "refs/remotes/origin/main" in after
    assert ("refs/remotes/origin/elsewhere" in after) == ("refs/remotes/origin/elsewhere" in before)
    commands()

    again = ask(clone, index, "v1.1.0")

    assert again.verdict == "ready"
    assert "fetch" not in commands()
    assert clone.references() == after


def test_a_detached_head_lacks_nothing(tmp_path: Path, index: StandInIndex, commands: Commands) -> None:
    clone = detached(origin(tmp_path / "project"))
    commands()

    answer = ask(clone, index)

    assert (answer.verdict, answer.report.tag) == ("ready", "v1.1.0")
    assert "fetch" not in commands()


@pytest.mark.parametrize("make", [shallow, tagless, shallow_and_tagless, like_ci, of_another_branch])
def test_nothing_passes_where_the_remote_is_gone(
    make: Callable[[Repo], Repo], tmp_path: Path, index: StandInIndex
) -> None:
    repo = origin(tmp_path / "project")
    clone = make(repo)
    before = clone.references()
    shutil.rmtree(repo.remote)

    with pytest.raises(FactUnknown, match=r"this clone lacks|gives no answer") as unknown:
        ask(clone, index, "v1.1.0")

    assert unknown.value.exit is Exit.UNKNOWN
    assert isinstance(unknown.value.remedy, Run)
    assert clone.references() == before


@pytest.mark.parametrize("make", [shallow, tagless, like_ci])
def test_nothing_is_fetched_and_nothing_passes_offline(
    make: Callable[[Repo], Repo], tmp_path: Path, index: StandInIndex, commands: Commands
) -> None:
    clone = make(origin(tmp_path / "project"))
    commands()

    with pytest.raises(FactUnknown, match="while offline") as unknown:
        ask(clone, index, "v1.1.0", offline=True)

    assert isinstance(unknown.value.remedy, Run)
    assert {"fetch", "ls-remote"}.isdisjoint(commands())
    clone.git(*unknown.value.remedy.argv[1:])
    assert ask(clone, index, "v1.1.0", offline=True).blockers == []


def test_a_whole_clone_whose_remote_is_gone_leaves_the_remotes_questions_open(
    tmp_path: Path, index: StandInIndex
) -> None:
    repo = origin(tmp_path / "project")
    shutil.rmtree(repo.remote)

    answer = ask(repo, index, "v1.1.0")

    assert (answer.verdict, answer.blockers) == ("unknown", [])
    assert answer.unknown == ["tag-is-pushed", "tag-has-not-moved"]


def test_offline_is_never_ready(tmp_path: Path, index: StandInIndex, commands: Commands) -> None:
    repo = origin(tmp_path / "project")
    commands()

    answer = ask(repo, index, "v1.1.0", offline=True)

    assert answer.verdict == "unknown"
    assert answer.unknown == [
        "tag-is-pushed",
        "tag-has-not-moved",
        "version-is-above-index",
        "version-is-free",
    ]
    assert answer.outcome("commit-is-green") == "skipped"  # there is no code host, online or not
    assert {"fetch", "ls-remote"}.isdisjoint(commands())
    assert index.log == []


def test_the_tag_of_a_ci_job_is_the_one_that_is_meant(tmp_path: Path, index: StandInIndex) -> None:
    checkout = like_ci(origin(tmp_path / "project"))

    on_github = {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0.1"}
    assert ask(checkout, index, environ=on_github).report.tag == "v1.0.1"
    assert ask(checkout, index, environ={"CI_COMMIT_TAG": "v1.0.0"}).report.tag == "v1.0.0"
    assert ask(checkout, index, environ={"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "x"}).report.tag == "v1.1.0"


def test_a_local_tag_that_the_remote_moved_stays_where_it_is(tmp_path: Path, index: StandInIndex) -> None:
    """Both must stay to be seen, also where the rest of the tags has to be fetched."""
    repo = origin(tmp_path / "project")
    checkout = like_ci(repo)
    here = checkout.git("rev-parse", "refs/tags/v1.1.0")
    repo.tag("v1.1.0", "HEAD", force=True)
    repo.git("push", "--quiet", "--force", "origin", "refs/tags/v1.1.0")

    answer = ask(checkout, index, "v1.1.0")

    assert "tag-has-not-moved" in answer.blockers
    assert checkout.git("rev-parse", "refs/tags/v1.1.0") == here
    assert "refs/tags/v1.0.0" in checkout.references()


def test_a_tag_on_the_remote_that_leads_to_no_commit_is_fetched_once(
    tmp_path: Path, index: StandInIndex, commands: Commands
) -> None:
    repo = origin(tmp_path / "project")
    clone = repo.clone("clone")
    repo.git("tag", "key", repo.git("rev-parse", "HEAD:pyproject.toml"))
    repo.push("refs/tags/key")
    commands()

    assert ask(clone, index, "v1.1.0").verdict == "ready"
    assert commands().count("fetch") == 1
    assert ask(clone, index, "v1.1.0").verdict == "ready"
    assert "fetch" not in commands()


def test_a_linked_working_tree_is_as_good_as_the_main_one(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "v1.1.0")

    answer = ask(Repo(tmp_path / "linked"), index)

    assert (answer.verdict, answer.report.tag) == ("ready", "v1.1.0")


def test_a_release_elsewhere_shows_in_a_clone_that_was_not_fetched(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    clone = repo.clone("clone")
    release(repo, "1.1.1")
    clone.git("fetch", "--quiet", "--no-tags", "origin")

    assert ask(clone, index, "1.1.1").verdict == "ready"


def test_what_a_colleague_pushed_meanwhile_is_on_main(tmp_path: Path, index: StandInIndex, commands: Commands) -> None:
    repo = origin(tmp_path / "project")
    clone = repo.clone("clone")
    mine = clone.git("rev-parse", "refs/heads/main")
    release(repo, "1.1.1")
    commands()

    answer = ask(clone, index, "v1.1.1")

    started = commands()
    assert (answer.verdict, answer.outcome("tag-is-on-main")) == ("ready", "passed")
    assert (started.count("ls-remote"), started.count("fetch")) == (1, 1), started
    assert len(started) <= MOST_PROCESSES, " ".join(started)
    assert clone.references()["refs/remotes/origin/main"] == repo.git("rev-parse", "refs/heads/main")
    assert clone.git("rev-parse", "refs/heads/main") == mine


def test_what_was_taken_off_main_on_the_remote_is_not_on_main(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    clone = repo.clone("clone")
    repo.git("push", "--quiet", "--force", "origin", "v1.0.1^{commit}:refs/heads/main")
    repo.git("push", "--quiet", "origin", "--delete", "elsewhere")

    answer = ask(clone, index, "v1.1.0")

    assert "tag-is-on-main" in answer.blockers
    assert ask(clone, index, "v1.0.1").outcome("tag-is-on-main") == "passed"


def test_a_release_line_that_the_remote_has_no_more_does_not_count(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    repo.git("switch", "--quiet", "--create", "1.x", "v1.1.0")
    release(repo, "1.1.1")
    clone = repo.clone("clone")
    clone.write({"tagship.toml": 'release-lines = ["1.x"]\n'})
    assert ask(clone, index, "v1.1.1").outcome("tag-is-on-main") == "passed"

    repo.git("push", "--quiet", "origin", "--delete", "1.x")

    assert "tag-is-on-main" in ask(clone, index, "v1.1.1").blockers


def test_main_goes_by_another_name_on_the_remote(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    clone = repo.clone("clone")
    repo.git("branch", "--quiet", "--move", "main", "trunk")
    release(repo, "1.1.1")
    repo.git("symbolic-ref", "HEAD", "refs/heads/trunk", GIT_DIR=str(repo.remote))

    answer = ask(clone, index, "v1.1.1")

    assert answer.outcome("tag-is-on-main") == "passed"


@pytest.mark.parametrize("offline", [False, True])
def test_a_local_branch_that_is_called_like_the_remotes_is_not_main(
    *, offline: bool, tmp_path: Path, index: StandInIndex
) -> None:
    repo = origin(tmp_path / "project")
    repo.switch("elsewhere")
    repo.tag("v1.2.0")
    repo.git("push", "--quiet", "origin", "refs/tags/v1.2.0")
    repo.git("branch", "origin/main", "elsewhere")

    answer = ask(repo, index, "v1.2.0", offline=offline)

    assert "tag-is-on-main" in answer.blockers
    assert "heads/origin/main" in answer.finding("tag-is-on-main").message


def test_a_local_graft_does_not_make_a_commit_part_of_main(tmp_path: Path, index: StandInIndex) -> None:
    repo = origin(tmp_path / "project")
    repo.switch("elsewhere")
    stray = repo.git("rev-parse", "HEAD")
    repo.tag("v1.2.0")
    repo.push("refs/tags/v1.2.0")
    repo.switch("main")
    (repo.path / ".git/info").mkdir(exist_ok=True)
    grafts = f"{repo.git('rev-parse', 'main')} {repo.git('rev-parse', 'main~1')} {stray}\n"
    (repo.path / ".git/info/grafts").write_text(grafts, encoding="utf-8")
    assert "main" in repo.git("branch", "--contains", stray, "--format=%(refname:short)").split()

    assert "tag-is-on-main" in ask(repo, index, "v1.2.0").blockers
