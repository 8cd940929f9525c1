"""Whatever a changelog holds, an edit either can be read back or says why there is none."""

from collections.abc import Callable
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from tagship.domain.changelog import parse
from tagship.domain.changelog.adding import paste
from tagship.domain.changelog.damage import find_damage, known_damage
from tagship.domain.changelog.editing import insert, open_next, remarks, roll
from tagship.domain.changelog.folder import insert_file
from tagship.errors import TagshipError

DAY = date(2026, 11, 2)
NEXT = Version("7.0")
PATHS = st.sampled_from(["CHANGELOG.md", "NEWS.rst", "CHANGES"])
PIECES = st.sampled_from(
    ["# ", "## ", "### Fixed\n", "1.2.0", "v1.1", "[Unreleased]", "[1.2.0]: https://x/v1.1...v1.2.0\n", "](",
     ")", "```", "<!--", "-->", "- ", "1. ", "> ", "\t",
     "    ", "====\n", "----\n", "\n", "\r\n", "\r", "\n\n", ".. ", "::",
     ".. _x:", "Unreleased\n", "2024-01-02", "(01/02/2024)", "Mon, 5 Jan 2026", "12th May 2025", "<<<<<<< x\n",
     "=======\n", ">>>>>>> x\n", "**Bugs**\n", "{#v1-2-0}", "(unreleased)", "\ufeff", "İ", "\x00", "\x01", "\x05", "²",
     "99999999999999999999"]
)  # fmt: skip
TEXTS = st.text(max_size=60) | st.lists(PIECES | st.text(max_size=3), max_size=40).map("".join)


def attempt(made: Callable[[], str]) -> str | TagshipError:
    """An edited text, or why there is none."""
    try:
        return made()
    except TagshipError as error:
        return error


@settings(deadline=None, max_examples=300)
@given(TEXTS, PATHS, TEXTS)
def test_an_edit_is_read_back_or_refused(text: str, path: str, body: str) -> None:
    log = parse(text, path=path, project="tagship")
    for made in (
        attempt(lambda: insert(text, log, NEXT, DAY, body, project="tagship")),
        attempt(lambda: roll(text, log, NEXT, DAY, project="tagship")),
    ):
        if isinstance(made, TagshipError):
            assert None not in {made.remedy, made.where}
        else:
            assert parse(made, path=path, project="tagship").section(NEXT) is not None


@settings(deadline=None, max_examples=200)
@given(TEXTS, PATHS)
def test_what_is_opened_or_added_is_open_or_refused(text: str, path: str) -> None:
    log = parse(text, path=path, project="tagship")
    opened = attempt(lambda: open_next(text, log, None, project="tagship"))
    pasted = attempt(lambda: paste(text, log, "A change (#1)", project="tagship")[1])

    if isinstance(opened, TagshipError):
        assert opened.remedy is not None
    else:
        assert any(section.unreleased for section in parse(opened, path=path, project="tagship").sections)
    if isinstance(pasted, TagshipError):
        assert pasted.remedy is not None
    else:
        assert "A change (#1)" in pasted


@settings(deadline=None, max_examples=200)
@given(TEXTS, PATHS)
def test_any_text_can_be_judged(text: str, path: str) -> None:
    log = parse(text, path=path, project="tagship")
    found = find_damage(text, log)
    said = attempt(lambda: "".join(remarks(text, log, NEXT, project="tagship")))
    filed = attempt(lambda: "".join(insert_file({path: text}, log, NEXT, DAY, "- a", project="tagship")))

    assert all(1 <= damage.line <= len(text) + 1 for damage in found)
    assert known_damage(log) <= {damage.key for damage in found}
    assert isinstance(said, str) or said.remedy is not None
    assert isinstance(filed, str) or filed.remedy is not None
