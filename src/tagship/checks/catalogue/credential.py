"""Is the credential good?"""

from tagship.checks.credential import (
    IdentityIsTrusted,
    TokenHasKnownCaveats,
    TokenIsAlive,
    TokenIsForThisIndex,
    TokenIsForThisProject,
    TokenIsInForce,
    TokenIsNarrow,
    TokenIsPresent,
    TokenIsWellFormed,
)
from tagship.checks.engine import Check
from tagship.domain.facts import CredentialFacts

CREDENTIAL: tuple[Check[CredentialFacts], ...] = (
    # What can be seen without asking, before what must be asked.
    TokenIsPresent(),
    TokenIsWellFormed(),
    TokenIsForThisIndex(),
    TokenHasKnownCaveats(),
    TokenIsForThisProject(),
    TokenIsInForce(),
    TokenIsAlive(),
    # How much it could do in other hands matters once it could do something.
    TokenIsNarrow(),
    IdentityIsTrusted(),
)
