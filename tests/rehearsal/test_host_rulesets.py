"""The rulesets of the stand-in host: what it takes, what it adds, what it hides."""

from collections.abc import Iterator, Mapping

import pytest

from openapi import validated
from rehearsal.calling import ADMINISTRATOR, MAIN, TAGS_KEPT, TAGS_MADE, Client, calling
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.ref_patterns import means

RULES: list[Mapping[str, object]] = [{"type": "deletion"}]
CONDITIONS = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running, validated(running, refused=True):
        yield running
        assert running.server.crashes == []


@pytest.fixture
def call(host: StandInHost) -> Iterator[Client]:
    with calling(host, host.issue_token(ADMINISTRATOR, admin=True)) as client:
        yield client


def ruleset(**members: object) -> dict[str, object]:
    return {
        "name": "x",
        "target": "branch",
        "enforcement": "active",
        "rules": RULES,
        "conditions": CONDITIONS,
        **members,
    }


def test_the_host_adds_to_what_it_is_given(call: Client) -> None:
    made = call("POST", "rulesets", MAIN)
    rules = {rule["type"]: rule.get("parameters") for rule in made.content["rules"]}

    assert made.status == 201
    assert (made.content["source_type"], made.content["source"]) == ("Repository", "stand-in/project")
    assert rules["pull_request"]["required_reviewers"] == []
    assert rules["pull_request"]["dismissal_restriction"] == {"allowed_actors": [], "enabled": False}
    assert rules["pull_request"]["require_extra_approval_for_unattributed_changes"] is False
    assert rules["deletion"] is None


def test_a_list_tells_less_than_one(call: Client) -> None:
    for body in (MAIN, TAGS_MADE, TAGS_KEPT):
        call("POST", "rulesets", body)
    first = call("GET", "rulesets?targets=branch,tag&per_page=2")
    tags = call("GET", "rulesets?targets=tag").content

    assert [each["name"] for each in first.content] == ["tagship: main", "tagship: v* create"]
    assert 'rel="next"' in first.headers["Link"]
    assert [each["name"] for each in tags] == ["tagship: v* create", "tagship: v* immutable"]
    assert not {"rules", "conditions", "bypass_actors"} & set(tags[0])


def test_who_may_bypass_is_told_to_who_may_change_it(host: StandInHost, call: Client) -> None:
    url = call("POST", "rulesets", TAGS_MADE).content["_links"]["self"]["href"]
    with calling(host, host.issue_token({"contents": "read"})) as other:
        seen = other("GET", url).content

    mine = call("GET", url).content
    assert mine["bypass_actors"] == TAGS_MADE["bypass_actors"]
    assert mine["current_user_can_bypass"] == "always"
    assert "bypass_actors" not in seen
    assert seen["current_user_can_bypass"] == "never"


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (ruleset(name=""), None),
        ({"name": "x"}, None),
        (ruleset(enforcement="evaluate"), "Enforcement evaluate"),
        (ruleset(target="commit"), None),
        (ruleset(rules=[{"type": "friday"}]), "Invalid rule 'friday'"),
        (ruleset(rules=[{"type": "pull_request"}]), "Invalid parameter"),
        (ruleset(rules=[{"type": "tag_name_pattern", "parameters": {}}]), "not available on this plan"),
        (ruleset(target="tag", rules=MAIN["rules"]), "not applicable"),
        (ruleset(conditions={"ref_name": {"include": ["main"], "exclude": []}}), "Invalid target patterns: 'main'"),
        (ruleset(conditions={"ref_name": {"include": ["~ALL"]}}), "Invalid target patterns: ''"),
        (
            ruleset(bypass_actors=[{"actor_id": 15368, "actor_type": "Integration", "bypass_mode": "always"}]),
            "Actor GitHub Actions integration must be part of the ruleset source or owner organization",
        ),
        (ruleset(bypass_actors=[{"actor_id": 1, "actor_type": "OrganizationAdmin"}]), "must be part of"),
        (ruleset(bypass_actors=[{"actor_id": 3, "actor_type": "RepositoryRole"}]), "must be part of"),
        (ruleset(bypass_actors=[{"actor_id": 99, "actor_type": "User"}]), "must be part of"),
        (ruleset(bypass_actors=[{"actor_id": 1}]), "can't be blank"),
        (
            ruleset(
                target="tag",
                bypass_actors=[{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "pull_request"}],
            ),
            "only applicable to branch rulesets",
        ),
    ],
)
def test_what_is_refused(call: Client, body: dict[str, object], complaint: str | None) -> None:
    answer = call("POST", "rulesets", body)

    assert answer.status == 422
    assert complaint is None or complaint in answer.content["errors"][0]
    assert call("GET", "rulesets").content == []


def test_an_enterprise_may_evaluate_and_name_patterns() -> None:
    pattern = {"type": "tag_name_pattern", "parameters": {"operator": "starts_with", "pattern": "v"}}
    body = ruleset(target="tag", enforcement="evaluate", rules=[pattern])
    with StandInHost(plan="enterprise") as host, validated(host), calling(host, host.token) as call:
        assert call("POST", "rulesets", body).status == 201


def test_an_installed_application_may_bypass(host: StandInHost, call: Client) -> None:
    host.rulesets.apps[77] = "release-bot"
    body = ruleset(bypass_actors=[{"actor_id": 77, "actor_type": "Integration", "bypass_mode": "always"}])

    assert call("POST", "rulesets", body).status == 201


def test_a_name_is_taken_once(call: Client) -> None:
    first, second = call("POST", "rulesets", ruleset()), call("POST", "rulesets", ruleset(name="y"))
    again = call("POST", "rulesets", ruleset())
    renamed = call("PUT", f"rulesets/{second.content['id']}", {"name": "x"})

    assert first.status == 201
    assert [(each.status, each.content["errors"]) for each in (again, renamed)] == [(422, ["Name must be unique"])] * 2


def test_there_is_an_end_to_them(host: StandInHost, call: Client) -> None:
    for number in range(75):
        host.rulesets.add(ruleset(name=str(number)))

    assert call("POST", "rulesets", ruleset()).status == 422
    assert len(call("GET", "rulesets?per_page=100").content) == 75


def test_an_update_replaces_what_it_names(call: Client) -> None:
    url = call("POST", "rulesets", MAIN).content["_links"]["self"]["href"]
    changed = call("PUT", url, {"rules": [{"type": "update"}]}).content

    assert changed["rules"] == [{"type": "update", "parameters": {"update_allows_fetch_and_merge": False}}]
    assert (changed["name"], changed["conditions"]) == (MAIN["name"], MAIN["conditions"])
    assert call("DELETE", url).status == 204
    assert [call(method, url, {} if method == "PUT" else None).status for method in ("GET", "PUT", "DELETE")] == [
        404
    ] * 3


def test_what_an_organisation_hands_down() -> None:
    with (
        StandInHost("acme/tool", owner_type="Organization") as host,
        validated(host),
        calling(host, host.token) as call,
    ):
        host.rulesets.add(ruleset(rules=[{"type": "required_signatures"}]), source="acme")
        own = call("POST", "rulesets", ruleset(bypass_actors=[{"actor_id": 15368, "actor_type": "Integration"}]))
        both = call("GET", "rulesets").content
        alone = call("GET", "rulesets?includes_parents=false").content
        inherited = call("GET", "rulesets/1").content
        effective = call("GET", "rules/branches/main").content

        assert own.status == 201
        assert [each["source_type"] for each in both] == ["Organization", "Repository"]
        assert [each["name"] for each in alone] == ["x"]
        assert (inherited["source"], "bypass_actors" in inherited) == ("acme", False)
        assert call("GET", "rulesets/1?includes_parents=false").status == 404
        assert [call("PUT", "rulesets/1", {}).status, call("DELETE", "rulesets/1").status] == [404, 404]
        assert [(rule["type"], rule["ruleset_source_type"]) for rule in effective] == [
            ("required_signatures", "Organization"),
            ("deletion", "Repository"),
        ]


def test_only_what_is_in_force_is_effective(call: Client) -> None:
    call("POST", "rulesets", ruleset(enforcement="disabled"))
    call(
        "POST",
        "rulesets",
        ruleset(name="tags", target="tag", conditions={"ref_name": {"include": ["~ALL"], "exclude": []}}),
    )
    release = {"ref_name": {"include": ["refs/heads/release/*"], "exclude": ["refs/heads/release/old"]}}
    call("POST", "rulesets", ruleset(name="lines", conditions=release))
    names = ("main", "release/1.x", "release/old", "release/1/x")

    assert [len(call("GET", f"rules/branches/{name}").content) for name in names] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("refs/tags/v*", "refs/tags/v1.0", True),
        ("refs/tags/v*", "refs/tags/v1/0", False),
        ("refs/tags/**/v*", "refs/tags/a/b/v1", True),
        ("refs/tags/**/v*", "refs/tags/v1", True),
        ("refs/tags/v?", "refs/tags/v1", True),
        ("refs/tags/v?", "refs/tags/v10", False),
        ("refs/tags/v[0-9].*", "refs/tags/v1.0", True),
        ("refs/tags/v[0-9].*", "refs/tags/vx.0", False),
        ("refs/tags/v[!0-9]", "refs/tags/vx", True),
        ("refs/tags/v1.0", "refs/tags/v1x0", False),
        ("~ALL", "refs/tags/any", True),
        ("~DEFAULT_BRANCH", "refs/heads/main", True),
        ("~DEFAULT_BRANCH", "refs/heads/other", False),
    ],
)
def test_patterns(pattern: str, name: str, expected: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert means({"ref_name": {"include": [pattern], "exclude": []}}, name, branch="main") is expected
    assert means({"ref_name": {"include": ["~ALL"], "exclude": [pattern]}}, name, branch="main") is not expected


def test_no_condition_means_nothing() -> None:
    assert not means(None, "refs/heads/main", branch="main")


def test_protection_of_the_older_kind(host: StandInHost, call: Client) -> None:
    missing = call("GET", "branches/main/protection")
    wish = {
        "required_status_checks": {
            "strict": True,
            "contexts": [],
            "checks": [{"context": "ready", "app_id": 15368}],
        },
        "enforce_admins": True,
        "required_pull_request_reviews": None,
        "restrictions": None,
        "allow_force_pushes": False,
    }
    half = call("PUT", "branches/main/protection", {"enforce_admins": True})
    put = call("PUT", "branches/main/protection", wish).content

    assert (missing.status, missing.message) == (404, "Branch not protected")
    assert half.status == 422
    assert put["enforce_admins"]["enabled"] is True
    assert put["required_status_checks"]["contexts"] == ["ready"]
    assert "required_pull_request_reviews" not in put
    assert call("GET", "branches/main").status == 404
    assert list(host.branches.protection) == ["main"]
