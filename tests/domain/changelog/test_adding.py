import pytest

from domain.changelog.shapes import SHAPES, ZEST, Shape
from tagship.domain.changelog import parse
from tagship.domain.changelog.adding import paste
from tagship.domain.changelog.editing import open_next
from tagship.errors import FactUnknown

NAME = "tagship"
LINE = "Describe the change (#12)"


def added(text: str, path: str = "CHANGELOG.md") -> str:
    """What somebody gets who pastes the entry where it is said to go, below the heading that is said to be needed."""
    log = parse(text, path=path, project=NAME)
    line, entry = paste(text, log, LINE, project=NAME)
    opened = text if log.opened else open_next(text, log, None, project=NAME)
    lines = opened.split("\n")
    return "\n".join((*lines[: line - 1], entry, *lines[line - 1 :]))


def without_blanks(text: str) -> list[str]:
    return [line for line in text.split("\n") if line]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_an_entry_is_told_under_what_is_unreleased_and_all_else_stays(shape: Shape) -> None:
    before, after = (parse(text, path=shape.path, project=NAME) for text in (shape.text, added(shape.text, shape.path)))
    opened = next(section for section in after.sections if section.unreleased)

    assert LINE in opened.body
    assert opened.has_content
    assert [one.body for one in after.sections if not one.unreleased] == [
        one.body for one in before.sections if not one.unreleased
    ]


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("", f"- {LINE}\n"),
        ("* a\n", f"* a\n* {LINE}\n"),
        ("* a\n\n* b\n", f"* a\n\n* b\n* {LINE}\n"),
        (
            "### Added\n\n- a\n\n### Changed\n\n- b\n\n### Fixed\n\n- c\n",
            f"### Added\n\n- a\n\n### Changed\n\n- b\n- {LINE}\n\n### Fixed\n\n- c\n",
        ),
        ("### Added\n\n- a\n\n### Fixed\n\n- c\n", f"### Added\n\n- a\n\n### Fixed\n\n- c\n- {LINE}\n"),
        ("Words.\n", f"Words.\n- {LINE}\n"),
        ("<!-- Entries go here. -->\n", f"<!-- Entries go here. -->\n- {LINE}\n"),
    ],
)  # fmt: skip
def test_an_entry_goes_where_a_reader_looks_for_it(body: str, made: str) -> None:
    text = f"# Log\n\n## Unreleased\n\n{body}\n## 1.2.0\n\n- old\n"
    expected = f"# Log\n\n## Unreleased\n\n{made}\n## 1.2.0\n\n- old\n"

    assert without_blanks(added(text)) == without_blanks(expected)


def test_an_entry_goes_before_words_that_say_nothing_yet() -> None:
    text = ZEST.replace("- Something new.", "- Nothing changed yet.")

    assert added(text, "CHANGES.rst") == ZEST.replace("Something new.", f"{LINE}\n- Nothing changed yet.")


def test_where_an_entry_goes_is_told() -> None:
    text = "# Log\n\n## Unreleased\n\n- a\n\n## 1.2.0\n\n- b\n"

    assert paste(text, parse(text, path="C.md", project=NAME), LINE, project=NAME) == (6, f"- {LINE}")


def test_a_changelog_without_a_style() -> None:
    with pytest.raises(FactUnknown):
        added("Words.\n", "CHANGES.txt")
