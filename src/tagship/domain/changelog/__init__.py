"""A changelog: its sections, found by structure and not by luck.

- outline, markdown, rst, plain: lines and headings, by the rules of each markup
- wording, dates, headings: what a heading says
- sections: which headings are releases, and what belongs to each
- content: whether a section tells anything
- files: one file per release
- layout, style, date_style, drawing, links: how a project writes it (import these, and those below, by name)
- editing, adding, folder, reopening: writing so
- damage: what a merge tore
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from functools import lru_cache

from packaging.version import Version

from tagship.domain.changelog import markdown, plain, rst
from tagship.domain.changelog.content import tells_something
from tagship.domain.changelog.files import read_name, stem_of
from tagship.domain.changelog.headings import Kind, Saying, read_state
from tagship.domain.changelog.outline import Outline, join_body, split_lines
from tagship.domain.changelog.sections import Span, find_sections

MOST_REMEMBERED = 8
"""Texts that are read once only, however often they are asked for."""


class Format(Enum):
    """The markup of a changelog."""

    MARKDOWN = "markdown"
    RST = "restructuredtext"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it.

    `title` is the heading as it is written. `version` is None where an Unreleased heading names none;
    `unreleased` is also True for a version that is marked so: `1.3.0 (unreleased)`, or a dev-release
    without a date. `folded` is a release that Markdown folds away, as many do with those of old.
    `line` is the heading's first line, counted from 1; `body` is the text below the heading, without
    surrounding blank lines and without the link targets at the foot of the file, and otherwise exact,
    with line feeds whatever the file uses. `dated` is None where no whole date is given.
    """

    title: str
    version: Version | None
    path: str
    line: int
    body: str
    dated: date | None = None
    unreleased: bool = False
    folded: bool = False

    @property
    def has_content(self) -> bool:
        """Whether a reader learns something: headings, comments and TODO lines alone do not count."""
        return tells_something(self.body)


@dataclass(frozen=True, slots=True)
class Changelog:
    """Every section in the order of the file; `path` is the file, or the directory of one file per release.

    The files of a directory come with the unreleased first, then from the newest version down.
    """

    path: str
    format: Format
    sections: tuple[Section, ...]

    def section(self, version: Version) -> Section | None:
        """The first section of a version; 1.2 and 1.2.0 are the same (PEP 440)."""
        return next((section for section in self.sections if section.version == version), None)

    def tells_of(self, version: Version) -> bool:
        """Whether a section of the version stands here as one that is released, and is not marked unreleased."""
        section = self.section(version)
        return section is not None and not section.unreleased

    @property
    def duplicates(self) -> tuple[Section, ...]:
        """Every section whose version an earlier one has already."""
        seen: set[Version] = set()
        again: list[Section] = []
        for section in self.sections:
            if section.version in seen:
                again.append(section)
            elif section.version is not None:
                seen.add(section.version)
        return tuple(again)

    @property
    def unreleased(self) -> Section | None:
        """The section of what is unreleased and has no version yet; the first where there are several."""
        return next((section for section in self.sections if section.version is None), None)

    @property
    def shown(self) -> tuple[Section, ...]:
        """The sections that stand open to a reader; all of them where each is folded away."""
        return tuple(section for section in self.sections if not section.folded) or self.sections

    @property
    def opened(self) -> tuple[Section, ...]:
        """What is unreleased and stands beyond every release; deeper ones are releases of old that never came out."""
        sections = self.shown
        released = [number for number, section in enumerate(sections) if not section.unreleased]
        if not released:
            return sections
        beyond = sections[: released[0]] or sections[released[-1] + 1 :]
        return tuple(section for section in beyond if section.unreleased)

    def newer_than(self, version: Version) -> tuple[Section, ...]:
        """The sections above this version's whose version is higher; what is marked unreleased may stand there.

        Empty where the version has no section, for then nothing stands above it.
        """
        above: list[Section] = []
        for section in self.sections:
            if section.version == version:
                return tuple(above)
            if section.version is not None and section.version > version and not section.unreleased:
                above.append(section)
        return ()


OUTLINES: Mapping[Format, Callable[[Sequence[str]], Outline]] = {
    Format.RST: rst.outline,
    Format.MARKDOWN: markdown.outline,
    Format.PLAIN: plain.outline,
}
_MARKUPS = (Format.RST, Format.MARKDOWN)
_SUFFIXES = {"md": Format.MARKDOWN, "markdown": Format.MARKDOWN, "rst": Format.RST}


def parse(text: str, *, path: str, project: str) -> Changelog:
    """Read one file; never raises.

    The suffix tells the markup; without one (or with .txt) it is the markup in which more headings name
    releases, or more headings are seen at all, or reStructuredText; where neither sees any it is plain text if several
    lines by themselves are versions. `project` is the name that headings may carry.
    """
    return _parsed(text, path, project)


@lru_cache(MOST_REMEMBERED)
def _parsed(text: str, path: str, project: str) -> Changelog:
    """The same, remembered: a branch, its base and main have mostly one text, and each is asked for by itself."""
    lines = split_lines(text)
    known = _SUFFIXES.get(path.rpartition("/")[2].rpartition(".")[2].lower())
    forms = [known] if known is not None else _MARKUPS
    outlines = {form: OUTLINES[form](lines) for form in forms}
    found = {form: find_sections(outlines[form], lines, project) for form in forms}
    form = max(forms, key=lambda form: (len(found[form]), len(outlines[form].headings)))
    if known is None and not outlines[form].headings and (unmarked := plain.outline(lines)).headings:
        form, found = Format.PLAIN, {Format.PLAIN: find_sections(unmarked, lines, project)}
    folded = markdown.folded(lines) if form is Format.MARKDOWN else frozenset[int]()
    sections = (_section(span, lines, path=path, project=project) for span in found[form])
    return Changelog(path, form, tuple(_folded(section, folded) for section in sections))


def parse_files(files: Sequence[tuple[str, str]], *, path: str, project: str) -> Changelog:
    """Read one file per release: pairs of path and text.

    A file tells about the releases that its headings name; where those are not what its own name says, the
    whole file is the section. Once one file is named after a release, the others (an index, a template) do
    not count.
    """
    named = [(name, text, read_name(name, project)) for name, text in files]
    if any(saying.kind is not Kind.OTHER for _, _, saying in named):
        named = [entry for entry in named if entry[2].kind is not Kind.OTHER]
    logs = [_file(text, name, saying, project) for name, text, saying in named]
    logs.sort(key=_newest, reverse=True)
    form = next((log.format for log in logs if log.sections), Format.MARKDOWN)
    return Changelog(path, form, tuple(section for log in logs for section in log.sections))


def _newest(log: Changelog) -> tuple[bool, Version]:
    """Sorts what is unreleased and unnamed above every version."""
    versions = [section.version for section in log.sections if section.version is not None]
    return (not versions, max(versions, default=Version("0")))


def _section(span: Span, lines: Sequence[str], *, path: str, project: str) -> Section:
    """The section; where its heading has neither date nor state, its first line may: `Released 2026-01-02`."""
    body = join_body(lines[span.begin : span.end])
    saying = span.saying
    said = saying
    if saying.dated is None and not saying.unreleased:
        said = read_state(body.partition("\n")[0], project)
    return Section(span.heading.text, saying.version, path, span.heading.line + 1, body, said.dated, said.unreleased)


def _folded(section: Section, lines: Collection[int]) -> Section:
    """The section; told as folded away where it is and tells of a release."""
    return replace(section, folded=True) if section.line - 1 in lines and not section.unreleased else section


def _file(text: str, path: str, saying: Saying, project: str) -> Changelog:
    """One file of a directory, by its headings or else by its name."""
    log = parse(text, path=path, project=project)
    if saying.kind is Kind.OTHER or _agrees(saying, log.sections):
        return log
    lines = split_lines(text)
    outline = OUTLINES[log.format](lines)
    heading = next(iter(outline.headings), None)
    begin, line, title = outline.begin, outline.begin, stem_of(path)
    if heading is not None and not join_body(lines[begin : heading.start]):
        begin, line, title = heading.end, heading.line, heading.text
    body = join_body(lines[begin : outline.end])
    said = saying if saying.dated is not None or saying.unreleased else read_state(body.partition("\n")[0], project)
    section = Section(title, saying.version, path, line + 1, body, said.dated, said.unreleased)
    return Changelog(path, log.format, (section,))


def _agrees(saying: Saying, sections: Iterable[Section]) -> bool:
    """Whether headings name the release that the file is named after, or releases of its line."""
    if saying.version is None:
        return any(section.unreleased for section in sections)
    length = len(saying.version.release)
    return any(
        section.version is not None
        and (section.version == saying.version or section.version.release[:length] == saying.version.release)
        for section in sections
    )
