"""One request on its way through the stand-in host, where it leads, and the answers in JSON."""

import hashlib
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import unquote, urlencode

from tagship.rehearsal.host.bodies import table_in
from tagship.rehearsal.host.callers import Caller
from tagship.rehearsal.wire import Request, Response

JSON_TYPE = "application/json; charset=utf-8"
LARGEST_PAGE = 100
USUAL_PAGE = 30
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Call:
    """One request: by whom, with which body, and what the placeholders of its route stand for."""

    request: Request
    content: bytes
    caller: Caller
    names: Mapping[str, str]

    def wishes(self) -> Mapping[str, object]:
        """The object in the body; raises HostRefusal."""
        return table_in(self.content)

    def asked(self, name: str, usual: str = "") -> str:
        """The first value of a query parameter."""
        return next(iter(self.request.query.get(name, ())), usual)

    def number(self, name: str, usual: int) -> int:
        """The value of a query parameter that is a number."""
        told = self.asked(name)
        return int(told) if told.isascii() and told.isdigit() and len(told) < len("1000000") else usual


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request leads, and what it takes to go there.

    In `pattern`, `{name}` stands for one part of a path and `{name+}` for one or more. `needs` is a permission of
    GitHub's tables and its level, as in `contents:write`; nothing is needed where it is empty.
    """

    method: str
    pattern: str
    needs: str
    answer: Callable[[Call], Response]

    def match(self, parts: Sequence[str]) -> Mapping[str, str] | None:
        """What the placeholders stand for, or None for another path; `parts` as `parts_of` cuts them."""
        wanted = self.pattern.split("/") if self.pattern else []
        open_ended = self.pattern.endswith("+}") and len(parts) >= len(wanted)
        if not open_ended and len(parts) != len(wanted):
            return None
        names = {}
        for position, part in enumerate(wanted):
            if part.endswith("+}"):
                names[part[1:-2]] = "/".join(parts[position:])
            elif part.startswith("{"):
                names[part[1:-1]] = parts[position]
            elif part != parts[position]:
                return None
        return names


def parts_of(request: Request) -> Sequence[str]:
    """The parts of a path, unquoted one by one: what is quoted may hold a slash."""
    return [unquote(part) for part in request.target.partition("?")[0].strip("/").split("/")]


def answered(
    content: object, status: int = HTTPStatus.OK, headers: Mapping[str, str] = MappingProxyType({})
) -> Response:
    """An answer in JSON."""
    return Response(status, json.dumps(content).encode(), {"Content-Type": JSON_TYPE, **headers})


def done() -> Response:
    """The answer to a write that has nothing to tell."""
    return Response(HTTPStatus.NO_CONTENT)


def listed(
    call: Call,
    whole: Sequence[Item],
    *,
    root: str,
    under: str | None = None,
    shown: Callable[[Item], object] | None = None,
) -> Response:
    """One page of a list, with the way to the next in `Link`; `under` names the list in an object with its length.

    `shown` says how an item is told where it is more than itself: of a long list only those of the page are.
    """
    size = max(1, min(LARGEST_PAGE, call.number("per_page", USUAL_PAGE)))
    page = max(1, call.number("page", 1))
    chosen = whole[(page - 1) * size : page * size]
    part = chosen if shown is None else [shown(each) for each in chosen]
    content = part if under is None else {"total_count": len(whole), under: part}
    last = max(1, math.ceil(len(whole) / size))
    links = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        del links["next"], links["last"]
    if page == 1:
        del links["prev"], links["first"]
    return answered(content, headers=linked(call, root, {name: {"page": str(at)} for name, at in links.items()}, size))


def linked(call: Call, root: str, links: Mapping[str, Mapping[str, str]], size: int) -> Mapping[str, str]:
    """The `Link` header: as on GitHub, another page is asked for with all that this one was."""
    if not links:
        return {}
    replaced = {"page", "before", "after", "per_page"}
    others = {name: values[0] for name, values in call.request.query.items() if values and name not in replaced}
    path = call.request.target.partition("?")[0]
    written = (
        f'<{root}{path}?{urlencode({**others, "per_page": size, **where})}>; rel="{name}"'
        for name, where in links.items()
    )
    return {"Link": ", ".join(written)}


def tagged(request: Request, response: Response) -> Response:
    """The answer with its ETag, or 304 for who has it already."""
    read = request.method in {"GET", "HEAD"} and response.status == HTTPStatus.OK
    if not read or not isinstance(response.body, bytes):
        return response
    tag = f'W/"{hashlib.sha256(response.body).hexdigest()}"'
    if tag in _tags_in(request.header("If-None-Match")):
        return Response(HTTPStatus.NOT_MODIFIED, headers={**response.headers, "ETag": tag})
    return Response(response.status, response.body, {**response.headers, "ETag": tag})


def _tags_in(header: str) -> Iterator[str]:
    for tag in header.split(","):
        written = tag.strip()
        yield written if written.startswith("W/") else f"W/{written}"
