"""What each setting of a repository on Forgejo lacks, and the requests that bring it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast
from urllib.parse import quote

from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import ID, Find, Json, Lacking, Look, Planned, Request, Satisfied, Setting
from tagship.domain.hosting import RequiredCheck, Rule, Wanted, pattern_of
from tagship.domain.version import TagTemplate

if TYPE_CHECKING:
    from tagship.adapters.forgejo.settings import ForgejoSettings

Change: TypeAlias = "Callable[[ForgejoSettings, Wanted], Satisfied | Lacking]"

_OF_MAIN: Final = (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION, Rule.UP_TO_DATE)

_BESIDE: Final = (
    *("enable_push_whitelist", "push_whitelist_usernames", "push_whitelist_teams", "push_whitelist_deploy_keys"),
    *("enable_merge_whitelist", "merge_whitelist_usernames", "merge_whitelist_teams"),
    *("required_approvals", "protected_file_patterns", "unprotected_file_patterns"),
)
"""What else a protection of ours holds, as the host makes it: who changes that makes it theirs."""


def _main(host: "ForgejoSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules, main = host.main_rules(wanted.main), wanted.main
    if rules.unseen is not None:
        raise rules.unseen
    missing = [rule.value for rule in _OF_MAIN if rules.binding(rule, (main,)).binds_everybody is not True]
    # By its name alone: who reported a check is not told here.
    if not rules.requiring(RequiredCheck(wanted.check.name), (main,)).is_there:
        missing.append(f"the check {wanted.check.name} is required")
    if not missing:
        return Satisfied(f"{main} is protected")
    where = host.path_of("/branch_protections")
    one = f"{where}/{quote(main, safe='')}"
    found = next((each for each in host.protections() if each.get("rule_name") == main), None)
    body = _body(wanted, [] if found is None else _contexts(found.get("status_check_contexts")))
    if found is None:
        made = Request("POST", where, {"rule_name": main, **body})
        planned = Planned(made, undo=Request("DELETE", one), looks=(Look(one, {**body, **dict.fromkeys(_BESIDE)}),))
    else:
        before = {name: cast("Json", found.get(name)) for name in body}
        planned = Planned(Request("PATCH", one, body), undo=Request("PATCH", one, before), looks=(Look(one, body),))
    return Lacking(f"missing: {'; '.join(missing)}", (planned,))


def _body(wanted: Wanted, contexts: list[str]) -> dict[str, Json]:
    """What the protection holds; checks that others required stay."""
    named = f"readiness / {wanted.check.name} (pull_request)"
    return {
        "enable_push": False,
        "apply_to_admins": True,
        "enable_status_check": True,
        "status_check_contexts": list(dict.fromkeys([*contexts, named])),
        "block_on_outdated_branch": True,
    }


def _contexts(told: object) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []


def _tags(host: "ForgejoSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules = host.tag_rules()
    distinct: dict[str, TagTemplate] = {pattern_of(template): template for template in wanted.templates}
    missing = [
        pattern
        for pattern, template in distinct.items()
        if not rules.binding(Rule.CREATION, wanted.samples(template)).is_there
    ]
    if not missing:
        return Satisfied("the tags of releases are made by few")
    where, me = host.path_of("/tag_protections"), host.login()
    planned = tuple(_for_one(where, pattern, me) for pattern in missing)
    return Lacking(f"whoever may push may make {', '.join(missing)}; from then on {me} alone", planned)


def _for_one(where: str, pattern: str, login: str) -> Planned:
    """A protection of tags that one account makes."""
    one, named = f"{where}/{ID}", {"name_pattern": pattern, "whitelist_usernames": [login]}
    return Planned(
        Request("POST", where, {**named, "whitelist_teams": []}),
        undo=Request("DELETE", one),
        # Some versions tell of no teams with null.
        looks=(Look(one, {**named, "whitelist_teams": None}),),
        find=Find(where, None, pattern),
    )


def _kept(_host: "ForgejoSettings", _wanted: Wanted) -> Satisfied | Lacking:
    raise NotApplicable("who may make a protected tag may move and delete it as well, and Forgejo cannot forbid it")


CHANGES: Mapping[Setting, Change] = MappingProxyType(
    {Setting.MAIN: _main, Setting.TAGS_MADE: _tags, Setting.TAGS_KEPT: _kept}
)
"""How each setting that Forgejo has is looked at and set."""
