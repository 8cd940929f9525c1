"""Every request that reaches the stand-in host, and every answer that it gives, is one that GitHub describes."""

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from nacl.public import PublicKey, SealedBox

from openapi import all_problems, asked_for, problems, validated
from rehearsal.calling import ADMINISTRATOR, MAIN, TAGS_KEPT, TAGS_MADE, Client, calling
from repositories import Repo
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.actions import StoredJob
from tagship.rehearsal.host.pins import OtherTag
from tagship.rehearsal.host.record import Recorded

ENVIRONMENT = {
    "wait_timer": 0,
    "prevent_self_review": False,
    "reviewers": [{"type": "User", "id": 1}],
    "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"a.txt": "a\n"}, "First")
    repo.push("main")
    return repo


@pytest.fixture
def host(repo: Repo) -> Iterator[StandInHost]:
    with StandInHost(git=repo.remote, anonymous=True) as running, validated(running):
        yield running
        assert running.server.crashes == []


@pytest.fixture
def call(host: StandInHost) -> Iterator[Client]:
    with calling(host, host.issue_token(ADMINISTRATOR, admin=True)) as client:
        yield client


def sealed(call: Client, where: str, value: str) -> dict[str, str]:
    key = call("GET", f"{where}/public-key").content
    box = SealedBox(PublicKey(base64.b64decode(key["key"]))).encrypt(value.encode())
    return {"encrypted_value": base64.b64encode(box).decode(), "key_id": key["key_id"]}


def settings(call: Client) -> list[int]:
    security = {"secret_scanning": {"status": "enabled"}, "secret_scanning_push_protection": {"status": "enabled"}}
    return [
        call(method, path, content).status
        for method, path, content in (
            ("GET", "", None),
            ("PATCH", "", {"security_and_analysis": security, "delete_branch_on_merge": True}),
            ("GET", "/user", None),
            ("GET", "/users/stand-in", None),
            ("GET", "actions/permissions", None),
            (
                "PUT",
                "actions/permissions",
                {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True},
            ),
            ("PUT", "actions/permissions/selected-actions", {"patterns_allowed": ["pypa/*"]}),
            ("GET", "actions/permissions/selected-actions", None),
            ("PUT", "actions/permissions/workflow", {"default_workflow_permissions": "read"}),
            ("GET", "actions/permissions/workflow", None),
            (
                "PUT",
                "actions/permissions/fork-pr-contributor-approval",
                {"approval_policy": "all_external_contributors"},
            ),
            ("GET", "actions/permissions/fork-pr-contributor-approval", None),
            ("GET", "immutable-releases", None),
            ("PUT", "immutable-releases", None),
            ("GET", "immutable-releases", None),
            ("DELETE", "immutable-releases", None),
            ("PUT", "private-vulnerability-reporting", None),
            ("GET", "private-vulnerability-reporting", None),
            ("DELETE", "private-vulnerability-reporting", None),
        )
    ]


def rules(call: Client) -> list[int]:
    made = call("POST", "rulesets", MAIN)
    url = made.content["_links"]["self"]["href"]
    answers = [
        made,
        call("POST", "rulesets", TAGS_MADE),
        call("POST", "rulesets", TAGS_KEPT),
        call("GET", "rulesets?targets=branch,tag&includes_parents=true&per_page=2"),
        call("GET", url),
        call("PUT", url, {"enforcement": "disabled"}),
        call("PUT", url, {"enforcement": "active"}),
        call("GET", "rules/branches/main"),
        call("GET", "branches/main"),
        call("GET", "branches/main/protection"),
        call(
            "PUT",
            "branches/main/protection",
            {
                "required_status_checks": {"strict": True, "contexts": ["ready"]},
                "enforce_admins": True,
                "required_pull_request_reviews": {"required_approving_review_count": 1},
                "restrictions": None,
            },
        ),
        call("GET", "branches/main/protection"),
        call("DELETE", "branches/main/protection"),
        call("GET", "rulesets/rule-suites?ref=refs/heads/main&time_period=week&rule_suite_result=all"),
        call("DELETE", url),
        call("GET", "rulesets/77"),
    ]
    return [answer.status for answer in answers]


def environments(call: Client) -> list[int]:
    policies, secrets = "environments/pypi/deployment-branch-policies", "environments/pypi/secrets"
    steps: list[tuple[str, str, Callable[[], object]]] = [
        ("PUT", "environments/pypi", lambda: ENVIRONMENT),
        ("POST", policies, lambda: {"name": "v*", "type": "tag"}),
        ("POST", policies, lambda: {"name": "v*", "type": "tag"}),
        ("GET", policies, lambda: None),
        ("GET", f"{policies}/2", lambda: None),
        ("GET", "environments", lambda: None),
        ("GET", "environments/pypi", lambda: None),
        ("GET", "environments/none", lambda: None),
        ("PUT", f"{secrets}/PYPI_API_TOKEN", lambda: sealed(call, secrets, "one")),
        ("PUT", f"{secrets}/PYPI_API_TOKEN", lambda: sealed(call, secrets, "two")),
        ("GET", secrets, lambda: None),
        ("GET", f"{secrets}/PYPI_API_TOKEN", lambda: None),
        ("DELETE", f"{secrets}/PYPI_API_TOKEN", lambda: None),
        ("PUT", "actions/secrets/OTHER", lambda: sealed(call, "actions/secrets", "three")),
        ("GET", "actions/secrets", lambda: None),
        ("DELETE", "actions/secrets/OTHER", lambda: None),
        ("DELETE", f"{policies}/2", lambda: None),
        ("DELETE", "environments/pypi", lambda: None),
    ]
    return [call(method, path, content()).status for method, path, content in steps]


def test_settings(host: StandInHost, call: Client) -> None:
    answers = settings(call)

    assert answers == [200, 200, 200, 200, 200, 204, 204, 200, 204, 200, 204, 200, 404, 204, 200, 204, 204, 200, 204]
    assert len(asked_for(host.record)) == 18


def test_rules(call: Client) -> None:
    assert rules(call) == [201, 201, 201, 200, 200, 200, 200, 200, 200, 404, 200, 200, 204, 200, 204, 404]


def test_environments_and_secrets(call: Client) -> None:
    assert environments(call) == [
        200,
        200,
        303,
        200,
        200,
        200,
        200,
        404,
        201,
        204,
        200,
        200,
        204,
        201,
        200,
        204,
        204,
        204,
    ]


def test_history(host: StandInHost, call: Client, repo: Repo) -> None:
    host.others.tags["actions/checkout"] = {"v4": "c" * 40, "v5": OtherTag("d" * 40, "e" * 40)}
    before = host.objects.tip("refs/heads/main")
    repo.git("switch", "--create", "work")
    repo.commit({"b.txt": "b\n"}, "Work")
    host.push("work", "work", source=repo.path)
    pull = host.open_pull("work")
    open_now = call("GET", f"commits/{pull.commit}/pulls")
    host.check_runs[pull.commit] = {"ready": "success", "slow": None}
    merged = host.merge(pull, how="squash")
    repo.git("tag", "--annotate", "v1.0", "--message", "one")
    host.push("refs/tags/v1.0", "v1.0", source=repo.path)
    tag = repo.git("rev-parse", "v1.0")
    paths = (
        f"commits/{merged}/pulls",
        "activity?ref=refs/heads/main&time_period=year&activity_type=pr_merge&per_page=1",
        "activity?per_page=1",
        f"commits/{merged}",
        "commits?sha=main&per_page=1",
        f"compare/{before}...{merged}",
        "git/ref/tags/v1.0",
        "git/matching-refs/tags/v",
        f"git/tags/{tag}",
        "tags",
        "contents/b.txt?ref=main",
        f"commits/{pull.commit}/check-runs?filter=latest",
        f"commits/{pull.commit}/status",
        "pulls?state=all",
        "issues?state=all",
        "issues/1",
        "/repos/actions/checkout/git/ref/tags/v4",
        "/repos/actions/checkout/git/ref/tags/v5",
        f"/repos/actions/checkout/git/tags/{'e' * 40}",
        "/repos/actions/checkout/tags",
        "/repos/actions/checkout/commits/v5",
        "/repos/actions/checkout/releases/latest",
        "/repos/actions/checkout",
    )

    assert [number["number"] for number in open_now.content] == [1]
    assert {path: call("GET", path).status for path in paths} == dict.fromkeys(paths, 200)


def test_issues(call: Client) -> None:
    issue = call("POST", "issues", {"title": "A direct commit", "body": "x", "labels": ["guard"]})
    url = issue.content["url"]
    answers = [
        issue,
        call("POST", f"{url}/comments", {"body": "another one"}),
        call("GET", f"{url}/comments"),
        call("GET", "issues?labels=guard&state=open&creator=stand-in"),
        call("PATCH", url, {"state": "closed", "state_reason": "completed"}),
        call("GET", url),
        call("POST", "labels", {"name": "new", "color": "ededed"}),
        call("GET", "labels/new"),
        call("GET", "labels"),
    ]

    assert [answer.status for answer in answers] == [201, 201, 200, 200, 200, 200, 201, 200, 200]


def test_workflows(host: StandInHost, call: Client) -> None:
    host.actions.states[".github/workflows/release.yml"] = "active"
    host.actions.start(".github/workflows/release.yml", ref="main", commit="a" * 40)
    at = "2026-01-05T12:00:00Z"
    host.actions.jobs[1, 1] = [StoredJob("a", "a" * 40, "success", at, at), StoredJob("b", "a" * 40, None, at, "")]
    dispatch = "actions/workflows/release.yml/dispatches"
    answers = [
        call("GET", "actions/runs/1/attempts/1/jobs"),
        call("GET", "actions/workflows"),
        call("GET", "actions/workflows/release.yml"),
        call("GET", "actions/runs?branch=main&event=push"),
        call("POST", dispatch, {"ref": "main", "inputs": {"tag": "v1.0"}}),
        call("POST", dispatch, {"ref": "main", "return_run_details": True}),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 200, 204, 200]


def test_releases(call: Client) -> None:
    draft = call("POST", "releases", {"tag_name": "v1.0", "draft": True}).content
    upload = str(draft["upload_url"]).partition("{")[0]
    asset = call("POST", f"{upload}?name=a.txt", "content", Content_Type="application/octet-stream").content
    answers = [
        call("GET", "releases"),
        call("GET", asset["url"]),
        call("GET", draft["assets_url"]),
        call("DELETE", asset["url"]),
        call("PATCH", draft["url"], {"draft": False, "make_latest": "true"}),
        call("GET", "releases/latest"),
        call("GET", "releases/tags/v1.0"),
        call("DELETE", draft["url"]),
    ]

    assert [answer.status for answer in answers] == [200, 200, 200, 204, 200, 200, 200, 204]


def test_an_organisation_and_a_private_repository(repo: Repo) -> None:
    with (
        StandInHost("acme/tool", git=repo.remote, owner_type="Organization", private=True) as host,
        validated(host),
        calling(host, host.issue_token(ADMINISTRATOR, admin=True)) as call,
    ):
        answers = [
            call("GET", "/orgs/acme").status,
            call("GET", "").status,
            call("GET", "rulesets").status,
            call("POST", "rulesets", MAIN).status,
            call("PUT", "environments/pypi", ENVIRONMENT).status,
            call("GET", "environments").status,
            call("GET", "branches/main/protection").status,
        ]

    assert answers == [200, 200, 403, 403, 422, 200, 403]


def test_a_name_of_before(host: StandInHost, call: Client) -> None:
    host.rename("stand-in/other")
    moved = call("GET", "/repos/stand-in/project/rulesets")
    there = call("GET", moved.headers["Location"])

    assert (moved.status, there.status) == (301, 200)


def test_the_description_has_something_against_what_it_does_not_know() -> None:
    """A check that finds nothing wrong with anything would pass all of the above."""

    def asked(method: str, path: str, body: bytes = b"", answer: bytes = b"", status: int = 200) -> Recorded:
        headers = {"content-type": "application/json"}
        return Recorded(method, f"/repos/o/r{path}", {}, body, status, headers, answer, "classic", ordered=False)

    wrong = {
        "an operation": asked("GET", "/settings"),
        "a query": asked("GET", "/rulesets?target=tag", answer=b"[]"),
        "a value of a query": asked("GET", "/rulesets?page=first", answer=b"[]"),
        "a value in the path": asked("GET", "/rulesets/first", answer=b"{}"),
        "a missing member": asked("PUT", "/actions/permissions", b"{}", status=204),
        "an unknown member": asked("PUT", "/actions/permissions", b'{"enabled":true,"pinned":true}', status=204),
        "a value": asked("PUT", "/actions/permissions/workflow", b'{"default_workflow_permissions":"all"}', status=204),
        "a missing body": asked("POST", "/rulesets", answer=b"{}", status=201),
        "an unwanted body": asked("PUT", "/immutable-releases", b"{}", status=204),
        "an answer": asked("GET", "/actions/permissions", answer=b"{}"),
        "an empty answer": asked("GET", "/actions/permissions"),
        "a status": asked("GET", "/actions/permissions", answer=b'{"enabled":true}', status=418),
        "a refusal": asked("GET", "/rulesets", answer=b'{"message":1}', status=403),
    }
    right = asked("PUT", "/actions/permissions", b'{"enabled":true}', status=204)

    assert {name: bool(list(problems(exchange))) for name, exchange in wrong.items()} == dict.fromkeys(wrong, True)
    assert all_problems([right]) == []
