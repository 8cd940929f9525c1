"""A conversation with GitHub over its REST API: one client, one token, and answers that are told alike.

"Not found" there means not there or not allowed, so a missing permission is told beside the status.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, cast
from urllib.parse import quote, urlsplit

from tagship.adapters.github.token import TOKEN_VARIABLES
from tagship.adapters.http import (
    LONGEST_WAIT,
    TRIES,
    HttpClient,
    Patience,
    Response,
    Stream,
    Unreachable,
    host_of,
    retry_after,
)
from tagship.adapters.quoting import one_line, quote_from
from tagship.adapters.redact import Redactor
from tagship.domain.credential import Secret
from tagship.errors import (
    Conflict,
    CredentialHalt,
    Edit,
    FactUnknown,
    Incomplete,
    Refused,
    Remedy,
    TagshipError,
)

API = "https://api.github.com"
UPLOADS = "https://uploads.github.com"
API_VERSION = "2022-11-28"

PER_PAGE: Final = 100
OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204
NOT_FOUND: Final = 404
_MOST_PAGES = 100
_MOVED = frozenset({301, 302, 307, 308})
_UNAUTHORIZED = 401
_DENIED = frozenset({_UNAUTHORIZED, 403, NOT_FOUND})
_LIMITED = frozenset({403, 429})
_ALREADY_EXISTS = "already_exists"
_CHECK_ADDRESS = "check the address of the API"
_REPEATABLE = frozenset({"GET", "PATCH", "PUT"})
_NOT_MODIFIED = 304
_SECONDARY = "secondary rate limit"
_MOST_REMEMBERED = 256
"""Answers that are kept to be asked for again by their tag; those cost nothing of the rate limit."""

_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')

Object = dict[str, object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request is about, the permission it usually takes, and the status that means yes."""

    what: str
    permission: str = "contents=write"
    expected: int = OK

    @property
    def writing(self) -> bool:
        """Whether the request changes something."""
        return self.permission.endswith("write")

    @property
    def later(self) -> type[Incomplete | FactUnknown]:
        """What it is when nothing is wrong with us."""
        return Incomplete if self.writing else FactUnknown


class GitHubApi:
    """What is asked about one repository, and how its answers are told.

    `api` and `uploads` are addresses without a slash at the end. Without a token only what is public is seen,
    and nothing is written. Reading raises FactUnknown; writing raises CredentialHalt, Refused, Conflict or Incomplete
    as well.
    """

    def __init__(
        self,
        http: HttpClient,
        owner: str,
        repository: str,
        token: Secret | None,
        *,
        api: str = API,
        uploads: str = UPLOADS,
        patience: Patience | None = None,
    ) -> None:
        self._http = http
        self._api = api
        self._remembered: dict[str, Response] = {}
        self._repository = f"{api}/repos/{quote(owner, safe='')}/{quote(repository, safe='')}"
        self._token = token
        self._origins = (_origin(api), _origin(uploads))
        self._redactor = Redactor([] if token is None else [token])
        self._patience = patience or Patience()

    def _is_own(self, url: str) -> bool:
        """Whether an address is of the host's own, so that the token may be sent there."""
        return _origin(url) in self._origins

    def _pages(self, url: str, asked: Asked) -> Iterator[object]:
        following: str | None = url
        for _ in range(_MOST_PAGES):
            if following is None:
                return
            response = self._ask("GET", following, None)
            yield self._expect(response, asked)
            following = self._next_page(response)
        raise FactUnknown(f"the list of {asked.what} does not end", remedy=Edit(_CHECK_ADDRESS))

    def _next_page(self, response: Response) -> str | None:
        found = _NEXT.search(response.headers.get("link", ""))
        if found is None:
            return None
        if not self._is_own(found.group(1)):
            raise FactUnknown(
                f"the list of releases goes on at {host_of(found.group(1))}, where the token is not sent",
                remedy=Edit(_CHECK_ADDRESS),
            )
        return found.group(1)

    def _write(self, method: str, url: str, asked: Asked, content: Mapping[str, object] | bytes | None) -> object:
        return self._expect(self._sent(method, url, asked, content), asked)

    def _sent(self, method: str, url: str, asked: Asked, content: Mapping[str, object] | bytes | None) -> Response:
        """The answer to what changes something; raises Incomplete where there is none."""
        if self._token is None:
            raise CredentialHalt(
                f"{asked.what} needs a token, and neither {' nor '.join(TOKEN_VARIABLES)} is set",
                remedy=Edit(f"set {TOKEN_VARIABLES[0]} to a token with the permission {asked.permission}"),
            )
        try:
            return self._ask(method, url, content)
        except Unreachable as error:
            raise Incomplete(
                f"{error.message}, and whether {asked.what} arrived is not known",
                remedy=Edit("run the same command again: it looks first"),
            ) from error

    def _ask(self, method: str, url: str, content: Mapping[str, object] | bytes | None) -> Response:
        """The answer, after the pauses that a rate limit asks for; a limited request was not carried out."""
        response = self._ask_once(method, url, content)
        for _ in range(TRIES - 1):
            wait = _seconds_of_limit(response)
            if wait is None or wait > LONGEST_WAIT:
                break
            self._patience.pause(wait)
            response = self._ask_once(method, url, content)
        return response

    def _ask_once(self, method: str, url: str, content: Mapping[str, object] | bytes | None) -> Response:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION}
        body: bytes | Stream | None = None
        if isinstance(content, bytes):
            headers["Content-Type"] = "application/octet-stream"
            body = Stream(len(content), lambda: iter((content,)))
        elif content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content).encode()

        before = self._remembered.get(url) if method == "GET" else None
        if before is not None:
            headers["If-None-Match"] = before.headers["etag"]

        def ask() -> Response:
            return self._http.request(method, url, headers=headers, body=body, auth=self._token)

        # What may be done twice is asked for with patience; the rest once, for the caller looks before it leaps.
        response = self._patience.ask(ask) if method in _REPEATABLE else ask()
        if before is not None and response.status == _NOT_MODIFIED:
            return before
        if method == "GET" and response.status == OK and "etag" in response.headers:
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[url] = response
        return response

    def _expect(self, response: Response, asked: Asked) -> object:
        """The answer's JSON where its status is the expected one, else the error that tells why not."""
        if response.status == NO_CONTENT == asked.expected:
            return None
        if response.status != asked.expected:
            raise self._error(response, asked)
        try:
            return response.json()
        except ValueError as error:
            raise asked.later(f"{host_of(response.url)} answered about {asked.what} with no JSON") from error

    def _error(self, response: Response, asked: Asked) -> TagshipError:
        quoted = quote_from(response, self._redactor, keys=("message",))
        told = f"{asked.what}: {host_of(response.url)} answered {quoted}"
        wait = _seconds_of_limit(response)
        if wait is not None:
            advice = Edit("run it again after that")
            return asked.later(f"{told}; its rate limit ends in {wait:.0f} seconds", remedy=advice)
        if response.transient:
            return asked.later(told, remedy=Edit("run it again when the host has recovered"))
        if response.status in _MOVED:
            return asked.later(
                f"{told}; the repository has another name now, and a token follows no redirect",
                remedy=Edit("set the remote's address to the new name"),
            )
        if response.status in _DENIED:
            return (CredentialHalt if asked.writing else FactUnknown)(told, remedy=self._permission(response, asked))
        return self._refusal(response, told) if asked.writing else FactUnknown(told, remedy=Edit(_CHECK_ADDRESS))

    def _refusal(self, response: Response, told: str) -> TagshipError:
        details = one_line(response.text, self._redactor)
        if _ALREADY_EXISTS in response.text:
            return Conflict(f"{told}; it exists already", remedy=Edit("look at the releases of the repository"))
        return Refused(f"{told} ({details})", remedy=Edit("mend what the host says, and run it again"))

    def _permission(self, response: Response, asked: Asked) -> Remedy:
        """What to give the token; the host itself tells what an endpoint wants, where it knows the token."""
        if self._token is None:
            return Edit(f"set {TOKEN_VARIABLES[0]} to a token with the permission {asked.permission}")
        if response.status == _UNAUTHORIZED:
            return Edit(f"set {self._token.origin} to a token that is valid")
        wanted = one_line(response.headers.get("x-accepted-github-permissions", ""), self._redactor)
        workflows = ", and workflows=write where the tagged commit changes .github/workflows against the default branch"
        return Edit(
            f"give {self._token.origin} the permission {wanted or asked.permission} on this repository"
            f"{workflows if asked.writing else ''}; check the repository's name too, since it is not found without"
        )


def _seconds_of_limit(response: Response) -> float | None:
    """How long a rate limit lasts, or None where it is not what the answer is about."""
    if response.status not in _LIMITED:
        return None
    asked = retry_after(response)
    if asked is not None:
        return asked
    if response.headers.get("x-ratelimit-remaining") != "0":
        return LONGEST_WAIT if _SECONDARY in response.text.lower() else None
    try:
        return max(float(response.headers.get("x-ratelimit-reset", "")) - time.time(), 0.0)
    except ValueError:
        return LONGEST_WAIT


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


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
