"""Which modules a command loads: counted by name in a child process, so that no clock is asked."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import tagship
from tagship.cli.commands import COMMANDS
from tagship.rehearsal.sample import make_sample

SOURCE = Path(tagship.__file__).parents[1]
SECONDS = 60
HEAVY = {"build", "filelock", "id", "rich", "urllib3", "uv"}
TALKING = {"http", "ssl", "urllib3", "id"}
WRITING = {"build", "filelock", "uv"}

SLOW = {
    *HEAVY, "configparser", "email", "hmac", "importlib.metadata", "logging", "packaging.requirements",
    "packaging.tags", "packaging.utils", "platform", "tagship.adapters.backends.poetry", "tagship.domain.adoption",
    "tagship.domain.macaroon", "tagship.domain.overview", "tagship.domain.plan", "tagship.domain.receipt",
    "tagship.domain.setup", "tagship.reports.shown",
}  # fmt: skip
"""What a check of one plain project does without, although much of it is near at hand."""

CHILD = """\
import sys

before = set(sys.modules)
from tagship.cli import main

code = main(sys.argv[2:])
with open(sys.argv[1], "w") as report:
    report.write("\\n".join(sorted(set(sys.modules) - before)))
sys.exit(code)
"""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project to ask about, with a tag on its HEAD."""
    return make_sample(tmp_path_factory.mktemp("startup") / "sample")


def loaded(report: Path, *words: str, ends_with: int = 0) -> set[str]:
    """The modules that a command line loads beyond those of the bare interpreter."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", CHILD, str(report), *words],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == ends_with, done.stderr
    return set(report.read_text(encoding="utf-8").splitlines())


def roots(modules: set[str]) -> set[str]:
    """The packages and modules at the top."""
    return {name.partition(".")[0] for name in modules}


def test_the_version_costs_nothing_but_two_modules(tmp_path: Path) -> None:
    assert loaded(tmp_path / "modules", "--version") == {"tagship", "tagship.cli"}


def test_the_version_from_the_module_costs_no_more() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-X", "importtime", "-m", "tagship", "--version"],
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        check=True,
        text=True,
        timeout=SECONDS,
    )
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}

    assert done.stdout == f"tagship {tagship.__version__}\n"
    assert {name for name in names if name.startswith("tagship")} == {"tagship", "tagship.cli"}
    assert not names & {"argparse", "dataclasses", "re", "typing", "importlib.metadata"}


def test_help_loads_no_command_and_nothing_heavy(tmp_path: Path) -> None:
    modules = loaded(tmp_path / "modules", "--help")

    assert roots(modules) & HEAVY == set()
    assert not modules & {command.module for command in COMMANDS}
    assert not modules & {"packaging.metadata", "ssl", "socket", "tagship.checks", "tagship.workflow"}


def test_a_slip_of_the_finger_is_told_before_anything_heavy_is_loaded(tmp_path: Path) -> None:
    modules = loaded(tmp_path / "modules", "--json", "shipp", ends_with=2)

    assert roots(modules) & HEAVY == set()


@pytest.mark.parametrize("form", ["terminal", "json"])
@pytest.mark.parametrize(
    ("words", "ends_with"),
    [
        (("show",), 0),
        (("notes",), 0),
        (("notes", "1.1.0"), 0),
        (("gate", "--offline"), 3),
        (("status", "--offline"), 3),
        (("check", "--fast", "--offline"), 1),
        (("explain", "tag-exists"), 0),
    ],
)
def test_what_only_reads_here_loads_nothing_that_talks_or_builds(
    words: tuple[str, ...], ends_with: int, form: str, sample: Path, tmp_path: Path
) -> None:
    modules = loaded(tmp_path / "modules", "-C", str(sample), "--format", form, *words, ends_with=ends_with)

    assert roots(modules) & (TALKING | WRITING) == set()
    assert "rich" not in modules  # nobody looks on: what the report is written to is a pipe
    assert "packaging.metadata" not in modules


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_a_quick_check_loads_nothing_that_takes_its_time(form: str, sample: Path, tmp_path: Path) -> None:
    words = ("-C", str(sample), "--format", form, "check", "--fast", "--offline")
    modules = loaded(tmp_path / "modules", *words, ends_with=1)

    assert modules & SLOW == set()


def test_rich_is_loaded_where_something_is_styled(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)

    assert "rich" in loaded(tmp_path / "modules", "-C", str(sample), "show")
    assert "rich" not in loaded(tmp_path / "modules", "-C", str(sample), "--no-color", "show")
