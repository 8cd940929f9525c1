"""pypiserver as a pytest fixture: the plainest index there is.

    from servers.pypiserver import pypiserver

It serves HTML alone, tells sha256 in the links, and refuses a name that is taken with 409 (400 to twine), even for the
same bytes.
"""

import base64
import hashlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from servers.running import RunningIndex, free_port, invented_token, serving
from tagship.domain.endpoints import Endpoints

USER = "uploader"


@contextmanager
def running_pypiserver(directory: Path) -> Iterator[RunningIndex]:
    """A pypiserver with its files in a directory, for as long as the block lasts."""
    packages, passwords, password = directory / "packages", directory / "htpasswd", invented_token()
    packages.mkdir()
    digest = base64.b64encode(hashlib.sha1(password.encode(), usedforsecurity=False).digest()).decode()
    passwords.write_text(f"{USER}:{{SHA}}{digest}\n", encoding="ascii")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    flags = ("--disable-fallback", "--hash-algo", "sha256", "--server", "wsgiref", "--backend", "simple-dir")
    access = ("--authenticate", "update", "--passwords", str(passwords))
    place = ("--interface", "127.0.0.1", "--port", str(port))
    argv = [sys.executable, "-W", "ignore", "-m", "pypiserver", "run", *place, *access, *flags, str(packages)]
    with serving(argv, f"{url}/health", directory / "log"):
        endpoints = Endpoints(name="pypiserver", simple=f"{url}/simple/", upload=f"{url}/")
        yield RunningIndex(endpoints, USER, password)


@pytest.fixture
def pypiserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningIndex]:
    """An empty index for one test, a process of its own: it starts in a third of a second."""
    for name in ("passlib", "pypiserver"):
        if importlib.util.find_spec(name) is None:  # imported it would put a finder of its own into this process
            pytest.skip(f"{name} is not installed")
    with running_pypiserver(tmp_path_factory.mktemp("pypiserver")) as index:
        yield index
