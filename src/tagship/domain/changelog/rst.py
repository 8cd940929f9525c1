"""The headings of a reStructuredText document, by the rules of docutils.

A title starts in the first column (an overlined one may be set in) and its adornment repeats one
punctuation character; depth follows from the order in which the styles appear. What is set in, such as
literal blocks, directives and comments, cannot hold a title, so it needs no parsing. One liberty, in favour of
what an author meant: an underlined line is a title even without a blank line above it.
"""

import re
from collections.abc import Sequence

from tagship.domain.changelog.outline import Heading, Outline

LONG_ENOUGH = 4

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*+[ \t]*")
_NO_TITLE = re.compile(r"(?:[-*+\u2022\u2023\u2043]|\.\.|>>>|\||__)(?:\s|$)")
_LABEL = re.compile(r"\.\. _(?:[^:\\]|\\.|:(?=\S))++:\s*")
_TARGET = re.compile(r"\.\. _(?:[^:\\]|\\.|:(?=\S))++:\s+\S.*|\.\. \|[^|]+\|\s.*|__\s+\S.*")
_REMARK = re.compile(r"\.\.(?:\s(?!.*::).*)?")


def outline(lines: Sequence[str]) -> Outline:
    """Where the headings stand; never raises."""
    headings: list[Heading] = []
    styles: dict[tuple[str, bool], int] = {}
    number = 0
    while number < len(lines):
        found = _title_at(lines, number)
        if found is None:
            number += 1
            continue
        text, style, end = found
        depth = styles.setdefault(style, len(styles) + 1)
        headings.append(Heading(text, depth, _label_above(lines, number), number, end))
        number = end
    return Outline(tuple(headings), 0, _foot(lines))


def is_adornment(line: str) -> bool:
    """Whether a line could underline a title."""
    return _ADORNMENT.fullmatch(line) is not None and line.rstrip() not in {"::", ".."}


def _title_at(lines: Sequence[str], number: int) -> tuple[str, tuple[str, bool], int] | None:
    """The title, its style and the first line below it, where one starts here."""
    line = lines[number]
    if not line or line[0] in " \t":
        return None
    if is_adornment(line):
        if number + 2 < len(lines) and _underlines(lines[number + 2], lines[number + 1], line[0]):
            return lines[number + 1].strip(), (line[0], True), number + 3
    elif number + 1 < len(lines) and not _NO_TITLE.match(line) and _underlines(lines[number + 1], line, None):
        return line.strip(), (lines[number + 1][0], False), number + 2
    return None


def _underlines(line: str, title: str, character: str | None) -> bool:
    """Whether a line is the adornment below a title: of this character, and long enough."""
    if not title.strip() or is_adornment(title) or not is_adornment(line):
        return False
    length = len(line.rstrip())
    return (character is None or line[0] == character) and length >= min(LONG_ENOUGH, len(title.strip()))


def _label_above(lines: Sequence[str], number: int) -> int:
    """The first line of the labels that stand above a title."""
    start = number
    for above in range(number - 1, -1, -1):
        if _LABEL.fullmatch(lines[above]):
            start = above
        elif lines[above].strip():
            break
    return start


def _foot(lines: Sequence[str]) -> int:
    """Where the link targets at the end of the file begin, comments between them included."""
    foot = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number]
        if _TARGET.fullmatch(line):
            foot = number
        elif line.strip() and not _REMARK.fullmatch(line):
            break
    return foot
