import pytest

from domain.changelog.shapes import SHAPES, ZEST, Shape
from tagship.domain.bump.news import mildest
from tagship.domain.changelog import parse, parse_files
from tagship.domain.changelog.adding import find_line, paste
from tagship.domain.changelog.editing import open_next
from tagship.errors import FactUnknown

NAME = "tagship"
LINE = "Words are counted (#12)"


def added(text: str, path: str = "CHANGELOG.md") -> str:
    """What somebody gets who pastes the entry where it is said to go, below the heading that is said to be needed."""
    log = parse(text, path=path, project=NAME)
    line, entry = paste(text, log, LINE, project=NAME)
    lines = text.split("\n")
    if not log.opened:
        opened = open_next(text, log, None, project=NAME)
        more = opened.count("\n") - text.count("\n")
        assert lines == opened.split("\n")[: line - 1] + opened.split("\n")[line - 1 + more :]
        return added(opened, path)
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


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("C.md", "# Changes\n\n## 0.9.0 (2026-01-12)\n\n- a\n", 3),
        ("C.rst", "Changes\n=======\n\n0.1.0\n-----\n\n- a\n", 4),
        ("C.rst", "Changes\n=======\n\n.. _one:\n\n-----\n0.1.0\n-----\n\n- a\n", 4),
        ("C.rst", "0.1.0\n=====\n\n- a\n", 1),
        ("C.md", "# Changes\n\n## 0.1.0\n\n- a\n\n## 0.2.0\n\n- b\n", 10),
        ("C.md", "# Changes\n\n## 0.1.0\n\n- a\n\n## 0.2.0\n\n- b\n\n[0.2.0]: https://example.org\n", 10),
    ],
    ids=["Markdown", "underlined", "overlined, with a label", "no title", "newest last", "newest last, above links"],
)
def test_where_the_heading_that_is_needed_goes_is_told_for_the_file_as_it_is(path: str, text: str, line: int) -> None:
    """The line of the text with the heading was told, and there it tore the last release."""
    assert paste(text, parse(text, path=path, project=NAME), LINE, project=NAME) == (line, f"- {LINE}")
    assert LINE in parse(added(text, path), path=path, project=NAME).opened[0].body


def test_a_line_is_found_in_its_own_section() -> None:
    text = "# Log\n\n- a\n\n## Unreleased\n\n- b\n- a\n\n## 1.2.0\n\n- a\n"
    first, second = parse(text, path="C.md", project=NAME).sections

    assert [find_line(text, section, "- a") for section in (first, second)] == [8, 12]
    (alone,) = parse_files([("unreleased.md", "- a\n")], path="changes", project=NAME).sections
    assert find_line("- a\n", alone, "- a") == 1


@pytest.mark.parametrize(
    ("kinds", "kind"),
    [
        (("breaking", "fix"), "fix"),
        (("feature", "bugfix", "doc", "removal", "misc"), "bugfix"),
        (("breaking-fix", "Patch"), "Patch"),
        (("feature", "doc", "misc"), "doc"),
        (("feature", "doc"), "doc"),
        (("removal", "feature", "packaging"), "packaging"),
        (("removed", "changed", "added"), "changed"),
        (("breaking", "removal"), "breaking"),
    ],
)
def test_the_kind_of_news_that_asks_for_least(kinds: tuple[str, ...], kind: str) -> None:
    """A project with the kinds `breaking` and `fix` was proposed a fragment that asks for a major release."""
    assert mildest(kinds) == kind


def test_a_changelog_without_a_style() -> None:
    with pytest.raises(FactUnknown):
        added("Words.\n", "CHANGES.txt")
