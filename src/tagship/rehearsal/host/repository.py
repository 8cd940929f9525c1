"""The repository on the stand-in host: whose it is, what its plan offers, and the settings of its own page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import choice, flag, table, text
from tagship.rehearsal.host.call import Call, Route, answered
from tagship.rehearsal.host.people import People
from tagship.rehearsal.host.refusals import HostRefusal, found, not_found, unacceptable
from tagship.rehearsal.host.shapes import Place
from tagship.rehearsal.wire import Response

PLANS = ("free", "pro", "team", "enterprise")
UPGRADE = "Upgrade to GitHub Pro or make this repository public to enable this feature."
SCANNING = ("secret_scanning", "secret_scanning_push_protection")
_MERGING = (
    *("allow_auto_merge", "allow_merge_commit", "allow_rebase_merge", "allow_squash_merge", "allow_update_branch"),
    *("delete_branch_on_merge", "web_commit_signoff_required"),
)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Repository:
    """One repository; `former` are the names that it had before, and `root` is where the host answers.

    `plan` is that of the owner, in GitHub's words. What a private one lacks under which plan is what
    GitHub documents. `security` holds what `security_and_analysis` tells, by name.
    """

    full_name: str
    people: People
    branch: str = "main"
    plan: str = "free"
    private: bool = False
    archived: bool = False
    has_issues: bool = True
    clock: Callable[[], datetime] = _now
    root: str = ""
    id: int = 1296269
    former: set[str] = field(default_factory=set)
    security: dict[str, str] = field(default_factory=lambda: dict.fromkeys(SCANNING, "disabled"))
    merging: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(_MERGING, False))

    def now(self) -> datetime:
        """What the clock says, also once it was replaced."""
        return self.clock()

    @property
    def place(self) -> Place:
        """The addresses of the repository."""
        return Place(self.root, self.full_name)

    @property
    def of_organization(self) -> bool:
        """Whether an organisation owns it."""
        return self.people.owner.kind == "Organization"

    @property
    def has_rules(self) -> bool:
        """Whether the plan offers rulesets and the protection of branches."""
        return not self.private or self.plan != "free"

    @property
    def has_environments(self) -> bool:
        """Whether the plan offers environments, their secrets and their policies."""
        return not self.private or self.plan != "free"

    @property
    def has_reviewers(self) -> bool:
        """Whether the plan offers reviewers and timers of environments."""
        return not self.private or self.plan == "enterprise"

    def check_rules(self) -> None:
        """Raises HostRefusal where the plan has no rules."""
        if not self.has_rules:
            raise HostRefusal(HTTPStatus.FORBIDDEN, UPGRADE)

    def rename(self, name: str) -> None:
        """Give it another name, and answer to the one before with a redirect."""
        self.former = (self.former | {self.full_name}) - {name}
        self.full_name = name

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of it."""
        return (
            Route("GET", "", "metadata:read", self._read),
            Route("PATCH", "", "administration:write", self._change),
        )

    def _read(self, call: Call) -> Response:
        return answered(self.described(call))

    def described(self, call: Call) -> Mapping[str, object]:
        """The repository, as far as a caller may see it."""
        caller = call.caller
        rights: dict[str, object] = {}
        if caller.kind != "anonymous":
            rights["permissions"] = {
                "admin": caller.administers,
                "maintain": caller.administers,
                "push": caller.pushes,
                "triage": caller.pushes,
                "pull": True,
            }
        if caller.may("administration:read", private=self.private):
            rights["security_and_analysis"] = {name: {"status": status} for name, status in self.security.items()}
            rights |= self.merging
        owner = shapes.user(self.place, self.people.owner)
        return shapes.repository(
            self.place,
            owner,
            number=self.id,
            default_branch=self.branch,
            private=self.private,
            visibility="private" if self.private else "public",
            archived=self.archived,
            has_issues=self.has_issues,
            **({"organization": owner} if self.of_organization else {}),
            **rights,
        )

    def _change(self, call: Call) -> Response:
        wishes = call.wishes()
        archived = flag(wishes, "archived")
        if self.archived and archived is not False:
            raise archived_already()
        self._secure(table(wishes, "security_and_analysis") or {})
        for way in _MERGING:
            self.merging[way] = bool(wishes.get(way, self.merging[way]))
        name = text(wishes, "name")
        if name and name != self.place.name:
            self.rename(f"{self.place.owner}/{name}")
        seen = choice(wishes, "visibility", ("public", "private", "internal"))
        private = flag(wishes, "private") if seen is None else seen != "public"
        issues = flag(wishes, "has_issues")
        self.branch = text(wishes, "default_branch") or self.branch
        self.private = self.private if private is None else private
        self.archived = self.archived if archived is None else archived
        self.has_issues = self.has_issues if issues is None else issues
        return answered(self.described(call))

    def _secure(self, wishes: Mapping[str, object]) -> None:
        for name in wishes:
            status = choice(table(wishes, name) or {}, "status", ("enabled", "disabled"))
            if status == "enabled" and name in SCANNING and self.private and self.plan in {"free", "pro"}:
                raise unacceptable("Secret scanning is not available for this repository.")
            if status is not None:
                self.security[name] = status

    def check_open(self) -> None:
        """Raises HostRefusal where nothing can be written any more."""
        if self.archived:
            raise archived_already()


def archived_already() -> HostRefusal:
    """Nothing is written to what was archived."""
    return HostRefusal(HTTPStatus.FORBIDDEN, "Repository was archived so is read-only.")


def owned_by(repository: Repository) -> tuple[Route, ...]:
    """What can be asked about accounts, beside the repository."""

    def whoami(call: Call) -> Response:
        if call.caller.kind == "anonymous":
            raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Requires authentication")
        if call.caller.kind == "actions":
            raise HostRefusal(HTTPStatus.FORBIDDEN, "Resource not accessible by integration")
        person = repository.people.of(call.caller.login)
        return answered(shapes.account(repository.place, person, plan=repository.plan))

    def user(call: Call) -> Response:
        return answered(shapes.account(repository.place, found(repository.people.known(call.names["username"]))))

    def organization(call: Call) -> Response:
        owner = repository.people.owner
        if owner.kind != "Organization" or owner.login != call.names["org"]:
            raise not_found()
        plan = repository.plan if call.caller.administers else None
        return answered(shapes.organization(repository.place, owner, plan=plan))

    return (
        Route("GET", "user", "", whoami),
        Route("GET", "users/{username}", "", user),
        Route("GET", "orgs/{org}", "", organization),
    )
