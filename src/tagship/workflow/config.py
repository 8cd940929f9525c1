"""Reads `[tool.tagship]`, and says where it is wrong and what was probably meant."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from tagship.adapters.toml_document import TomlDocument
from tagship.checks import CHECKS
from tagship.domain.config import Auth, Config, VersionFile, Waiver
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.domain.version import TagTemplate
from tagship.errors import ConfigError, Edit, InFile

OWN_FILE = "tagship.toml"
SHARED_FILE = "pyproject.toml"
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
INDEX_KEYS = ("simple", "upload")
WAIVER_KEYS = ("reason", "until")
HOSTS = ("github", "none")
WITH_CREDENTIAL = "an address with a user name or a password is refused"
CREDENTIALS_ELSEWHERE = "write the bare address, and put the credential into TAGSHIP_USERNAME and TAGSHIP_TOKEN"


def read_config(directory: Path) -> Config:
    """The project's decisions, from `tagship.toml` or from `[tool.tagship]` in `pyproject.toml`.

    Raises ConfigError with the line, and with the nearest key where one is unknown.
    """
    for name in (OWN_FILE, SHARED_FILE):
        path = directory / name
        if path.is_file():
            return parse_config(_content(path), name)
    return Config()


def parse_config(content: bytes, name: str) -> Config:
    """Read the content of one of the two files; raises ConfigError."""
    document = TomlDocument.parse(name, content)
    return _Reader(document, () if name == OWN_FILE else ("tool", "tagship")).config()


def custom_index(simple: str, upload: str) -> Endpoints:
    """An index by its addresses; a known one where the addresses are known.

    Raises ValueError, which quotes neither, for an address that cannot be read or that holds a credential.
    """
    for address in (simple, upload):
        if _holds_credential(address):
            raise ValueError(WITH_CREDENTIAL)
    slashed = simple if simple.endswith("/") else simple + "/"
    for known in KNOWN.values():
        if (slashed, upload) == (known.simple, known.upload):
            return known
    return Endpoints(name=urlsplit(slashed).netloc or slashed, simple=slashed, upload=upload)


def _holds_credential(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise ValueError("an address of the index cannot be read") from None
    return parts.username is not None or parts.password is not None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise ConfigError(f"{path.name} cannot be read: {wrong.strerror}", where=InFile(path.name)) from wrong


class _Reader:
    """One file being read; `home` leads to tagship's own table in it."""

    def __init__(self, document: TomlDocument, home: tuple[str, ...]) -> None:
        self._document = document
        self._home = home

    def config(self) -> Config:
        self._only_known((), KEYS)
        return Config(
            source=self._document.path,
            branch=self._text("branch"),
            release_lines=self._document.strings(*self._home, "release-lines"),
            tag=self._template(),
            changelog=self._text("changelog"),
            version_files=tuple(map(VersionFile, self._document.strings(*self._home, "version-files"))),
            index=self._index(),
            auth=self._auth(),
            host=self._choice("host", HOSTS),
            exempt=MappingProxyType({check: self._reason("exempt", check) for check in self._checks("exempt")}),
            waive=MappingProxyType({check: self._waiver(check) for check in self._checks("waive")}),
        )

    def _wrong(self, message: str, *keys: str, hint: str | None = None) -> ConfigError:
        return self._document.wrong(message, *self._home, *keys, remedy=Edit(hint) if hint else None)

    def _table(self, *keys: str) -> Mapping[str, object]:
        return self._document.table(*self._home, *keys)

    def _only_known(self, table: tuple[str, ...], known: tuple[str, ...]) -> None:
        for key in self._table(*table):
            if key not in known:
                where = ".".join(("tool.tagship", *table))
                raise self._wrong(f"{key!r} is not a key of {where}", *table, key, hint=_nearest(key, known))

    def _text(self, *keys: str) -> str | None:
        value = self._document.string(*self._home, *keys)
        if value is not None and not value.strip():
            raise self._wrong(f"{keys[-1]} is empty", *keys)
        return value

    def _choice(self, key: str, choices: tuple[str, ...]) -> str | None:
        value = self._text(key)
        if value is not None and value not in choices:
            raise self._wrong(f"{key} is {value!r}", key, hint=_nearest(value, choices))
        return value

    def _auth(self) -> Auth | None:
        value = self._choice("auth", tuple(way.value for way in Auth))
        return None if value is None else Auth(value)

    def _template(self) -> TagTemplate | None:
        text = self._text("tag")
        try:
            return None if text is None else TagTemplate(text)
        except ValueError as wrong:
            raise self._wrong(str(wrong), "tag", hint='write tag = "v{version}"') from wrong

    def _index(self) -> Endpoints:
        if isinstance(self._document.value(*self._home, "index"), dict):
            self._only_known(("index",), INDEX_KEYS)
            simple, upload = (self._text("index", key) for key in INDEX_KEYS)
            if simple is None or upload is None:
                hint = 'write index = {simple = "…", upload = "…"}'
                raise self._wrong("index needs the addresses simple and upload", "index", hint=hint)
            try:
                return custom_index(simple, upload)
            except ValueError as wrong:
                raise self._wrong(str(wrong), "index", hint=CREDENTIALS_ELSEWHERE) from None
        name = self._choice("index", tuple(KNOWN)) or "pypi"
        return KNOWN[name]

    def _checks(self, table: str) -> tuple[str, ...]:
        known = tuple(check.id for check in CHECKS)
        for check in self._table(table):
            if check not in known:
                raise self._wrong(f"{check!r} is not a check", table, check, hint=_nearest(check, known))
        return tuple(self._table(table))

    def _reason(self, *keys: str) -> str:
        reason = self._text(*keys)
        if reason is None:
            raise self._wrong(f"{'.'.join(keys[:-1])} has no {keys[-1]}", *keys[:-1])
        return reason

    def _waiver(self, check: str) -> Waiver:
        self._only_known(("waive", check), WAIVER_KEYS)
        until = self._document.value(*self._home, "waive", check, "until")
        if not isinstance(until, date) or isinstance(until, datetime):
            hint = f'write {check} = {{reason = "…", until = 2030-01-31}}'
            raise self._wrong(f"the waiver of {check} does not say until which day", "waive", check, hint=hint)
        return Waiver(self._reason("waive", check, "reason"), until)


def _nearest(word: str, known: Iterable[str]) -> str:
    choices = tuple(known)
    near = get_close_matches(word, choices, n=1)
    return f"did you mean {near[0]!r}?" if near else f"it takes {', '.join(choices)}"
