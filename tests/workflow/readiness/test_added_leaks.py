"""Credentials in what a branch adds: wherever they are, and wherever they were."""

from pathlib import Path

import pytest

from minting import Mint
from repositories import Repo
from tagship.adapters.git import GitRepository
from tagship.domain.branch import AddedLeak
from tagship.workflow.readiness.added_leaks import find_added_leaks

MINT = Mint(20260301)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = Repo.new(tmp_path / "project", remote=False)
    made.commit({"notes.md": "nothing\n" * 5, "old.txt": f"{MINT.index_token()}\n"})
    made.branch("feature")
    return made


def added(repo: Repo) -> tuple[AddedLeak, ...]:
    with GitRepository.at(repo.path, may_fetch=False) as repository:
        return find_added_leaks(repository, "main")


def test_what_main_has_already_is_no_business_of_the_branch(repo: Repo) -> None:
    repo.commit({"notes.md": "something\n"})

    assert added(repo) == ()


def test_failure_7_what_one_commit_added_and_the_next_removed_is_found(repo: Repo) -> None:
    """Failure 7: the history had to be written anew, after credentials were in it."""
    token = MINT.index_token()
    commit = repo.commit({"notes.md": "nothing\n" * 5 + f"more\ntoken = {token}\n"})
    repo.commit({"notes.md": "nothing\n"})

    (leak,) = added(repo)

    assert (leak.rule, leak.path, leak.line, leak.commit) == ("index-token", "notes.md", 7, commit)
    assert token not in str(leak)


def test_what_is_not_committed_is_found_as_well(repo: Repo) -> None:
    repo.write({"new.txt": f"\n{MINT.with_checksum('ghp_')}\n", "notes.md": "nothing\n" + MINT.with_checksum("npm_")})

    found = {(leak.rule, leak.path, leak.line, leak.commit) for leak in added(repo)}

    assert found == {("github-personal-token", "new.txt", 2, None), ("npm-token", "notes.md", 2, None)}


def test_what_a_commit_says_of_itself_counts(repo: Repo) -> None:
    token = MINT.index_token()
    commit = repo.commit({"notes.md": "something\n"}, f"Try it out\n\nIt works with\n{token}")
    repo.git("switch", "--quiet", "--create", "other", "main")
    repo.commit({"old.txt": "none\n"})
    repo.git("merge", "--quiet", "--no-ff", "-m", f"Merge it with {MINT.with_checksum('ghp_')}", "feature")

    merged, said = added(repo)

    assert (said.rule, said.path, said.line, said.commit) == ("index-token", "", 4, commit)
    assert (merged.rule, merged.path, merged.line) == ("github-personal-token", "", 1)
    assert token not in str(said)


def test_a_key_of_many_lines(repo: Repo) -> None:
    commit = repo.commit({"deploy/server": "\n".join(["# ours", *MINT.key("RSA "), ""])})

    (leak,) = added(repo)

    assert (leak.rule, leak.line, leak.commit) == ("private-key", 2, commit)
