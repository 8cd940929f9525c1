"""A secret has one door.

Only `reveal` gives the value away, and only adapters call it: to send it, to narrow it, to read an identity's
claims, and to keep output clean of it. Every other way out (text, format, JSON, pickle, copy, hash, comparison)
raises, so that a leak is a crash in a test rather than a line in a log.
"""

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NoReturn, SupportsIndex

from tagship.errors import FactUnknown, Remedy

if TYPE_CHECKING:
    from tagship.domain.caveat import Anatomy  # which only who has a token needs

TOKEN_VARIABLE = "TAGSHIP_TOKEN"  # noqa: S105 -- the name of a variable
"""Where a token is looked for unless it is said otherwise."""


class SecretLeakError(TypeError):
    """A secret was about to be turned into something that can be shown, stored or compared."""


class Secret:
    """A value that shows only where it came from."""

    __slots__ = ("__value", "origin")

    def __init__(self, value: str, *, origin: str) -> None:
        self.__value = value
        self.origin = origin

    def reveal(self) -> str:
        """The value itself; called in adapters alone."""
        return self.__value

    def __repr__(self) -> str:
        return f"<secret from {self.origin}>"

    def _refuse(self, *_: object) -> NoReturn:
        message = f"the secret from {self.origin} has one door, and this is not it"
        raise SecretLeakError(message)

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        self._refuse(protocol)

    __hash__ = _refuse
    __str__ = __format__ = __eq__ = _refuse
    __copy__ = __deepcopy__ = __getstate__ = __bytes__ = _refuse
    __len__ = __iter__ = __contains__ = __bool__ = _refuse


@dataclass(frozen=True, slots=True)
class Credential:
    """A user name and a secret, as HTTP Basic wants them; tokens go with the name `__token__`."""

    username: str
    secret: Secret


class TokenFlaw(Enum):
    """What can be seen to be wrong with a token without asking anybody."""

    ABSENT = "absent"
    EMPTY = "empty"
    WHITESPACE = "surrounded by whitespace or a newline"
    CONTROL_CHARACTERS = "broken up by control characters"
    NOT_A_TOKEN = "not a token"  # noqa: S105 -- a description
    OTHER_INDEX = "for another index"


@dataclass(frozen=True, slots=True)
class TokenShape:
    """How a token looks from outside; holds nothing of its value.

    `origin` is where it was looked for. `issuer` names the known index that its start belongs to. `anatomy` is what
    can be read off it, None where it is no macaroon or has a flaw.
    """

    origin: str
    flaw: TokenFlaw | None = None
    issuer: str | None = None
    anatomy: "Anatomy | None" = None


class NotSaid(FactUnknown):
    """The index answered the probe, and nothing follows for the credential; `told` is its status and its words."""

    def __init__(self, message: str, told: str, *, remedy: Remedy) -> None:
        super().__init__(message, remedy=remedy)
        self.told = told


class Liveness(Enum):
    """What the harmless probe proved; UNKNOWN is of a credential that the probe breaks on."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"
