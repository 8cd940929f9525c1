"""A stand-in for Forgejo, and a client that waits for nothing."""

from collections.abc import Iterator

import pytest

from tagship.adapters.http import HttpClient, Patience
from tagship.rehearsal.other_hosts import StandInForgejo


@pytest.fixture
def host() -> Iterator[StandInForgejo]:
    with StandInForgejo("owner/project") as host:
        yield host
        assert host.server.crashes == []


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as client:
        yield client


@pytest.fixture
def patience() -> Patience:
    return Patience(pause=lambda _: None)
