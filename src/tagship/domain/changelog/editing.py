"""Edits of a changelog in the project's own style: text in, text out, and what an edit is not about stays as it is.

Each edit is read back before it is handed out. One that would not read as what it should be raises FactUnknown, and one
that was made already raises Conflict, so that nothing is written twice and nothing is guessed.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from packaging.version import Version

from tagship.domain.changelog import Changelog
from tagship.domain.changelog.content import denies, tells_something
from tagship.domain.changelog.damage import first_marker
from tagship.domain.changelog.drawing import Rules
from tagship.domain.changelog.headings import read_state
from tagship.domain.changelog.layout import Layout, Place, Splice
from tagship.domain.changelog.links import relink, with_base
from tagship.domain.changelog.outline import Heading, join_body, split_lines
from tagship.domain.changelog.style import Style, is_descending, learn
from tagship.errors import Conflict, Edit, InFile, NotThere

UNDATED = date(2000, 1, 1)
"""Stands where a date is asked for and none is shown."""


def begin(project: str, version: Version, dated: date, body: str) -> str:
    """A new changelog in Markdown, after Keep a Changelog, that tells of one release."""
    return (
        f"# Changelog\n\nAll notable changes to {project} are told here.\n\n"
        f"The format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n\n"
        f"## Unreleased\n\n## {version} - {dated.isoformat()}\n\n{join_body(split_lines(body))}\n"
    )


def remarks(text: str, changelog: Changelog, version: Version, *, project: str) -> tuple[str, ...]:
    """What of the style of earlier headings cannot be written for a version, to be told; raises FactUnknown."""
    return learn(Layout.of(text, changelog, project), project=project, version=version).remarks


def roll(text: str, changelog: Changelog, version: Version, dated: date, *, project: str) -> str:
    """Make the section of what is unreleased that of a version.

    A heading that names no version stays above it, with nothing below but the comments that tell what to write there.
    Groups with nothing in them go; the link targets move on. Raises NotThere where nothing is marked unreleased, and
    Conflict where the version has a section already.
    """
    layout = _whole(text, changelog, project)
    opened = _open_place(layout, version)
    previous = _previous(layout, version)
    style = learn(layout, project=project, version=version)
    told_at = opened.begin if opened.section.version is None else _state_end(layout, opened, project)
    head = (*style.head(version, dated, previous), *_gap_below(layout, opened, style, told_at))
    groups, kept = _empty_groups(layout, opened)
    groups += _said_too_long(layout, opened)
    if opened.section.version is None and not is_descending(layout):
        stays = _passed(layout, opened, version, style, (head, kept))
        expected = [place for place in layout.places if place is not opened]
    elif opened.section.version is None:
        stays = [*_moved_on(layout, opened, version), Splice(opened.begin, opened.begin, _below(style, kept, head))]
        expected = [place for place in layout.places if place is not opened]
    else:
        groups = [splice for splice in groups if not kept or not _lines(layout, splice)]
        start = opened.start if style.labels else opened.span.heading.line
        stays = [Splice(start, told_at, head)]
        expected = [place for place in layout.places if place is not opened]
    links = relink(layout, version, previous, project=project, is_newest=_is_newest(layout, version))
    return _read_back(layout, [*stays, *groups, *links], version, expected, project)


def insert(text: str, changelog: Changelog, version: Version, dated: date, body: str, *, project: str) -> str:
    """Add a section with a body: above the newest release and below what is unreleased, or where its version belongs.

    In a changelog that begins with its oldest release it comes last. Raises Conflict where the version has a section.
    """
    layout = _whole(text, changelog, project)
    _refuse_twice(layout, version)
    previous = _previous(layout, version)
    style = learn(layout, project=project, version=version)
    told = split_lines(join_body(split_lines(body)))
    lines = (*style.head(version, dated, previous), *("",) * max(style.below, style.state is not None), *told)
    links = relink(layout, version, previous, project=project, is_newest=_is_newest(layout, version))
    moved = [
        splice
        for place in open_places(layout)
        if place.section.version is None and _is_newest(layout, version)
        for splice in _moved_on(layout, place, version)
    ]
    splices = [*moved, _standing(layout, style, version, lines), *links]
    made = _read_back(layout, splices, version, layout.places, project)
    read = Layout.of(made, changelog, project).changelog.section(version)
    if read is None or not _ends_with(read.body, join_body(told)):
        raise layout.unknown(
            f"the text for {version} does not read back as it is",
            f"close every fence and comment in the text for {version}, and head nothing in it as a release is headed",
        )
    return made


def open_next(text: str, changelog: Changelog, version: Version | None, *, project: str) -> str:
    """Add an empty section for what comes next, headed by its version where there is one; as it was if one is open."""
    layout = _whole(text, changelog, project)
    if open_places(layout):
        return text
    if version is not None:
        _refuse_twice(layout, version)
    made = layout.splice([opening(layout, version, project=project)])
    read = Layout.of(made, changelog, project)
    opened = open_places(read)
    if len(opened) != 1 or _told(read.places, opened) != _told(layout.places, ()):
        raise layout.unknown(
            f"an open section in the style of {changelog.path} would not be read as one",
            f"write the heading of what comes next into {changelog.path} by hand",
        )
    return made


def opening(layout: Layout, version: Version | None, *, project: str) -> Splice:
    """What puts the heading of what comes next where it belongs, not read back yet."""
    newest = max((place.section.version for place in layout.shown if place.section.version), default=None)
    style = learn(layout, project=project, version=version)
    above = version or Version(f"{newest.epoch if newest else 0}!{10**9}")
    return _standing(layout, style, above, style.open_head(version, newest, UNDATED))


def open_places(layout: Layout) -> list[Place]:
    """The sections of what is unreleased: those beyond the newest release, not releases of old that never came out."""
    places = layout.shown
    released = [number for number, place in enumerate(places) if not place.section.unreleased]
    if not released:
        return list(places)
    return list(places[: released[0]] if is_descending(layout) else places[released[-1] + 1 :])


def _whole(text: str, changelog: Changelog, project: str) -> Layout:
    """The text taken apart; raises FactUnknown while a merge is half done in it."""
    layout = Layout.of(text, changelog, project)
    marker = first_marker(text, layout.changelog)
    if marker is not None:
        raise layout.unknown(
            f"{changelog.path} holds a conflict marker",
            "choose between the two sides and remove the markers",
            line=marker - 1,
        )
    return layout


def _refuse_twice(layout: Layout, version: Version) -> None:
    own = next((place for place in layout.places if place.section.version == version), None)
    if own is not None:
        path = layout.changelog.path
        raise Conflict(
            f"{path} tells about {version} already, under '{own.section.title}'",
            where=InFile(path, own.section.line),
            remedy=Edit(f"complete '{own.section.title}' in {path} by hand"),
        )


def _open_place(layout: Layout, version: Version) -> Place:
    """The section that becomes the version's."""
    own = [place for place in layout.places if place.section.unreleased and place.section.version == version]
    opened = open_places(layout)
    nameless = [place for place in opened if place.section.version is None]
    if len(nameless) > 1 and not own:
        raise layout.unknown(
            f"'{nameless[1].section.title}' stands below '{nameless[0].section.title}', and both are open",
            f"join the two in {layout.changelog.path}",
            line=nameless[1].span.heading.line,
        )
    # A heading for a later version is renamed only if nothing else is open and the version is a pre-release of it.
    others = [place for place in opened if _may_become(place.section.version, version)]
    chosen = next(iter(own or nameless or others), None)
    if chosen is None or any(place.section.version == version for place in layout.places if place is not chosen):
        _refuse_twice(layout, version)
    if chosen is None:
        path = layout.changelog.path
        raise NotThere(
            f"nothing in {path} is marked unreleased, so there is nothing that could become {version}",
            where=InFile(path),
            remedy=Edit(f"write what changed under a heading 'Unreleased' in {path}"),
        )
    return chosen


def _may_become(opened: Version | None, version: Version) -> bool:
    return opened is not None and (version >= opened or version.base_version == opened.base_version)


def _previous(layout: Layout, version: Version) -> Version | None:
    """The highest released version below one."""
    released = (place.section.version for place in layout.places if not place.section.unreleased)
    return max((other for other in released if other is not None and other < version), default=None)


def _is_newest(layout: Layout, version: Version) -> bool:
    released = (place.section.version for place in layout.shown if not place.section.unreleased)
    return all(other is None or other < version for other in released)


def _moved_on(layout: Layout, opened: Place, version: Version) -> list[Splice]:
    """The heading of what is unreleased, where it carries a link to it that has to begin at the new version."""
    number = opened.span.heading.line
    line = layout.lines[number]
    moved = with_base(line, version) if opened.span.heading.end == number + 1 else line
    return [] if moved == line else [Splice(number, number + 1, (moved,))]


def _passed(
    layout: Layout, opened: Place, version: Version, style: Style, drawn: tuple[tuple[str, ...], Sequence[str]]
) -> list[Splice]:
    """Where newer releases stand below older ones: the section moves on, and the heading that stays comes after it."""
    head, kept = drawn
    above = layout.lines[opened.start : opened.begin]
    moved = {splice.begin: splice.lines for splice in _moved_on(layout, opened, version)}
    stays = [line for number, own in enumerate(above, opened.start) for line in moved.get(number, (own,))]
    gap = ("",) * max(style.above, isinstance(style.drawing, Rules))
    end = max(number for number in range(opened.start, opened.end) if layout.lines[number].strip()) + 1
    comments = (*("",) * style.below, *kept) if kept else ()
    return [Splice(opened.start, opened.begin, head), Splice(end, end, (*gap, *stays, *comments))]


def _gap_below(layout: Layout, opened: Place, style: Style, told_at: int) -> tuple[str, ...]:
    """The blank lines that releases have below their headings, where an entry was put directly under this one."""
    released = any(not place.section.unreleased for place in layout.places)
    tight = opened.section.has_content and any(line.strip() for line in layout.lines[told_at : opened.end][:1])
    return ("",) * style.below if released and tight else ()


def _below(style: Style, kept: Sequence[str], head: Sequence[str]) -> tuple[str, ...]:
    """What comes between the heading that stays and the body that moves on."""
    comments = (*("",) * style.below, *kept) if kept else ()
    return (*comments, *("",) * max(style.above, isinstance(style.drawing, Rules)), *head)


def _state_end(layout: Layout, place: Place, project: str) -> int:
    """The first line below a heading, and below the line that says unreleased."""
    for number in range(place.begin, place.end):
        if layout.lines[number].strip():
            return number + 1 if read_state(layout.lines[number], project).unreleased else place.begin
    return place.begin


def _empty_groups(layout: Layout, opened: Place) -> tuple[list[Splice], list[str]]:
    """What takes the groups away that tell nothing, and the comments that stand in them or before them."""
    headings = [heading for heading in layout.outline.headings if opened.begin <= heading.line < opened.end]
    headed = {number for heading in headings for number in range(heading.start, heading.end)}
    stops = [*(heading.start for heading in headings), opened.end]
    gone: list[range] = []
    kept: list[str] = []
    lead = range(opened.begin, stops[0])
    if headings and _is_comment(layout, lead):
        last = max(number for number in lead if layout.lines[number].strip()) + 1
        gone.append(range(opened.begin, last))
        kept += [*_trimmed(layout.lines[number] for number in lead), ""]
    for number, heading in enumerate(headings):
        inner = range(heading.start, _end_of(headings, number, opened.end))
        bare = [line for line in inner if line not in headed and layout.lines[line].strip()]
        own = range(heading.start, stops[number + 1])
        if not bare:
            gone.append(own)
        elif _is_comment(layout, [line for line in inner if line not in headed]):
            gone.append(own)
            kept += [*_trimmed(layout.lines[line] for line in own), ""]
    return [_taken_away(layout, lines, opened.end) for lines in _joined(gone)], list(_trimmed(kept))


def _said_too_long(layout: Layout, opened: Place) -> list[Splice]:
    """What takes lines such as '- Nothing changed yet.' away where entries were put beside them.

    In a plain list only: in groups such a line may be all that one holds, and between fences it is quoted.
    """
    headings = [heading for heading in layout.outline.headings if opened.begin <= heading.line < opened.end]
    if headings or not opened.section.has_content or re.search("```|~~~", opened.section.body):
        return []
    numbers = (number for number in range(opened.begin, opened.end) if denies(layout.lines[number]))
    return [Splice(number, number + 1, ()) for number in numbers]


def _joined(ranges: Sequence[range]) -> list[range]:
    """Ranges in order, those that touch as one."""
    joined: list[range] = []
    for lines in ranges:
        if joined and joined[-1].stop == lines.start:
            joined[-1] = range(joined[-1].start, lines.stop)
        else:
            joined.append(lines)
    return joined


def _end_of(headings: Sequence[Heading], number: int, end: int) -> int:
    """Where a group ends: with the next heading that is not deeper."""
    following = (headings[other] for other in range(number + 1, len(headings)))
    return next((heading.start for heading in following if heading.depth <= headings[number].depth), end)


def _taken_away(layout: Layout, lines: range, end: int) -> Splice:
    """Takes groups away with the blank lines below them, or with those above where the section ends there."""
    if lines.stop < end:
        return Splice(lines.start, lines.stop, ())
    start, stop = lines.start, lines.stop
    while start > 0 and not layout.lines[start - 1].strip():
        start -= 1
    while stop > lines.start and not layout.lines[stop - 1].strip():
        stop -= 1
    return Splice(start, stop, ())


def _is_comment(layout: Layout, numbers: Iterable[int]) -> bool:
    """Whether there is something on these lines, but nothing that a reader is told."""
    text = "\n".join(layout.lines[number] for number in numbers)
    return bool(text.strip()) and ("<!--" in text or text.lstrip().startswith("..")) and not tells_something(text)


def _trimmed(lines: Iterable[str]) -> list[str]:
    text = join_body(list(lines))
    return text.split("\n") if text else []


def _lines(layout: Layout, splice: Splice) -> list[str]:
    """What a splice would take away besides headings."""
    heads = {line for heading in layout.outline.headings for line in range(heading.start, heading.end)}
    gone = (number for number in range(splice.begin, splice.end) if number not in heads)
    return [layout.lines[number] for number in gone if layout.lines[number].strip()]


def _standing(layout: Layout, style: Style, version: Version, lines: Sequence[str]) -> Splice:
    """Puts the lines of a section where its version belongs."""
    gap = ("",) * max(style.above, isinstance(style.drawing, Rules))
    lower = _lower(layout.shown, version) or _lower(layout.places, version)
    if lower and is_descending(layout):
        start = lower[0].start
        lead = gap if start and layout.lines[start - 1].strip() else ()
        return Splice(start, start, (*lead, *lines, *gap))
    after = lower[-1] if lower else layout.shown[-1] if layout.shown else None
    end = layout.outline.end if after is None else after.end
    while end > 0 and not layout.lines[end - 1].strip():
        end -= 1
    return Splice(end, end, (*(gap if end else ()), *lines))


def _lower(places: Iterable[Place], version: Version) -> list[Place]:
    """The releases below a version."""
    released = [(place, place.section.version) for place in places if not place.section.unreleased]
    return [place for place, own in released if own is not None and own < version]


def _read_back(
    layout: Layout, splices: Sequence[Splice], version: Version, others: Sequence[Place], project: str
) -> str:
    """The edited text, after a look at whether it tells about the version once, and of all others as before."""
    made = layout.splice(splices)
    read = Layout.of(made, layout.changelog, project)
    own = [place for place in read.places if place.section.version == version]
    rest = [place for place in read.places if place not in own and (place.section.has_content or place.section.version)]
    before = [place for place in others if place.section.has_content or place.section.version]
    if len(own) != 1 or own[0].section.unreleased or _told(rest, ()) != _told(before, ()):
        raise layout.unknown(
            f"a section for {version} in the style of {layout.changelog.path} would not be read as one",
            f"write the section for {version} into {layout.changelog.path} by hand",
        )
    return made


def _told(places: Iterable[Place], without: Sequence[Place]) -> list[tuple[Version | None, str]]:
    return [(place.section.version, place.section.body) for place in places if place not in without]


def _ends_with(body: str, told: str) -> bool:
    """Whether a section reads as what it was given, below the line that tells the day where there is one."""
    return body == told or (body.endswith(f"\n{told}") and "\n\n" in body) or (not told and "\n" not in body)
