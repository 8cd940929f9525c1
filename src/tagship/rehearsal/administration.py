"""What the keepers of an index can set, and what its users are: the reasons for a no that lie in nobody's file."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from packaging.utils import NormalizedName, canonicalize_name


@dataclass(slots=True)
class User:
    """One account; a disabled one is nobody to the index."""

    email_verified: bool = True
    two_factor: bool = True
    disabled: bool = False


class Users(dict[str, User]):
    """Every account by name; whoever is asked for exists, with everything in order."""

    def __missing__(self, name: str) -> User:
        """The account of that name, new."""
        return self.setdefault(name, User())


class Names:
    """Names of projects, however they are spelt."""

    def __init__(self) -> None:
        self._names: set[NormalizedName] = set()

    def add(self, name: str) -> None:
        """Put a name in."""
        self._names.add(canonicalize_name(name))

    def discard(self, name: str) -> None:
        """Take a name out, if it is in."""
        self._names.discard(canonicalize_name(name))

    def __contains__(self, name: str) -> bool:
        return canonicalize_name(name) in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


@dataclass(slots=True)
class Administration:
    """The switches and lists of the keepers; may be set at any time.

    `prohibited` are names that no project may have. `claimed` are names that somebody else makes a project of just
    now, after the upload was found to be a project's first.
    """

    read_only: bool = False
    uploads_disabled: bool = False
    registration_disabled: bool = False
    prohibited: Names = field(default_factory=Names)
    claimed: Names = field(default_factory=Names)


@dataclass(frozen=True, slots=True)
class Mail:
    """A message that the index sent to the people of a project."""

    to: frozenset[str]
    subject: str
