"""A receipt of this very build, and an index that still serves it: nothing less is announced."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tagship.domain.artifact import Manifest, ServedFile
from tagship.domain.plan import Done, Stopped
from tagship.domain.receipt import Proof, Receipt
from tagship.errors import ConfigError, Conflict, FactUnknown, Incomplete, NotThere, Run, TagshipError
from tagship.workflow.files.receipts import receipt_path, write_receipt
from tagship.workflow.steps.proved import SeeProof
from workflow.steps.ports import CONTENT, MANIFEST, MemoryIndex

SERVED = tuple(ServedFile(file.filename, f"https://i/{file.filename}", file.sha256) for file in MANIFEST.files)
RECEIPT = Receipt(
    project="a",
    version="1",
    tag="v1",
    commit="c" * 40,
    index="the index",
    proof=Proof(SERVED, "1", ("a",), "3.13.0"),
    notes_sha256=None,
    toolchain={"hand": "1"},
    waived={},
    stages=(),
)


def step(dist: Path, index: MemoryIndex, manifest: Manifest | None = MANIFEST) -> SeeProof:
    return SeeProof(lambda: index, lambda: manifest, tag="v1", dist=dist, index_name="the index")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    path = tmp_path / "dist"
    write_receipt(path, RECEIPT)
    return path


def test_a_receipt_whose_proof_holds(dist: Path) -> None:
    proof = step(dist, MemoryIndex(dict(CONTENT)))
    proof.apply()

    assert proof.probe() == Done("2 files are served as the receipt says")
    assert "v1" in proof.describe()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (replace(RECEIPT, tag="v2"), "is of a 1, v2 at cccccccccccc, and dist holds a 1, v1 at cccccccccccc"),
        (replace(RECEIPT, commit="d" * 40), "v1 at dddddddddddd"),
        (replace(RECEIPT, project="b"), "is of b 1"),
        (replace(RECEIPT, version="2"), "is of a 2"),
        (replace(RECEIPT, index="another"), "proves what another serves, and not the index"),
        (replace(RECEIPT, proof=replace(RECEIPT.proof, served=SERVED[:1])), "proves other files than those of dist"),
    ],
)
def test_a_receipt_of_something_else(dist: Path, changed: Receipt, told: str) -> None:
    write_receipt(dist, changed)
    state = step(dist, MemoryIndex(dict(CONTENT))).probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, NotThere)
    assert told in state.error.message
    assert state.error.remedy == Run(("tagship", "prove", "v1"))


def test_no_receipt(dist: Path) -> None:
    receipt_path(dist).unlink()
    state = step(dist, MemoryIndex(dict(CONTENT))).probe()

    assert isinstance(state, Stopped)
    assert state.error.message == "there is no dist.receipt.json: v1 was not proved"


def test_no_build(dist: Path) -> None:
    state = step(dist, MemoryIndex(dict(CONTENT)), manifest=None).probe()

    assert isinstance(state, Stopped)
    assert state.error.remedy == Run(("tagship", "build", "v1"))


def _gone(index: MemoryIndex) -> None:
    index.content.pop("a-1.tar.gz")


def _replaced(index: MemoryIndex) -> None:
    index.content["a-1.tar.gz"] = b"other"


def _silent(index: MemoryIndex) -> None:
    index.error = FactUnknown("no answer")


@pytest.mark.parametrize(("happen", "kind"), [(_gone, Incomplete), (_replaced, Conflict), (_silent, FactUnknown)])
def test_an_index_that_serves_it_no_more(
    dist: Path, happen: Callable[[MemoryIndex], None], kind: type[TagshipError]
) -> None:
    index = MemoryIndex(dict(CONTENT))
    happen(index)
    state = step(dist, index).probe()

    assert isinstance(state, Stopped)
    assert type(state.error) is kind


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "tagship-receipt/2"},
        {"files": {}},
        {"files": [{"filename": "../a", "sha256": "0" * 64}]},
        {"files": [{"filename": "a", "sha256": "0"}]},
        {"commit": 1},
        {"index": None},
    ],
)
def test_a_receipt_that_is_none(dist: Path, change: dict[str, object]) -> None:
    path = receipt_path(dist)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | change), encoding="utf-8")
    state = step(dist, MemoryIndex(dict(CONTENT))).probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, ConfigError)
    assert "dist.receipt.json is not a receipt" in state.error.message
