"""The switches of the repository on the stand-in host: what Actions may do, immutable releases, reports in private."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from tagship.rehearsal.host.actions import Actions
from tagship.rehearsal.host.bodies import choice, flag, texts
from tagship.rehearsal.host.call import Call, Route, answered, done
from tagship.rehearsal.host.refusals import HostRefusal, not_found, not_supplied
from tagship.rehearsal.host.releases import Releases
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

APPROVALS = ("first_time_contributors_new_to_github", "first_time_contributors", "all_external_contributors")
ALLOWED = ("all", "local_only", "selected")


@dataclass(slots=True)
class Policies:
    """The switches as GitHub sets them in a new repository; `enforced` are those that an organisation holds on to.

    Of `enforced`, `default_workflow_permissions` keeps a repository from letting its jobs write, and
    `immutable_releases` from switching these off.
    """

    repository: Repository
    actions: Actions
    releases: Releases
    allowed_actions: str = "all"
    sha_pinning_required: bool = False
    default_workflow_permissions: str = "read"
    can_approve_pull_request_reviews: bool = False
    approval_policy: str = "first_time_contributors"
    private_vulnerability_reporting: bool = False
    selected: dict[str, object] = field(
        default_factory=lambda: {"github_owned_allowed": True, "patterns_allowed": [], "verified_allowed": False}
    )
    enforced: set[str] = field(default_factory=set)

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        read, write = "administration:read", "administration:write"
        approval = "actions/permissions/fork-pr-contributor-approval"
        return (
            Route("GET", "actions/permissions", read, self._read),
            Route("PUT", "actions/permissions", write, self._put),
            Route("GET", "actions/permissions/workflow", read, self._read_workflow),
            Route("PUT", "actions/permissions/workflow", write, self._put_workflow),
            Route("GET", "actions/permissions/selected-actions", read, self._read_selected),
            Route("PUT", "actions/permissions/selected-actions", write, self._put_selected),
            Route("GET", approval, read, self._read_approval),
            Route("PUT", approval, write, self._put_approval),
            Route("GET", "immutable-releases", read, self._read_immutable),
            Route("PUT", "immutable-releases", write, lambda _: self._set_immutable(on=True)),
            Route("DELETE", "immutable-releases", write, lambda _: self._set_immutable(on=False)),
            Route("GET", "private-vulnerability-reporting", "metadata:read", self._read_reporting),
            Route("PUT", "private-vulnerability-reporting", write, lambda _: self._set_reporting(on=True)),
            Route("DELETE", "private-vulnerability-reporting", write, lambda _: self._set_reporting(on=False)),
        )

    def _read(self, _: Call) -> Response:
        told: dict[str, object] = {"enabled": self.actions.enabled, "sha_pinning_required": self.sha_pinning_required}
        if self.actions.enabled:
            told["allowed_actions"] = self.allowed_actions
        if self.actions.enabled and self.allowed_actions == "selected":
            told["selected_actions_url"] = f"{self.repository.place.api}/actions/permissions/selected-actions"
        return answered(told)

    def _put(self, call: Call) -> Response:
        """Set the switches: what the body does not name stays, but whether Actions run at all must be named."""
        self.repository.check_open()
        body = call.wishes()
        enabled, pinned = flag(body, "enabled"), flag(body, "sha_pinning_required")
        if enabled is None:
            raise not_supplied("enabled")
        self.allowed_actions = choice(body, "allowed_actions", ALLOWED) or self.allowed_actions
        self.actions.enabled = enabled
        self.sha_pinning_required = self.sha_pinning_required if pinned is None else pinned
        return done()

    def _read_workflow(self, _: Call) -> Response:
        return answered(
            {
                "can_approve_pull_request_reviews": self.can_approve_pull_request_reviews,
                "default_workflow_permissions": self.default_workflow_permissions,
            }
        )

    def _put_workflow(self, call: Call) -> Response:
        self.repository.check_open()
        body = call.wishes()
        wanted = choice(body, "default_workflow_permissions", ("read", "write"))
        approve = flag(body, "can_approve_pull_request_reviews")
        if wanted == "write" and "default_workflow_permissions" in self.enforced:
            return Response(HTTPStatus.CONFLICT)
        self.default_workflow_permissions = wanted or self.default_workflow_permissions
        if approve is not None:
            self.can_approve_pull_request_reviews = approve
        return done()

    def _read_selected(self, _: Call) -> Response:
        self._check_selected()
        return answered(self.selected)

    def _put_selected(self, call: Call) -> Response:
        self.repository.check_open()
        self._check_selected()
        body = call.wishes()
        wishes: Mapping[str, object] = {
            "github_owned_allowed": flag(body, "github_owned_allowed"),
            "patterns_allowed": texts(body, "patterns_allowed"),
            "verified_allowed": flag(body, "verified_allowed"),
        }
        self.selected |= {name: value for name, value in wishes.items() if value is not None}
        return done()

    def _check_selected(self) -> None:
        if self.allowed_actions != "selected":
            raise HostRefusal(HTTPStatus.CONFLICT, "Selected actions are not enabled for this repository")

    def _read_approval(self, _: Call) -> Response:
        return answered({"approval_policy": self.approval_policy})

    def _put_approval(self, call: Call) -> Response:
        self.repository.check_open()
        policy = choice(call.wishes(), "approval_policy", APPROVALS)
        if policy is None:
            raise not_supplied("approval_policy")
        self.approval_policy = policy
        return done()

    def _read_immutable(self, _: Call) -> Response:
        if not self.releases.immutable:
            raise not_found()
        return answered({"enabled": True, "enforced_by_owner": "immutable_releases" in self.enforced})

    def _set_immutable(self, *, on: bool) -> Response:
        self.repository.check_open()
        if not on and "immutable_releases" in self.enforced:
            raise HostRefusal(HTTPStatus.CONFLICT, "Immutable releases are enforced by the owner")
        self.releases.immutable = on
        return done()

    def _read_reporting(self, _: Call) -> Response:
        return answered({"enabled": self.private_vulnerability_reporting})

    def _set_reporting(self, *, on: bool) -> Response:
        self.repository.check_open()
        if self.repository.private:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Only public repositories take reports in private")
        self.private_vulnerability_reporting = on
        return done()
