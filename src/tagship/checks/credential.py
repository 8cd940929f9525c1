"""Is the token there, of the right kind, and alive?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.domain.config import Auth
from tagship.domain.credential import Liveness, TokenFlaw
from tagship.domain.facts import CredentialFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, Remedy, Visit

CREDENTIAL = frozenset({"credential"})


class TokenIsPresent:
    """There is a token where one is looked for."""

    id: ClassVar = "token-is-present"
    title: ClassVar = "the token is there"
    why: ClassVar = "Without it the upload is refused at the very end, after everything was built."
    fix: ClassVar = "Put the token into the environment variable, from the secret store of the host or of this machine."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find no token, or an empty one."""
        _only_for_tokens(facts)
        flaw = facts.token.flaw
        if flaw in {TokenFlaw.ABSENT, TokenFlaw.EMPTY}:
            word = "is not set" if flaw is TokenFlaw.ABSENT else "is set but empty"
            yield Finding(f"{facts.token.origin} {word}", remedy=_new_token(facts))


class TokenIsWellFormed:
    """The token is nothing but a token."""

    id: ClassVar = "token-is-well-formed"
    title: ClassVar = "the token is well formed"
    why: ClassVar = (
        "A newline copied along, or a password in its place, is refused by the index in words about something else."
    )
    fix: ClassVar = "Store the token again, alone, without spaces or a newline."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find whitespace around it, control characters in it, or something else than a token."""
        _only_for_tokens(facts)
        token = facts.token
        if token.flaw in {TokenFlaw.ABSENT, TokenFlaw.EMPTY}:
            raise FactUnknown("there is no token to look at")
        if token.flaw in {TokenFlaw.WHITESPACE, TokenFlaw.CONTROL_CHARACTERS, TokenFlaw.NOT_A_TOKEN}:
            yield Finding(f"{token.origin} is {token.flaw.value}", remedy=_new_token(facts))


class TokenIsForThisIndex:
    """The token was issued by the index that is to be published to."""

    id: ClassVar = "token-is-for-this-index"
    title: ClassVar = "the token is for this index"
    why: ClassVar = "The index and its test instance do not know each other's tokens."
    fix: ClassVar = "Use a token of the index that the project publishes to."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find a token of another known index."""
        _only_for_tokens(facts)
        token = facts.token
        if token.flaw is TokenFlaw.OTHER_INDEX:
            yield Finding(
                f"{token.origin} holds a token of {token.issuer}, the project publishes to {facts.config.index.name}",
                remedy=_new_token(facts),
            )
        elif token.flaw is not None:
            raise FactUnknown("there is no well-formed token to look at")


class TokenIsAlive:
    """The index knows the token.

    The probe proves that the token exists and its user is active; it does not prove scope or expiry.
    """

    id: ClassVar = "token-is-alive"
    title: ClassVar = "the index knows the token"
    why: ClassVar = "A revoked token is found in one harmless request, or after everything was built."
    fix: ClassVar = "Make a new token on the index and store it in place of the old one."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = frozenset({"credential", "network"})

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find a dead token; unknown where the index gave no clear answer."""
        _only_for_tokens(facts)
        if facts.token.flaw is not None:
            raise FactUnknown("there is no well-formed token to ask about")
        if facts.liveness is Liveness.DEAD:
            yield Finding(
                f"{facts.config.index.name} does not know the token in {facts.token.origin}",
                remedy=_new_token(facts),
            )
        if facts.liveness is Liveness.UNKNOWN and facts.config.index.site is None:
            raise NotApplicable(f"{facts.config.index.name} cannot be asked without uploading; the upload will tell")
        if facts.liveness is Liveness.UNKNOWN:
            raise FactUnknown(f"{facts.config.index.name} did not say whether it knows the token")


class IdentityIsTrusted:
    """The index gives this very job a token of its own."""

    id: ClassVar = "identity-is-trusted"
    title: ClassVar = "the index trusts the identity of this job"
    why: ClassVar = (
        "Trusted publishing needs no stored secret, but the publisher's registration must match this job exactly."
    )
    fix: ClassVar = 'Register the publisher with the values of this job, or set auth = "token" in [tool.tagship].'
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = frozenset({"credential", "network"})

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find no identity, or one that the index does not trust."""
        if facts.config.authentication is not Auth.TRUSTED:
            raise NotApplicable("the project publishes with a token")
        refusal = facts.identity_refusal
        if refusal is not None:
            yield Finding(refusal.message, where=refusal.where, remedy=refusal.remedy)


def _only_for_tokens(facts: CredentialFacts) -> None:
    if facts.config.authentication is not Auth.TOKEN:
        raise NotApplicable("the project uses trusted publishing")


def _new_token(facts: CredentialFacts) -> Remedy:
    page = facts.config.index.token_page
    return Edit(f"set {facts.token.origin} to a token of {facts.config.index.name}") if page is None else Visit(page)
