"""Macaroons in their second binary form: the bytes that an index's token is made of.

A token is a prefix and the base64url of a version byte, the fields location and identifier, the caveats, and a
signature; each field is (type, length, bytes). The signature is a chain of HMAC-SHA256 over the identifier and each
caveat, which is why anybody can add a caveat, offline, and nobody can take one away.
Source: libmacaroons' version 2 format; https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt.
"""

import base64
import binascii
import hmac
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

PREFIX = "pypi-"
VERSION = 2
LONGEST_VARINT = 4
LONGEST_TOKEN = 64 * 1024
"""Characters; a token has some two hundred."""
_ROOT_KEY_LABEL = b"macaroons-key-generator"
_SEVEN_BITS = 0x7F
_BITS_PER_BYTE = 8
_BITS_PER_DIGIT = 6


class _Field(IntEnum):
    END = 0
    LOCATION = 1
    IDENTIFIER = 2
    SIGNATURE = 6


class NotAMacaroonError(ValueError):
    """A text that no index ever issued as a token; the message completes 'the token'."""


@dataclass(frozen=True, slots=True)
class Macaroon:
    """A token, opened; whoever holds it holds the token, so it is shown to nobody.

    `location` is empty where the index does not name itself in its tokens.
    """

    location: str
    identifier: bytes
    caveats: tuple[bytes, ...]
    signature: bytes
    prefix: str = PREFIX

    def __repr__(self) -> str:
        return f"<macaroon of {self.location!r} with {len(self.caveats)} caveats>"

    def narrowed(self, caveat: bytes) -> "Macaroon":
        """The same with one caveat more; it is refused wherever this one is."""
        signature = hmac.digest(self.signature, caveat, "sha256")
        return replace(self, caveats=(*self.caveats, caveat), signature=signature)


def encode(macaroon: Macaroon) -> str:
    """The text of a token."""
    parts = [bytes([VERSION])]
    parts += [_field(_Field.LOCATION, macaroon.location.encode())] if macaroon.location else []
    parts += [_field(_Field.IDENTIFIER, macaroon.identifier), b"\0"]
    parts += [_field(_Field.IDENTIFIER, caveat) + b"\0" for caveat in macaroon.caveats]
    parts += [b"\0", _field(_Field.SIGNATURE, macaroon.signature)]
    return macaroon.prefix + base64.urlsafe_b64encode(b"".join(parts)).rstrip(b"=").decode()


def decode(text: str, prefix: str = PREFIX) -> Macaroon:
    """Open a token; whitespace around it is for the caller to judge. Raises NotAMacaroonError.

    `prefix` is the word and the hyphen in front, for the tokens of other indexes.
    """
    if not text.startswith(prefix):
        raise NotAMacaroonError(f"does not begin with {prefix}")
    if len(text) > LONGEST_TOKEN:
        raise NotAMacaroonError("is far too long")
    body = text.removeprefix(prefix).rstrip("=")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAMacaroonError("is not base64url after its prefix") from error
    if raw[:1] != bytes([VERSION]):
        raise NotAMacaroonError("is no macaroon of version 2")
    return replace(_assemble(list(_fields(raw[1:]))), prefix=prefix)


def characters_in(text: str) -> int | None:
    """How many characters of a text are the token that it begins with, whatever follows; None where there is none.

    The text is all base64url behind the prefix. What is counted still has to be opened.
    """
    body = text.removeprefix(PREFIX)
    taken = 1
    try:
        for kind, value in _fields(base64.urlsafe_b64decode(body + "A" * (-len(body) % 4))[1:]):
            taken += 1 if kind == _Field.END else len(_field(_Field(kind), value))
            if kind == _Field.SIGNATURE:
                return len(PREFIX) - (-taken * _BITS_PER_BYTE // _BITS_PER_DIGIT)
    except ValueError:  # also of what is no field, and what is cut off
        return None
    return None


def sign(key: bytes, messages: Sequence[bytes]) -> bytes:
    """The signature under a root key, over the identifier and every caveat; only who issued a token has its key."""
    signature = hmac.digest(_ROOT_KEY_LABEL, key, "sha256")
    for message in messages:
        signature = hmac.digest(signature, message, "sha256")
    return signature


def _assemble(fields: list[tuple[int, bytes]]) -> Macaroon:
    if fields and fields[0][0] == _Field.IDENTIFIER and fields[0][1]:
        fields = [(_Field.LOCATION, b""), *fields]
    kinds = [kind for kind, _ in fields]
    values = [value for _, value in fields]
    head, caveats, tail = kinds[:3], kinds[3:-2], kinds[-2:]
    if head != [_Field.LOCATION, _Field.IDENTIFIER, _Field.END] or tail != [_Field.END, _Field.SIGNATURE]:
        raise NotAMacaroonError("is cut off, or has no identifier")
    if caveats != [_Field.IDENTIFIER, _Field.END] * (len(caveats) // 2):
        raise NotAMacaroonError("has a caveat that is none of the index's")
    try:
        location = values[0].decode()
    except UnicodeDecodeError as error:
        raise NotAMacaroonError("has no readable location") from error
    return Macaroon(location, values[1], tuple(values[3:-2:2]), values[-1])


def _field(kind: _Field, value: bytes) -> bytes:
    length, size = bytearray(), len(value)
    while True:
        size, low = size >> 7, size & _SEVEN_BITS
        length.append(low | (_SEVEN_BITS + 1 if size else 0))
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
            raise NotAMacaroonError("is cut off")
        yield kind, raw[place : place + size]
        place += size


def _varint(raw: bytes, place: int) -> tuple[int, int]:
    size = 0
    for count, byte in enumerate(raw[place : place + LONGEST_VARINT]):
        size |= (byte & _SEVEN_BITS) << (7 * count)
        if byte <= _SEVEN_BITS:
            return size, place + count + 1
    raise NotAMacaroonError("is cut off")
