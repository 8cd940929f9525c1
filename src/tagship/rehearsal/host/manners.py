"""How the stand-in host behaves beside what it answers: limits, and trouble on order."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from types import MappingProxyType
from typing import Literal

from tagship.rehearsal.host.call import answered
from tagship.rehearsal.host.callers import Caller
from tagship.rehearsal.host.refusals import HostRefusal
from tagship.rehearsal.wire import Request, Response

Way = Literal["refused", "lost", "cut", "cut-after"]

HOURLY: Mapping[str, int] = MappingProxyType({"anonymous": 60, "classic": 5000, "fine-grained": 5000, "actions": 1000})
"""Requests per hour, by the kind of token."""
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
_HOUR = timedelta(hours=1)
_PHRASES: Mapping[int, str] = MappingProxyType(
    {403: SECONDARY, 429: SECONDARY, 500: "Server Error", 502: "Server Error", 503: "Service unavailable"}
)


@dataclass(slots=True)
class RateLimits:
    """How many requests each account has left in this hour."""

    clock: Callable[[], datetime]
    _used: dict[str, int] = field(default_factory=dict)
    _left: int | None = None
    _until: datetime | None = None

    def leave(self, remaining: int, *, seconds: float = 3600) -> None:
        """Leave everybody that many requests, and let the hour end after so many seconds."""
        self._used.clear()
        self._left, self._until = remaining, self.clock() + timedelta(seconds=seconds)

    def check(self, caller: Caller) -> None:
        """Raises HostRefusal for who has none left."""
        self._turn()
        if self._remaining(caller) <= 0:
            who = f"user ID for {caller.login}" if caller.login else "this address"
            raise HostRefusal(HTTPStatus.FORBIDDEN, f"API rate limit exceeded for {who}.")

    def count(self, caller: Caller) -> None:
        """One request less."""
        self._used[caller.login] = self._used.get(caller.login, 0) + 1

    def told_to(self, caller: Caller) -> Mapping[str, str]:
        """The headers that tell an account how much it has left."""
        limit, remaining = HOURLY[caller.kind], max(0, self._remaining(caller))
        return {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(remaining),
            "x-ratelimit-reset": str(math.ceil(self._turn().timestamp())),
            "x-ratelimit-resource": "core",
            "x-ratelimit-used": str(limit - remaining),
        }

    def _remaining(self, caller: Caller) -> int:
        there = HOURLY[caller.kind] if self._left is None else self._left
        return there - self._used.get(caller.login, 0)

    def _turn(self) -> datetime:
        """When the hour ends; begins the next one where it has."""
        now = self.clock()
        if self._until is None or self._until <= now:
            self._used.clear()
            self._left, self._until = None, now + _HOUR
        return self._until


@dataclass(slots=True)
class Trouble:
    """What befalls some requests; see `StandInHost.fail_next`. Without a status they are answered as ever, but late."""

    method: str
    path: str
    status: int | None
    times: int
    spare: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    message: str | None = None
    way: Way = "refused"
    seconds: float = 0.0

    @property
    def carried_out(self) -> bool:
        """Whether what was asked for happens all the same."""
        return self.status is None or self.way in {"lost", "cut-after"}

    @property
    def cuts(self) -> bool:
        """Whether the connection ends in place of any answer."""
        return self.way in {"cut", "cut-after"}

    def meets(self, request: Request) -> bool:
        """Whether it befalls this request; `spare` of those that it would are let go first."""
        if self.times <= 0 or self.method not in {"*", request.method} or not fnmatchcase(request.path, self.path):
            return False
        if self.spare > 0:
            self.spare -= 1
            return False
        self.times -= 1
        return True

    def answer(self) -> Response | None:
        """What is answered in place of what the host would say; None where it only comes late."""
        if self.status is None:
            return None
        content = {"message": self.message or _PHRASES.get(self.status, "Something went wrong")}
        return answered({**content, "documentation_url": "", "status": str(self.status)}, self.status, self.headers)


@dataclass(slots=True)
class Troubles:
    """The trouble that was ordered and has not come yet."""

    ordered: list[Trouble] = field(default_factory=list)

    def order(self, trouble: Trouble) -> None:
        """Let it come when it is its turn."""
        self.ordered.append(trouble)

    def next(self, request: Request) -> Trouble | None:
        """The trouble that befalls a request, if any does."""
        return next((trouble for trouble in self.ordered if trouble.meets(request)), None)


def wait(trouble: Trouble | None) -> None:
    """Come late."""
    if trouble is not None and trouble.seconds > 0:
        time.sleep(trouble.seconds)
