from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from domain.changelog.shapes import KEEP, SHAPES, ZEST, Shape
from tagship.domain.changelog import Changelog, parse
from tagship.domain.changelog.editing import begin, insert, open_next, remarks, roll
from tagship.errors import Conflict, Edit, FactUnknown, InFile, NotThere

NAME = "tagship"
DAY = date(2026, 11, 2)
NEXT = Version("1.3.0")
BODY = "### Added\n\n- One.\n  - Two.\n\n```\ncode\n```"

every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)


def read(text: str, path: str = "CHANGELOG.md") -> Changelog:
    return parse(text, path=path, project=NAME)


def without_open(text: str) -> str:
    """A shape in which nothing is open for 1.3.0 by its name."""
    return text.replace("1.3.0 (unreleased)\n------------------\n\n- Something new.\n\n\n", "")


def inserted(text: str, path: str = "CHANGELOG.md", body: str = BODY, version: Version = NEXT) -> str:
    return insert(text, read(text, path), version, DAY, body, project=NAME)


def rolled(text: str, path: str = "CHANGELOG.md", version: Version = NEXT) -> str:
    return roll(text, read(text, path), version, DAY, project=NAME)


@every_shape
def test_a_release_is_headed_as_the_others_are(shape: Shape) -> None:
    text = without_open(shape.text)
    made = inserted(text, shape.path, "- One.")

    assert f"{shape.heads}\n" in made
    assert made.replace(f"{shape.heads}\n", "", 1) != made
    assert len(made.split("\n")) - len(text.split("\n")) == made.count("\n") - text.count("\n")


@every_shape
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_what_is_inserted_comes_back_and_all_else_stays(shape: Shape, end: str, mark: str) -> None:
    """Pain 28: notes came out empty, doubled or cut short where a changelog was searched and not read."""
    text = mark + without_open(shape.text).replace("\n", end)
    made = inserted(text, shape.path)
    before, after = read(text, shape.path), read(made, shape.path)
    section = after.section(NEXT)

    assert section is not None
    assert section.body.endswith(BODY)
    assert section.body == BODY or "Released" in section.body
    assert [one.body for one in after.sections if one != section] == [one.body for one in before.sections]
    assert is_within(text.removeprefix(mark).split(end), made.removeprefix(mark).split(end))
    assert made.startswith(mark)
    if end != "\n":
        assert "\n" not in made.replace(end, "")


def is_within(before: list[str], after: list[str]) -> bool:
    """Whether all lines but those of the link targets stand there still, in order."""
    rest = iter(after)
    return all(line in rest for line in before if "[Unreleased]" not in line)


@every_shape
def test_a_file_that_ends_without_a_line_end_still_does(shape: Shape) -> None:
    text = without_open(shape.text).rstrip("\n")

    assert inserted(text, shape.path).endswith(text[-20:])


@every_shape
def test_twice_is_refused(shape: Shape) -> None:
    made = inserted(without_open(shape.text), shape.path)

    with pytest.raises(Conflict) as caught:
        inserted(made, shape.path)

    assert isinstance(caught.value.remedy, Edit)
    with pytest.raises((Conflict, NotThere)):
        roll(made, read(made, shape.path), NEXT, DAY, project=NAME)


@every_shape
def test_what_comes_next_is_opened_in_style_and_becomes_the_release(shape: Shape) -> None:
    text = without_open(shape.text)
    if "[Unreleased]" in text:
        text = text.replace("## [Unreleased]\n\n### Added\n\n- Something new. #7\n\n### Removed\n\n", "")
    for version in (NEXT, None):
        opened = open_next(text, read(text, shape.path), version, project=NAME)

        assert open_next(opened, read(opened, shape.path), version, project=NAME) == opened
        first = read(opened, shape.path).sections[0]
        assert (first.unreleased, first.version, first.has_content) == (True, version, False)
        made = rolled(opened, shape.path)
        assert f"{shape.heads}\n" in made
        assert any(one.unreleased for one in read(made, shape.path).sections) == (version is None)


def test_keep_a_changelog_is_rolled_with_its_links() -> None:
    assert rolled(KEEP) == KEEP.replace("## [Unreleased]\n", "## [Unreleased]\n\n## [1.3.0] - 2026-11-02\n").replace(
        "### Removed\n\n", ""
    ).replace("v1.2.0...HEAD\n", "v1.3.0...HEAD\n[1.3.0]: https://example.org/o/p/compare/v1.2.0...v1.3.0\n")


def test_the_heading_of_a_version_loses_its_mark() -> None:
    assert rolled(ZEST, "CHANGES.rst") == ZEST.replace("1.3.0 (unreleased)", "1.3.0 (2026-11-02)")


def test_the_heading_follows_the_version_that_is_released() -> None:
    made = rolled(ZEST, "CHANGES.rst", Version("1.4.0rc1"))

    assert made == ZEST.replace(
        "1.3.0 (unreleased)\n------------------", "1.4.0rc1 (2026-11-02)\n---------------------"
    )


def test_what_is_open_for_a_later_version_is_not_taken_for_an_earlier_one() -> None:
    with pytest.raises(NotThere) as caught:
        rolled(ZEST, "CHANGES.rst", Version("1.2.1"))

    assert isinstance(caught.value.remedy, Edit)


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD\n## Unreleased\n- a\n=======\n## Unreleased\n- b\n>>>>>>> x\n\n## 1.2.0\n\n- c\n",
        "## Unreleased\n\n- a\n\n## Unreleased\n\n- b\n\n## 1.2.0\n\n- c\n",
    ],
    ids=["markers", "a union"],
)
def test_a_merge_that_went_wrong_is_mended_first(text: str) -> None:
    with pytest.raises(FactUnknown) as caught:
        rolled(text)

    assert (isinstance(caught.value.remedy, Edit), isinstance(caught.value.where, InFile)) == (True, True)


def test_a_version_of_one_number_is_not_taken_for_a_day() -> None:
    text = "## Unreleased\n\n- a\n\n## v5 (2026-12-5)\n\n- b\n"

    assert "\n## v6 (2026-11-2)\n" in rolled(text, version=Version("6"))


def test_a_release_of_old_that_never_came_out_is_no_open_section() -> None:
    """Real changelogs say `0.7.0 (Unreleased)` below releases that followed it."""
    text = "# Log\n\n## 1.2.0\n\n- a\n\n## 1.1.0 (unreleased)\n\n- b\n\n## 1.0.0\n\n- c\n"

    with pytest.raises(NotThere):
        rolled(text)


def test_the_line_below_the_heading_changes_with_it() -> None:
    text = "## Version 1.3.0\n\nUnreleased\n\n- a\n\n## Version 1.2.0\n\nReleased 2026-01-12\n\n- b\n"

    assert rolled(text) == text.replace("Unreleased", "Released 2026-11-02")


def test_the_address_of_what_is_unreleased_moves_on() -> None:
    """As in stamina and structlog."""
    text = (
        "# Changelog\n\n\n## [Unreleased](https://example.org/compare/1.2.0...HEAD)\n\n- a\n\n\n"
        "## [1.2.0](https://example.org/compare/1.1.0...1.2.0) - 2026-01-12\n\n- b\n\n\n"
        "## [1.1.0](https://example.org/tree/1.1.0) - 2025-12-24\n\n- c\n"
    )

    assert rolled(text) == text.replace(
        "## [Unreleased](https://example.org/compare/1.2.0...HEAD)\n",
        "## [Unreleased](https://example.org/compare/1.3.0...HEAD)\n\n\n"
        "## [1.3.0](https://example.org/compare/1.2.0...1.3.0) - 2026-11-02\n",
    )


def test_the_address_of_what_is_unreleased_moves_on_with_an_insertion_too() -> None:
    text = (
        "## [Unreleased](https://example.org/compare/1.2.0...HEAD)\n\n"
        "## [1.2.0](https://example.org/compare/1.1.0...1.2.0)\n\n- b\n\n## [1.1.0](https://example.org/x)\n\n- c\n"
    )

    assert "## [Unreleased](https://example.org/compare/1.3.0...HEAD)\n\n## [1.3.0](" in inserted(text)


def test_comments_that_tell_what_to_write_stay_behind() -> None:
    """As in black, whose groups wait with a comment in each."""
    text = (
        "# Log\n\n## Unreleased\n\n<!-- Please give the number. -->\n\n### Highlights\n\n<!-- Major changes -->\n\n"
        "### Style\n\n<!-- Changes of style -->\n\n- A change. (#1)\n\n## 1.2.0\n\n- b\n"
    )

    assert rolled(text) == (
        "# Log\n\n## Unreleased\n\n<!-- Please give the number. -->\n\n### Highlights\n\n<!-- Major changes -->\n\n"
        "## 1.3.0\n\n### Style\n\n<!-- Changes of style -->\n\n- A change. (#1)\n\n## 1.2.0\n\n- b\n"
    )


def test_groups_go_only_if_they_hold_nothing() -> None:
    text = (
        "## Unreleased\n\n### Added\n\n### Changed\n\n#### API\n\n- a\n\n### Fixed\n\n#### CLI\n\n### Removed\n\n"
        "## 1.2.0\n\n- b\n"
    )

    assert rolled(text) == ("## Unreleased\n\n## 1.3.0\n\n### Changed\n\n#### API\n\n- a\n\n## 1.2.0\n\n- b\n")


def test_nothing_is_lost_where_no_heading_stays() -> None:
    text = (
        "## 1.3.0 (unreleased)\n\n### Added\n\n<!-- what is new -->\n\n### Fixed\n\n- a\n\n"
        "## 1.2.0 (2026-01-12)\n\n- b\n"
    )

    assert rolled(text) == text.replace("unreleased", "2026-11-02")


def test_mixed_line_ends_stay_as_they_are() -> None:
    text = "# Log\r\n\r\n## Unreleased\n\n- a\r\n- b\n\r\n## 1.2.0 (2026-01-12)\r\n\r\n- c"
    made = rolled(text)

    assert made == text.replace("## Unreleased\n", "## Unreleased\n\r\n## 1.3.0 (2026-11-02)\r\n")


def test_a_maintenance_release_is_put_among_its_own() -> None:
    """Failure 31: 3.1.7 and 3.1.8 were released on a line of their own, and main never told."""
    text = "# Log\n\n## 3.2.0\n\n- c\n\n## 3.1.6\n\n- b\n\n## 3.1.5\n\n- a\n"
    made = inserted(text, body="- d", version=Version("3.1.7"))

    assert [str(section.version) for section in read(made).sections] == ["3.2.0", "3.1.7", "3.1.6", "3.1.5"]


def test_a_changelog_that_begins_with_the_oldest_release_gets_the_newest_last() -> None:
    text = "# Log\n\n## 1.0\n\n- a\n\n## 1.1\n\n- b\n\n## 1.2\n\n- c\n\n[x]: https://example.org\n"
    made = inserted(text, body="- d")

    assert made == text.replace("- c\n", "- c\n\n## 1.3.0\n\n- d\n")


@pytest.mark.parametrize(
    ("path", "text", "head"),
    [
        ("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n- a\n", "\n## [1.3.0] - 2026-11-02\n"),
        ("CHANGELOG.md", "# Changelog\n\n## 1.3.0 (unreleased)\n\n- a\n", "\n## 1.3.0 (2026-11-02)\n"),
        ("CHANGELOG.md", "## Version 1.3.0\n\nUnreleased\n\n- a\n", "## Version 1.3.0\n\nReleased 2026-11-02\n"),
        ("CHANGES.rst", "Log\n===\n\nUnreleased\n----------\n\n- a\n", "\n1.3.0 (2026-11-02)\n------------------\n"),
    ],
)
def test_the_first_release_is_headed_as_the_open_section_is(path: str, text: str, head: str) -> None:
    assert head in rolled(text, path)
    assert remarks(text, read(text, path), NEXT, project=NAME)


def test_the_first_release_of_a_changelog_with_a_title_alone() -> None:
    assert inserted("# Changelog\n", body="- a") == "# Changelog\n\n## 1.3.0 - 2026-11-02\n\n- a\n"
    assert inserted("Log\n===\n", "NEWS.rst", "- a") == "Log\n===\n\n1.3.0 (2026-11-02)\n------------------\n\n- a\n"


@pytest.mark.parametrize("text", ["", "Nothing but words.\n", "\x00\x01\x02"])
def test_a_changelog_without_a_heading_shows_no_style(text: str) -> None:
    with pytest.raises(FactUnknown) as caught:
        inserted(text, "CHANGES.txt")

    assert (isinstance(caught.value.remedy, Edit), caught.value.where is not None) == (True, True)


@pytest.mark.parametrize("body", ["```\nnever closed", "<!-- never closed", "- a\n\n## 0.9.0\n\n- b", "# 9.9.9"])
def test_a_body_that_would_not_come_back_is_refused(body: str) -> None:
    with pytest.raises(FactUnknown):
        inserted("# Log\n\n## 1.2.0\n\n- c\n", body=body)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("## 1.2.0 (2026-01-12)\n\n- a\n", ""),
        ("## 1.2.0 (01/02/2026)\n\n- a\n", "01/02/2026"),
        ("## 1.2.0 (2026-01-12 10:00)\n\n- a\n", "time of day"),
        ("## [1.2.0](https://example.org/milestone/7)\n\n- a\n", "milestone/7"),
        ("## 1.2.0 Blue Whale\n\n- a\n", "Blue Whale"),
    ],
)
def test_what_cannot_be_written_back_is_said(text: str, remark: str) -> None:
    said = remarks(text, read(text), NEXT, project=NAME)

    assert remark in " ".join(said)
    assert bool(said) == bool(remark)


def test_a_new_changelog_holds_the_release_and_takes_the_next() -> None:
    text = begin("some-project", NEXT, DAY, "\n- First.\n\n")
    log = read(text)

    assert [(section.title, section.body) for section in log.sections] == [
        ("Unreleased", ""),
        ("1.3.0 - 2026-11-02", "- First."),
    ]
    assert "## 1.4.0 - 2026-11-02\n" in inserted(text, version=Version("1.4.0"))


WORDS = st.from_regex(r"[A-Za-z][A-Za-z ,.`]{0,40}[a-z,.]", fullmatch=True)
BULLETS = st.lists(st.tuples(st.sampled_from(["- ", "  - ", "* ", "", "### "]), WORDS), min_size=1, max_size=8)
BODIES = BULLETS.map(lambda lines: "\n\n".join(bullet + words.replace("`", "") for bullet, words in lines).strip())
KEPT = st.sampled_from([shape for shape in SHAPES if shape.path.endswith(".md")])


@settings(deadline=None, max_examples=150)
@given(KEPT, BODIES)
def test_any_body_comes_back(shape: Shape, body: str) -> None:
    made = inserted(shape.text, shape.path, body)
    section = read(made, shape.path).section(NEXT)

    assert section is not None
    assert section.body == body


DIRECTLY = "# Log\n\n## {}\n{}- A door.\n\n## 1.2.0\n{}- Old.\n\n## 1.1.0\n{}- Older.\n"


@pytest.mark.parametrize("title", ["Unreleased", "1.3.0 (unreleased)"])
@pytest.mark.parametrize(("others", "made"), [("\n", "\n"), ("", "")], ids=["wide", "tight"])
def test_an_entry_directly_under_its_heading_is_set_apart_as_the_others_are(title: str, others: str, made: str) -> None:
    text = rolled(DIRECTLY.format(title, "", others, others))

    assert f"## 1.3.0\n{made}- A door.\n\n## 1.2.0\n" in text
    assert rolled(DIRECTLY.format(title, "\n", "\n", "\n")).count("\n\n\n") == 0


def test_an_entry_directly_under_its_heading_stays_so_in_the_first_release_and_after_a_group_that_goes() -> None:
    assert "## 1.3.0 - 2026-11-02\n- A door.\n" in rolled("# Log\n\n## Unreleased\n- A door.\n")
    text = rolled(DIRECTLY.format("Unreleased\n### Added\n### Fixed", "", "\n", "\n"))
    assert "## 1.3.0\n\n### Fixed\n- A door.\n" in text


@settings(deadline=None, max_examples=150)
@given(BODIES)
def test_rolling_leaves_every_other_section_as_it_was(body: str) -> None:
    """Pain 29: what people had written into notes was lost when a tool made them anew."""
    text = KEEP.replace("### Added\n\n- Something new. #7\n\n### Removed", body)
    made = rolled(text)
    before, after = text.index("## [1.2.0]"), made.index("## [1.2.0]")

    assert made[after : made.index("[Unreleased]:")] == text[before : text.index("[Unreleased]:")]
    assert made.startswith(text[: text.index("## [Unreleased]")])


HOSTILE = {
    "bullets": "- " * 50_000,
    "groups": "### Added\n" * 20_000,
    "groups in groups": "".join("#" * (3 + depth % 4) + " G\n" for depth in range(20_000)),
    "comments": "<!--\n" * 20_000 + "-->",
    "links": "[1.0]: x\n" * 20_000,
    "comparisons": "[Unreleased]: " + "a..b" * 50_000,
}


@pytest.mark.parametrize("trap", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.timeout(60)
def test_no_text_is_a_trap(trap: str) -> None:
    text = f"# Log\n\n## Unreleased\n\n{trap}\n\n## 1.2.0\n\n- a\n"
    try:
        made = rolled(text)
    except FactUnknown:
        made = text
    assert made.count("## 1.2.0") == 1


def test_the_line_below_a_heading_that_is_too_short_to_be_a_rule_is_drawn_in_full() -> None:
    text = "# Log\n\n1.2.0\n--\n\n- a\n\n1.1.0\n--\n\n- b\n"

    assert inserted(text, body="- c") == text.replace("1.2.0\n", "1.3.0\n-----\n\n- c\n\n1.2.0\n", 1)


def test_a_changelog_of_two_megabytes_is_rolled() -> None:
    entry = "- Something that is told at some length, with `code` and a [link](https://example.org).\n"
    old = "".join(f"## [0.{n}.0] - 2024-01-02\n\n### Added\n\n{entry * 9}\n" for n in range(2_500, 0, -1))
    text = f"# Log\n\n## [Unreleased]\n\n{entry}\n{old}"
    log = read(text)

    made = roll(text, log, NEXT, DAY, project=NAME)

    assert len(text) > 2_000_000
    assert len(made) - len(text) == len("\n## [1.3.0] - 2026-11-02\n")


def test_a_line_below_a_heading_that_is_one_character_long() -> None:
    """Markdown takes it for an underline; the next one is as long as its words."""
    text = "# Log\n\nUnreleased\n-\n\n- New.\n\n1.2.0\n-\n\n- Old.\n"

    made = roll(text, read(text), NEXT, DAY, project=NAME)

    assert "1.3.0\n-----\n\n- New." in made


@pytest.mark.parametrize(
    ("newest", "head"),
    [
        ("[1.0.0] - 2026年1月5日", "[1.3.0]"),
        ("[1.0.0](https://x.example/v1.0.0) Blue Whale", "[1.3.0](https://x.example/v1.3.0)"),
        (
            "[1.0.0](https://x.example/1.0.0/notes) Blue, 2026-01-05",
            "[1.3.0](https://x.example/1.3.0/notes), 2026-11-02",
        ),
        ("1.0.0 — 5 März 2026", "1.3.0"),
        ("1.0.0: Blue Whale (old)", "1.3.0"),
    ],
)
def test_what_opens_before_a_version_closes_behind_it(newest: str, head: str) -> None:
    made = inserted(f"# Changelog\n\n## {newest}\n\n- One.\n", body="- Two.")

    assert f"\n## {head}\n\n- Two.\n" in made


@pytest.mark.parametrize(
    ("address", "after"),
    [
        ("https://x.example/compare/v0.9.0...v1.0.0", "https://x.example/compare/v1.0.0...v1.3.0"),
        ("https://x.example/compare/py3-v0.9.0..py3-v1.0.0", "https://x.example/compare/py3-v1.0.0..py3-v1.3.0"),
        ("https://x.example/compare/abc123...v1.0.0", "https://x.example/compare/abc123...v1.3.0"),
    ],
)
def test_the_only_release_compares_with_one_that_is_not_told(address: str, after: str) -> None:
    made = inserted(f"# Changelog\n\n## [1.0.0]({address}) (2026-01-05)\n\n- One.\n", body="- Two.")

    assert f"\n## [1.3.0]({after}) (2026-11-02)\n" in made


def test_the_line_that_nothing_changed_goes_where_something_did() -> None:
    text = ZEST.replace("- Something new.", "- Something new.\n- Nothing changed yet.\n- No changes yet to the API.")

    section = read(rolled(text, "CHANGES.rst"), "CHANGES.rst").section(NEXT)

    assert section is not None
    assert section.body == "- Something new.\n- No changes yet to the API."


@pytest.mark.parametrize(
    "body",
    [
        "- Nothing changed yet.",
        "- One.\n\n```\n- Nothing changed yet.\n```",
        "### Added\n\n- One.\n\n### Fixed\n\n- Nothing yet.",
    ],
)
def test_the_line_that_nothing_changed_stays_where_it_is_all_or_quoted(body: str) -> None:
    text = f"# Changelog\n\n## Unreleased\n\n{body}\n\n## 1.2.0 - 2026-01-05\n\n- Old.\n"

    section = read(rolled(text)).section(NEXT)

    assert section is not None
    assert section.body == body


@pytest.mark.parametrize("end", ["", "\n"])
def test_where_newer_releases_stand_below_the_open_heading_stays_last(end: str) -> None:
    """What was prepared was blocked: Unreleased stood among the releases."""
    old = "# Log\n\n## 1.1.0 - 2025-12-05\n\n- Old.\n\n## 1.2.0 - 2026-01-05\n\n- Less old.\n\n"

    made = rolled(f"{old}## Unreleased\n\n- New.{end}")

    assert made == f"{old}## 1.3.0 - 2026-11-02\n\n- New.\n\n## Unreleased{end}"


def test_there_too_groups_go_that_hold_nothing_and_comments_stay_with_the_open_heading() -> None:
    old = "# Log\n\n## 1.1.0 - 2025-12-05\n\n- Old.\n\n## 1.2.0 - 2026-01-05\n\n- Less old.\n\n"

    made = rolled(f"{old}## Unreleased\n\n### Added\n\n- New.\n\n### Fixed\n\n<!-- tell here -->\n\n### Removed\n")

    assert (
        made
        == f"{old}## 1.3.0 - 2026-11-02\n\n### Added\n\n- New.\n\n## Unreleased\n\n### Fixed\n\n<!-- tell here -->\n"
    )
