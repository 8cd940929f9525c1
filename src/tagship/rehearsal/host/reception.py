"""From a request to its answer: who asks, whether they may, where it leads, and what is written down of it."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

from tagship.rehearsal.host.call import Call, Route, answered, parts_of, tagged
from tagship.rehearsal.host.callers import ANONYMOUS, Caller, Tokens, check, told_to
from tagship.rehearsal.host.manners import RateLimits, Trouble, Troubles, wait
from tagship.rehearsal.host.record import Recorded, recorded
from tagship.rehearsal.host.refusals import HostRefusal, not_found
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.wire import Request, Response

API_VERSIONS = frozenset({"", "2022-11-28", "2026-03-10"})
DOCUMENTATION = "https://docs.github.com/rest"
LARGEST_BODY = 64 << 20
_PUBLIC = ("user", "orgs/", "repos/")
"""What lies beside the repository, and is not hidden where it is private."""


@dataclass(slots=True)
class Reception:
    """Answers requests, one at a time: `inside` the repository, to where its `uploads` go, and `beside` it."""

    settings: Repository
    tokens: Tokens
    rate: RateLimits
    inside: Sequence[Route]
    uploads: Sequence[Route]
    beside: Sequence[Route]
    anonymous: bool
    troubles: Troubles = field(default_factory=Troubles)
    record: list[Recorded] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def answer(self, request: Request) -> Response:
        """The answer to a request, which is written down; raises ConnectionAbortedError where that was ordered."""
        try:
            content = _whole(request)
        except HostRefusal as refusal:
            return _refused(refusal)
        with self.lock:
            trouble = self.troubles.next(request)
        wait(trouble)
        with self.lock:
            caller, response = self._judged(request, content, trouble)
            ordered = trouble is not None and (trouble.status is not None)
            told = None if trouble is not None and trouble.cuts else response
            self.record.append(recorded(request, content, told, kind=caller.kind, ordered=ordered))
        if told is None:
            raise ConnectionAbortedError("the host was told to end the connection")
        return told

    def _judged(self, request: Request, content: bytes, trouble: Trouble | None) -> tuple[Caller, Response]:
        """Who asked, and the answer with all that goes with each one."""
        caller, needs, response = ANONYMOUS, "", None
        instead = None if trouble is None else trouble.answer()
        if instead is not None and trouble is not None and not trouble.carried_out:
            return caller, instead
        try:
            _check_manners(request)
            caller = self._caller(request)
            self.rate.check(caller)
            route, names = self._leads(request)
            needs = route.needs
            check(caller, needs, private=self.settings.private and not route.pattern.startswith(_PUBLIC))
            response = tagged(request, route.answer(Call(request, content, caller, names)))
        except HostRefusal as refusal:
            response = _refused(refusal)
        if response.status not in {HTTPStatus.NOT_MODIFIED, HTTPStatus.UNAUTHORIZED}:
            self.rate.count(caller)
        headers = {**self.rate.told_to(caller), **told_to(caller, needs), **response.headers}
        return caller, instead or Response(response.status, response.body, headers)

    def _caller(self, request: Request) -> Caller:
        caller = self.tokens.holder(request.header("Authorization"))
        if caller is ANONYMOUS and not self.anonymous:
            raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Requires authentication")
        return caller

    def _leads(self, request: Request) -> tuple[Route, Mapping[str, str]]:
        """The route of a request; raises HostRefusal."""
        parts, method = parts_of(request), request.method.replace("HEAD", "GET")
        for table, rest in self._meant(request, parts):
            for route in table:
                names = route.match(rest) if route.method == method else None
                if names is not None:
                    return route, names
        raise not_found()

    def _meant(self, request: Request, parts: Sequence[str]) -> Sequence[tuple[Sequence[Route], Sequence[str]]]:
        """The tables that a path may be found in, and the rest of it; raises HostRefusal for a name of before."""
        match parts:
            case ["repositories", number, *rest] if number == str(self.settings.id):
                return [(self.inside, rest)]
            case ["repos", owner, name, *rest] if self._is_ours(owner, name):
                return [(self.inside, rest)]
            case ["uploads", "repos", owner, name, *rest] if self._is_ours(owner, name):
                return [(self.uploads, rest)]
            case ["repos", owner, name, *rest] if f"{owner}/{name}".lower() in map(str.lower, self.settings.former):
                raise self._moved(request, rest)
            case _:
                return [(self.beside, parts)]

    def _is_ours(self, owner: str, name: str) -> bool:
        return f"{owner}/{name}".lower() == self.settings.full_name.lower()

    def _moved(self, request: Request, rest: Sequence[str]) -> HostRefusal:
        """As GitHub does it: on to the repository by its number; writes are to be sent again as they were."""
        _, mark, query = request.target.partition("?")
        below = "".join(f"/{quote(part, safe='')}" for part in rest)
        location = f"{self.settings.root}/repositories/{self.settings.id}{below}{mark}{query}"
        if request.method in {"GET", "HEAD"}:
            return HostRefusal(HTTPStatus.MOVED_PERMANENTLY, "Moved Permanently", headers={"Location": location})
        return HostRefusal(HTTPStatus.TEMPORARY_REDIRECT, "Temporary Redirect", headers={"Location": location})


def _check_manners(request: Request) -> None:
    if not request.header("User-Agent"):
        raise HostRefusal(HTTPStatus.FORBIDDEN, "Request forbidden by administrative rules. Send a User-Agent.")
    if request.header("X-GitHub-Api-Version") not in API_VERSIONS:
        raise HostRefusal(HTTPStatus.BAD_REQUEST, "This version of the REST API is not supported.")


def _refused(refusal: HostRefusal) -> Response:
    content: dict[str, object] = {"message": refusal.message, "documentation_url": DOCUMENTATION}
    if refusal.details:
        content["errors"] = list(refusal.details)
    if "Location" in refusal.headers:
        content["url"] = refusal.headers["Location"]
    return answered({**content, "status": str(refusal.status.value)}, refusal.status, refusal.headers)


def _whole(request: Request) -> bytes:
    content = bytearray()
    for block in request.body:
        content += block
        if len(content) > LARGEST_BODY:
            raise HostRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Payload Too Large")
    return bytes(content)
