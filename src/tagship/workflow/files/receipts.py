"""The receipt beside the built files: the proof, to be kept and to be attached."""

import json
from pathlib import Path

from tagship.adapters.manifests import write_whole
from tagship.domain.receipt import Receipt
from tagship.reports.documents import receipt_document


def receipt_path(dist: Path) -> Path:
    """Where the receipt of a directory of built files stands: beside it, so that it is never uploaded."""
    return dist.with_name(dist.name + ".receipt.json")


def write_receipt(dist: Path, receipt: Receipt) -> None:
    """Write the receipt beside `dist`, whole or not at all."""
    text = json.dumps(receipt_document(receipt), indent=2, ensure_ascii=False) + "\n"
    write_whole(receipt_path(dist), text)
