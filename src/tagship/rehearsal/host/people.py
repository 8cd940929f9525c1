"""Who is who on the stand-in host: its users, bots and organisations, by name and by number."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

ACTIONS_BOT = "github-actions[bot]"
ACTIONS_APP = 15368
ROLES: Mapping[str, int] = MappingProxyType({"read": 1, "maintain": 2, "triage": 3, "write": 4, "admin": 5})
"""The numbers under which rulesets know the roles in a repository; those of read and triage bypass nothing."""
_FAMOUS: Mapping[str, int] = MappingProxyType({ACTIONS_BOT: 41898282, "web-flow": 19864447})


@dataclass(frozen=True, slots=True)
class Person:
    """An account; `role` is its role in the repository, and `kind` is User, Bot or Organization."""

    id: int
    login: str
    kind: str = "User"
    role: str = "read"


class People:
    """The accounts that are known; one that is named for the first time is a user who may write."""

    def __init__(self, owner: str, owner_type: str) -> None:
        self._known: dict[str, Person] = {}
        self.owner = self.add(owner, kind=owner_type, role="admin")

    def add(self, login: str, *, kind: str | None = None, role: str | None = None) -> Person:
        """Make an account known, or give it another role.

        Names that end with [bot] are bots: they belong to applications, which have permissions and no role.
        """
        before = self._known.get(login)
        role = role or ("none" if login.endswith("[bot]") else "write")
        if before is None:
            usual = "Bot" if login.endswith("[bot]") else "User"
            made = Person(_FAMOUS.get(login, len(self._known) + 1), login, kind or usual, role)
        else:
            made = Person(before.id, login, kind or before.kind, role)
        self._known[login] = made
        return made

    def of(self, login: str) -> Person:
        """The account of that name."""
        return self._known.get(login) or self.add(login)

    def known(self, login: str) -> Person | None:
        """The account of that name, if somebody named it before."""
        return self._known.get(login)

    def by_id(self, number: int) -> Person | None:
        """The account of that number, if there is one."""
        return next((person for person in self._known.values() if person.id == number), None)

    @property
    def maintainer(self) -> str:
        """Who looks after the repository: its owner, or for an organisation somebody in it."""
        return "maintainer" if self.owner.kind == "Organization" else self.owner.login
