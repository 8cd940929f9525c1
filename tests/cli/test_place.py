"""What the workplace of a command line tells, and keeps from, whoever sits there."""

import io
import os
import sys
from pathlib import Path

import pytest

from adapters.planted import assert_hidden, macaroon
from tagship.cli.console import Console
from tagship.cli.options import parse
from tagship.cli.place import workplace
from tagship.domain.credential import TokenFlaw
from tagship.domain.endpoints import PYPI

FLAWED = f"{macaroon(PYPI)}\n\n"


def a_console(**environ: str) -> tuple[Console, io.StringIO]:
    err = io.StringIO()
    return Console(form="terminal", color=False, environ=environ, stdout=io.StringIO(), stderr=err), err


@pytest.mark.parametrize("source", ["stdin", "pypirc", "keyring"])
def test_a_token_with_a_flaw_is_hidden_wherever_it_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    home, project = tmp_path / "home", tmp_path / "project"
    home.mkdir()
    project.mkdir()
    monkeypatch.setattr(sys, "stdin", io.StringIO(FLAWED))
    (home / ".pypirc").write_text(f"[pypi]\npassword = {FLAWED.strip()}\n  x\n", encoding="utf-8")
    if source == "keyring":
        if os.name != "posix":
            pytest.skip("a script is a command on POSIX alone")
        (home / "keyring").write_text(f"#!{sys.executable}\nprint({FLAWED!r})\n", encoding="utf-8")
        (home / "keyring").chmod(0o755)
    made, err = a_console(HOME=str(home), PATH=str(home))

    with workplace(parse(["-C", str(project), "credential", "--token-from", source]), made) as place:
        flaw = place.credentials().shape.flaw
    made.say(f"a server said {FLAWED}")

    assert flaw in {TokenFlaw.WHITESPACE, TokenFlaw.CONTROL_CHARACTERS}
    assert_hidden(FLAWED.strip(), err.getvalue())
    assert "[secret from " in err.getvalue()


def test_what_stops_nothing_is_told_all_the_same(tmp_path: Path) -> None:
    made, err = a_console()

    with workplace(parse(["-C", str(tmp_path), "credential"]), made) as place:
        place.wishes.on_note("the minted token lives on")

    assert err.getvalue() == "the minted token lives on\n"
