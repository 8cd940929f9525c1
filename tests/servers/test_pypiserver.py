"""The pypiserver fixture is an index that real clients can publish to and install from."""

from pathlib import Path

import pytest

from servers.clients import Clients
from servers.handmade import make_sdist, make_wheel
from servers.running import RunningIndex

pytestmark = pytest.mark.slow


def test_twine_publishes_and_uv_installs(pypiserver: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    files = make_wheel(tmp_path), make_sdist(tmp_path)

    sent = clients.twine(pypiserver.endpoints, pypiserver.username, pypiserver.password, *files)
    installed = clients.uv_install(pypiserver.endpoints, tmp_path / "site", "handmade==1.0")

    assert sent.returncode == 0, sent.stdout
    assert installed.returncode == 0, installed.stdout
    assert (tmp_path / "site" / "handmade" / "__init__.py").is_file()


def test_a_name_that_is_taken_stays_taken(pypiserver: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    clients.twine(pypiserver.endpoints, pypiserver.username, pypiserver.password, wheel)

    again = clients.twine(pypiserver.endpoints, pypiserver.username, pypiserver.password, wheel)

    assert again.returncode == 1
    assert "400" in again.stdout


def test_a_wrong_password_uploads_nothing(pypiserver: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    refused = clients.twine(pypiserver.endpoints, pypiserver.username, "wrong", make_wheel(tmp_path))

    assert refused.returncode == 1
    assert "403" in refused.stdout or "401" in refused.stdout
