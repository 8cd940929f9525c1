"""A heading that came too early, marked as what it is: of a version that is not released."""

from collections.abc import Iterator

from tagship.domain.changelog import Changelog, Section
from tagship.domain.changelog.date_style import spelt_in
from tagship.domain.changelog.drawing import drawing_of
from tagship.domain.changelog.layout import Layout, Splice

MARK = "(unreleased)"


def reopen(text: str, changelog: Changelog, section: Section, *, project: str) -> str | None:
    """The text with one section marked unreleased, its date gone; None where no wording is read so afterwards.

    Nothing but the heading changes.
    """
    layout = Layout.of(text, changelog, project)
    place = next((place for place in layout.places if place.section.line == section.line), None)
    if place is None:
        return None
    heading = place.span.heading
    drawing = drawing_of(heading, layout.lines, [other.span.heading for other in layout.places])
    drawn = map(drawing.draw, _wordings(section))
    marked = (layout.splice([Splice(heading.line, heading.end, lines)]) for lines in drawn)
    return next((made for made in marked if _is_reopened(layout, Layout.of(made, changelog, project), section)), None)


def _wordings(section: Section) -> Iterator[str]:
    """The title with the mark, as near to what it was as can be."""
    dated = spelt_in(section.title)
    if dated is None:
        yield f"{section.title} {MARK}"
    else:
        yield f"{section.title[: dated.begin].rstrip(' -:,(|–—')} {MARK}"  # noqa: RUF001 -- dashes as people write them
    yield f"{section.version} {MARK}"


def _is_reopened(before: Layout, after: Layout, section: Section) -> bool:
    """Whether the one section, and no other, is read otherwise."""
    pairs = [(old.section, new.section) for old, new in zip(before.places, after.places, strict=False)]
    return len(before.places) == len(after.places) and all(
        new.version == old.version
        and new.body == old.body
        and (new.unreleased if old.line == section.line else new.title == old.title)
        for old, new in pairs
    )
