"""How a token looks, which narrower ones follow from it, and how one is handed on: what needs its value.

Where a token comes from is the business of `token_sources`.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TextIO

from tagship.adapters.redact import SHORTEST_HIDDEN
from tagship.domain.caveat import Anatomy, projects_caveat, read_caveat, validity_caveat
from tagship.domain.credential import Credential, Secret, TokenFlaw, TokenShape
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.domain.listeners import OnSecret, unheard
from tagship.domain.macaroon import LONGEST_TOKEN, PREFIX, Macaroon, NotAMacaroonError, decode, encode
from tagship.errors import CredentialHalt, Edit

CLOCKS_DIFFER = 60
"""Seconds by which the clock of an index may be behind ours."""

_ANY_PREFIX = re.compile(r"[a-z]{1,20}-", re.ASCII)


def examine_token(
    value: str | None, username: str, index: Endpoints, *, origin: str, on_flawed: OnSecret = unheard
) -> tuple[TokenShape, Credential | None]:
    """How a value looks as a token of an index, and the credential; None beside a shape that has a flaw.

    An index without a known token prefix takes any secret that is not empty and has no stray characters. What has a
    flaw may be a live token all the same, with a newline after it or for another index: `on_flawed` hears of that.
    """
    if value is None:
        return TokenShape(origin, TokenFlaw.ABSENT), None
    if len(value) > LONGEST_TOKEN:
        return TokenShape(origin, TokenFlaw.NOT_A_TOKEN), None
    issuer = _issuer_of(value.strip())
    issued_by = None if issuer is None else issuer.name
    flaw = _flaw_in(value, issuer, index)
    if flaw is not None:
        for run in _printable_runs(value):
            on_flawed(Secret(run, origin=origin))
        return TokenShape(origin, flaw, issued_by), None
    macaroon = _opened(value)
    anatomy = None if macaroon is None else _anatomy(macaroon)
    return TokenShape(origin, None, issued_by, anatomy), Credential(username, Secret(value, origin=origin))


def narrow(credential: Credential, project: str, seconds: int | None, now: datetime) -> Credential:
    """A token that follows from this one and is good for one project, by its normalised name, and no longer.

    `seconds` from `now` it ends; None leaves it to the index and to what binds it already. Nobody is asked, and
    whoever deletes the original on the index deletes this one with it. Raises CredentialHalt for what is no macaroon.
    """
    macaroon = _opened(credential.secret.reveal())
    if macaroon is None or macaroon.prefix != PREFIX:  # another kind of index has other words for its caveats
        raise CredentialHalt(
            f"{credential.secret.origin} holds no token of the kind that can be narrowed",
            remedy=Edit("make one on the index that is bound to the project"),
        )
    narrowed = macaroon.narrowed(projects_caveat([project]))
    if seconds is not None:
        start = int(now.timestamp())
        narrowed = narrowed.narrowed(validity_caveat(not_before=start - CLOCKS_DIFFER, expires_at=start + seconds))
    origin = f"{credential.secret.origin}, narrowed to {project}"
    return Credential(credential.username, Secret(encode(narrowed), origin=origin))


def hand_over(credential: Credential, stream: TextIO) -> None:
    """Write the bare token to a stream, without a line end, which some stores would keep as a part of it."""
    stream.write(credential.secret.reveal())
    stream.flush()


def _printable_runs(value: str) -> Iterator[str]:
    """What stands between the stray characters of a value, as far as it is too long to be an ordinary word."""
    printable = "".join(letter if letter.isprintable() else "\n" for letter in value)
    yield from (run for part in printable.split("\n") if len(run := part.strip()) >= SHORTEST_HIDDEN)


def _issuer_of(value: str) -> Endpoints | None:
    """The known index whose tokens begin like this."""
    return next(
        (known for known in KNOWN.values() if known.token_prefix and value.startswith(known.token_prefix)), None
    )


def _flaw_in(value: str, issuer: Endpoints | None, index: Endpoints) -> TokenFlaw | None:
    bare = value.strip()
    if not bare:
        return TokenFlaw.EMPTY
    if bare != value:
        return TokenFlaw.WHITESPACE
    if not bare.isprintable():
        return TokenFlaw.CONTROL_CHARACTERS
    if index.token_prefix is None:
        return None
    if value.startswith(index.token_prefix):
        return TokenFlaw.NOT_A_TOKEN if _opened(value) is None else None
    return TokenFlaw.NOT_A_TOKEN if issuer is None else TokenFlaw.OTHER_INDEX


def _opened(value: str) -> Macaroon | None:
    """The macaroon that a value is, whichever index issued it; None for everything else."""
    prefix = _ANY_PREFIX.match(value)
    try:
        return None if prefix is None else decode(value, prefix.group())
    except NotAMacaroonError:
        return None


def _anatomy(macaroon: Macaroon) -> Anatomy:
    return Anatomy(macaroon.location, tuple(map(read_caveat, macaroon.caveats)))
