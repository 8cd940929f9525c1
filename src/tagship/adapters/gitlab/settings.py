"""What a project on GitLab is set to, as values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final, cast
from urllib.parse import quote

from tagship.adapters.gitlab.api import MAINTAIN, PER_PAGE, READ, GitLabApi
from tagship.adapters.gitlab.changes import CHANGES
from tagship.adapters.host_api import Asked, Object, as_objects, part, text_in
from tagship.adapters.host_settings import FewerSettings
from tagship.domain.adoption import AGGREGATE
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Json, Lacking, Request, Satisfied, Setting
from tagship.domain.hosting import (
    EVERYTHING,
    WRITERS,
    ActionsPolicy,
    Binding,
    Guard,
    HostRepository,
    JobToken,
    Protection,
    RequiredCheck,
    Rule,
    SeenChecks,
    StoredSecret,
    Wanted,
    ref_pattern,
)
from tagship.errors import FactUnknown

NOBODY: Final = 0
DEVELOPER: Final = 30
MAINTAINER: Final = 40
LEVELS: Mapping[object, str] = {DEVELOPER: "developers", MAINTAINER: "maintainers", 60: "administrators"}
LINEAR: Final = frozenset({"ff", "rebase_merge"})
"""The ways of merging for which a branch must stand on top of main."""
BRANCHES: Final = Asked("the protected branches", MAINTAIN)
TAGS: Final = Asked("the protected tags", MAINTAIN)
_VARIABLES: Final = Asked("the names of the variables", MAINTAIN)
_STATUSES: Final = Asked("the statuses of the commit", READ)
_EVERY_SCOPE: Final = "*"


class TagProtection(Protection):
    """The protections of tags: whoever any of those that fit a tag lets make it may make it."""

    def milder(self, names: Sequence[str]) -> tuple[Guard, ...]:
        """The protections by which developers may make one of these tags at least."""
        return tuple(each for each in self.guards if each.bypassed_by == (WRITERS,) and any(map(each.is_about, names)))

    def binding(self, rule: Rule, names: Sequence[str]) -> Binding:
        """The guards that hold; of making tags the milder ones alone, where there are such beside them."""
        found = super().binding(rule, names)
        milder = self.milder(names) if rule is Rule.CREATION and found.is_there else ()
        return Binding(milder) if milder else found


class GitLabSettings(FewerSettings, GitLabApi):
    """The port `SettingsHost` for a project on GitLab."""

    host: ClassVar = "GitLab"
    admin: ClassVar = MAINTAIN

    def repository(self) -> HostRepository:
        """The project, by the path that it has now."""
        told, what = self._described, "the project"
        return HostRepository(
            name=text_in(told, "path_with_namespace", what),
            url=text_in(told, "web_url", what),
            default_branch=text_in(told, "default_branch", what),
            private=told.get("visibility") != "public",
            archived=told.get("archived") is True,
            of_organization=part(told, "namespace").get("kind") == "group",
            administered=_is_administered(told),
        )

    def main_rules(self, branch: str) -> Protection:
        """The protection of a branch, of which the host follows the mildest rule that fits, and its merge checks."""
        merging = merge_checks(self._described, f"{self.page}/-/settings/merge_requests")
        try:
            fitting = self.protections_of(branch)
        except FactUnknown as unseen:
            return Protection((merging,), unseen=unseen)
        page = f"{self.page}/-/settings/repository"
        return Protection((*guards_of_branch(fitting, branch, page), merging) if fitting else (merging,))

    def protected_branches(self) -> list[Object]:
        """The protections of branches, as the host tells them."""
        return list(self.listed(f"{self._project}/protected_branches?per_page={PER_PAGE}", BRANCHES))

    def protections_of(self, branch: str) -> list[Object]:
        """The protections that cover a branch, by its name or by a pattern, as the host tells them."""
        return [each for each in self.protected_branches() if _fits(each, branch)]

    def tag_rules(self) -> TagProtection:
        """The protections of tags."""
        told = self.listed(f"{self._project}/protected_tags?per_page={PER_PAGE}", TAGS)
        page = f"{self.page}/-/settings/repository"
        return TagProtection(tuple(guard for each in told for guard in guards_of_tags(each, page)))

    def variables(self) -> Iterator[Object]:
        """The variables without their values, which the host tells along with the rest."""
        for each in self.listed(f"{self._project}/variables?per_page={PER_PAGE}", _VARIABLES):
            each.pop("value", None)
            yield each

    def environment_secrets(self, name: str) -> tuple[StoredSecret, ...]:
        """The names of the protected variables that are for an environment alone."""
        return tuple(
            StoredSecret(str(each.get("key")), f"the environment {name}")
            for each in self.variables()
            if is_kept_apart(each, name)
        )

    def shared_secrets(self) -> tuple[StoredSecret, ...]:
        """The names of the variables that are for every environment, or for branches that are not protected."""
        return tuple(
            StoredSecret(str(each.get("key")), "the project")
            for each in self.variables()
            if each.get("environment_scope") == _EVERY_SCOPE or each.get("protected") is not True
        )

    def actions(self) -> ActionsPolicy:
        """Whether pipelines run at all."""
        return ActionsPolicy(self._described.get("builds_access_level") != "disabled", None)

    def job_token(self) -> JobToken:
        """Whether a job's own token may push; approve it cannot."""
        pushes = self._described.get("ci_push_repository_for_job_token_allowed")
        if not isinstance(pushes, bool):
            raise FactUnknown(
                "whether a job's token may push is told to maintainers alone", remedy=self._give(BRANCHES)
            )
        return JobToken(reads_only=not pushes, approves=False)

    def checks_seen(self, branch: str) -> SeenChecks:
        """What reported on the branch's tip."""
        url = f"{self._project}/repository/commits/{quote(branch, safe='')}/statuses?per_page={PER_PAGE}"
        names = (each.get("name") for each in self.listed(url, _STATUSES))
        seen = frozenset(RequiredCheck(name) for name in names if isinstance(name, str))
        return SeenChecks(seen, f"the tip of {branch}")

    def lacking(self, setting: Setting, wanted: Wanted) -> Satisfied | Lacking:
        """What a setting lacks."""
        change = CHANGES.get(setting)
        if change is None:
            raise NotApplicable("GitLab has no such setting")
        return change(self, wanted)

    def send(self, request: Request) -> Json:
        """Send what was shown."""
        answer = super().send(request)
        self.__dict__.pop("_described", None)  # which may tell something else from now on
        return answer

    def described(self) -> Object:
        """The project as the host tells it."""
        return self._described

    def path_of(self, below: str) -> str:
        """The path of something below the project, from where the interface begins, as requests are shown."""
        return self._project.removeprefix(self._api) + below


def merge_checks(project: Object, page: str) -> Guard:
    """What holds for every merge request: whether its pipeline must have passed, which every job of it decides."""
    rules = {Rule.UP_TO_DATE} if project.get("merge_method") in LINEAR else set()
    required = project.get("only_allow_merge_if_pipeline_succeeds") is True
    return Guard(
        name="the merge checks",
        rules=frozenset(rules),
        covers=(EVERYTHING,),
        checks=(RequiredCheck(AGGREGATE),) if required else (),
        page=page,
    )


def guards_of_branch(fitting: list[Object], branch: str, page: str) -> tuple[Guard, Guard]:
    """The protections that fit a branch as two: who may push past a merge request, and what nobody may."""
    levels = [each for told in fitting for each in levels_in(told, "push_access_levels")]
    pushing = tuple(dict.fromkeys(_who(each) for each in levels if each.get("access_level") != NOBODY))
    few = not any(each.get("access_level") == DEVELOPER for each in levels)
    forced = any(told.get("allow_force_push") is True for told in fitting)
    covers = ("".join(f"[{sign}]" if sign in "*?[" else sign for sign in branch),)
    kept = {Rule.NO_DELETION} if forced else {Rule.NO_DELETION, Rule.NO_FORCE_PUSH}
    return (
        Guard(
            name=f"the protection of {branch}",
            rules=frozenset({Rule.PULL_REQUEST} if few and levels else ()),
            covers=covers,
            bypassed_by=pushing,
            page=page,
        ),
        Guard(name=f"the protection of {branch}", rules=frozenset(kept), covers=covers, page=page),
    )


def guards_of_tags(told: Object, page: str) -> tuple[Guard, Guard]:
    """The protection of tags as two: nobody moves one, nobody deletes one by git; and few may make them, or many."""
    levels = levels_in(told, "create_access_levels")
    many = any(each.get("access_level") == DEVELOPER for each in levels)
    name = text_in(told, "name", "a protected tag")
    called, covers = f"the protection of the tags {name}", (wide(name),)
    return (
        Guard(name=called, rules=frozenset({Rule.NO_UPDATE, Rule.NO_DELETION}), covers=covers, page=page),
        Guard(
            name=called,
            rules=frozenset({Rule.CREATION} if levels and not many else ()),
            covers=covers,
            bypassed_by=(WRITERS,) if many else (),
            page=page,
        ),
    )


def levels_in(told: Object, name: str) -> list[Object]:
    """Who is let through, each by a level, a person, a group or a key."""
    found = told.get(name)
    return [] if found is None else list(as_objects(found))


def wide(pattern: str) -> str:
    """A pattern of GitLab's, in which `*` goes past slashes, as one of ours."""
    return pattern.replace("*", "**/*")


def is_kept_apart(variable: Object, environment: str) -> bool:
    """Whether a variable is for protected tags and branches, and for one environment alone."""
    return variable.get("protected") is True and variable.get("environment_scope") == environment


def _fits(told: Object, branch: str) -> bool:
    return ref_pattern(wide(text_in(told, "name", "a protected branch"))).fullmatch(branch) is not None


def _who(level: Object) -> str:
    known = LEVELS.get(level.get("access_level"))
    specific = any(level.get(name) is not None for name in ("user_id", "group_id", "deploy_key_id"))
    return str(level.get("access_level_description")) if specific or known is None else known


def _is_administered(told: Object) -> bool | None:
    permissions = told.get("permissions")
    if not isinstance(permissions, dict):
        return None
    shown = cast("Object", permissions)
    levels = [part(shown, name).get("access_level") for name in ("project_access", "group_access")]
    return any(isinstance(level, int) and level >= MAINTAINER for level in levels)
