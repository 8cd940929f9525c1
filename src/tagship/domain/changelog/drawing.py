"""How a heading is set apart: number signs, underlines, overlines."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tagship.domain.changelog.outline import Heading
from tagship.domain.changelog.rst import is_adornment


@dataclass(frozen=True, slots=True)
class Signs:
    """What stands before and after a heading on its one line: `## ` and nothing, mostly."""

    before: str
    after: str = ""

    def draw(self, text: str) -> tuple[str, ...]:
        """The lines of a heading."""
        return (f"{self.before}{text}{self.after}",)


@dataclass(frozen=True, slots=True)
class Rules:
    """A line below a heading, and above it if `over`; `indent` stands before the words.

    The lines are `more` columns longer than the words, or `length` columns where that is not None; never shorter
    than the words.
    """

    character: str
    over: bool = False
    indent: str = ""
    more: int = 0
    length: int | None = None

    def draw(self, text: str) -> tuple[str, ...]:
        """The lines of a heading."""
        line = self.indent + text
        width = columns(line)
        rule = self.character * max(width, self.length if self.length is not None else width + self.more)
        return (rule, line, rule) if self.over else (line, rule)


Drawing: TypeAlias = Signs | Rules


def drawing_of(heading: Heading, lines: Sequence[str], peers: Sequence[Heading]) -> Drawing:
    """How a heading is drawn; `peers` are others like it, which tell by which rule a line is as long as it is."""
    head = lines[heading.line : heading.end]
    if len(head) == 1:
        before, _, after = head[0].partition(heading.text)
        return Signs(before, after.rstrip())
    over = len(head) > 2  # noqa: PLR2004 -- rule, words, rule
    words = head[1] if over else head[0]
    indent = words[: len(words) - len(words.lstrip())]
    measured = [measure for peer in (heading, *peers) if (measure := _measure(peer, lines)) is not None]
    return Rules(head[-1].strip()[0], over, indent, *_length(measured))


def columns(text: str) -> int:
    """How many columns a text takes on a terminal, as docutils counts: wide characters take two."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    marks = sum(unicodedata.combining(character) != 0 for character in text)
    return len(text) + wide - marks


def _measure(heading: Heading, lines: Sequence[str]) -> tuple[int, int] | None:
    """The width of a heading's words and of the line below them."""
    head = lines[heading.line : heading.end]
    if len(head) == 1 or not is_adornment(head[-1]):
        return None
    return columns(head[-2].rstrip()), len(head[-1].strip())


def _length(measured: Sequence[tuple[int, int]]) -> tuple[int, int | None]:
    """By how much lines are longer than their words, or how long they all are; what fits more headings wins.

    At least one heading is measured: the one that is drawn like.
    """
    mores = [max(rule - words, 0) for words, rule in measured]
    lengths = [rule for _, rule in measured]
    more = max(mores, key=mores.count)
    length = max(lengths, key=lengths.count)
    varied = len({words for words, _ in measured}) > 1
    if varied and lengths.count(length) > mores.count(more):
        return 0, length
    return more, None
