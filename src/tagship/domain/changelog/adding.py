"""One entry for what is unreleased, put where a reader of the project's changelog would look for it."""

import re
from collections.abc import Sequence
from typing import Final

from tagship.domain.changelog import Changelog
from tagship.domain.changelog.drawing import Rules
from tagship.domain.changelog.editing import open_next, open_places
from tagship.domain.changelog.layout import Layout, Place, Splice
from tagship.domain.changelog.style import Style, learn
from tagship.errors import Conflict, Edit, InFile

# Groups that take what fits no other, the plainest first.
_CATCH_ALL: Final = ("changed", "changes", "other", "other changes", "misc", "miscellaneous", "improvements")
_BULLET: Final = re.compile(r"(?P<bullet>[ \t]*(?:[-*+\u2022]|[0-9]{1,9}[.)])[ \t]+)\S")


def add_line(text: str, changelog: Changelog, line: str, *, project: str) -> str:
    """Add one entry under what is unreleased, with a heading for it where none is open.

    A line without a bullet gets the project's. Raises Conflict where the entry stands there already, and FactUnknown
    where the changelog has no style to follow.
    """
    layout = _opened(text, changelog, project)
    style, place = learn(layout, project=project), _open(layout)
    spot = _spot(layout, place, style, _entry(line, _bullet(layout, place, style)))
    if any(spot_line.strip() in _stripped(layout, place) for spot_line in spot.lines if _BULLET.match(spot_line)):
        raise Conflict(
            f"'{line.strip()}' stands under '{place.section.title}' already",
            where=InFile(layout.changelog.path, place.section.line),
            remedy=Edit("describe what else has changed"),
        )
    return layout.splice([spot])


def paste(text: str, changelog: Changelog, line: str, *, project: str) -> tuple[int, str]:
    """The line (counted from 1) at which an entry would go, and the entry with the project's bullet."""
    layout = _opened(text, changelog, project)
    style, place = learn(layout, project=project), _open(layout)
    entry = _entry(line, _bullet(layout, place, style))
    return _spot(layout, place, style, entry).begin + 1, "\n".join(entry)


def _opened(text: str, changelog: Changelog, project: str) -> Layout:
    """The text taken apart, with a section for what is unreleased."""
    layout = Layout.of(text, changelog, project)
    if open_places(layout):
        return layout
    return Layout.of(open_next(text, changelog, None, project=project), changelog, project)


def _open(layout: Layout) -> Place:
    """The open section, the nameless one if there are several."""
    opened = open_places(layout)
    return next((place for place in opened if place.section.version is None), opened[0])


def _bullet(layout: Layout, place: Place, style: Style) -> str:
    """The bullet of the entries beside which another goes, or else of the newest ones."""
    matches = (_BULLET.match(line) for line in layout.lines[place.begin : place.end])
    return next((match["bullet"] for match in matches if match is not None), style.bullet)


def _entry(line: str, bullet: str) -> tuple[str, ...]:
    first, *more = line.strip().split("\n")
    if _BULLET.match(first):
        return (first, *more)
    return (bullet + first, *(" " * len(bullet) + rest.strip() if rest.strip() else "" for rest in more))


def _spot(layout: Layout, place: Place, style: Style, entry: tuple[str, ...]) -> Splice:
    told = [number for number in range(place.begin, place.end) if layout.lines[number].strip()]
    if place.section.has_content:
        last, bullets = _last_of_group(layout, place)
        apart = ("",) if _stand_apart(layout, bullets) or not bullets else ()
        return Splice(last + 1, last + 1, (*apart, *entry))
    bullets = [number for number in told if _BULLET.match(layout.lines[number])]
    if bullets and bullets == told:  # - Nothing changed yet
        return Splice(bullets[0], bullets[-1] + 1, entry)
    head = _group(layout, place, style)
    start = told[-1] + 1 if told else place.begin
    gap = ("",) * max(style.below, isinstance(style.drawing, Rules), bool(told))
    return Splice(start, start, (*gap, *head, *entry))


def _last_of_group(layout: Layout, place: Place) -> tuple[int, list[int]]:
    """The last line of the group that takes the entry, and the lines there on which bullets stand."""
    heads = [heading for heading in layout.outline.headings if place.begin <= heading.line < place.end]
    ranges = [(heading.text, heading.end) for heading in heads]
    stops = [*(heading.start for heading in heads), place.end]
    groups = [(text, range(begin, stop)) for (text, begin), stop in zip(ranges, stops[1:], strict=True)]
    filled = [(text, inner) for text, inner in groups if any(layout.lines[number].strip() for number in inner)]
    chosen = next((inner for name in _CATCH_ALL for text, inner in filled if text.strip().lower() == name), None)
    inner = chosen or (filled[-1][1] if filled else range(place.begin, place.end))
    written = [number for number in inner if layout.lines[number].strip()]
    return written[-1], [number for number in written if _BULLET.match(layout.lines[number])]


def _stand_apart(layout: Layout, bullets: Sequence[int]) -> bool:
    """Whether entries have blank lines between them."""
    return any(not layout.lines[number - 1].strip() for number in bullets[1:])


def _group(layout: Layout, place: Place, style: Style) -> tuple[str, ...]:
    """The heading of a group, where the project's releases have such and this section has none yet."""
    if not style.groups or any(place.begin <= heading.line < place.end for heading in layout.outline.headings):
        return ()
    titled = {"".join(re.findall(r"[a-z ]", "".join(group).lower())).strip(): group for group in style.groups}
    group = next((titled[name] for name in _CATCH_ALL if name in titled), style.groups[0])
    return (*group, "")


def _stripped(layout: Layout, place: Place) -> set[str]:
    return {layout.lines[number].strip() for number in range(place.begin, place.end)}
