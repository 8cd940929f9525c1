"""A changelog: its sections, found by structure and not by luck.

(interface; the parsers follow)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from packaging.version import Version


class Format(Enum):
    """The markup of a changelog."""

    MARKDOWN = "markdown"
    RST = "restructuredtext"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it.

    `version` is None for an Unreleased section. `line` is the heading's first line, counted from 1;
    `body` is the text below the heading, without surrounding blank lines.
    """

    title: str
    version: Version | None
    path: str
    line: int
    body: str
    dated: date | None = None

    @property
    def has_content(self) -> bool:
        """Whether a reader learns something: headings, comments and TODO lines alone do not count."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Changelog:
    """Every section in the order of the file; `path` is the file, or the directory of one file per release."""

    path: str
    format: Format
    sections: tuple[Section, ...]

    def section(self, version: Version) -> Section | None:
        """The section of a version."""
        return next((section for section in self.sections if section.version == version), None)


def parse(text: str, *, path: str, project: str) -> Changelog:
    """Read one file."""
    raise NotImplementedError


def parse_files(files: Sequence[tuple[str, str]], *, path: str, project: str) -> Changelog:
    """Read one file per release: pairs of path and text."""
    raise NotImplementedError
