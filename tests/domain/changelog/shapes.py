"""Changelogs in the shapes that projects give them, and the heading that each would give 1.3.0 on 2026-11-02."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """A changelog with a release 1.2.0, and how 1.3.0 is headed in it."""

    name: str
    path: str
    text: str
    heads: str

    def __str__(self) -> str:
        return self.name


KEEP = """\
# Changelog

The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).

## [Unreleased]

### Added

- Something new. #7

### Removed

## [1.2.0] - 2026-01-12

### Fixed

- Something old.

## [1.1.0] - 2025-12-24

- First.

[Unreleased]: https://example.org/o/p/compare/v1.2.0...HEAD
[1.2.0]: https://example.org/o/p/compare/v1.1.0...v1.2.0
[1.1.0]: https://example.org/o/p/releases/tag/v1.1.0
"""
ZEST = """\
Changelog
=========

1.3.0 (unreleased)
------------------

- Something new.


1.2.0 (2026-01-12)
------------------

- Something old.


1.1.0 (2025-12-24)
------------------

- First.
"""


def _plain(one: str, two: str, gap: str = "\n", title: str = "# Changes\n\n") -> str:
    return f"{title}{one}\n{gap}- Something old.\n\n{two}\n{gap}- First.\n"


def _ruled(one: str, two: str, rule: str = "-", title: str = "Changes\n=======\n\n", more: int = 0) -> str:
    lines = (
        f"{one}\n{rule * (len(one) + more)}\n\n- Something old.\n",
        f"{two}\n{rule * (len(two) + more)}\n\n- First.\n",
    )
    return title + "\n".join(lines)


SHAPES = (
    Shape("keep a changelog", "CHANGELOG.md", KEEP, "## [1.3.0] - 2026-11-02"),
    Shape("zest", "CHANGES.rst", ZEST, "1.3.0 (2026-11-02)\n------------------"),
    Shape("without dates", "CHANGES.md", _plain("## 1.2.0", "## 1.1.0"), "## 1.3.0"),
    Shape(
        "with a v", "CHANGES.md", _plain("## v1.2.0 (2026-01-12)", "## v1.1.0 (2025-12-24)"), "## v1.3.0 (2026-11-02)"
    ),
    Shape("version in words", "CHANGES.md", _plain("## Version 1.2.0", "## Version 1.1.0"), "## Version 1.3.0"),
    Shape(
        "the project's name",
        "CHANGES.md",
        _plain("# tagship 1.2.0 - 2026-01-12", "# tagship 1.1.0 - 2025-12-24", title=""),
        "# tagship 1.3.0 - 2026-11-02",
    ),
    Shape("no blank lines", "CHANGES.md", _plain("## 1.2.0", "## 1.1.0", gap=""), "## 1.3.0"),
    Shape(
        "the day in words",
        "CHANGES.md",
        _plain("## 1.2.0 (12th January, 2026)", "## 1.1.0 (1st December, 2025)"),
        "## 1.3.0 (2nd November, 2026)",
    ),
    Shape(
        "the month first",
        "CHANGES.md",
        _plain("## 1.2.0, January 12, 2026", "## 1.1.0, December 4, 2025"),
        "## 1.3.0, November 2, 2026",
    ),
    Shape(
        "the month short",
        "CHANGES.rst",
        _ruled("1.2.0 (released May 12, 2026)", "1.1.0 (released Dec 04, 2025)"),
        "1.3.0 (released Nov 02, 2026)\n-----------------------------",
    ),
    Shape(
        "slashes, day first",
        "CHANGES.md",
        _plain("## 1.2.0 (01/02/2026)", "## 1.1.0 (24/12/2025)"),
        "## 1.3.0 (02/11/2026)",
    ),
    Shape(
        "slashes that nothing tells apart",
        "CHANGES.md",
        _plain("## 1.2.0 (01/02/2026)", "## 1.1.0 (02/03/2025)"),
        "## 1.3.0 (2026-11-02)",
    ),
    Shape("dotted", "CHANGES.md", _plain("## 1.2.0 (12.01.2026)", "## 1.1.0 (24.12.2025)"), "## 1.3.0 (02.11.2026)"),
    Shape(
        "month and year",
        "CHANGES.md",
        _plain("## 1.2.0 (January 2026)", "## 1.1.0 (May 2025)"),
        "## 1.3.0 (November 2026)",
    ),
    Shape("a season", "CHANGES.md", _plain("## 1.2.0 (Spring 2026)", "## 1.1.0 (Winter 2025)"), "## 1.3.0"),
    Shape(
        "a time of day",
        "CHANGES.md",
        _plain("## 1.2.0 (2026-01-12 10:00:00 UTC)", "## 1.1.0 (2025-12-24 11:00:00 UTC)"),
        "## 1.3.0 (2026-11-02)",
    ),
    Shape(
        "a weekday",
        "CHANGES.md",
        _plain("## 1.2.0 (Mon, 12 Jan 2026)", "## 1.1.0 (Wed, 24 Dec 2025)"),
        "## 1.3.0 (Mon, 2 Nov 2026)",
    ),
    Shape(
        "a line of its own",
        "CHANGES.rst",
        "Version 1.2.0\n-------------\n\nReleased 2026-01-12\n\n- Something old.\n\n\n"
        "Version 1.1.0\n-------------\n\nReleased 2025-12-24\n\n- First.\n",
        "Version 1.3.0\n-------------\n\nReleased 2026-11-02",
    ),
    Shape(
        "an address in the heading",
        "CHANGELOG.md",
        _plain(
            "## [1.2.0](https://example.org/o/p/compare/v1.1.0...v1.2.0) (2026-01-12)",
            "## [1.1.0](https://example.org/o/p/compare/v1.0.0...v1.1.0) (2025-12-24)",
        ),
        "## [1.3.0](https://example.org/o/p/compare/v1.2.0...v1.3.0) (2026-11-02)",
    ),
    Shape(
        "an address of one release alone",
        "CHANGELOG.md",
        _plain("## [1.2.0](https://example.org/milestone/7)", "## [1.1.0](https://example.org/milestone/6)"),
        "## [1.3.0]",
    ),
    Shape(
        "an anchor",
        "CHANGELOG.md",
        _plain('<a id="v1-2-0"></a>\n## 1.2.0 - 2026-01-12', '<a id="v1-1-0"></a>\n## 1.1.0 - 2025-12-24'),
        '<a id="v1-3-0"></a>\n## 1.3.0 - 2026-11-02',
    ),
    Shape(
        "a label",
        "docs/changelog.rst",
        "Changes\n=======\n\n.. _changes_1-2-0:\n\n1.2.0\n-----\n\n- Something old.\n\n"
        ".. _changes_1-1-0:\n\n1.1.0\n-----\n\n- First.\n",
        ".. _changes_1-3-0:\n\n1.3.0\n-----",
    ),
    Shape(
        "overlined",
        "CHANGES.rst",
        "Log\n===\n\n********************\n 1.2.0 (2026-01-12)\n********************\n\n- Something old.\n\n"
        "********************\n 1.1.0 (2025-12-24)\n********************\n\n- First.\n",
        "********************\n 1.3.0 (2026-11-02)\n********************",
    ),
    Shape(
        "long rules",
        "CHANGES.rst",
        _ruled("1.2.0 (2026-01-12)", "1.1.0 (2025-12-24)", more=5),
        "1.3.0 (2026-11-02)\n" + "-" * 23,
    ),
    Shape(
        "rules of one length",
        "CHANGES.rst",
        "Log\n===\n\n1.2.0\n" + "-" * 40 + "\n\n- Something old.\n\n1.1.10rc1\n" + "-" * 40 + "\n\n- First.\n",
        "1.3.0\n" + "-" * 40,
    ),
    Shape(
        "underlined Markdown",
        "HISTORY.md",
        _ruled("1.2.0 (2026-01-12)", "1.1.0 (2025-12-24)"),
        "1.3.0 (2026-11-02)\n------------------",
    ),
    Shape("closed signs", "CHANGES.md", _plain("## 1.2.0 ##", "## 1.1.0 ##"), "## 1.3.0 ##"),
    Shape(
        "bold",
        "CHANGES.md",
        _plain("## **1.2.0** (2026-01-12)", "## **1.1.0** (2025-12-24)"),
        "## **1.3.0** (2026-11-02)",
    ),
    Shape(
        "a code name",
        "CHANGES.md",
        _plain("## 1.2.0 Blue Whale (2026-01-12)", "## 1.1.0 Red Fox (2025-12-24)"),
        "## 1.3.0 (2026-11-02)",
    ),
    Shape(
        "yanked",
        "CHANGES.md",
        _plain("## 1.2.0 (2026-01-12) [YANKED]", "## 1.1.0 (2025-12-24)"),
        "## 1.3.0 (2026-11-02)",
    ),
    Shape(
        "Unicode",
        "CHANGES.rst",
        _ruled("Version 1.2.0 \u2014 2026-01-12", "Version 1.1.0 \u2014 2025-12-24"),
        "Version 1.3.0 \u2014 2026-11-02\n--------------------------",
    ),
    Shape("no suffix", "CHANGES", _ruled("1.2.0", "1.1.0", rule="~"), "1.3.0\n~~~~~"),
    Shape(
        "tabs", "CHANGES.md", _plain("##\t1.2.0\t(2026-01-12)", "##\t1.1.0\t(2025-12-24)"), "##\t1.3.0\t(2026-11-02)"
    ),
    Shape(
        "versions inside a fence and a comment",
        "CHANGES.md",
        "# Log\n\n```\n## 1.9.0\n```\n\n<!--\n## 1.8.0\n-->\n\n"
        "## 1.2.0\n\n~~~\n## 1.7.0\n~~~\n\n## 1.1.0\n\n- First.\n",
        "## 1.3.0",
    ),
    Shape(
        "patches deeper",
        "CHANGELOG.md",
        "### 1.2.1 (2026-01-12)\n\n- Something.\n\n## 1.2.0 (2026-01-11)\n\n- Something old.\n\n"
        "### 1.1.1 (2026-01-10)\n\n- First.\n",
        "## 1.3.0 (2026-11-02)",
    ),
)
