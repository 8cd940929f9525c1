"""What the tests of the servers share."""

from pathlib import Path

import pytest

from servers.clients import Clients
from servers.devpi import devpi, devpi_server
from servers.pypiserver import pypiserver

__all__ = ["devpi", "devpi_server", "pypiserver"]


@pytest.fixture
def clients(tmp_path: Path) -> Clients:
    """Unmodified clients with an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    return Clients(home)
