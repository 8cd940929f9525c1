"""Damaged input for every reader, for moments; `python -m tools.fuzz` does the same for as long as it is asked to."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tools import fuzz
from tools.fuzz import READERS, BrokenPromiseError, Reader, damaged

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", READERS)
def test_the_inputs_to_start_from_keep_the_promise(name: str) -> None:
    assert READERS[name].seeds
    for content in READERS[name].seeds:
        READERS[name].promise(content)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_no_damage_breaks_a_promise(name: str, data: st.DataObject) -> None:
    READERS[name].promise(data.draw(damaged(READERS[name].seeds)))


def test_as_long_as_it_is_asked_to(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert fuzz.main(["--seconds", "0.01", "--keep", str(tmp_path), "token"]) == 0

    assert "every promise kept" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_a_broken_promise_leaves_the_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def promise(data: bytes) -> None:
        if len(data) > 3:
            raise BrokenPromiseError("too long")

    monkeypatch.setattr(fuzz, "READERS", {"token": Reader((b"12345",), promise)})

    with pytest.raises(BrokenPromiseError):
        fuzz.main(["--seconds", "5", "--keep", str(tmp_path), "token"])

    assert len((tmp_path / "last-input").read_bytes()) > 3
