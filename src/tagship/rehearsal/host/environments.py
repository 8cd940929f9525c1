"""The environments of the repository on the stand-in host: reviewers, timers, and from where one may deploy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import choice, flag, number, table, tables, text
from tagship.rehearsal.host.call import Call, Route, answered, done, listed
from tagship.rehearsal.host.people import Person
from tagship.rehearsal.host.refusals import HostRefusal, found, not_found, not_supplied
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

LONGEST_WAIT = 43200
MOST_REVIEWERS = 6
BILLING = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports the {} protection rule."
)


@dataclass(frozen=True, slots=True)
class StoredPolicy:
    """A pattern of branches or tags that may deploy."""

    id: int
    name: str
    kind: str


@dataclass(slots=True)
class StoredEnvironment:
    """One environment; `protected_branches` is None where every branch and tag may deploy."""

    id: int
    name: str
    created_at: datetime
    updated_at: datetime
    wait_timer: int = 0
    prevent_self_review: bool = False
    reviewers: Sequence[Person] = ()
    protected_branches: bool | None = None
    policies: list[StoredPolicy] = field(default_factory=list)


@dataclass(slots=True)
class Environments:
    """The environments, by name without regard to case."""

    repository: Repository
    held: dict[str, StoredEnvironment] = field(default_factory=dict)
    _count: int = 0

    def named(self, name: str) -> StoredEnvironment:
        """One of them; raises HostRefusal, also where the plan has none."""
        if not self.repository.has_environments:
            raise not_found()
        return found(self.held.get(name.lower()))

    def appear(self, name: str) -> StoredEnvironment:
        """Let a job name an environment: one that is not there yet is made, without any protection."""
        now = self.repository.clock()
        if name.lower() not in self.held:
            self._count += 1
            self.held[name.lower()] = StoredEnvironment(self._count, name, now, now)
        return self.held[name.lower()]

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        policies = "environments/{environment}/deployment-branch-policies"
        return (
            Route("GET", "environments", "actions:read", self._list),
            Route("GET", "environments/{environment}", "actions:read", self._read),
            Route("PUT", "environments/{environment}", "administration:write", self._put),
            Route("DELETE", "environments/{environment}", "administration:write", self._delete),
            Route("GET", policies, "actions:read", self._list_policies),
            Route("POST", policies, "administration:write", self._add_policy),
            Route("GET", f"{policies}/{{id}}", "actions:read", self._read_policy),
            Route("DELETE", f"{policies}/{{id}}", "administration:write", self._delete_policy),
        )

    def _list(self, call: Call) -> Response:
        held = self.held.values() if self.repository.has_environments else ()
        return listed(call, [self._shown(each) for each in held], root=self.repository.root, under="environments")

    def _read(self, call: Call) -> Response:
        return answered(self._shown(self.named(call.names["environment"])))

    def _put(self, call: Call) -> Response:
        """Replace all of the settings: what the body does not name is as in a new environment."""
        self.repository.check_open()
        body = call.wishes()
        wait = number(body, "wait_timer") or 0
        reviewers = [self._reviewer(each) for each in tables(body, "reviewers")]
        policy = table(body, "deployment_branch_policy")
        protected = None if policy is None else _protected_only(policy)
        self._check_plan(wait=wait, reviewers=reviewers, policy=policy)
        if not 0 <= wait <= LONGEST_WAIT or len(reviewers) > MOST_REVIEWERS:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed")
        environment = self.appear(call.names["environment"])
        environment.wait_timer, environment.reviewers = wait, reviewers
        environment.prevent_self_review = bool(flag(body, "prevent_self_review"))
        environment.protected_branches = protected
        if protected is not False:
            environment.policies.clear()
        environment.updated_at = self.repository.clock()
        return answered(self._shown(environment))

    def _check_plan(self, *, wait: int, reviewers: Sequence[Person], policy: object) -> None:
        if not self.repository.has_environments and not (wait or reviewers or policy):
            raise not_found()
        if wait and not self.repository.has_reviewers:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, BILLING.format("wait timer"))
        if reviewers and not self.repository.has_reviewers:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, BILLING.format("required reviewers"))
        if policy and not self.repository.has_environments:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, BILLING.format("branch policy"))

    def _reviewer(self, wish: Mapping[str, object]) -> Person:
        choice(wish, "type", ("User", "Team"))
        person = self.repository.people.by_id(number(wish, "id") or 0)
        if person is None or wish.get("type") != person.kind:
            raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, "Validation Failed")
        return person

    def _delete(self, call: Call) -> Response:
        self.repository.check_open()
        del self.held[self.named(call.names["environment"]).name.lower()]
        return done()

    def _list_policies(self, call: Call) -> Response:
        policies = self._custom(call).policies
        return listed(call, [_told(each) for each in policies], root=self.repository.root, under="branch_policies")

    def _add_policy(self, call: Call) -> Response:
        self.repository.check_open()
        environment, body = self._custom(call), call.wishes()
        name, kind = text(body, "name"), choice(body, "type", ("branch", "tag")) or "branch"
        if not name:
            raise not_supplied("name")
        there = next((each for each in environment.policies if (each.name, each.kind) == (name, kind)), None)
        if there is not None:
            return Response(HTTPStatus.SEE_OTHER)
        self._count += 1
        made = StoredPolicy(self._count, name, kind)
        environment.policies.append(made)
        return answered(_told(made))

    def _read_policy(self, call: Call) -> Response:
        return answered(_told(_policy(self._custom(call), call.names["id"])))

    def _delete_policy(self, call: Call) -> Response:
        self.repository.check_open()
        environment = self._custom(call)
        environment.policies.remove(_policy(environment, call.names["id"]))
        return done()

    def _custom(self, call: Call) -> StoredEnvironment:
        """An environment that has patterns; raises HostRefusal for one that has none."""
        environment = self.named(call.names["environment"])
        if environment.protected_branches is not False:
            raise not_found()
        return environment

    def _shown(self, environment: StoredEnvironment) -> Mapping[str, object]:
        place = self.repository.place
        url = f"{place.api}/environments/{environment.name}"
        policy, protected = None, environment.protected_branches
        if protected is not None:
            policy = {"custom_branch_policies": not protected, "protected_branches": protected}
        return {
            "created_at": shapes.told(environment.created_at),
            "deployment_branch_policy": policy,
            "html_url": f"{place.web}/deployments/activity_log?environments_filter={environment.name}",
            "id": environment.id,
            "name": environment.name,
            "node_id": f"EN_{environment.id}",
            "protection_rules": self._rules(environment),
            "updated_at": shapes.told(environment.updated_at),
            "url": url,
        }

    def _rules(self, environment: StoredEnvironment) -> Sequence[Mapping[str, object]]:
        rules: list[dict[str, object]] = []
        if environment.wait_timer:
            rules.append({"type": "wait_timer", "wait_timer": environment.wait_timer})
        if environment.reviewers:
            reviewers = [
                {"reviewer": shapes.user(self.repository.place, person), "type": person.kind}
                for person in environment.reviewers
            ]
            alone = environment.prevent_self_review
            rules.append({"type": "required_reviewers", "prevent_self_review": alone, "reviewers": reviewers})
        if environment.protected_branches is not None:
            rules.append({"type": "branch_policy"})
        first = environment.id * 10
        return [{**rule, "id": first + place, "node_id": f"GA_{first + place}"} for place, rule in enumerate(rules)]


def _protected_only(policy: Mapping[str, object]) -> bool:
    """Whether the protected branches may deploy, and not those of patterns; raises HostRefusal for both or neither."""
    protected, custom = flag(policy, "protected_branches"), flag(policy, "custom_branch_policies")
    if protected is None or custom is None or protected == custom:
        message = "Protected branches and custom branch policies cannot both be set to the same value."
        raise HostRefusal(HTTPStatus.UNPROCESSABLE_ENTITY, message)
    return protected


def _policy(environment: StoredEnvironment, number: str) -> StoredPolicy:
    return found(next((each for each in environment.policies if str(each.id) == number), None))


def _told(policy: StoredPolicy) -> Mapping[str, object]:
    return {"id": policy.id, "name": policy.name, "node_id": f"DBP_{policy.id}", "type": policy.kind}
