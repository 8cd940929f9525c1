"""The log of what happened to the references of the repository on the stand-in host."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from tagship.rehearsal.host import shapes
from tagship.rehearsal.host.call import LARGEST_PAGE, USUAL_PAGE, Call, Route, answered, linked
from tagship.rehearsal.host.refusals import unacceptable
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Response

KINDS = ("push", "force_push", "branch_deletion", "branch_creation", "pr_merge", "merge_queue_merge")
PERIODS: Mapping[str, timedelta] = MappingProxyType(
    {
        "day": timedelta(days=1),
        "week": timedelta(weeks=1),
        "month": timedelta(days=30),
        "quarter": timedelta(days=91),
        "year": timedelta(days=365),
    }
)


@dataclass(frozen=True, slots=True)
class StoredUpdate:
    """One update of a reference, by its full name; `kind` is one of `KINDS`, `actor` None where nobody is told."""

    id: int
    ref: str
    before: str
    after: str
    kind: str
    actor: str | None
    at: datetime


@dataclass(slots=True)
class Activity:
    """The updates, oldest first; of more than `kept` only the newest are told, as of a log that is cleared."""

    repository: Repository
    kept: int | None = None
    updates: list[StoredUpdate] = field(default_factory=list)
    _count: int = 0

    def add(self, ref: str, before: str, after: str, kind: str, *, actor: str | None, at: datetime) -> StoredUpdate:
        """Write down an update."""
        self._count += 1
        made = StoredUpdate(self._count, ref, before, after, kind, actor, at)
        self.updates.append(made)
        return made

    def routes(self) -> tuple[Route, ...]:
        """What can be asked of it."""
        return (Route("GET", "activity", "contents:read", self._list),)

    def _list(self, call: Call) -> Response:
        told = self._asked_for(call)
        size = max(1, min(LARGEST_PAGE, call.number("per_page", USUAL_PAGE)))
        start = _place(told, call.asked("after")) + 1 if call.asked("after") else 0
        if call.asked("before"):
            start = max(0, _place(told, call.asked("before")) - size)
        page = told[start : start + size]
        links = {}
        if start > 0 and page:
            links["prev"] = {"before": _cursor(page[0])}
        if page and start + size < len(told):
            links["next"] = {"after": _cursor(page[-1])}
        place = self.repository.place
        content = [self._shown(update) for update in page]
        return answered(content, headers=linked(call, place.root, links, size))

    def _asked_for(self, call: Call) -> Sequence[StoredUpdate]:
        ref, actor, kind = call.asked("ref"), call.asked("actor"), call.asked("activity_type")
        period, direction = call.asked("time_period"), call.asked("direction", "desc")
        for value, allowed in ((kind, KINDS), (period, tuple(PERIODS)), (direction, ("asc", "desc"))):
            if value and value not in allowed:
                raise unacceptable(f"{value} is not a possible value. Allowed values are {', '.join(allowed)}.")
        since = self.repository.clock() - PERIODS[period] if period else None
        kept = self.updates if self.kept is None else self.updates[max(0, len(self.updates) - self.kept) :]
        chosen = [
            update
            for update in kept
            if (not ref or update.ref in {ref, f"refs/heads/{ref}"})
            and (not actor or update.actor == actor)
            and (not kind or update.kind == kind)
            and (since is None or update.at >= since)
        ]
        return chosen if direction == "asc" else chosen[::-1]

    def _shown(self, update: StoredUpdate) -> Mapping[str, object]:
        people = self.repository.people
        actor = None if update.actor is None else shapes.user(self.repository.place, people.of(update.actor))
        return {
            "activity_type": update.kind,
            "actor": actor,
            "after": update.after,
            "before": update.before,
            "id": update.id,
            "node_id": f"PSH_{update.id}",
            "ref": update.ref,
            "timestamp": shapes.told(update.at),
        }


def _cursor(update: StoredUpdate) -> str:
    return base64.urlsafe_b64encode(f"cursor:{update.id}".encode()).decode()


def _place(told: Sequence[StoredUpdate], cursor: str) -> int:
    """Where in the list a cursor stands; raises HostRefusal for one that leads nowhere."""
    try:
        number = int(base64.urlsafe_b64decode(cursor).partition(b":")[2])
    except (binascii.Error, ValueError) as error:
        raise unacceptable("Invalid cursor") from error
    for position, update in enumerate(told):
        if update.id == number:
            return position
    raise unacceptable("Invalid cursor")
