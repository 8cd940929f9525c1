"""Upload tokens as an index makes and judges them: macaroons that a holder can narrow but not widen.

A token is `pypi-` and the base64url of a macaroon in its second binary form: a version byte, then the fields
location, identifier, caveats and signature, each as (type, length, bytes). The signature is a chain of
HMAC-SHA256 over the identifier and each caveat, which is why anybody can add a caveat and nobody can take one away.
"""

import base64
import binascii
import hmac
import json
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

PREFIX = "pypi-"
VERSION = 2
LONGEST_VARINT = 4
_ROOT_KEY_LABEL = b"macaroons-key-generator"


class _Field(IntEnum):
    END = 0
    LOCATION = 1
    IDENTIFIER = 2
    SIGNATURE = 6


class _Caveat(IntEnum):
    """The first element of a caveat, which says how to read the others."""

    EXPIRATION = 0
    PROJECT_NAMES = 1


class NotATokenError(ValueError):
    """A text that no index ever issued as a token."""


@dataclass(frozen=True, slots=True)
class Macaroon:
    """A token, opened."""

    identifier: str
    caveats: tuple[bytes, ...]
    signature: bytes


@dataclass(frozen=True, slots=True)
class Issued:
    """What the index remembers of a token that it made: the key, never the token."""

    key: bytes
    user: str


def encode(location: str, macaroon: Macaroon) -> str:
    """The text of a token."""
    parts = [bytes([VERSION]), _field(_Field.LOCATION, location.encode())]
    parts += [_field(_Field.IDENTIFIER, macaroon.identifier.encode()), b"\0"]
    parts += [_field(_Field.IDENTIFIER, caveat) + b"\0" for caveat in macaroon.caveats]
    parts += [b"\0", _field(_Field.SIGNATURE, macaroon.signature)]
    return PREFIX + base64.urlsafe_b64encode(b"".join(parts)).rstrip(b"=").decode()


def decode(text: str) -> Macaroon:
    """Open a token; raises NotATokenError."""
    prefix, found, body = text.strip().partition("-")
    if not found or prefix + "-" != PREFIX:
        raise NotATokenError("does not begin as a token does")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotATokenError("is not base64") from error
    if raw[:1] != bytes([VERSION]):
        raise NotATokenError("is of another version")
    return _assemble(list(_fields(raw[1:])))


def _assemble(fields: list[tuple[int, bytes]]) -> Macaroon:
    kinds = [kind for kind, _ in fields]
    values = [value for _, value in fields]
    head, caveats, tail = kinds[:3], kinds[3:-2], kinds[-2:]
    if head != [_Field.LOCATION, _Field.IDENTIFIER, _Field.END] or tail != [_Field.END, _Field.SIGNATURE]:
        raise NotATokenError("has no identifier, or no signature")
    if caveats != [_Field.IDENTIFIER, _Field.END] * (len(caveats) // 2):
        raise NotATokenError("has a caveat of another kind")
    try:
        identifier = values[1].decode()
    except UnicodeDecodeError as error:
        raise NotATokenError("has no identifier") from error
    return Macaroon(identifier, tuple(values[3:-2:2]), values[-1])


def _field(kind: _Field, value: bytes) -> bytes:
    length, size = bytearray(), len(value)
    while True:
        size, low = size >> 7, size & 0x7F
        length.append(low | (0x80 if size else 0))
        if not size:
            return bytes([kind]) + bytes(length) + value


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(raw):
        kind, place = raw[place], place + 1
        if kind == _Field.END:
            yield kind, b""
            continue
        size, place = _varint(raw, place)
        if place + size > len(raw):
            raise NotATokenError("is cut off")
        yield kind, raw[place : place + size]
        place += size


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    size = 0
    for count, byte in enumerate(raw[place : place + LONGEST_VARINT]):
        size |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 -- the high bit says that more follows
            return size, place + count + 1
    raise NotATokenError("is cut off")


def _sign(key: bytes, messages: Sequence[bytes]) -> bytes:
    signature = hmac.digest(_ROOT_KEY_LABEL, key, "sha256")
    for message in messages:
        signature = hmac.digest(signature, message, "sha256")
    return signature


class TokenDesk:
    """Makes tokens, and says of a token who it is and why it may not do something."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._issued: dict[str, Issued] = {}

    def issue(self, user: str, *, projects: Sequence[str] = (), not_before: int = 0, expires: int | None = None) -> str:
        """A new token; without `projects` it is good for all, without `expires` (seconds since 1970) for ever."""
        identifier, key = str(uuid.uuid4()), secrets.token_bytes(32)
        caveats: list[bytes] = []
        if projects:
            caveats.append(json.dumps([_Caveat.PROJECT_NAMES, list(projects)]).encode())
        if expires is not None:
            caveats.append(json.dumps([_Caveat.EXPIRATION, expires, not_before]).encode())
        self._issued[identifier] = Issued(key, user)
        signature = _sign(key, [identifier.encode(), *caveats])
        return encode(self._location, Macaroon(identifier, tuple(caveats), signature))

    def revoke(self, token: str) -> None:
        """Forget a token, and with it everything that was derived from it."""
        self._issued.pop(decode(token).identifier, None)

    def holder(self, token: str) -> str | None:
        """The user of a token that parses and was never deleted; scope, expiry and signature are not looked at."""
        try:
            issued = self._issued.get(decode(token).identifier)
        except NotATokenError:
            return None
        return None if issued is None else issued.user

    def objections(self, token: str, project: str, now: datetime) -> tuple[str, ...]:
        """Why a token may not be used for a project (by its normalised name) now; empty where it may."""
        macaroon = decode(token)
        issued = self._issued.get(macaroon.identifier)
        if issued is None:
            return ("deleted or nonexistent macaroon",)
        expected = _sign(issued.key, [macaroon.identifier.encode(), *macaroon.caveats])
        if not hmac.compare_digest(expected, macaroon.signature):
            return ("signatures do not match",)
        found = (_objection(caveat, project, now) for caveat in macaroon.caveats)
        return tuple(objection for objection in found if objection is not None)


def _objection(caveat: bytes, project: str, now: datetime) -> str | None:
    try:
        content: object = json.loads(caveat)
    except (ValueError, RecursionError):
        return "unknown error"
    match content:
        case [_Caveat.EXPIRATION, int(expires), int(not_before)]:
            return None if not_before <= now.timestamp() < expires else "token is expired"
        case [_Caveat.PROJECT_NAMES, list(names)]:
            return None if project in names else f"project-scoped token is not valid for project: {project!r}"
        case _:
            return "unknown error"
