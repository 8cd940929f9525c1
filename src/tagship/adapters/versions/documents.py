"""The spot of one value in a TOML, JSON or INI file, found by the file's own parser.

None of the parsers keeps places. So each spot where the value's text stands is changed in turn, until the parsed
document says that this value, and no other, has changed.
"""

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tagship.adapters.versions.texts import BYTE_ORDER_MARK

Key = str | int
Parser = Callable[[str], object]

_TRIAL: Final = "0.0.0.tried.here"
_BUDGET: Final = 30_000_000
"""Characters that may be parsed for one value."""
_MOST_TRIALS: Final = 200
_QUOTES: Final = ('"', "'")
_LOOK_BACK: Final = 80


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file."""

    text: str
    data: object
    parse: Parser

    def value(self, *keys: Key) -> str | None:
        """The text at these keys; None for anything else."""
        found = _at(self.data, keys)
        return found if isinstance(found, str) else None

    def span(self, *keys: Key) -> tuple[int, int] | None:
        """Between which offsets the text at these keys stands, stripped; None where it is spelt otherwise."""
        value = (self.value(*keys) or "").strip()
        if not value:
            return None
        most = max(2, min(_MOST_TRIALS, _BUDGET // (len(self.text) + 1)))
        for tried, start in enumerate(_spots(self.text, value, str(keys[-1]))):
            if tried == most:
                break
            if self._is_at(start, value, keys):
                return start, start + len(value)
        return None

    def _is_at(self, start: int, value: str, keys: tuple[Key, ...]) -> bool:
        try:
            other = self.parse(self.text[:start] + _TRIAL + self.text[start + len(value) :])
        except (ValueError, RecursionError):
            return False
        return differences(self.data, other) == [keys] and _TRIAL in str(_at(other, keys))


def parse_document(path: str, text: str) -> Document | None:
    """A document by its file's name; None for one that is broken, or of another format."""
    name = path.rpartition("/")[2]
    parse = next((parser for ending, parser in PARSERS.items() if name.endswith(ending)), None)
    if parse is None:
        return None
    try:
        return Document(text, parse(text), parse)
    except (ValueError, RecursionError):
        return None


def parse_toml(text: str) -> object:
    """A TOML document; raises ValueError."""
    return tomllib.loads(text, parse_float=str)


def parse_json(text: str) -> object:
    """A JSON document, past a byte order mark; raises ValueError."""
    loaded: object = json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_float=str)
    return loaded


def parse_ini(text: str) -> object:
    """The options of each section; raises ValueError."""
    import configparser  # noqa: PLC0415 -- slow, and few projects keep such a file

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ValueError(str(error)) from error
    return {name: dict(parser.items(name)) for name in parser.sections()}


PARSERS: Final[Mapping[str, Parser]] = {".toml": parse_toml, ".json": parse_json, ".cfg": parse_ini}
"""By how a file's name ends."""


def differences(one: object, other: object, at: tuple[Key, ...] = ()) -> list[tuple[Key, ...]]:
    """The keys of all values in which two documents differ; those of a table that has other keys, too."""
    if isinstance(one, dict) and isinstance(other, dict) and list(one) == list(other):
        return [keys for key in one for keys in _inner(one[key], other[key], (*at, key))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [keys for index, (left, right) in pairs for keys in _inner(left, right, (*at, index))]
    return [] if one == other and type(one) is type(other) else [at]


def _inner(one: object, other: object, at: tuple[Key, ...]) -> list[tuple[Key, ...]]:
    # Most of a document is equal, and that is soon told.
    return [] if type(one) is type(other) and one == other else differences(one, other, at)


def _at(data: object, keys: tuple[Key, ...]) -> object:
    for key in keys:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _spots(text: str, value: str, key: str) -> Iterator[int]:
    """Where a value's text stands, the likeliest first: behind its key, then alone in quotes, then anywhere else."""
    behind_key = re.compile(rf"""(?:^|[\s"'.{{,]){re.escape(key)}["']?\s*[=:]\s*["']*\s*$""", re.IGNORECASE)
    whole = re.compile(rf"(?<![\w.]){re.escape(value)}(?![\w]|\.\w)")
    quoted, bare = [], []
    for match in whole.finditer(text):
        start = match.start()
        before = text[max(0, start - _LOOK_BACK) : start]
        if behind_key.search(before):
            yield start
        elif before.rstrip().endswith(_QUOTES):
            quoted.append(start)
        else:
            bare.append(start)
    yield from quoted
    yield from bare
