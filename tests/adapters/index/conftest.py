"""An index client that does not wait, and its watch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from adapters.loopback import Loopback
from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.domain.endpoints import Endpoints


@dataclass
class Waiting:
    """The seconds that would have been waited."""

    seconds: list[float] = field(default_factory=list)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=0.4, upload_timeout=0.4) as made:
        yield made


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def index_at(client: HttpClient, waiting: Waiting) -> Callable[..., PackageIndex]:
    """Makes the client of the index that a loopback server plays."""

    def make(server: Loopback, *, site: bool = True) -> PackageIndex:
        endpoints = Endpoints(
            "stand-in", f"{server.url}/simple/", f"{server.url}/legacy/", server.url if site else None
        )
        return PackageIndex(endpoints, client, pause=waiting.seconds.append, base_delay=0.01)

    return make
