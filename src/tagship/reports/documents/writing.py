"""What all documents write alike: places, remedies, tables, times."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeAlias, assert_never

from tagship.errors import AtRef, AtUrl, Edit, InCommit, InFile, Remedy, Run, Visit, Where

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
Document: TypeAlias = dict[str, Json]


def where_document(where: Where | None) -> Document | None:
    """A place: `{path, line, column}`, `{ref}`, `{commit, path, line}` or `{url}`."""
    match where:
        case None:
            return None
        case InFile():
            return {"path": where.path, "line": where.line, "column": where.column}
        case AtRef():
            return {"ref": where.ref}
        case InCommit():
            return {"commit": where.commit, "path": where.path, "line": where.line}
        case AtUrl():
            return {"url": where.url}
        case _:
            assert_never(where)


def remedy_document(remedy: Remedy | None) -> Document | None:
    """A way out: `{run: [argv]}`, `{edit: text}` or `{visit: url}`."""
    match remedy:
        case None:
            return None
        case Run():
            return {"run": list(remedy.argv)}
        case Edit():
            return {"edit": remedy.text}
        case Visit():
            return {"visit": remedy.url}
        case _:
            assert_never(remedy)


def mapping(table: Mapping[str, str]) -> Document:
    """A table in the order of its keys."""
    return {key: table[key] for key in sorted(table)}


def seconds_of(seconds: float) -> float:
    """Seconds to the millisecond."""
    return round(seconds, 3)


def time_of(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z; a time without a zone is taken to be UTC, as indexes send it."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat().replace("+00:00", "Z")
