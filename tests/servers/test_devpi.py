"""The devpi fixture is an index that real clients can publish to and install from."""

from pathlib import Path

import pytest

from servers.clients import Clients
from servers.devpi import DevpiServer
from servers.handmade import make_sdist, make_wheel
from servers.running import RunningIndex

pytestmark = pytest.mark.slow


def test_twine_publishes_and_uv_installs(devpi: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    files = make_wheel(tmp_path), make_sdist(tmp_path)

    sent = clients.twine(devpi.endpoints, devpi.username, devpi.password, *files)
    installed = clients.uv_install(devpi.endpoints, tmp_path / "site", "handmade==1.0")

    assert sent.returncode == 0, sent.stdout
    assert installed.returncode == 0, installed.stdout
    assert (tmp_path / "site" / "handmade" / "__init__.py").is_file()


def test_the_same_bytes_are_welcome_and_others_are_not(devpi: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    wheel = make_wheel(tmp_path)
    credential = (devpi.username, devpi.password)
    clients.twine(devpi.endpoints, *credential, wheel)

    again = clients.twine(devpi.endpoints, *credential, wheel)
    make_wheel(tmp_path, code="changed = True\n")
    changed = clients.twine(devpi.endpoints, *credential, wheel)

    assert again.returncode == 0, again.stdout
    assert changed.returncode == 1
    assert "409" in changed.stdout


def test_a_wrong_password_uploads_nothing(devpi: RunningIndex, clients: Clients, tmp_path: Path) -> None:
    refused = clients.twine(devpi.endpoints, devpi.username, "wrong", make_wheel(tmp_path))

    assert refused.returncode == 1
    assert "401" in refused.stdout


def test_each_index_is_empty(devpi_server: DevpiServer, clients: Clients, tmp_path: Path) -> None:
    first, second = devpi_server.create_index("first"), devpi_server.create_index("second")
    clients.twine(first.endpoints, first.username, first.password, make_wheel(tmp_path))

    installed = clients.uv_install(second.endpoints, tmp_path / "site", "handmade")

    assert installed.returncode == 1
    assert "not found" in installed.stdout
