"""What a clone has of its remote, and when that was last seen."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from repositories import Repo, released
from tagship.adapters.git import GitRepository
from tagship.adapters.git.fetched import has_commit, last_fetched, on_the_way

LATER = datetime(2026, 2, 1, tzinfo=UTC)
NOBODY = "0" * 40


@pytest.fixture
def origin(tmp_path: Path) -> Repo:
    return released(tmp_path / "project", "1.0.0", "1.1.0")


def fetched(clone: Repo, branch: str = "main") -> datetime | None:
    with GitRepository.at(clone.path) as repository:
        return last_fetched(repository, branch)


def note_of(clone: Repo, moment: datetime = LATER) -> None:
    """Date the note that git took of the last fetch."""
    os.utime(clone.path / ".git/FETCH_HEAD", (moment.timestamp(), moment.timestamp()))


class TestCommits:
    def test_what_is_here(self, origin: Repo) -> None:
        with GitRepository.at(origin.path) as repository:
            assert has_commit(repository.git, repository.head())
            assert not has_commit(repository.git, NOBODY)
            assert not has_commit(repository.git, repository.git("rev-parse", "HEAD^{tree}").text.strip())

    def test_a_partial_clone_is_not_filled_to_tell(self, origin: Repo) -> None:
        origin.git("--git-dir", str(origin.remote), "config", "uploadpack.allowFilter", "true")
        origin.git("--git-dir", str(origin.remote), "config", "uploadpack.allowAnySHA1InWant", "true")
        origin.git("clone", "--quiet", "--filter=blob:none", origin.remote.as_uri(), "../partial")
        later = origin.commit()
        origin.push()
        partial = Repo(origin.path.with_name("partial"))

        with GitRepository.at(partial.path) as repository:
            assert not has_commit(repository.git, later)
            assert has_commit(repository.git, repository.head())

    def test_what_head_descends_from(self, origin: Repo) -> None:
        first, last = origin.git("rev-parse", "v1.0.0^{commit}"), origin.git("rev-parse", "HEAD")
        origin.branch("aside", "HEAD^")
        aside = origin.commit()
        origin.switch("main")

        with GitRepository.at(origin.path) as repository:
            assert on_the_way(repository.git, {first, last, aside, NOBODY}) == {first, last}
            assert on_the_way(repository.git, set()) == frozenset()


class TestLastFetched:
    def test_a_push_tells_where_the_branch_stands(self, origin: Repo) -> None:
        assert fetched(origin) == origin.now

    def test_a_clone_leaves_its_note_at_the_remotes_head(self, origin: Repo) -> None:
        origin.hours += 5
        clone = origin.clone("clone")

        assert fetched(clone) == origin.now

    def test_a_fetch_that_moved_nothing(self, origin: Repo) -> None:
        clone = origin.clone("clone")
        clone.git("fetch", "--quiet")
        note_of(clone)

        assert fetched(clone) == LATER

    @pytest.mark.parametrize("url", ["file://{}/", "file://{}", "file://somebody@{}"])
    def test_an_address_in_another_spelling(self, origin: Repo, url: str) -> None:
        clone = origin.clone("clone")
        clone.git("fetch", "--quiet", "origin", "main")
        clone.git("remote", "set-url", "origin", url.format(origin.remote))
        note_of(clone)

        assert fetched(clone) == LATER

    def test_a_fetch_of_something_else_tells_nothing(self, origin: Repo) -> None:
        origin.git("push", "--quiet", "origin", "main:refs/heads/other")
        clone = origin.clone("clone")
        cloned = fetched(clone)
        clone.git("fetch", "--quiet", "origin", "other")
        note_of(clone)
        assert fetched(clone) == cloned

        clone.git("remote", "add", "upstream", str(origin.path))
        clone.git("fetch", "--quiet", "upstream")
        note_of(clone, LATER + timedelta(days=1))
        assert fetched(clone) == cloned

    def test_nothing_tells(self, origin: Repo) -> None:
        origin.git("reflog", "expire", "--expire=all", "--all")

        assert fetched(origin) is None
        assert fetched(origin, "nowhere") is None

    def test_without_a_remote(self, origin: Repo) -> None:
        origin.git("remote", "remove", "origin")

        assert fetched(origin) is None
