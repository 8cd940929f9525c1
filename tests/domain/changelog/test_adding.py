from datetime import date

import pytest

from domain.changelog.shapes import KEEP, SHAPES, ZEST, Shape
from tagship.domain.changelog import parse
from tagship.domain.changelog.adding import add_line, paste
from tagship.errors import Conflict, FactUnknown

NAME = "tagship"
DAY = date(2026, 11, 2)
LINE = "Describe the change (#12)"


def added(text: str, path: str = "CHANGELOG.md", line: str = LINE) -> str:
    return add_line(text, parse(text, path=path, project=NAME), line, project=NAME)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_entry_is_told_under_what_is_unreleased_and_all_else_stays(shape: Shape) -> None:
    made = added(shape.text, shape.path)
    before, after = (parse(text, path=shape.path, project=NAME) for text in (shape.text, made))
    opened = next(section for section in after.sections if section.unreleased)

    assert LINE in opened.body
    assert opened.has_content
    assert [one.body for one in after.sections if not one.unreleased] == [
        one.body for one in before.sections if not one.unreleased
    ]
    with pytest.raises(Conflict):
        added(made, shape.path)


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("", f"- {LINE}\n"),
        ("* a\n", f"* a\n* {LINE}\n"),
        ("* a\n\n* b\n", f"* a\n\n* b\n\n* {LINE}\n"),
        (
            "### Added\n\n- a\n\n### Changed\n\n- b\n\n### Fixed\n\n- c\n",
            f"### Added\n\n- a\n\n### Changed\n\n- b\n- {LINE}\n\n### Fixed\n\n- c\n",
        ),
        ("### Added\n\n- a\n\n### Fixed\n\n- c\n", f"### Added\n\n- a\n\n### Fixed\n\n- c\n- {LINE}\n"),
        ("Words.\n", f"Words.\n\n- {LINE}\n"),
    ],
)  # fmt: skip
def test_an_entry_goes_where_a_reader_looks_for_it(body: str, made: str) -> None:
    text = f"# Log\n\n## Unreleased\n\n{body}\n## 1.2.0\n\n- old\n"
    expected = f"# Log\n\n## Unreleased\n\n{made}\n## 1.2.0\n\n- old\n"

    assert added(text).replace("\n\n\n", "\n\n") == expected


def test_words_that_say_nothing_yet_give_way() -> None:
    text = ZEST.replace("- Something new.", "- Nothing changed yet.")

    assert added(text, "CHANGES.rst") == ZEST.replace("Something new.", LINE)


def test_the_first_entry_gets_the_group_that_takes_anything() -> None:
    text = "## Unreleased\n\n## 1.2.0\n\n### Fixed\n\n- a\n\n### Changed\n\n- b\n\n## 1.1.0\n\n### Fixed\n\n- c\n"

    assert added(text).startswith(f"## Unreleased\n\n### Changed\n\n- {LINE}\n\n## 1.2.0\n")


def test_an_entry_of_several_lines_is_set_in() -> None:
    assert "\n- One\n  two\n" in added(KEEP, line="One\ntwo")


def test_a_line_with_a_bullet_keeps_it() -> None:
    assert "\n* One\n" in added(KEEP, line="* One")


def test_where_an_entry_goes_is_told() -> None:
    text = "# Log\n\n## Unreleased\n\n- a\n\n## 1.2.0\n\n- b\n"

    assert paste(text, parse(text, path="C.md", project=NAME), LINE, project=NAME) == (6, f"- {LINE}")
    assert added(text).split("\n")[5] == f"- {LINE}"


def test_a_changelog_without_a_style() -> None:
    with pytest.raises(FactUnknown):
        added("Words.\n", "CHANGES.txt")
