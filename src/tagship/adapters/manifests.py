"""The manifest beside the built files: what was built, from what, with what."""

import json
from dataclasses import asdict
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.beside import (
    Table,
    digest_in,
    expect_schema,
    filename_in,
    number_in,
    read_document,
    table_in,
    tables_in,
    text_in,
    write_whole,
)
from tagship.domain.artifact import Artifact, Manifest
from tagship.errors import Edit

SCHEMA = "tagship-manifest/1"
UNFINISHED = "tagship-unfinished-manifest/1"
"""The same members, by another name: whoever knows only whole builds refuses it, and publishes no half of one."""


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
    document = {
        "schema": UNFINISHED if manifest.unfinished else SCHEMA,
        "project": manifest.project,
        "version": manifest.version,
        "tag": manifest.tag,
        "commit": manifest.commit,
        "source_date_epoch": manifest.source_date_epoch,
        "toolchain": dict(manifest.toolchain),
        "files": [asdict(file) for file in manifest.files],
    }
    write_whole(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    return path


def read_manifest(dist: Path) -> Manifest | None:
    """The manifest beside `dist`; None where there is none, ConfigError for one that was not written by us."""
    path = manifest_path(dist)
    remedy = Edit(f"delete {path} and {dist}, and build again")
    return read_document(path, _manifest, what="manifest", remedy=remedy)


def strangers(dist: Path, manifest: Manifest | None) -> tuple[str, ...]:
    """What lies in `dist` and is no file that the manifest names, directories included, sorted."""
    named = {file.filename for file in manifest.files} if manifest else set()
    if not dist.is_dir():
        return ()
    return tuple(sorted(path.name for path in dist.iterdir() if path.name not in named or not path.is_file()))


def _manifest(table: Table) -> Manifest:
    schema = expect_schema(table, SCHEMA, UNFINISHED)
    return Manifest(
        project=text_in(table, "project"),
        version=text_in(table, "version"),
        tag=text_in(table, "tag"),
        commit=text_in(table, "commit"),
        source_date_epoch=number_in(table["source_date_epoch"]),
        toolchain=MappingProxyType({name: str(value) for name, value in table_in(table["toolchain"]).items()}),
        files=tuple(_artifact(file) for file in tables_in(table, "files")),
        unfinished=schema == UNFINISHED,
    )


def _artifact(table: Table) -> Artifact:
    name = filename_in(table)
    return Artifact(name, number_in(table["size"]), digest_in(table, name))
