"""The JSON documents that stand beside the built files: written whole, read with suspicion."""

import contextlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from tagship.errors import ConfigError, InFile, Remedy

T = TypeVar("T")
Table = Mapping[str, object]
_LARGEST = 4 << 20
"""Bytes of a document; a manifest of a thousand files has 200 KiB, a receipt half a MiB."""
_SHA256_DIGITS = 64


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole, as it was, or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise


def read_document(path: Path, parse: Callable[[Table], T], *, what: str, remedy: Remedy) -> T | None:
    """What a document says, by who can `parse` it; None where there is none.

    Raises ConfigError for one that was not written by us: where it cannot be read, and where `parse` raises ValueError,
    TypeError or KeyError.
    """
    try:
        return parse(table_in(json.loads(_content(path))))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as broken:
        reason = f"{broken.args[0]!r} is missing" if isinstance(broken, KeyError) else str(broken)
        raise ConfigError(f"{path.name} is not a {what}: {reason}", where=InFile(str(path)), remedy=remedy) from broken


def _content(path: Path) -> bytes:
    """What the file holds; raises ValueError for what is no file, which might never end, and for a large one."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST >> 20} MiB")
    return content


def expect_schema(table: Table, *known: str) -> str:
    """The schema that a document names; raises ValueError for one that is not known."""
    schema = table["schema"]
    if schema not in known:
        raise ValueError(f"its schema is {schema!r}, not {known[0]!r}")
    return str(schema)


def table_in(value: object) -> Table:
    """A part that is a table; raises TypeError for anything else."""
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no table")
    return value


def tables_in(table: Table, key: str) -> Sequence[Table]:
    """A part that is a list of tables; raises TypeError for anything else."""
    value = table[key]
    if not isinstance(value, list):
        raise TypeError(f"{key!r} is no list")
    return [table_in(each) for each in value]


def text_in(table: Table, key: str) -> str:
    """A part that is a text; raises TypeError for anything else."""
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"{key!r} is no text")
    return value


def number_in(value: object) -> int:
    """A part that is a whole number; raises TypeError for anything else."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r:.40} is no number")
    return value


def filename_in(table: Table) -> str:
    """The name of a file that is joined to a directory and uploaded; raises ValueError for one that leads elsewhere."""
    name = text_in(table, "filename")
    if name != Path(name).name or "\\" in name or not name.strip("."):
        raise ValueError(f"{name!r} is not the name of a file")
    return name


def digest_in(table: Table, name: str) -> str:
    """The digest of a file; raises ValueError for what is none."""
    digest = text_in(table, "sha256")
    if len(digest) != _SHA256_DIGITS or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"the digest of {name} is no sha256")
    return digest
