"""Who else claims the same: real branches, and pull requests of a host on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, PYPROJECT_SCM, Repo
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.http import HttpClient
from tagship.domain.branch import Rival, Rivals
from tagship.domain.credential import Secret
from tagship.domain.facts import Host
from tagship.errors import FactUnknown
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.pulls import StoredPull
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.readiness.rivals import Change, _HostTree, changes_between
from tagship.workflow.workplace import Wishes

RELEASED = """\
# Changelog

## [Unreleased]

## [1.0.0] - 2026-01-05

### Added

- Everything.
"""


def with_news(*lines: str, version: str | None = None) -> str:
    """The changelog with an entry, be it under Unreleased or under a version of its own."""
    news = "\n".join(f"- {line}" for line in lines)
    if version is None:
        return RELEASED.replace("## [Unreleased]\n", f"## [Unreleased]\n\n### Fixed\n\n{news}\n")
    return RELEASED.replace(
        "## [Unreleased]\n", f"## [Unreleased]\n\n## [{version}] - 2026-02-01\n\n### Fixed\n\n{news}\n"
    )


def project(version: str, *news: str) -> dict[str, str]:
    """The files of a branch that brings a version with its news."""
    return {
        "pyproject.toml": PYPROJECT.format(version=version),
        "CHANGELOG.md": with_news(*news, version=version),
        f"src/handmade/{'_'.join(news).lower()}.py": "x = 1\n",
    }


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Version 1.0.0 is out, and a branch called feature brings 1.0.1."""
    repo = Repo.new(tmp_path / "project")
    repo.commit({
        "pyproject.toml": PYPROJECT.format(version="1.0.0"),
        "CHANGELOG.md": RELEASED,
        "src/handmade/__init__.py": "",
    })  # fmt: skip
    repo.tag("v1.0.0")
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("remote", "set-head", "origin", "main")
    repo.branch("feature")
    repo.commit(project("1.0.1", "mine"))
    return repo


def rolling(path: Path, name: str, content: str) -> Repo:
    """A project of which the tag is the version; 1.0.0 is out, and a branch called feature has nothing yet."""
    repo = Repo.new(path)
    repo.commit({"pyproject.toml": PYPROJECT_SCM, name: content})
    repo.tag("v1.0.0")
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.git("remote", "set-head", "origin", "main")
    repo.branch("feature")
    return repo


def other(repo: Repo, name: str, files: dict[str, str], *, push: bool = False, at: str = "main") -> str:
    """Another branch with one commit, and back to the feature."""
    repo.branch(name, at)
    commit = repo.commit(files)
    if push:
        repo.push(name)
    repo.switch("feature")
    return commit


def rivals(repo: Repo, host: Callable[[], Host] | None = None, *, offline: bool = False, below: str = "") -> Rivals:
    """What is found from the feature."""
    wishes = Wishes(host=host, host_name="github" if host else "none", offline=offline)
    with BranchPlace(repo.path / below, environ={}, wishes=wishes) as place:
        found = place.facts.rivals
    assert isinstance(found, Rivals)
    return found


class TestBranches:
    def test_the_same_version_and_the_same_lines(self, repo: Repo) -> None:
        other(repo, "theirs", project("1.0.1", "theirs"))
        other(repo, "pushed", project("1.0.1", "pushed"), push=True)

        found = rivals(repo)

        assert set(found) == {
            Rival("theirs", None, Version("1.0.1"), (5, 5)),
            Rival("origin/pushed", None, Version("1.0.1"), (5, 5)),
        }
        assert found.looked == "looked at 2 other branches; not at pull requests: there is no code host to ask"

    def test_another_version(self, repo: Repo) -> None:
        other(repo, "theirs", {"pyproject.toml": PYPROJECT.format(version="1.1.0")})

        assert list(rivals(repo)) == []

    def test_later_versions_count_once_ours_is_claimed(self, repo: Repo) -> None:
        other(repo, "theirs", {"pyproject.toml": PYPROJECT.format(version="1.0.1")})
        other(repo, "later", {"pyproject.toml": PYPROJECT.format(version="1.1.0")})
        other(repo, "behind", {"setup.cfg": ""})
        other(repo, "broken", {"pyproject.toml": "[project\n"})

        assert {(rival.where, str(rival.version)) for rival in rivals(repo)} == {
            ("theirs", "1.0.1"),
            ("later", "1.1.0"),
        }

    def test_the_same_version_spelt_otherwise(self, repo: Repo) -> None:
        repo.commit({"pyproject.toml": PYPROJECT.format(version="1.2.0")})
        for text in ("1.2", "1.02.0"):
            other(repo, f"as-{text}", {"pyproject.toml": PYPROJECT.format(version=text)})
        other(repo, "not", {"pyproject.toml": PYPROJECT.format(version="1.20")})

        assert {(rival.where, rival.version) for rival in rivals(repo)} == {
            ("as-1.2", Version("1.2.0")),
            ("as-1.02.0", Version("1.2.0")),
            ("not", Version("1.20")),
        }

    def test_entries_elsewhere_in_the_changelog_are_no_collision(self, repo: Repo) -> None:
        other(repo, "theirs", {"CHANGELOG.md": f"{RELEASED}- One thing more.\n"})

        assert list(rivals(repo)) == []

    def test_the_same_entry_is_no_collision(self, repo: Repo) -> None:
        other(repo, "theirs", {"CHANGELOG.md": project("1.0.1", "mine")["CHANGELOG.md"]})

        assert list(rivals(repo)) == []

    def test_what_builds_upon_the_branch_is_none(self, repo: Repo) -> None:
        other(repo, "further", {"CHANGELOG.md": with_news("mine", "more", version="1.0.1")}, at="feature")

        found = rivals(repo)

        assert list(found) == []
        assert found.looked.startswith("looked at 0 other branches")

    def test_a_branch_that_is_only_behind_claims_nothing(self, repo: Repo) -> None:
        """Right after a release every older branch still has the changelog as it was before."""
        other(repo, "old", {"src/handmade/old.py": "x = 1\n"})
        repo.switch("main")
        repo.commit({"CHANGELOG.md": RELEASED.replace("## [Unreleased]", "## [Unreleased]\n\n## [1.0.0.post1]")})
        repo.push("main")
        repo.git("fetch", "--quiet", "origin")
        repo.switch("feature")
        repo.git("merge", "--quiet", "--strategy-option=ours", "main")

        assert list(rivals(repo)) == []

    def test_without_a_version_and_news_of_its_own_nothing_is_looked_at(self, repo: Repo) -> None:
        repo.branch("quiet", "main")
        repo.commit({"src/handmade/quiet.py": "x = 1\n"})
        other_commit = project("1.0.1", "theirs")
        repo.branch("theirs", "main")
        repo.commit(other_commit)
        repo.switch("quiet")

        found = rivals(repo)

        assert list(found) == []
        assert "nothing is claimed" in found.looked

    def test_the_same_section_where_the_tag_is_the_version(self, tmp_path: Path) -> None:
        """A branch that rolls the changelog is the release there, and changes nothing that ships."""
        repo = rolling(tmp_path / "rolling", "CHANGELOG.md", RELEASED)
        rolled = with_news("Better.", version="1.1.0")
        repo.commit({"CHANGELOG.md": rolled})
        other(repo, "twin", {"CHANGELOG.md": rolled})
        other(repo, "spelt", {"CHANGELOG.md": with_news("Better.", version="v1.1")})
        other(repo, "patch", {"CHANGELOG.md": with_news("Mended.", version="1.0.1")})
        other(repo, "later", {"CHANGELOG.md": with_news("Broken.", version="2.0.0")})
        other(repo, "news", {"CHANGELOG.md": with_news("Better than 1.1.0.")})
        other(repo, "words", {"CHANGELOG.md": f"{RELEASED}- One thing more.\n"})
        other(repo, "gone", {"README.md": "# Words\n"})

        assert {(rival.where, str(rival.version)) for rival in rivals(repo) if rival.version} == {
            ("twin", "1.1.0"),
            ("spelt", "1.1.0"),
            ("later", "2.0.0"),
        }

    def test_the_same_file_of_a_release_where_the_tag_is_the_version(self, tmp_path: Path) -> None:
        repo = rolling(tmp_path / "rolling", "changes/1.0.0.md", "- Everything.\n")
        repo.commit({"changes/1.1.0.md": "- Better.\n"})
        other(repo, "twin", {"changes/1.1.0.md": "- Much better.\n"})
        other(repo, "patch", {"changes/1.0.1.md": "- Mended.\n"})

        assert [(rival.where, str(rival.version)) for rival in rivals(repo)] == [("twin", "1.1.0")]

    def test_a_section_that_main_has_by_now_is_claimed_by_nobody(self, tmp_path: Path) -> None:
        repo = rolling(tmp_path / "rolling", "CHANGELOG.md", RELEASED)
        rolled = {"CHANGELOG.md": with_news("Better.", version="1.1.0")}
        repo.commit(rolled)
        other(repo, "twin", rolled)
        repo.switch("main")
        repo.commit(rolled)
        repo.push("main")
        repo.git("fetch", "--quiet", "origin")
        repo.switch("feature")

        assert list(rivals(repo)) == []

    def test_main_without_a_changelog_tells_of_nothing(self, tmp_path: Path) -> None:
        repo = rolling(tmp_path / "rolling", "README.md", "# Words\n")
        repo.commit({"CHANGELOG.md": with_news("Better.", version="1.1.0")})
        other(repo, "twin", {"CHANGELOG.md": with_news("Otherwise.", version="1.1.0")})

        assert [(rival.where, str(rival.version)) for rival in rivals(repo)] == [("twin", "1.1.0")]

    def test_a_branch_with_broken_files_is_left_out(self, repo: Repo) -> None:
        other(repo, "broken", {"pyproject.toml": "[project\n# 1.0.1 1.0\n"})
        other(repo, "theirs", project("1.0.1", "theirs"))

        assert [rival.where for rival in rivals(repo)] == ["theirs"]

    def test_a_project_below_the_top(self, tmp_path: Path) -> None:
        repo = Repo.new(tmp_path / "several")
        repo.commit({"lib/pyproject.toml": PYPROJECT.format(version="1.0.0"), "lib/CHANGELOG.md": RELEASED})
        repo.push()
        repo.git("fetch", "--quiet", "origin")
        repo.git("remote", "set-head", "origin", "main")
        repo.branch("feature")
        for name, back in (("mine", "feature"), ("theirs", "main")):
            repo.switch(back)
            if back == "main":
                repo.branch("theirs")
            repo.commit({f"lib/{path}": text for path, text in project("1.0.1", name).items()})
        repo.switch("feature")

        assert list(rivals(repo, below="lib")) == [Rival("theirs", None, Version("1.0.1"), (5, 5))]


class TestPullRequests:
    @pytest.fixture
    def host(self) -> Iterator[StandInHost]:
        with StandInHost() as host:
            yield host

    @contextmanager
    def asked(self, host: StandInHost) -> Iterator[Callable[[], Host]]:
        """The way to ask it, as a release asks the real one."""
        with HttpClient() as http:
            token = Secret(host.reading_token, origin="GH_TOKEN")
            yield lambda: GitHubReleases(http, "stand-in", "project", token, api=host.api_url, uploads=host.api_url)

    def test_one_of_a_branch_that_is_here(self, repo: Repo, host: StandInHost) -> None:
        commit = other(repo, "theirs", project("1.0.1", "theirs"), push=True)
        host.pulls.append(StoredPull(12, "theirs", commit))

        with self.asked(host) as ask:
            found = rivals(repo, ask)

        url = f"{host.api_url}/stand-in/project/pull/12"
        assert list(found) == [Rival("#12", url, Version("1.0.1"), (5, 5))]
        assert found.looked == "looked at 1 other branch and 1 open pull request"
        assert not any("contents" in exchange.path for exchange in host.log)

    def test_one_of_a_fork_that_was_never_fetched(self, repo: Repo, host: StandInHost) -> None:
        files = {path: text.encode() for path, text in project("1.0.1", "theirs").items()}
        host.pulls.append(StoredPull(3, "patch-1", "c" * 40, owner="somebody", files=files))
        host.pulls.append(StoredPull(4, "patch-2", "d" * 40, owner="somebody", files={}))

        with self.asked(host) as ask:
            found = rivals(repo, ask)

        assert [(rival.where, rival.version, rival.lines) for rival in found] == [("#3", Version("1.0.1"), (5, 5))]

    def test_our_own_is_none(self, repo: Repo, host: StandInHost) -> None:
        repo.push("feature")
        host.pulls.append(StoredPull(1, "feature", repo.git("rev-parse", "HEAD")))
        repo.git("fetch", "--quiet", "origin")
        repo.commit({"src/handmade/more.py": "x = 1\n"})

        with self.asked(host) as ask:
            assert list(rivals(repo, ask)) == []

    def test_one_into_another_branch_is_none(self, repo: Repo, host: StandInHost) -> None:
        files = {path: text.encode() for path, text in project("1.0.1", "theirs").items()}
        host.pulls.append(StoredPull(3, "fix", "c" * 40, base="release/1.x", files=files))
        host.pulls.append(StoredPull(4, "closed", "d" * 40, state="closed", files=files))

        with self.asked(host) as ask:
            assert list(rivals(repo, ask)) == []

    def test_only_so_many_are_read_from_the_host(
        self, repo: Repo, host: StandInHost, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("tagship.workflow.readiness.rivals.MOST_ASKED", 2)
        files = {path: text.encode() for path, text in project("1.0.1", "theirs").items()}
        host.pulls += [StoredPull(number, "fix", f"{number:040}", owner="x", files=files) for number in range(1, 6)]

        with self.asked(host) as ask:
            found = rivals(repo, ask)

        assert [rival.where for rival in found] == ["#5", "#4"]
        assert "3 of which could not be read" in found.looked

    def test_a_host_that_does_not_answer(self, repo: Repo, host: StandInHost) -> None:
        other(repo, "theirs", project("1.0.1", "theirs"))

        def ask() -> Host:
            raise FactUnknown("the host is on fire")

        found = rivals(repo, ask)

        assert [rival.where for rival in found] == ["theirs"]
        assert found.looked.endswith("not at pull requests: the host is on fire")
        assert not host.log

    def test_offline(self, repo: Repo, host: StandInHost) -> None:
        other(repo, "theirs", project("1.0.1", "theirs"))

        with self.asked(host) as ask:
            found = rivals(repo, ask, offline=True)

        assert [rival.where for rival in found] == ["theirs"]
        assert not host.log

    def test_nobody_lists_the_files_of_one(self, host: StandInHost) -> None:
        """What a project is read from is asked for by name; a list of all files would be a request for each folder."""
        with self.asked(host) as ask, pytest.raises(FactUnknown, match="is not asked of the host"):
            _HostTree(ask(), f"{1:040}").paths()

    def test_more_than_a_page_of_them(self, host: StandInHost) -> None:
        host.pulls += [StoredPull(number, "x", f"{number:040}") for number in range(1, 251)]

        with self.asked(host) as ask:
            pulls = ask().open_pulls()

        assert [pull.number for pull in pulls] == list(range(250, 50, -1))


class TestChanges:
    OLD = ("a", "b", "c", "d")

    @pytest.mark.parametrize(
        ("new", "changes"),
        [
            (("a", "b", "c", "d"), ()),
            (("a", "x", "b", "c", "d"), (Change(1, 1, ("x",)),)),
            (("x", "a", "b", "c", "d"), (Change(0, 0, ("x",)),)),
            (("a", "b", "c", "d", "x"), (Change(4, 4, ("x",)),)),
            (("a", "x", "d"), (Change(1, 3, ("x",)),)),
            (("a", "d"), ()),
            ((), ()),
            (("x", "a", "b", "y", "c", "d"), (Change(0, 0, ("x",)), Change(2, 2, ("y",)))),
        ],
    )
    def test_what_is_new(self, new: tuple[str, ...], changes: tuple[Change, ...]) -> None:
        assert changes_between(self.OLD, new) == changes

    def test_repeated_lines(self) -> None:
        assert changes_between(("a", "a"), ("a", "a", "a")) == (Change(2, 2, ("a",)),)

    def test_a_text_that_was_written_anew(self) -> None:
        old, new = ([f"{side} {number}" for number in range(5000)] for side in ("old", "new"))

        assert changes_between(old, new) == ()

    @pytest.mark.parametrize(
        ("one", "two", "collide"),
        [
            (Change(1, 1, ("x",)), Change(1, 1, ("y",)), True),
            (Change(1, 1, ("x",)), Change(1, 1, ("x",)), False),
            (Change(1, 1, ("x",)), Change(2, 2, ("y",)), False),
            (Change(1, 3, ("x",)), Change(3, 3, ("y",)), True),
            (Change(1, 3, ("x",)), Change(4, 6, ("y",)), False),
        ],
    )
    def test_collisions(self, one: Change, two: Change, collide: bool) -> None:  # noqa: FBT001 -- a parameter of the test
        assert one.collides(two) is collide
        assert two.collides(one) is collide

    def test_the_lines_that_are_shown(self) -> None:
        assert [Change(4, 4, ("x",)).shown, replace(Change(4, 6, ("x",))).shown] == [(5, 5), (5, 6)]


def test_a_text_that_is_far_behind_is_compared() -> None:
    """A branch of years ago lacks most of what main tells, and every section has the same blank lines and groups."""
    sections = [f"## 1.{number}.0\n\n### Fixed\n\n- Thing {number}\n\n".split("\n") for number in range(500, 0, -1)]
    older = [line for section in sections for line in section]
    newer = ["- Mine", *older[2800:], "- More"]
    found = changes_between(older, newer)

    assert [change.lines for change in found] == [("- Mine",), ("- More",)]
    assert found[1].before == len(older)


def test_lines_without_any_that_stands_once() -> None:
    older, newer = ["a", "b"] * 2000, ["b", "c"] * 2000

    assert [change.shown for change in changes_between(older[:6], newer[:6])] == [(3, 3), (5, 5), (7, 7)]
    assert changes_between(older, newer) == (Change(0, 4000, tuple(newer)),)
