"""Where the index's token comes from, and how it looks from outside."""

import base64
import binascii
import re
from collections.abc import Mapping
from typing import TextIO

from tagship.adapters.redact import DEFAULT_USERNAME
from tagship.domain.credential import Credential, Secret, TokenFlaw, TokenShape
from tagship.domain.endpoints import KNOWN, Endpoints

TOKEN_VARIABLE = "TAGSHIP_TOKEN"  # noqa: S105 -- the name of a variable
USERNAME_VARIABLE = "TAGSHIP_USERNAME"
STANDARD_INPUT = "standard input"

_PREFIX = "pypi-"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)
_LONGEST_INPUT = 64 * 1024

# The binary layout of a version 2 macaroon: the version, then fields of type, length and content.
_MACAROON_VERSION = 2
_LOCATION = 1
_IDENTIFIER = 2
_SEVEN_BITS = 0x7F
_LONGEST_VARINT = 4


def token_from_environment(environ: Mapping[str, str], index: Endpoints) -> tuple[TokenShape, Credential | None]:
    """The credential in TAGSHIP_TOKEN and TAGSHIP_USERNAME; None beside a shape that has a flaw.

    An index without a known token prefix takes any secret that is not empty and has no stray characters.
    """
    username = environ.get(USERNAME_VARIABLE) or DEFAULT_USERNAME
    return _examined(environ.get(TOKEN_VARIABLE), username, index, origin=TOKEN_VARIABLE)


def token_from_stdin(
    stream: TextIO, index: Endpoints, *, username: str = DEFAULT_USERNAME
) -> tuple[TokenShape, Credential | None]:
    """The credential on a stream, where one line end after it is not part of it."""
    try:
        text = stream.read(_LONGEST_INPUT + 1)
    except UnicodeDecodeError:
        return TokenShape(STANDARD_INPUT, TokenFlaw.NOT_A_TOKEN), None
    if len(text) > _LONGEST_INPUT:
        return TokenShape(STANDARD_INPUT, TokenFlaw.NOT_A_TOKEN), None
    value = text.removesuffix("\n").removesuffix("\r") if text else None
    return _examined(value, username, index, origin=STANDARD_INPUT)


def _examined(
    value: str | None, username: str, index: Endpoints, *, origin: str
) -> tuple[TokenShape, Credential | None]:
    if value is None:
        return TokenShape(origin, TokenFlaw.ABSENT), None
    issuer = _issuer_of(value.strip())
    flaw = _flaw_in(value, issuer, index)
    shape = TokenShape(origin, flaw, None if issuer is None else issuer.name)
    if flaw is not None:
        return shape, None
    return shape, Credential(username, Secret(value, origin=origin))


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
    if index.token_prefix is None or value.startswith(index.token_prefix):
        return None if index.token_prefix is None or _is_macaroon(value) else TokenFlaw.NOT_A_TOKEN
    if issuer is not None:
        return TokenFlaw.OTHER_INDEX
    return TokenFlaw.NOT_A_TOKEN


def _is_macaroon(value: str) -> bool:
    """Whether a value is the prefix and a version 2 macaroon, as far as location and identifier go."""
    encoded = value.removeprefix(_PREFIX)
    if _BASE64URL.fullmatch(encoded) is None:
        return False
    bare = encoded.rstrip("=")
    try:
        raw = base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return False
    if raw[:1] != bytes([_MACAROON_VERSION]):
        return False
    after_location = _end_of_field(raw, 1, _LOCATION)
    return after_location is not None and _end_of_field(raw, after_location, _IDENTIFIER) is not None


def _end_of_field(raw: bytes, start: int, kind: int) -> int | None:
    """Where the field that begins at `start` ends, or None where no such field with content is."""
    if raw[start : start + 1] != bytes([kind]):
        return None
    length = shift = 0
    for position, byte in enumerate(raw[start + 1 : start + 1 + _LONGEST_VARINT], start + 2):
        length |= (byte & _SEVEN_BITS) << shift
        shift += 7
        if byte <= _SEVEN_BITS:
            return position + length if 0 < length <= len(raw) - position else None
    return None
