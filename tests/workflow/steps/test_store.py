"""A token is stored where only releases read it, and nowhere else."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tagship.domain.credential import Credential, Secret
from tagship.domain.hosting import StoredSecret
from tagship.domain.plan import Done, Stopped, Todo
from tagship.domain.secret_store import Shelf
from tagship.errors import NotThere, TagshipError
from tagship.workflow.steps.store import StoreToken

SHELF = Shelf("pypi", "PYPI_API_TOKEN")
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class MemoryStore:
    """The port `SecretStore`, with one place."""

    repository_name = "somebody/project"

    def __init__(self, held: StoredSecret | None = None, unsafe: TagshipError | None = None) -> None:
        self.what = held
        self.unsafe = unsafe
        self.stored: list[Secret] = []

    def insist_on_safety(self, shelf: Shelf) -> None:
        assert shelf == SHELF
        if self.unsafe is not None:
            raise self.unsafe

    def remark(self, shelf: Shelf) -> str | None:
        raise AssertionError(shelf)

    def held(self, shelf: Shelf) -> StoredSecret | None:
        assert shelf == SHELF
        return self.what

    def store(self, secret: Secret, shelf: Shelf) -> None:
        self.stored.append(secret)
        self.what = StoredSecret(shelf.name, "the environment", AT)

    def exposed(self, name: str) -> Sequence[StoredSecret]:
        raise AssertionError(name)


@pytest.fixture
def credential() -> Credential:
    return Credential("__token__", Secret(secrets.token_hex(8), origin="a test"))


@pytest.mark.parametrize(
    ("held", "told"),
    [
        (None, "pypi of somebody/project holds none yet"),
        (StoredSecret("PYPI_API_TOKEN", "it"), "in place of the one in pypi of somebody/project"),
        (StoredSecret("PYPI_API_TOKEN", "it", AT), "the one of 2026-03-01 12:00 UTC in pypi of somebody/project"),
    ],
)
def test_what_lay_there_makes_room(credential: Credential, held: StoredSecret | None, told: str) -> None:
    store = MemoryStore(held)
    step = StoreToken(lambda: store, lambda: credential, SHELF)
    before = step.probe()
    step.apply()

    assert isinstance(before, Todo)
    assert told in before.missing
    assert step.probe() == Done("PYPI_API_TOKEN of 2026-03-01 12:00 UTC lies in pypi of somebody/project")
    assert [each is credential.secret for each in store.stored] == [True]
    assert step.describe() == "store the token as PYPI_API_TOKEN in the environment pypi"


def test_what_the_host_does_not_show_is_not_done(credential: Credential) -> None:
    store = MemoryStore()
    step = StoreToken(lambda: store, lambda: credential, SHELF)
    step.apply()
    store.what = None

    assert isinstance(step.probe(), Todo)


def test_a_place_that_is_not_safe_stops_it(credential: Credential) -> None:
    store = MemoryStore(unsafe=NotThere("open to all"))
    state = StoreToken(lambda: store, lambda: credential, SHELF).probe()

    assert isinstance(state, Stopped)
    assert state.error.message == "open to all"
