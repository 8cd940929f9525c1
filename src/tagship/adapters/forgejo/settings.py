"""What a repository on Forgejo is set to, as values."""

import re
from collections.abc import Sequence
from typing import ClassVar, Final
from urllib.parse import quote

from tagship.adapters.forgejo.api import ADMIN, PER_PAGE, READ, ForgejoApi
from tagship.adapters.forgejo.changes import CHANGES
from tagship.adapters.host_api import Asked, Object, as_object, part, text_in
from tagship.adapters.host_settings import FewerSettings
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Json, Lacking, Request, Satisfied, Setting
from tagship.domain.hosting import (
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
)
from tagship.errors import FactUnknown

BRANCHES: Final = Asked("the protections of branches", ADMIN)
TAGS: Final = Asked("the protections of tags", ADMIN)
_SECRETS: Final = Asked("the names of the secrets", ADMIN)
_STATUSES: Final = Asked("the statuses of the commit", READ)
_ACCOUNT: Final = Asked("the account of the token", "the scope read:user")
_STAYING: Final = frozenset({Rule.NO_UPDATE, Rule.NO_DELETION})
_CONTEXT = re.compile(r".* / (?P<job>.+) \((?:pull_request|push)\)")
"""How the host calls what a job reports: the workflow, the job, and what started it."""


class TagProtection(Protection):
    """The protections of tags: the host does not tell who makes a tag from who moves or deletes it."""

    def binding(self, rule: Rule, names: Sequence[str]) -> Binding:
        """The guards that hold; raises NotApplicable where they hold all but those who may make a tag."""
        found = super().binding(rule, names)
        if rule in _STAYING and found.is_there and not found.binds_everybody:
            who = ", ".join(dict.fromkeys(each for guard in found.guards for each in guard.bypassed_by or ()))
            raise NotApplicable(f"{who} may make the tags of releases, and on Forgejo move and delete them as well")
        return found


class ForgejoSettings(FewerSettings, ForgejoApi):
    """The port `SettingsHost` for a repository on Forgejo."""

    host: ClassVar = "Forgejo"
    admin: ClassVar = ADMIN

    def repository(self) -> HostRepository:
        """The repository, by the name that it has now; whether its owner is an organisation is not told."""
        told, what = self._described, "the repository"
        admin = part(told, "permissions").get("admin")
        return HostRepository(
            name=text_in(told, "full_name", what),
            url=text_in(told, "html_url", what),
            default_branch=text_in(told, "default_branch", what),
            private=told.get("private") is not False,
            archived=told.get("archived") is True,
            administered=admin if isinstance(admin, bool) else None,
        )

    def main_rules(self, branch: str) -> Protection:  # noqa: ARG002 -- the rules tell themselves what they cover
        """The protections of branches."""
        page = f"{self._page}/settings/branches"
        try:
            return Protection(tuple(guard_of_branch(each, page) for each in self.protections()))
        except FactUnknown as unseen:
            return Protection(unseen=unseen)

    def protections(self) -> list[Object]:
        """The protections of branches, as the host tells them."""
        return list(self.listed(f"{self._repository}/branch_protections", BRANCHES))

    def tag_rules(self) -> Protection:
        """The protections of tags."""
        told = self.listed(f"{self._repository}/tag_protections", TAGS)
        return TagProtection(tuple(guard_of_tags(each, f"{self._page}/settings/tags") for each in told))

    def environment_secrets(self, _name: str) -> tuple[StoredSecret, ...]:
        """No environment holds any."""
        raise NotApplicable("Forgejo has no environments: a secret is the repository's")

    def shared_secrets(self) -> tuple[StoredSecret, ...]:
        """The names of the repository's secrets."""
        told = self.listed(f"{self._repository}/actions/secrets?limit={PER_PAGE}", _SECRETS)
        return tuple(StoredSecret(text_in(each, "name", "a secret"), "the repository") for each in told)

    def actions(self) -> ActionsPolicy:
        """Whether workflows run at all."""
        return ActionsPolicy(self._described.get("has_actions") is not False, None)

    def job_token(self) -> JobToken:
        """No such setting."""
        raise NotApplicable("Forgejo does not let a workflow's token be narrowed")

    def checks_seen(self, branch: str) -> SeenChecks:
        """What reported on the branch's tip, by the names of the jobs."""
        url = f"{self._repository}/commits/{quote(branch, safe='')}/statuses?limit={PER_PAGE}"
        seen = frozenset(_check(text_in(each, "context", "a status")) for each in self.listed(url, _STATUSES))
        return SeenChecks(seen, f"the tip of {branch}")

    def lacking(self, setting: Setting, wanted: Wanted) -> Satisfied | Lacking:
        """What a setting lacks."""
        change = CHANGES.get(setting)
        if change is None:
            raise NotApplicable("Forgejo has no such setting")
        return change(self, wanted)

    def send(self, request: Request) -> Json:
        """Send what was shown."""
        answer = super().send(request)
        self.__dict__.pop("_described", None)  # which may tell something else from now on
        return answer

    def login(self) -> str:
        """Whose token this is."""
        return text_in(as_object(self.read(f"{self._api}/user", _ACCOUNT)), "login", "an account")

    def path_of(self, below: str) -> str:
        """The path of something below the repository, from where the interface begins, as requests are shown."""
        return self._repository.removeprefix(self._api) + below


def guard_of_branch(told: Object, page: str) -> Guard:
    """The protection of branches; nobody rewrites or deletes a protected one."""
    pushing = _named(told, "push_whitelist_usernames", "push_whitelist_teams")
    pushes, listed = told.get("enable_push") is True, told.get("enable_push_whitelist") is True
    rules = {
        Rule.PULL_REQUEST: not pushes or listed,
        Rule.NO_FORCE_PUSH: told.get("enable_force_push") is not True,
        Rule.NO_DELETION: True,
        Rule.UP_TO_DATE: told.get("block_on_outdated_branch") is True,
    }
    keys = ("deploy keys",) if told.get("push_whitelist_deploy_keys") is True else ()
    around = () if told.get("apply_to_admins") is True else ("administrators",)
    contexts = told.get("status_check_contexts") if told.get("enable_status_check") is True else None
    approvals = told.get("required_approvals")
    name = str(told.get("rule_name") or told.get("branch_name"))
    return Guard(
        name=f"the protection of {name}",
        rules=frozenset(rule for rule, holds in rules.items() if holds),
        covers=(name.replace("**", "**/*"),),
        checks=tuple(_check(each) for each in contexts if isinstance(each, str)) if isinstance(contexts, list) else (),
        approvals=approvals if isinstance(approvals, int) else 0,
        bypassed_by=(*around, *((*pushing, *keys) if pushes and listed else ())),
        page=page,
    )


def guard_of_tags(told: Object, page: str) -> Guard:
    """The protection of tags: those who are named may make them, and move and delete them as well."""
    pattern = text_in(told, "name_pattern", "a protection of tags")
    expression = pattern.startswith("/") and pattern.endswith("/") and len(pattern) > 1
    return Guard(
        name=f"the protection of the tags {pattern}",
        rules=frozenset({Rule.CREATION, Rule.NO_UPDATE, Rule.NO_DELETION}),
        # A regular expression is none of our patterns, and means no tag that is known here.
        covers=() if expression else (pattern.replace("**", "**/*"),),
        bypassed_by=_named(told, "whitelist_usernames", "whitelist_teams"),
        page=page,
    )


def _named(told: Object, *lists: str) -> tuple[str, ...]:
    names = (each for name in lists for each in _texts(told.get(name)))
    return tuple(dict.fromkeys(names))


def _texts(told: object) -> list[str]:
    return [each for each in told if isinstance(each, str)] if isinstance(told, list) else []


def _check(context: str) -> RequiredCheck:
    """A check by the name of its job, whatever workflow and event it belongs to."""
    found = _CONTEXT.fullmatch(context)
    return RequiredCheck(context if found is None else found["job"])
