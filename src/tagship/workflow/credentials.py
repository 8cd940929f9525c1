"""Where the credential comes from: what the configuration says, and nothing else."""

import time
from collections.abc import Callable
from typing import Protocol

from tagship.domain.credential import Credential, TokenFlaw, TokenShape
from tagship.errors import CredentialHalt, Edit

MINTED_TOKENS_ARE_USED_FOR = 600.0
"""Seconds; the index lets a minted token live for 900, and a long upload must not outlive it."""


class Credentials(Protocol):
    """A source of credentials."""

    @property
    def shape(self) -> TokenShape:
        """How the credential looks from outside."""

    def get(self) -> Credential:
        """A credential that is good now; raises CredentialHalt."""

    def preflight(self) -> None:
        """Make sure that `get` would give one, before anything costs more; raises CredentialHalt and FactUnknown."""


class StoredToken:
    """A token that a person put into the environment or on standard input."""

    def __init__(self, shape: TokenShape, credential: Credential | None) -> None:
        self.shape = shape
        self._credential = credential

    def get(self) -> Credential:
        """The token; raises CredentialHalt where it has a flaw."""
        if self._credential is None:
            flaw = self.shape.flaw or TokenFlaw.ABSENT
            raise CredentialHalt(
                f"{self.shape.origin} is {flaw.value}", remedy=Edit(f"set {self.shape.origin} to a token of the index")
            )
        return self._credential

    def preflight(self) -> None:
        """Nobody is asked: what can be seen of a stored token, `get` sees."""
        self.get()


class TrustedPublishing:
    """A token that the index mints for this very job, made anew before it grows old.

    `preflight` asks for one and gives it back.
    """

    def __init__(
        self,
        mint: Callable[[], Credential],
        preflight: Callable[[], None],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shape = TokenShape(origin="trusted publishing")
        self._mint = mint
        self._preflight = preflight
        self._clock = clock
        self._minted: tuple[float, Credential] | None = None

    def get(self) -> Credential:
        """A minted token; raises CredentialHalt where the index gives none."""
        now = self._clock()
        if self._minted is None or now - self._minted[0] > MINTED_TOKENS_ARE_USED_FOR:
            self._minted = (now, self._mint())
        return self._minted[1]

    def preflight(self) -> None:
        """Let the index mint a token for this question alone."""
        self._preflight()
