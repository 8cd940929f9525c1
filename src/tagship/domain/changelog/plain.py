"""The headings of a changelog without markup: lines by themselves, each with a version and at most a day.

Only a file in which no markup finds a heading is looked at so, and only where there are several such lines: one alone
may be the beginning of a sentence.
"""

import re
from collections.abc import Sequence
from typing import Final

from tagship.domain.changelog.headings import Kind, read_heading
from tagship.domain.changelog.outline import Heading, Outline

SEVERAL: Final = 3
_CANDIDATE: Final = re.compile(r"(?:(?:[Vv]ersion|[Rr]elease)[ \t]+|v)?[0-9]+\.[0-9]")


def outline(lines: Sequence[str]) -> Outline:
    """Where the headings stand; none where there are too few. Never raises."""
    found = [number for number in range(len(lines)) if _is_heading(lines, number)]
    if len(found) < SEVERAL:
        found = []
    headings = tuple(Heading(lines[number].strip(), 1, number, number, number + 1) for number in found)
    return Outline(headings, 0, len(lines))


def _is_heading(lines: Sequence[str], number: int) -> bool:
    """Whether a line stands by itself at the margin and says nothing but a version, its day and its state."""
    line = lines[number]
    if _CANDIDATE.match(line) is None:
        return False
    around = (lines[number - 1] if number else "", lines[number + 1] if number + 1 < len(lines) else "")
    return not any(map(str.strip, around)) and read_heading(line.strip(), "").kind is Kind.VERSION
