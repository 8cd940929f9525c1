"""What is read of a configuration file piece by piece, each with the error that says where it is wrong."""

import re
import shlex
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import PurePosixPath

from tagship.adapters.toml_document import Key, TomlDocument
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class Reader:
    """One file being read; `home` leads to tagship's own table in it, and keys are given from there.

    Whatever it reads, it raises ConfigError for what is of another kind, with the line and what to write instead.
    """

    def __init__(self, document: TomlDocument, home: tuple[str, ...]) -> None:
        self._document = document
        self._home = home

    @property
    def path(self) -> str:
        """The name of the file."""
        return self._document.path

    def wrong(self, message: str, *keys: Key, hint: str | None = None) -> ConfigError:
        """The error that says so at the place of a key; not raised yet."""
        return self._document.wrong(message, *self._home, *keys, remedy=Edit(hint) if hint else None)

    def value(self, *keys: Key) -> object:
        """Whatever stands there, or None."""
        return self._document.value(*self._home, *keys)

    def table(self, *keys: Key) -> Mapping[str, object]:
        """The table that stands there, empty where there is none."""
        return self._document.table(*self._home, *keys)

    def tables(self, key: str) -> range:
        """The numbers by which the tables of an array are reached."""
        found = self.value(key)
        if found is None:
            return range(0)
        if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
            raise self.wrong(f"{key} is not an array of tables", key, hint=f"write [[tool.tagship.{key}]]")
        return range(len(found))

    def only_known(self, table: tuple[Key, ...], known: tuple[str, ...]) -> None:
        """Refuse a key that is not one of those that are known, and name the nearest."""
        for key in self.table(*table):
            if key not in known:
                where = ".".join(("tool.tagship", *(step for step in table if isinstance(step, str))))
                raise self.wrong(f"{key!r} is not a key of {where}", *table, key, hint=nearest(key, known))

    def text(self, *keys: Key) -> str | None:
        """A text that is not empty, or None where there is none."""
        value = self._document.string(*self._home, *keys)
        if value is not None and not value.strip():
            raise self.wrong(f"{keys[-1]} is empty", *keys)
        return value

    def needed(self, *keys: Key) -> str:
        """A text that has to be there."""
        text = self.text(*keys)
        if text is None:
            owner = ".".join(step for step in keys[:-1] if isinstance(step, str))
            place = keys[:-1] if isinstance(keys[-2], str) else keys[:-2]
            raise self.wrong(f"{owner} has no {keys[-1]}", *place)
        return text

    def texts(self, *keys: Key) -> tuple[str, ...]:
        """A list of texts, none of them empty; empty itself where there is none."""
        found = self._document.strings(*self._home, *keys)
        if not all(text.strip() for text in found):
            raise self.wrong(f"{keys[-1]} holds an empty text", *keys)
        return found

    def choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        """One of some words, or None."""
        value = self.text(key)
        if value is not None and value not in choices:
            told = "an address" if "://" in value else repr(value)  # which may hold a password, and is not quoted
            raise self.wrong(f"{key} is {told}", key, hint=nearest(value, choices))
        return value

    def template(self, *keys: Key) -> TagTemplate | None:
        """How tags are spelt, or None."""
        text = self.text(*keys)
        try:
            return None if text is None else TagTemplate(text)
        except ValueError as wrong:
            raise self.wrong(str(wrong), *keys, hint='write tag = "v{version}"') from wrong

    def command(self, *keys: Key) -> tuple[str, ...] | None:
        """A command without a shell: a text that is split as a shell would, or a list of its words; or None."""
        value = self.value(*keys)
        if value is None:
            return None
        if isinstance(value, list):
            words: tuple[str, ...] = self.texts(*keys)
        else:
            text = self.text(*keys) or ""
            try:
                words = tuple(shlex.split(text))
            except ValueError as wrong:
                raise self.wrong(f"{keys[-1]} cannot be split into words: {str(wrong).lower()}", *keys) from None
        if not words:
            raise self.wrong(f"{keys[-1]} names no command", *keys)
        return words

    def whole(self, key: str, allowed: range) -> int | None:
        """A whole number within bounds, or None."""
        value = self.value(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
            raise self.wrong(f"{key} is no whole number from {allowed[0]} to {allowed[-1]}", key)
        return value

    def inside(self, path: str, *keys: Key) -> str:
        """A path below the project's directory, with forward slashes; `keys` is where it was read."""
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or "\\" in path:
            hint = "write a path from the project's directory, with forward slashes"
            raise self.wrong(f"{path} is no path inside the project", *keys, hint=hint)
        return parts.as_posix()

    def sentence(self, key: str, *placeholders: str) -> str | None:
        """A text in which nothing but some placeholders stand in braces, or None."""
        text = self.text(key)
        for name in _PLACEHOLDER.findall(text or ""):
            if name not in placeholders:
                message = f"{key} holds {{{name}}}, and nothing is put there"
                known = " or ".join(f"{{{each}}}" for each in placeholders)
                raise self.wrong(message, key, hint=f"write {known}, or no braces")
        return text


def nearest(word: str, known: Iterable[str]) -> str:
    """The hint for a word that is not known."""
    choices = tuple(known)
    near = get_close_matches(word, choices, n=1)
    return f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(choices)}"
