"""Workflows, our own and those that pages show, run actions that are pinned, each in one version everywhere."""

import re
from pathlib import Path

import pytest

from pages import DOCS, ROOT, name_of, read

OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SHOWN = [page for page in sorted(DOCS.rglob("*.md")) if "- uses: " in read(page)]
_USED = re.compile(r"^\s*(?:- )?uses: (?P<action>[^@\s]+)@(?P<pin>.+)$", re.MULTILINE)
_PINNED = re.compile(r"[0-9a-f]{40} # v\d+\.\d+\.\d+")


def used(path: Path) -> list[tuple[str, str]]:
    return [(found["action"], found["pin"]) for found in _USED.finditer(read(path))]


@pytest.mark.parametrize("path", [*OURS, *SHOWN], ids=name_of)
def test_actions_are_pinned_to_commits(path: Path) -> None:
    assert used(path) != []
    assert [pair for pair in used(path) if _PINNED.fullmatch(pair[1]) is None] == []


def test_an_action_is_the_same_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for path in (*OURS, *SHOWN):
        for action, pin in used(path):
            pins.setdefault(action, set()).add(pin)

    assert {action: found for action, found in pins.items() if len(found) > 1} == {}


def test_readiness_is_asked_of_every_pull_request_with_the_whole_history() -> None:
    """The job has no condition, so that it can be required."""
    workflow = read(ROOT / ".github" / "workflows" / "readiness.yml")

    assert "\n  pull_request:\n" in workflow
    assert "fetch-depth: 0\n" in workflow
    assert "tagship check " in workflow
    assert "    if: " not in workflow
