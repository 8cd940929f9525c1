"""HTTP on loopback: one small server for everything in the stand-in world that speaks HTTP.

It starts in milliseconds, writes nothing to the terminal, keeps connections alive, and hands each request to
one function. A request that makes that function crash is answered 500 and kept in `crashes`, so that a
rehearsal ends with an answer and a test can look.
"""

import contextlib
import io
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer, TCPServer
from types import TracebackType
from typing import ClassVar, Self
from urllib.parse import parse_qs, unquote, urlsplit

BLOCK = 1 << 16
POLL_SECONDS = 0.02
IDLE_SECONDS = 60
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?\n")


class MalformedBodyError(ValueError):
    """The bytes of a request do not end where its headers say."""


class Body:
    """The bytes of a request, read once and from front to back; framed by a length or in chunks."""

    def __init__(self, stream: io.BufferedIOBase, *, length: int, chunked: bool) -> None:
        self._stream = stream
        self._left = 0 if chunked else length
        self._chunked = chunked
        self._ended = not chunked and length == 0

    def read(self, limit: int = BLOCK) -> bytes:
        """At most `limit` bytes, empty only at the end; raises MalformedBodyError."""
        if self._chunked and not self._left and not self._ended:
            self._next_chunk()
        if self._ended:
            return b""
        block = self._stream.read(min(limit, self._left))
        if not block:
            raise MalformedBodyError("the request ends before its body does")
        self._left -= len(block)
        if not self._left:
            self._finish_part()
        return block

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read():
            yield block

    def drain(self) -> None:
        """Read what is left: an answer sent beside unread bytes is lost when the connection closes."""
        for _ in self:
            pass

    def _finish_part(self) -> None:
        if not self._chunked:
            self._ended = True
        elif self._stream.readline(3) not in {b"\r\n", b"\n"}:
            raise MalformedBodyError("a chunk does not end where it should")

    def _next_chunk(self) -> None:
        header = _CHUNK_SIZE.fullmatch(self._stream.readline(BLOCK))
        if header is None:
            raise MalformedBodyError("a chunk has no size")
        self._left = int(header[1], 16)
        if self._left:
            return
        while self._stream.readline(BLOCK).strip():  # trailers: read, and of no use here
            pass
        self._ended = True


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `target` is path and query as sent."""

    method: str
    target: str
    headers: Message
    body: Body

    @property
    def path(self) -> str:
        """The path alone, unquoted."""
        return unquote(self.target.partition("?")[0])

    @property
    def query(self) -> Mapping[str, list[str]]:
        """The values of each query parameter."""
        return parse_qs(urlsplit(self.target).query, keep_blank_values=True)

    def header(self, name: str) -> str:
        """The value of a header, or an empty text."""
        return str(self.headers.get(name, ""))


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a file on disk, sent without reading it whole; `start` and `length` in bytes."""

    path: Path
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; `reason` replaces the status code's usual phrase."""

    status: int
    body: bytes | Slice = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None

    @property
    def length(self) -> int:
        """The number of bytes in the body."""
        return self.body.length if isinstance(self.body, Slice) else len(self.body)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One line of a server's log."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Tunnel:
    """Where a CONNECT leads: not out, but to a function here that answers in another's name.

    `trust` is the server's side of TLS. `answer` is whole as `LoopbackServer.respond` is: it raises nothing but
    ConnectionError.
    """

    answer: Callable[[Request], Response]
    trust: ssl.SSLContext


class LoopbackServer:
    """Serves `answer` on 127.0.0.1 and a free port for as long as the context lasts.

    `before` may answer in place of the server, and `after` may replace what it answered; either may raise
    ConnectionAbortedError to cut the connection without an answer. Both are called in the thread of the request.
    `tunnel` makes a proxy of the server: it is asked where a CONNECT to `host:port` leads, and where it says None the
    CONNECT is a request like any other.
    """

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self._answer = answer
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self.before: Callable[[Request], Response | None] = _pass_on
        self.after: Callable[[Request, Response], Response] = _leave
        self.tunnel: Callable[[str], Tunnel | None] = _nowhere
        self.log: list[Exchange] = []
        self.crashes: list[Exception] = []

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="loopback", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server.hang_up()
        self._thread.join()
        self._server = self._thread = None

    @property
    def url(self) -> str:
        """The address of the server, without a slash at the end."""
        if self._server is None:
            raise RuntimeError("the server answers inside its with block only")
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def respond(self, request: Request) -> Response:
        """The answer to one request, faults and crashes included."""
        try:
            response = self.before(request) or self._answer(request)
            response = self.after(request, response)
        except MalformedBodyError as error:
            response = Response(HTTPStatus.BAD_REQUEST, str(error).encode(), {"Connection": "close"})
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 -- a crash becomes an answer here, and `crashes` keeps it
            self.crashes.append(error)
            response = Response(HTTPStatus.INTERNAL_SERVER_ERROR, headers={"Connection": "close"})
        self.log.append(Exchange(request.method, request.path, response.status))
        return response


def _pass_on(_request: Request) -> Response | None:
    return None


def _leave(_request: Request, response: Response) -> Response:
    return response


def _nowhere(_target: str) -> Tunnel | None:
    return None


class _Server(ThreadingHTTPServer):
    """The standard library's server, without its look-up of the machine's name and its traces on stderr."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, owner: LoopbackServer) -> None:
        self._connections: dict[socket.socket, None] = {}
        super().__init__(("127.0.0.1", 0), partial(_Handler, owner))

    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # the parent's asks the resolver for a name, which can take seconds
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        if isinstance(request, socket.socket):
            self._connections[request] = None
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        if isinstance(request, socket.socket):
            self._connections.pop(request, None)
        super().shutdown_request(request)

    def replace(self, before: socket.socket, after: socket.socket) -> None:
        """Know a connection by its new socket: what wraps one takes it over."""
        self._connections.pop(before, None)
        self._connections[after] = None

    def hang_up(self) -> None:
        """End the connections that clients keep open, so that their threads end too."""
        for connection in list(self._connections):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: what is left to go wrong here is a client that went away."""


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: _Server  # type: ignore[mutable-override]  # the one server that makes these
    protocol_version = "HTTP/1.1"
    server_version = "stand-in"
    sys_version = ""
    timeout: ClassVar[float | None] = IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = BLOCK

    def __init__(
        self, owner: LoopbackServer, request: socket.socket, client_address: tuple[str, int], server: BaseServer
    ) -> None:
        self._owner = owner
        self._respond: Callable[[Request], Response] = owner.respond
        super().__init__(request, client_address, server)

    def _exchange(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Response(HTTPStatus.BAD_REQUEST, b"the body has no usable length", {"Connection": "close"}))
            return
        try:
            response = self._respond(Request(self.command, self.path, self.headers, body))
        except ConnectionError:
            self.close_connection = True
            return
        try:
            body.drain()
        except (MalformedBodyError, OSError):
            self.close_connection = True
        self._send(response)

    # The names that http.server looks for; every method goes to the one function, which knows what it serves.
    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _exchange  # noqa: N815 -- as above

    def do_CONNECT(self) -> None:
        """Go on in the name of the host that the client asks for, or answer as to anything else."""
        tunnel = self._owner.tunnel(self.path)
        if tunnel is None:
            self._exchange()
            return
        self.send_response(HTTPStatus.OK, "Connection Established")
        self.end_headers()
        self.wfile.flush()
        plain = self.connection
        try:
            self.connection = tunnel.trust.wrap_socket(plain, server_side=True)
        except OSError:  # a client that trusts other authorities says so and leaves
            self.close_connection = True
            return
        self.server.replace(plain, self.connection)
        self.rfile, self.wfile = self.connection.makefile("rb", -1), self.connection.makefile("wb", self.wbufsize)
        self._respond = tunnel.answer
        self.close_connection = False

    def finish(self) -> None:
        """Close what a tunnel left open: the socket that the server knows is no longer the one in use."""
        try:
            super().finish()
        finally:
            if self.connection is not self.request:
                self.server.shutdown_request(self.connection)

    def _body(self) -> Body | None:
        """The request's body, or None where its headers do not say how long it is."""
        if "chunked" in str(self.headers.get("Transfer-Encoding", "")).lower():
            return Body(self.rfile, length=0, chunked=True)
        length = str(self.headers.get("Content-Length", "0")).strip()
        if not (length.isascii() and length.isdigit()) or len(length) > len("999999999999"):
            return None
        return Body(self.rfile, length=int(length), chunked=False)

    def _send(self, response: Response) -> None:
        reason = response.reason
        if reason is not None:
            reason = _CONTROL.sub(" ", reason).encode("latin-1", "replace").decode("latin-1")
        self.send_response(response.status, reason)
        for name, value in response.headers.items():
            self.send_header(name, _CONTROL.sub(" ", value).encode("latin-1", "replace").decode("latin-1"))
        if response.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(response.length))
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(response.body)

    def _send_body(self, body: bytes | Slice) -> None:
        if isinstance(body, bytes):
            self.wfile.write(body)
            return
        with body.path.open("rb") as file:
            file.seek(body.start)
            left = body.length
            while left and (block := file.read(min(BLOCK, left))):
                self.wfile.write(block)
                left -= len(block)

    def handle_expect_100(self) -> bool:
        """Let the client go on at once: the buffer would keep the invitation until the answer."""
        proceed = super().handle_expect_100()
        self.wfile.flush()
        return proceed

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the parent's name for it
        """Say nothing: the owner's log is a list."""
