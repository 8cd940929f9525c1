from datetime import date

import pytest
from packaging.version import Version

from tagship.domain.changelog import Changelog, Format, parse_files
from tagship.domain.changelog.files import is_text, read_name, stem_of
from tagship.domain.changelog.headings import Kind


def read(*files: tuple[str, str]) -> Changelog:
    return parse_files(files, path="docs/releases", project="tagship")


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("1.2.0.md", "1.2.0"),
        ("v1.2.0.rst", "1.2.0"),
        ("docs/releases/V1.2.TXT", "1.2"),
        ("1_2_0.md", "1.2.0"),
        ("v1_2.rst", "1.2"),
        ("release-1.2.0.md", "1.2.0"),
        ("release_1.2.rst", "1.2"),
        ("version8.rst", "8"),
        ("tagship-1.2.0.md", "1.2.0"),
        ("1.2.0-notes.rst", "1.2.0"),
        ("1.2.0_release_notes.rst", "1.2.0"),
        ("whats_new_0.4.rst", "0.4"),
        ("1.2.0-rc.1.md", "1.2.0rc1"),
        ("1.2.0rc1.md", "1.2.0rc1"),
        ("2024-01-02-v1.2.0.md", "1.2.0"),
        ("2024.1.2.md", "2024.1.2"),
    ],
)
def test_names_that_are_versions(name: str, version: str) -> None:
    assert read_name(name, "tagship").version == Version(version)


@pytest.mark.parametrize("name", ["unreleased.md", "next.rst", "upcoming-changes.md", "dev.md", "latest.md"])
def test_names_that_mean_unreleased(name: str) -> None:
    said = read_name(name, "tagship")

    assert (said.version, said.unreleased) == (None, True)


@pytest.mark.parametrize(
    "name",
    ["index.md", "README.md", "template.rst", "123.feature.rst", "123.md", "1234.bugfix.1.rst", "10.dev.rst",
     "+whale.added.md", "2024.md", "1.x.md", "upgrading-to-2.0-from-1.0.md", ".md", "python-3.12.md"],
)  # fmt: skip
def test_names_of_other_files_and_of_fragments(name: str) -> None:
    assert read_name(name, "tagship").kind is Kind.OTHER


def test_stems_and_texts() -> None:
    assert stem_of("a.b/1.2.0.md") == "1.2.0"
    assert stem_of("1.2.0") == "1.2.0"
    assert [name for name in ("a.md", "a.RST", "a.markdown", "a.txt", "a.py", "a") if is_text(name)] == [
        "a.md",
        "a.RST",
        "a.markdown",
        "a.txt",
    ]


def test_the_name_is_the_version_where_no_heading_says_it() -> None:
    log = read(
        ("docs/releases/1.1.0.md", "# The first one\n\n- a\n\n## 3.12 support\n\n- b\n\n[x]: https://example.org\n"),
        ("docs/releases/1.2.0.md", "---\ntitle: x\n---\n\nReleased 2024-01-02\n\n- c\n"),
        ("docs/releases/index.md", "# 1.2.0\n\n# 1.1.0\n"),
    )

    assert (log.path, log.format) == ("docs/releases", Format.MARKDOWN)
    assert [(one.path, one.title, one.line, one.body, one.dated) for one in log.sections] == [
        ("docs/releases/1.2.0.md", "1.2.0", 4, "Released 2024-01-02\n\n- c", date(2024, 1, 2)),
        ("docs/releases/1.1.0.md", "The first one", 1, "- a\n\n## 3.12 support\n\n- b", None),
    ]


def test_headings_count_where_they_agree_with_the_name() -> None:
    log = read(
        ("v1.2.rst", "1.2.1\n=====\n\n- a\n\n1.2.0 (2024-01-02)\n==================\n\n- b\n"),
        ("v1.1.rst", "tagship 1.1 release notes\n=========================\n\nText.\n"),
        ("v1.0.rst", "2.0.0\n=====\n\n- not what the name says\n"),
    )

    assert [(str(one.version), one.body) for one in log.sections] == [
        ("1.2.1", "- a"),
        ("1.2.0", "- b"),
        ("1.1", "Text."),
        ("1.0", "- not what the name says"),
    ]
    assert log.format is Format.RST


def test_the_unreleased_come_first_and_then_the_newest() -> None:
    files = [(f"{name}.md", "- text\n") for name in ("1.10.0", "1.9.0", "1.9.0rc1", "unreleased")]
    log = read(*files)

    assert [one.title for one in log.sections] == ["unreleased", "1.10.0", "1.9.0", "1.9.0rc1"]
    assert [one.unreleased for one in log.sections] == [True, False, False, False]
    assert read(("next.md", "# Unreleased\n\n- a\n")).sections[0].body == "- a"


def test_a_date_may_stand_in_the_name() -> None:
    assert read(("2024-01-02-v1.2.0.md", "- a\n")).sections[0].dated == date(2024, 1, 2)


def test_without_names_the_headings_tell() -> None:
    log = read(("2024.md", "# 1.2.0\n\n- a\n\n# 1.1.0\n\n- b\n"), ("about.md", "# About\n"))

    assert [str(one.version) for one in log.sections] == ["1.2.0", "1.1.0"]


def test_no_files() -> None:
    assert read() == Changelog("docs/releases", Format.MARKDOWN, ())
