"""A server on this machine that answers as a test tells it to, and remembers what it was asked."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

LONGEST_HANG = 10.0


class Manner(Enum):
    """How an answer is given, or not."""

    WHOLE = auto()
    HANG = auto()
    CLOSE = auto()
    BREAK_OFF = auto()
    BREAK_OFF_A_CHUNK = auto()
    WITHOUT_LENGTH = auto()
    BEFORE_THE_BODY = auto()
    DRIP = auto()
    LATE_READER = auto()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived; header names are in lower case, `port` is the other end of the connection."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    port: int


@dataclass(frozen=True)
class Answer:
    """One answer; without a reason the usual phrase of the status is sent."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    manner: Manner = Manner.WHOLE


Reply = Answer | Callable[[Asked], Answer]


class _Server(ThreadingHTTPServer):
    """Knows its connections, so that none of them outlives it."""

    daemon_threads = False

    def __init__(self, loopback: "Loopback") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.loopback = loopback
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, *_: object) -> None:
        """Say nothing: the client's side of the story is what a test is about."""

    def hang_up(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Loopback:
    """Answers of each method in order; the last one stays."""

    def __init__(self, answers: Mapping[str, Sequence[Reply]]) -> None:
        self.asked: list[Asked] = []
        self.over = threading.Event()
        self._answers = {method: list(queue) for method, queue in answers.items()}
        self._lock = threading.Lock()
        self._server = _Server(self)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def methods(self) -> list[str]:
        return [asked.method for asked in self.asked]

    def peek(self, method: str) -> Manner:
        """How the next request will be treated, which matters before its body is read."""
        with self._lock:
            queue = self._answers.get(method)
            reply = queue[0] if queue else Answer(501)
            return reply.manner if isinstance(reply, Answer) else Manner.WHOLE

    def next(self, asked: Asked) -> Answer:
        with self._lock:
            self.asked.append(asked)
            queue = self._answers.get(asked.method) or [Answer(501)]
            reply = queue.pop(0) if len(queue) > 1 else queue[0]
        return reply if isinstance(reply, Answer) else reply(asked)

    def wrap(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    def run(self) -> None:
        self._server.serve_forever(poll_interval=0.01)

    def stop(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[mutable-override]  # the one server that makes these
    protocol_version = "HTTP/1.1"
    timeout: ClassVar[float | None] = LONGEST_HANG
    disable_nagle_algorithm = True

    def log_message(self, *_: object) -> None:
        """Say nothing: a test looks at what was asked."""

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def _serve(self) -> None:
        manner = self.server.loopback.peek(self.command)
        early = manner is Manner.BEFORE_THE_BODY
        if manner is Manner.LATE_READER:
            self.server.loopback.over.wait(1.0)
        body = b"" if early else self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.loopback.next(Asked(self.command, self.path, headers, body, self.client_address[1]))
        if answer.manner is Manner.HANG:
            self.server.loopback.over.wait(LONGEST_HANG)
        if answer.manner in {Manner.HANG, Manner.CLOSE}:
            self.close_connection = True
            return
        self._give(answer)

    def _give(self, answer: Answer) -> None:
        self.send_response(answer.status, answer.reason)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        broken = answer.manner in {Manner.BREAK_OFF, Manner.BREAK_OFF_A_CHUNK}
        if answer.manner is Manner.BREAK_OFF_A_CHUNK:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.manner is not Manner.WITHOUT_LENGTH:
            self.send_header("Content-Length", str(len(answer.body) + (7 if broken else 0)))
        self.close_connection = answer.manner is not Manner.WHOLE
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self._send_body(answer)

    def _send_body(self, answer: Answer) -> None:
        if answer.manner is Manner.BREAK_OFF_A_CHUNK:
            self.wfile.write(b"%x\r\n%b" % (len(answer.body) + 7, answer.body))
        elif answer.manner is Manner.DRIP:
            for byte in answer.body:
                self.wfile.write(bytes([byte]))
                if self.server.loopback.over.wait(0.05):
                    return
        else:
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PATCH = do_DELETE = do_CONNECT = _serve  # noqa: N815 -- the names that http.server calls


@contextmanager
def serving(answers: Mapping[str, Sequence[Reply]]) -> Iterator[Loopback]:
    """A running server that is gone when the block ends."""
    loopback = Loopback(answers)
    thread = threading.Thread(target=loopback.run)
    thread.start()
    try:
        yield loopback
    finally:
        loopback.stop()
        thread.join(LONGEST_HANG)
