"""What each setting of a repository on GitHub lacks, and the requests that bring it.

Each function reads before it says anything. What somebody else made and is enough is left as it is; what tagship made,
known by how its name begins, is only ever added to; rulesets of others are never touched. An environment is kept with
all that it has, and closed to branches.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast
from urllib.parse import quote

from tagship.adapters.github.answers import part
from tagship.adapters.github.api import Object
from tagship.adapters.github.bodies import environment_body, main_ruleset, ruleset_body, tag_ruleset
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import (
    ID,
    OWN,
    Find,
    Json,
    Lacking,
    Look,
    Planned,
    Request,
    Satisfied,
    Setting,
)
from tagship.domain.hosting import MANY, Binding, Rule, Wanted, pattern_of, ref_pattern
from tagship.domain.version import TagTemplate

if TYPE_CHECKING:
    from tagship.adapters.github.settings import GitHubSettings

Change: TypeAlias = "Callable[[GitHubSettings, Wanted], Satisfied | Lacking]"

MAIN_NAME: Final = f"{OWN}main"
MADE_NAME: Final = f"{OWN}release tags are made by few"
KEPT_NAME: Final = f"{OWN}release tags stay as they are"
_RULESET_KEYS: Final = ("name", "target", "enforcement", "bypass_actors", "conditions", "rules")
_OF_MAIN: Final = (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION, Rule.UP_TO_DATE)
_SCANNING: Final = ("secret_scanning", "secret_scanning_push_protection")


def _main(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules, main = host.main_rules(wanted.main), wanted.main
    bindings = {rule.value: rules.binding(rule, (main,)) for rule in _OF_MAIN}
    bindings[f"the check {wanted.check.name} is required"] = rules.requiring(wanted.check, (main,))
    default = host.repository().default_branch == main
    body = main_ruleset(MAIN_NAME, "~DEFAULT_BRANCH" if default else f"refs/heads/{main}", wanted.check)
    return _ruleset(host, body, bindings)


def _tags_made(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules = host.tag_rules()
    bindings = {Rule.CREATION.value: rules.binding(Rule.CREATION, wanted.all_samples)}
    # Whoever may make tags is meant to pass, so that a bypass is no flaw here, unless nearly everybody passes.
    return _ruleset(host, tag_ruleset(MADE_NAME, wanted.patterns, creation=True), bindings, passable=True)


def _tags_kept(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules = host.tag_rules()
    bindings = {rule.value: rules.binding(rule, wanted.all_samples) for rule in (Rule.NO_UPDATE, Rule.NO_DELETION)}
    return _ruleset(host, tag_ruleset(KEPT_NAME, wanted.patterns, creation=False), bindings)


def _ruleset(
    host: "GitHubSettings",
    body: Mapping[str, Json],
    bindings: Mapping[str, Binding],
    *,
    passable: bool = False,
) -> Satisfied | Lacking:
    """What is missing is made as a ruleset of our own, or added to the one that there is by our name."""
    missing = [what for what, binding in bindings.items() if not _is_enough(binding, passable=passable)]
    if not missing:
        held = [guard for binding in bindings.values() for guard in binding.guards]
        passing = (who for each in held if each.own for who in each.bypassed_by or ())
        around = dict.fromkeys(who for who in passing if not passable or who in MANY)
        told = f"; it may be bypassed by {', '.join(around)}, which is changed on its page" if around else ""
        return Satisfied(f"held by {', '.join(dict.fromkeys(each.name for each in held))}{told}")
    told = f"missing: {'; '.join(missing)}"
    own = next((each for each in host.rulesets(str(body["target"])) if _is_ours(each, body)), None)
    if own is None:
        return Lacking(told, (_made(host, body),))
    merged = ruleset_body(own, body)
    where = host.path(f"/rulesets/{own.get('id')}")
    before: dict[str, Json] = {name: cast("Json", own[name]) for name in _RULESET_KEYS if name in own}
    planned = Planned(
        Request("PUT", where, merged),
        undo=Request("PUT", where, before),
        looks=(Look(where, merged),),
    )
    return Lacking(f"{told}; {own.get('name')} was changed by hand, and is added to", (planned,))


def _is_enough(binding: Binding, *, passable: bool) -> bool:
    """Whether a rule holds: for everybody, or by a ruleset of ours, which is as it was wished for."""
    held = binding.is_passed_by_few if passable else binding.binds_everybody
    return binding.is_there and (held is not False or any(guard.own for guard in binding.guards))


def _is_ours(ruleset: Object, body: Mapping[str, Json]) -> bool:
    return ruleset.get("source_type") == "Repository" and ruleset.get("name") == body["name"]


def _made(host: "GitHubSettings", body: Mapping[str, Json]) -> Planned:
    where = host.path("/rulesets")
    return Planned(
        Request("POST", where, body),
        undo=Request("DELETE", f"{where}/{ID}"),
        looks=(Look(f"{where}/{ID}", dict(body)),),
        find=Find(f"{where}?includes_parents=false&per_page=100", None, str(body["name"])),
    )


def _environment(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    found = host.raw_environment(wanted.environment)
    where = host.path(f"/environments/{quote(wanted.environment, safe='')}")
    if found is None:
        body = environment_body(None, list(map(host.person, wanted.reviewers)))
        planned = Planned(
            Request("PUT", where, body),
            undo=Request("DELETE", where),
            looks=(
                # Reviewers and timers that somebody asks for since are told under its rules.
                Look(where, {"deployment_branch_policy": body["deployment_branch_policy"], "protection_rules": None}),
                # Whatever was put into it since would go with it.
                Look(f"{where}/secrets", {"total_count": 0}),
                Look(f"{where}/deployment-branch-policies", {"total_count": 0}),
            ),
        )
        return Lacking(f"there is no environment {wanted.environment}", (planned,))
    there = host.environment(wanted.environment)
    lacking = [] if there is None else [name for name in wanted.reviewers if name not in there.reviewers]
    custom = part(found, "deployment_branch_policy").get("custom_branch_policies") is True
    if custom and not lacking:
        return Satisfied(f"{wanted.environment} is there, with patterns of its own")
    body = environment_body(found, list(map(host.person, lacking)))
    before = environment_body(found, [], as_it_was=True)
    planned = Planned(
        Request("PUT", where, body),
        undo=Request("PUT", where, before),
        looks=(Look(where, {"deployment_branch_policy": body["deployment_branch_policy"], "protection_rules": None}),),
    )
    told = f"{', '.join(lacking)} is not asked" if custom else "every branch may use it"
    return Lacking(f"{wanted.environment} is there, and {told}", (planned,))


def _policies(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    found = host.raw_environment(wanted.environment)
    custom = found is not None and part(found, "deployment_branch_policy").get("custom_branch_policies") is True
    told = host.policies(wanted.environment) if custom else []
    patterns = [ref_pattern(str(each.get("name"))) for each in told if each.get("type") == "tag"]
    missing = [
        pattern
        for pattern, template in zip(wanted.patterns, _distinct(wanted), strict=True)
        if not all(any(each.fullmatch(tag) for each in patterns) for tag in wanted.samples(template))
    ]
    lacking = [(pattern, "tag") for pattern in missing]
    if not any(each.get("type") != "tag" and each.get("name") == wanted.main for each in told):
        lacking.append((wanted.main, "branch"))  # what is started by hand runs the workflow of main
    if not lacking:
        return Satisfied(f"{wanted.environment} lets {', '.join(wanted.patterns)} and {wanted.main} in")
    where = host.path(f"/environments/{quote(wanted.environment, safe='')}/deployment-branch-policies")
    planned = tuple(
        Planned(
            Request("POST", where, {"name": pattern, "type": kind}),
            undo=Request("DELETE", f"{where}/{ID}"),
            looks=(Look(f"{where}/{ID}", {"name": pattern}),),
            find=Find(f"{where}?per_page=100", "branch_policies", pattern),
        )
        for pattern, kind in lacking
    )
    return Lacking(f"no pattern lets {', '.join(pattern for pattern, _ in lacking)} in", planned)


def _distinct(wanted: Wanted) -> list[TagTemplate]:
    """One template for each pattern."""
    return list({pattern_of(template): template for template in reversed(wanted.templates)}.values())[::-1]


def _job_token(host: "GitHubSettings", _: Wanted) -> Satisfied | Lacking:
    token = host.job_token()
    if token.reads_only and not token.approves:
        return Satisfied("the token of a job reads, and approves nothing")
    body: dict[str, Json] = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    return _put(host, "/actions/permissions/workflow", body, "the token of a job may write, or approve")


def _actions(host: "GitHubSettings", wanted: Wanted) -> Satisfied | Lacking:
    policy = host.actions()
    if policy.pinned is None:
        raise NotApplicable("this server cannot insist on commits")
    if policy.enabled and policy.pinned:
        return Satisfied("actions must be named by commit")
    if policy.enabled and wanted.unpinned:
        first, more = wanted.unpinned[0], len(wanted.unpinned) - 1
        others = f" and {more} more" if more else ""
        raise NotApplicable(f"{first}{others} is named by tag or branch, and would run no more: pin it first")
    body: dict[str, Json] = {"enabled": True, "sha_pinning_required": policy.pinned or not wanted.unpinned}
    missing = "actions may be named by tag or branch" if policy.enabled else "workflows are switched off"
    return _put(host, "/actions/permissions", body, missing, kept=("allowed_actions",))


def _forks(host: "GitHubSettings", _: Wanted) -> Satisfied | Lacking:
    if host.repository().private:
        raise NotApplicable("a private repository has no pull requests from outside")
    if host.fork_approval().of_everybody:
        return Satisfied("workflows from outside wait for consent")
    body: dict[str, Json] = {"approval_policy": "all_external_contributors"}
    return _put(host, "/actions/permissions/fork-pr-contributor-approval", body, "some from outside need no consent")


def _put(
    host: "GitHubSettings", where: str, body: dict[str, Json], missing: str, *, kept: tuple[str, ...] = ()
) -> Lacking:
    """One PUT over what a path tells now; `kept` are names that it repeats as they are."""
    path = host.path(where)
    told = host.look(path)
    now = told if isinstance(told, Mapping) else {}
    names = [name for name in (*kept, *body) if name in now]
    whole = {**{name: now[name] for name in kept if name in now}, **body}
    before: dict[str, Json] = {name: now[name] for name in names}
    return Lacking(
        missing, (Planned(Request("PUT", path, whole), undo=Request("PUT", path, before), looks=(Look(path, whole),)),)
    )


def _scanning(host: "GitHubSettings", _: Wanted) -> Satisfied | Lacking:
    now = dict(zip(_SCANNING, (host.secret_scanning(), host.push_protection()), strict=True))
    if all(now.values()):
        return Satisfied("secret scanning and push protection are on")
    path, off = host.path(""), [name for name, on in now.items() if not on]
    body: dict[str, Json] = {name: {"status": "enabled"} for name in off}
    before: dict[str, Json] = {name: {"status": "disabled"} for name in off}
    planned = Planned(
        Request("PATCH", path, {"security_and_analysis": body}),
        undo=Request("PATCH", path, {"security_and_analysis": before}),
        looks=(Look(path, {f"security_and_analysis.{name}.status": "enabled" for name in off}),),
    )
    return Lacking(f"{' and '.join(name.replace('_', ' ') for name in off)} off", (planned,))


def _immutable(host: "GitHubSettings", _: Wanted) -> Satisfied | Lacking:
    if host.immutable_releases():
        return Satisfied("published releases cannot be changed")
    return _switch(host, "/immutable-releases", "published releases can be changed")


def _reporting(host: "GitHubSettings", _: Wanted) -> Satisfied | Lacking:
    if host.repository().private:
        raise NotApplicable("a private repository is reported to by who may see it")
    if host.private_reporting():
        return Satisfied("holes can be reported in private")
    return _switch(host, "/private-vulnerability-reporting", "holes cannot be reported in private")


def _switch(host: "GitHubSettings", where: str, missing: str) -> Lacking:
    path = host.path(where)
    look = Look(path, {"enabled": True})
    return Lacking(missing, (Planned(Request("PUT", path), undo=Request("DELETE", path), looks=(look,)),))


CHANGES: Mapping[Setting, Change] = MappingProxyType(
    {
        Setting.MAIN: _main,
        Setting.TAGS_MADE: _tags_made,
        Setting.TAGS_KEPT: _tags_kept,
        Setting.ENVIRONMENT: _environment,
        Setting.POLICIES: _policies,
        Setting.JOB_TOKEN: _job_token,
        Setting.ACTIONS: _actions,
        Setting.FORKS: _forks,
        Setting.SCANNING: _scanning,
        Setting.IMMUTABLE: _immutable,
        Setting.REPORTING: _reporting,
    }
)
"""How each setting is looked at and set."""
