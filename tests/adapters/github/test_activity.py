"""What moved a branch, as GitHub tells it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.loopback import Answer, Asked, Loopback, serving
from tagship.adapters.github.activity import GitHubActivity
from tagship.adapters.github.issues import GitHubIssues
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.guarding import BranchUpdate, Moved, PullRequestOf, Witness
from tagship.errors import FactUnknown

AFTER, BEFORE = "a" * 40, "b" * 40


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=2.0) as made:
        yield made


def witness(client: HttpClient, server: Loopback) -> GitHubActivity:
    return GitHubActivity(client, "o", "r", None, api=server.url, patience=Patience(pause=lambda _: None))


def answer(content: object, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(content).encode(), headers)


def item(**more: object) -> dict[str, object]:
    return {
        "before": BEFORE, "after": AFTER, "activity_type": "push", "timestamp": "2026-03-01T12:00:00Z",
        "actor": {"login": "ada"}, **more,
    }  # fmt: skip


def pull(**more: object) -> dict[str, object]:
    return {
        "number": 7, "html_url": "https://host.example/7", "merged_at": "2026-03-01T12:00:00Z",
        "merge_commit_sha": AFTER, "base": {"ref": "main"}, **more,
    }  # fmt: skip


def test_it_is_a_witness(client: HttpClient) -> None:
    with serving({}) as server:
        asked: Witness = witness(client, server)

    assert asked.name == "the activity log of the host"


def test_what_moved_another_branch_is_left_out(client: HttpClient) -> None:
    there = [item(ref="refs/heads/main"), item(ref="refs/heads/dev", activity_type="pr_merge"), item()]
    with serving({"GET": [answer(there)]}) as server:
        found = list(witness(client, server).updates("main", None))

    assert [update.kind for update in found] == [Moved.PUSH, Moved.PUSH]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ("push", Moved.PUSH),
        ("force_push", Moved.FORCED),
        ("branch_creation", Moved.CREATED),
        ("branch_deletion", Moved.DELETED),
        ("pr_merge", Moved.PULL_REQUEST),
        ("merge_queue_merge", Moved.QUEUE),
        ("tomorrows_invention", Moved.OTHER),
    ],
)
def test_kinds(client: HttpClient, told: str, kind: Moved) -> None:
    with serving({"GET": [answer([item(activity_type=told)])]}) as server:
        found = list(witness(client, server).updates("main", None))

    assert found == [BranchUpdate(BEFORE, AFTER, kind, "ada", datetime(2026, 3, 1, 12, tzinfo=UTC))]
    assert server.asked[0].path == "/repos/o/r/activity?ref=refs%2Fheads%2Fmain&per_page=100"


def test_an_update_by_nobody_at_no_time(client: HttpClient) -> None:
    with serving(
        {"GET": [answer([item(actor=None, timestamp=None), item(timestamp="2026-03-01T12:00:00")])]}
    ) as server:
        first, second = witness(client, server).updates("main", None)

    assert (first.actor, first.at) == (None, None)
    assert second.at == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_next_page_is_asked_for_when_it_is_needed(client: HttpClient) -> None:
    def first(asked: Asked) -> Answer:
        return answer([item()], link=f'<http://{asked.headers["host"]}/more?after=x>; rel="next"')

    with serving({"GET": [first, answer([item(activity_type="pr_merge")])]}) as server:
        updates = witness(client, server).updates("main", None)
        next(updates)
        asked = len(server.asked)
        rest = list(updates)

    assert asked == 1
    assert [update.kind for update in rest] == [Moved.PULL_REQUEST]
    assert len(server.asked) == 2


@pytest.mark.parametrize(("days", "period"), [(0.5, "day"), (3, "week"), (20, "month"), (80, "quarter"), (300, "year")])
def test_the_time_spares_older_entries(client: HttpClient, days: float, period: str) -> None:
    with serving({"GET": [answer([])]}) as server:
        assert list(witness(client, server).updates("a b", datetime.now(UTC) - timedelta(days=days))) == []

    assert server.asked[0].path.endswith(f"refs%2Fheads%2Fa%20b&per_page=100&time_period={period}")


def test_for_more_than_a_year_there_is_no_word(client: HttpClient) -> None:
    with serving({"GET": [answer([])]}) as server:
        assert list(witness(client, server).updates("main", datetime.now(UTC) - timedelta(days=400))) == []

    assert "time_period" not in server.asked[0].path


@pytest.mark.parametrize("strange", [{"before": None}, {"after": "main"}, {"after": "--upload-pack=x"}])
def test_an_update_without_its_commits(client: HttpClient, strange: dict[str, object]) -> None:
    with (
        serving({"GET": [answer([item(**strange)])]}) as server,
        pytest.raises(FactUnknown, match="without its commits"),
    ):
        list(witness(client, server).updates("main", None))


def test_pull_requests_of_a_commit(client: HttpClient) -> None:
    with serving(
        {"GET": [answer([pull(), pull(number=8, merged_at=None, merge_commit_sha=None, html_url=None)])]}
    ) as server:
        found = witness(client, server).pulls_of(AFTER)

    assert list(found) == [
        PullRequestOf("#7", merged=True, base="main", merge_commit=AFTER, url="https://host.example/7"),
        PullRequestOf("#8", merged=False, base="main", merge_commit=None),
    ]
    assert server.asked[0].path == f"/repos/o/r/commits/{AFTER}/pulls?per_page=100"


def test_what_was_merged(client: HttpClient) -> None:
    with serving({"GET": [answer([pull()])]}) as server:
        assert [found.name for found in witness(client, server).merged_pulls("main")] == ["#7"]

    assert server.asked[0].path == "/repos/o/r/pulls?state=closed&base=main&sort=updated&direction=desc&per_page=100"


@pytest.mark.parametrize("strange", [{"number": "7"}, {"base": {}}, {"base": None}])
def test_a_pull_request_that_is_not_described(client: HttpClient, strange: dict[str, object]) -> None:
    with serving({"GET": [answer([pull(**strange)])]}) as server, pytest.raises(FactUnknown):
        witness(client, server).pulls_of(AFTER)


# Issues


def issues(client: HttpClient, server: Loopback) -> GitHubIssues:
    return GitHubIssues(client, "o", "r", None, api=server.url, patience=Patience(pause=lambda _: None))


def test_whose_token_it_is(client: HttpClient) -> None:
    for told, who in ((answer({"login": "ada"}), "ada"), (answer({}, 403), "github-actions[bot]")):
        with serving({"GET": [told]}) as server:
            assert issues(client, server).whoami() == who
    with serving({"GET": [answer({})]}) as server, pytest.raises(FactUnknown, match="whose token this is"):
        issues(client, server).whoami()


def test_issues_are_looked_through(client: HttpClient) -> None:
    ours = {"number": 3, "html_url": "https://host.example/3", "body": "mark here", "user": {"login": "ada"}}
    listed = [
        {**ours, "number": 1, "pull_request": {}},
        {**ours, "number": 2, "user": None},
        {**ours, "number": 4, "body": None},
        ours,
    ]
    with serving({"GET": [answer(listed)]}) as server:
        found = issues(client, server).find("mark", "ada")
    with (
        serving({"GET": [answer([{**ours, "number": None}])]}) as server,
        pytest.raises(FactUnknown, match="without number"),
    ):
        issues(client, server).find("mark", "ada")

    assert found is not None
    assert found.number == 3
