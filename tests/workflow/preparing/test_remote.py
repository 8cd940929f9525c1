"""What others brought to the remote is seen before anything is prepared; and what cannot be seen is told."""

import socket
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, Repo, new_project, released
from tagship.adapters.git import GitRepository
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.domain.config import Config
from tagship.errors import Conflict, FactUnknown, Run, TagshipError, UsageError
from tagship.workflow.preparing.remote import PATIENCE, ask_remote
from workflow.preparing.drafting import TODAY, asking, prepare, read

LINES = '\n[tool.tagship]\nrelease-lines = ["*.x"]\n'
TIMELY = 10.0
"""Seconds within which somebody who waits for one is answered, on a busy machine as well."""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A released project with one change since, on main, and nothing that is not pushed."""
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"a.py": ""}, "Add a module")
    made.push()
    return made


@pytest.fixture
def other(repo: Repo) -> Repo:
    """The clone of somebody else, who is a day ahead."""
    clone = repo.clone("other")
    clone.hours += 24
    return clone


def goes_on(other: Repo, branch: str = "main", path: str = "theirs.py") -> str:
    """Somebody else pushes a commit; its name."""
    commit = other.commit({path: "theirs\n"}, "Go on")
    other.push(branch)
    return commit


def refused(repo: Repo) -> TagshipError:
    """What stops a preparation, which changes nothing."""
    before, files = repo.references(), repo.git("status", "--porcelain", "--branch")
    preparation = asking(repo)
    with preparation.place, pytest.raises(TagshipError) as stopped:
        preparation.see_ground()
    assert (repo.references(), repo.git("status", "--porcelain", "--branch")) == (before, files)
    return stopped.value


def follow(repo: Repo, error: TagshipError) -> None:
    """Run the one command that the error says."""
    assert isinstance(error.remedy, Run)
    assert error.remedy.argv[0] == "git"
    repo.git(*error.remedy.argv[1:])


def told(repo: Repo, version: str = "1.1.0", *, notes: list[str] | None = None) -> Sequence[str]:
    """The remarks beside what is proposed."""
    heard = [] if notes is None else notes
    preparation = asking(repo, on_note=heard.append)
    with preparation.place, preparation.propose(Version(version), TODAY) as draft:
        return draft.proposal.remarks


def words(error: TagshipError) -> str:
    return str(error.remedy)


class TestMain:
    def test_it_is_asked_once_and_nothing_is_told_where_all_is_here(self, repo: Repo) -> None:
        notes: list[str] = []

        assert not any("origin" in remark for remark in told(repo, notes=notes))

        assert notes == []

    @pytest.mark.parametrize("fetched", [False, True])
    def test_on_main_what_is_there_comes_first(self, repo: Repo, other: Repo, *, fetched: bool) -> None:
        goes_on(other)
        if fetched:
            repo.git("fetch", "--quiet")

        error = refused(repo)

        assert isinstance(error, Conflict)
        assert "main lacks commits that main on origin (" in error.message
        assert words(error) == "git pull --ff-only origin main"
        follow(repo, error)
        assert told(repo)

    @pytest.mark.parametrize("fetched", [False, True])
    def test_a_main_that_went_on_at_both_ends(self, repo: Repo, other: Repo, *, fetched: bool) -> None:
        goes_on(other)
        repo.commit({"ours.py": ""}, "Go on here")
        if fetched:
            repo.git("fetch", "--quiet")

        error = refused(repo)

        assert words(error) == "git pull --rebase origin main"
        follow(repo, error)
        assert told(repo)

    def test_a_line_that_was_never_fetched(self, repo: Repo, other: Repo) -> None:
        """Two people begin it, and one of them is first."""
        repo.commit({"pyproject.toml": read(repo, "pyproject.toml") + LINES})
        repo.git("branch", "1.x")
        repo.push()
        repo.branch("2.x")
        other.git("pull", "--quiet")
        other.branch("2.x")
        goes_on(other, "2.x")

        error = refused(repo)

        assert "2.x lacks commits that 2.x on origin (" in error.message
        assert words(error) == "git pull --ff-only origin 2.x"
        follow(repo, error)
        assert told(repo)

    @pytest.mark.parametrize("name", ["feature", "release-1.1.0"])
    def test_beside_main_it_is_fetched_first_and_then_told(self, repo: Repo, other: Repo, name: str) -> None:
        repo.branch(name)
        goes_on(other)
        goes_on(other, path="more.py")

        error = refused(repo)

        assert f"has commits that are not here, and {name} would be prepared without" in error.message
        assert words(error) == "git fetch origin main"
        follow(repo, error)
        (remark,) = (each for each in told(repo) if "on origin" in each)
        assert remark == (
            f"main on origin is 2 commits ahead of {name}: "
            "branch-is-up-to-date warns of it, and `git merge origin/main` mends that"
        )
        repo.git("merge", "--quiet", "origin/main")
        assert not any("on origin" in each for each in told(repo))

    def test_a_clone_of_one_branch_gets_the_commits_under_no_name(self, repo: Repo, other: Repo) -> None:
        repo.branch("feature")
        repo.push()
        repo.git("clone", "--quiet", "--single-branch", "--branch=feature", repo.remote.as_uri(), "../narrow")
        narrow = Repo(repo.path.with_name("narrow"))
        assert told(narrow)
        tip = goes_on(other)

        follow(narrow, refused(narrow))

        assert any(f"`git merge {tip[:12]}`" in each for each in told(narrow))

    def test_that_the_two_do_not_fit_together_is_told(self, repo: Repo, other: Repo) -> None:
        repo.branch("feature")
        repo.commit({"same.py": "ours\n"})
        goes_on(other, path="same.py")
        repo.git("fetch", "--quiet")

        (remark,) = (each for each in told(repo) if "on origin" in each)

        assert "is 1 commit ahead of feature, and same.py was changed on both: branch-merges-cleanly" in remark

    def test_a_line_of_releases_counts_as_main(self, repo: Repo, other: Repo) -> None:
        repo.branch("1.x")
        repo.commit({"pyproject.toml": read(repo, "pyproject.toml") + LINES})
        assert told(repo, "1.0.1"), "a line that nobody pushed lacks nothing"
        repo.push()
        other.git("fetch", "--quiet")
        other.switch("1.x")
        goes_on(other, "1.x")

        error = refused(repo)

        assert words(error) == "git pull --ff-only origin 1.x"
        follow(repo, error)
        assert told(repo, "1.0.1")

    def test_what_main_is_called_now_is_the_remotes_word(self, repo: Repo, other: Repo) -> None:
        other.git("push", "--quiet", "origin", "main:refs/heads/trunk")
        other.git("--git-dir", str(repo.remote), "symbolic-ref", "HEAD", "refs/heads/trunk")
        other.git("push", "--quiet", "origin", "--delete", "main")
        preparation = asking(repo)

        with preparation.place:
            assert preparation.ground.main == "trunk"

    def test_what_cannot_be_worked_on_is_told_before_anybody_is_asked(self, repo: Repo, other: Repo) -> None:
        goes_on(other)
        repo.write({"CHANGELOG.md": "scribble\n"})

        assert "not clean" in refused(repo).message

    def test_what_follows_a_release_begins_there_as_well(self, repo: Repo, other: Repo) -> None:
        goes_on(other)
        preparation = asking(repo)

        with preparation.place, pytest.raises(Conflict), preparation.propose_next(Wish(Bump.MINOR)):
            pass


class TestBranches:
    def test_a_branch_that_only_the_remote_has(self, repo: Repo, other: Repo) -> None:
        other.branch("release-1.1.0")
        other.push("release-1.1.0")

        for way in ("git fetch origin release-1.1.0", "git switch release-1.1.0"):
            with pytest.raises(Conflict, match=r"a branch release-1\.1\.0 on origin") as stopped:
                told(repo)
            assert words(stopped.value) == way
            follow(repo, stopped.value)

        assert repo.git("branch", "--show-current") == "release-1.1.0"

    def test_one_that_the_remote_has_no_more_is_free(self, repo: Repo, other: Repo) -> None:
        other.branch("release-1.1.0")
        other.push("release-1.1.0")
        repo.git("fetch", "--quiet")
        other.git("push", "--quiet", "origin", "--delete", "release-1.1.0")

        assert told(repo)


class TestTags:
    def elsewhere(self, other: Repo, *versions: str) -> None:
        """Tags on a branch that nobody else has."""
        other.branch("apart", "HEAD^")
        for version in versions:
            other.commit({"pyproject.toml": PYPROJECT.format(version=version)}, f"Release {version}")
            other.git("push", "--quiet", "origin", other.tag(f"v{version}"))

    def test_they_count_and_the_highest_is_told(self, repo: Repo, other: Repo) -> None:
        self.elsewhere(other, "1.0.5", "1.1.0")
        preparation = asking(repo)

        with preparation.place:
            assert preparation.aim(Wish(Bump.MINOR)) == Version("1.2.0")
            assert preparation.aim(Wish(Bump.PATCH)) == Version("1.0.6")
            assert preparation.releases.last_version == Version("1.0.0")

        (remark,) = (each for each in told(repo, "1.2.0") if "v1.1.0" in each)
        assert remark.startswith("v1.1.0 is on origin and not here, and its version counts as taken: ")
        assert "`git fetch --tags origin`" in remark
        assert "v1.1.0" not in repo.git("tag")

    def test_a_version_that_is_tagged_there_is_refused_with_words(self, repo: Repo, other: Repo) -> None:
        self.elsewhere(other, "1.0.5", "1.1.0")
        preparation = asking(repo)

        with preparation.place, pytest.raises(UsageError, match=r"v1\.1\.0 is on origin, and not here") as highest:
            preparation.aim(Wish(version=Version("1.1.0")))
        with preparation.place, pytest.raises(UsageError, match=r"v1\.0\.5 is on origin, and not here") as below:
            preparation.aim(Wish(version=Version("1.0.5")))

        assert words(highest.value) == "git fetch --tags origin"
        assert words(below.value) == "tagship prepare 1.0.6"
        follow(repo, highest.value)
        again = asking(repo)
        with again.place, pytest.raises(UsageError, match="there is a tag or a file of it"):
            again.aim(Wish(version=Version("1.1.0")))
        assert not any("not here" in each for each in told(repo, "1.2.0"))

    def test_one_below_what_is_tagged_here_is_not_worth_a_word(self, repo: Repo, other: Repo) -> None:
        self.elsewhere(other, "1.0.5")
        repo.tag("v1.3.0")

        assert not any("v1.0.5" in each for each in told(repo, "1.4.0"))

    def test_what_is_proposed_passes_them_by(self, repo: Repo, other: Repo) -> None:
        """The files say it already, and here it looks free."""
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0")}, "feat: a door")
        repo.push()
        self.elsewhere(other, "1.1.0")
        preparation = asking(repo)

        with preparation.place:
            assert not preparation.releases.is_open
            assert preparation.advice is None or preparation.advice.version > Version("1.1.0")
            assert preparation.aim(Wish(Bump.MINOR)) == Version("1.2.0")

    def test_one_on_the_way_tells_what_is_new_since(self, repo: Repo, other: Repo) -> None:
        """Nobody fetched the tag, and what it released is not told a second time."""
        other.git("push", "--quiet", "origin", other.tag("v1.0.1"))
        repo.commit({"b.py": ""}, "Add another")
        repo.push("main")
        preparation = asking(repo)

        with preparation.place, preparation.propose(Version("1.1.0"), TODAY) as draft:
            assert preparation.releases.last_version == Version("1.0.1")
            assert [each.subject for each in preparation.evidence.since] == ["Add another"]
            draft.carry_out()

        assert "Add a module" not in read(repo, "CHANGELOG.md")
        assert "v1.0.1" not in repo.git("tag")


class TestSilence:
    @pytest.fixture
    def silent(self, repo: Repo) -> Repo:
        """The remote is gone, five weeks after the last push."""
        repo.hours = (55 - 35) * 24
        repo.commit({"b.py": ""}, "Add another")
        repo.push()
        repo.git("remote", "set-url", "origin", str(repo.remote.with_name("nowhere.git")))
        return repo

    def test_it_goes_on_and_says_so(self, silent: Repo) -> None:
        notes: list[str] = []

        remarks = told(silent, notes=notes)

        (note,) = notes
        assert note.startswith("the remote origin gives no answer: ")
        assert remarks[0] == (
            "origin could not be asked, and what others brought there is not seen: "
            "main's tip and the tags are those of the last fetch, 35 days ago"
        )

    def test_it_goes_on_to_the_end(self, silent: Repo) -> None:
        preparation = asking(silent)

        with preparation.place, preparation.propose(preparation.aim(Wish(Bump.MINOR)), TODAY) as draft:
            draft.carry_out()

        assert silent.git("branch", "--show-current") == "release-1.1.0"

    def test_what_was_fetched_last_still_counts(self, repo: Repo, other: Repo) -> None:
        goes_on(other)
        repo.git("fetch", "--quiet")
        repo.git("remote", "set-url", "origin", str(repo.remote.with_name("nowhere.git")))

        assert words(refused(repo)) == "git pull --ff-only origin main"

    @pytest.mark.parametrize(("hours", "ago"), [(0, "today"), (-24, "yesterday"), (-48, "2 days ago")])
    def test_offline_it_says_so_in_few_words(self, repo: Repo, hours: int, ago: str) -> None:
        repo.hours = 55 * 24 + hours
        repo.commit({"b.py": ""}, "Add another")
        repo.push()

        remarks = prepare(repo, Wish(Bump.MINOR)).remarks

        assert remarks[0] == f"--offline: main's tip and the tags are those of the last fetch, {ago}"

    def test_when_that_was_is_told_where_it_is_known(self, repo: Repo) -> None:
        repo.git("reflog", "expire", "--expire=all", "refs/remotes/origin/main")

        remarks = prepare(repo, Wish(Bump.MINOR)).remarks

        assert remarks[0] == "--offline: main's tip and the tags are those of the last fetch"

    def test_without_a_remote_nothing_is_said(self, tmp_path: Path) -> None:
        repo = new_project(tmp_path / "project", remote=False)
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.0")})
        repo.tag("v1.0.0")
        notes: list[str] = []

        assert not any("remote" in each or "fetch" in each for each in told(repo, notes=notes))
        assert notes == []

    def test_what_a_release_cannot_do_without_is_not_guessed(self, repo: Repo) -> None:
        bare = repo.clone("bare", no_tags=True)
        bare.git("remote", "set-url", "origin", str(repo.remote.with_name("nowhere.git")))

        error = refused(bare)

        assert isinstance(error, FactUnknown)
        assert error.message.startswith("this clone lacks its tags, and the remote origin gives no answer: ")
        assert words(error) == "git ls-remote origin"

    def test_a_remote_that_hangs_is_given_up(self, repo: Repo) -> None:
        """It takes the connection and says nothing, now and whenever it would be asked again."""
        with socket.create_server(("127.0.0.1", 0)) as mute:
            repo.git("remote", "set-url", "origin", f"git://127.0.0.1:{mute.getsockname()[1]}/project.git")
            began = time.monotonic()
            with GitRepository.at(repo.path) as repository:
                answer = ask_remote(repository, Config(), seconds=0.5)
                assert repository.default_branch() == "main"
            seconds = time.monotonic() - began

        assert answer.remote is None
        assert answer.asked
        assert "took longer than 0.5 seconds" in str(answer.silence)
        assert seconds < TIMELY
        assert PATIENCE <= 20
