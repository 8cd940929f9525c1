"""Adds keys to a project's configuration, or changes some, as text: no other character of the file changes."""

import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence

from tagship.adapters.toml_document import TomlDocument, decode
from tagship.errors import Edit, FactUnknown, InFile, UsageError

TABLE = ("tool", "tagship")
_HEADER = re.compile(r"^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*tagship[ \t]*\][ \t]*(?:#[^\n]*)?\r?\n?", re.MULTILINE)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_TEXT = r"""(?:"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')[^'\n]*')"""
_BEFORE_KEY = r"(?P<dotted>(?:[\w-]+[ \t]*\.[ \t]*)*)"
_PATH = re.compile(rf"""(?P<indent>^[ \t]*)?{_BEFORE_KEY}["']?\bpath["']?[ \t]*=[ \t]*{_TEXT}""", re.MULTILINE)
_INLINE = re.compile(r"""["']?\bpackages["']?[ \t]*=[ \t]*\{""")


def with_settings(
    path: str,
    content: bytes,
    keys: Mapping[str, object],
    table: Sequence[str] = TABLE,
    *,
    over: Collection[str] = (),
) -> bytes:
    """A TOML file with more keys in one of its tables, which is made where there is none; what is there stays.

    `over` are the keys whose texts are changed where another one is there. `table` is empty for a file that is all
    configuration. Raises ConfigError for a file that is no TOML, FactUnknown where the keys cannot be put in so that
    the file says just that and what it said before, and UsageError where one cannot be changed like that.
    """
    there = TomlDocument.parse(path, content).table(*table)
    for key in over:
        if key in there and key in keys and there[key] != keys[key]:
            content = _with_value(path, content, key, keys[key], table)
    document = TomlDocument.parse(path, content)
    new = {key: value for key, value in keys.items() if key not in there}
    if not new:
        return content
    text = decode(path, content)
    newline = _newline(text)
    lines = [f"{_key(key)} = {toml_value(value)}{newline}" for key, value in new.items()]
    added = _added(text, lines, newline, table)
    wanted = _merged(document.data, table, new)
    if _said(added) != wanted:
        told = "".join(lines).replace("\r\n", "\n").rstrip("\n").replace("\n", ", ")
        raise FactUnknown(
            f"{path} is written in a way in which nothing can be added to it safely",
            where=InFile(path),
            remedy=Edit(f"write {told} under [{'.'.join(table)}] by hand" if table else f"write {told}"),
        )
    return added.encode("utf-8")


def with_packages(
    path: str, content: bytes, entries: Mapping[str, Mapping[str, str]], table: Sequence[str] = TABLE
) -> bytes:
    """A TOML file whose list of packages is there already, with what it lacks of these entries, by their names in it.

    A key that is there stays as it is. What cannot be put in so that the file says just that, and what it said before,
    is left out. Raises ConfigError for a file that is no TOML.
    """
    for name, entry in entries.items():
        at = (*table, "packages", name)
        there = TomlDocument.parse(path, content).table(*at)
        lacking = {key: value for key, value in entry.items() if key not in there}
        text = decode(path, content)
        wanted = _merged(TomlDocument.parse(path, content).data, at, lacking)
        ways = _beside_path(text, lacking) if there else _as_another(text, at, lacking)
        content = next((way for way in ways if _said(way) == wanted), text).encode("utf-8")
    return content


def _beside_path(text: str, keys: Mapping[str, str]) -> Iterator[str]:
    """The text with more keys of a package: behind its path, on the same line or on lines of their own."""
    newline = _newline(text)
    for found in _PATH.finditer(text):
        told = "".join(f", {_key(key)} = {toml_value(value)}" for key, value in keys.items())
        yield text[: found.end()] + told + text[found.end() :]
        before, end = (found["indent"] or "") + found["dotted"], text.find("\n", found.end()) + 1
        lines = "".join(f"{before}{_key(key)} = {toml_value(value)}{newline}" for key, value in keys.items())
        yield text[:end] + lines + text[end:] if end else text + newline + lines


def _as_another(text: str, at: Sequence[str], keys: Mapping[str, str]) -> Iterator[str]:
    """The text with another package: first in a list on one line, or as a table of its own at the end."""
    told = f" {_key(at[-1])} = {toml_value(dict(keys))}"
    for found in _INLINE.finditer(text):
        yield f"{text[: found.end()]}{told},{text[found.end() :]}"
    newline = _newline(text)
    lines = "".join(f"{_key(key)} = {toml_value(value)}{newline}" for key, value in keys.items())
    opened = text if text.endswith("\n") else text + newline
    yield f"{opened}{newline}[{'.'.join(map(_key, at))}]{newline}{lines}"


def _with_value(path: str, content: bytes, key: str, value: object, table: Sequence[str]) -> bytes:
    """The file with another text at a key: wherever such a key stands, it is tried whether it is the one."""
    text, spelt = decode(path, content), toml_value(value)
    wanted = _merged(TomlDocument.parse(path, content).data, table, {key: value})
    for found in re.finditer(rf"(?<![\w-])[\"']?{re.escape(key)}[\"']?[ \t]*=[ \t]*(?P<old>{_TEXT})", text):
        changed = text[: found.start("old")] + spelt + text[found.end("old") :]
        if _said(changed) == wanted:
            return changed.encode("utf-8")
    under = f" under [{'.'.join(table)}]" if table else ""
    raise UsageError(
        f"{path} says another {key}, in a way in which it cannot be changed safely",
        where=InFile(path),
        remedy=Edit(f"write {_key(key)} = {spelt}{under} by hand"),
    )


def _said(text: str) -> Mapping[str, object] | None:
    """What a file says, None where it is no TOML."""
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


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


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False)
