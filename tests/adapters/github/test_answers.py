"""What GitHub tells of settings, as values: also what it tells seldom, or in another shape."""

import pytest

from tagship.adapters.github.answers import (
    environment_in,
    guard_of_protection,
    guard_of_ruleset,
    repository_in,
    secret_in,
    seen_in,
)
from tagship.adapters.github.api import Object
from tagship.adapters.github.bodies import ruleset_body, tag_ruleset
from tagship.domain.hosting import Force, RequiredCheck, Rule
from tagship.errors import FactUnknown

RULESET: Object = {
    "name": "some",
    "target": "branch",
    "enforcement": "active",
    "source": "org",
    "source_type": "Organization",
    "conditions": {"ref_name": {"include": ["~ALL", "refs/heads/x/*", "refs/tags/v*"], "exclude": ["~DEFAULT_BRANCH"]}},
    "rules": [{"type": "deletion"}, {"type": "required_signatures"}],
}


def test_a_repository_without_a_name() -> None:
    with pytest.raises(FactUnknown, match="without name"):
        repository_in({"full_name": "a/b"})


def test_a_ruleset_of_an_organization() -> None:
    guard = guard_of_ruleset(RULESET, "ma[in")

    assert (guard.covers, guard.excepts) == (("**/*", "x/*"), ("ma[[]in",))
    assert guard.rules == {Rule.NO_DELETION}
    assert (guard.inherited, guard.own, guard.bypassed_by) == (True, False, None)
    assert guard.is_about("x/y")
    assert not guard.is_about("ma[in")


@pytest.mark.parametrize(("odd", "about"), [("refs/**/main", False), ("*", False), (7, False), ("refs/tags/v*", True)])
def test_an_exception_that_is_not_followed_covers_all(odd: str | int, *, about: bool) -> None:
    """What may leave main out protects nothing that is known of."""
    names = {"include": ["~ALL"], "exclude": [odd]}

    assert guard_of_ruleset({**RULESET, "conditions": {"ref_name": names}}, "main").is_about("main") is about


@pytest.mark.parametrize(
    ("actor", "told"),
    [
        ({"actor_type": "RepositoryRole", "actor_id": 5, "bypass_mode": "always"}, "administrators"),
        ({"actor_type": "RepositoryRole", "actor_id": 9, "bypass_mode": "always"}, "the role 9"),
        ({"actor_type": "OrganizationAdmin", "actor_id": 1, "bypass_mode": "pull_request"},
         "owners of the organization for pull requests"),
        ({"actor_type": "DeployKey", "actor_id": None, "bypass_mode": "always"}, "deploy keys"),
        ({"actor_type": "Integration", "actor_id": 7, "bypass_mode": "always"}, "integration 7"),
        ({"actor_type": "Integration", "actor_id": 15368, "bypass_mode": "always"}, "the jobs of workflows"),
        ({"actor_type": "RepositoryRole", "actor_id": 4, "bypass_mode": "always"}, "whoever may write"),
    ],
)  # fmt: skip
def test_who_bypasses(actor: Object, told: str) -> None:
    assert guard_of_ruleset({**RULESET, "bypass_actors": [actor]}, "main").bypassed_by == (told,)


@pytest.mark.parametrize(
    ("own", "told"), [("never", None), ("always", ("you, at least",)), ("exempt", ("you, at least",))]
)
def test_what_a_caller_is_told_of_its_own_bypass(own: str, told: tuple[str, ...] | None) -> None:
    assert guard_of_ruleset({**RULESET, "current_user_can_bypass": own}, "main").bypassed_by == told


def test_a_merge_queue_brings_branches_up_to_date() -> None:
    rules = [{"type": "merge_queue", "parameters": {}}, {"type": "a rule to come"}]

    assert guard_of_ruleset({**RULESET, "rules": rules}, "main").rules == {Rule.UP_TO_DATE}


def test_a_way_of_enforcing_that_is_not_known_enforces_nothing() -> None:
    assert guard_of_ruleset({**RULESET, "enforcement": "new"}, "main").force is Force.DISABLED


def test_the_older_protection_with_exceptions() -> None:
    told: Object = {
        "required_pull_request_reviews": {
            "required_approving_review_count": 2,
            "bypass_pull_request_allowances": {"users": [{"login": "a"}], "teams": [{"slug": "b"}], "apps": []},
        },
        "required_status_checks": {
            "strict": False,
            "checks": [{"context": "x", "app_id": -1}, {"context": "y", "app_id": 3}],
        },
        "enforce_admins": {"enabled": False},
        "allow_force_pushes": {"enabled": True},
    }
    guard = guard_of_protection(told, "main", "https://x.test")

    assert guard.rules == {Rule.PULL_REQUEST, Rule.NO_DELETION}
    assert guard.bypassed_by == ("administrators", "a", "b")
    assert guard.checks == (RequiredCheck("x"), RequiredCheck("y", 3))
    assert guard.approvals == 2


def test_a_team_that_reviews_and_a_timer() -> None:
    answer: Object = {
        "name": "pypi",
        "html_url": "https://x.test",
        "protection_rules": [
            {"type": "wait_timer", "wait_timer": 30},
            {"type": "required_reviewers", "reviewers": [{"type": "Team", "reviewer": {"slug": "releasers"}}]},
        ],
        "deployment_branch_policy": None,
    }
    found = environment_in(answer, None)

    assert (found.reviewers, found.wait_minutes, found.policies) == (("releasers",), 30, None)


@pytest.mark.parametrize("at", ["yesterday", None, 3])
def test_a_secret_without_a_date(at: object) -> None:
    assert secret_in({"name": "A", "updated_at": at, "value": "never looked at"}, "here").updated_at is None


def test_a_check_without_an_application() -> None:
    assert seen_in({"name": "x", "app": None}) == RequiredCheck("x")


def test_a_ruleset_of_ours_is_added_to_and_nothing_is_taken_away() -> None:
    body = ruleset_body({**RULESET, "target": "tag"}, tag_ruleset("tagship: x", ["v*"], creation=False))

    assert body["rules"] == [
        {"type": "deletion"},
        {"type": "required_signatures"},
        {"type": "update"},
        {"type": "non_fast_forward"},
    ]
