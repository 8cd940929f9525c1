"""What was asked of the stand-in host and what it answered, whole, so that both can be held against a description."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tagship.rehearsal.wire import Request, Response

UNTOLD = frozenset({"authorization", "cookie", "proxy-authorization"})
"""What is not written down: it lets others in."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request and its answer; the names of headers are in lower case.

    `target` is path and query as sent. `status` is 0 where the connection was cut. `kind` is that of the token, and
    `ordered` says that the answer is trouble which somebody ordered and not the host's own.
    """

    method: str
    target: str
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    status: int
    answer_headers: Mapping[str, str]
    answer: bytes = field(repr=False)
    kind: str
    ordered: bool


def recorded(request: Request, content: bytes, response: Response | None, *, kind: str, ordered: bool) -> Recorded:
    """Write down an exchange; without the credential that came with it."""
    body = b"" if response is None or not isinstance(response.body, bytes) else response.body
    told = {} if response is None else response.headers
    return Recorded(
        method=request.method,
        target=request.target,
        headers={name.lower(): value for name, value in request.headers.items() if name.lower() not in UNTOLD},
        content=content,
        status=0 if response is None else response.status,
        answer_headers={name.lower(): value for name, value in told.items()},
        answer=body,
        kind=kind,
        ordered=ordered,
    )
