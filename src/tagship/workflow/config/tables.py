"""The tables of a configuration: excuses, checks of the project's own, packages, files that carry the version."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType

from tagship.domain.config import CustomCheck, Package, VersionFile, Waiver
from tagship.domain.names import InvalidName, NormalizedName, canonicalize_name
from tagship.workflow.config.reader import Reader, nearest

WAIVER_KEYS = ("reason", "until")
CHECK_KEYS = ("id", "title", "why", "fix", "command")
PACKAGE_KEYS = ("path", "tag", "changelog")
VERSION_FILE_KEYS = ("path", "pattern")
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def read_exempt(reader: Reader, own: Sequence[CustomCheck]) -> Mapping[str, str]:
    """The checks that are not asked, each with its reason; `own` are the project's."""
    return MappingProxyType({check: reader.needed("exempt", check) for check in _known(reader, "exempt", own)})


def read_waive(reader: Reader, own: Sequence[CustomCheck]) -> Mapping[str, Waiver]:
    """The checks that are not asked until a day, each with its reason; `own` are the project's."""
    return MappingProxyType({check: _waiver(reader, check) for check in _known(reader, "waive", own)})


def _known(reader: Reader, table: str, own: Sequence[CustomCheck]) -> tuple[str, ...]:
    """The checks that a table names; the catalogue is loaded only for who names any."""
    named = tuple(reader.table(table))
    if not named:
        return ()
    known = (*_ours(), *(check.id for check in own))
    for check in named:
        if check not in known:
            raise reader.wrong(f"{check!r} is not a check", table, check, hint=nearest(check, known))
    return named


def _ours() -> tuple[str, ...]:
    from tagship.checks import CHECKS  # noqa: PLC0415 -- most projects name no check, and the catalogue is long

    return tuple(check.id for check in CHECKS)


def _waiver(reader: Reader, check: str) -> Waiver:
    reader.only_known(("waive", check), WAIVER_KEYS)
    until = reader.value("waive", check, "until")
    if not isinstance(until, date) or isinstance(until, datetime):
        hint = f'write {check} = {{reason = "…", until = 2030-01-31}}'
        raise reader.wrong(f"the waiver of {check} does not say until which day", "waive", check, hint=hint)
    return Waiver(reader.needed("waive", check, "reason"), until)


def read_checks(reader: Reader) -> tuple[CustomCheck, ...]:
    """The project's own checks, in their order; no id is one of ours, and none is there twice."""
    taken: list[str] = []
    checks: list[CustomCheck] = []
    for number in reader.tables("check"):
        check = _check(reader, number)
        taken = taken or [*_ours()]
        if check.id in taken:
            hint = "give it an id of its own"
            raise reader.wrong(f"there is a check {check.id} already", "check", number, "id", hint=hint)
        taken.append(check.id)
        checks.append(check)
    return tuple(checks)


def _check(reader: Reader, number: int) -> CustomCheck:
    at = ("check", number)
    reader.only_known(at, CHECK_KEYS)
    name = reader.needed(*at, "id")
    if _ID.fullmatch(name) is None:
        hint = "write lower-case words with hyphens between them, such as links-resolve"
        raise reader.wrong(f"{name!r} is no id of a check", *at, "id", hint=hint)
    title, why, fix = (reader.needed(*at, key) for key in ("title", "why", "fix"))
    command = reader.command(*at, "command")
    if command is None:
        raise reader.wrong(f"the check {name} has no command", *at, "id", hint='write command = "…"')
    return CustomCheck(name, title, why, fix, command)


def read_packages(reader: Reader) -> Mapping[str, Package]:
    """Several packages of one repository, by the names under which they stand there."""
    packages: dict[str, Package] = {}
    names: set[NormalizedName] = set()
    for name in reader.table("packages"):
        at = ("packages", name)
        reader.only_known(at, PACKAGE_KEYS)
        try:
            normalized = canonicalize_name(name, validate=True)
        except InvalidName:
            raise reader.wrong(f"{name!r} is no name of a package", *at) from None
        if normalized in names:
            raise reader.wrong(f"the package {normalized} is there twice", *at)
        names.add(normalized)
        path = reader.inside(reader.needed(*at, "path"), *at, "path")
        packages[name] = Package(name, path, reader.template(*at, "tag"), reader.text(*at, "changelog"))
    return MappingProxyType(packages)


def read_version_files(reader: Reader) -> tuple[VersionFile, ...]:
    """More files that carry the version: their paths, or tables of a path and a pattern."""
    found = reader.value("version-files")
    if found is None:
        return ()
    if not isinstance(found, list):
        raise reader.wrong("version-files is not a list", "version-files", hint='write version-files = ["…"]')
    return tuple(_version_file(reader, number, entry) for number, entry in enumerate(found))


def _version_file(reader: Reader, number: int, entry: object) -> VersionFile:
    if isinstance(entry, str) and entry.strip():
        return VersionFile(reader.inside(entry, "version-files"))
    if not isinstance(entry, dict):
        hint = "write a path, or {path = \"…\", pattern = '…'}"
        raise reader.wrong("version-files holds what is neither a path nor a table", "version-files", hint=hint)
    at = ("version-files", number)
    reader.only_known(at, VERSION_FILE_KEYS)
    path = reader.needed(*at, "path")
    return VersionFile(reader.inside(path, *at, "path"), _pattern(reader, number))


def _pattern(reader: Reader, number: int) -> str | None:
    at = ("version-files", number, "pattern")
    pattern = reader.text(*at)
    if pattern is None:
        return None
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, RecursionError, OverflowError) as wrong:
        raise reader.wrong(f"the pattern is no regular expression: {wrong}", *at) from None
    if "version" not in groups:
        hint = "put (?P<version>…) around the version"
        raise reader.wrong("the pattern has no group called version", *at, hint=hint)
    return pattern
