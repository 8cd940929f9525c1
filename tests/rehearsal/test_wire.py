import socket
import threading
import time
from collections.abc import Iterator

import pytest

from rehearsal.talking import Talker
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.wire import LoopbackServer, Request, Response


@pytest.fixture
def echo() -> Iterator[LoopbackServer]:
    with LoopbackServer(lambda request: Response(200, b"".join(request.body))) as server:
        yield server


def raw(server: LoopbackServer, sent: bytes, *, shut: bool = True) -> bytes:
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(sent)
        if shut:
            connection.shutdown(socket.SHUT_WR)
        answer = bytearray()
        while block := connection.recv(65536):
            answer += block
        return bytes(answer)


@pytest.mark.timeout(30)
def test_it_ends_while_a_connection_is_open() -> None:
    with StandInIndex() as index, socket.create_connection(("127.0.0.1", int(index.server.url.rpartition(":")[2]))):
        assert index.server.crashes == []


def test_it_answers_inside_its_block_only(echo: LoopbackServer) -> None:
    with LoopbackServer(lambda _: Response(200)) as server:
        assert Talker(server.url).ask("GET", "/").status == 200
    with pytest.raises(RuntimeError):
        _ = server.url
    assert echo.url.startswith("http://127.0.0.1:")


def test_connections_are_kept(echo: LoopbackServer) -> None:
    two = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none" * 2

    assert raw(echo, two).count(b"HTTP/1.1 200 OK") == 2


def test_a_body_in_chunks(echo: LoopbackServer) -> None:
    sent = (
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"3\r\none\r\n4;x=y\r\n two\r\n0\r\nTrailer: x\r\n\r\n"
    )

    assert raw(echo, sent).endswith(b"one two")


@pytest.mark.parametrize(
    "sent",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 30\r\n\r\nshort",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nonetwo\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_a_malformed_request_is_answered(echo: LoopbackServer, sent: bytes) -> None:
    assert raw(echo, sent).startswith(b"HTTP/1.1 400 ")
    assert echo.crashes == []


def test_a_client_that_waits_to_be_invited(echo: LoopbackServer) -> None:
    with socket.create_connection(("127.0.0.1", int(echo.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        invitation = connection.recv(65536)
        connection.sendall(b"ok")

        assert invitation.startswith(b"HTTP/1.1 100 ")
        assert connection.recv(65536).endswith(b"ok")


def test_a_crash_is_an_answer_and_is_kept() -> None:
    def crash(_request: Request) -> Response:
        raise ZeroDivisionError

    with LoopbackServer(crash) as server:
        answer = Talker(server.url).ask("GET", "/")

    assert answer.status == 500
    assert [type(error) for error in server.crashes] == [ZeroDivisionError]


def test_a_reason_cannot_break_out_of_its_line() -> None:
    with LoopbackServer(lambda _: Response(400, reason="a\r\nSet-Cookie: x\u2026")) as server:
        answer = raw(server, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.splitlines()[0] == b"HTTP/1.1 400 a Set-Cookie: x?"


def test_before_and_after_may_take_over(echo: LoopbackServer) -> None:
    talk = Talker(echo.url)
    echo.before = lambda request: Response(503) if request.path == "/busy" else None
    echo.after = lambda request, response: Response(204) if request.path == "/quiet" else response

    assert [talk.ask("GET", path).status for path in ("/busy", "/quiet", "/")] == [503, 204, 200]


def test_a_connection_can_be_cut(echo: LoopbackServer) -> None:
    def cut(_request: Request, _response: Response) -> Response:
        raise ConnectionAbortedError

    echo.after = cut

    assert raw(echo, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", shut=False) == b""


def test_the_end_of_the_block_ends_open_connections() -> None:
    before = threading.active_count()
    with LoopbackServer(lambda _: Response(200)) as server:
        Talker(server.url).ask("GET", "/")  # leaves its connection open
    deadline = time.monotonic() + 5
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)

    assert threading.active_count() == before
