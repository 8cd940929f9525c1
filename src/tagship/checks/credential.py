"""Is the credential there, of the right kind, good for this project now, and alive?"""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from packaging.utils import canonicalize_name, is_normalized_name

from tagship.domain.caveat import Anatomy, ProjectIds, Unrecognized
from tagship.domain.config import Auth
from tagship.domain.credential import TOKEN_VARIABLE, Liveness, NotSaid, TokenFlaw
from tagship.domain.endpoints import PYPI
from tagship.domain.facts import CredentialFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, Remedy, Run

CREDENTIAL = frozenset({"credential"})
NAMES_SHOWN = 5
NOTHING_TO_READ = "there is no well-formed token to look at"

_MISSING = frozenset({TokenFlaw.ABSENT, TokenFlaw.EMPTY})
_MALFORMED = frozenset({TokenFlaw.WHITESPACE, TokenFlaw.CONTROL_CHARACTERS, TokenFlaw.NOT_A_TOKEN})
_BIND = Run(("tagship", "credential", "--bind"))


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
        token = facts.token
        if token.flaw is TokenFlaw.ABSENT:
            yield Finding(f"there is no token in {token.origin}", remedy=_new_token(facts))
        if token.flaw is TokenFlaw.EMPTY:
            hint = ", as a secret is that the host does not have" if token.origin == TOKEN_VARIABLE else ""
            yield Finding(f"the token in {token.origin} is empty{hint}", remedy=_new_token(facts))

    def remark(self, facts: CredentialFacts) -> str:
        """Where it was found."""
        return f"in {facts.token.origin}"


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
        if token.flaw in _MISSING:
            raise FactUnknown("there is no token to look at")
        if token.flaw is TokenFlaw.NOT_A_TOKEN:
            yield Finding(f"what {token.origin} holds is not a token", remedy=_new_token(facts))
        elif token.flaw in _MALFORMED:
            again = Edit(f"store the same token again {_place(facts)}, alone, without spaces or a newline")
            yield Finding(f"the token in {token.origin} is {token.flaw.value}", remedy=again)


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
            raise FactUnknown(NOTHING_TO_READ)


class TokenHasKnownCaveats:
    """The index would read every caveat of the token."""

    id: ClassVar = "token-has-known-caveats"
    title: ClassVar = "the index can read every caveat of the token"
    why: ClassVar = (
        "The index refuses a token with a caveat that it does not know, for whatever project and at any time."
    )
    fix: ClassVar = "Take the token as the index gave it, and let nothing but `tagship credential --bind` narrow it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find caveats in a form that the index never wrote."""
        anatomy = _anatomy(facts)
        unread = anatomy.caveats.count(Unrecognized())
        if unread and facts.config.index.token_prefix is None:
            raise NotApplicable(f"{facts.config.index.name} may write caveats of its own into its tokens")
        if unread:
            what = "a caveat" if unread == 1 else f"{unread} caveats"
            yield Finding(
                f"the token in {facts.token.origin} has {what} that {facts.config.index.name} does not know",
                remedy=_new_token(facts),
            )


class TokenIsForThisProject:
    """No caveat of the token leaves this project out."""

    id: ClassVar = "token-is-for-this-project"
    title: ClassVar = "no caveat about names leaves this project out"
    why: ClassVar = (
        "A token that is bound to other projects is refused only when the first file was sent, after everything "
        "was built."
    )
    fix: ClassVar = "Use a token that is bound to this project, or one of the account, narrowed to this project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find names of projects without this one's; unknown where nothing names this project."""
        anatomy = _anatomy(facts)
        names = anatomy.projects
        if names is None:
            _insist_on_legible(anatomy, facts)
            if any(isinstance(caveat, ProjectIds) for caveat in anatomy.caveats):
                raise NotApplicable("it is bound to projects by numbers, which the index alone can read")
            return
        # The index compares normalised names, and knows no other spelling in a caveat.
        if canonicalize_name(facts.project_name) in names:
            _insist_on_legible(anatomy, facts)
            return
        yield Finding(
            f"the token in {facts.token.origin} is bound to {_listed(names)}, this is {facts.project_name}",
            remedy=_new_token(facts),
        )


class TokenIsInForce:
    """By its own caveats the token is good now."""

    id: ClassVar = "token-is-in-force"
    title: ClassVar = "by its own caveats the token is good now"
    why: ClassVar = "A token that has expired still answers the probe; it is refused when the first file was sent."
    fix: ClassVar = "Make a new token, or narrow the original with `tagship credential --bind --minutes N` once more."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find a token that has expired, or is not valid yet, by the clock of this machine."""
        anatomy = _anatomy(facts)
        origin, start, end = facts.token.origin, anatomy.not_before, anatomy.expires_at
        if end is not None and facts.now >= end:
            yield Finding(f"the token in {origin} expired at {_told(end)}", remedy=_new_token(facts))
        elif start is not None and facts.now < start:
            wait = Edit(f"wait until {_told(start)}, set the clock of this machine right, or use another token")
            yield Finding(f"the token in {origin} is not valid before {_told(start)}", remedy=wait)
        else:
            _insist_on_legible(anatomy, facts)


class TokenIsAlive:
    """The index knows the token.

    The probe proves that the token exists and that its user is active. It proves neither the signature nor the
    scope nor that the token has not expired: the index looks at those when a file comes with it.
    """

    id: ClassVar = "token-is-alive"
    title: ClassVar = "the index knows the token"
    why: ClassVar = (
        "A revoked token is found in one harmless request, or after everything was built; signature, scope and "
        "expiry are not what the request proves."
    )
    fix: ClassVar = "Make a new token on the index and store it in place of the old one."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = frozenset({"credential", "network"})

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find a dead token; unknown where the index gave no clear answer."""
        _only_for_tokens(facts)
        if facts.token.flaw is not None:
            raise FactUnknown("there is no well-formed token to ask about")
        liveness, index = _liveness(facts), facts.config.index
        if liveness is Liveness.DEAD:
            yield Finding(f"{index.name} does not know the token in {facts.token.origin}", remedy=_new_token(facts))
        if liveness is Liveness.UNKNOWN and index.site is None:
            raise NotApplicable(f"{index.name} cannot be asked without uploading; the upload will tell")
        if liveness is Liveness.UNKNOWN:
            raise FactUnknown(f"{index.name} did not say whether it knows the token")

    def remark(self, facts: CredentialFacts) -> str:  # noqa: ARG002 -- the same whatever was found
        """What the probe does not prove."""
        return "it exists; its signature, scope and expiry are proved by an upload alone"


def _liveness(facts: CredentialFacts) -> Liveness:
    """What the probe proved; raises NotApplicable where an index of its own habits says nothing to that question."""
    try:
        return facts.liveness
    except NotSaid as unsaid:
        name = facts.config.index.name
        if facts.config.index.site is not None:
            raise
        raise NotApplicable(
            f"{name} cannot be asked without uploading (it answered {unsaid.told}); the upload will tell"
        ) from unsaid


class TokenIsNarrow:
    """The token is bound to projects, so that whoever steals it gets no more than those."""

    id: ClassVar = "token-is-narrow"
    title: ClassVar = "the token is bound to projects"
    why: ClassVar = (
        "Whoever gets hold of a token for the whole account can publish every project of it; one without a visible "
        "caveat about projects may be such a token, and that none is visible proves neither."
    )
    fix: ClassVar = "Narrow it with `tagship credential --bind`, store what comes out, and the original nowhere else."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = CREDENTIAL

    def run(self, facts: CredentialFacts) -> Iterator[Finding]:
        """Find a token of a whole account; unknown where no caveat about projects is visible."""
        anatomy = _anatomy(facts)
        if _refused_as_it_is(anatomy, facts):
            raise NotApplicable("the index refuses the token as it is, which another check says")
        if anatomy.narrow is False:
            yield Finding(f"the token in {facts.token.origin} is good for the whole account", remedy=_BIND)
        if anatomy.narrow is None:
            _insist_on_legible(anatomy, facts)
            raise FactUnknown("no caveat about projects is visible, which is no proof that there is none", remedy=_BIND)


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


def _anatomy(facts: CredentialFacts) -> Anatomy:
    """What can be read off the token; raises NotApplicable where there is nothing to read."""
    _only_for_tokens(facts)
    token = facts.token
    if token.flaw is not None:
        raise FactUnknown(NOTHING_TO_READ)
    if token.anatomy is None:
        raise NotApplicable(f"what {token.origin} holds says nothing of itself; the upload will tell")
    return token.anatomy


def _refused_as_it_is(anatomy: Anatomy, facts: CredentialFacts) -> bool:
    """Whether the token's own caveats make it useless now, so that narrowing it would mend nothing."""
    unreadable = facts.config.index.token_prefix is not None and Unrecognized() in anatomy.caveats
    end, start = anatomy.expires_at, anatomy.not_before
    return unreadable or (end is not None and facts.now >= end) or (start is not None and facts.now < start)


def _insist_on_legible(anatomy: Anatomy, facts: CredentialFacts) -> None:
    """Raise NotApplicable where an index of its own habits may have said it in a caveat that we cannot read."""
    if facts.config.index.token_prefix is None and not anatomy.recognized:
        raise NotApplicable(f"{facts.config.index.name} wrote a caveat of its own into the token; the upload will tell")


def _listed(names: frozenset[str]) -> str:
    """The names as a message tells them; nobody vouches for what stands in a token."""
    told = [name if is_normalized_name(name) else ascii(name)[:60] for name in sorted(names)]
    more = [f"{len(told) - NAMES_SHOWN} more"] if len(told) > NAMES_SHOWN else []
    return ", ".join([*told[:NAMES_SHOWN], *more]) or "no project at all"


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _place(facts: CredentialFacts) -> str:
    """Where a token is put, as one tells somebody who stores it."""
    if facts.token.origin != TOKEN_VARIABLE:
        return f"so that {facts.token.origin} gives it"
    index = facts.config.index
    elsewhere = "" if index == PYPI or index.site is None else f" --index {index.name}"
    storing = f"tagship credential --auth token --bind --store{elsewhere}"
    return f"with `{storing}` on a code host, elsewhere as {TOKEN_VARIABLE} in the environment of the job"


def _new_token(facts: CredentialFacts) -> Remedy:
    """The way to another token: make it, store it, and only then revoke the one that was there."""
    page = facts.config.index.token_page or f"the page for tokens of {facts.config.index.name}"
    replaces_none = facts.token.flaw in {*_MISSING, TokenFlaw.OTHER_INDEX}
    revoke = "" if replaces_none else ", and delete there what it replaces"
    return Edit(f"make a token at {page}, store it {_place(facts)}{revoke}")
