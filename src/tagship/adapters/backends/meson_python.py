"""Projects built by meson-python: project() in meson.build."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tagship.adapters.backends.manifest import Manifest
from tagship.adapters.backends.patterns import line_at
from tagship.adapters.backends.reading import MESON, TEXT, Identity, NotStatic, Reading, Written, written

_FILE: Final = "meson.build"
_TOKEN: Final = re.compile(
    r"""
    (?P<skip>\s+|\#[^\n]*|\\\n)
    | (?P<string>'''.*?'''|'(?:\\.|[^'\\\n])*')
    | (?P<name>[A-Za-z_]\w*)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def read_version(manifest: Manifest) -> Reading:
    """The version of a meson-python project; raises NotStatic or ConfigError."""
    where = manifest.spelt(_FILE)
    source = manifest.text(_FILE)
    if source is None:
        raise NotStatic(f"there is no {where}, which should give the version")
    value = next((argument[2:] for argument in _project_arguments(source) if _keyword(argument) == "version"), None)
    if not value:
        raise NotStatic(f"no project() in {where} gives a version")
    line = line_at(source, value[0].offset)
    if (text := _string(value)) is not None:
        return written(Written(text, where, line), MESON)
    match [(token.kind, token.text) for token in value]:
        case [("name", "files"), ("mark", "("), ("string", _), ("mark", ")")]:
            path = _string(value[2:3])
            if path is not None:
                content = manifest.needed_text(path, f"version in {where}")
                return written(Written(content, manifest.spelt(path), 1), TEXT)
        case _:
            pass
    raise NotStatic(f"project() in {where} computes it, at line {line}")


def stated_version(text: str) -> tuple[int, int] | None:
    """Between which offsets of a meson.build the version stands that project() states as a plain string."""
    for argument in _project_arguments(text):
        if _keyword(argument) == "version" and (stated := _string(argument[2:])) is not None:
            start = argument[2].offset + argument[2].text.index(stated)
            return start, start + len(stated)
    return None


def read_identity(manifest: Manifest) -> Identity:
    """The name that project() gives."""
    arguments = _project_arguments(manifest.text(_FILE) or "")
    return Identity(_string(arguments[0]) if arguments else None)


def _keyword(argument: Sequence[_Token]) -> str | None:
    match [(token.kind, token.text) for token in argument[:2]]:
        case [("name", name), ("mark", ":")]:
            return name
        case _:
            return None


def _string(tokens: Sequence[_Token]) -> str | None:
    """The text of a lone string without escapes; None for anything else."""
    match tokens:
        case [_Token(kind="string", text=text)] if "\\" not in text:
            quotes = 3 if text.startswith("'''") else 1
            return text[quotes:-quotes]
        case _:
            return None


def _project_arguments(text: str) -> list[list[_Token]]:
    """The arguments of the call of project(), as tokens; none where there is no such call."""
    tokens = _tokens(text)
    for position, token in enumerate(tokens[:-1]):
        if token.kind == "name" and token.text == "project" and tokens[position + 1].text == "(":
            return _arguments(tokens[position + 2 :])
    return []


def _arguments(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Tokens up to the closing parenthesis, parted at the commas outside every other bracket."""
    arguments: list[list[_Token]] = [[]]
    depth = 0
    for token in tokens:
        mark = token.text if token.kind == "mark" else None
        if mark is not None and mark in _CLOSING:
            if depth == 0:
                return [argument for argument in arguments if argument]
            depth -= 1
        if mark is not None and mark in _OPENING:
            depth += 1
        if mark == "," and depth == 0:
            arguments.append([])
        else:
            arguments[-1].append(token)
    return []


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is not None and kind != "skip":
            found.append(_Token(kind, match.group(), match.start()))
    return found
