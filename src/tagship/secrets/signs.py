"""How a credential is told from what merely resembles it: by checksum, by structure, by randomness."""

import base64
import binascii
import math
import re
import zlib
from collections import Counter

_SIGNATURE = 32
"""Bytes of a macaroon's signature."""

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM = 6
"""Digits to the base 62 at the end of a token of GitHub or npm: the CRC32 of the random part."""

_RANDOM_BITS = 3.4
"""Bits per character, by frequency, from which on a text of twenty and more is taken for random."""
_MADE_UP = re.compile(rb"example|sample|dummy|fake|your|x{4}|0{5}|12345|abcde|qwert|\.\.\.", re.IGNORECASE)
_WORDS = frozenset(
    b"password passwd pass secret token test testing none null true false changeme admin root user empty".split()
)
_OTHERWISE_FILLED_IN = (b"$", b"<", b"{", b"%", b"[", b"(")
_SHORTEST_PASSWORD = 4

_SHORTEST_KEY = 40
"""Bytes: a private key on the curve Ed25519 has 48 in its shortest wrapping."""
_ESCAPED_LINE = re.compile(rb"\\r|\\n")
_ESCAPED_AT_END = re.compile(rb"(?:\\r)?\\n(?=[\"'`])")
_CONCATENATION = b"+"
_QUOTED = re.compile(rb"[\"'`]([^\"'`]*)[\"'`]?")
_LEADERS = b" \t\r#*>|"
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_SEQUENCE = 0x30
_LONG_FORM = 0x80
_OPENSSH = b"openssh-key-v1\0"
_PGP_SECRET_KEY = (0x94, 0x95, 0x96, 0x97, 0xC5)
_CIPHER_BLOCK = 8


def is_index_token(text: bytes) -> bool:
    """Whether a text is a whole macaroon behind the prefix of an index's tokens."""
    from tagship.domain.macaroon import NotAMacaroonError, decode  # noqa: PLC0415 -- loads what signs; few texts ask

    try:
        macaroon = decode(text.decode("ascii"))
    except NotAMacaroonError:
        return False
    return len(macaroon.signature) == _SIGNATURE


def has_checksum(body: bytes) -> bool:
    """Whether the end of a token, without its prefix, is the checksum of the rest."""
    rest, told = zlib.crc32(body[:-_CHECKSUM]), body[-_CHECKSUM:].decode("ascii")
    digits = ""
    while rest:
        rest, digit = divmod(rest, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits.rjust(_CHECKSUM, "0") == told


def is_random(text: bytes) -> bool:
    """Whether a text of twenty letters and digits, or more, looks drawn and not thought up."""
    mixed = any(map(text.__contains__, b"0123456789")) and text.upper() != text and text.lower() != text
    return mixed and _MADE_UP.search(text) is None and _bits(text) >= _RANDOM_BITS


def is_placeholder(value: bytes) -> bool:
    """Whether a password stands for another, which somebody or something will fill in."""
    bare = value.strip().lower()
    return (
        len(bare) < _SHORTEST_PASSWORD
        or bare in _WORDS
        or bare.startswith(_OTHERWISE_FILLED_IN)
        or len(set(bare)) <= 2  # noqa: PLR2004 -- stars, crosses and dots
        or _MADE_UP.search(bare) is not None
    )


def is_private_key(label: bytes, block: bytes) -> bool:
    """Whether what stands between the two lines of a PEM block is a whole private key.

    `label` is the words before `PRIVATE KEY`. The block may be quoted in a program, line by line, or commented.
    """
    encrypted, body = _body(block)
    if _BASE64.fullmatch(body) is None:
        return False
    try:
        raw = base64.b64decode(body + b"=" * (-len(body) % 4))
    except binascii.Error:
        return False
    return len(raw) >= _SHORTEST_KEY and _is_key(label, raw, encrypted=encrypted)


def _is_key(label: bytes, raw: bytes, *, encrypted: bool) -> bool:
    if encrypted:
        return len(raw) % _CIPHER_BLOCK == 0
    if label.startswith(b"OPENSSH"):
        return raw.startswith(_OPENSSH)
    if label.startswith(b"PGP"):
        return raw[0] in _PGP_SECRET_KEY
    return _is_sequence(raw)


def _body(block: bytes) -> tuple[bool, bytes]:
    """Whether the old way of encrypting is told of, and the base64 without what is around it."""
    lines = []
    encrypted = False
    for line in _ESCAPED_LINE.sub(b"\n", _ESCAPED_AT_END.sub(b"", block)).split(b"\n"):
        quoted = _QUOTED.search(line)
        text = (quoted[1] if quoted and quoted[1] else line).strip(_LEADERS).strip(b"\"'`\\,; \t")
        encrypted = encrypted or text.startswith(b"DEK-Info:")
        # Headers, and the checksum that ends an armour of PGP.
        if b":" not in text and text != _CONCATENATION and not text.startswith(b"="):
            lines.append(text)
    return encrypted, b"".join(lines)


def _is_sequence(raw: bytes) -> bool:
    """Whether a DER sequence begins here and is whole."""
    if raw[0] != _SEQUENCE:
        return False
    if raw[1] < _LONG_FORM:
        return len(raw) == raw[1] + 2
    width = raw[1] - _LONG_FORM
    return 0 < width <= 3 and len(raw) == int.from_bytes(raw[2 : 2 + width], "big") + 2 + width  # noqa: PLR2004


def _bits(text: bytes) -> float:
    return -sum(count / len(text) * math.log2(count / len(text)) for count in Counter(text).values())
