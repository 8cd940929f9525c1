"""A stand-in for GitLab, and a client that waits for nothing."""

from collections.abc import Iterator

import pytest

from gitlab_described import validated
from tagship.adapters.http import HttpClient, Patience
from tagship.rehearsal.other_hosts import StandInGitLab


@pytest.fixture
def host() -> Iterator[StandInGitLab]:
    with StandInGitLab("group/sub/project") as host, validated(host):
        yield host
        assert host.server.crashes == []


@pytest.fixture
def http() -> Iterator[HttpClient]:
    with HttpClient() as client:
        yield client


@pytest.fixture
def patience() -> Patience:
    return Patience(pause=lambda _: None)
