"""One entry for what is unreleased, and where a reader of the project's changelog would look for it."""

import re
from typing import Final

from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.editing import open_next, open_places, opening
from tagship.domain.changelog.layout import Layout, Place
from tagship.domain.changelog.outline import split_lines
from tagship.domain.changelog.style import learn

# Groups that take what fits no other, the plainest first.
_CATCH_ALL: Final = ("changed", "changes", "other", "other changes", "misc", "miscellaneous", "improvements")
_BULLET: Final = re.compile(r"(?P<bullet>[ \t]*(?:[-*+\u2022]|[0-9]{1,9}[.)])[ \t]+)\S")


def paste(text: str, changelog: Changelog, line: str, *, project: str) -> tuple[int, str]:
    """The line (counted from 1) at which an entry would go, and the entry with the project's bullet.

    Where nothing is open the line is the one before which a heading for what is unreleased goes, in the text as it is:
    the one after the last where that is its end. Raises FactUnknown where the changelog has no style to follow.
    """
    layout = Layout.of(text, changelog, project)
    if open_places(layout):
        place = _open(layout)
        return _spot(layout, place) + 1, _bullet(layout, place, learn(layout, project=project).bullet) + line
    open_next(text, changelog, None, project=project)  # raises where the heading would not be read as one
    return opening(layout, None, project=project).begin + 1, learn(layout, project=project).bullet + line


def heading(text: str, changelog: Changelog, *, project: str) -> str:
    """The heading of what is unreleased as it would be written, without the rules around it; raises FactUnknown."""
    lines = opening(Layout.of(text, changelog, project), None, project=project).lines
    return next(line for line in lines if "unreleased" in line.lower())


def find_line(text: str, section: Section, line: str) -> int:
    """Where (counted from 1) a line of a section's body stands in its file, which may have no heading."""
    return split_lines(text).index(line, section.line - 1) + 1


def _open(layout: Layout) -> Place:
    """The open section, the nameless one if there are several."""
    opened = open_places(layout)
    return next((place for place in opened if place.section.version is None), opened[0])


def _bullet(layout: Layout, place: Place, usual: str) -> str:
    """The bullet of the entries beside which another goes, or else the usual one."""
    matches = (_BULLET.match(line) for line in layout.lines[place.begin : place.end])
    return next((match["bullet"] for match in matches if match is not None), usual)


def _spot(layout: Layout, place: Place) -> int:
    """The number of the line before which an entry goes: below others, or where words stand that say nothing yet."""
    if place.section.has_content:
        return _last_of_group(layout, place) + 1
    told = [number for number in range(place.begin, place.end) if layout.lines[number].strip()]
    if told and all(_BULLET.match(layout.lines[number]) for number in told):  # - Nothing changed yet
        return told[0]
    return told[-1] + 1 if told else place.begin


def _last_of_group(layout: Layout, place: Place) -> int:
    """The last line of the group that takes the entry."""
    heads = [heading for heading in layout.outline.headings if place.begin <= heading.line < place.end]
    ranges = [(heading.text, heading.end) for heading in heads]
    stops = [*(heading.start for heading in heads), place.end]
    groups = [(text, range(begin, stop)) for (text, begin), stop in zip(ranges, stops[1:], strict=True)]
    filled = [(text, inner) for text, inner in groups if any(layout.lines[number].strip() for number in inner)]
    chosen = next((inner for name in _CATCH_ALL for text, inner in filled if text.strip().lower() == name), None)
    inner = chosen or (filled[-1][1] if filled else range(place.begin, place.end))
    return max(number for number in inner if layout.lines[number].strip())
