"""HTTP to indexes and code hosts, with the manners that credentials demand.

A credential goes to the host it was meant for or nowhere: no redirect is followed with one, and none
leaves this machine without TLS. What a network does wrong is told with host, cause and remedy.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from json import loads
from random import SystemRandom
from typing import BinaryIO, Self, TypeAlias
from urllib.parse import SplitResult, urljoin, urlsplit

import urllib3
from urllib3 import exceptions as failures

from tagship import __version__
from tagship.adapters.connections import Connections, is_loopback
from tagship.domain.credential import Credential, Secret
from tagship.domain.facts import Progress
from tagship.errors import ConfigError, CredentialHalt, Edit, FactUnknown, Remedy

CONNECT_SECONDS = 10.0
READ_SECONDS = 30.0
UPLOAD_SECONDS = 300.0
BODY_LIMIT = 64 * 1024 * 1024
REDIRECTS = 5
TRIES = 3
LONGEST_WAIT = 60.0

_CHUNK = 64 * 1024
_OK = 200
_TOO_MANY = 429
_SERVER_ERROR = 500
_REDIRECTING = frozenset({301, 302, 303, 307, 308})
_BASE_DELAY = 1.0
_RANDOM = SystemRandom()
_USER_AGENT = f"tagship/{__version__}"

Authorization: TypeAlias = Credential | Secret
"""A Credential goes as HTTP Basic, a Secret as a bearer token."""


class Unreachable(FactUnknown):
    """A server could not be asked, or its answer did not arrive whole.

    `passing` tells whether asking again may help.
    """

    def __init__(self, message: str, *, remedy: Remedy, passing: bool = True) -> None:
        super().__init__(message, remedy=remedy)
        self.passing = passing


@dataclass(frozen=True, slots=True)
class Stream:
    """A request body read from disk: `chunks` starts anew each time it is called, `length` is its sum in bytes."""

    length: int
    chunks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered; header names are in lower case, `url` is where the answer came from in the end.

    `body` is empty for a download that went to a file.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case; empty where the server tells none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def text(self) -> str:
        """The body as text, whatever its bytes."""
        return self.body.decode("utf-8", "replace")

    @property
    def transient(self) -> bool:
        """Whether the same question may be answered better in a moment."""
        return self.status == _TOO_MANY or self.status >= _SERVER_ERROR

    def json(self) -> object:
        """The body as JSON; raises ValueError where it is none, also for nesting that no honest answer has."""
        try:
            answer: object = loads(self.body)
        except RecursionError as error:
            raise ValueError("JSON nested too deeply") from error
        return answer


@dataclass(frozen=True, slots=True)
class Patience:
    """Asks again when an answer is missing or transient; `pause` takes seconds."""

    tries: int = TRIES
    base_delay: float = _BASE_DELAY
    pause: Callable[[float], None] = field(default=time.sleep)

    def ask(self, question: Callable[[], Response]) -> Response:
        """The first answer that is not transient, or the last one; raises Unreachable like the question does."""
        for attempt in range(1, self.tries):
            response = None
            try:
                response = question()
            except Unreachable as error:
                if not error.passing:
                    raise
            if response is not None and not response.transient:
                return response
            self.pause(delay(attempt, self.base_delay, response))
        return question()


def delay(attempt: int, base: float, response: Response | None = None) -> float:
    """Seconds to wait after a failed try (the first is 1): what the server asks for, else growing and jittered."""
    asked = None if response is None else retry_after(response)
    if asked is not None:
        return min(asked, LONGEST_WAIT)
    return min(base * 2.0 ** (attempt - 1) * _RANDOM.uniform(0.5, 1.5), LONGEST_WAIT)


def retry_after(response: Response) -> float | None:
    """Seconds that the server asks us to wait, or None."""
    told = response.headers.get("retry-after")
    if told is None:
        return None
    try:
        seconds: float = urllib3.Retry().parse_retry_after(told)
    except (failures.InvalidHeader, ValueError, OverflowError):
        return None
    return max(seconds, 0.0)


def host_of(url: str) -> str:
    """Host and port of an address, for messages: never the user name, password, path or query."""
    parts = _split(url)
    host = parts.hostname or ""
    name = f"[{host}]" if ":" in host else host
    return name if parts.port is None else f"{name}:{parts.port}"


class HttpClient:
    """One pool of connections; times are in seconds and count between two signs of life.

    Proxies and authorities come from the environment, see adapters/connections.py.
    """

    def __init__(
        self,
        *,
        connect_timeout: float = CONNECT_SECONDS,
        read_timeout: float = READ_SECONDS,
        upload_timeout: float = UPLOAD_SECONDS,
        body_limit: int = BODY_LIMIT,
    ) -> None:
        self._reading = urllib3.Timeout(connect=connect_timeout, read=read_timeout)
        self._uploading = urllib3.Timeout(connect=connect_timeout, read=upload_timeout)
        self._answer_seconds = 10 * read_timeout
        self._body_limit = body_limit
        self._connections = Connections()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of every connection; the client can be used again."""
        self._connections.close()

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | Stream | None = None,
        auth: Authorization | None = None,
        confidential: bool = False,
    ) -> Response:
        """Ask once; any status is an answer, raises Unreachable where there is none.

        `confidential` means that the body is as secret as a credential. Only a GET that carries neither follows
        redirects; every other redirect is returned as it came.
        """
        guarded = auth is not None or confidential
        with self._answer(method, url, headers, body=body, auth=auth, guarded=guarded) as (raw, final):
            return _response(raw, final, self._body(raw, final))

    def download(self, url: str, sink: BinaryIO, progress: Progress) -> Response:
        """Write the bytes as they are stored into `sink`; nothing is written for another status than 200.

        Where the server tells no size, `progress` gets 0 for the bytes in all.
        """
        plain = {"Accept-Encoding": "identity", "Cache-Control": "no-cache"}
        with self._answer("GET", url, plain, body=None, auth=None, guarded=False) as (raw, final):
            if raw.status != _OK:
                return _response(raw, final, self._body(raw, final))
            total = raw.length_remaining or 0
            done = 0
            progress(done, total)
            while chunk := raw.read1(_CHUNK, decode_content=False):
                sink.write(chunk)
                done += len(chunk)
                progress(done, total)
            return _response(raw, final, b"")

    def _body(self, raw: urllib3.BaseHTTPResponse, url: str) -> bytes:
        body = bytearray()
        end = time.monotonic() + self._answer_seconds
        while chunk := raw.read1(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._body_limit:
                raise _unusable(url, f"its answer is larger than {self._body_limit} bytes")
            if time.monotonic() > end:
                raise _unusable(url, f"its answer did not end within {self._answer_seconds:g} seconds")
        return bytes(body)

    @contextmanager
    def _answer(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        *,
        body: bytes | Stream | None,
        auth: Authorization | None,
        guarded: bool,
    ) -> Iterator[tuple[urllib3.BaseHTTPResponse, str]]:
        """The raw answer and where it came from; whatever the network does in here becomes Unreachable."""
        sent = {"User-Agent": _USER_AGENT, "Accept-Encoding": "gzip", **(headers or {})}
        if auth is not None:
            sent["Authorization"] = _authorization(auth)
        if isinstance(body, Stream):
            sent["Content-Length"] = str(body.length)
        for _ in range(REDIRECTS + 1):
            _guard(url, guarded=guarded)
            with self._exchange(method, url, sent, body) as raw:
                target = _location(raw)
                if guarded or method != "GET" or target is None:
                    yield raw, url
                    return
            url = _next_stop(url, target)
        raise _unusable(url, f"it redirects more than {REDIRECTS} times")

    @contextmanager
    def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | Stream | None
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        raw = None
        try:
            raw = self._connections.to(_split(url)).request(
                method,
                url,
                headers=headers,
                body=body.chunks() if isinstance(body, Stream) else body,
                timeout=self._uploading if isinstance(body, Stream) else self._reading,
                preload_content=False,
                redirect=False,
                retries=False,
            )
            yield raw
        except failures.HTTPError as error:
            raise _unreachable(url, error) from error
        finally:
            if raw is not None:
                raw.close()


def _split(url: str) -> SplitResult:
    """The parts of an address; raises ConfigError for one that cannot be asked, without quoting it."""
    remedy = Edit("write the address as https://HOST/PATH")
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError as error:
        raise ConfigError("an address cannot be read", remedy=remedy) from error
    if not usable:
        raise ConfigError("an address names no host, or is not http or https", remedy=remedy)
    return parts


def _guard(url: str, *, guarded: bool) -> None:
    """Refuse an address that carries a password, and a secret that would travel in the clear."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ConfigError(
            f"the address of {host_of(url)} carries a user name or a password",
            remedy=Edit("take it out of the address: credentials come from the environment"),
        )
    if guarded and parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise CredentialHalt(
            f"the credential is not sent to {host_of(url)} over plain http", remedy=Edit("give it an https address")
        )


def _authorization(auth: Authorization) -> str:
    if isinstance(auth, Credential):
        pair = f"{auth.username}:{auth.secret.reveal()}"
        return f"Basic {b64encode(pair.encode('utf-8', 'surrogateescape')).decode()}"
    token = auth.reveal()
    # The header would be refused further down, by an exception that quotes it.
    if not (token.isascii() and token.isprintable() and token.strip()):
        raise CredentialHalt(
            f"the token from {auth.origin} is empty or holds characters that no token has",
            remedy=Edit(f"set {auth.origin} anew, without spaces or line ends"),
        )
    return f"Bearer {token}"


def _location(raw: urllib3.BaseHTTPResponse) -> str | None:
    """Where a redirect leads; None for any other answer."""
    return raw.headers.get("location") if raw.status in _REDIRECTING else None


def _next_stop(url: str, target: str) -> str:
    try:
        stop = urljoin(url, target)
        before, after = _split(url), _split(stop)
    except (ValueError, ConfigError) as error:
        raise _unusable(url, "it redirects to an address that cannot be asked") from error
    if after.username is not None or after.password is not None:
        raise _unusable(url, "it redirects to an address that carries a user name or a password")
    if (before.scheme, after.scheme) == ("https", "http"):
        raise _unusable(url, "it redirects to an address without TLS")
    return stop


def _response(raw: urllib3.BaseHTTPResponse, url: str, body: bytes) -> Response:
    headers = {name.lower(): value for name, value in raw.headers.items()}
    return Response(raw.status, raw.reason or "", headers, body, url)


@dataclass(frozen=True, slots=True)
class _Cause:
    """What a failure of the library means to a person."""

    kind: type[Exception] | tuple[type[Exception], ...]
    cause: str
    remedy: str
    passing: bool = True


_AGAIN = "run it again when the network or the server has recovered"

# The first that fits is told, so the special ones stand before their bases.
_CAUSES = (
    _Cause(failures.ProxyError, "the proxy does not let us through", "check HTTPS_PROXY and NO_PROXY"),
    _Cause(failures.NameResolutionError, "its name cannot be resolved", "check the address and the network"),
    _Cause(failures.NewConnectionError, "the connection was refused", "check the address, or whether the server runs"),
    _Cause(failures.ConnectTimeoutError, "it does not take the connection in time", _AGAIN),
    _Cause(
        failures.SSLError,
        "its certificate is not trusted, or TLS failed",
        "behind a proxy that inspects TLS, let SSL_CERT_FILE name its certificates",
        passing=False,
    ),
    _Cause(failures.ReadTimeoutError, "it does not answer in time", _AGAIN),
    _Cause((failures.ProtocolError, failures.IncompleteRead), "the connection or the answer broke off", _AGAIN),
    _Cause(failures.DecodeError, "its answer is compressed in a way that cannot be read", _AGAIN),
    _Cause(failures.HTTPError, "the exchange failed", _AGAIN),
)


def _unreachable(url: str, error: failures.HTTPError) -> Unreachable:
    cause = next(cause for cause in _CAUSES if isinstance(error, cause.kind))
    return Unreachable(f"{host_of(url)}: {cause.cause}", remedy=Edit(cause.remedy), passing=cause.passing)


def _unusable(url: str, cause: str) -> Unreachable:
    return Unreachable(f"{host_of(url)}: {cause}", remedy=Edit("check the address"), passing=False)
