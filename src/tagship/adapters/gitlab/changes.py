"""What each setting of a project on GitLab lacks, and the requests that bring it.

A protection cannot be changed in who may push without a plan for that: it is taken away and made anew, one right after
the other. What holds rules for single people or groups is theirs who set it up, and left alone.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias, cast
from urllib.parse import quote

from tagship.adapters.host_api import Object, as_objects
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Json, Lacking, Look, Planned, Request, Satisfied, Setting
from tagship.domain.hosting import Guard, Rule, Wanted
from tagship.domain.version import TagTemplate
from tagship.errors import Conflict, Edit, Visit

if TYPE_CHECKING:
    from tagship.adapters.gitlab.settings import GitLabSettings

Change: TypeAlias = "Callable[[GitLabSettings, Wanted], Satisfied | Lacking]"

_NOBODY: Final = 0
_MAINTAINER: Final = 40
_SPECIFIC: Final = ("user_id", "group_id", "deploy_key_id")
_OF_PLANS: Final[Mapping[str, Json]] = MappingProxyType(
    dict.fromkeys(("unprotect_access_levels", "code_owner_approval_required"))
)
"""What a plan adds to a protection, as it happens to be: somebody may change it."""
_OF_MAIN: Final = (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH, Rule.NO_DELETION)


def _main(host: "GitLabSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules, main = host.main_rules(wanted.main), wanted.main
    missing = [rule.value for rule in _OF_MAIN if rules.binding(rule, (main,)).binds_everybody is not True]
    planned = list(_protection(host, main)) if missing else []
    merging = _merging(host)
    if merging is not None:
        missing.append(merging[0])
        planned.append(merging[1])
    if not missing:
        return Satisfied(f"{main} is protected, and merged into when the pipeline has passed")
    if rules.unseen is not None:
        raise rules.unseen
    return Lacking(f"missing: {'; '.join(missing)}", tuple(planned))


def _protection(host: "GitLabSettings", main: str) -> tuple[Planned, ...]:
    """The protection made, in place of the one that there is; raises Conflict where another undoes it."""
    _insist_on_strict(host, main)
    where = host.path_of("/protected_branches")
    one = f"{where}/{quote(main, safe='')}"
    body: dict[str, Json] = {
        "name": main,
        "push_access_level": _NOBODY,
        "merge_access_level": _MAINTAINER,
        "allow_force_push": False,
    }
    shown: dict[str, Json] = {
        "name": main,
        "push_access_levels": _alone(_NOBODY),
        "merge_access_levels": _alone(_MAINTAINER),
        "allow_force_push": False,
        **_OF_PLANS,
    }
    look = Look(one, shown)
    made = Planned(Request("POST", where, body), undo=Request("DELETE", one), looks=(look,))
    found = next((each for each in host.protected_branches() if each.get("name") == main), None)
    if found is None:
        return (made,)
    before = _body_of(found, f"{host.page}/-/settings/repository")
    gone = Planned(Request("DELETE", one), undo=Request("POST", where, before), looks=(Look(one, {}),), bares=main)
    return (gone, made)


def _insist_on_strict(host: "GitLabSettings", main: str) -> None:
    """Raise Conflict where a protection of other branches as well is milder, since the mildest that fits counts."""
    others = [each for each in host.protections_of(main) if each.get("name") != main]
    mild = {str(each.get("name")): allowed for each in others if (allowed := _allowed_by(each))}
    if not mild:
        return
    told = "; ".join(f"{name} allows {' and '.join(allowed)}" for name, allowed in mild.items())
    where = f"{host.page}/-/settings/repository"
    raise Conflict(
        f"{main} is covered by a milder protection as well, and GitLab follows the mildest: {told}",
        remedy=Edit(
            f"at {where} let nobody push past the protection {' and '.join(mild)}, nor push by force, or delete it;"
            " then run this again"
        ),
    )


def _allowed_by(found: Object) -> list[str]:
    """What a protection allows that ours does not."""
    pushing = any(each.get("access_level") != _NOBODY for each in as_objects(found.get("push_access_levels") or []))
    named = {"pushes": pushing, "force pushes": found.get("allow_force_push") is True}
    return [name for name, is_allowed in named.items() if is_allowed]


def _alone(level: int) -> Json:
    """What the host shows of a protection that lets one role through, and no person, group or key beside it."""
    return [{"access_level": level, **dict.fromkeys(_SPECIFIC)}]


def _body_of(found: Object, page: str) -> dict[str, Json]:
    """The request that would make a protection as it is; raises Conflict where none of ours could."""
    levels: dict[str, Json] = {}
    for name in ("push", "merge"):
        told = list(as_objects(found.get(f"{name}_access_levels", [])))
        if len(told) != 1 or any(told[0].get(each) is not None for each in _SPECIFIC):
            raise Conflict(
                f"the protection of {found.get('name')} names single people, groups or keys, and is left alone",
                remedy=Visit(page),
            )
        levels[f"{name}_access_level"] = cast("Json", told[0].get("access_level"))
    return {
        "name": cast("Json", found.get("name")),
        **levels,
        "allow_force_push": found.get("allow_force_push") is True,
    }


def _merging(host: "GitLabSettings") -> tuple[str, Planned] | None:
    """What the merge checks lack, and the request that brings it."""
    told = host.described()
    wished: dict[str, Json] = {}
    if told.get("only_allow_merge_if_pipeline_succeeds") is not True:
        wished["only_allow_merge_if_pipeline_succeeds"] = True
    if told.get("merge_method") == "merge":
        wished["merge_method"] = "rebase_merge"  # the same merge commits, of branches that are up to date
    if not wished:
        return None
    before = {name: cast("Json", told.get(name)) for name in wished}
    where = host.path_of("")
    planned = Planned(Request("PUT", where, wished), undo=Request("PUT", where, before), looks=(Look(where, wished),))
    return "a merge waits for no pipeline, or for none on top of main", planned


def _tags(host: "GitLabSettings", wanted: Wanted) -> Satisfied | Lacking:
    rules = host.tag_rules()
    missing = [
        pattern
        for template in wanted.templates
        for pattern in (_pattern(template),)
        if not rules.binding(Rule.CREATION, wanted.samples(template)).is_there
    ]
    for template in wanted.templates:
        _insist_on_strict_tags(host, rules.milder(wanted.samples(template)), _pattern(template))
    if not missing:
        return Satisfied("the tags of releases are protected")
    where = host.path_of("/protected_tags")
    planned = []
    for pattern in dict.fromkeys(missing):
        one = f"{where}/{quote(pattern, safe='')}"
        if any(_is_of(pattern, guard) for guard in rules.guards):
            raise Conflict(
                f"the tags {pattern} are protected, and who may make them is not shown",
                remedy=Visit(f"{host.page}/-/settings/repository"),
            )
        body: dict[str, Json] = {"name": pattern, "create_access_level": _MAINTAINER}
        look = Look(one, {"name": pattern, "create_access_levels": _alone(_MAINTAINER)})
        planned.append(Planned(Request("POST", where, body), undo=Request("DELETE", one), looks=(look,)))
    return Lacking(f"not protected: {', '.join(dict.fromkeys(missing))}", tuple(planned))


def _insist_on_strict_tags(host: "GitLabSettings", milder: Sequence[Guard], pattern: str) -> None:
    """Raise Conflict where developers may make such tags by what somebody protected, since the mildest counts."""
    if not milder:
        return
    page = f"{host.page}/-/settings/repository"
    if any(_is_of(pattern, guard) for guard in milder):
        raise Conflict(f"the tags {pattern} are protected, and developers may make them", remedy=Visit(page))
    told = " and ".join(guard.name for guard in milder)
    raise Conflict(
        f"whichever protection of a tag is the mildest counts on GitLab: by {told} developers may make a tag {pattern}",
        remedy=Edit(f"at {page} let no developers make tags by {told}; then run this again"),
    )


def _is_of(pattern: str, guard: Guard) -> bool:
    return guard.name.endswith(f" {pattern}")


def _pattern(template: TagTemplate) -> str:
    """The tags of a spelling, in which GitLab knows `*` alone."""
    return f"{template.prefix}*{template.suffix}"


def _kept(_host: "GitLabSettings", _wanted: Wanted) -> Satisfied | Lacking:
    raise NotApplicable("a protected tag can be neither moved nor deleted by git: restrict-tags brings both")


def _job_token(host: "GitLabSettings", _wanted: Wanted) -> Satisfied | Lacking:
    if host.job_token().reads_only:
        return Satisfied("a job's token cannot push")
    where = host.path_of("")
    off: dict[str, Json] = {"ci_push_repository_for_job_token_allowed": False}
    on: dict[str, Json] = {"ci_push_repository_for_job_token_allowed": True}
    planned = Planned(Request("PUT", where, off), undo=Request("PUT", where, on), looks=(Look(where, off),))
    return Lacking("a job's token may push", (planned,))


CHANGES: Mapping[Setting, Change] = MappingProxyType(
    {
        Setting.MAIN: _main,
        Setting.TAGS_MADE: _tags,
        Setting.TAGS_KEPT: _kept,
        Setting.JOB_TOKEN: _job_token,
    }
)
"""How each setting that GitLab has is looked at and set."""
