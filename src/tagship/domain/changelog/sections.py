"""Which headings are those of releases, and where what stands under each of them ends.

The rule is the one a reader goes by. The headings that name versions set the level; what is deeper belongs to
the section around it, and so does what stands beside it without being a release (`Bug Fixes`
as deep as the version above it). Three customs need more: generated changelogs in which a patch
release has a deeper heading than a minor one, groups such as `1.2` around `1.2.1` and `1.2.0`,
and final releases that carry their pre-releases as deeper headings.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from packaging.version import Version

from tagship.domain.changelog.content import tells_something
from tagship.domain.changelog.headings import Kind, Saying, read_heading
from tagship.domain.changelog.outline import Heading, Outline

# The surest of these that a file has names its releases.
_NAMING = (frozenset({Kind.VERSION, Kind.WORDED}), frozenset({Kind.LOOSE}), frozenset({Kind.FOREIGN}))


@dataclass(frozen=True, slots=True)
class Span:
    """A section by its lines: the heading, what it says, and where the body begins and ends."""

    heading: Heading
    saying: Saying
    begin: int
    end: int


def find_sections(outline: Outline, lines: Sequence[str], project: str) -> list[Span]:
    """The sections of a document in order."""
    sayings = [read_heading(heading.text, project) for heading in outline.headings]
    layout = _Layout.of(outline.headings, sayings)
    spans: list[Span] = []
    current: Span | None = None
    released = False
    for heading, saying in zip(outline.headings, sayings, strict=True):
        opens = layout.opens(heading, saying, current, released=released)
        released = released or (opens and saying.version is not None)
        if current is not None and (opens or _ends(heading, saying, current)):
            spans.append(_until(current, heading.start))
            current = None
        if opens:
            current = Span(heading, saying, heading.end, outline.end)
    if current is not None:
        spans.append(_until(current, outline.end))
    return _without_groups(spans, lines)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file names its releases, and how deep."""

    naming: frozenset[Kind]
    depths: frozenset[int]

    @classmethod
    def of(cls, headings: Sequence[Heading], sayings: Sequence[Saying]) -> "_Layout":
        pairs = list(zip(headings, sayings, strict=True))
        for kinds in _NAMING:
            found = [(heading, saying) for heading, saying in pairs if saying.kind in kinds]
            if found and len({saying.name for _, saying in found}) == 1:
                return cls(kinds, frozenset(heading.depth for heading, _ in found))
        return cls(frozenset(), frozenset())

    def opens(self, heading: Heading, saying: Saying, current: Span | None, *, released: bool) -> bool:
        """Whether a heading begins a section of its own; `released` tells of a version above it."""
        if saying.unreleased and saying.version is None:
            return self._opens_unreleased(heading, saying, current, released=released)
        if saying.kind not in self.naming and not (saying.kind is Kind.LOOSE and Kind.VERSION in self.naming):
            return False
        if current is None or heading.depth <= current.heading.depth:
            return heading.depth in self.depths
        return saying.kind is Kind.VERSION and _stands_apart(saying.version, current.saying)

    def _opens_unreleased(self, heading: Heading, saying: Saying, current: Span | None, *, released: bool) -> bool:
        if current is not None and heading.depth > current.heading.depth:
            return False
        if not self.depths:
            return True
        if saying.kind is Kind.UNRELEASED:
            return heading.depth <= max(self.depths)
        # Below a release, `Main changes` are its own, while `Main` is not.
        return heading.depth in self.depths and not (released and " " in heading.text)


def _stands_apart(version: Version | None, around: Saying) -> bool:
    """Whether a version deeper than the section around it is a release of its own."""
    if version is None or around.version is None or around.kind is not Kind.VERSION:
        return True
    if _in_series(version, around.version):
        return True
    return version < around.version and version.base_version != around.version.base_version


def _in_series(version: Version, series: Version) -> bool:
    """Whether `series` names a line of releases that `version` is one of: 1.2 for 1.2.3."""
    length = len(series.release)
    return len(version.release) > length and version.release[:length] == series.release


def _ends(heading: Heading, saying: Saying, current: Span) -> bool:
    """Whether a heading that begins no section ends the one before it."""
    if heading.depth == current.heading.depth:
        return saying.kind in {Kind.UNNAMED, Kind.FOREIGN}
    return heading.depth < current.heading.depth


def _until(span: Span, end: int) -> Span:
    return Span(span.heading, span.saying, span.begin, max(end, span.begin))


def _without_groups(spans: Sequence[Span], lines: Sequence[str]) -> list[Span]:
    """The sections without those whose heading only gathers the releases of a line below it."""
    return [span for number, span in enumerate(spans) if not _is_group(span, _inner(spans, number), lines)]


def _inner(spans: Sequence[Span], number: int) -> list[Span]:
    """The sections that stand deeper below one."""
    inner: list[Span] = []
    for following in range(number + 1, len(spans)):
        if spans[following].heading.depth <= spans[number].heading.depth:
            break
        inner.append(spans[following])
    return inner


def _is_group(span: Span, inner: Sequence[Span], lines: Sequence[str]) -> bool:
    version = span.saying.version
    if version is None or not inner:
        return False
    if any(one.saying.version == version for one in inner):
        return True
    first = inner[0].saying.version
    gathers = first is not None and _in_series(first, version)
    return gathers and not tells_something("\n".join(lines[span.begin : span.end]))
