from datetime import date

import pytest
from packaging.version import Version

from tagship.domain.changelog import parse_files
from tagship.domain.changelog.folder import insert_file
from tagship.errors import Conflict, FactUnknown

NAME = "tagship"
DAY = date(2026, 11, 2)


def made(files: dict[str, str], version: str = "1.3.0") -> tuple[str, str]:
    log = parse_files(tuple(files.items()), path="docs/releases", project=NAME)
    return insert_file(files, log, Version(version), DAY, "- One.\n", project=NAME)


@pytest.mark.parametrize(
    ("path", "text", "new", "expected"),
    [
        (
            "docs/releases/1.2.0.md", "# 1.2.0 - 2026-01-12\n\n- a\n",
            "docs/releases/1.3.0.md", "# 1.3.0 - 2026-11-02\n\n- One.\n",
        ),
        (
            "docs/releases/v1_2_0.md", "# Version 1.2.0\n\n- a\n",
            "docs/releases/v1_3_0.md", "# Version 1.3.0\n\n- One.\n",
        ),
        (
            "docs/releases/1.2.0.rst", "1.2.0 (2026-01-12)\n==================\n\n- a\n",
            "docs/releases/1.3.0.rst", "1.3.0 (2026-11-02)\n==================\n\n- One.\n",
        ),
        ("docs/releases/1.2.0.md", "# What is new\n\n- a\n", "docs/releases/1.3.0.md", "# What is new\n\n- One.\n"),
        ("docs/releases/1.2.0.md", "- a\n", "docs/releases/1.3.0.md", "- One.\n"),
        (
            "docs/releases/1.2.0.md", "# News of 12 January 2026\n\n- a\n",
            "docs/releases/1.3.0.md", "# News of 2 November 2026\n\n- One.\n",
        ),
    ],
)  # fmt: skip
def test_the_next_file_is_like_the_newest(path: str, text: str, new: str, expected: str) -> None:
    files = {"docs/releases/1.1.0.md": "# 1.1.0\n\n- b\n", path: text}
    where, written = made(files)
    log = parse_files(tuple((files | {where: written}).items()), path="docs/releases", project=NAME)
    section = log.section(Version("1.3.0"))

    assert (where, written) == (new, expected)
    assert section is not None
    assert section.body == "- One."


def test_a_file_of_a_line_of_releases_gets_another_section() -> None:
    files = {
        "docs/releases/1.2.md": "# 1.2\n\n## 1.2.1\n\n- b\n\n## 1.2.0\n\n- a\n",
        "docs/releases/1.1.md": "# 1.1\n\n## 1.1.0\n\n- a\n",
    }

    assert made(files, "1.2.2") == (
        "docs/releases/1.2.md",
        "# 1.2\n\n## 1.2.2\n\n- One.\n\n## 1.2.1\n\n- b\n\n## 1.2.0\n\n- a\n",
    )


def test_twice_is_refused() -> None:
    with pytest.raises(Conflict):
        made({"docs/releases/1.2.0.md": "# 1.2.0\n\n- a\n"}, "1.2.0")


def test_a_folder_that_shows_no_name() -> None:
    with pytest.raises(FactUnknown):
        made({"docs/releases/index.md": "# Releases\n"})
