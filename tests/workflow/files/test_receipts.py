"""The receipt and what a killed run leaves: both stand beside the built files."""

import json
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from tagship.domain.artifact import ServedFile
from tagship.domain.plan import StageResult
from tagship.domain.receipt import Proof, Receipt
from tagship.reports.documents import schema
from tagship.workflow.files.leftovers import sweep
from tagship.workflow.files.receipts import receipt_path, write_receipt

SERVED = ServedFile("a-1.tar.gz", "https://example.org/a-1.tar.gz", "0" * 64, 3, datetime(2026, 1, 1, tzinfo=UTC))
RECEIPT = Receipt(
    project="größe",
    version="1",
    tag="v1",
    commit="1" * 40,
    index="an index",
    proof=Proof((SERVED,), "1", ("größe",), "3.13.0"),
    notes_sha256=None,
    toolchain={"build": "1"},
    waived={},
    stages=(StageResult("prove", "done", 0.5),),
)


def test_the_receipt_stands_beside_the_files_and_is_as_its_schema_says(tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    write_receipt(dist, RECEIPT)
    path = receipt_path(dist)
    document = json.loads(path.read_text(encoding="utf-8"))

    jsonschema.validate(document, schema("receipt"))

    assert path == tmp_path / "dist.receipt.json"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]
    assert document["project"] == "größe"
    assert "größe" in path.read_text(encoding="utf-8")


def test_a_receipt_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    receipt_path(tmp_path / "dist").write_text("an earlier one", encoding="utf-8")
    write_receipt(tmp_path / "dist", RECEIPT)

    assert json.loads(receipt_path(tmp_path / "dist").read_text(encoding="utf-8"))["version"] == "1"


OURS = [".dist.manifest.json.abc", ".dist.receipt.json.def", ".tagship-build-of-dist-ghi"]
NOT_OURS = ["dist", "dist.manifest.json", ".dist.manifest.jsonx", ".tagship-build-of-other-x", ".env", "d[i]st"]


@pytest.mark.parametrize("directories", [False, True], ids=["files", "directories"])
def test_what_a_killed_run_left_is_swept_and_nothing_else(tmp_path: Path, *, directories: bool) -> None:
    for name in (*OURS, *NOT_OURS):
        if directories:
            (tmp_path / name / "inside").mkdir(parents=True)
        else:
            (tmp_path / name).touch()
    sweep(tmp_path / "dist")

    assert {path.name for path in tmp_path.iterdir()} == set(NOT_OURS)


def test_sweeping_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    (tmp_path / ".tagship-build-of-dist-x").symlink_to(tmp_path / "elsewhere")
    sweep(tmp_path / "dist")

    assert {path.name for path in tmp_path.iterdir()} == {"elsewhere"}
    assert (tmp_path / "elsewhere" / "kept").exists()


def test_the_name_of_the_directory_is_no_pattern(tmp_path: Path) -> None:
    (tmp_path / ".tagship-build-of-dist-x").touch()
    sweep(tmp_path / "d*t")
    sweep(tmp_path / "[a-z]ist")

    assert (tmp_path / ".tagship-build-of-dist-x").exists()
