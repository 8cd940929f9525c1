"""The receipt beside the built files: the proof, to be kept and to be attached."""

import json
from pathlib import Path

from tagship.adapters.beside import (
    Table,
    digest_in,
    expect_schema,
    filename_in,
    read_document,
    tables_in,
    text_in,
    write_whole,
)
from tagship.domain.receipt import Claim, Receipt
from tagship.errors import Run
from tagship.reports.documents.releases import receipt_document

SCHEMA = "tagship-receipt/1"


def receipt_path(dist: Path) -> Path:
    """Where the receipt of a directory of built files stands: beside it, so that it is never uploaded."""
    return dist.with_name(dist.name + ".receipt.json")


def write_receipt(dist: Path, receipt: Receipt) -> None:
    """Write the receipt beside `dist`, whole or not at all."""
    text = json.dumps(receipt_document(receipt), indent=2, ensure_ascii=False) + "\n"
    write_whole(receipt_path(dist), text)


def read_claim(dist: Path) -> Claim | None:
    """What the receipt beside `dist` is of; None where there is none. Raises ConfigError for one that is not ours."""
    return read_document(receipt_path(dist), _claim, what="receipt", remedy=Run(("tagship", "prove")))


def _claim(table: Table) -> Claim:
    expect_schema(table, SCHEMA)
    files = {name: digest_in(file, name) for file in tables_in(table, "files") for name in [filename_in(file)]}
    return Claim(
        project=text_in(table, "project"),
        version=text_in(table, "version"),
        tag=text_in(table, "tag"),
        commit=text_in(table, "commit"),
        index=text_in(table, "index"),
        files=files,
    )
