"""What a stand-in host does with every request, whatever it is about."""

import json
import math
import secrets
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self, cast
from urllib.parse import unquote, urlencode

from tagship.rehearsal.host.manners import Trouble, Troubles, Way, wait
from tagship.rehearsal.host.record import Recorded, recorded
from tagship.rehearsal.wire import LoopbackServer, Request, Response

Table = dict[str, object]
NO_HEADERS: Final[Mapping[str, str]] = {}
JSON_TYPE: Final = "application/json"
_SECRET_HEADERS: Final = frozenset({"private-token", "job-token"})
READER, WRITER, ADMIN = 10, 30, 40
"""What somebody may do with the project: see it, push to it, change its settings."""


class Refusal(Exception):
    """An answer that is not yes; `told` is its body."""

    def __init__(self, status: HTTPStatus, told: object, headers: Mapping[str, str] = NO_HEADERS) -> None:
        super().__init__(str(told))
        self.status = status
        self.told = told
        self.headers = headers


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose token it is: their role in the project, and whether the token may write; a job's is for some paths only."""

    login: str
    level: int
    writes: bool
    of_job: bool = False


NOBODY: Final = Holder("", 0, writes=False)


@dataclass(frozen=True, slots=True)
class Call:
    """One request: by whom, with which body, and what the placeholders of its route stand for."""

    request: Request
    content: bytes
    holder: Holder
    names: Mapping[str, str]

    def asked(self, name: str, usual: str = "") -> str:
        """The first value of a query parameter."""
        return next(iter(self.request.query.get(name, ())), usual)

    def table(self) -> Table:
        """The object in the body; raises Refusal."""
        try:
            told: object = json.loads(self.content or b"{}")
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, {"message": "the body is no JSON"}) from error
        if not isinstance(told, dict):
            raise Refusal(HTTPStatus.BAD_REQUEST, {"message": "the body is no object"})
        return cast("Table", told)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads, below the project or `beside` it: `level` is the role that it takes, 0 for anybody."""

    method: str
    pattern: str
    level: int
    answer: Callable[[Call], Response]
    writes: bool = False
    for_jobs: bool = False
    beside: bool = False

    def match(self, parts: Sequence[str]) -> Mapping[str, str] | None:
        """What the placeholders stand for, or None for another path."""
        wanted = self.pattern.split("/") if self.pattern else []
        open_ended = self.pattern.endswith("+}") and len(parts) >= len(wanted)
        if not open_ended and len(parts) != len(wanted):
            return None
        names: dict[str, str] = {}
        for place, part in enumerate(wanted):
            if part.endswith("+}"):
                names[part[1:-2]] = "/".join(parts[place:])
            elif part.startswith("{"):
                names[part[1:-1]] = parts[place]
            elif part != parts[place]:
                return None
        return names


@dataclass(slots=True)
class _State:
    tokens: dict[str, Holder] = field(default_factory=dict)
    troubles: Troubles = field(default_factory=Troubles)
    record: list[Recorded] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)


class RestHost(ABC):
    """A host of one project that exists inside its with block."""

    root = "/api"
    largest_page = 100
    page_size = "per_page"

    def __init__(self, path: str, *, private: bool) -> None:
        self.path = path
        self.private = private
        self._state = _State()
        self.server = LoopbackServer(self._answer)
        self.token = self.issue_token("maintainer", level=ADMIN)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """Where the host's pages begin, without a slash at the end."""
        return self.server.url

    @property
    def record(self) -> list[Recorded]:
        """Every request and its answer, without tokens."""
        return self._state.record

    def issue_token(self, login: str, *, level: int, writes: bool = True, of_job: bool = False) -> str:
        """Make a token for somebody; without `writes` its scope is to read."""
        token = f"stand_in_{secrets.token_urlsafe(20)}"
        self._state.tokens[token] = Holder(login, level, writes, of_job)
        return token

    def fail_next(
        self,
        method: str,
        path: str,
        status: int = 502,
        times: int = 1,
        headers: Mapping[str, str] = NO_HEADERS,
        *,
        spare: int = 0,
        way: Way = "refused",
    ) -> None:
        """Answer the next requests with a failure, as `StandInHost.fail_next` does."""
        self._state.troubles.order(Trouble(method, path, status, times, spare, headers, None, way))

    # What a host says

    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """What leads where."""

    @abstractmethod
    def below(self, parts: Sequence[str]) -> Sequence[str] | None:
        """The rest of a path below the project; None for another path."""

    @abstractmethod
    def told(self, request: Request) -> str | None:
        """The token that a request carries."""

    @abstractmethod
    def unknown_token(self) -> Refusal:
        """What is answered to a token that is none."""

    @abstractmethod
    def forbidden(self, route: Route, holder: Holder) -> Refusal:
        """What is answered to who may not."""

    @abstractmethod
    def not_found(self) -> Refusal:
        """What is answered where there is nothing, or not for who asks."""

    # From a request to its answer

    def _answer(self, request: Request) -> Response:
        content = b"".join(request.body)
        with self._state.lock:
            trouble = self._state.troubles.next(request)
        wait(trouble)
        with self._state.lock:
            instead = None if trouble is None else trouble.answer()
            carried_out = trouble is None or trouble.carried_out
            response = self._judged(request, content) if carried_out else cast("Response", instead)
            told = None if trouble is not None and trouble.cuts else instead or response
            self._write_down(request, content, told, ordered=instead is not None)
        if told is None:
            raise ConnectionAbortedError("the host was told to end the connection")
        return told

    def _write_down(self, request: Request, content: bytes, told: Response | None, *, ordered: bool) -> None:
        for name in _SECRET_HEADERS:
            del request.headers[name]
        self._state.record.append(recorded(request, content, told, kind="", ordered=ordered))

    def _judged(self, request: Request, content: bytes) -> Response:
        try:
            token = self.told(request)
            holder = NOBODY if token is None else self._state.tokens.get(token)
            if holder is None:
                raise self.unknown_token()
            route, names = self._leads(request)
            self._insist(route, holder)
            return route.answer(Call(request, content, holder, names))
        except Refusal as refusal:
            return answered(refusal.told, refusal.status, refusal.headers)

    def _leads(self, request: Request) -> tuple[Route, Mapping[str, str]]:
        path = request.target.partition("?")[0].removeprefix(self.root)
        parts = [unquote(part) for part in path.strip("/").split("/")]
        inside = self.below(parts)
        for route in self.routes():
            rest = parts if route.beside else inside
            names = None if rest is None or route.method != request.method else route.match(rest)
            if names is not None:
                return route, names
        raise self.not_found()

    def _insist(self, route: Route, holder: Holder) -> None:
        if self.private and holder.level < READER and not route.beside:
            raise self.not_found()
        if holder.of_job:
            if not route.for_jobs:
                raise self.unknown_token()
            return
        if holder.level < route.level or (route.writes and not holder.writes):
            raise self.unknown_token() if holder is NOBODY else self.forbidden(route, holder)

    def paged(self, call: Call, whole: Sequence[object]) -> Response:
        """One page of a list, with the way to the next in `Link`."""
        told = call.asked(self.page_size, "20")
        size = max(1, min(self.largest_page, int(told) if told.isdigit() else 20))
        number = call.asked("page", "1")
        page = max(1, int(number) if number.isdigit() else 1)
        last = max(1, math.ceil(len(whole) / size))
        query = {name: values[0] for name, values in call.request.query.items()} | {"page": str(page + 1)}
        here = f"{self.url}{call.request.target.partition('?')[0]}"
        links = {"Link": f'<{here}?{urlencode(query)}>; rel="next"'} if page < last else {}
        return answered(whole[(page - 1) * size : page * size], headers=links)


def answered(content: object, status: int = HTTPStatus.OK, headers: Mapping[str, str] = NO_HEADERS) -> Response:
    """An answer in JSON."""
    return Response(status, json.dumps(content).encode(), {"Content-Type": JSON_TYPE, **headers})


def done() -> Response:
    """The answer to a write that has nothing to tell."""
    return Response(HTTPStatus.NO_CONTENT)
