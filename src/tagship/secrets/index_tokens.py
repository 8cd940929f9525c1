"""Tokens of a package index that do not stand in one piece: broken over lines and quotes, or in base64."""

import base64
import re
from itertools import accumulate

from tagship.secrets.signs import is_index_token

_PREFIX = b"pypi-"
_LONGEST = 8_000
"""Characters of a token with many caveats."""

_GAP = rb"(?:\\[nr]|[\s\"'`\\+,#>|*()])"
BROKEN = re.compile(
    # Looked ahead, so that a mere mention does not swallow the token after it; pieces end where another one begins.
    rb"pypi-(?=(" + _GAP + rb"{0,40}AgE[A-Za-z0-9_-]{0,200}"
    rb"(?:" + _GAP + rb"{1,40}(?!pypi-)[A-Za-z0-9_-]{8,200}){0,60}(?:" + _GAP + rb"{1,40}[A-Za-z0-9_-]{1,7})?))"
)
"""The beginning of a token, and whatever may be the rest of it."""
_BETWEEN = re.compile(_GAP + rb"+")

_FOLD = rb"(?:\\n|\r?\n)[ \t]*"
# What `pypi-AgE` is after none, one and two bytes of something else: all that does not depend on these.
_STARTS = (b"cHlwaS1BZ0", b"B5cGktQWdF", b"weXBpLUFnR")
ENCODED = re.compile(
    rb"(?:" + b"|".join(_STARTS) + rb")[A-Za-z0-9+/_-]+(?:" + _FOLD + rb"[A-Za-z0-9+/_-]+){0,200}",
)
"""The same in base64 of either alphabet, folded or not."""
_FOLDS = re.compile(_FOLD)
_TOKEN = re.compile(rb"pypi-[A-Za-z0-9_-]{40,}")
_STANDARD = bytes.maketrans(b"-_", b"+/")


def holds_encoded(content: bytes) -> bool:
    """Whether something begins like a token in base64: three searches, each at the speed of memory."""
    return any(start in content for start in _STARTS)


def is_broken_token(match: re.Match[bytes]) -> bool:
    """Whether pieces that stand one after the other are a token together, and the first alone is none."""
    first, *rest = _BETWEEN.split(match[1])
    if not rest:
        return False
    ends = list(accumulate(map(len, rest), initial=len(_PREFIX) + len(first)))
    return _token_in(_PREFIX + first + b"".join(rest)) in ends[1:]


def is_encoded_token(match: re.Match[bytes]) -> bool:
    """Whether base64 is of a token, whatever stands before and after it."""
    before = next(number for number, start in enumerate(_STARTS) if match[0].startswith(start))
    token = _TOKEN.match(_decoded(_FOLDS.sub(b"", match[0]), before))
    return token is not None and _token_in(token[0]) is not None


def _token_in(text: bytes) -> int | None:
    """How long the token is that a text begins with; None where there is none."""
    from tagship.domain.macaroon import characters_in  # noqa: PLC0415 -- loads what signs; few texts ask

    length = characters_in(text[:_LONGEST].decode("ascii"))
    return length if length is not None and is_index_token(text[:length]) else None


def _decoded(text: bytes, before: int) -> bytes:
    """What base64 stands for from the token on, where it began `before` bytes into a group of three."""
    # The digits that are shared with what came before are lost, and with them the high bits of the first letter.
    whole = b"A" * (before and before + 1) + text.translate(_STANDARD)
    raw = base64.b64decode(whole[: len(whole) // 4 * 4] + _rest(whole))
    return b"p" + raw[before + 1 :]


def _rest(whole: bytes) -> bytes:
    """The digits after the last group of four, padded; a lone one says nothing."""
    digits = whole[len(whole) // 4 * 4 :]
    return digits.ljust(4, b"=") if len(digits) > 1 else b""
