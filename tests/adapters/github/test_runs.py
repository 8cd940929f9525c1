"""The runs of workflows, asked of the stand-in host; and answers of another shape than the API promises."""

import json
from collections.abc import Callable, Iterator

import pytest

from adapters.loopback import Answer, serving
from tagship.adapters.github.runs import GitHubRuns
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.runs import HostWorkflow, Runs
from tagship.errors import FactUnknown
from tagship.rehearsal.host import StandInHost

COMMIT = "a" * 40
RELEASE, CI = ".github/workflows/release.yml", ".github/workflows/ci.yml"


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost("own-er/pro.ject") as running:
        yield running
        assert running.server.crashes == []


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=5.0) as made:
        yield made


def asking(client: HttpClient, host: StandInHost, token: str | None = None) -> GitHubRuns:
    secret = Secret(token or host.token, origin="GH_TOKEN")
    patience = Patience(base_delay=0.01)
    return GitHubRuns(client, "own-er", "pro.ject", secret, api=host.api_url, patience=patience)


def test_it_is_a_host_that_can_be_asked_for_runs(client: HttpClient, host: StandInHost) -> None:
    assert isinstance(asking(client, host), Runs)
    assert asking(client, host).runs_page == "https://github.com/own-er/pro.ject/actions"


def test_the_runs_of_a_tag_and_no_others(client: HttpClient, host: StandInHost) -> None:
    """Those for main on the same commit, and those of the tag on another one, are none of them."""
    host.actions.start(RELEASE, ref="v1.0", commit="b" * 40)
    host.actions.start(CI, ref="main", commit=COMMIT)
    host.actions.start(CI, ref="v1.0", commit=COMMIT)
    host.actions.start(RELEASE, ref="v1.0", commit=COMMIT)

    assert [run.path for run in asking(client, host).runs_of("v1.0", COMMIT)] == [RELEASE, CI]
    assert asking(client, host).runs_of("v1.1", COMMIT) == ()


def test_a_workflow_from_another_reference_is_known_by_its_file(client: HttpClient, host: StandInHost) -> None:
    host.actions.start(f"{RELEASE}@refs/tags/v1.0", ref="v1.0", commit=COMMIT)
    (run,) = asking(client, host).runs_of("v1.0", COMMIT)

    assert run.path == RELEASE
    assert run.url.endswith("/own-er/pro.ject/actions/runs/1")


def test_workflows_with_their_states(client: HttpClient, host: StandInHost) -> None:
    host.actions.states |= {RELEASE: "disabled_inactivity", CI: "active"}
    found = asking(client, host).workflows()

    assert found == (
        HostWorkflow("release", RELEASE, "disabled_inactivity"),
        HostWorkflow("ci", CI, "active"),
    )
    assert [each.active for each in found] == [False, True]


@pytest.mark.parametrize("enabled", [True, False])
def test_whether_actions_are_enabled(client: HttpClient, host: StandInHost, *, enabled: bool) -> None:
    host.actions.enabled = enabled

    assert asking(client, host).actions_enabled() is enabled


def test_who_may_not_ask_is_told_which_permission_is_missing(client: HttpClient, host: StandInHost) -> None:
    with pytest.raises(FactUnknown, match="whether Actions are enabled") as refused:
        asking(client, host, host.reading_token).actions_enabled()

    assert "administration=read" in str(refused.value.remedy)


RUN_WITHOUT_ADDRESS = {"workflow_runs": [{"head_branch": "v1.0", "head_sha": COMMIT}]}


def ask_runs(runs: GitHubRuns) -> object:
    return runs.runs_of("v1.0", COMMIT)


def ask_workflows(runs: GitHubRuns) -> object:
    return runs.workflows()


@pytest.mark.parametrize(
    ("ask", "content"),
    [
        (ask_runs, RUN_WITHOUT_ADDRESS),
        (ask_runs, {"workflow_runs": None}),
        (ask_workflows, {"workflows": [{"path": RELEASE}]}),
        (ask_workflows, {"workflows": 3}),
        (ask_workflows, []),
    ],
)
def test_answers_of_another_shape(client: HttpClient, ask: Callable[[GitHubRuns], object], content: object) -> None:
    with serving({"GET": [Answer(200, json.dumps(content).encode(), {})]}) as server:
        runs = GitHubRuns(client, "own-er", "pro.ject", None, api=server.url)
        with pytest.raises(FactUnknown, match="the host"):
            ask(runs)


def test_permissions_of_another_shape(client: HttpClient, host: StandInHost) -> None:
    host.actions.enabled = "perhaps"  # type: ignore[assignment]  # another server

    with pytest.raises(FactUnknown, match="does not say"):
        asking(client, host).actions_enabled()
