"""Every command that a page shows is one that tagship takes."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages import DOCS, PAGES, blocks, commands, inline_code, name_of, read
from tagship.cli.commands import COMMANDS
from tagship.cli.options import parse

DESIGN = DOCS / "explanation" / "design.md"
ELSEWHERE = re.compile(r"""(?:^|[|;&] *|bin/)tagship"? (?P<words>[^|;&>'\n]+)""", re.MULTILINE)
"""tagship in a script or a workflow, up to whatever the shell reads next."""


def _shown(page: Path) -> Iterator[list[str]]:
    """The words after `tagship`, wherever a page shows a command to run."""
    for block in blocks(read(page)):
        if block.language == "console":
            yield from (list(each.words[1:]) for each in commands(block) if each.words[0] == "tagship")
        elif block.language in {"sh", "yaml"}:
            yield from (shlex.split(found["words"]) for found in ELSEWHERE.finditer(block.body))


SHOWN = [(page, words) for page in PAGES for words in _shown(page)]


def test_there_are_commands_to_look_at() -> None:
    assert {name_of(page) for page, _ in SHOWN} >= {
        "README.md",
        "docs/tutorial/first-release.md",
        "docs/how-to/resume-a-release.md",
        "docs/how-to/read-the-report-in-ci.md",
    }


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=lambda each: name_of(each) if isinstance(each, Path) else None)
def test_a_shown_command_parses(page: Path, words: list[str]) -> None:
    options = parse(words)

    assert options.command in {command.name for command in COMMANDS}, page


@pytest.mark.parametrize("page", [page for page in PAGES if page != DESIGN], ids=name_of)
def test_a_command_that_is_named_exists(page: Path) -> None:
    """The design alone speaks of what is not built yet."""
    named = {
        found[1]
        for code in inline_code(read(page))
        if (found := re.match(r"tagship ([a-z]+)(?: |$)", code)) and "/" not in code
    }

    assert named - {command.name for command in COMMANDS} == set()


def test_the_front_page_has_every_command() -> None:
    front = read(DOCS.parent / "README.md")

    assert [command.name for command in COMMANDS if f"| `tagship {command.name}" not in front] == []
