from datetime import date

import pytest
from packaging.version import Version

from tagship.domain.changelog.dates import date_like_version, take_dates
from tagship.domain.changelog.headings import LONGEST, Kind, read_heading, read_state

DAY = date(2024, 1, 2)


@pytest.mark.parametrize(
    "heading",
    [
        "1.2.0",
        "v1.2.0",
        "V1.2.0",
        "v 1.2.0",
        "v.1.2.0",
        "[1.2.0]",
        "[v1.2.0]",
        "1.2.0:",
        "1.2.0.",
        "**1.2.0**",
        "__1.2.0__",
        "*1.2.0*",
        "_1.2.0_",
        "`1.2.0`",
        "``1.2.0``",
        "1\\.2\\.0",
        "[1.2.0](https://example.org/compare/v1.1.0...v1.2.0)",
        "[1.2.0](https://example.org/wiki/Release_(1.2.0))",
        "[1.2.0][v1.2.0]",
        "[1.2.0][]",
        "![tag](https://example.org/1.3.0.svg) 1.2.0",
        "`1.2.0 <https://example.org/v1.2.0>`_",
        "`1.2.0`_",
        ":pypi:`tagship` 1.2.0",
        "1.2.0 https://example.org/releases/1.3.0",
        "<https://example.org/1.3.0> 1.2.0",
        "1.2.0 {#v1-2-0}",
        "1.2.0 {: #v1-2-0 .release}",
        '1.2.0 <a name="v1.2.0"></a>',
        '<a id="1.3.0"></a>1.2.0',
        "1.2.0 <!-- 1.3.0 -->",
        "Version 1.2.0",
        "version: 1.2.0",
        "Release 1.2.0",
        "Release v1.2.0",
        "release-1.2.0",
        "Ver. 1.2.0",
        "tagship 1.2.0",
        "Tagship v1.2.0",
        "tagship-1.2.0",
        "tagship==1.2.0",
        "tagship@1.2.0",
        "tagship/v1.2.0",
        "tagship version 1.2.0",
        "1.2.0 [YANKED]",
        "1.2.0 (yanked)",
        "1.2.0 (latest)",
        "1.2.0 Final",
        "1.2.0 / tagship 1.2.0",
        "🎉 1.2.0 🎉",
        "== 1.2.0 ==",
        "1.2.0\t",
        "1.2",
        "1.2.0.0",
    ],
)
def test_a_version_and_nothing_else(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version, said.dated, said.unreleased) == (Kind.VERSION, Version("1.2"), None, False)


@pytest.mark.parametrize(
    "heading",
    [
        "1.2.0 - 2024-01-02",
        "1.2.0 \N{EN DASH} 2024-01-02",
        "1.2.0 \N{EM DASH} 2024-01-02",
        "[1.2.0] - 2024-01-02",
        "[1.2.0](https://example.org/1.2.0) (2024-01-02)",
        "[1.2.0](https://example.org/1.2.0) - 2024-01-02 [YANKED]",
        "tagship 1.2.0 (2024-01-02)",
        "Version 1.2.0 (2024-01-02)",
        "1.2.0 2024-01-02",
        "1.2.0, 2024-01-02",
        "1.2.0-2024-01-02",
        "1.2.0 / 2024-01-02",
        "1.2.0 (2024/01/02)",
        "1.2.0 (2024/1/2)",
        "1.2.0 (January 2, 2024)",
        "1.2.0 (Jan 2nd 2024)",
        "1.2.0 (Jan. 2, 2024)",
        "1.2.0 (Tuesday, January 2, 2024)",
        "1.2.0 (2 Jan 2024)",
        "1.2.0 - 2nd of January, 2024",
        "1.2.0 (2-Jan-2024)",
        "1.2.0 (02.01.2024)",
        "1.2.0 (2024.01.02)",
        "1.2.0 (20240102)",
        "1.2.0 (2024-Jan-02)",
        "1.2.0 (2024-01-02T10:11:12Z)",
        "1.2.0 (2024-01-02 10:11 UTC)",
        "1.2.0 <small>2024-01-02</small>",
        "1.2.0 (released 2024-01-02)",
        "1.2.0 *released on January 2, 2024*",
        "2024-01-02 - 1.2.0",
        "2024-01-02, Version 1.2.0",
        "2024.01.02 - 1.2.0",
        "(2024-01-02) v1.2.0",
    ],
)
def test_a_date_may_stand_anywhere_in_any_usual_form(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version, said.dated, said.unreleased) == (Kind.VERSION, Version("1.2.0"), DAY, False)


@pytest.mark.parametrize(
    ("heading", "dated"),
    [
        ("1.2.0 (2024-13-45)", None),
        ("1.2.0 (31 February 2024)", None),
        ("1.2.0 (January 2024)", None),
        ("1.2.0 (2024-01)", None),
        ("1.2.0 (01/02/2024)", None),  # two countries read this differently
        ("1.2.0 (13/02/2024)", date(2024, 2, 13)),
        ("1.2.0 (02/13/2024)", date(2024, 2, 13)),
        ("1.2.0 (02-02-2024)", date(2024, 2, 2)),
        ("1.2.0 (2024-02-29)", date(2024, 2, 29)),
        ("1.2.0 (January 2024, 2024-01-02)", DAY),
    ],
)
def test_a_date_that_is_not_whole_or_clear_is_none(heading: str, dated: date | None) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version, said.dated) == (Kind.VERSION, Version("1.2.0"), dated)


@pytest.mark.parametrize(
    ("heading", "version"),
    [
        ("2024.1.2", "2024.1.2"),
        ("2024.1.2 (2024.01.02)", "2024.1.2"),
        ("24.1.0 (2024-01-02)", "24.1.0"),
        ("5", "5"),
        ("Version 2024", "2024"),
        ("v42 (2024-01-02)", "42"),
        ("1!2.0", "1!2.0"),
        ("1.2.0.post1", "1.2.0.post1"),
        ("1.2.0+build.5", "1.2.0+build.5"),
        ("1.2.0rc1", "1.2.0rc1"),
        ("1.2.0-rc.1", "1.2.0rc1"),
        ("1.2.0 rc1", "1.2.0rc1"),
        ("1.2.0 (RC 1)", "1.2.0rc1"),
        ("1.2.0 - beta 2", "1.2.0b2"),
        ("1.2.0 Beta", "1.2.0b0"),
        ("1.2.0 alpha 3 (2024-01-02)", "1.2.0a3"),
        ("1.2.0_rc1", "1.2.0rc1"),
    ],
)
def test_versions_are_read_as_installers_read_them(heading: str, version: str) -> None:
    """Above all a pre-release that is spelt apart must not pass for its final release."""
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version) == (Kind.VERSION, Version(version))


@pytest.mark.parametrize(
    "heading",
    [
        "1.3.0 (unreleased)",
        "1.3.0 - Unreleased",
        "[1.3.0] - [UNRELEASED]",
        "Unreleased (1.3.0)",
        "Next (1.3.0)",
        "1.3.0 (not yet released)",
        "1.3.0 (not released yet)",
        "1.3.0 (un-released)",
        "1.3.0 - in development",
        "1.3.0 (under development)",
        "1.3.0 (work in progress)",
        "1.3.0 - TBD",
        "1.3.0 (to be released)",
        "1.3.0 (coming soon)",
        "1.3.0 (2024-xx-xx)",
        "1.3.0 (2024-01-??)",
        "1.3.0 (YYYY-MM-DD)",
        "1.3.0 (20XX-XX-XX)",
        "1.3.0 (????-??-??)",
        "1.3.0 (???)",
        "1.3.0 (dev)",
        "1.3.0 (main)",
        "1.3.0 (WIP)",
        "Version 1.3.0 - upcoming",
    ],
)
def test_a_version_may_be_marked_unreleased(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.version, said.unreleased, said.kind) == (Version("1.3.0"), True, Kind.VERSION)


@pytest.mark.parametrize(
    ("heading", "unreleased"),
    [("1.3.0.dev0", True), ("1.3.0.dev1 (2024-01-02)", False), ("1.3.0 - developer tools reworked", False)],
)
def test_a_dev_release_is_unreleased_until_it_has_a_date(heading: str, *, unreleased: bool) -> None:
    assert read_heading(heading, "tagship").unreleased is unreleased


@pytest.mark.parametrize(
    "heading",
    [
        "Unreleased",
        "[Unreleased]",
        "[Unreleased](https://example.org/compare/v1.2.0...HEAD)",
        "[Unreleased][unreleased]",
        "UNRELEASED - 2024-xx-xx",
        "Unreleased changes",
        "Unreleased: things that nobody has yet",
        "Next (UNRELEASED)",
        "tagship (unreleased)",
        "tagship unreleased, a word more",
        "In development",
        "Under active development",
        "Version 1.x (unreleased)",
        "TBD",
        "Coming soon",
    ],
)
def test_unreleased_outright(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version, said.unreleased) == (Kind.UNRELEASED, None, True)


@pytest.mark.parametrize(
    "heading",
    ["Next", "Next release", "Upcoming", "Upcoming changes", "HEAD", "main", "[main]", "master branch", "dev",
     "Development version", "Changes in main", "Latest changes", "Current", "vNext", "Changes on trunk"],
)  # fmt: skip
def test_words_that_may_mean_unreleased(heading: str) -> None:
    assert read_heading(heading, "tagship").kind is Kind.PERHAPS_UNRELEASED


def test_a_project_may_be_called_like_a_heading() -> None:
    assert read_heading("Next", "next").kind is Kind.PERHAPS_UNRELEASED
    assert read_heading("Next 1.2.0", "next").version == Version("1.2.0")


@pytest.mark.parametrize(
    "heading",
    ["What's new in 1.2.0", "What\N{RIGHT SINGLE QUOTATION MARK}s New in tagship 1.2.0?", "Changes in version 1.2.0",
     "tagship 1.2.0 release notes", "Release notes for 1.2.0 (January 2, 2024)", "1.2.0 Security Release",
     "New in v1.2.0", "Version 1.2.0 of tagship"],
)  # fmt: skip
def test_words_of_the_trade_beside_a_version(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version) == (Kind.WORDED, Version("1.2.0"))


@pytest.mark.parametrize(
    "heading",
    ["1.2.0 Blue Whale", '1.2.0 (2024-01-02) "Blue Whale"', "1.2.0 - requires Python 3.11", "1.2.0: faster starts",
     "v1.2.0 by many hands", "Release 1.2.0 of the whales"],
)  # fmt: skip
def test_free_words_after_a_version(heading: str) -> None:
    assert read_heading(heading, "tagship").kind is Kind.LOOSE


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Python 3.12", "python"),
        ("other-pkg 1.2.0 (2024-01-02)", "other-pkg"),
        ("tagship-core 1.2.0", "core"),
        ("mytagship 1.2.0", "mytagship"),
        ("Release notes of Whale 1.2", "whale"),
    ],
)
def test_another_name_before_a_version(heading: str, name: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.name) == (Kind.FOREIGN, name)


@pytest.mark.parametrize("project", ["my-project", "My_Project", "my.project"])
def test_a_name_may_be_joined_in_any_way(project: str) -> None:
    for heading in ("my-project 1.2.0", "My Project v1.2.0", "my_project-1.2.0", "MyProject 1.2.0"):
        assert read_heading(heading, project).kind is Kind.VERSION


def test_a_project_without_a_name_has_headings_too() -> None:
    assert read_heading("**1.2.0**", "").version == Version("1.2.0")


@pytest.mark.parametrize(
    "heading",
    ["0.x", "1.2.x", "Version 1.x", "2.x series", "1.0 and older", "0.1 - 0.5", "0.1 to 0.5", "1.2.0, 1.1.9",
     "Changes since 1.2.0", "before 1.0", "1.2.0-SNAPSHOT", "2019", "2019-01-01", "January 2019",
     "Older versions", "Previous releases", "Released 2024-01-02", "tagship 0.x"],
)  # fmt: skip
def test_a_release_or_a_time_without_one_version(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version) == (Kind.UNNAMED, None)


@pytest.mark.parametrize(
    "heading",
    ["", "Added", "Bug Fixes", "Changelog", "History", "2 new features", "1. Introduction", "Fix 2fa login",
     "Support for 1.x clients", "Dropped support for Python 3.8", "Deprecations in progress", "Next steps",
     "Python 3.12 support", "From 1.1.0 to 1.2.0 with whales", "Whales in 1.1.0 and 1.2.0", "releases",
     "1.2.0 or 1.1.9 with whales", "x" * (LONGEST + 1), "1.2.0" + " " * LONGEST],
)  # fmt: skip
def test_what_names_no_release(heading: str) -> None:
    said = read_heading(heading, "tagship")

    assert (said.kind, said.version) == (Kind.OTHER, None)


@pytest.mark.parametrize(
    ("line", "dated", "unreleased"),
    [
        ("Released 2024-01-02", DAY, False),
        ("*January 2, 2024*", DAY, False),
        (":Date: 2024-01-02", DAY, False),
        ("**Release date:** 2024-01-02", DAY, False),
        ("Unreleased", None, True),
        ("_Unreleased_", None, True),
        ("Release date: TBD", None, True),
    ],
)
def test_the_first_line_may_tell_the_state(line: str, dated: date | None, *, unreleased: bool) -> None:
    said = read_state(line, "tagship")

    assert (said.kind, said.dated, said.unreleased) == (Kind.UNNAMED, dated, unreleased)


@pytest.mark.parametrize(
    "line",
    ["", "Next", "Something unreleased was found", "Since 2024-01-02 whales are supported", "- fix 1.2.0",
     "Released 2024-01-02 and 1.2.0", "released" * 60],
)  # fmt: skip
def test_other_first_lines_tell_no_state(line: str) -> None:
    assert read_state(line, "tagship").kind is Kind.OTHER


def test_dates_give_way_to_a_mark() -> None:
    taken = take_dates("from 2 jan 2024 to 2024-01-03", "@")

    assert (taken.text, taken.day, taken.found) == ("from @ to @", date(2024, 1, 3), True)
    assert take_dates("none", "@").found is False


@pytest.mark.parametrize(
    ("spelling", "day"),
    [("2024.01.02", DAY), ("02.01.2024", DAY), ("20240102", DAY), ("20241399", None), ("1.2.0", None)],
)
def test_versions_that_may_be_dates(spelling: str, day: date | None) -> None:
    assert date_like_version(spelling) == day
