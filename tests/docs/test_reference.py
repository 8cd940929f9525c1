"""The generated pages are those that the code would give now."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pages import DOCS, ROOT
from tagship.checks import CHECKS
from tagship.cli.commands import COMMANDS
from tagship.cli.credential import EPILOG as CREDENTIAL_EPILOG
from tagship.cli.options import parse
from tagship.cli.validate import EPILOG as VALIDATE_EPILOG
from tagship.rehearsal.faults import FAULTS

WRITE = "python -m tools.reference"


def _reference(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools.reference", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_no_page_is_stale() -> None:
    done = _reference("--check")

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_check_and_every_command_has_its_place() -> None:
    cli = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

    assert {path.stem for path in (DOCS / "reference" / "checks").glob("*.md")} == {
        "README",
        *(check.id for check in CHECKS),
    }
    assert [command.name for command in COMMANDS if f"\n## tagship {command.name}\n" not in cli] == []


@pytest.mark.parametrize("name", [command.name for command in COMMANDS])
def test_every_option_that_help_names_is_on_the_page(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")
    common, section = page.split("\n## ")[1], page.partition(f"\n## tagship {name}\n")[2].partition("\n## ")[0]
    with pytest.raises(SystemExit):
        parse([name, "--help"])
    told = capsys.readouterr().out.partition("\noptions:\n")[2]
    named = set(re.findall(r"^ +(--?[A-Za-z][\w-]*)", told, re.MULTILINE))

    assert sorted(option for option in named - {"-h"} if f"| `{option}" not in common + section) == []


def test_options_that_exclude_each_other_stand_together_on_the_page() -> None:
    cli = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

    assert "tagship build [TAG] [--dist DIR] [--sdist | --with DIR]\n" in cli


def test_what_help_says_below_the_options_is_on_the_page() -> None:
    cli = (DOCS / "reference" / "cli.md").read_text(encoding="utf-8")

    assert [fault.name for fault in FAULTS if f"\n  {fault.name} " not in cli] == []
    assert CREDENTIAL_EPILOG in cli
    assert VALIDATE_EPILOG in cli
    assert "\ntagship validate [DIST ...] " in cli


def test_a_page_that_differs_is_absent_or_has_no_check_is_stale(tmp_path: Path) -> None:
    assert _reference("--into", str(tmp_path)).returncode == 0
    checks = tmp_path / "checks"
    (tmp_path / "cli.md").write_text("other words\n", encoding="utf-8")
    (checks / "tag-exists.md").unlink()
    (checks / "pigs-can-fly.md").write_text("# pigs-can-fly\n", encoding="utf-8")

    done = _reference("--check", "--into", str(tmp_path))

    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"{page} is stale; run {WRITE}" for page in ("checks/pigs-can-fly.md", "checks/tag-exists.md", "cli.md")
    ]


def test_writing_mends_what_is_stale(tmp_path: Path) -> None:
    orphan = tmp_path / "checks" / "pigs-can-fly.md"
    orphan.parent.mkdir()
    orphan.write_text("# pigs-can-fly\n", encoding="utf-8")

    assert _reference("--into", str(tmp_path)).returncode == 0

    assert not orphan.exists()
    assert _reference("--check", "--into", str(tmp_path)).returncode == 0
