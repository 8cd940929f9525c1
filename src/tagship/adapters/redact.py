"""The second line of defence: takes secrets out of text before anybody sees it."""

import base64
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import NoReturn, SupportsIndex, TypeVar, cast
from urllib.parse import quote, quote_plus

from tagship.domain.credential import Credential, Secret, SecretLeakError
from tagship.errors import TagshipError

T = TypeVar("T")

DEFAULT_USERNAME = "__token__"

SHORTEST_HIDDEN = 8
"""In characters; to hide a value below this would hide ordinary words."""

# Below this, the middle of an encoding is too short to tell a secret from an ordinary word.
_SHORTEST_CORE = 8

_BLOCK = 12
SHORTEST_PIECE = 2 * _BLOCK
"""In characters; a part of a secret that is as long is hidden wherever it was cut or broken off. What the tokens of one
index have in common at their beginning is shorter."""

# What nobody told us of, such as a token that another program put into its complaint; names that begin like a token
# are shorter by far.
_TOKEN = re.compile(
    r"pypi-[A-Za-z0-9_-]{60,}=*"
    # A placeholder of the documentation is of one kind of letters.
    r"|(?:gh[pousr]_|github_pat_|glpat-)(?=[\w-]*\d)(?=[\w-]*[A-Z])(?=[\w-]*[a-z])[\w-]{20,255}"
)

_BITS_PER_BYTE = 8
_BITS_PER_DIGIT = 6


class Redactor:
    """Replaces every spelling of its secrets by where they came from, and tokens that nobody told it of.

    A plain Secret is taken to go with the user name `__token__`. Text should be handed over whole: of a secret that
    was cut in two or broken into lines the parts are found, but for those below SHORTEST_PIECE. An empty secret is
    nothing and is ignored.
    """

    __slots__ = ("__pattern", "__replacements", "__runs")

    def __init__(self, secrets: Iterable[Secret | Credential] = ()) -> None:
        self.__replacements: dict[str, str] = {}
        self.__runs: dict[str, str] = {}
        for secret in secrets:
            self.__learn(secret)
        # Longest first: a spelling that holds another one must win, or its rest would stay behind.
        longest_first = sorted(self.__replacements, key=len, reverse=True)
        self.__pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def __learn(self, secret: Secret | Credential) -> None:
        held, username = (secret, DEFAULT_USERNAME) if isinstance(secret, Secret) else (secret.secret, secret.username)
        value = held.reveal()
        if not value:
            return
        shown = f"[secret from {held.origin}]"
        for spelling in _spellings(value, username):
            self.__replacements.setdefault(spelling, shown)
        for run in _runs(value, username):
            self.__runs.setdefault(run, shown)

    def redact(self, text: str) -> str:
        """The text, with the origin in place of each secret, and without what looks like an index's token."""
        if self.__pattern is not None:
            text = self.__pattern.sub(lambda found: self.__replacements[found.group()], text)
        if len(text) >= SHORTEST_PIECE:
            for run, shown in self.__runs.items():
                text = _without_pieces(text, run, shown)
        return _TOKEN.sub("[token]", text)

    def cleaned(self, value: T) -> T:
        """A value with every text in it redacted, however deep; the very same one where there was nothing to hide.

        For what is rendered: a format may write a secret in letters of its own, escaped, or cut it in two.
        """
        whole = "\n".join(_texts(value))
        return value if self.redact(whole) == whole else cast("T", self.__cleaned(value))

    def __cleaned(self, value: object) -> object:
        match value:
            case str():
                return self.redact(value)
            case Path():
                return Path(self.redact(str(value)))
            case tuple() | list() | set() | frozenset():
                return type(value)(map(self.__cleaned, value))
            case Mapping():
                return {self.__cleaned(key): self.__cleaned(held) for key, held in value.items()}
            case _:
                return self.__with_clean_parts(value)

    def __with_clean_parts(self, value: object) -> object:
        """A copy made past the constructor, which might refuse what is no name or address any more."""
        parts = _parts(value)
        if not parts:
            return value
        other = type(value).__new__(type(value))
        for name, held in parts.items():
            object.__setattr__(other, name, self.__cleaned(held))
        return other

    def __repr__(self) -> str:
        return f"<redactor of {len(set(self.__replacements.values()))} secrets>"

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> NoReturn:
        raise SecretLeakError("a redactor holds secrets, and neither copies nor stores them")


def _texts(value: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    match value:
        case str() | Path():
            yield str(value)
        case tuple() | list() | set() | frozenset():
            for each in value:
                yield from _texts(each)
        case Mapping():
            for key, held in value.items():
                yield from _texts(key)
                yield from _texts(held)
        case _:
            for held in _parts(value).values():
                yield from _texts(held)


def _parts(value: object) -> Mapping[str, object]:
    """What an error or a record of the domain consists of; nothing for anything else."""
    if isinstance(value, TagshipError):
        return {**vars(value), "args": value.args}
    if isinstance(value, type) or not is_dataclass(value):
        return {}
    return {each.name: getattr(value, each.name) for each in fields(value)}


def _runs(value: str, username: str) -> Iterator[str]:
    """What parts of a secret are recognised by: the value, and base64 of it in both alphabets at any alignment."""
    pair = f"{username}:{value}".encode("utf-8", "surrogateescape")
    cores = (
        _core(alphabet(bytes(before) + pair).decode(), before, len(pair))
        for alphabet in (base64.b64encode, base64.urlsafe_b64encode)
        for before in range(3)
    )
    # Of a short one, a part of its base64 is mostly the user name.
    yield from (run for run in (value, *cores) if len(value) >= SHORTEST_PIECE)


def _without_pieces(text: str, run: str, shown: str) -> str:
    """The text without what stands in a run of characters and is SHORTEST_PIECE long: a whole block is in each."""
    for start in range(0, len(run) - _BLOCK + 1, _BLOCK):
        block = run[start : start + _BLOCK]
        at = text.find(block)
        while at >= 0:
            before = _alike(reversed(text[max(at - start, 0) : at]), reversed(run[:start]))
            after = _alike(text[at : at + len(run)], run[start:])
            if before + after >= SHORTEST_PIECE:
                text = f"{text[: at - before]}{shown}{text[at + after :]}"
                at = at - before + len(shown) - 1
            at = text.find(block, at + 1)
    return text


def _alike(one: Iterable[str], other: Iterable[str]) -> int:
    """How many characters two texts have in common at their beginning."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _spellings(value: str, username: str) -> Iterator[str]:
    """Every way in which a value is likely to be written; never an empty one."""
    pair = f"{username}:{value}"
    for text in (pair, value):
        yield from _quoted(text)
        yield from _encoded(text.encode("utf-8", "surrogateescape"))


def _quoted(text: str) -> Iterator[str]:
    yield text
    yield from (json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1])
    raw = text.encode("utf-8", "surrogateescape")
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield quoted
        yield re.sub("%[0-9A-F]{2}", lambda escape: escape.group().lower(), quoted)


def _encoded(raw: bytes) -> Iterator[str]:
    """Base64 in both alphabets: whole, with and without padding, and from the middle of something longer."""
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        whole = alphabet(raw).decode()
        yield whole
        yield whole.rstrip("=")
        for before in range(3):
            core = _core(alphabet(bytes(before) + raw).decode(), before, len(raw))
            if len(core) >= _SHORTEST_CORE:
                yield core


def _core(encoded: str, before: int, length: int) -> str:
    """The digits that depend on nothing but the secret, `before` bytes into the encoded text."""
    first = -(-before * _BITS_PER_BYTE // _BITS_PER_DIGIT)
    last = (before + length) * _BITS_PER_BYTE // _BITS_PER_DIGIT
    return encoded[first:last]
