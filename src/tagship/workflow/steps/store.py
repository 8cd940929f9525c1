"""A token handed to the code host's secret store, for the jobs that publish."""

from collections.abc import Callable
from typing import ClassVar

from tagship.domain.credential import Credential
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.domain.secret_store import SecretStore, Shelf
from tagship.errors import TagshipError


class StoreToken:
    """No value can be read back and compared, so every run stores once, and what lay there makes room.

    `credential` gives the token, narrowed where that is wished. The host is asked for the place first: a token that
    lies where every branch may read it is worse than one that lies nowhere.
    """

    name: ClassVar = "store"
    effect: ClassVar = Effect.SHARED

    def __init__(self, store: Callable[[], SecretStore], credential: Callable[[], Credential], shelf: Shelf) -> None:
        self._store = store
        self._credential = credential
        self._shelf = shelf
        self._stored = False

    def describe(self) -> str:
        """What is stored where."""
        return f"store the token as {self._shelf.name} in the environment {self._shelf.environment}"

    def probe(self) -> State:
        """Look whether the place is there and safe, and what lies in it; done once it was stored in this run."""
        try:
            store = self._store()
            store.insist_on_safety(self._shelf)
            held = store.held(self._shelf)
        except TagshipError as error:
            return Stopped(error)
        where = f"{self._shelf.environment} of {store.repository_name}"
        if held is None:
            return Todo(f"{where} holds none yet")
        since = "" if held.updated_at is None else f" of {held.updated_at:%Y-%m-%d %H:%M} UTC"
        if not self._stored:
            return Todo(f"in place of the one{since} in {where}")
        return Done(f"{held.name}{since} lies in {where}")

    def apply(self) -> None:
        """Hand it over."""
        self._store().store(self._credential().secret, self._shelf)
        self._stored = True
