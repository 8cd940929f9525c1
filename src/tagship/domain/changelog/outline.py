"""What every markup has in common: lines, and headings among them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading where it stands; lines count from 0, depth 1 is the outermost.

    `start` is the first line that belongs to it (labels and anchors stand above a heading), `line` its
    own first line, `end` the first line below it.
    """

    text: str
    depth: int
    start: int
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The headings of a document in order; `begin` and `end` leave out front matter and link targets at the foot."""

    headings: tuple[Heading, ...]
    begin: int
    end: int


def split_lines(text: str) -> list[str]:
    """The lines without their ends, whichever the file uses; a byte order mark is no part of the first.

    Not `str.splitlines`, which also splits at characters that may stand within a line.
    """
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")


def join_body(lines: Sequence[str]) -> str:
    """The lines as one text, without blank lines around it."""
    first, last = 0, len(lines)
    while first < last and not lines[first].strip():
        first += 1
    while last > first and not lines[last - 1].strip():
        last -= 1
    return "\n".join(lines[first:last])
