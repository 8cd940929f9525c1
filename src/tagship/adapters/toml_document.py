"""A TOML file as its table and as its text, so that what is wrong in it can be pointed at."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tagship.errors import ConfigError, Edit, InFile

_AT_LINE = re.compile(r"\(at line (\d+), column (\d+)\)")
_MARK = "-is-found-here"
_MOST_ATTEMPTS = 200

# tomllib joins the parts of a key one by one, each time from the start, and would work for hours on such a one.
_ENDLESS_KEY = re.compile(r"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){500}""", re.ASCII)
_REMEMBERED = 16
"""Documents that are kept parsed: several questions of one run are answered by the same file."""

Key = str | int
"""A step into a document: a key of a table, or an index into an array of tables."""


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """One parsed file; `path` is relative to the root of the tree it came from."""

    path: str
    text: str
    data: Mapping[str, object]

    @classmethod
    def parse(cls, path: str, content: bytes) -> "TomlDocument":
        """Read a document; raises ConfigError with the line and column of what is broken."""
        text = decode(path, content)
        try:
            return cls(path, text, parsed(text))
        except RecursionError:
            raise ConfigError(
                f"{path} nests its values too deep to be read",
                where=InFile(path),
                remedy=Edit(f"flatten the deeply nested value in {path}"),
            ) from None
        except ValueError as error:
            raise _broken(path, text, error) from None

    def table(self, *keys: Key) -> Mapping[str, object]:
        """The table at these keys, empty where there is none; raises ConfigError for anything but a table."""
        value = self.value(*keys)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise self.wrong(f"{_spelt(keys)} in {self.path} is not a table", *keys)
        return value

    def string(self, *keys: Key) -> str | None:
        """The text at these keys, None where there is none; raises ConfigError for anything but text."""
        value = self.value(*keys)
        if value is None or isinstance(value, str):
            return value
        raise self.wrong(f"{_spelt(keys)} in {self.path} is not a string", *keys)

    def strings(self, *keys: Key) -> tuple[str, ...]:
        """The list of texts at these keys, empty where there is none; raises ConfigError for anything else."""
        value = self.value(*keys)
        if value is None:
            return ()
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return tuple(value)
        raise self.wrong(f"{_spelt(keys)} in {self.path} is not a list of strings", *keys)

    def value(self, *keys: Key) -> object:
        """Whatever stands at these keys, or None; raises ConfigError where a step on the way is no table."""
        found: object = self.data
        for step, key in enumerate(keys):
            if isinstance(found, list) and isinstance(key, int):
                found = found[key] if key < len(found) else None
            elif isinstance(found, dict) and isinstance(key, str):
                found = found.get(key)
            else:
                raise self.wrong(f"{_spelt(keys[:step])} in {self.path} is not a table", *keys[:step])
            if found is None:
                return None
        return found

    def where(self, *keys: Key) -> InFile:
        """The place of a key; without a line where the spelling of the document hides it.

        tomllib keeps no places, so each spot where the key's text stands is renamed in turn until the
        parsed document says that this was the one.
        """
        *parents, key = keys
        for spot in self._spots(str(key)):
            if self._is_at(spot, str(key), tuple(parents)):
                start = self.text.rfind("\n", 0, spot) + 1
                return InFile(self.path, self.text.count("\n", 0, spot) + 1, spot - start + 1)
        return InFile(self.path)

    def wrong(self, message: str, *keys: Key, remedy: Edit | None = None) -> ConfigError:
        """The error that says so at the place of a key."""
        where = self.where(*keys) if keys else InFile(self.path)
        return ConfigError(message, where=where, remedy=remedy or Edit(f"correct {_spelt(keys)} in {self.path}"))

    def _spots(self, key: str) -> Iterator[int]:
        """Offsets where the text of a key stands, those at the start of a line first."""
        found = [match.start() for match in re.finditer(rf"(?<![\w-]){re.escape(key)}(?![\w-])", self.text)]
        found.sort(key=lambda spot: self.text[self.text.rfind("\n", 0, spot) + 1 : spot].strip(" \t\"'[") != "")
        yield from found[:_MOST_ATTEMPTS]

    def _is_at(self, spot: int, key: str, parents: tuple[Key, ...]) -> bool:
        renamed = self.text[:spot] + key + _MARK + self.text[spot + len(key) :]
        try:
            document = TomlDocument(self.path, renamed, tomllib.loads(renamed))
        except (ValueError, RecursionError):
            return False
        found: object = document.data
        for step in parents:
            if isinstance(found, dict) and isinstance(step, str):
                found = found.get(step)
            elif isinstance(found, list) and isinstance(step, int) and step < len(found):
                found = found[step]
            else:
                return False
        return isinstance(found, dict) and key + _MARK in found


@lru_cache(maxsize=_REMEMBERED)
def parsed(text: str) -> Mapping[str, object]:
    """The table of a document, which whoever asks must leave as it is.

    Raises ValueError, and RecursionError where it nests too deep.
    """
    if _ENDLESS_KEY.search(text):
        raise RecursionError
    return tomllib.loads(text)


def decode(path: str, content: bytes) -> str:
    """The text of a UTF-8 file; raises ConfigError with the line of the first byte that is none."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        raise ConfigError(
            f"{path} is not UTF-8: byte {error.object[error.start]:#04x} is no part of a character",
            where=InFile(path, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1),
            remedy=Edit(f"save {path} as UTF-8"),
        ) from None


def _broken(path: str, text: str, error: ValueError) -> ConfigError:
    """What tomllib says, with the place that before Python 3.14 stands in its message alone."""
    message = str(error)
    place = _AT_LINE.search(message)
    where = InFile(path, int(place[1]), int(place[2])) if place else InFile(path)
    reason = message.partition(" (at ")[0]
    if message.endswith("(at end of document)"):
        where = InFile(path, text.count("\n") + 1)
        reason += " before the end of the file"
    if text.startswith("\ufeff"):
        reason = "it starts with a byte order mark, which TOML does not allow"
    return ConfigError(
        f"{path} is not TOML: {reason[:1].lower()}{reason[1:]}",
        where=where,
        remedy=Edit(f"correct {where}"),
    )


def _spelt(keys: tuple[Key, ...]) -> str:
    return ".".join(str(key) for key in keys) or "the document"
