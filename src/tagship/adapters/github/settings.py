"""What a repository on GitHub is set to, over the same REST API, with the same client and token as its releases."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final, cast
from urllib.parse import quote

from tagship.adapters.github.answers import (
    environment_in,
    guard_of_protection,
    guard_of_ruleset,
    part,
    repository_in,
    secret_in,
    seen_in,
)
from tagship.adapters.github.api import NOT_FOUND, OK, PER_PAGE, Asked, GitHubApi, Object, as_object, as_objects
from tagship.adapters.github.changes import CHANGES
from tagship.adapters.http import Response
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import Find, Json, Lacking, Request, Satisfied, Setting
from tagship.domain.hosting import (
    ActionsPolicy,
    Environment,
    ForkApproval,
    HostRepository,
    JobToken,
    Protection,
    RequiredCheck,
    SeenChecks,
    StoredSecret,
    Wanted,
)
from tagship.errors import Edit, FactUnknown

NO_RULES: Final = (
    "the owner's plan has no rules and no environments for private repositories: make it public, or upgrade the plan; "
    "until then `tagship guard` finds what came past a pull request"
)
PULLS_LOOKED_AT: Final = 3
"""Pull requests whose checks are looked at: what is required of every one has run on each."""
REDIRECTS: Final = 3
_FORBIDDEN: Final = 403
_DONE: Final = frozenset({OK, 201, 202, 204, 303})
_FOLLOWED: Final = frozenset({301, 302, 307, 308})
_UPGRADE: Final = "upgrade to"
_UNPROTECTED: Final = "branch not protected"
_EVERYBODY: Final = "all_external_contributors"
_REPOSITORY: Final = Asked("the repository", "metadata=read")
_RULESETS: Final = Asked("the rulesets", "metadata=read")
_ENVIRONMENTS: Final = Asked("the environments", "actions=read")
_CHECKS: Final = Asked("the check runs", "checks=read")
_STATUSES: Final = Asked("the commit statuses", "statuses=read")
_NO_COMMIT: Final = frozenset({NOT_FOUND, 409, 422})
"""How a host answers about the tip of a branch that is empty, or not there."""
_PULLS: Final = Asked("the pull requests", "pull_requests=read")
_ADMINISTRATION: Final = "administration=read"
_PROTECTION: Final = Asked("the protection of the branch", _ADMINISTRATION)
_POLICY: Final = Asked("what workflows may use", _ADMINISTRATION)


class GitHubSettings(GitHubApi):
    """The settings of one repository; reading raises FactUnknown or NotApplicable, sending CredentialHalt and more."""

    # Reading

    def repository(self) -> HostRepository:
        """The repository, by the name that it has now."""
        return repository_in(self._described)

    @cached_property
    def _described(self) -> Object:
        return self.there("", _REPOSITORY)

    def main_rules(self, branch: str) -> Protection:
        """The rulesets over branches, and the protection of the older kind."""
        main = self.repository().default_branch
        rulesets = tuple(guard_of_ruleset(each, main) for each in self.rulesets("branch"))
        where = f"/branches/{quote(branch, safe='')}/protection"
        page = f"{self.repository().url}/settings/branches"
        try:
            response = self._ask("GET", self._repository + where, None)
            if response.status == NOT_FOUND and _UNPROTECTED in response.text.lower():
                return Protection(rulesets)
            told = as_object(self._expect(response, _PROTECTION))
        except FactUnknown as unseen:
            return Protection(rulesets, unseen=unseen if self._may_be_protected(branch) else None)
        return Protection((*rulesets, guard_of_protection(told, branch, page)))

    def _may_be_protected(self, branch: str) -> bool:
        """Whether a branch has protection of the older kind, as far as everybody is told."""
        found = self.found(f"/branches/{quote(branch, safe='')}", Asked("the branch", "contents=read"))
        return found is None or part(as_object(found), "protection").get("enabled") is not False

    def tag_rules(self) -> Protection:
        """The rulesets over tags."""
        main = self.repository().default_branch
        return Protection(tuple(guard_of_ruleset(each, main) for each in self.rulesets("tag")))

    def rulesets(self, target: str) -> list[Object]:
        """Every ruleset for branches, or for tags, whole; what an organisation hands down included."""
        listed = self.listed(f"/rulesets?includes_parents=true&targets={target}&per_page={PER_PAGE}", _RULESETS)
        meant = [each for each in listed if each.get("target", target) == target]
        return [self.there(f"/rulesets/{each.get('id')}?includes_parents=true", _RULESETS) for each in meant]

    def environment(self, name: str) -> Environment | None:
        """An environment with its patterns; raises NotApplicable where the plan has none."""
        found = self.raw_environment(name)
        if found is None:
            return None
        custom = part(found, "deployment_branch_policy").get("custom_branch_policies") is True
        return environment_in(found, iter(self.policies(name)) if custom else None)

    def raw_environment(self, name: str) -> Object | None:
        """An environment as the host tells it; raises NotApplicable where the plan has none."""
        self._insist_on_plan()
        found = self.found(f"/environments/{quote(name, safe='')}", _ENVIRONMENTS)
        return None if found is None else as_object(found)

    def policies(self, name: str) -> list[Object]:
        """The patterns of an environment that has some."""
        where = f"/environments/{quote(name, safe='')}/deployment-branch-policies?per_page={PER_PAGE}"
        return self.listed(where, _ENVIRONMENTS, under="branch_policies")

    def _insist_on_plan(self) -> None:
        """Raise NotApplicable for a private repository whose plan has no rules, and so no environments either."""
        if self.repository().private:
            self.listed("/rulesets?per_page=1", _RULESETS)

    def environment_secrets(self, name: str) -> tuple[StoredSecret, ...]:
        """The names of an environment's secrets."""
        if self.raw_environment(name) is None:
            return ()
        asked = Asked(f"the secrets of {name}", "environments=read")
        where = f"/environments/{quote(name, safe='')}/secrets?per_page={PER_PAGE}"
        found = self.listed(where, asked, under="secrets")
        return tuple(secret_in(each, f"the environment {name}") for each in found)

    def shared_secrets(self) -> tuple[StoredSecret, ...]:
        """The names of the repository's secrets, and of those that its organisation shares with it."""
        asked = Asked("the secrets", "secrets=read")
        own = self.listed(f"/actions/secrets?per_page={PER_PAGE}", asked, under="secrets")
        shared = (
            self.listed(f"/actions/organization-secrets?per_page={PER_PAGE}", asked, under="secrets")
            if self.repository().of_organization
            else []
        )
        return (
            *(secret_in(each, "the repository") for each in own),
            *(secret_in(each, "the organization") for each in shared),
        )

    def actions(self) -> ActionsPolicy:
        """Whether workflows run, and only with actions named by commit; an older server does not know the switch."""
        told = self.there("/actions/permissions", _POLICY)
        pinned = told.get("sha_pinning_required")
        return ActionsPolicy(told.get("enabled") is True, pinned if isinstance(pinned, bool) else None)

    def job_token(self) -> JobToken:
        """What a job's token may do by default."""
        told = self.there("/actions/permissions/workflow", Asked("what a job's token may do", _ADMINISTRATION))
        return JobToken(
            reads_only=told.get("default_workflow_permissions") == "read",
            approves=told.get("can_approve_pull_request_reviews") is not False,
        )

    def fork_approval(self) -> ForkApproval:
        """Whose workflows from outside wait for consent."""
        asked = Asked("who from outside needs consent", _ADMINISTRATION)
        told = self.there("/actions/permissions/fork-pr-contributor-approval", asked)
        policy = str(told.get("approval_policy"))
        return ForkApproval(policy.replace("_", " "), policy == _EVERYBODY)

    def secret_scanning(self) -> bool:
        """Whether secret scanning is on."""
        return self._is_analysed("secret_scanning", "secret scanning")

    def push_protection(self) -> bool:
        """Whether push protection is on."""
        return self._is_analysed("secret_scanning_push_protection", "push protection")

    def _is_analysed(self, name: str, what: str) -> bool:
        repository, analysis = self.repository(), self._described.get("security_and_analysis")
        on = part(part(self._described, "security_and_analysis"), name).get("status") == "enabled"
        if not on and repository.private:
            raise NotApplicable(f"{what} of a private repository is sold apart")
        if analysis is None:
            raise FactUnknown(f"whether {what} is on is told to administrators alone", remedy=self.more_rights())
        return on

    def immutable_releases(self) -> bool:
        """Whether releases are immutable; the host answers that it finds nothing where they are not."""
        asked = Asked("whether releases are immutable", _ADMINISTRATION)
        response = self._ask("GET", f"{self._repository}/immutable-releases", None)
        if response.status == NOT_FOUND and self.repository().administered:
            return False
        return as_object(self._expect(response, asked)).get("enabled") is True

    def private_reporting(self) -> bool:
        """Whether vulnerabilities can be reported in private."""
        asked = Asked("whether holes can be reported in private", "metadata=read")
        return self.there("/private-vulnerability-reporting", asked).get("enabled") is True

    def checks_seen(self, branch: str) -> SeenChecks:
        """What reported on the branch's tip, and on the pull requests into it that changed last."""
        pulls = f"/pulls?state=all&sort=updated&direction=desc&base={quote(branch, safe='')}&per_page={PULLS_LOOKED_AT}"
        response = self._ask("GET", self._repository + pulls, None)
        heads = [part(each, "head").get("sha") for each in as_objects(self._expect(response, _PULLS))]
        tips = [branch, *(head for head in heads if isinstance(head, str))]
        seen = {check for tip in tips for check in self._reported(tip)}
        told = "" if len(tips) == 1 else f" and the last pull requests ({len(tips) - 1})"
        return SeenChecks(frozenset(seen), f"the tip of {branch}{told}")

    def _reported(self, ref: str) -> Iterator[RequiredCheck]:
        """The check runs on a tip, and the older statuses; none where a branch has no commit yet."""
        at = f"/commits/{quote(ref, safe='')}"
        first = self._ask("GET", f"{self._repository}{at}/check-runs?filter=latest&per_page={PER_PAGE}", None)
        if first.status in _NO_COMMIT:
            return
        runs = self.listed(f"{at}/check-runs?filter=latest&per_page={PER_PAGE}", _CHECKS, under="check_runs")
        statuses = self.listed(f"{at}/status?per_page={PER_PAGE}", _STATUSES, under="statuses")
        yield from map(seen_in, runs)
        yield from (RequiredCheck(str(status.get("context"))) for status in statuses)

    def person(self, login: str) -> int:
        """The number of an account."""
        response = self._ask("GET", f"{self._api}/users/{quote(login, safe='')}", None)
        number = as_object(self._expect(response, Asked(f"the account {login}", "metadata=read"))).get("id")
        if not isinstance(number, int):
            raise FactUnknown(f"the host describes the account {login} without its number")
        return number

    # Setting

    def lacking(self, setting: Setting, wanted: Wanted) -> Satisfied | Lacking:
        """What a setting lacks."""
        return CHANGES[setting](self, wanted)

    def path(self, below: str) -> str:
        """The path of something below the repository, from where the API begins, as requests are shown."""
        return self._repository.removeprefix(self._api) + below

    def send(self, request: Request) -> Json:
        """Send what was shown."""
        asked = Asked(request.path.partition("/repos/")[2] or request.path, "administration=write")
        body = cast("Mapping[str, object] | None", request.body)
        response = self._sent(request.method, self._api + request.path, asked, body)
        if response.status not in _DONE:
            raise self._error(response, asked)
        self.__dict__.pop("_described", None)  # which may tell something else from now on
        try:
            return cast("Json", response.json())
        except ValueError:  # most that is set is answered with nothing, or with no more than a place to look at
            return None

    def look(self, path: str) -> Json:
        """What a read shows; None where there is nothing."""
        response = self._ask("GET", self._api + path, None)
        return (
            None
            if response.status == NOT_FOUND
            else cast("Json", self._expect(response, Asked("what is set now", _ADMINISTRATION)))
        )

    def numbered(self, find: Find) -> int | None:
        """The number of what has a name in a list."""
        found = self._pages(self._api + find.path, _RULESETS)
        items = (each for page in found for each in as_objects(_under(page, find.under)))
        number = next((each.get("id") for each in items if each.get("name") == find.name), None)
        return number if isinstance(number, int) else None

    # How answers are read

    def found(self, where: str, asked: Asked) -> object | None:
        """What a path below the repository holds; None where there is nothing."""
        response = self._ask("GET", self._repository + where, None)
        if response.status == NOT_FOUND:
            return None
        self._insist(response)
        return self._expect(response, asked)

    def there(self, where: str, asked: Asked) -> Object:
        """What a path below the repository must hold, since it always does for who may see it."""
        response = self._ask("GET", self._repository + where, None)
        self._insist(response)
        return as_object(self._expect(response, asked))

    def listed(self, where: str, asked: Asked, *, under: str | None = None) -> list[Object]:
        """A whole list, over all its pages."""
        response = self._ask("GET", self._repository + where, None)
        self._insist(response)
        pages = self._pages(self._repository + where, asked)
        return [each for page in pages for each in as_objects(_under(page, under))]

    def more_rights(self) -> Edit:
        """What a caller needs who is told too little."""
        origin = "GH_TOKEN" if self._token is None else self._token.origin
        return Edit(f"give {origin} the permission administration=read, as somebody who administers the repository")

    @staticmethod
    def _insist(response: Response) -> None:
        """Raise NotApplicable where the plan of the owner is in the way."""
        if response.status == _FORBIDDEN and _UPGRADE in response.text.lower():
            raise NotApplicable(NO_RULES)

    def _ask_once(self, method: str, url: str, content: Mapping[str, object] | bytes | None) -> Response:
        """As ever, but what a renamed repository leads on to is read there, as long as it is the same host."""
        response = super()._ask_once(method, url, content)
        for _ in range(REDIRECTS):
            target = response.headers.get("location", "")
            if method != "GET" or response.status not in _FOLLOWED or not self._is_own(target):
                break
            response = super()._ask_once(method, target, content)
        return response


def _under(page: object, name: str | None) -> object:
    """The list in an answer, which some hold under a name."""
    return page if name is None else as_object(page).get(name)
