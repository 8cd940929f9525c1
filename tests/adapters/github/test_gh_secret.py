"""A secret handed to gh: on its standard input, and in no argument, variable or message."""

import json
import os
import sys
from pathlib import Path

import pytest

from adapters.planted import assert_hidden, macaroon, trail
from tagship.adapters.github.gh_secret import set_by_gh
from tagship.domain.credential import Secret
from tagship.domain.endpoints import PYPI
from tagship.domain.secret_store import Shelf
from tagship.errors import Incomplete, NotThere, Run

SHELF = Shelf("pypi", "PYPI_API_TOKEN")
TOKEN = macaroon(PYPI, 6)
GH = """\
#!{python}
import json, os, sys
given = sys.stdin.read()
with open({log!r}, "w") as log:
    json.dump([sys.argv[1:], given, sorted(os.environ)], log)
if {fails}:
    sys.exit("gh: HTTP 403, and you said " + given)
"""


def make_gh(path: Path, *, fails: bool = False) -> tuple[dict[str, str], Path]:
    """An environment in which gh is a program of ours, and what it was told."""
    log = path / "log.json"
    program = path / "gh"
    program.write_text(GH.format(python=sys.executable, log=str(log), fails=fails), encoding="utf-8")
    program.chmod(0o755)
    return {"PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "TAGSHIP_TOKEN": TOKEN, "GH_TOKEN": "x"}, log


def test_the_value_goes_to_standard_input_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ, log = make_gh(tmp_path)
    monkeypatch.setenv("PATH", environ["PATH"])
    set_by_gh(environ, Secret(TOKEN, origin="a test"), SHELF, "somebody/project")
    argv, given, names = json.loads(log.read_text(encoding="utf-8"))

    assert argv == ["secret", "set", "PYPI_API_TOKEN", "--env", "pypi", "--repo", "somebody/project"]
    assert given == TOKEN
    assert "GH_TOKEN" in names
    assert "TAGSHIP_TOKEN" not in names


def test_what_gh_says_is_told_without_the_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ, _ = make_gh(tmp_path, fails=True)
    monkeypatch.setenv("PATH", environ["PATH"])
    with pytest.raises(Incomplete, match="gh: HTTP 403") as caught:
        set_by_gh(environ, Secret(TOKEN, origin="a test"), SHELF, "somebody/project")

    assert_hidden(TOKEN, trail(caught.value))


def test_no_gh_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotThere, match="neither is installed") as caught:
        set_by_gh({"PATH": str(tmp_path)}, Secret(TOKEN, origin="a test"), SHELF, "somebody/project")

    assert caught.value.remedy == Run(("python", "-m", "pip", "install", "tagship[seal]"))
