"""Reads `[tool.tagship]`, and says where it is wrong and what was probably meant."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias
from urllib.parse import urlsplit

from tagship.checks import CHECKS
from tagship.domain.config import Auth, Config, Waiver
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit, InFile

Value: TypeAlias = "str | int | float | bool | date | list[Value] | dict[str, Value]"

KEYS = (
    "auth",
    "branch",
    "changelog",
    "exempt",
    "host",
    "index",
    "release-lines",
    "tag",
    "version-files",
    "waive",
)
HOSTS = ("github", "none")
OWN_FILE = "tagship.toml"


def read_config(directory: Path) -> Config:
    """The project's decisions, from `tagship.toml` or from `[tool.tagship]` in `pyproject.toml`.

    Raises ConfigError with the line, and with the nearest key where one is unknown.
    """
    own = directory / OWN_FILE
    if own.is_file():
        return parse_config(_text(own), OWN_FILE)
    pyproject = directory / "pyproject.toml"
    return parse_config(_text(pyproject), "pyproject.toml") if pyproject.is_file() else Config()


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise ConfigError(
            f"{path.name} is not UTF-8: {wrong.reason} at byte {wrong.start}", where=InFile(path.name)
        ) from wrong
    except OSError as wrong:
        raise ConfigError(f"{path.name} cannot be read: {wrong.strerror}", where=InFile(path.name)) from wrong


def parse_config(text: str, path: str) -> Config:
    """Read the text of one of the two files; raises ConfigError."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise syntax_error(wrong, path) from wrong
    except RecursionError as wrong:
        raise ConfigError(f"{path} is nested too deeply", where=InFile(path)) from wrong
    table = document if path == OWN_FILE else document.get("tool", {}).get("tagship", {})
    return _Reader(text, path).config(table) if table else Config()


_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def syntax_error(wrong: tomllib.TOMLDecodeError, path: str) -> ConfigError:
    """What is wrong with a TOML file, at the line and column that the parser names."""
    place = _AT.search(str(wrong))
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    message = _AT.sub("", str(wrong)).strip()
    return ConfigError(
        f"{path} is not TOML: {message[:1].lower()}{message[1:]}",
        where=InFile(path, line, column),
        remedy=Edit(f"mend line {line} of {path}") if line else None,
    )


class _Reader:
    """One file being read; keeps the text to tell lines."""

    def __init__(self, text: str, path: str) -> None:
        self.text = text
        self.path = path

    def config(self, table: object) -> Config:
        values = self._mapping(table, "tagship")
        self._only_known(values, KEYS, "tagship")
        return Config(
            source=self.path,
            branch=self._optional_text(values, "branch"),
            release_lines=self._texts(values, "release-lines"),
            tag=self._template(values),
            changelog=self._optional_text(values, "changelog"),
            version_files=self._texts(values, "version-files"),
            index=self._index(values.get("index", "pypi")),
            auth=self._auth(values),
            host=self._choice(values, "host", HOSTS),
            exempt=self._exemptions(values),
            waive=self._waivers(values),
        )

    def _wrong(self, message: str, key: str, remedy: str | None = None) -> ConfigError:
        return ConfigError(
            message, where=InFile(self.path, self._line_of(key)), remedy=Edit(remedy) if remedy else None
        )

    def _line_of(self, key: str) -> int | None:
        """The line on which a key stands within tagship's own tables."""
        inside = self.path == OWN_FILE
        wanted = re.compile(
            rf"""\s*(?:tagship\s*\.\s*)?["']?{re.escape(key)}["']?\s*[=.]|.*[{{,]\s*{re.escape(key)}\s*="""
        )
        for number, line in enumerate(self.text.splitlines(), start=1):
            if line.lstrip().startswith("["):
                inside = self.path == OWN_FILE or re.match(r"\s*\[+\s*tool\s*(?:\.\s*tagship|\])", line) is not None
                if inside and re.search(rf"""[.\[]\s*["']?{re.escape(key)}["']?\s*[.\]]""", line):
                    return number
            elif inside and wanted.match(line):
                return number
        return None

    def _only_known(self, values: Mapping[str, object], known: tuple[str, ...], table: str) -> None:
        for key in values:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"the keys are {', '.join(known)}"
                raise self._wrong(f"{key!r} is not a key of {table}", key, hint)

    def _mapping(self, value: object, key: str) -> Mapping[str, object]:
        if not isinstance(value, dict):
            raise self._wrong(f"{key} is a table", key)
        return value

    def _optional_text(self, values: Mapping[str, object], key: str) -> str | None:
        value = values.get(key)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise self._wrong(f"{key} is a text", key, f'write {key} = "…"')
        return value

    def _texts(self, values: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(f"{key} is a list of texts", key, f'write {key} = ["…"]')
        return tuple(value)

    def _choice(self, values: Mapping[str, object], key: str, choices: tuple[str, ...]) -> str | None:
        value = self._optional_text(values, key)
        if value is not None and value not in choices:
            raise self._wrong(f"{key} is one of {', '.join(choices)}", key)
        return value

    def _auth(self, values: Mapping[str, object]) -> Auth | None:
        value = self._choice(values, "auth", tuple(way.value for way in Auth))
        return None if value is None else Auth(value)

    def _template(self, values: Mapping[str, object]) -> TagTemplate | None:
        text = self._optional_text(values, "tag")
        try:
            return None if text is None else TagTemplate(text)
        except ValueError as wrong:
            raise self._wrong(str(wrong), "tag", 'write tag = "v{version}"') from wrong

    def _index(self, value: object) -> Endpoints:
        if isinstance(value, str):
            return self._named_index(value)
        table = self._mapping(value, "index")
        self._only_known(table, ("simple", "upload"), "index")
        if not {"simple", "upload"} <= set(table):
            raise self._wrong("index needs simple and upload", "index", 'write index = {simple = "…", upload = "…"}')
        return custom_index(str(table["simple"]), str(table["upload"]))

    def _named_index(self, name: str) -> Endpoints:
        if name not in KNOWN:
            near = get_close_matches(name, KNOWN, n=1)
            hint = f"did you mean {near[0]!r}?" if near else 'write index = {simple = "…", upload = "…"}'
            raise self._wrong(f"{name!r} is not a known index", "index", hint)
        return KNOWN[name]

    def _check_id(self, check: str) -> str:
        known = [each.id for each in CHECKS]
        if check not in known:
            near = get_close_matches(check, known, n=1)
            raise self._wrong(f"{check!r} is not a check", check, f"did you mean {near[0]!r}?" if near else None)
        return check

    def _exemptions(self, values: Mapping[str, object]) -> Mapping[str, str]:
        exempt: dict[str, str] = {}
        for check, reason in self._mapping(values.get("exempt", {}), "exempt").items():
            if not isinstance(reason, str) or not reason.strip():
                raise self._wrong(f"the exemption of {check} needs a reason", check, f'write {check} = "why"')
            exempt[self._check_id(check)] = reason
        return MappingProxyType(exempt)

    def _waivers(self, values: Mapping[str, object]) -> Mapping[str, Waiver]:
        waive: dict[str, Waiver] = {}
        for check, value in self._mapping(values.get("waive", {}), "waive").items():
            table = self._mapping(value, check)
            self._only_known(table, ("reason", "until"), f"the waiver of {check}")
            reason, until = table.get("reason"), table.get("until")
            if not isinstance(reason, str) or not reason.strip() or not isinstance(until, date):
                hint = f'write {check} = {{reason = "why", until = 2030-01-31}}'
                raise self._wrong(f"the waiver of {check} needs a reason and a day", check, hint)
            waive[self._check_id(check)] = Waiver(reason, until)
        return MappingProxyType(waive)


def custom_index(simple: str, upload: str) -> Endpoints:
    """An index by its addresses; a known one where the address is known."""
    slashed = simple if simple.endswith("/") else simple + "/"
    for known in KNOWN.values():
        if slashed == known.simple and upload == known.upload:
            return known
    return Endpoints(name=urlsplit(slashed).netloc or slashed, simple=slashed, upload=upload)
