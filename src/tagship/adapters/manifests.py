"""The manifest beside the built files: what was built, from what, with what."""

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType

from tagship.domain.artifact import Artifact, Manifest
from tagship.errors import ConfigError, Edit, InFile

SCHEMA = "tagship-manifest/1"
UNFINISHED = "tagship-unfinished-manifest/1"
"""The same members, by another name: whoever knows only whole builds refuses it, and publishes no half of one."""
_SHA256_DIGITS = 64
_LARGEST = 4 << 20
"""Bytes of a manifest; one of a thousand files has 200 KiB."""


def manifest_path(dist: Path) -> Path:
    """Where the manifest of a directory of built files stands: beside it, so that it is never uploaded."""
    return dist.with_name(dist.name + ".manifest.json")


def artifact_of(path: Path) -> Artifact:
    """A file's name, size and digest; raises OSError."""
    with path.open("rb") as file:
        return digest_of(file, path.name)


def digest_of(file: BufferedReader, name: str) -> Artifact:
    """As `artifact_of`, of a file that is open, at its beginning; leaves it at its end."""
    import hashlib  # noqa: PLC0415 -- loads a whole library of ciphers, and few commands look at built files

    digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Artifact(name, file.tell(), digest)


def write_manifest(dist: Path, manifest: Manifest) -> Path:
    """Write the manifest beside `dist`, whole or not at all; its path."""
    path = manifest_path(dist)
    document = {"schema": UNFINISHED if manifest.unfinished else SCHEMA} | asdict(manifest)
    document |= {"toolchain": dict(manifest.toolchain)}
    del document["unfinished"]  # which the schema's name tells
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


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


def read_manifest(dist: Path) -> Manifest | None:
    """The manifest beside `dist`; None where there is none, ConfigError for one that was not written by us."""
    path = manifest_path(dist)
    try:
        return _manifest(json.loads(_content(path)))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as broken:
        reason = f"{broken.args[0]!r} is missing" if isinstance(broken, KeyError) else str(broken)
        raise ConfigError(
            f"{path.name} is not a manifest: {reason}",
            where=InFile(str(path)),
            remedy=Edit(f"delete {path} and {dist}, and build again"),
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


def strangers(dist: Path, manifest: Manifest | None) -> tuple[str, ...]:
    """What lies in `dist` and is no file that the manifest names, directories included, sorted."""
    named = {file.filename for file in manifest.files} if manifest else set()
    if not dist.is_dir():
        return ()
    return tuple(sorted(path.name for path in dist.iterdir() if path.name not in named or not path.is_file()))


def _manifest(document: object) -> Manifest:
    table = _table(document)
    if table["schema"] not in {SCHEMA, UNFINISHED}:
        raise ValueError(f"its schema is {table['schema']!r}, not {SCHEMA!r}")
    files = table["files"]
    if not isinstance(files, list):
        raise TypeError("'files' is no list")
    epoch = table["source_date_epoch"]
    return Manifest(
        project=_text(table, "project"),
        version=_text(table, "version"),
        tag=_text(table, "tag"),
        commit=_text(table, "commit"),
        source_date_epoch=_number(epoch),
        toolchain=MappingProxyType({name: str(value) for name, value in _table(table["toolchain"]).items()}),
        files=tuple(_artifact(_table(file)) for file in files),
        unfinished=table["schema"] == UNFINISHED,
    )


def _artifact(table: Mapping[str, object]) -> Artifact:
    name, digest = _text(table, "filename"), _text(table, "sha256")
    # The names are joined to a directory and uploaded: they lead nowhere else.
    if name != Path(name).name or "\\" in name or not name.strip("."):
        raise ValueError(f"{name!r} is not the name of a file")
    if len(digest) != _SHA256_DIGITS or set(digest) - set("0123456789abcdef"):
        raise ValueError(f"the digest of {name} is no sha256")
    return Artifact(name, _number(table["size"]), digest)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r:.40} is no table")
    return value


def _text(table: Mapping[str, object], key: str) -> str:
    value = table[key]
    if not isinstance(value, str):
        raise TypeError(f"{key!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r:.40} is no number")
    return value
