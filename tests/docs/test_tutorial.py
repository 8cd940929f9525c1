"""What the front page and the tutorial show is what happens: they are carried out, and the output is compared."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import tagship
from pages import DOCS, ROOT, Block, Command, blocks, commands, read

pytestmark = pytest.mark.slow

TUTORIAL = DOCS / "tutorial" / "first-release.md"
REAL = "\n## Ship it\n"
"""From here on the tutorial talks to a real index, and is only parsed."""
SECONDS = 240
ANYTHING = "…"

_FILE = re.compile(r"Write `(?P<path>[^`]+)`:")
_SCRUBBED = re.compile(r"(?:CI|GITHUB_|GH_|TAGSHIP_|GIT_|NO_COLOR|COLUMNS|FORCE_COLOR).*")
_VARIES = (
    (re.compile(r"\d+ (?=passed|skipped|unknown|checks)"), "N "),
    (re.compile(r"\d+\.\d s\b"), "N s"),
    (re.compile(r"(?<=commit )[0-9a-f]{12}\b"), "N"),
    (re.compile(r"Python \d\S*"), "Python N"),
    (re.compile(r" +"), " "),
    (re.compile(r" $", re.MULTILINE), ""),
)


def _surroundings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _SCRUBBED.fullmatch(name)}
    kept["PYTHONPATH"] = str(Path(tagship.__file__).resolve().parents[1])
    identity = {"NAME": "reader", "EMAIL": "reader@tutorial.invalid"}
    people = {f"GIT_{role}_{part}": value for role in ("AUTHOR", "COMMITTER") for part, value in identity.items()}
    return kept | people | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def _steady(text: str) -> str:
    """The text without what differs from run to run: counts, times, versions, columns."""
    for varies, instead in _VARIES:
        text = varies.sub(instead, text)
    return text


def _pattern(shown: str) -> re.Pattern[str]:
    """Shown output as a pattern for steady text: `…` stands for anything, alone on a line for any lines."""
    lines = _steady(shown.rstrip("\n")).split("\n")
    parts = ("(?:.*\n)*?" if line == ANYTHING else re.escape(line).replace(ANYTHING, ".*") + "\n" for line in lines)
    return re.compile("".join(parts))


def _carry_out(command: Command, where: Path) -> str:
    """Run a command, and return what it says, once its exit code is the one that its output promises."""
    words = [sys.executable, "-m", *command.words] if command.words[0] == "tagship" else list(command.words)
    done = subprocess.run(
        words,
        cwd=where,
        env=_surroundings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    promised = 1 if "\nblocked: " in command.output else 0
    assert done.returncode == promised, f"{command}\n{done.stdout}"
    return done.stdout


def _compare(command: Command, said: str) -> None:
    """Compare with the output that is shown; a page that shows none says nothing about it."""
    as_shown = _pattern(command.output).fullmatch(_steady(said)) is not None

    assert as_shown or not command.output.strip(), f"{command}\nshown:\n{command.output}\nsaid:\n{said}"


def _until_it_is_real() -> Iterator[Block]:
    before, heading, _ = read(TUTORIAL).partition(REAL)
    assert heading
    return blocks(before)


def test_the_tutorial_is_true_until_it_leaves_the_machine(tmp_path: Path) -> None:
    where = tmp_path
    ran: list[str] = []
    for block in _until_it_is_real():
        file = _FILE.fullmatch(block.lead)
        if file is not None:
            (where / file["path"]).write_text(block.body, encoding="utf-8")
        for command in commands(block) if block.language == "console" else ():
            if command.words[0] == "cd":
                where = where / command.words[1]
                continue
            _compare(command, _carry_out(command, where))
            ran.append(str(command))

    assert ran.count("tagship rehearse") == 2
    assert not (where / "dist").exists()
    assert _carry_out(Command(("git", "tag", "--list"), ""), where) == ""
    assert _carry_out(Command(("git", "status", "--short"), ""), where) == ""


_PROJECT = {
    "pyproject.toml": """\
[build-system]
requires = ["flit_core>=3.11"]
build-backend = "flit_core.buildapi"

[project]
name = "tide-clock"
version = "1.4.0"
description = "When the water comes back."
""",
    "CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n## 1.4.0 - 2026-03-01\n\n- Tides of the North Sea.\n",
    "src/tide_clock/__init__.py": "HOURS = 12.42\n",
    "tests/test_tide.py": """\
import unittest

from tide_clock import HOURS


class Waters(unittest.TestCase):
    def test_hours(self):
        self.assertEqual(HOURS, 12.42)
""",
}


def _branch_with_flaws(where: Path) -> Path:
    """The branch that the front page checks: without an entry, with a test that fails, and main went on meanwhile."""
    project = where / "tide-clock"

    def git(*words: str) -> None:
        _carry_out(Command(("git", *words), ""), project)

    def commit(files: Mapping[str, str], message: str) -> None:
        for path, content in files.items():
            (project / path).parent.mkdir(parents=True, exist_ok=True)
            (project / path).write_text(content, encoding="utf-8")
        git("add", ".")
        git("commit", "--quiet", "--message", message)

    project.mkdir()
    git("init", "--quiet", "--initial-branch", "main")
    commit(_PROJECT, "Tell the tides")
    git("tag", "--annotate", "v1.4.0", "--message", "v1.4.0")
    git("init", "--quiet", "--bare", "../remote.git")
    git("remote", "add", "origin", "../remote.git")
    git("switch", "--quiet", "--create", "rounded")
    commit({"src/tide_clock/__init__.py": "HOURS = 12.4\n"}, "Round the hours")
    git("switch", "--quiet", "main")
    commit({"README.md": "# tide-clock\n"}, "Begin a front page")
    git("push", "--quiet", "--set-upstream", "origin", "main", "v1.4.0")
    git("switch", "--quiet", "rounded")
    return project


def test_the_front_page_shows_what_check_and_rehearse_print(tmp_path: Path) -> None:
    shown = [each for block in blocks(read(ROOT / "README.md")) for each in commands(block) if each.output.strip()]

    assert [str(each) for each in shown] == ["tagship check --offline", "tagship rehearse --sample"]
    for command, where in zip(shown, (_branch_with_flaws(tmp_path), tmp_path), strict=True):
        _compare(command, _carry_out(command, where))
