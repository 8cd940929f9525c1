"""The environments, secrets and switches of the stand-in host."""

import base64
import sys
from collections.abc import Iterator

import pytest
from nacl.public import PrivateKey, PublicKey, SealedBox

from openapi import validated
from rehearsal.calling import ADMINISTRATOR, Client, calling
from tagship.rehearsal.host import StandInHost

WHOLE = {
    "wait_timer": 30,
    "prevent_self_review": True,
    "reviewers": [{"type": "User", "id": 1}],
    "deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True},
}
POLICIES = "environments/pypi/deployment-branch-policies"
SECRETS = "environments/pypi/secrets"


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running, validated(running, refused=True):
        yield running
        assert running.server.crashes == []


@pytest.fixture
def call(host: StandInHost) -> Iterator[Client]:
    with calling(host, host.issue_token(ADMINISTRATOR, admin=True)) as client:
        yield client


def rules(environment: dict[str, object]) -> list[object]:
    told = environment["protection_rules"]
    assert isinstance(told, list)
    return [rule["type"] for rule in told]


def seal(value: str, key: PublicKey) -> str:
    return base64.b64encode(SealedBox(key).encrypt(value.encode())).decode()


class TestEnvironments:
    def test_what_is_put_replaces_all(self, host: StandInHost, call: Client) -> None:
        first = call("PUT", "environments/pypi", WHOLE).content
        call("POST", POLICIES, {"name": "v*", "type": "tag"})
        second = call("PUT", "environments/pypi", {"wait_timer": 5}).content

        assert rules(first) == ["wait_timer", "required_reviewers", "branch_policy"]
        assert first["protection_rules"][1]["reviewers"][0]["reviewer"]["login"] == "stand-in"
        assert rules(second) == ["wait_timer"]
        assert (first["id"], second["deployment_branch_policy"]) == (second["id"], None)
        assert call("GET", POLICIES).status == 404
        assert host.environments.held["pypi"].prevent_self_review is False

    def test_policies(self, call: Client) -> None:
        call("PUT", "environments/pypi", WHOLE)
        made = call("POST", POLICIES, {"name": "v*", "type": "tag"})
        again = call("POST", POLICIES, {"name": "v*", "type": "tag"})
        other = call("POST", POLICIES, {"name": "v*"})
        listed = call("GET", POLICIES).content

        assert [made.status, again.status, other.status] == [200, 303, 200]
        assert [(each["name"], each["type"]) for each in listed["branch_policies"]] == [("v*", "tag"), ("v*", "branch")]
        assert call("DELETE", f"{POLICIES}/{made.content['id']}").status == 204
        assert call("DELETE", f"{POLICIES}/{made.content['id']}").status == 404
        assert call("POST", POLICIES, {"type": "tag"}).status == 422

    def test_one_that_a_job_named_has_no_protection(self, host: StandInHost, call: Client) -> None:
        host.environments.appear("PyPI")
        told = call("GET", "environments/pypi").content

        assert (told["name"], told["protection_rules"], told["deployment_branch_policy"]) == ("PyPI", [], None)
        assert call("DELETE", "environments/pypi").status == 204
        assert call("GET", "environments").content == {"total_count": 0, "environments": []}

    @pytest.mark.parametrize(
        "wish",
        [
            {"reviewers": [{"type": "User", "id": 99}]},
            {"reviewers": [{"type": "Team", "id": 1}]},
            {"wait_timer": 43201},
            {"wait_timer": "5"},
            {"deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": True}},
            {"deployment_branch_policy": {"protected_branches": True}},
        ],
    )
    def test_what_is_refused(self, call: Client, wish: dict[str, object]) -> None:
        assert call("PUT", "environments/pypi", wish).status == 422
        assert call("GET", "environments/pypi").status == 404


class TestSecrets:
    def test_what_is_sealed_is_opened_and_never_told(self, host: StandInHost, call: Client) -> None:
        call("PUT", "environments/pypi", {})
        key = call("GET", f"{SECRETS}/public-key").content
        box = PublicKey(base64.b64decode(key["key"]))
        body = {"encrypted_value": seal("a value", box), "key_id": key["key_id"]}
        statuses = [call("PUT", f"{SECRETS}/pypi_api_token", body).status for _ in range(2)]
        told = call("GET", f"{SECRETS}/PYPI_API_TOKEN")

        assert statuses == [201, 204]
        assert host.secrets.value("PYPI_API_TOKEN", environment="pypi") == "a value"
        assert set(told.content) == {"name", "created_at", "updated_at"}
        assert call("GET", "actions/secrets").content["total_count"] == 0
        assert "a value" not in repr(host.secrets) + repr(host.record)
        assert call("DELETE", f"{SECRETS}/PYPI_API_TOKEN").status == 204
        assert call("DELETE", f"{SECRETS}/PYPI_API_TOKEN").status == 404

    def test_what_is_not_sealed_for_this_place_is_refused(self, call: Client) -> None:
        call("PUT", "environments/pypi", {})
        here, there = (call("GET", f"{where}/public-key").content for where in ("actions/secrets", SECRETS))
        box = PublicKey(base64.b64decode(here["key"]))
        wishes = [
            {"encrypted_value": seal("x", PrivateKey.generate().public_key), "key_id": here["key_id"]},
            {"encrypted_value": seal("x", PublicKey(base64.b64decode(there["key"]))), "key_id": here["key_id"]},
            {"encrypted_value": seal("x", box), "key_id": there["key_id"]},
            {"encrypted_value": "x", "key_id": here["key_id"]},
            {"encrypted_value": seal("x" * 50000, box), "key_id": here["key_id"]},
            {"key_id": here["key_id"]},
            {"encrypted_value": seal("x", box)},
        ]
        right = {"encrypted_value": seal("x", box), "key_id": here["key_id"]}

        assert [call("PUT", "actions/secrets/TOKEN", wish).status for wish in wishes] == [422] * len(wishes)
        assert [call("PUT", f"actions/secrets/{name}", right).status for name in ("GITHUB_X", "1X", "A-B")] == [422] * 3
        assert call("GET", "actions/secrets").content["secrets"] == []

    def test_without_what_opens_them_nothing_is_taken(self, call: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        body = {"encrypted_value": seal("x", PrivateKey.generate().public_key), "key_id": "1"}
        monkeypatch.setitem(sys.modules, "nacl.public", None)
        answers = [call("GET", "actions/secrets/public-key"), call("PUT", "actions/secrets/TOKEN", body)]

        assert [answer.status for answer in answers] == [501, 501]
        assert "PyNaCl" in answers[0].message

    def test_an_environment_that_is_not_there_keeps_none(self, call: Client) -> None:
        assert [call("GET", f"{SECRETS}{rest}").status for rest in ("", "/public-key")] == [404, 404]

    def test_one_that_was_typed_in(self, host: StandInHost, call: Client) -> None:
        host.secrets.keep("LEFTOVER", "x")
        host.secrets.keep("TOKEN", "y", environment="PyPI")

        assert [each["name"] for each in call("GET", "actions/secrets").content["secrets"]] == ["LEFTOVER"]
        assert [each["name"] for each in call("GET", SECRETS).content["secrets"]] == ["TOKEN"]


class TestSwitches:
    def test_actions(self, host: StandInHost, call: Client) -> None:
        assert call("GET", "actions/permissions/selected-actions").status == 409
        assert call("PUT", "actions/permissions", {"sha_pinning_required": True}).status == 422
        assert call("PUT", "actions/permissions", {"enabled": True, "allowed_actions": "selected"}).status == 204
        call("PUT", "actions/permissions/selected-actions", {"patterns_allowed": ["pypa/*"], "verified_allowed": True})
        call("PUT", "actions/permissions", {"enabled": True, "sha_pinning_required": True})

        assert call("GET", "actions/permissions").content == {
            "enabled": True,
            "allowed_actions": "selected",
            "selected_actions_url": f"{host.api_url}/repos/stand-in/project/actions/permissions/selected-actions",
            "sha_pinning_required": True,
        }
        assert call("GET", "actions/permissions/selected-actions").content == {
            "github_owned_allowed": True,
            "patterns_allowed": ["pypa/*"],
            "verified_allowed": True,
        }

    def test_what_jobs_may_do(self, host: StandInHost, call: Client) -> None:
        where = "actions/permissions/workflow"
        assert call("PUT", where, {"default_workflow_permissions": "write"}).status == 204
        assert call("PUT", where, {"can_approve_pull_request_reviews": True}).status == 204
        told = call("GET", where).content
        host.policies.enforced.add("default_workflow_permissions")

        assert told == {"default_workflow_permissions": "write", "can_approve_pull_request_reviews": True}
        assert call("PUT", where, {"default_workflow_permissions": "write"}).status == 409
        assert call("PUT", where, {"default_workflow_permissions": "read"}).status == 204
        assert call("PUT", where, {"default_workflow_permissions": "none"}).status == 422

    def test_runs_of_forks(self, call: Client) -> None:
        where = "actions/permissions/fork-pr-contributor-approval"
        assert call("PUT", where, {"approval_policy": "all_external_contributors"}).status == 204
        assert call("GET", where).content == {"approval_policy": "all_external_contributors"}
        assert [call("PUT", where, wish).status for wish in ({}, {"approval_policy": "nobody"})] == [422, 422]

    def test_immutable_releases(self, host: StandInHost, call: Client) -> None:
        assert call("GET", "immutable-releases").status == 404
        assert call("PUT", "immutable-releases").status == 204
        assert call("POST", "releases", {"tag_name": "v1"}).content["immutable"] is True
        host.policies.enforced.add("immutable_releases")

        assert call("GET", "immutable-releases").content == {"enabled": True, "enforced_by_owner": True}
        assert call("DELETE", "immutable-releases").status == 409

    def test_reports_in_private(self, call: Client) -> None:
        where = "private-vulnerability-reporting"
        answers = [call(method, where) for method in ("GET", "PUT", "GET", "DELETE", "GET")]

        assert [answer.content and answer.content["enabled"] for answer in answers] == [False, None, True, None, False]

    def test_the_page_of_the_repository(self, host: StandInHost, call: Client) -> None:
        security = {name: {"status": "enabled"} for name in ("secret_scanning", "secret_scanning_push_protection")}
        wish = {"security_and_analysis": security, "default_branch": "trunk", "allow_squash_merge": True}
        told = call("PATCH", "", wish).content

        assert told["security_and_analysis"] == security
        assert (told["default_branch"], told["allow_squash_merge"]) == ("trunk", True)
        assert call("PATCH", "", {"visibility": "private"}).content["private"] is True
        assert host.settings.private


class TestIssues:
    def test_their_life(self, call: Client) -> None:
        made = call("POST", "issues", {"title": "one", "labels": ["guard", {"name": "bug"}]}).content
        closed = call("PATCH", made["url"], {"state": "closed", "state_reason": "not_planned", "body": "b"}).content
        opened = call("PATCH", made["url"], {"state": "open", "labels": [], "title": "two"}).content

        assert [label["name"] for label in made["labels"]] == ["guard", "bug"]
        assert (closed["state"], closed["state_reason"], closed["body"]) == ("closed", "not_planned", "b")
        assert closed["closed_at"] is not None
        assert (opened["state_reason"], opened["closed_at"], opened["title"]) == ("reopened", None, "two")

    def test_who_may_not_push_sets_no_labels_and_changes_only_their_own(self, host: StandInHost, call: Client) -> None:
        theirs = call("POST", "issues", {"title": "one"}).content
        with calling(host, host.issue_token({"issues": "write"}, push=False, login="visitor")) as visitor:
            mine = visitor("POST", "issues", {"title": "two", "labels": ["bug"]}).content
            statuses = [visitor("PATCH", each["url"], {"state": "closed"}).status for each in (mine, theirs)]

        assert (mine["labels"], mine["user"]["login"]) == ([], "visitor")
        assert statuses == [200, 403]

    def test_they_are_found_among_pull_requests(self, host: StandInHost, call: Client) -> None:
        from_job = host.issue_token({"issues": "write"}, kind="actions")
        with calling(host, from_job) as job:
            first = job("POST", "issues", {"title": "by a job", "labels": ["guard"]}).content
        call("POST", "issues", {"title": "by hand"})
        listed = {
            query: [each["number"] for each in call("GET", f"issues?{query}").content]
            for query in (
                "state=all",
                "labels=guard",
                "labels=guard,bug",
                "creator=github-actions%5Bbot%5D",
                "state=closed",
            )
        }

        assert first["user"]["type"] == "Bot"
        assert listed == {
            "state=all": [2, 1],
            "labels=guard": [1],
            "labels=guard,bug": [],
            "creator=github-actions%5Bbot%5D": [1],
            "state=closed": [],
        }

    def test_what_is_refused(self, host: StandInHost, call: Client) -> None:
        made = call("POST", "issues", {"title": "one"}).content
        answers = [
            call("POST", "issues", {"body": "x"}),
            call("POST", "issues", {"title": "x", "labels": "bug"}),
            call("POST", made["comments_url"], {"body": ""}),
            call("POST", "labels", {"name": "bug"}),
            call("POST", "labels", {}),
            call("GET", "labels/none"),
            call("GET", "issues/9"),
        ]
        host.settings.has_issues = False

        assert [answer.status for answer in answers] == [422, 422, 422, 422, 422, 404, 404]
        assert call("POST", "issues", {"title": "x"}).status == 410
        assert call("GET", "issues").content == []
