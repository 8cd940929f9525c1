"""The rulesets of the repository on the stand-in host, those that its owner hands down included."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.bodies import choice, text
from tagship.rehearsal.host.call import Call, Route, answered, done, listed
from tagship.rehearsal.host.callers import Caller
from tagship.rehearsal.host.people import ACTIONS_APP, ACTIONS_BOT, ROLES, Person
from tagship.rehearsal.host.ref_patterns import means
from tagship.rehearsal.host.refusals import found, not_found, unacceptable
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.host.rule_bodies import (
    TARGETS,
    Rule,
    actors_in,
    check_enforcement,
    check_name,
    conditions_in,
    rules_in,
)
from tagship.rehearsal.wire import Response

MOST = 75
_BYPASSES = {"always": "always", "pull_request": "pull_requests_only", "exempt": "exempt"}


@dataclass(slots=True)
class StoredRuleset:
    """One ruleset; `owned` by the repository itself, or handed down by the organisation that `source` names."""

    id: int
    name: str
    target: str
    enforcement: str
    bypass_actors: Sequence[Mapping[str, object]]
    conditions: Mapping[str, object]
    rules: Sequence[Rule]
    source: str
    owned: bool
    created_at: datetime
    updated_at: datetime

    def bypassed_by(self, person: Person, *, of_organization: bool) -> str:
        """How an account may bypass the ruleset: always, pull_requests_only, exempt or never."""
        for actor in self.bypass_actors:
            kind, number = actor["actor_type"], actor["actor_id"]
            meant = {
                "Integration": number == ACTIONS_APP and person.login == ACTIONS_BOT,
                "RepositoryRole": number == ROLES.get(person.role),
                "OrganizationAdmin": of_organization and person.role == "admin",
                "User": number == person.id,
            }
            if meant.get(str(kind), False):
                return _BYPASSES[str(actor["bypass_mode"])]
        return "never"


@dataclass(slots=True)
class Rulesets:
    """The rulesets, oldest first; `apps` are the applications that the owner installed, by number."""

    repository: Repository
    apps: dict[int, str] = field(default_factory=dict)
    held: list[StoredRuleset] = field(default_factory=list)
    _count: int = 0

    def __iter__(self) -> Iterator[StoredRuleset]:
        return iter(self.held)

    def add(self, body: Mapping[str, object], *, source: str | None = None) -> StoredRuleset:
        """Make a ruleset as a request with this body would; one with a `source` is an organisation's."""
        repository = self.repository
        owned = source is None
        name = check_name(text(body, "name"), [each.name for each in self.held if each.owned and owned])
        if owned and sum(each.owned for each in self.held) >= MOST:
            raise unacceptable(f"Repository cannot have more than {MOST} rulesets")
        target = choice(body, "target", TARGETS) or "branch"
        now = repository.clock()
        self._count += 1
        made = StoredRuleset(
            id=self._count,
            name=name,
            target=target,
            enforcement=check_enforcement(body, repository),
            bypass_actors=actors_in(body, repository, target, self.apps),
            conditions=conditions_in(body),
            rules=rules_in(body, repository, target),
            source=source or repository.full_name,
            owned=owned,
            created_at=now,
            updated_at=now,
        )
        self.held.append(made)
        return made

    def meaning(self, ref: str) -> Sequence[StoredRuleset]:
        """The rulesets in force for a branch or tag, by its full name."""
        target = "tag" if ref.startswith("refs/tags/") else "branch"
        return [
            each
            for each in self.held
            if each.target == target
            and each.enforcement == "active"
            and means(each.conditions, ref, branch=self.repository.branch)
        ]

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them."""
        return (
            Route("GET", "rulesets", "metadata:read", self._list),
            Route("POST", "rulesets", "administration:write", self._create),
            Route("GET", "rulesets/{id}", "metadata:read", self._read),
            Route("PUT", "rulesets/{id}", "administration:write", self._change),
            Route("DELETE", "rulesets/{id}", "administration:write", self._delete),
            Route("GET", "rules/branches/{branch+}", "metadata:read", self._effective),
        )

    def _list(self, call: Call) -> Response:
        self.repository.check_rules()
        targets = call.asked("targets")
        parents = call.asked("includes_parents", "true") != "false"
        chosen = [
            self._shown(each, call.caller, whole=False)
            for each in self.held
            if (parents or each.owned) and (not targets or each.target in targets.split(","))
        ]
        return listed(call, chosen, root=self.repository.root)

    def _create(self, call: Call) -> Response:
        self._check_writable()
        made = self.add(call.wishes())
        return answered(self._shown(made, call.caller), HTTPStatus.CREATED)

    def _read(self, call: Call) -> Response:
        self.repository.check_rules()
        ruleset = self._named(call)
        if not ruleset.owned and call.asked("includes_parents", "true") == "false":
            raise not_found()
        return answered(self._shown(ruleset, call.caller))

    def _change(self, call: Call) -> Response:
        self._check_writable()
        ruleset, body = self._own(call), call.wishes()
        repository = self.repository
        others = [each.name for each in self.held if each.owned and each is not ruleset]
        target = choice(body, "target", TARGETS) or ruleset.target
        name = check_name(text(body, "name") or ruleset.name, others)
        enforcement = check_enforcement({"enforcement": ruleset.enforcement, **body}, repository)
        kept = {"bypass_actors": ruleset.bypass_actors, "conditions": ruleset.conditions, "rules": ruleset.rules}
        told = {**kept, **body}
        actors = actors_in(told, repository, target, self.apps)
        conditions, rules = conditions_in(told), rules_in(told, repository, target)
        ruleset.name, ruleset.target, ruleset.enforcement = name, target, enforcement
        ruleset.bypass_actors, ruleset.conditions, ruleset.rules = actors, conditions, rules
        ruleset.updated_at = repository.clock()
        return answered(self._shown(ruleset, call.caller))

    def _delete(self, call: Call) -> Response:
        self._check_writable()
        self.held.remove(self._own(call))
        return done()

    def _effective(self, call: Call) -> Response:
        self.repository.check_rules()
        rules = [
            {
                **rule,
                "ruleset_id": each.id,
                "ruleset_source": each.source,
                "ruleset_source_type": _source_type(each),
            }
            for each in self.meaning(f"refs/heads/{call.names['branch']}")
            for rule in each.rules
        ]
        return listed(call, rules, root=self.repository.root)

    def _check_writable(self) -> None:
        self.repository.check_open()
        self.repository.check_rules()

    def _named(self, call: Call) -> StoredRuleset:
        return found(next((each for each in self.held if str(each.id) == call.names["id"]), None))

    def _own(self, call: Call) -> StoredRuleset:
        ruleset = self._named(call)
        if not ruleset.owned:  # what an organisation hands down is changed at the organisation
            raise not_found()
        return ruleset

    def _shown(self, ruleset: StoredRuleset, caller: Caller, *, whole: bool = True) -> Mapping[str, object]:
        place, repository = self.repository.place, self.repository
        where = f"{place.api}/rulesets/{ruleset.id}"
        shown: dict[str, object] = {
            "_links": {"html": {"href": f"{place.web}/rules/{ruleset.id}"}, "self": {"href": where}},
            "created_at": shapes.told(ruleset.created_at),
            "enforcement": ruleset.enforcement,
            "id": ruleset.id,
            "name": ruleset.name,
            "node_id": f"RRS_{ruleset.id}",
            "source": ruleset.source,
            "source_type": _source_type(ruleset),
            "target": ruleset.target,
            "updated_at": shapes.told(ruleset.updated_at),
        }
        if not whole:
            return shown
        shown |= {"conditions": ruleset.conditions, "rules": ruleset.rules}
        if caller.kind != "anonymous":
            person = repository.people.of(caller.login)
            bypass = ruleset.bypassed_by(person, of_organization=repository.of_organization)
            shown["current_user_can_bypass"] = bypass
        if ruleset.owned and caller.may("administration:write", private=repository.private):
            shown["bypass_actors"] = ruleset.bypass_actors
        return shown


def _source_type(ruleset: StoredRuleset) -> str:
    return "Repository" if ruleset.owned else "Organization"
