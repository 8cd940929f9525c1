"""Secrets made up on the spot, and the proof that one of them got nowhere."""

import base64
import random
import traceback
from urllib.parse import quote, quote_plus

from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import Endpoints

ORIGIN = "TAGSHIP_TOKEN"


def macaroon(index: Endpoints, seed: int = 1, *, identifier_length: int = 36) -> str:
    """A token of an index as far as it can be seen from outside."""
    assert index.token_prefix is not None
    prefix, _, start = index.token_prefix.partition("-")
    location = base64.urlsafe_b64decode(start + "=" * (-len(start) % 4))[3:].rstrip(b"\0")
    chance = random.Random(seed)
    identifier = bytes(chance.choices(b"0123456789abcdef", k=identifier_length))
    raw = b"".join(
        [
            bytes([2, 1, len(location)]),
            location,
            b"\x02",
            _varint(identifier_length),
            identifier,
            b"\0\0\x06\x20",
            chance.randbytes(32),
        ]
    )
    return f"{prefix}-{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number % 128 + 128, number // 128])


def planted(seed: int = 1, length: int = 60) -> str:
    """A secret of no index, with characters that every encoding changes."""
    return "".join(random.Random(seed).choices('abcdefghijkXYZ0123456789/+=~ü"', k=length))


def credential(value: str, username: str = "__token__") -> Credential:
    return Credential(username, Secret(value, origin=ORIGIN))


def spellings(value: str, username: str = "__token__") -> list[str]:
    """How a secret could turn up, found independently of what redacts it; pieces of it count."""
    pair = base64.b64encode(f"{username}:{value}".encode()).decode()
    return [value, value[8:-8], quote(value, safe=""), quote_plus(value), pair, pair[20:-8]]


def trail(error: BaseException) -> str:
    """Everything that an exception and its causes would show."""
    shown = ["".join(traceback.format_exception(error))]
    step: BaseException | None = error
    while step is not None:
        shown += [str(step), repr(step), repr(step.args), repr(vars(step))]
        step = step.__cause__ or step.__context__
    return "\n".join(shown)


def assert_hidden(value: str, *texts: str) -> None:
    for text in texts:
        for spelling in spellings(value):
            assert spelling not in text
