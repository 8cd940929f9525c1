"""How a project writes the headings of its releases, learnt from its newest ones.

What is learnt is a wording with fields in it, so that whatever a project puts around version and date, links to a
comparison included, is written again as it was. What belongs to one release alone (a code name, the number of a
milestone) is left out, and `Style.remarks` says so.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Final

from packaging.version import Version

from tagship.domain.changelog import Format
from tagship.domain.changelog.date_style import DAY_NAMES, ISO, SHORT, DateStyle, learn_date, name_of_day, spelt_in
from tagship.domain.changelog.drawing import Drawing, Rules, Signs, drawing_of
from tagship.domain.changelog.headings import Kind, read_heading
from tagship.domain.changelog.layout import Layout, Place
from tagship.domain.version import parse_version

NEWEST: Final = 12
"""How many sections are looked at; what was done long ago is no longer the style."""

# Fields of a wording: characters that no heading holds.
VERSION, DASHED, UNDERSCORED, PREVIOUS, DATE, DAY, SHORT_DAY = "\x01\x02\x03\x04\x05\x06\x07"

_FIELD: Final = re.compile(f"[{VERSION}{DASHED}{UNDERSCORED}]")
_BULLET: Final = re.compile(r"[ \t]*(?:[-*+\u2022]|[0-9]{1,9}[.)])[ \t]+(?=\S)")
_NUMBER: Final = re.compile(r"[0-9][0-9A-Za-z.!+_-]*")
_STRANGE: Final = frozenset({"yanked", "latest", "lts", "current", "final", "stable", "withdrawn"})
_SPECIAL: Final = re.compile(r"\]\((?P<url>[^()\s]*)\)|(?P<anchor>\s*\{[^{}]*\})|\s*<(?P<tag>[^<>]*)>")
_RELEASED: Final = re.compile(r"\breleased?\b(?: on)?:?[ \t]+(?=\x05)", re.IGNORECASE)
_LINKED: Final = re.compile(r"\[v?\x01\](?P<url>\([^()\s]*\))?")
_TIP: Final = re.compile(r"(?<=\.\.)[^./]*\x01|(?<=\.\.\.)[^./]*\x01")
# Both ends of a comparison, tags of one spelling: the first is the release before, whichever that was.
_COMPARED: Final = re.compile(
    r"(?<=/)(?P<lead>[^/\s()]*?)[0-9]+(?:\.[0-9A-Za-z!+_-]+)*(?P<rest>\.{2,3}(?P=lead)\x01)(?![0-9A-Za-z.])"
)
_CLOSING: Final = re.compile(r"[^\s\[(]*[\])]")
_BOLD: Final = re.compile(r"\*\*[^*]+\*\*:?")


@dataclass(frozen=True, slots=True)
class Style:
    """How releases are headed in one changelog.

    `wording` and `state` (the line below a heading that tells the day, where there is one) hold fields; `labels` stand
    above a heading. `above` and `below` are blank lines around a heading, `under` those between heading and state.
    `days` is how a date is written, `groups` are the headings of groups as they are drawn, the most frequent first.
    `remarks` are what could not be taken over, as sentences to show.
    """

    format: Format
    drawing: Drawing
    wording: str
    days: DateStyle = ISO
    state: str | None = None
    labels: tuple[str, ...] = ()
    above: int = 1
    below: int = 1
    under: int = 1
    bullet: str = "- "
    groups: tuple[tuple[str, ...], ...] = ()
    remarks: tuple[str, ...] = ()

    def head(self, version: Version, dated: date, previous: Version | None) -> tuple[str, ...]:
        """The lines of a release's heading: labels, heading, and the line below that tells the day."""
        said = self._fill(self.wording, version, dated, previous)
        state = () if self.state is None else ("",) * self.under + (self._fill(self.state, version, dated, previous),)
        return (*self._labels(version, dated, previous), *self.drawing.draw(said), *state)

    def open_head(self, version: Version | None, previous: Version | None, dated: date) -> tuple[str, ...]:
        """The lines of the heading of what is not released yet; `dated` is never shown."""
        if version is None:
            newest = previous or Version("0")
            return self.drawing.draw(self._fill(_unnamed(self.wording), newest, dated, previous))
        wording, state = self.wording, self.state
        if state is not None:
            state = "Unreleased"
        elif DATE in wording:
            unreleased = "Unreleased" if wording.endswith(f" - {DATE}") else "unreleased"
            wording = _strip_days(_RELEASED.sub("", wording)).replace(DATE, unreleased)
        else:
            wording += " (unreleased)"
        return replace(self, wording=wording, state=state).head(version, dated, previous)

    def _labels(self, version: Version, dated: date, previous: Version | None) -> tuple[str, ...]:
        return tuple(self._fill(label, version, dated, previous) for label in self.labels)

    def _fill(self, wording: str, version: Version, dated: date, previous: Version | None) -> str:
        name = DAY_NAMES[dated.weekday()]
        fields = {
            VERSION: str(version),
            DASHED: str(version).replace(".", "-"),
            UNDERSCORED: str(version).replace(".", "_"),
            PREVIOUS: str(previous or version),
            DATE: self.days.write(dated),
            DAY: name,
            SHORT_DAY: name[:SHORT],
        }
        return "".join(fields.get(character, character) for character in wording)


def learn(layout: Layout, *, project: str, version: Version | None = None) -> Style:
    """The style of a changelog; raises FactUnknown where its headings follow none.

    `version` is what is to be written: where patch releases are headed otherwise than others, theirs is the style.
    """
    released = newest(layout)
    sample = _sample(released, version, project)
    spelling = None if sample is None else _spelling(sample)
    if sample is None or spelling is None:
        return _without_release(layout)
    others = [place for place in released if place is not sample]
    style = _from_sample(layout, sample, spelling, others)
    return replace(
        style,
        above=_usual([_blank_above(layout, place.start) for place in released if place is not layout.places[0]], 1),
        below=_usual([_blank_below(layout, _told_at(layout, place, style)) for place in released if _body(place)], 1),
        bullet=bullet_of(layout),
        groups=_groups(layout, released),
    )


def newest(layout: Layout) -> list[Place]:
    """The newest released sections, the newest first."""
    places = [place for place in layout.shown if place.section.version is not None and not place.section.unreleased]
    return (places if is_descending(layout) else places[::-1])[:NEWEST]


def is_descending(layout: Layout) -> bool:
    """Whether newer releases stand above older ones; so a file with fewer than two of them is read, too."""
    versions = [place.section.version for place in layout.shown]
    named = [version for version in versions if version is not None]
    steps = [(above > below) - (above < below) for above, below in pairwise(named)]
    return sum(steps) >= 0


def bullet_of(layout: Layout) -> str:
    """The bullet of the newest entries with the blanks around it."""
    found = (
        match[0]
        for place in (*newest(layout), *layout.places)
        for line in layout.lines[place.begin : place.end]
        if (match := _BULLET.match(line)) is not None
    )
    return next((bullet for bullet in found if not bullet.strip()[0].isdigit()), "- ")


def spelling_of(version: Version, text: str) -> str | None:
    """How a version is spelt in a text; None where it does not stand there in one piece."""
    spelt = (match[0].rstrip(".-_+!") for match in _NUMBER.finditer(text))
    return next((spelling for spelling in spelt if parse_version(spelling) == version), None)


def put(text: str, spelling: str, field: str) -> str:
    """A text with a field in place of a version, wherever it stands whole."""
    return re.sub(rf"(?<![0-9])(?<![0-9]\.){re.escape(spelling)}(?![0-9A-Za-z]|\.[0-9])", field, text)


def _sample(released: Sequence[Place], version: Version | None, project: str) -> Place | None:
    """The section whose heading is the example: new, dated if most are, of the common kind, nothing odd about it."""
    spelt = [place for place in released if _spelling(place) is not None]
    if not spelt:
        return None
    kinds = {id(place): read_heading(place.section.title, project).kind for place in spelt}
    plain = [place for place in spelt if kinds[id(place)] is not Kind.LOOSE] or spelt
    plain = [place for place in plain if not _words(place.section.title) & _STRANGE] or plain
    if version is not None and len({place.span.heading.depth for place in plain}) > 1:
        plain = [place for place in plain if _is_patch(place.section.version) == _is_patch(version)] or plain
    dated = [place for place in plain if _tells_a_time(place)]
    return (dated if 2 * len(dated) >= len(plain) and dated else plain)[0]


def _from_sample(layout: Layout, sample: Place, spelling: str, others: Sequence[Place]) -> Style:
    """The style of a heading that spells its version so."""
    heading = sample.span.heading
    peers = [other for other in others if other.span.heading.depth == heading.depth]
    wording, remarks = _without_specials(_with_version(heading.text, spelling), spelling, peers)
    wording = _with_previous(wording, peers)
    if sample.span.saying.kind is Kind.LOOSE:
        wording, remarks = _without_words(wording), (*remarks, f"the free words of '{heading.text}' are left out")
    titles = [other.section.title for other in peers]
    wording, days, told = _with_date(wording, titles)
    state, under = None, 1
    if DATE not in wording and sample.section.dated is not None:
        number = _first(layout, sample.begin)
        firsts = [layout.lines[_first(layout, other.begin)] for other in peers if _body(other)]
        state, days, told = _with_date(layout.lines[number].strip(), firsts)
        under = number - sample.begin
    return Style(
        layout.changelog.format,
        drawing_of(heading, layout.lines, [peer.span.heading for peer in peers]),
        wording,
        days,
        state,
        _labels(layout, sample, spelling),
        under=under,
        remarks=(*remarks, *told),
    )


def _with_version(text: str, spelling: str) -> str:
    """A heading with a field for its version; a lone number is its version once, and may be a day after that."""
    return put(text, spelling, VERSION) if "." in spelling else text.replace(spelling, VERSION, 1)


def _with_date(wording: str, others: Sequence[str]) -> tuple[str, DateStyle, tuple[str, ...]]:
    """A wording with a field for its date, the style of that date, and what is to be said of it."""
    spelt = spelt_in(wording)
    if spelt is None:
        return wording, ISO, ()
    before, written, after = wording[: spelt.begin], wording[spelt.begin : spelt.end], wording[spelt.end :]
    style = learn_date(wording, others)
    remarks: tuple[str, ...] = ()
    if style is None:
        remarks = (f"the date {written} may be read in two ways, so the day is written as 2026-01-31",)
    elif spelt.timed:
        remarks = (f"the time of day in {written} is left out",)
    named = name_of_day(before)
    if named is not None:
        begin, end, is_long = named
        before = before[:begin] + (DAY if is_long else SHORT_DAY) + before[end:]
    return before + DATE + after, style or ISO, remarks


def _without_specials(wording: str, spelling: str, peers: Sequence[Place]) -> tuple[str, tuple[str, ...]]:
    """A wording without the addresses and anchors that are of one release alone."""
    told: list[str] = []

    def kept(match: re.Match[str]) -> str:
        special = _with_fields(match[0], spelling)
        if _FIELD.search(special) or any(special in peer.section.title for peer in peers):
            return special
        told.append(f"'{special.strip('](){} ')}' belongs to one release and is left out")
        return "]" if match["url"] is not None else ""

    return _SPECIAL.sub(kept, wording), tuple(told)


def _with_fields(text: str, spelling: str) -> str:
    """A text with fields for a version, however its numbers are joined there."""
    for joint, field in ((".", VERSION), ("-", DASHED), ("_", UNDERSCORED)):
        text = put(text, spelling.replace(".", joint), field)
    return text


def _with_previous(wording: str, peers: Sequence[Place]) -> str:
    """A wording in whose addresses the version before has a field as well."""
    spelling = _spelling(peers[0]) if peers else None
    if spelling is not None:
        wording = _SPECIAL.sub(lambda match: put(match[0], spelling, PREVIOUS), wording)
    return _SPECIAL.sub(lambda match: _COMPARED.sub(rf"\g<lead>{PREVIOUS}\g<rest>", match[0]), wording)


def _without_words(wording: str) -> str:
    """A wording without what stands after the version and is no date."""
    head, _, tail = wording.rpartition(VERSION)
    closing = _CLOSING.match(tail)
    if closing is not None:
        return f"{head}{VERSION}{closing[0]}{_without_words(VERSION + tail[closing.end() :])[1:]}"
    spelt = spelt_in(tail)
    if spelt is None:
        return head + VERSION
    lead = re.search(r"[^\w]*$", tail[: spelt.begin])
    return head + VERSION + (lead[0] if lead else " ") + tail[spelt.begin :]


def _labels(layout: Layout, sample: Place, spelling: str) -> tuple[str, ...]:
    """The labels and anchors above a heading, as far as they name the version."""
    above = layout.lines[sample.start : sample.span.heading.line]
    labels = tuple(_with_fields(line, spelling) for line in above)
    kept = tuple(label for label in labels if not label.strip() or _FIELD.search(label))
    return kept if any(label.strip() for label in kept) else ()


def _without_release(layout: Layout) -> Style:
    """The style of a changelog that tells of no release yet: by its Unreleased heading, or its title."""
    headings = layout.outline.headings
    opened = next((place for place in layout.places if place.section.unreleased), None)
    markdown = layout.changelog.format is Format.MARKDOWN
    dated = f" - {DATE}" if markdown else f" ({DATE})"
    wording, state = VERSION + dated, None
    if opened is not None:
        drawing = drawing_of(opened.span.heading, layout.lines, ())
        wording, state = _by_open_heading(opened, dated)
    elif layout.places or not headings:
        raise layout.unknown(
            f"no heading in {layout.changelog.path} shows how a release is headed",
            f"write the first release of {layout.changelog.path} by hand",
        )
    elif markdown:
        drawing = Signs("## ")
    else:
        drawing = Rules("-" if layout.lines[headings[0].end - 1][:1] != "-" else "~")
    remark = "there is no release to learn from, so the heading is in the customary style"
    return Style(layout.changelog.format, drawing, wording, state=state, bullet=bullet_of(layout), remarks=(remark,))


def _by_open_heading(opened: Place, dated: str) -> tuple[str, str | None]:
    """The wording of a release by that of what is open, and the line below it that tells the day if there is one."""
    text = opened.section.title
    spelling = _spelling(opened)
    if spelling is None:
        return (f"[{VERSION}]" if text.startswith("[") else VERSION) + dated, None
    before, _, after = text.partition(spelling)
    if not opened.span.saying.unreleased:
        return before + VERSION + after, f"Released {DATE}"
    close = "]" if after.startswith("]") else ""
    return f"{before}{VERSION}{close}" + (f" - {DATE}" if " - " in after else f" ({DATE})"), None


def _unnamed(wording: str) -> str:
    """The wording of a heading without a version: in brackets, or with a link to what is new, as the version stands."""
    link = _LINKED.search(wording)
    if link is None:
        return "Unreleased"
    url = link["url"] or ""
    return f"[Unreleased]{_TIP.sub('HEAD', url).replace(PREVIOUS, VERSION) if PREVIOUS in url else ''}"


def _strip_days(wording: str) -> str:
    return re.sub(rf"[{DAY}{SHORT_DAY}],?[ \t]*", "", wording)


def _spelling(place: Place) -> str | None:
    version = place.section.version
    return None if version is None else spelling_of(version, place.section.title)


def _tells_a_time(place: Place) -> bool:
    return place.section.dated is not None or spelt_in(place.section.title) is not None


def _words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def _is_patch(version: Version | None) -> bool:
    return version is not None and version.micro > 0


def _body(place: Place) -> bool:
    return bool(place.section.body)


def _first(layout: Layout, number: int) -> int:
    """The first line from there on that is not blank."""
    while number < len(layout.lines) - 1 and not layout.lines[number].strip():
        number += 1
    return number


def _told_at(layout: Layout, place: Place, style: Style) -> int:
    """The first line below a heading, and below the line that tells the day."""
    return place.begin if style.state is None else _first(layout, place.begin) + 1


def _blank_above(layout: Layout, number: int) -> int:
    count = 0
    while number - count > 0 and not layout.lines[number - count - 1].strip():
        count += 1
    return count


def _blank_below(layout: Layout, number: int) -> int:
    return _first(layout, number) - number


def _usual(counts: Sequence[int], otherwise: int) -> int:
    return Counter(counts).most_common(1)[0][0] if counts else otherwise


def _groups(layout: Layout, released: Sequence[Place]) -> tuple[tuple[str, ...], ...]:
    """The headings of groups in some sections as they are drawn, the most frequent first."""
    seen: Counter[tuple[str, ...]] = Counter()
    for place in released:
        for heading in layout.outline.headings:
            if place.begin <= heading.line < place.end:
                seen[layout.lines[heading.line : heading.end]] += 1
        seen.update((line,) for line in layout.lines[place.begin : place.end] if _BOLD.fullmatch(line.strip()))
    return tuple(group for group, _ in seen.most_common())
