"""A conversation with a code host over its REST API: one client, one token, and answers that are told alike.

"Not found" there means not there or not allowed, so the missing right is told beside the status.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, cast
from urllib.parse import urlsplit

from tagship.adapters.http import LONGEST_WAIT, TRIES, HttpClient, Patience, Response, Stream, Unreachable, host_of
from tagship.adapters.http import retry_after as seconds_asked_for
from tagship.adapters.quoting import one_line, quote_from
from tagship.adapters.redact import Redactor
from tagship.domain.credential import Secret
from tagship.errors import Conflict, CredentialHalt, Edit, FactUnknown, Incomplete, Refused, Remedy, TagshipError

Object = dict[str, object]
Content = Mapping[str, object] | bytes | None

OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204
NOT_FOUND: Final = 404
_UNAUTHORIZED: Final = 401
_DENIED: Final = frozenset({_UNAUTHORIZED, 403, NOT_FOUND})
_CONFLICT: Final = 409
_LIMITED: Final = 429
_MOVED: Final = frozenset({301, 302, 307, 308})
_REPEATABLE: Final = frozenset({"GET", "PUT", "PATCH"})
_MOST_PAGES: Final = 100
_CHECK_ADDRESS: Final = "check the address of the host"
_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="?next"?')


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about, what it takes as the end of "a token with …", and the statuses that mean yes."""

    what: str
    right: str
    writes: bool = False
    expected: frozenset[int] = frozenset({OK, CREATED, NO_CONTENT})

    @property
    def later(self) -> type[Incomplete | FactUnknown]:
        """What it is when nothing is wrong with us."""
        return Incomplete if self.writes else FactUnknown


class HostApi(ABC):
    """What is asked of one host, and how its answers are told; `api` is where its interface begins, without a slash.

    Reading raises FactUnknown; writing raises CredentialHalt, Refused, Conflict or Incomplete as well. `variable` is
    where a token is looked for first.
    """

    variable: ClassVar[str]

    def __init__(self, http: HttpClient, api: str, token: Secret | None, patience: Patience | None = None) -> None:
        self._http = http
        self._api = api
        self._token = token
        self._patience = patience or Patience()
        self._redactor = Redactor([] if token is None else [token])

    @abstractmethod
    def _headers(self, url: str) -> Mapping[str, str]:
        """The headers that a request carries, the token's among them."""

    # Asking

    def read(self, url: str, asked: Asked) -> object:
        """The JSON at an address."""
        return self._expect(self.ask("GET", url, None), asked)

    def found(self, url: str, asked: Asked) -> object | None:
        """The JSON at an address; None where there is nothing."""
        response = self.ask("GET", url, None)
        return None if response.status == NOT_FOUND else self._expect(response, asked)

    def listed(self, url: str, asked: Asked) -> Iterator[Object]:
        """The objects of a list, over all its pages, a page at a time."""
        following: str | None = url
        for _ in range(_MOST_PAGES):
            if following is None:
                return
            response = self.ask("GET", following, None)
            yield from as_objects(self._expect(response, asked))
            following = self._next_page(response)
        raise FactUnknown(f"the list of {asked.what} does not end", remedy=Edit(_CHECK_ADDRESS))

    def write(self, method: str, url: str, asked: Asked, content: Content = None) -> object:
        """The answer to what changes something; raises Incomplete where there is none."""
        if self._token is None:
            raise CredentialHalt(
                f"{asked.what} needs a token, and {self.variable} is not set", remedy=self._give(asked)
            )
        try:
            response = self.ask(method, url, content)
        except Unreachable as error:
            raise Incomplete(
                f"{error.message}, and whether {asked.what} arrived is not known",
                remedy=Edit("run the same command again: it looks first"),
            ) from error
        return self._expect(response, asked)

    def ask(self, method: str, url: str, content: Content) -> Response:
        """The answer, after the pauses that a rate limit asks for; a limited request was not carried out."""
        headers = dict(self._headers(url))
        body: bytes | Stream | None = None
        if isinstance(content, bytes):
            headers.setdefault("Content-Type", "application/octet-stream")
            body = Stream(len(content), lambda: iter((content,)))
        elif content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content).encode()

        def once() -> Response:
            # What the headers or the body hold is as secret as a credential: no redirect, and nothing without TLS.
            return self._http.request(method, url, headers=headers, body=body, confidential=True)

        response = self._patience.ask(once) if method in _REPEATABLE else once()
        for _ in range(0 if method in _REPEATABLE else TRIES - 1):
            wait = seconds_asked_for(response)
            if response.status != _LIMITED or (wait is not None and wait > LONGEST_WAIT):
                break
            self._patience.pause(1.0 if wait is None else wait)
            response = once()
        return response

    def _next_page(self, response: Response) -> str | None:
        found = _NEXT.search(response.headers.get("link", ""))
        if found is None:
            return None
        if _origin(found[1]) != _origin(self._api):
            told = f"a list goes on at {host_of(found[1])}, where the token is not sent"
            raise FactUnknown(told, remedy=Edit(_CHECK_ADDRESS))
        return found[1]

    # Telling

    def _expect(self, response: Response, asked: Asked) -> object:
        if response.status not in asked.expected:
            raise self._error(response, asked)
        if response.status == NO_CONTENT or not response.body:
            return None
        try:
            return response.json()
        except ValueError as error:
            raise asked.later(f"{host_of(response.url)} answered about {asked.what} with no JSON") from error

    def _error(self, response: Response, asked: Asked) -> TagshipError:
        quoted = quote_from(response, self._redactor, keys=("message", "error_description", "error"))
        told = f"{asked.what}: {host_of(response.url)} answered {quoted}"
        if response.transient:
            return asked.later(told, remedy=Edit("run it again when the host has recovered"))
        if response.status in _MOVED:
            remedy = Edit("set the remote's address to the new name")
            return asked.later(
                f"{told}; what was asked for is elsewhere now, and a token follows no redirect", remedy=remedy
            )
        if response.status in _DENIED:
            return (CredentialHalt if asked.writes else FactUnknown)(told, remedy=self._permission(response, asked))
        if not asked.writes:
            return FactUnknown(told, remedy=Edit(_CHECK_ADDRESS))
        if response.status == _CONFLICT:
            return Conflict(f"{told}; it exists already", remedy=Edit("look at what is there"))
        details = one_line(response.text, self._redactor)
        return Refused(f"{told} ({details})", remedy=Edit("mend what the host says, and run it again"))

    def _permission(self, response: Response, asked: Asked) -> Remedy:
        if self._token is not None and response.status == _UNAUTHORIZED:
            return Edit(f"set {self._token.origin} to a token that is valid")
        return self._give(asked)

    def _give(self, asked: Asked) -> Edit:
        origin = self.variable if self._token is None else self._token.origin
        return Edit(f"set {origin} to a token with {asked.right}; check the repository's name too")


def header_of(token: Secret) -> str:
    """A token as the value of a header; raises CredentialHalt for one that would break it, without quoting it."""
    value = token.reveal()
    if not (value.isascii() and value.isprintable() and value.strip()):
        raise CredentialHalt(
            f"the token from {token.origin} is empty or holds characters that no token has",
            remedy=Edit(f"set {token.origin} anew, without spaces or line ends"),
        )
    return value


def as_object(value: object) -> Object:
    """A part of an answer that is an object; raises FactUnknown for anything else."""
    if not isinstance(value, dict):
        raise FactUnknown("the host's answer has another shape than its API promises")
    return cast("Object", value)


def as_objects(value: object) -> Iterator[Object]:
    """A part of an answer that is a list of objects; raises FactUnknown for anything else."""
    if not isinstance(value, list):
        raise FactUnknown("the host's answer has another shape than its API promises")
    return (as_object(entry) for entry in value)


def part(answer: Mapping[str, object], name: str) -> Object:
    """An object within an answer; an empty one where there is none."""
    found = answer.get(name)
    return as_object(found) if isinstance(found, dict) else {}


def text_in(answer: Mapping[str, object], name: str, what: str) -> str:
    """A text within an answer; raises FactUnknown where there is none."""
    found = answer.get(name)
    if not isinstance(found, str):
        raise FactUnknown(f"the host describes {what} without its {name.replace('_', ' ')}")
    return found


def whole_in(answer: Mapping[str, object], name: str, what: str) -> int:
    """A whole number within an answer; raises FactUnknown where there is none."""
    found = answer.get(name)
    if not isinstance(found, int) or isinstance(found, bool):
        raise FactUnknown(f"the host describes {what} without its {name.replace('_', ' ')}")
    return found


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
