"""Where a code host keeps the token for its jobs, as far as all hosts have such a place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from tagship.domain.credential import Secret
from tagship.domain.hosting import StoredSecret
from tagship.errors import Remedy, Run

MAKES_WHAT_IS_NAMED: Final = Run(("tagship", "doctor", "--apply"))
"""It makes the environment that the project's workflow names."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place for one secret: its name, in an environment that only jobs of releases may use.

    A host without environments keeps it for the whole repository, and says so with its remark. `made_by` is what comes
    first where the environment is not there.
    """

    environment: str
    name: str
    made_by: Remedy = field(default=MAKES_WHAT_IS_NAMED, compare=False)


class SecretStore(Protocol):
    """The secrets of one repository on its code host: put there, and never read back."""

    @property
    def repository_name(self) -> str:
        """Whose secrets they are, as a reader knows it: owner and name."""

    def insist_on_safety(self, shelf: Shelf) -> None:
        """Raise TagshipError where the place is not there, or where others than jobs of releases could read from it."""

    def remark(self, shelf: Shelf) -> str | None:
        """What a person should know before a token lies there, as a sentence; None where there is nothing to say."""

    def held(self, shelf: Shelf) -> StoredSecret | None:
        """What lies there under that name, by name and time; raises FactUnknown."""

    def store(self, secret: Secret, shelf: Shelf) -> None:
        """Put it there, in place of what lies there.

        Raises CredentialHalt where the caller may not, and Incomplete where it is not known whether it arrived.
        """

    def exposed(self, name: str) -> Sequence[StoredSecret]:
        """Secrets of that name that every workflow of the repository may read; raises FactUnknown."""
