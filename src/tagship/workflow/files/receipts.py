"""The receipt beside the built files: the proof, to be kept and to be attached."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.manifests import write_whole
from tagship.domain.artifact import ServedFile
from tagship.domain.plan import StageResult
from tagship.domain.receipt import Proof, Receipt
from tagship.errors import ConfigError, InFile, Run
from tagship.reports.documents import receipt_document

SCHEMA = "tagship-receipt/1"
_LARGEST = 4 << 20
"""Bytes of a receipt; one of a thousand files has half a MiB."""


def receipt_path(dist: Path) -> Path:
    """Where the receipt of a directory of built files stands: beside it, so that it is never uploaded."""
    return dist.with_name(dist.name + ".receipt.json")


def write_receipt(dist: Path, receipt: Receipt) -> None:
    """Write the receipt beside `dist`, whole or not at all."""
    text = json.dumps(receipt_document(receipt), indent=2, ensure_ascii=False) + "\n"
    write_whole(receipt_path(dist), text)


def read_receipt(dist: Path) -> Receipt | None:
    """The receipt beside `dist`, without the times of its files; None where there is none.

    Raises ConfigError for one that was not written by us.
    """
    path = receipt_path(dist)
    try:
        return _receipt(json.loads(_content(path)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as broken:
        reason = f"{broken.args[0]!r} is missing" if isinstance(broken, KeyError) else str(broken)
        raise ConfigError(
            f"{path.name} is not a receipt: {reason}", where=InFile(str(path)), remedy=Run(("tagship", "prove"))
        ) from broken


def _content(path: Path) -> bytes:
    """What the file holds; raises ValueError for what is no file, which might never end, and for a large one."""
    if path.exists() and not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise ValueError(f"it has more than {_LARGEST >> 20} MiB")
    return content


def _receipt(document: object) -> Receipt:
    table = _table(document)
    if table["schema"] != SCHEMA:
        raise ValueError(f"its schema is {table['schema']!r}, not {SCHEMA!r}")
    proof, notes = _table(table["proof"]), table["notes_sha256"]
    return Receipt(
        project=_text(table, "project"),
        version=_text(table, "version"),
        tag=_text(table, "tag"),
        commit=_text(table, "commit"),
        index=_text(table, "index"),
        proof=Proof(
            served=tuple(_served(_table(file)) for file in _list(table["files"])),
            installed=_text(proof, "installed"),
            imported=tuple(map(str, _list(proof["imported"]))),
            python=_text(proof, "python"),
        ),
        notes_sha256=None if notes is None else _text(table, "notes_sha256"),
        toolchain=_words(table["toolchain"]),
        waived=_words(table["waived"]),
        stages=tuple(_stage(_table(stage)) for stage in _list(table["stages"])),
    )


def _served(table: Mapping[str, object]) -> ServedFile:
    return ServedFile(_text(table, "filename"), _text(table, "url"), _text(table, "sha256"))


def _stage(table: Mapping[str, object]) -> StageResult:
    seconds = table["seconds"]
    if not isinstance(seconds, int | float):
        raise TypeError("'seconds' is no number")
    return StageResult(_text(table, "name"), _text(table, "outcome"), seconds)


def _words(value: object) -> Mapping[str, str]:
    return MappingProxyType({name: str(each) for name, each in _table(value).items()})


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no table")
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return value


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"{key!r} is no text")
    return value
