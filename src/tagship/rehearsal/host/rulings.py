"""What the rulesets say to an update of a reference, and the record that the stand-in host keeps of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tagship.errors import Refused
from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import Call, Route, answered, listed
from tagship.rehearsal.host.objects import NOWHERE
from tagship.rehearsal.host.people import Person
from tagship.rehearsal.host.refusals import found
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.host.rule_bodies import Rule
from tagship.rehearsal.host.rulesets import Rulesets
from tagship.rehearsal.wire import Response

PERIODS: Mapping[str, timedelta] = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Update:
    """A reference on its way from one commit to another; `forced` where the old one is left behind."""

    ref: str
    before: str
    after: str
    forced: bool
    through_pull: bool
    passed: frozenset[str] = frozenset()
    """The names of the checks that succeeded on what is merged or pushed."""


@dataclass(frozen=True, slots=True)
class StoredSuite:
    """What the rules said to one update: `pass`, `fail` or `bypass`."""

    id: int
    update: Update
    actor: Person
    result: str
    at: datetime


class PushRefused(Refused):
    """The rules of the stand-in host do not let an update through."""


@dataclass(slots=True)
class Rulings:
    """The verdicts so far, oldest first."""

    repository: Repository
    rulesets: Rulesets
    suites: list[StoredSuite] = field(default_factory=list)

    def judge(self, update: Update, actor: Person, *, at: datetime) -> None:
        """Let an update pass, and write down how; raises PushRefused. Where no rule applies nothing is written."""
        if not self.repository.has_rules:
            return
        meant = self.rulesets.meaning(update.ref)
        if not meant:
            return
        broken, bypassed = [], False
        for ruleset in meant:
            against = [str(rule["type"]) for rule in ruleset.rules if _breaks(rule, update)]
            way = ruleset.bypassed_by(actor, of_organization=self.repository.of_organization)
            if not against:
                continue
            if way in {"always", "exempt"} or (way == "pull_requests_only" and update.through_pull):
                bypassed = True
            else:
                broken += against
        result = "fail" if broken else "bypass" if bypassed else "pass"
        self.suites.append(StoredSuite(len(self.suites) + 1, update, actor, result, at))
        if broken:
            raise PushRefused(f"the rules of {update.ref} do not allow this: {', '.join(broken)}")

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of them; they stand before the rulesets by number."""
        return (
            Route("GET", "rulesets/rule-suites", "administration:read", self._list),
            Route("GET", "rulesets/rule-suites/{id}", "administration:read", self._read),
        )

    def _list(self, call: Call) -> Response:
        self.repository.check_rules()
        ref, result = call.asked("ref"), call.asked("rule_suite_result", "all")
        actor = call.asked("actor_name")
        since = self.repository.clock() - PERIODS.get(call.asked("time_period", "day"), PERIODS["day"])
        chosen = [
            self._shown(suite)
            for suite in reversed(self.suites)
            if (not ref or suite.update.ref in {ref, f"refs/heads/{ref}"})
            and (not actor or suite.actor.login == actor)
            and result in {"all", suite.result}
            and suite.at >= since
        ]
        return listed(call, chosen, root=self.repository.root)

    def _read(self, call: Call) -> Response:
        self.repository.check_rules()
        suite = next((each for each in self.suites if str(each.id) == call.names["id"]), None)
        return answered(self._shown(found(suite)))

    def _shown(self, suite: StoredSuite) -> Mapping[str, object]:
        return {
            "actor_id": suite.actor.id,
            "actor_name": suite.actor.login,
            "after_sha": suite.update.after,
            "before_sha": suite.update.before,
            "evaluation_result": suite.result,
            "id": suite.id,
            "pushed_at": shapes.told(suite.at),
            "ref": suite.update.ref,
            "repository_id": self.repository.id,
            "repository_name": self.repository.place.name,
            "result": suite.result,
        }


def _breaks(rule: Rule, update: Update) -> bool:
    """Whether an update is against a rule; what concerns neither references nor checks is not looked at here."""
    made, gone = update.before == NOWHERE, update.after == NOWHERE
    against = {
        "creation": made,
        "deletion": gone,
        "non_fast_forward": update.forced,
        "pull_request": not gone and not update.through_pull,
        "update": not made and not gone,
    }
    if rule["type"] == "required_status_checks":
        return not gone and not _required(rule) <= update.passed
    return against.get(str(rule["type"]), False)


def _required(rule: Rule) -> frozenset[str]:
    """The names of the checks that a rule asks for."""
    parameters = rule["parameters"]
    asked: Sequence[object] = parameters["required_status_checks"] if isinstance(parameters, dict) else ()
    return frozenset(str(each["context"]) for each in asked if isinstance(each, dict))
