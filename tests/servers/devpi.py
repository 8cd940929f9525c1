"""devpi-server as a pytest fixture: an index that shares no line with the stand-in.

    from servers.devpi import devpi, devpi_server

`devpi` is a fresh index per test, `devpi_server` the one process behind them. It answers 409 to other bytes under a
name that is taken, 200 to the same bytes, 401 and 403 to those who may not; its simple JSON tells neither size nor
upload time.
"""

import base64
import itertools
import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from servers.running import RunningIndex, free_port, invented_token, serving
from tagship.domain.endpoints import Endpoints

USER = "__token__"
COUNT = itertools.count(1)
# Hashing a password is meant to be slow; not here.
CHEAP = ("--argon2-memory-cost", "8", "--argon2-time-cost", "1", "--argon2-parallelism", "1")
INIT = "from devpi_server.init import init; raise SystemExit(init())"
SERVE = "from devpi_server.main import main; raise SystemExit(main())"


@dataclass(frozen=True, slots=True)
class DevpiServer:
    """The process, and the one user that it knows besides root."""

    url: str
    password: str = field(repr=False)

    def create_index(self, name: str) -> RunningIndex:
        """A new empty index whose files cannot be replaced."""
        settings = {"type": "stage", "volatile": False, "bases": [], "mirror_whitelist": []}
        self.call("PUT", f"/{USER}/{name}", settings, self._login())
        endpoints = Endpoints(
            name=f"devpi-{name}", simple=f"{self.url}/{USER}/{name}/+simple/", upload=f"{self.url}/{USER}/{name}/"
        )
        return RunningIndex(endpoints, USER, self.password)

    def create_token(self) -> str:
        """A new token of the user, as the plugin devpi-tokens makes them."""
        answer = self.call("POST", f"/{USER}/+token-create", {}, self._login())
        made = answer["result"]
        assert isinstance(made, dict)
        return str(made["token"])

    def revoke_token(self, identifier: str) -> None:
        """Delete a token, by what stands in it as its identifier."""
        self.call("DELETE", f"/{USER}/+tokens/{identifier.rpartition('-')[2]}", {}, self._login())

    def _login(self) -> str:
        answer = self.call("POST", "/+login", {"user": USER, "password": self.password})
        session = answer["result"]
        assert isinstance(session, dict)
        return base64.b64encode(f"{USER}:{session['password']}".encode()).decode()

    def call(self, method: str, path: str, content: Mapping[str, object], session: str = "") -> dict[str, object]:
        """One request to devpi's own API; raises HTTPError."""
        request = urllib.request.Request(self.url + path, json.dumps(content).encode(), method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        if session:
            request.add_header("X-Devpi-Auth", session)
        with urllib.request.urlopen(request, timeout=30) as response:
            answer = json.load(response)
        assert isinstance(answer, dict)
        return answer


@contextmanager
def running_devpi(directory: Path) -> Iterator[DevpiServer]:
    """A devpi-server with its data in a directory, for as long as the block lasts."""
    data, password, root = str(directory / "data"), invented_token(), invented_token()
    subprocess.run(
        [sys.executable, "-W", "ignore", "-c", INIT, "--no-root-pypi", "--serverdir", data, "--root-passwd", root],
        check=True,
        capture_output=True,
        timeout=60,
    )
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = ("--offline-mode", "--enable-core-metadata", "--threads", "8", *CHEAP)
    place = ("--serverdir", data, "--host", "127.0.0.1", "--port", str(port))
    with serving([sys.executable, "-W", "ignore", "-c", SERVE, *place, *flags], f"{url}/+api", directory / "log"):
        server = DevpiServer(url, password)
        server.call("PUT", f"/{USER}", {"password": password})
        yield server


@pytest.fixture(scope="session")
def devpi_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevpiServer]:
    """One devpi-server for the session; it talks to no other index."""
    pytest.importorskip("devpi_server")
    directory = tmp_path_factory.mktemp("devpi")
    with running_devpi(directory) as server:
        yield server


@pytest.fixture
def devpi(devpi_server: DevpiServer) -> RunningIndex:
    """An empty index for one test."""
    return devpi_server.create_index(f"release{next(COUNT)}")
