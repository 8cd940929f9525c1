"""What moved main on GitLab, as far as that can be told."""

from datetime import UTC, datetime, timedelta

import pytest

from tagship.adapters.gitlab.activity import GitLabActivity
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.guarding import Moved, PullRequestOf
from tagship.errors import FactUnknown
from tagship.rehearsal.other_hosts import StandInGitLab
from tagship.rehearsal.other_hosts.merging import NOWHERE
from tagship.rehearsal.other_hosts.rest import WRITER

A, B, C, D = (sign * 40 for sign in "abcd")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def witness(host: StandInGitLab, http: HttpClient, patience: Patience) -> GitLabActivity:
    return GitLabActivity(http, host.path, Secret(host.token, origin="a test"), web=host.url, patience=patience)


def kinds(witness: GitLabActivity, since: datetime | None = None) -> list[tuple[str, Moved]]:
    return [(update.after, update.kind) for update in witness.updates("main", since)]


def test_a_push_that_no_merge_request_can_have_made(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.merging.pushed(NOWHERE, A, at=NOW)
    host.merging.pushed(A, B, at=NOW)
    host.merging.pushed(A, B, branch="other")
    (update, first) = witness.updates("main", None)

    assert (update.before, update.after, update.kind) == (A, B, Moved.PUSH)
    assert (update.actor, update.at) == ("somebody", NOW)
    assert (first.before, first.kind) == (NOWHERE, Moved.CREATED)


@pytest.mark.parametrize("how", ["merge", "squash"])
def test_a_merge_is_not_known_from_a_push_that_looks_like_one(
    host: StandInGitLab, witness: GitLabActivity, how: str
) -> None:
    """Where maintainers may push, a merge could have been made by hand."""
    host.protect("main")
    host.merging.merge(host.merging.open("feature", B), A, C, how=how)

    assert kinds(witness) == [(C, Moved.OTHER)]


def test_an_indirect_merge_is_no_proof(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.merging.open("feature", B)
    host.merging.pushed(A, B)

    assert host.merging.requests[0].state == "merged"
    assert kinds(witness) == [(B, Moved.OTHER)]


def test_where_nobody_may_push_it_was_a_merge(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.protect("main", push=0)
    request = host.merging.open("feature", B)
    host.merging.merge(request, A, C)
    page = f"{host.url}/group/sub/project/-/merge_requests/1"

    assert kinds(witness) == [(C, Moved.PULL_REQUEST)]
    assert witness.pulls_of(C) == (PullRequestOf("!1", True, "main", C, page),)  # noqa: FBT003 -- merged
    assert witness.pulls_of(D) == ()


def test_a_protection_of_today_says_nothing_of_last_week(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.protect("main", push=0)
    host.merging.open("feature", B)
    host.merging.pushed(A, B, at=datetime.now(UTC) - timedelta(days=7))
    host.merging.pushed(B, C, at=datetime.now(UTC) - timedelta(days=6))

    assert kinds(witness) == [(C, Moved.PUSH), (B, Moved.OTHER)]


@pytest.mark.parametrize(("how", "commit"), [("merge", C), ("squash", C), ("ff", B)])
def test_what_a_merge_left_main_at(host: StandInGitLab, witness: GitLabActivity, how: str, commit: str) -> None:
    host.merging.merge(host.merging.open("feature", B), A, C, how=how)
    host.merging.open("another", D)

    assert [pull.merge_commit for pull in witness.merged_pulls("main")] == [commit]


def test_who_is_not_shown_the_protection_is_not_sure(host: StandInGitLab, http: HttpClient) -> None:
    host.protect("main", push=0)
    host.merging.merge(host.merging.open("feature", B), A, C)
    token = Secret(host.issue_token("developer", level=WRITER), origin="a test")

    assert kinds(GitLabActivity(http, host.path, token, web=host.url)) == [(C, Moved.OTHER)]


def test_a_log_is_asked_for_from_a_day_on(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.merging.pushed(A, B, at=NOW - timedelta(days=9))
    host.merging.pushed(B, C, at=NOW)

    assert kinds(witness, NOW) == [(C, Moved.PUSH)]
    assert "after=2026-11-19" in host.record[0].target


def test_a_branch_that_goes_and_comes(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.merging.pushed(A, NOWHERE)
    host.merging.pushed(NOWHERE, B)

    assert kinds(witness) == [(B, Moved.CREATED), (NOWHERE, Moved.DELETED)]


def test_many_pushes_go_on_over_pages(host: StandInGitLab, witness: GitLabActivity) -> None:
    for number in range(230):
        host.merging.pushed(f"{number:040x}", f"{number + 1:040x}")

    assert len(kinds(witness)) == 230


def test_a_push_without_commits_is_unknown(host: StandInGitLab, witness: GitLabActivity) -> None:
    host.merging.pushed(A, B)
    push = host.merging.events[0]["push_data"]
    assert isinstance(push, dict)
    push["commit_to"] = "HEAD"

    with pytest.raises(FactUnknown, match="without its commits"):
        kinds(witness)
