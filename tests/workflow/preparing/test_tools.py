"""How the projects' own tools are started."""

import sys
from pathlib import Path

import pytest

from tagship.adapters.process import ProcessFailed
from tagship.workflow.preparing.tools import at_hand, run_tool


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder in which programs are looked for."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def tool(folder: Path, does: str) -> Path:
    made = folder / "packaging"
    made.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    made.chmod(0o755)
    return made


def test_what_is_on_the_path_is_taken_before_the_module(path: Path) -> None:
    made = tool(path, "echo here")

    found = at_hand("packaging", module=True)

    assert found == (str(made),)
    assert run_tool([str(made)], path).stdout == b"here\n"


def test_a_module_beside_us_is_taken_where_the_path_has_no_such_program(path: Path) -> None:
    """As where tagship was installed with towncrier, into an environment that nobody activated."""
    found = at_hand("pytest", module=True)

    assert found is not None
    assert found == (sys.executable, "-m", "pytest")
    said = run_tool([*found, "--version"], path)
    assert pytest.__version__.encode() in said.stdout + said.stderr


@pytest.mark.parametrize(("name", "module"), [("pytest", False), ("no-such-tool", True)])
def test_what_is_not_there(path: Path, name: str, *, module: bool) -> None:
    assert list(path.iterdir()) == []
    assert at_hand(name, module=module) is None


def test_a_tool_that_fails_is_quoted_unless_the_answer_is_for_the_caller(path: Path) -> None:
    made = tool(path, "echo no window >&2; exit 4")

    with pytest.raises(ProcessFailed, match="no window"):
        run_tool([str(made)], path)

    assert run_tool([str(made)], path, check=False).returncode == 4
