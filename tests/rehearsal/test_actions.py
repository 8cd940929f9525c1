"""The stand-in host answers about workflows as GitHub does."""

import json
from collections.abc import Iterator

import pytest

from rehearsal.talking import Talker
from tagship.rehearsal.host import StandInHost

ACTIONS = "/repos/stand-in/project/actions"
RELEASE, CI = ".github/workflows/release.yml", ".github/workflows/ci.yml"


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running:
        yield running
        assert running.server.crashes == []


def ask(host: StandInHost, path: str, *, token: str | None = None) -> tuple[int, dict[str, object]]:
    talker = Talker(host.api_url)
    headers = {"Authorization": f"Bearer {token or host.token}", "User-Agent": "tests"}
    answer = talker.ask("GET", f"{ACTIONS}{path}", headers=headers)
    talker.pool.clear()
    content = json.loads(answer.body)
    assert isinstance(content, dict)
    return answer.status, content


def test_runs_by_commit_and_by_branch(host: StandInHost) -> None:
    host.actions.start(CI, ref="main", commit="a" * 40)
    host.actions.start(RELEASE, ref="v1.0", commit="a" * 40)
    _, whole = ask(host, "/runs")
    _, by_tag = ask(host, f"/runs?branch=v1.0&event=push&head_sha={'a' * 40}")
    _, none = ask(host, f"/runs?head_sha={'b' * 40}")

    assert [whole["total_count"], by_tag["total_count"], none["total_count"]] == [2, 1, 0]
    run = by_tag["workflow_runs"][0]  # type: ignore[index]  # a list
    expected = {
        "id": 2,
        "name": "release",
        "path": RELEASE,
        "event": "push",
        "head_branch": "v1.0",
        "head_sha": "a" * 40,
        "status": "queued",
        "conclusion": None,
        "html_url": f"{host.api_url}/stand-in/project/actions/runs/2",
    }
    assert {name: run[name] for name in expected} == expected


def test_runs_that_are_late(host: StandInHost) -> None:
    host.actions.start(RELEASE, ref="v1.0", commit="a" * 40)
    host.actions.late = 2

    assert [ask(host, "/runs")[1]["total_count"] for _ in range(4)] == [0, 0, 1, 1]


def test_workflows_and_their_states(host: StandInHost) -> None:
    host.actions.states |= {CI: "active", RELEASE: "disabled_manually"}
    _, told = ask(host, "/workflows")

    assert told["total_count"] == 2
    assert [(each["name"], each["state"]) for each in told["workflows"]] == [  # type: ignore[attr-defined]  # a list
        ("ci", "active"),
        ("release", "disabled_manually"),
    ]


def test_only_an_administrator_is_told_whether_actions_are_enabled(host: StandInHost) -> None:
    host.actions.enabled = False
    assert ask(host, "/permissions") == (200, {"enabled": False, "sha_pinning_required": False})
    assert ask(host, "/permissions", token=host.reading_token)[0] == 403

    host.actions.administered = False
    assert ask(host, "/permissions")[0] == 403


def test_what_is_not_there(host: StandInHost) -> None:
    assert ask(host, "/caches")[0] == 404
