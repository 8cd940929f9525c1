"""What GitHub tells of a repository's settings, as values."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from tagship.adapters.github.api import Object, as_object, as_objects
from tagship.domain.host_changes import OWN
from tagship.domain.hosting import (
    ACTIONS_APP,
    CALLER_AT_LEAST,
    EVERYTHING,
    JOBS,
    WRITERS,
    Environment,
    Force,
    Guard,
    HostRepository,
    RefPolicy,
    RequiredCheck,
    Rule,
    StoredSecret,
)
from tagship.errors import FactUnknown

_RULES: Mapping[str, Rule] = {
    "pull_request": Rule.PULL_REQUEST,
    "non_fast_forward": Rule.NO_FORCE_PUSH,
    "deletion": Rule.NO_DELETION,
    "creation": Rule.CREATION,
    "update": Rule.NO_UPDATE,
    "merge_queue": Rule.UP_TO_DATE,  # what waits in it is checked on top of main
}
_FORCES: Mapping[object, Force] = {"active": Force.ACTIVE, "evaluate": Force.EVALUATED, "disabled": Force.DISABLED}
_ROLES: Mapping[object, str] = {2: "whoever maintains", 4: WRITERS, 5: "administrators"}
_PREFIXES: Mapping[str, str] = {"branch": "refs/heads/", "tag": "refs/tags/"}
_ANYBODY: Final = -1
"""How the protection of a branch spells that a check may come from whatever application."""


def repository_in(answer: Object) -> HostRepository:
    """The repository; raises FactUnknown where it is not described as the interface promises."""
    name, url, branch = answer.get("full_name"), answer.get("html_url"), answer.get("default_branch")
    if not (isinstance(name, str) and isinstance(url, str) and isinstance(branch, str)):
        raise FactUnknown("the host describes a repository without name, address or default branch")
    admin = part(answer, "permissions").get("admin")
    return HostRepository(
        name=name,
        url=url,
        default_branch=branch,
        private=answer.get("private") is not False,
        archived=answer.get("archived") is True,
        of_organization=part(answer, "owner").get("type") == "Organization",
        administered=admin if isinstance(admin, bool) else None,
    )


def guard_of_ruleset(ruleset: Object, main: str) -> Guard:
    """A ruleset; `main` is the default branch, which some conditions mean without naming it."""
    names = part(part(ruleset, "conditions"), "ref_name")
    prefix = _PREFIXES.get(str(ruleset.get("target")), "")
    rules = list(as_objects(ruleset.get("rules", [])))
    checks = next((part(rule, "parameters") for rule in rules if rule.get("type") == "required_status_checks"), {})
    pulls = next((part(rule, "parameters") for rule in rules if rule.get("type") == "pull_request"), {})
    told = {_RULES[kind] for rule in rules if (kind := str(rule.get("type"))) in _RULES}
    if checks.get("strict_required_status_checks_policy") is True:
        told.add(Rule.UP_TO_DATE)
    approvals = pulls.get("required_approving_review_count")
    page = part(part(ruleset, "_links"), "html").get("href")
    name, inherited = str(ruleset.get("name")), ruleset.get("source_type") != "Repository"
    return Guard(
        name=f"the ruleset {name!r}" + (f" of {ruleset.get('source')}" if inherited else ""),
        rules=frozenset(told),
        covers=_patterns(names.get("include"), prefix, main),
        excepts=_exceptions(names.get("exclude"), prefix, main),
        force=_FORCES.get(ruleset.get("enforcement"), Force.DISABLED),
        checks=tuple(map(_check, as_objects(checks.get("required_status_checks", [])))),
        approvals=approvals if isinstance(approvals, int) else 0,
        bypassed_by=_bypassing(ruleset),
        page=page if isinstance(page, str) else None,
        inherited=inherited,
        own=not inherited and name.startswith(OWN),
    )


def _patterns(told: object, prefix: str, main: str) -> tuple[str, ...]:
    """Patterns of full names as patterns of names; those of another kind of reference are none of these."""
    found: list[str] = []
    for pattern in told if isinstance(told, list) else []:
        if pattern == "~ALL":
            found.append(EVERYTHING)
        elif pattern == "~DEFAULT_BRANCH":
            found.append("".join(f"[{sign}]" if sign in "*?[" else sign for sign in main))
        elif isinstance(pattern, str) and pattern.startswith(prefix):
            found.append(pattern.removeprefix(prefix))
    return tuple(found)


def _exceptions(told: object, prefix: str, main: str) -> tuple[str, ...]:
    """The same of what is left out; what may mean a name in a way that is not followed here leaves out every one."""
    plain = [each for each in told if _is_plain(each)] if isinstance(told, list) else []
    odd = isinstance(told, list) and len(plain) < len(told)
    return (*_patterns(plain, prefix, main), *((EVERYTHING,) if odd else ()))


def _is_plain(pattern: object) -> bool:
    """Whether a pattern says which kind of reference it is about."""
    return isinstance(pattern, str) and pattern.startswith(("~ALL", "~DEFAULT_BRANCH", *_PREFIXES.values()))


def _bypassing(ruleset: Object) -> tuple[str, ...] | None:
    """Who may bypass; None where the host does not show it to this caller, unless it says who they are not."""
    actors = ruleset.get("bypass_actors")
    if not isinstance(actors, list):
        own = ruleset.get("current_user_can_bypass")
        return (CALLER_AT_LEAST,) if own in {"always", "pull_requests_only", "exempt"} else None
    return tuple(map(_actor, as_objects(actors)))


def _actor(actor: Object) -> str:
    kind, number = actor.get("actor_type"), actor.get("actor_id")
    mode = " for pull requests" if actor.get("bypass_mode") == "pull_request" else ""
    match kind:
        case "RepositoryRole":
            return f"{_ROLES.get(number, f'the role {number}')}{mode}"
        case "OrganizationAdmin":
            return f"owners of the organization{mode}"
        case "Integration" if number == ACTIONS_APP:
            return f"{JOBS}{mode}"
        case "DeployKey":
            return f"deploy keys{mode}"
        case _:
            return f"{str(kind).lower()} {number}{mode}"


def _check(told: Object) -> RequiredCheck:
    app = told.get("integration_id", told.get("app_id"))
    return RequiredCheck(str(told.get("context")), app if isinstance(app, int) and app != _ANYBODY else None)


def guard_of_protection(told: Object, branch: str, page: str) -> Guard:
    """The protection of a branch, the older kind of rules."""
    reviews, checks = told.get("required_pull_request_reviews"), part(told, "required_status_checks")
    rules = {
        Rule.PULL_REQUEST: isinstance(reviews, dict),
        Rule.NO_FORCE_PUSH: not _is_on(told, "allow_force_pushes"),
        Rule.NO_DELETION: not _is_on(told, "allow_deletions"),
        Rule.UP_TO_DATE: checks.get("strict") is True,
    }
    exempt = part(part(told, "required_pull_request_reviews"), "bypass_pull_request_allowances")
    around = [
        str(each.get("login") or each.get("slug"))
        for kind in ("users", "teams", "apps")
        for each in as_objects(exempt.get(kind, []))
    ]
    approvals = part(told, "required_pull_request_reviews").get("required_approving_review_count")
    return Guard(
        name=f"the protection of {branch}",
        rules=frozenset(rule for rule, holds in rules.items() if holds),
        covers=("".join(f"[{sign}]" if sign in "*?[" else sign for sign in branch),),
        checks=tuple(map(_check, as_objects(checks.get("checks", [])))),
        approvals=approvals if isinstance(approvals, int) else 0,
        bypassed_by=(*(() if _is_on(told, "enforce_admins") else ("administrators",)), *around),
        page=page,
    )


def _is_on(told: Object, switch: str) -> bool:
    return part(told, switch).get("enabled") is True


def environment_in(answer: Object, policies: Iterator[Object] | None) -> Environment:
    """An environment; `policies` are its patterns, None where it has no list of them."""
    rules = list(as_objects(answer.get("protection_rules", [])))
    reviewers = [
        str(part(each, "reviewer").get("login") or part(each, "reviewer").get("slug"))
        for rule in rules
        if rule.get("type") == "required_reviewers"
        for each in as_objects(rule.get("reviewers", []))
    ]
    waits = [wait for rule in rules if isinstance(wait := rule.get("wait_timer"), int)]
    told = None if policies is None else tuple(_policy(each) for each in policies)
    return Environment(
        name=str(answer.get("name")),
        page=str(answer.get("html_url")),
        policies=told,
        protected_branches=part(answer, "deployment_branch_policy").get("protected_branches") is True,
        reviewers=tuple(reviewers),
        wait_minutes=max(waits, default=0),
    )


def _policy(told: Object) -> RefPolicy:
    return RefPolicy(str(told.get("name")), str(told.get("type") or "branch"))


def secret_in(answer: Object, place: str) -> StoredSecret:
    """A secret's name and date; a value is not told, and would not be taken."""
    at = answer.get("updated_at")
    try:
        updated = datetime.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        updated = None
    return StoredSecret(str(answer.get("name")), place, updated)


def seen_in(run: Object) -> RequiredCheck:
    """A check run, by its name and the application that reported it."""
    app = part(run, "app").get("id")
    return RequiredCheck(str(run.get("name")), app if isinstance(app, int) else None)


def part(answer: Mapping[str, object], name: str) -> Object:
    """An object within an answer; an empty one where there is none."""
    found = answer.get(name)
    return as_object(found) if isinstance(found, dict) else {}
