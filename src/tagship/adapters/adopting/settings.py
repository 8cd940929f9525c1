"""Adds keys to a project's configuration, as text: no other character of the file changes, and no key that is there."""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from tagship.adapters.toml_document import TomlDocument, decode
from tagship.errors import Edit, FactUnknown, InFile

TABLE = ("tool", "tagship")
_HEADER = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*tagship[ \t]*\][ \t]*(?:#[^\n]*)?\r?\n?", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def with_settings(path: str, content: bytes, keys: Mapping[str, object], table: Sequence[str] = TABLE) -> bytes:
    """A TOML file with more keys in one of its tables, which is made where there is none; what is there stays.

    `table` is empty for a file that is all configuration. Raises ConfigError for a file that is no TOML, and
    FactUnknown where the keys cannot be put in so that the file says just that and what it said before.
    """
    document = TomlDocument.parse(path, content)
    there = document.table(*table)
    new = {key: value for key, value in keys.items() if key not in there}
    if not new:
        return content
    text = decode(path, content)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = [f"{_key(key)} = {toml_value(value)}{newline}" for key, value in new.items()]
    added = _added(text, lines, newline, table)
    wanted = _merged(document.data, table, new)
    try:
        said: Mapping[str, object] | None = tomllib.loads(added)
    except ValueError:
        said = None
    if said != wanted:
        told = "".join(lines).replace("\r\n", "\n").rstrip("\n").replace("\n", ", ")
        raise FactUnknown(
            f"{path} is written in a way in which nothing can be added to it safely",
            where=InFile(path),
            remedy=Edit(f"write {told} under [{'.'.join(table)}] by hand" if table else f"write {told}"),
        )
    return added.encode("utf-8")


def _added(text: str, lines: Sequence[str], newline: str, table: Sequence[str]) -> str:
    header = _HEADER.search(text) if table else None
    if header is not None:
        start = header.end()
        opened = text[:start] if text[:start].endswith("\n") else text[:start] + newline
        return opened + "".join(lines) + text[start:]
    whole = text if text.endswith("\n") or not text else text + newline
    if not table:
        # Before the first table: what stands behind one is in it.
        first = re.search(r"^[ \t]*\[", whole, re.MULTILINE)
        at = first.start() if first else len(whole)
        return whole[:at] + "".join(lines) + (newline if first else "") + whole[at:]
    return whole + (newline if whole else "") + f"[{'.'.join(table)}]{newline}" + "".join(lines)


def _merged(data: Mapping[str, object], table: Sequence[str], new: Mapping[str, object]) -> Mapping[str, object]:
    """What the file says with the keys in it."""
    if not table:
        return {**data, **new}
    first, *rest = table
    inner = data.get(first)
    return {**data, first: _merged(inner if isinstance(inner, dict) else {}, rest, new)}


def toml_value(value: object) -> str:
    """A value as TOML spells it: a text, a list, or a table of texts."""
    match value:
        case list() | tuple():
            return f"[{', '.join(map(toml_value, value))}]"
        case dict():
            return "{ " + ", ".join(f"{_key(str(key))} = {toml_value(each)}" for key, each in value.items()) + " }"
        case str() if "\\" in value and "'" not in value and value.isprintable():
            return f"'{value}'"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case _:
            message = f"{value!r} is no value of a setting"
            raise TypeError(message)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
