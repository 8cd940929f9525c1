"""The properties of edits on real changelogs: a folder of clones, named by TAGSHIP_REAL_PROJECTS."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from packaging.version import Version

from tagship.domain.changelog import Changelog, Format, parse
from tagship.domain.changelog.damage import find_damage, known_damage
from tagship.domain.changelog.editing import insert, open_next, roll
from tagship.errors import Conflict, FactUnknown, NotThere

PROJECTS = os.environ.get("TAGSHIP_REAL_PROJECTS", "")
NAMES = ("change*", "CHANGE*", "HISTORY*", "history*", "NEWS*", "news*", "release-notes*", "RELEASE*", "hatch*.md")
SUFFIXES = {".md", ".rst", ".txt", ""}
DAY = date(2026, 11, 2)
NONE = Version("0")
BODY = "- One thing.\n- Another: `with` *marks*."

pytestmark = pytest.mark.skipif(not PROJECTS, reason="TAGSHIP_REAL_PROJECTS names no folder of clones")


def changelogs() -> Iterator[tuple[str, str, Changelog, Version]]:
    """Every changelog with its project, its text, and a version above all in it."""
    for project in sorted(Path(PROJECTS or "nowhere").glob("*")):
        found = {path for name in NAMES for depth in ("", "*/", "*/*/") for path in project.glob(depth + name)}
        for path in sorted(path for path in found if path.is_file() and path.suffix in SUFFIXES):
            text = path.read_bytes().decode("utf-8", "replace")
            log = parse(text, path=path.name, project=project.name)
            versions = [section.version for section in log.sections if section.version is not None]
            if len(versions) > 1:
                newest = max(versions)
                yield project.name, text, log, Version(f"{newest.epoch}!{newest.major}.{newest.minor + 1}.0")


def told(log: Changelog, *, without: Version = NONE) -> list[tuple[Version | None, str]]:
    return [
        (section.version, section.body)
        for section in log.sections
        if section.version != without and (section.version or section.body)
    ]


def test_an_insertion_comes_back_and_changes_nothing_else() -> None:
    count = 0
    for project, text, log, version in changelogs():
        made = insert(text, log, version, DAY, BODY, project=project)
        after = parse(made, path=log.path, project=project)
        section = after.section(version)

        assert section is not None
        assert section.body.endswith(BODY)
        assert told(after, without=version) == told(log)
        assert len(made) - len(text) < 400
        with pytest.raises(Conflict):
            insert(made, after, version, DAY, BODY, project=project)
        count += 1
    assert count > 20


def test_what_is_opened_is_rolled() -> None:
    count = 0
    for project, text, log, version in changelogs():
        try:
            opened = open_next(text, log, None, project=project)
        except FactUnknown:
            # Lines without a markup are headings by their dates alone, and what is open has none.
            assert log.format is Format.PLAIN
            continue
        before = parse(opened, path=log.path, project=project)
        try:
            made = roll(opened, before, version, DAY, project=project)
        except NotThere:
            continue
        after = parse(made, path=log.path, project=project)

        assert after.section(version) is not None
        bodies = [section.body.removeprefix("Unreleased\n\n") for section in log.sections]
        assert [body for body in bodies if body not in made.replace("\r\n", "\n")] == []
        count += 1
    assert count > 20


def test_damage_is_found_again_without_the_text() -> None:
    for _, text, log, _ in changelogs():
        found = {damage.key for damage in find_damage(text, log)}

        assert found == known_damage(log)
