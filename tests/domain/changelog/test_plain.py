"""Changelogs without any markup: lines by themselves that are versions."""

from datetime import date

import pytest
from packaging.version import Version

from tagship.domain.changelog import Format, parse
from tagship.domain.changelog.editing import insert, open_next
from tagship.errors import FactUnknown

LOG = """\
Version 4.1.1 released 2026-04-24

* The build works again on a system that is
  1.5.2 years old.

Version 4.1.0 released 2026-04-22

* Faster.

Version 4.0.1 released 2026-04-18

* Smaller.
"""


def test_lines_by_themselves_are_headings() -> None:
    changelog = parse(LOG, path="CHANGES.txt", project="simplejson")

    found = [(section.version, section.dated, section.line) for section in changelog.sections]

    assert changelog.format is Format.PLAIN
    assert found == [
        (Version("4.1.1"), date(2026, 4, 24), 1),
        (Version("4.1.0"), date(2026, 4, 22), 6),
        (Version("4.0.1"), date(2026, 4, 18), 10),
    ]
    assert changelog.sections[1].body == "* Faster."


@pytest.mark.parametrize(
    "text",
    [
        LOG.rpartition("Version")[0],
        LOG.replace("\n\n*", "\n*"),
        LOG.replace("Version", "Since version"),
        LOG.replace("released 2026", "and what it breaks 2026"),
        f"1.0\n===\n\n{LOG}",
        f"# Changes\n\n{LOG}",
    ],
    ids=["two", "no blank line", "other words before", "other words after", "an underline", "a number sign"],
)
def test_what_may_be_anything_is_none(text: str) -> None:
    changelog = parse(text, path="CHANGES.txt", project="simplejson")

    assert changelog.format is not Format.PLAIN


def test_a_suffix_that_names_a_markup_is_believed() -> None:
    assert parse(LOG, path="CHANGES.md", project="simplejson").sections == ()


def test_a_release_is_added_as_the_others_are() -> None:
    changelog = parse(LOG, path="CHANGES.txt", project="simplejson")

    made = insert(LOG, changelog, Version("4.1.2"), date(2026, 5, 1), "* Told.", project="simplejson")

    assert made == f"Version 4.1.2 released 2026-05-01\n\n* Told.\n\n{LOG}"


def test_a_line_for_what_is_open_would_not_be_read_as_a_heading() -> None:
    with pytest.raises(FactUnknown, match="would not be read as one"):
        open_next(LOG, parse(LOG, path="CHANGES.txt", project="simplejson"), None, project="simplejson")
