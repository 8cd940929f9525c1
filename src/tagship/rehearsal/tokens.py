"""The tokens that the stand-in index issues, and what it says of one that is shown to it."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from tagship.domain.caveat import (
    ProjectIds,
    ProjectNames,
    PublisherOnly,
    Unrecognized,
    UserOnly,
    Validity,
    WholeAccount,
    projects_caveat,
    publisher_caveat,
    read_caveat,
    validity_caveat,
)
from tagship.domain.macaroon import Macaroon, NotAMacaroonError, decode, encode, sign

_USERS = uuid.UUID(int=0)


def user_id(name: str) -> str:
    """The number by which the index knows a user."""
    return str(uuid.uuid5(_USERS, name))


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose a token is: a user's by name, or a trusted publisher's by number."""

    user: str | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """What the index remembers of a token that it made: the key, never the token."""

    key: bytes
    holder: Holder


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a token is shown for: a project by its normalised name and its number.

    `trusts` are the numbers of the project's trusted publishers.
    """

    project: str
    project_id: str = ""
    trusts: frozenset[str] = frozenset()


class TokenDesk:
    """Makes tokens, and says of a token who it is and why it may not do something."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._issued: dict[bytes, Issued] = {}

    def issue(
        self,
        user: str,
        *,
        projects: Sequence[str] = (),
        not_before: int = 0,
        expires: int | None = None,
        caveats: Sequence[bytes] = (),
    ) -> str:
        """A new token of a user; without `projects` it is good for all, without `expires` for ever.

        Times are in seconds since 1970; `caveats` are further ones, as they stand in the token.
        """
        held = list(caveats)
        if projects:
            held.append(projects_caveat(projects))
        if expires is not None:
            held.append(validity_caveat(not_before=not_before, expires_at=expires))
        return self._make(Holder(user=user), held)

    def issue_to_publisher(self, publisher: str, claims: dict[str, str], *, not_before: int, expires: int) -> str:
        """A new token of a trusted publisher, as minting makes it."""
        times = validity_caveat(not_before=not_before, expires_at=expires)
        return self._make(Holder(publisher=publisher), [publisher_caveat(publisher, claims), times])

    def _make(self, holder: Holder, caveats: Sequence[bytes]) -> str:
        identifier, key = str(uuid.uuid4()).encode(), secrets.token_bytes(32)
        self._issued[identifier] = Issued(key, holder)
        return encode(Macaroon(self.location, identifier, tuple(caveats), sign(key, [identifier, *caveats])))

    def revoke(self, token: str) -> None:
        """Forget a token, and with it everything that was derived from it."""
        self._issued.pop(decode(token).identifier, None)

    def holder(self, token: str) -> Holder | None:
        """Whose a token is that parses and was never deleted; scope, expiry and signature are not looked at."""
        try:
            issued = self._issued.get(decode(token.strip()).identifier)
        except NotAMacaroonError:
            return None
        return None if issued is None else issued.holder

    def objections(self, token: str, purpose: Purpose, now: datetime) -> tuple[str, ...]:
        """Why a token may not be used for a project now, in the index's words; empty where it may."""
        macaroon = decode(token.strip())
        issued = self._issued.get(macaroon.identifier)
        if issued is None:
            return ("deleted or nonexistent macaroon",)
        expected = sign(issued.key, [macaroon.identifier, *macaroon.caveats])
        if not compare_digest(expected, macaroon.signature):
            return ("signatures do not match",)
        found = (_objection(caveat, issued.holder, purpose, now) for caveat in macaroon.caveats)
        return tuple(objection for objection in found if objection is not None)


def _objection(raw: bytes, holder: Holder, purpose: Purpose, now: datetime) -> str | None:
    match read_caveat(raw):
        case Validity() as validity:
            in_force = validity.not_before <= now.timestamp() < validity.expires_at
            return None if in_force else "token is expired"
        case ProjectNames() | ProjectIds() as bound:
            return None if _includes(bound, purpose) else _of_another_project(purpose)
        case UserOnly(user):
            mine = holder.user is not None and user == user_id(holder.user)
            return None if mine else "current user does not match user restriction in token"
        case PublisherOnly(publisher):
            return _publisher_objection(publisher, holder, purpose)
        case WholeAccount():
            return None
        case Unrecognized():
            return "unknown error"


def _includes(bound: ProjectNames | ProjectIds, purpose: Purpose) -> bool:
    return purpose.project in bound.names if isinstance(bound, ProjectNames) else purpose.project_id in bound.ids


def _of_another_project(purpose: Purpose) -> str:
    return f"project-scoped token is not valid for project: {purpose.project!r}"


def _publisher_objection(publisher: str, holder: Holder, purpose: Purpose) -> str | None:
    if holder.publisher != publisher:
        return "current OIDC publisher does not match publisher restriction in token"
    return None if publisher in purpose.trusts else f"OIDC scoped token is not valid for project {purpose.project!r}"
