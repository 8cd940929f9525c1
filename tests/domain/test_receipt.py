from dataclasses import FrozenInstanceError, replace

import pytest

from fakes import COMMIT, NAME, a_wheel, served
from tagship.domain.plan import StageResult
from tagship.domain.receipt import Proof, Receipt

RECEIPT = Receipt(
    project=NAME,
    version="1.2.0",
    tag="v1.2.0",
    commit=COMMIT,
    index="pypi",
    proof=Proof((served(a_wheel()),), "1.2.0", ("handmade",), "3.13.1"),
    notes_sha256=None,
    toolchain={"hatchling": "1.27"},
    waived={},
    stages=(StageResult("prove", "done", 1.5),),
)


def test_a_receipt_is_what_it_says() -> None:
    assert replace(RECEIPT) == RECEIPT
    assert replace(RECEIPT, notes_sha256="00") != RECEIPT
    assert replace(RECEIPT, proof=replace(RECEIPT.proof, installed="1.1.0")) != RECEIPT


@pytest.mark.parametrize("field", ["version", "proof", "notes_sha256"])
def test_nobody_changes_a_receipt_afterwards(field: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(RECEIPT, field, None)
