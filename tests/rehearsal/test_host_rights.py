"""Who may do what on the stand-in host, under which plan, and how it says no."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from openapi import validated
from rehearsal.calling import ADMINISTRATOR, MAIN, Client, calling
from tagship.rehearsal.host import StandInHost

Client_of = Callable[[StandInHost, str | None], Client]
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."
REVIEWED = {"reviewers": [{"type": "User", "id": 1}], "deployment_branch_policy": None}
TAGS_ONLY = {"deployment_branch_policy": {"protected_branches": False, "custom_branch_policies": True}}


@pytest.fixture
def connect() -> Iterator[Client_of]:
    with ExitStack() as stack:
        yield lambda host, token: stack.enter_context(calling(host, token))


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost(anonymous=True) as running, validated(running):
        yield running
        assert running.server.crashes == []


ASKED = (
    ("GET", "", None),
    ("GET", "rulesets", None),
    ("GET", "environments", None),
    ("POST", "issues", {"title": "x"}),
    ("POST", "releases", {"tag_name": "v1"}),
    ("POST", "rulesets", MAIN),
    ("GET", "actions/permissions", None),
    ("GET", "actions/secrets", None),
)


@pytest.mark.parametrize(
    ("made", "statuses"),
    [
        (lambda host: host.token, [200, 200, 200, 201, 201, 201, 200, 200]),
        (lambda host: host.reading_token, [200, 200, 200, 201, 404, 403, 403, 403]),
        (lambda host: host.issue_token(ADMINISTRATOR, admin=True), [200, 200, 200, 201, 201, 201, 200, 200]),
        (lambda host: host.issue_token(ADMINISTRATOR), [200, 200, 200, 201, 201, 403, 403, 403]),
        (lambda host: host.issue_token(ADMINISTRATOR, push=False), [200, 200, 200, 201, 403, 403, 403, 403]),
        (lambda host: host.issue_token({}, admin=True), [200, 200, 403, 403, 403, 403, 403, 403]),
        (
            lambda host: host.issue_token({"contents": "write", "issues": "write", "actions": "read"}, kind="actions"),
            [200, 200, 200, 201, 201, 403, 403, 403],
        ),
        (lambda host: host.issue_token({}, kind="classic", admin=True), [200, 200, 200, 404, 404, 404, 404, 404]),
        (lambda _: None, [200, 200, 200, 401, 401, 401, 401, 401]),
    ],
    ids=["maintainer", "reader", "fine", "not-admin", "not-pushing", "too-little", "job", "no-scope", "nobody"],
)
def test_who_may_what(
    host: StandInHost, connect: Client_of, made: Callable[[StandInHost], str | None], statuses: list[int]
) -> None:
    call = connect(host, made(host))

    assert [call(*asked).status for asked in ASKED] == statuses


def test_a_refusal_names_what_is_missing(host: StandInHost, connect: Client_of) -> None:
    by_person = connect(host, host.issue_token({"contents": "read"}, admin=True))("POST", "rulesets", MAIN)
    by_job = connect(host, host.issue_token({}, kind="actions"))("GET", f"commits/{'a' * 40}/pulls")

    assert by_person.message == "Resource not accessible by personal access token"
    assert by_person.headers["X-Accepted-GitHub-Permissions"] == "administration=write"
    assert by_job.message == "Resource not accessible by integration"
    assert by_job.headers["X-Accepted-GitHub-Permissions"] == "pull_requests=read"


def test_a_classic_token_tells_its_scopes_and_its_end(host: StandInHost, connect: Client_of) -> None:
    end = datetime.now(UTC) + timedelta(days=1)
    scopes = {"repo": "write", "workflow": "write"}
    told = connect(host, host.issue_token(scopes, kind="classic", admin=True, expires=end))("GET", "")

    assert told.headers["X-OAuth-Scopes"] == "repo, workflow"
    assert told.headers["github-authentication-token-expiration"] == f"{end:%F %T} UTC"


def test_a_token_that_is_over(host: StandInHost, connect: Client_of) -> None:
    token = host.issue_token(ADMINISTRATOR, admin=True, expires=datetime.now(UTC) - timedelta(seconds=1))
    answers = [connect(host, each)("GET", "") for each in (token, "nonsense")]

    assert [(answer.status, answer.message) for answer in answers] == [(401, "Bad credentials")] * 2


def test_a_job_cannot_be_given_settings(host: StandInHost, connect: Client_of) -> None:
    with pytest.raises(ValueError, match="administration, secrets"):
        host.issue_token({"administration": "read", "secrets": "write"}, kind="actions")

    hyphenated = host.issue_token({"pull-requests": "read"}, kind="actions")
    assert connect(host, hyphenated)("GET", "pulls").status == 200
    assert connect(host, hyphenated)("GET", "/user").status == 403


def test_only_administrators_see_the_settings(host: StandInHost, connect: Client_of) -> None:
    admin = connect(host, host.token)("GET", "").content
    other = connect(host, host.reading_token)("GET", "").content
    nobody = connect(host, None)("GET", "").content

    assert admin["security_and_analysis"]["secret_scanning"] == {"status": "disabled"}
    assert (admin["permissions"]["admin"], other["permissions"]["admin"]) == (True, False)
    assert "security_and_analysis" not in other
    assert "permissions" not in nobody


class TestWhatIsPrivate:
    def test_it_is_hidden_from_strangers(self, connect: Client_of) -> None:
        with StandInHost(private=True, anonymous=True) as host, validated(host):
            tokens = [None, host.reading_token, host.issue_token({}), host.token]

            assert [connect(host, token)("GET", "").status for token in tokens] == [404, 404, 404, 200]
            host.others.tags["actions/checkout"] = {"v4": "a" * 40}
            assert connect(host, None)("GET", "/repos/actions/checkout/tags").status == 200

    @pytest.mark.parametrize(
        ("plan", "rules", "plain", "reviewed", "tags"),
        [
            ("free", 403, 404, 422, 422),
            ("pro", 200, 200, 422, 200),
            ("team", 200, 200, 422, 200),
            ("enterprise", 200, 200, 200, 200),
        ],
    )
    def test_what_a_plan_offers(
        self, connect: Client_of, plan: str, rules: int, plain: int, reviewed: int, tags: int
    ) -> None:
        with StandInHost(plan=plan, private=True) as host, validated(host):
            call = connect(host, host.issue_token(ADMINISTRATOR, admin=True))
            listed = call("GET", "rulesets")

            assert listed.status == rules
            assert rules == 200 or listed.message == UPGRADE
            assert [call("GET", path).status for path in ("rules/branches/main",)] == [rules]
            assert call("PUT", "environments/pypi", {}).status == plain
            assert call("PUT", "environments/pypi", REVIEWED).status == reviewed
            assert call("PUT", "environments/pypi", TAGS_ONLY).status == tags

    def test_a_refused_reviewer_is_a_matter_of_billing(self, connect: Client_of) -> None:
        with StandInHost(plan="team", private=True) as host, validated(host):
            call = connect(host, host.token)
            refused = [call("PUT", "environments/pypi", wish).message for wish in (REVIEWED, {"wait_timer": 5})]
            scanning = call("PATCH", "", {"security_and_analysis": {"secret_scanning": {"status": "enabled"}}})

        assert all("Please ensure the billing plan supports" in message for message in refused)
        assert scanning.status == 200

    def test_scanning_is_not_for_everybody(self, connect: Client_of) -> None:
        with StandInHost(private=True) as host, validated(host):
            wish = {"security_and_analysis": {"secret_scanning": {"status": "enabled"}}}
            assert connect(host, host.token)("PATCH", "", wish).status == 422


def test_what_was_archived_is_read_only(host: StandInHost, connect: Client_of) -> None:
    call = connect(host, host.token)
    assert call("PATCH", "", {"archived": True}).status == 200
    writes: tuple[tuple[str, str, object], ...] = (
        ("POST", "rulesets", MAIN),
        ("PUT", "environments/pypi", {}),
        ("POST", "issues", {"title": "x"}),
        ("POST", "releases", {"tag_name": "v1"}),
        ("PUT", "immutable-releases", None),
        ("PATCH", "", {"has_issues": False}),
    )
    answers = [call(*write) for write in writes]

    assert [answer.status for answer in answers] == [403] * len(writes)
    assert {answer.message for answer in answers} == {"Repository was archived so is read-only."}
    assert call("GET", "").content["archived"] is True
    assert call("PATCH", "", {"archived": False}).status == 200
    assert call("POST", "rulesets", MAIN).status == 201


def test_what_was_renamed_leads_on(host: StandInHost, connect: Client_of) -> None:
    call = connect(host, host.token)
    call("PATCH", "", {"name": "new"})
    read = call("GET", "/repos/stand-in/project/rulesets?per_page=1")
    write = call("POST", "/repos/Stand-In/project/rulesets", MAIN)

    assert (read.status, write.status) == (301, 307)
    assert read.headers["Location"] == f"{host.api_url}/repositories/{host.settings.id}/rulesets?per_page=1"
    assert call("POST", write.headers["Location"], MAIN).status == 201
    assert call("GET", read.headers["Location"]).content[0]["source"] == "stand-in/new"
    assert call("GET", "/repos/STAND-IN/New").status == 200


def test_an_organisation_tells_its_plan_to_its_owners(connect: Client_of) -> None:
    with StandInHost("acme/tool", owner_type="Organization", plan="team") as host, validated(host):
        owner, other = (connect(host, token)("GET", "/orgs/acme") for token in (host.token, host.reading_token))
        described = connect(host, host.token)("GET", "").content
        me = connect(host, host.token)("GET", "/user").content

    assert owner.content["plan"]["name"] == "team"
    assert "plan" not in other.content
    assert (described["owner"]["type"], me["login"], me["type"]) == ("Organization", "maintainer", "User")
