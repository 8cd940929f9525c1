"""The locked door: it answers for the names that it is given, and lets nobody out."""

import gc
import socket
import ssl
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import suppress

import pytest
import urllib3

from tagship.adapters.http import HttpClient, Unreachable
from tagship.domain.endpoints import KNOWN, PYPI, TESTPYPI
from tagship.errors import UsageError
from tagship.rehearsal.door import LockedDoor, Passage
from tagship.rehearsal.wire import Request, Response

NAMES = [name for index in KNOWN.values() for name in index.hosts]


def greet(request: Request) -> Response:
    """Say what was asked for, and how it was sent."""
    if request.path == "/cut":
        raise ConnectionAbortedError
    if request.path == "/crash":
        raise RuntimeError("crash")
    return Response(200, f"{request.header('Host')} {request.target} ".encode() + b"".join(request.body))


@pytest.fixture
def door() -> Iterator[LockedDoor]:
    with LockedDoor(dict.fromkeys(NAMES, greet)) as locked:
        yield locked


@pytest.fixture
def through(door: LockedDoor) -> Iterator[urllib3.ProxyManager]:
    trust = ssl.create_default_context(cafile=str(door.certificate))
    pool = urllib3.ProxyManager(door.url, ssl_context=trust, retries=False, timeout=10)
    yield pool
    pool.clear()


def test_an_index_tells_its_names() -> None:
    assert len(PYPI.hosts) == 4
    assert len(TESTPYPI.hosts) == 3
    assert not set(PYPI.hosts) & set(TESTPYPI.hosts)
    assert all("/" not in name for name in NAMES)


def test_each_name_is_answered_for(door: LockedDoor, through: urllib3.ProxyManager) -> None:
    for name in NAMES:
        answer = through.request("POST", f"https://{name}/some/path?x=1", body=b"bytes")
        assert (answer.status, answer.data.decode()) == (200, f"{name} /some/path?x=1 bytes")

    assert door.log == [Passage(name, "POST", "/some/path", 200) for name in NAMES]
    assert (door.refused, door.crashes) == ([], [])


def test_a_connection_is_kept_for_the_next_request(door: LockedDoor, through: urllib3.ProxyManager) -> None:
    url = f"https://{NAMES[0]}/"
    for _ in range(3):
        through.request("GET", url)
    through.request("POST", url, body=b"x" * 1_000_000)

    assert through.connection_from_url(url).num_connections == 1
    assert len(door.log) == 4


@pytest.mark.parametrize(
    "url",
    ["https://example.org/", "https://127.0.0.1/", "https://[::1]/", f"https://{NAMES[0]}:8443/", "https://x.invalid/"],
)
def test_every_other_address_is_refused(door: LockedDoor, through: urllib3.ProxyManager, url: str) -> None:
    with pytest.raises(urllib3.exceptions.ProxyError, match="403"):
        through.request("GET", url)

    parts = urllib3.util.parse_url(url)
    assert door.refused == [f"{parts.host}:{parts.port or 443}"]
    assert door.log == []


@pytest.mark.parametrize(
    ("url", "refused"),
    [
        ("http://example.org/x", "example.org:80"),
        ("http://example.org:8080/x", "example.org:8080"),
        (f"http://{NAMES[0]}/", f"{NAMES[0]}:80"),
    ],
)
def test_nothing_goes_in_the_clear(door: LockedDoor, through: urllib3.ProxyManager, url: str, refused: str) -> None:
    answer = through.request("POST", url, body=b"a secret")

    assert answer.status == 403
    assert door.refused == [refused]


@pytest.mark.parametrize(
    "line",
    [
        b"CONNECT\r\n\r\n",
        b"CONNECT  HTTP/1.1\r\n\r\n",
        b"CONNECT : HTTP/1.1\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
    ],
)
def test_nonsense_is_let_nowhere(door: LockedDoor, line: bytes) -> None:
    host, port = door.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(line)
        answer = connection.recv(100)

    assert b" 200 " not in answer
    assert door.log == []
    assert door.crashes == []


def test_a_client_that_does_not_trust_the_door_gets_nothing(door: LockedDoor) -> None:
    pool = urllib3.ProxyManager(door.url, retries=False, timeout=10)
    with pytest.raises(urllib3.exceptions.SSLError):
        pool.request("GET", f"https://{NAMES[0]}/")
    pool.clear()

    assert door.log == []


def test_a_tunnel_in_which_nobody_speaks_tls_is_closed(door: LockedDoor) -> None:
    host, port = door.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"CONNECT {NAMES[0]}:443 HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in connection.recv(1000)
        connection.sendall(b"GET / HTTP/1.1\r\n\r\n")
        rest = b""
        with suppress(ConnectionResetError):
            rest = connection.recv(1000)

    assert b"HTTP" not in rest
    assert (door.log, door.crashes) == ([], [])


def test_a_client_that_hangs_up_at_once_leaves_no_socket_open() -> None:
    gone = struct.pack("ii", 1, 0)  # close by a reset, with nothing sent after it
    with LockedDoor(dict.fromkeys(NAMES, greet)) as door:
        host, port = door.url.removeprefix("http://").split(":")
        for _ in range(50):
            with socket.create_connection((host, int(port)), timeout=10) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, gone)
                connection.sendall(f"CONNECT {NAMES[0]}:443 HTTP/1.1\r\n\r\n".encode())
                assert b" 200 " in connection.recv(1000)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(warning.message) for warning in told] == []
    assert (door.log, door.crashes) == ([], [])


def test_what_crashes_behind_the_door_is_an_answer(door: LockedDoor, through: urllib3.ProxyManager) -> None:
    answer = through.request("GET", f"https://{NAMES[0]}/crash")
    with pytest.raises(urllib3.exceptions.ProxyError):
        through.request("GET", f"https://{NAMES[0]}/cut")

    assert answer.status == 500
    assert [str(crash) for crash in door.crashes] == ["crash"]


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    with LockedDoor({NAMES[0]: greet}) as door:
        trust = ssl.create_default_context(cafile=str(door.certificate))
        pool = urllib3.ProxyManager(door.url, ssl_context=trust, retries=False, timeout=10)
        pool.request("GET", f"https://{NAMES[0]}/")
        place = door.certificate
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.main_thread():
            thread.join(5)

    assert threading.active_count() <= before
    assert not place.exists()
    pool.clear()


def test_our_own_client_goes_through(door: LockedDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in door.environment.items():
        monkeypatch.setenv(name, value)
    with HttpClient(connect_timeout=5, read_timeout=5) as http:
        answer = http.request("GET", f"{PYPI.simple}some-project/")
        with pytest.raises(Unreachable, match="proxy"):
            http.request("GET", "https://example.org/")

    assert answer.text == f"{PYPI.hosts[0]} /simple/some-project/ "
    assert door.refused == ["example.org:443"]


def test_a_door_may_answer_for_nobody() -> None:
    with LockedDoor({}) as door:
        pool = urllib3.ProxyManager(door.url, retries=False, timeout=10)
        with pytest.raises(urllib3.exceptions.ProxyError, match="403"):
            pool.request("GET", f"https://{NAMES[0]}/")
        pool.clear()

    assert door.refused == [f"{NAMES[0]}:443"]


def test_git_is_not_let_out(door: LockedDoor) -> None:
    asked = subprocess.run(
        ["git", "ls-remote", "https://example.org/some/repository.git"],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_TERMINAL_PROMPT": "0", **door.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )

    assert asked.returncode != 0
    assert "403" in asked.stdout
    assert door.refused == ["example.org:443"]


def test_without_its_extra_the_door_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trustme", None)
    with pytest.raises(UsageError, match="trustme") as caught, LockedDoor({}):
        pass

    assert str(caught.value.remedy) == "install tagship[door]"
