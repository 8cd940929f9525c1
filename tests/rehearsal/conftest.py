"""An index of one's own, somebody to talk to it, and something to send."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from rehearsal.talking import Clock, Talker
from rehearsal.uploading import Uploader
from servers.clients import Clients
from servers.handmade import make_sdist, make_wheel
from tagship.rehearsal.index import StandInIndex


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def index(clock: Clock) -> Iterator[StandInIndex]:
    with StandInIndex(clock=clock) as running:
        yield running
        assert running.server.crashes == []


@pytest.fixture
def talk(index: StandInIndex) -> Iterator[Talker]:
    talker = Talker(index.server.url)
    yield talker
    talker.pool.clear()


@pytest.fixture
def send(index: StandInIndex, talk: Talker) -> Uploader:
    return Uploader(index, talk)


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A wheel and an sdist of handmade 1.0."""
    directory = tmp_path_factory.mktemp("distributions")
    return make_wheel(directory), make_sdist(directory)


@pytest.fixture
def wheel(distributions: tuple[Path, Path]) -> Path:
    return distributions[0]


@pytest.fixture
def sdist(distributions: tuple[Path, Path]) -> Path:
    return distributions[1]


@pytest.fixture
def clients(tmp_path: Path) -> Clients:
    """Unmodified clients with an empty home."""
    home = tmp_path / "home"
    home.mkdir()
    return Clients(home)
