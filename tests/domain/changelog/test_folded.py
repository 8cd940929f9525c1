"""Releases of old that a changelog in Markdown folds away: a new one stands where the newest do outside of that."""

from datetime import date

import pytest
from packaging.version import Version

from checks.asking import passes
from fakes import FakeFacts
from tagship.checks.entries import ChangelogIsInOrder
from tagship.domain.changelog import parse
from tagship.domain.changelog.adding import paste
from tagship.domain.changelog.editing import insert, open_next, roll

NAME = "tagship"
DAY = date(2026, 3, 1)
OLD = "<details>\n<summary>Older</summary>\n\n## 2017.1 - 2017-01-01\n\n- Calendar.\n\n</details>\n"
NEW = "## 1.2.0 - 2026-02-01\n\n- A door.\n"
BELOW, ABOVE = f"# Changes\n\n{NEW}\n{OLD}", f"# Changes\n\n{OLD}\n{NEW}"


def titles(text: str) -> list[str]:
    return [section.title.partition(" ")[0] for section in parse(text, path="CHANGES.md", project=NAME).sections]


@pytest.mark.parametrize(
    ("text", "order"), [(BELOW, ["{}", "1.2.0", "2017.1"]), (ABOVE, ["2017.1", "{}", "1.2.0"])], ids=["below", "above"]
)
def test_what_is_new_stands_above_the_newest_that_is_open(text: str, order: list[str]) -> None:
    """It was put below the oldest, in the fold, and the next check did not take it for what is unreleased."""
    log = parse(text, path="CHANGES.md", project=NAME)
    line, _ = paste(text, log, "A window.", project=NAME)
    opened = open_next(text, log, None, project=NAME)
    reopened = parse(opened, path="CHANGES.md", project=NAME)
    inserted = insert(text, log, Version("1.2.1"), DAY, "- A window.\n", project=NAME)
    told = opened.replace("## Unreleased\n", "## Unreleased\n\n- A window.\n")
    rolled = roll(told, log, Version("1.2.1"), DAY, project=NAME)

    assert text.split("\n")[line - 1] == "## 1.2.0 - 2026-02-01"
    assert titles(opened) == [each.format("Unreleased") for each in order]
    assert [section.title for section in reopened.opened] == ["Unreleased"]
    assert titles(inserted) == [each.format("1.2.1") for each in order]
    assert [title for title in titles(rolled) if title != "Unreleased"] == [each.format("1.2.1") for each in order]
    passes(
        ChangelogIsInOrder(),
        FakeFacts(changelog=reopened, main_changelog=log, version=Version("1.2.0"), tags={}, tag_name="v1.2.0"),
    )


def test_where_every_release_is_folded_nothing_is_different() -> None:
    text = f"# Changes\n\n<details>\n\n{NEW}\n</details>\n\n{OLD.replace('2017.1', '1.1.0')}"
    log = parse(text, path="CHANGES.md", project=NAME)

    assert [section.folded for section in log.sections] == [True, True]
    assert log.shown == log.sections
    assert titles(insert(text, log, Version("1.2.1"), DAY, "- A window.\n", project=NAME)) == [
        "1.2.1",
        "1.2.0",
        "1.1.0",
    ]


@pytest.mark.parametrize(
    "fold",
    [
        "<details>",
        "</details>",
        "- <details> is read\n</details>",
        "```\n<details>\n```\n</details>",
        "<detailsx>\n</detailsx>",
    ],
)
def test_what_folds_nothing(fold: str) -> None:
    log = parse(f"# Changes\n\n{fold}\n\n{NEW}\n## 1.1.0\n\n- First.\n", path="CHANGES.md", project=NAME)

    assert [section.folded for section in log.sections] == [False, False]


def test_folds_in_folds_and_what_is_unreleased_in_one() -> None:
    text = f"<details>\n\n## Unreleased\n\n<details>\n- A\n</details>\n\n{NEW}\n</details>\n\n## 1.1.0\n\n- First.\n"
    log = parse(text, path="CHANGES.md", project=NAME)

    assert [(section.title[:5], section.folded) for section in log.sections] == [
        ("Unrel", False), ("1.2.0", True), ("1.1.0", False),
    ]  # fmt: skip
    assert [section.title for section in log.opened] == ["Unreleased"]


def test_a_release_lower_than_all_that_is_open_goes_into_the_fold() -> None:
    text = f"# Changes\n\n{NEW}\n{OLD.replace('2017.1', '1.0.0')}"
    log = parse(text, path="CHANGES.md", project=NAME)

    assert titles(insert(text, log, Version("1.0.1"), DAY, "- Mended.\n", project=NAME)) == ["1.2.0", "1.0.1", "1.0.0"]
