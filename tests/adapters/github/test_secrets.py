"""Secrets of environments on GitHub: sealed, stored where only tags of releases get them, and seen nowhere else."""

import base64
import sys
from collections.abc import Iterator

import pytest

from adapters.planted import macaroon
from openapi import validated
from tagship.adapters.github.secrets import GitHubSecrets, seal
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.endpoints import PYPI
from tagship.domain.secret_store import Shelf
from tagship.errors import CredentialHalt, Edit, FactUnknown, Incomplete, NotThere, Run, Visit
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.environments import StoredPolicy
from tagship.rehearsal.host.manners import Way

SHELF = Shelf("pypi", "PYPI_API_TOKEN")
TOKEN = macaroon(PYPI, 5)
SHORT = Patience(base_delay=0.01)
APPLY = Run(("tagship", "doctor", "--apply"))


def secret() -> Secret:
    return Secret(TOKEN, origin="a test")


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running, validated(running):
        environment = running.environments.appear("pypi")
        environment.protected_branches = False
        environment.policies.append(StoredPolicy(1, "v*", "tag"))
        yield running
        assert running.server.crashes == []
        assert_unseen(running)


def assert_unseen(host: StandInHost) -> None:
    """Nothing that was sent holds the token, in whatever spelling: only who has the key can open it."""
    bodies = b"\n".join(part for each in host.record for part in (each.content, each.answer)).decode("utf-8", "replace")
    told = "\n".join((*map(repr, (*host.log, *host.record)), bodies))
    for spelling in (TOKEN, base64.b64encode(TOKEN.encode()).decode(), TOKEN[10:40], TOKEN.encode().hex()):
        assert spelling not in told


@pytest.fixture
def secrets(host: StandInHost) -> Iterator[GitHubSecrets]:
    with HttpClient() as http:
        yield at(host, http, host.token)


def at(host: StandInHost, http: HttpClient, token: str | None) -> GitHubSecrets:
    owner, name = host.repository.split("/")
    held = None if token is None else Secret(token, origin="GH_TOKEN")
    return GitHubSecrets(http, owner, name, held, api=host.api_url, uploads=host.api_url, patience=SHORT)


def test_what_is_stored_is_what_the_job_gets(host: StandInHost, secrets: GitHubSecrets) -> None:
    before = secrets.held(SHELF)
    secrets.insist_on_safety(SHELF)
    secrets.store(secret(), SHELF)
    after = secrets.held(SHELF)

    assert before is None
    assert after is not None
    assert (after.name, after.place) == ("PYPI_API_TOKEN", "the environment pypi")
    assert host.secrets.value("PYPI_API_TOKEN", environment="pypi") == TOKEN
    assert secrets.repository_name == host.repository
    assert secrets.remark(SHELF) is None


def test_a_second_one_takes_the_place_of_the_first(host: StandInHost, secrets: GitHubSecrets) -> None:
    host.secrets.keep("PYPI_API_TOKEN", "of old", environment="pypi")
    secrets.store(secret(), SHELF)

    assert host.secrets.value("PYPI_API_TOKEN", environment="pypi") == TOKEN


def test_one_of_that_name_for_every_workflow_is_found(host: StandInHost, secrets: GitHubSecrets) -> None:
    host.secrets.keep("PYPI_API_TOKEN", "of old")
    host.secrets.keep("OTHER", "else")

    assert [(each.name, each.place) for each in secrets.exposed("pypi_api_token")] == [
        ("PYPI_API_TOKEN", "the repository")
    ]


def test_an_environment_that_is_not_there_is_not_made(host: StandInHost, secrets: GitHubSecrets) -> None:
    with pytest.raises(NotThere, match="has no environment testpypi") as caught:
        secrets.insist_on_safety(Shelf("testpypi", "TOKEN"))

    assert caught.value.remedy == APPLY
    assert list(host.environments.held) == ["pypi"]


@pytest.mark.parametrize(
    ("protected", "policies", "told"),
    [
        (None, (), "every branch and tag"),
        (True, (), "protected branches, and from every branch while none is protected"),
        (False, (), "no tag at all"),
        (False, (StoredPolicy(1, "v*", "tag"), StoredPolicy(2, "rel-*", "branch")), "the branches rel-*"),
    ],
)
def test_an_environment_that_others_may_use_keeps_no_token(
    host: StandInHost,
    secrets: GitHubSecrets,
    *,
    protected: bool | None,
    policies: tuple[StoredPolicy, ...],
    told: str,
) -> None:
    environment = host.environments.named("pypi")
    environment.protected_branches = protected
    environment.policies[:] = policies
    with pytest.raises(NotThere) as caught:
        secrets.insist_on_safety(SHELF)

    assert caught.value.message == f"the environment pypi may be used from {told}"
    assert isinstance(caught.value.remedy, Visit if policies else Run)


def test_a_plan_without_environments() -> None:
    with StandInHost(private=True, plan="free") as host, validated(host), HttpClient() as http:
        with pytest.raises(NotThere, match="no environments that keep a secret") as caught:
            at(host, http, host.token).insist_on_safety(SHELF)

        assert isinstance(caught.value.remedy, Edit)


def test_a_token_that_may_not_write_stores_nothing(host: StandInHost) -> None:
    reading = host.issue_token({"environments": "read", "actions": "read", "metadata": "read"}, admin=True)
    with HttpClient() as http, pytest.raises(CredentialHalt) as caught:
        at(host, http, reading).store(secret(), SHELF)

    assert "environments=write" in str(caught.value.remedy)
    assert host.secrets.held == {}


def test_without_a_token_nothing_is_sent(host: StandInHost) -> None:
    with HttpClient() as http, pytest.raises(FactUnknown):
        at(host, http, None).store(secret(), SHELF)

    assert host.secrets.held == {}


@pytest.mark.parametrize("way", ["cut", "refused"])
def test_a_host_that_fails_says_that_it_is_not_known(host: StandInHost, secrets: GitHubSecrets, way: Way) -> None:
    host.fail_next("PUT", "*/secrets/*", times=9, way=way)
    with pytest.raises(Incomplete):
        secrets.store(secret(), SHELF)


def test_a_host_that_recovers_gets_it_again(host: StandInHost, secrets: GitHubSecrets) -> None:
    host.fail_next("PUT", "*/secrets/*", times=1)
    secrets.store(secret(), SHELF)

    assert host.secrets.value("PYPI_API_TOKEN", environment="pypi") == TOKEN


def test_without_what_seals_it_is_stored_otherwise(
    host: StandInHost, secrets: GitHubSecrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nacl.public", None)
    handed: list[tuple[bool, Shelf, str]] = []
    with pytest.raises(NotThere, match="PyNaCl is not installed") as caught:
        secrets.store(secret(), SHELF)
    secrets.otherwise = lambda given, shelf, name: handed.append((given.reveal() == TOKEN, shelf, name))
    secrets.store(secret(), SHELF)

    assert caught.value.remedy == Run(("python", "-m", "pip", "install", "tagship[seal]"))
    assert handed == [(True, SHELF, host.repository)]


@pytest.mark.parametrize("key", ["", "!", "AAAA", base64.b64encode(bytes(31)).decode()])
def test_what_is_no_key_seals_nothing(key: str) -> None:
    with pytest.raises(FactUnknown, match="is none to seal"):
        seal(secret(), key)
