"""The locked door: unmodified clients run against the public addresses, and nothing leaves this machine.

A proxy on loopback, with an authority made for the occasion, answers for the names that it is given and refuses
every other. Clients find the proxy and the authority where they look anyway: in their environment.
"""

import ssl
import tempfile
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from tagship.errors import Edit, UsageError
from tagship.rehearsal.wire import LoopbackServer, Request, Response, Tunnel

if TYPE_CHECKING:
    from trustme import CA

HTTPS = "443"
NOBODY = "nobody.invalid"  # for whom a door answers that answers for none: a certificate names somebody
# Every name under which clients look for a proxy; curl reads the one for http in lower case only.
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
EXCEPTIONS = ("NO_PROXY", "no_proxy")
AUTHORITIES = (
    "SSL_CERT_FILE",  # OpenSSL and all that builds on it, uv, tagship
    "REQUESTS_CA_BUNDLE",  # requests, so twine
    "PIP_CERT",
    "CURL_CA_BUNDLE",
    "GIT_SSL_CAINFO",
    "NODE_EXTRA_CA_CERTS",
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One line of the door's log: what a client asked of a public name, and what it was answered."""

    host: str
    method: str
    path: str
    status: int


class LockedDoor:
    """Answers for the given host names, and for nobody else, inside its with block.

    `hosts` maps each name, as `Endpoints.hosts` tells them, to the function that answers for it; that of an index is
    `index.server.respond`, so that the index keeps its own log and its faults. `refused` holds every other address
    that was asked for, as `host:port`. Raises UsageError where the authority cannot be made.
    """

    def __init__(self, hosts: Mapping[str, Callable[[Request], Response]]) -> None:
        self.refused: list[str] = []
        self.log: list[Passage] = []
        self._lock = threading.Lock()
        # Servers that are never started: they turn a crash into an answer.
        self._behind = {host.lower(): LoopbackServer(answer) for host, answer in hosts.items()}
        self._server = LoopbackServer(self._refuse)
        self._server.tunnel = self._lead
        self._open = ExitStack()

    def __enter__(self) -> Self:
        authority = _new_authority()
        self._trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._trust.sslsocket_class = _Socket
        authority.issue_cert(*(self._behind or [NOBODY])).configure_cert(self._trust)
        self._trust.set_alpn_protocols(["http/1.1"])
        with ExitStack() as stack:
            place = stack.enter_context(tempfile.TemporaryDirectory(prefix="locked-door-", ignore_cleanup_errors=True))
            self.certificate = Path(place) / "authority.pem"
            authority.cert_pem.write_to_path(str(self.certificate))
            stack.enter_context(self._server)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def url(self) -> str:
        """The address of the proxy."""
        return self._server.url

    @property
    def environment(self) -> Mapping[str, str]:
        """What a client's environment must hold so that it goes through this door; loopback is not in the way."""
        proxies = dict.fromkeys(PROXIES, self.url)
        exceptions = dict.fromkeys(EXCEPTIONS, "127.0.0.1,localhost")
        return MappingProxyType(proxies | exceptions | dict.fromkeys(AUTHORITIES, str(self.certificate)))

    @property
    def crashes(self) -> list[Exception]:
        """What went wrong in the functions behind the door."""
        return [crash for server in (self._server, *self._behind.values()) for crash in server.crashes]

    def _lead(self, target: str) -> Tunnel | None:
        host, _, port = target.lower().rpartition(":")
        if port != HTTPS or host not in self._behind:
            return None
        return Tunnel(lambda request: self._pass(host, request), self._trust)

    def _pass(self, host: str, request: Request) -> Response:
        response = self._behind[host].respond(request)
        with self._lock:
            self.log.append(Passage(host, request.method, request.path, response.status))
        return response

    def _refuse(self, request: Request) -> Response:
        """Answer a CONNECT to another address, and everything that is to go through in the clear."""
        address = request.target if request.method == "CONNECT" else _address(request)
        with self._lock:
            self.refused.append(address)
        told = f"this door is locked: {address} is not answered for here"
        headers = {"Connection": "close", "Content-Type": "text/plain; charset=UTF-8"}
        return Response(HTTPStatus.FORBIDDEN, f"{told}\n".encode(), headers, reason=told)


class _Socket(ssl.SSLSocket):
    """Is closed, too, for a client that hangs up before the handshake: `ssl` would leave it open there."""

    def getpeername(self) -> object:
        try:
            return super().getpeername()
        except OSError:
            self.close()
            raise


def _address(request: Request) -> str:
    """The host and port that a plain request is for."""
    try:
        parts = urlsplit(request.target)
        host, port = parts.hostname, parts.port
    except ValueError:
        return request.header("Host")
    return request.header("Host") if host is None else f"{host}:{port or 80}"


def _new_authority() -> "CA":
    try:
        from trustme import CA  # noqa: PLC0415 -- an extra: not everybody who rehearses locks a door
    except ImportError as error:
        raise UsageError(
            "the locked door needs the package trustme, which makes its throwaway authority",
            remedy=Edit("install tagship[door]"),
        ) from error
    return CA()
