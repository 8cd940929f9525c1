"""Things that look like live credentials, made when the tests run, and no two runs' alike."""

import base64
import json
import random
import string
import zlib
from collections.abc import Iterable

from tagship.domain.macaroon import Macaroon, encode, sign

LETTERS = string.ascii_letters + string.digits
BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase


def project_ids_caveat(ids: Iterable[str]) -> bytes:
    """Good for the projects of these numbers, as an index writes it."""
    return json.dumps([2, list(ids)]).encode()


def user_caveat(user: str) -> bytes:
    """Good in the hands of one user, by number, as an index writes it."""
    return json.dumps([3, user]).encode()


class Mint:
    """One seed, any number of credentials."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def some(self, length: int, letters: str = LETTERS) -> str:
        return "".join(self.random.choice(letters) for _ in range(length - 3)) + "aZ7"

    def index_token(self, *, caveats: int = 1) -> str:
        macaroon = Macaroon("index.example", self.random.randbytes(36), (), sign(self.random.randbytes(32), [b"x"]))
        for number in range(caveats):
            macaroon = macaroon.narrowed(f'[1, ["demo-{number}"]]'.encode())
        return encode(macaroon)

    def with_checksum(self, prefix: str) -> str:
        body = self.some(30)
        number, digits = zlib.crc32(body.encode()), ""
        while number:
            number, digit = divmod(number, 62)
            digits = BASE62[digit] + digits
        return prefix + body + digits.rjust(6, "0")

    def base32(self, length: int) -> str:
        return "".join(self.random.choice(string.ascii_uppercase + "234567") for _ in range(length))

    def key(self, label: str, size: int = 600) -> list[str]:
        """The lines of a PEM block with a body of the right structure and of no meaning."""
        noise = self.random.randbytes(size)
        raw = b"\x30\x82" + size.to_bytes(2, "big") + noise
        if label == "OPENSSH ":
            raw = b"openssh-key-v1\0" + noise
        elif label == "PGP ":
            raw = b"\x95" + noise
        text = base64.b64encode(raw).decode()
        tail = " BLOCK" if label == "PGP " else ""
        body = [text[start : start + 64] for start in range(0, len(text), 64)]
        return [f"-----BEGIN {label}PRIVATE KEY{tail}-----", *body, f"-----END {label}PRIVATE KEY{tail}-----"]
