"""Whole changelogs, each written in the manner of a well-known kind."""

from datetime import date
from textwrap import dedent

import pytest
from packaging.version import Version

from tagship.domain.changelog import Changelog, Format, Section, parse


def read(text: str, path: str = "CHANGELOG.md", project: str = "tagship") -> Changelog:
    return parse(dedent(text).removeprefix("\n"), path=path, project=project)


def versions(log: Changelog) -> list[str]:
    return [str(section.version) for section in log.sections]


def bodies(log: Changelog) -> dict[str, str]:
    return {str(section.version): section.body for section in log.sections}


KEEP_A_CHANGELOG = """
    # Changelog

    All notable changes to this project are kept here.

    ## [Unreleased]

    ### Added

    - A thing that nobody has yet.

    ## [1.2.0] - 2024-01-02

    ### Added

    - `ship` says what it did, for example:

      ```markdown
      ## [1.1.0] - 2023-12-01

      nothing
      ```

    ### Fixed

    - A crash ([#12]).

    ## [1.1.0] - 2023-12-01 [YANKED]

    - First.

    [#12]: https://example.org/12
    [Unreleased]: https://example.org/compare/v1.2.0...HEAD
    [1.2.0]: https://example.org/compare/v1.1.0...v1.2.0
    [1.1.0]: https://example.org/releases/v1.1.0
    """


def test_keep_a_changelog() -> None:
    log = read(KEEP_A_CHANGELOG)
    unreleased, second, first = log.sections

    assert (log.path, log.format) == ("CHANGELOG.md", Format.MARKDOWN)
    assert unreleased == Section(
        title="[Unreleased]",
        version=None,
        path="CHANGELOG.md",
        line=5,
        body="### Added\n\n- A thing that nobody has yet.",
        unreleased=True,
    )
    assert (second.title, second.version, second.line, second.dated) == (
        "[1.2.0] - 2024-01-02",
        Version("1.2.0"),
        11,
        date(2024, 1, 2),
    )
    assert second.body.startswith("### Added\n\n- `ship`")
    assert second.body.endswith("- A crash ([#12]).")
    assert "## [1.1.0] - 2023-12-01" in second.body
    assert (first.version, first.body, first.unreleased) == (Version("1.1.0"), "- First.", False)
    assert all(section.has_content for section in log.sections)


def test_generated_changelogs_in_which_a_patch_is_deeper_than_a_minor() -> None:
    log = read(
        """
        # Change Log

        ### [1.1.1](https://example.org/compare/v1.1.0...v1.1.1) (2024-01-03)


        ### Bug Fixes

        * a crash

        ## [1.1.0](https://example.org/compare/v1.0.0...v1.1.0) (2024-01-02)

        ### Features

        * a thing

        ### [1.0.1](https://example.org/compare/v1.0.0...v1.0.1) (2023-12-02)

        **Note:** Version bump only for package tagship

        ## 1.0.0 (2023-12-01)

        * all
        """
    )

    assert bodies(log) == {
        "1.1.1": "### Bug Fixes\n\n* a crash",
        "1.1.0": "### Features\n\n* a thing",
        "1.0.1": "**Note:** Version bump only for package tagship",
        "1.0.0": "* all",
    }


def test_deeper_headings_belong_to_the_body() -> None:
    log = read(
        """
        ## 2.0.0

        ### 3.0

        a newer number

        ### 2.0.0rc1

        its own pre-release

        ### What's new in 1.5

        words

        ### 1.4 and 1.3 are gone

        ## 1.0.0

        text
        """
    )

    assert versions(log) == ["2.0.0", "1.0.0"]
    assert "1.4 and 1.3 are gone" in bodies(log)["2.0.0"]


def test_headings_of_a_line_gather_its_releases() -> None:
    log = read(
        """
        # Release notes

        ## 2.x series

        ### 2.0.0

        two

        ## 1.2

        ### 1.2.1

        one two one

        ### 1.2.0

        one two

        ## 1.1

        The line 1.1.

        ### 1.1.1

        one one one

        ### 1.1.0

        one one

        ## 1.0

        Text of 1.0.

        ### 1.0.1

        one zero one
        """
    )

    assert versions(log) == ["2.0.0", "1.2.1", "1.2.0", "1.1.1", "1.1.0", "1.0", "1.0.1"]
    assert bodies(log)["1.0"] == "Text of 1.0."


def test_a_title_with_a_version_does_not_swallow_the_releases() -> None:
    log = read("# What's new in tagship 2.0\n\nAll of it.\n\n## 3.0.0\n\n- three\n\n## 2.5.0\n\n- two\n")

    assert bodies(log) == {"2.0": "All of it.", "3.0.0": "- three", "2.5.0": "- two"}


def test_unreleased_around_versions() -> None:
    log = read("# Unreleased\n\n- a\n\n## 1.2.0\n\n- b\n\n### Next steps\n\n### Unreleased\n\n- c\n\n## Next\n\n- d\n")

    assert [(section.title, section.unreleased) for section in log.sections] == [
        ("Unreleased", True),
        ("1.2.0", False),
        ("Next", True),
    ]
    assert log.sections[1].body.endswith("### Unreleased\n\n- c")


@pytest.mark.parametrize(
    ("heading", "ends"),
    [
        ("## Thanks", False),
        ("## What's Changed", False),
        ("## Main changes", False),
        ("## Main", True),
        ("## 0.9 and older", True),
        ("## 2019", True),
        ("## other-pkg 3.0", True),
        ("# Appendix", True),
        ("### Appendix", False),
    ],
)
def test_what_ends_a_section(heading: str, *, ends: bool) -> None:
    log = read(f"# Log\n\n## 1.2.0\n\n- text\n\n{heading}\n\n- more\n")

    assert bodies(log)["1.2.0"] == ("- text" if ends else f"- text\n\n{heading}\n\n- more")


def test_free_words_after_a_version_count_where_versions_stand() -> None:
    text = "# 1.3.0\n\n- a\n\n# 1.2.0 Blue Whale\n\n- b\n\n## 3.12 support\n\n- c\n"

    assert bodies(read(text)) == {"1.3.0": "- a", "1.2.0": "- b\n\n## 3.12 support\n\n- c"}
    assert bodies(read(text.replace("1.3.0", "1.3.0 Red Whale")))["1.3.0"] == "- a"


def test_a_name_that_every_heading_has_is_the_projects() -> None:
    both = "# Whale 1.1\n\n- a\n\n# Whale 1.0\n\n- b\n"

    assert versions(read(both)) == ["1.1", "1.0"]
    assert versions(read(both + "\n# Python 3.12\n")) == []
    assert versions(read(both + "\n# tagship 2.0\n")) == ["2.0"]


def test_a_new_project_has_only_unreleased() -> None:
    assert [section.title for section in read("# Log\n\n## Next\n\n- a\n\n### Later\n").sections] == ["Next"]
    assert [section.title for section in read("# Log\n\n## Unreleased\n\n### Main\n").sections] == ["Unreleased"]


def test_a_page_without_releases_has_no_sections() -> None:
    assert read("# How we release\n\n1. Tag.\n\n## Before\n").sections == ()
    assert read("").sections == ()


def test_the_first_line_of_a_section_may_tell_its_state() -> None:
    log = read(
        """
        Version 1.3.0
        -------------

        Unreleased

        -   a

        Version 1.2.0
        -------------

        Released 2024-01-02

        -   b

        1.1.0 (2023-12-01)
        ------------------

        Unreleased things were dropped.
        """,
        path="CHANGES.rst",
    )

    assert [(section.dated, section.unreleased) for section in log.sections] == [
        (None, True),
        (date(2024, 1, 2), False),
        (date(2023, 12, 1), False),
    ]
    assert log.sections[1].body == "Released 2024-01-02\n\n-   b"


TOWNCRIER = """
    =========
    Changelog
    =========

    .. towncrier release notes start

    .. _v1.2.0:

    tagship 1.2.0 (2024-01-02)
    ==========================

    Features
    --------

    - ``ship`` can be told apart::

        1.1.0 (2023-12-01)
        ==================

      (#12)

    .. _v1.1.0:

    tagship 1.1.0 (2023-12-01)
    ==========================

    No significant changes.

    .. _#12: https://example.org/12
    """


def test_towncrier() -> None:
    log = read(TOWNCRIER, path="NEWS.rst")

    assert log.format is Format.RST
    assert [(section.title, section.line) for section in log.sections] == [
        ("tagship 1.2.0 (2024-01-02)", 9),
        ("tagship 1.1.0 (2023-12-01)", 24),
    ]
    assert log.sections[0].body.endswith("  (#12)")
    assert log.sections[1].body == "No significant changes."
    assert all(section.has_content for section in log.sections)


def test_zest_releaser() -> None:
    log = read(
        """
        Changelog for tagship
        =====================

        1.3.0 (unreleased)
        ------------------

        - Nothing changed yet.


        1.2.0 (2024-01-02)
        ------------------

        - Added a thing.
        """,
        path="HISTORY.rst",
    )

    assert [(section.unreleased, section.has_content) for section in log.sections] == [(True, False), (False, True)]
    assert log.sections[0].version == Version("1.3.0")


@pytest.mark.parametrize("path", ["CHANGES", "CHANGES.txt", "docs/NEWS", "ChangeLog"])
@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# Log\n\n## 1.2.0\n\n- a\n", Format.MARKDOWN),
        ("Log\n===\n\n1.2.0\n~~~~~\n\n- a\n", Format.RST),
        ("1.2.0\n=====\n\n- a\n", Format.RST),
        ("1.2.0\n=====\n\n## Added\n\n- a\n", Format.MARKDOWN),
        ("nothing\n", Format.RST),
    ],
)
def test_plain_text_is_read_as_its_headings_look(path: str, text: str, form: Format) -> None:
    log = read(text, path=path)

    assert log.format is form
    assert versions(log) == ([] if text == "nothing\n" else ["1.2.0"])


@pytest.mark.parametrize(
    ("path", "form"),
    [("a.md", Format.MARKDOWN), ("a.MARKDOWN", Format.MARKDOWN), ("a.md/a.RST", Format.RST), ("a.1/x.rst", Format.RST)],
)
def test_the_suffix_tells_the_markup(path: str, form: Format) -> None:
    assert read("1.2.0\n=====\n", path=path).format is form


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_byte_order_mark_change_nothing(end: str) -> None:
    text = dedent(KEEP_A_CHANGELOG)

    assert parse("\ufeff" + text.replace("\n", end), path="a.md", project="tagship") == parse(
        text, path="a.md", project="tagship"
    )


def test_the_body_is_exact() -> None:
    body = "    code first  \n\n\ttab\x0b\x85\u2028kept\n\n---\n\n[own]: https://example.org\n\nlast  "
    log = read(f"## 1.2.0\n \n{body}\n\t\n## 1.1.0\n\n- a\n")

    assert log.sections[0].body == body


def test_versions_are_found_as_equal_not_as_spelt() -> None:
    log = read("## v1.2\n\n- a\n\n## 1.1.0rc1\n\n- b\n")
    found = log.section(Version("1.2.0")), log.section(Version("1.1rc1"))

    assert [section and section.body for section in found] == ["- a", "- b"]
    assert log.section(Version("1.1")) is None


def test_duplicates() -> None:
    log = read("## Unreleased\n\n## 1.2\n\n## 1.1.0\n\n## 1.2.0 (2024-01-02)\n\n## 1.2\n\n## Unreleased\n")

    assert [section.line for section in log.duplicates] == [7, 9]
    assert read("## 1.2\n\n## 1.1\n").duplicates == ()


def test_newer_versions_above() -> None:
    log = read(
        """
        ## Unreleased
        ## 2.0.0.dev0
        ## 1.4.0 (unreleased)
        ## 1.3.0
        ## 1.1.1
        ## 1.2.1 (2024-01-02)
        ## 1.2.0
        ## 9.0.0
        """
    )

    assert [section.title for section in log.newer_than(Version("1.2"))] == ["1.3.0", "1.2.1 (2024-01-02)"]
    assert log.newer_than(Version("1.3.0")) == ()
    assert log.newer_than(Version("0.1")) == ()
