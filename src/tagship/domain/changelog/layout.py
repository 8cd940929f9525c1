"""The lines of a changelog with their ends, and where each section stands in them, so that it can be edited.

Whatever an edit does not name stays as it is, byte for byte: mixed line ends, a byte order mark, a last line without
an end.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tagship.domain.changelog import OUTLINES, Changelog, Section, parse
from tagship.domain.changelog.outline import Outline, split_lines
from tagship.domain.changelog.sections import Span, find_sections
from tagship.errors import Edit, FactUnknown, InFile

_END: Final = re.compile(r"(\r\n|\r|\n)")


@dataclass(frozen=True, slots=True)
class Place:
    """A section and its lines, counted from 0: labels and anchors from `start`, body from `begin` to `end`."""

    section: Section
    span: Span

    @property
    def start(self) -> int:
        """The first line that belongs to the section."""
        return self.span.heading.start

    @property
    def begin(self) -> int:
        """The first line below the heading."""
        return self.span.begin

    @property
    def end(self) -> int:
        """The first line that no longer belongs to the section."""
        return self.span.end


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines `begin` to `end` (counted from 0, the last not included) give way to others, without line ends."""

    begin: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """One file of a changelog, taken apart."""

    changelog: Changelog
    text: str
    lines: tuple[str, ...]
    outline: Outline
    places: tuple[Place, ...]

    @classmethod
    def of(cls, text: str, changelog: Changelog, project: str) -> "Layout":
        """Take a text apart; `changelog` only tells its path and markup."""
        lines = split_lines(text)
        read = parse(text, path=changelog.path, project=project)
        outline = OUTLINES[read.format](lines)
        spans = find_sections(outline, lines, project)
        places = tuple(Place(section, span) for section, span in zip(read.sections, spans, strict=True))
        return cls(read, text, tuple(lines), outline, places)

    @property
    def shown(self) -> tuple[Place, ...]:
        """The sections among which a new one goes: those that stand open, or all where each is folded away."""
        return tuple(place for place in self.places if not place.section.folded) or self.places

    def splice(self, splices: Iterable[Splice]) -> str:
        """The text with some lines in place of others; splices may touch, but not overlap.

        New lines end as most of the text's do. A text without an end on its last line still has none.
        """
        parts = _END.split(self.text)
        contents, ends = parts[::2], [*parts[1::2], ""]
        if self.text.startswith("\ufeff"):
            contents[0] = contents[0].removeprefix("\ufeff")
        end = _usual(ends)
        made: list[tuple[str, str]] = []
        position = 0
        for splice in sorted(splices, key=lambda splice: (splice.begin, splice.end)):
            made += zip(contents[position : splice.begin], ends[position : splice.begin], strict=True)
            made += _ended(splice, ends, end)
            position = splice.end
        made += zip(contents[position:], ends[position:], strict=True)
        mark = "\ufeff" if self.text.startswith("\ufeff") else ""
        *before, (last, _) = [(line, at_end or end) for line, at_end in made] or [("", "")]
        return mark + "".join(line + at_end for line, at_end in before) + last

    def unknown(self, message: str, told: str, *, line: int | None = None) -> FactUnknown:
        """The error for what cannot be understood; `line` counts from 0, `told` is what to do."""
        path = self.changelog.path
        return FactUnknown(message, where=InFile(path, None if line is None else line + 1), remedy=Edit(told))


def _usual(ends: Sequence[str]) -> str:
    """The line end that is used most; a line feed where there is none."""
    counts = {end: ends.count(end) for end in ("\n", "\r\n", "\r")}
    return max(counts, key=lambda end: counts[end])


def _ended(splice: Splice, ends: Sequence[str], usual: str) -> list[tuple[str, str]]:
    """The new lines, each with the end of the line that it stands for, as far as there are such lines."""
    old = ends[splice.begin : splice.end]
    return [(line, (old[number] if number < len(old) else "") or usual) for number, line in enumerate(splice.lines)]
