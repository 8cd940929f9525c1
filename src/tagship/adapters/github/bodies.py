"""The bodies of the requests that set a repository on GitHub."""

from collections.abc import Mapping, Sequence
from typing import Final, cast

from tagship.adapters.github.answers import part
from tagship.adapters.github.api import Object, as_objects
from tagship.domain.host_changes import Json
from tagship.domain.hosting import RequiredCheck

Body = dict[str, Json]
ADMINISTRATORS: Final = 5
"""The number of the role in rulesets."""
_CHECKS: Final = "required_status_checks"


def main_ruleset(name: str, ref: str, check: RequiredCheck) -> Body:
    """What protects main: no approvals, since nobody can approve their own work, and nobody who bypasses."""
    required: Body = {"context": check.name, **({} if check.app is None else {"integration_id": check.app})}
    pulls: Body = {
        "required_approving_review_count": 0,
        "dismiss_stale_reviews_on_push": True,
        "require_code_owner_review": False,
        "require_last_push_approval": False,
        "required_review_thread_resolution": True,
        "allowed_merge_methods": ["squash", "rebase", "merge"],
    }
    checks: Body = {
        "strict_required_status_checks_policy": True,
        "do_not_enforce_on_create": False,
        _CHECKS: [required],
    }
    return {
        "name": name,
        "target": "branch",
        "enforcement": "active",
        "bypass_actors": [],
        "conditions": {"ref_name": {"include": [ref], "exclude": []}},
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {"type": "pull_request", "parameters": pulls},
            {"type": _CHECKS, "parameters": checks},
        ],
    }


def tag_ruleset(name: str, patterns: Sequence[str], *, creation: bool) -> Body:
    """Who makes tags, or that tags stay as they are: two rulesets, because a bypass is of a whole one."""
    actor: Body = {"actor_id": ADMINISTRATORS, "actor_type": "RepositoryRole", "bypass_mode": "always"}
    kinds = ("creation",) if creation else ("update", "deletion", "non_fast_forward")
    return {
        "name": name,
        "target": "tag",
        "enforcement": "active",
        "bypass_actors": [actor] if creation else [],
        "conditions": {"ref_name": {"include": [f"refs/tags/{pattern}" for pattern in patterns], "exclude": []}},
        "rules": [{"type": kind} for kind in kinds],
    }


def ruleset_body(found: Object, wanted: Mapping[str, Json]) -> Body:
    """A ruleset that is there with what it lacks added; nothing that stands in it is taken away, but what excludes."""
    names, others = part(part(found, "conditions"), "ref_name"), part(part(dict(wanted), "conditions"), "ref_name")
    include = [*_texts(names.get("include")), *_texts(others.get("include"))]
    there = list(as_objects(found.get("rules", [])))
    rules = [_rule(each, _of_kind(each.get("type"), wanted)) for each in there]
    kinds = {each.get("type") for each in there}
    rules += [each for each in as_objects(wanted["rules"]) if each.get("type") not in kinds]
    return {
        "name": wanted["name"],
        "target": wanted["target"],
        "enforcement": "active",
        "bypass_actors": cast("Json", found.get("bypass_actors", wanted["bypass_actors"])),
        "conditions": {"ref_name": {"include": list(dict.fromkeys(include)), "exclude": []}},
        "rules": cast("Json", rules),
    }


def _of_kind(kind: object, wanted: Mapping[str, Json]) -> Object | None:
    return next((each for each in as_objects(wanted["rules"]) if each.get("type") == kind), None)


def _rule(found: Object, wanted: Object | None) -> Object:
    """A rule that is there; of required checks those are added that it lacks."""
    if wanted is None or found.get("type") != _CHECKS:
        return found
    old, new = part(found, "parameters"), part(wanted, "parameters")
    checks = list(as_objects(old.get(_CHECKS, [])))
    lacking = [each for each in as_objects(new[_CHECKS]) if each not in checks]
    # The same check from anybody would be the one that is forged.
    names = {each["context"] for each in lacking}
    kept = [each for each in checks if each.get("context") not in names]
    parameters = {**old, "strict_required_status_checks_policy": True, _CHECKS: [*kept, *lacking]}
    return {**found, "parameters": parameters}


def environment_body(found: Object | None, reviewers: Sequence[int], *, as_it_was: bool = False) -> Body:
    """All of an environment, for whatever is left out is reset: what it has, with these reviewers and tags alone."""
    rules = [] if found is None else list(as_objects(found.get("protection_rules", [])))
    asked: list[Json] = [
        {"type": str(each.get("type")), "id": cast("Json", part(each, "reviewer").get("id"))}
        for rule in rules
        for each in as_objects(rule.get("reviewers", []))
    ]
    asked += [{"type": "User", "id": number} for number in reviewers]
    waits = [wait for rule in rules if isinstance(wait := rule.get("wait_timer"), int)]
    alone = any(rule.get("prevent_self_review") is True for rule in rules)
    policy = None if found is None else found.get("deployment_branch_policy")
    return {
        "wait_timer": max(waits, default=0),
        "prevent_self_review": alone,
        "reviewers": asked,
        "deployment_branch_policy": cast("Json", policy)
        if as_it_was
        else {"protected_branches": False, "custom_branch_policies": True},
    }


def _texts(told: object) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []
