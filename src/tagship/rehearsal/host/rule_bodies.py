"""What the stand-in host takes for a ruleset, and what it adds to one, as GitHub does."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from tagship.rehearsal.host import bodies
from tagship.rehearsal.host.people import ACTIONS_APP, ROLES
from tagship.rehearsal.host.refusals import not_supplied, unacceptable
from tagship.rehearsal.host.repository import Repository

TARGETS = ("branch", "tag", "push")
ENFORCEMENTS = ("disabled", "active", "evaluate")
ACTORS = ("Integration", "OrganizationAdmin", "RepositoryRole", "Team", "DeployKey", "User")
MODES = ("always", "pull_request", "exempt")
_ROLES_THAT_BYPASS = frozenset(ROLES[role] for role in ("maintain", "write", "admin"))
_PLAIN = ("creation", "deletion", "non_fast_forward", "required_linear_history", "required_signatures")
_OF_ENTERPRISES = (
    *("branch_name_pattern", "commit_author_email_pattern", "commit_message_pattern", "committer_email_pattern"),
    "tag_name_pattern",
)
_OF_BRANCHES = ("merge_queue", "pull_request")
RULES = (
    *(*_PLAIN, *_OF_ENTERPRISES, *_OF_BRANCHES),
    *("code_scanning", "copilot_code_review", "required_deployments", "required_status_checks", "update", "workflows"),
)
# Required by the interface; a rule without them is refused.
_REQUIRED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pull_request": (
            *("dismiss_stale_reviews_on_push", "require_code_owner_review", "require_last_push_approval"),
            *("required_approving_review_count", "required_review_thread_resolution"),
        ),
        "required_status_checks": ("required_status_checks", "strict_required_status_checks_policy"),
        "required_deployments": ("required_deployment_environments",),
    }
)
_ADDED: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "pull_request": {
            "allowed_merge_methods": ["merge", "squash", "rebase"],
            "dismissal_restriction": {"allowed_actors": [], "enabled": False},
            "require_extra_approval_for_unattributed_changes": False,
            "required_reviewers": [],
        },
        "required_status_checks": {"do_not_enforce_on_create": False},
        "update": {"update_allows_fetch_and_merge": False},
    }
)
Rule = Mapping[str, object]


def check_name(name: str | None, others: Sequence[str]) -> str:
    """The name of a ruleset; raises HostRefusal for none and for one that is taken."""
    if not name:
        raise not_supplied("name")
    if name in others:
        raise unacceptable("Name must be unique")
    return name


def check_enforcement(body: Mapping[str, object], repository: Repository) -> str:
    """Whether and how a ruleset is enforced; to evaluate only is an enterprise's."""
    chosen = bodies.choice(body, "enforcement", ENFORCEMENTS)
    if chosen is None:
        raise not_supplied("enforcement")
    if chosen == "evaluate" and repository.plan != "enterprise":
        raise unacceptable("Enforcement evaluate option is not supported on this plan")
    return chosen


def actors_in(
    body: Mapping[str, object], repository: Repository, target: str, apps: Mapping[int, str]
) -> Sequence[Mapping[str, object]]:
    """Who may bypass; raises HostRefusal for those that cannot. `apps` are the applications the owner installed."""
    actors = []
    for actor in bodies.tables(body, "bypass_actors"):
        kind, number = bodies.choice(actor, "actor_type", ACTORS), bodies.number(actor, "actor_id")
        mode = bodies.choice(actor, "bypass_mode", MODES) or "always"
        if kind is None:
            raise unacceptable("Bypass actors actor type can't be blank")
        if mode == "pull_request" and target != "branch":
            raise unacceptable("Bypass mode pull_request is only applicable to branch rulesets")
        complaint = _complaint(kind, number, repository, apps)
        if complaint is not None:
            raise unacceptable(complaint)
        actors.append({"actor_id": number, "actor_type": kind, "bypass_mode": mode})
    return actors


def _complaint(kind: str, number: int | None, repository: Repository, apps: Mapping[int, str]) -> str | None:
    """What is wrong with an actor; None for nothing."""
    outside = "must be part of the ruleset source or owner organization"
    if kind == "Integration":
        name = "GitHub Actions" if number == ACTIONS_APP else apps.get(number or 0, str(number))
        inside = number in apps or (number == ACTIONS_APP and repository.of_organization)
        return None if inside else f"Actor {name} integration {outside}"
    if kind in {"OrganizationAdmin", "Team"}:
        return None if repository.of_organization else f"Actor {kind} {outside}"
    if kind == "RepositoryRole" and number not in _ROLES_THAT_BYPASS:
        return f"Actor repository role {outside}"
    if kind == "User" and repository.people.by_id(number or 0) is None:
        return f"Actor user {outside}"
    return None


def conditions_in(body: Mapping[str, object]) -> Mapping[str, object]:
    """Which references are meant; raises HostRefusal for half a condition."""
    names = bodies.table(bodies.table(body, "conditions") or {}, "ref_name")
    if names is None:
        return {"ref_name": {"exclude": [], "include": []}}
    include, exclude = bodies.texts(names, "include"), bodies.texts(names, "exclude")
    if include is None or exclude is None or not all((*include, *exclude)):
        raise unacceptable("Invalid target patterns: ''")
    wrong = [each for each in (*include, *exclude) if not each.startswith(("refs/heads/", "refs/tags/", "~"))]
    if wrong:
        raise unacceptable(f"Invalid target patterns: '{wrong[0]}'")
    return {"ref_name": {"exclude": list(exclude), "include": list(include)}}


def rules_in(body: Mapping[str, object], repository: Repository, target: str) -> Sequence[Rule]:
    """The rules, with what the host adds; raises HostRefusal for those that cannot be."""
    made: list[Rule] = []
    for rule in bodies.tables(body, "rules"):
        kind, parameters = bodies.text(rule, "type"), bodies.table(rule, "parameters") or {}
        if kind not in RULES:
            raise unacceptable(f"Invalid rule '{kind}': ")
        if kind in _OF_ENTERPRISES and repository.plan != "enterprise":
            raise unacceptable(f"Invalid rule '{kind}': not available on this plan")
        if kind in _OF_BRANCHES and target != "branch":
            raise unacceptable(f"Invalid rule '{kind}': not applicable to the target {target}")
        missing = [name for name in _REQUIRED.get(kind, ()) if name not in parameters]
        if missing:
            raise unacceptable(f"Invalid parameter '{missing[0]}' for rule '{kind}'")
        whole = {**_ADDED.get(kind, {}), **parameters}
        made.append({"type": kind, **({"parameters": whole} if whole else {})})
    return made
