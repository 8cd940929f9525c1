"""What merges do to a changelog: markers left in, sections and entries doubled, headings torn from their items.

A union merge never conflicts, and so nobody looks at what it made.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from tagship.domain.changelog import OUTLINES, Changelog, Format, Section
from tagship.domain.changelog.content import CATEGORIES
from tagship.domain.changelog.markdown import quoted
from tagship.domain.changelog.outline import split_lines
from tagship.domain.changelog.rst import is_adornment

SHORTEST_ENTRY: Final = 40
"""Characters; what is shorter may well be said twice: `Fix a typo in the docs`."""

_MARKER: Final = re.compile(r"(?P<mark><{7}|>{7}|\|{7}|={7})(?: (?P<label>\S.*))?")
_BULLET: Final = re.compile(r"(?P<indent>[ \t]*)(?:[-*+\u2022]|[0-9]{1,9}[.)])[ \t]+(?P<words>\S.*)")
_BOLD: Final = re.compile(r"\*\*(?P<title>[^*]+)\*\*:?")
_WORD: Final = re.compile(r"[^\W_]+")
_NAMED: Final = re.compile(r"#[0-9]+|[0-9a-f]{7,40}")


class Harm(Enum):
    """The kinds of damage, each as the words for it."""

    MARKER = "a conflict marker"
    VERSION_TWICE = "a version, or what is unreleased, told about twice"
    ENTRY_TWICE = "an entry that stands twice"
    GROUP_TWICE = "a group that is headed twice"
    TORN = "a heading torn from its items"


@dataclass(frozen=True, slots=True)
class Damage:
    """One damaged place; `line` counts from 1.

    `what` names what is damaged in words that do not change when lines above are added, and `message` tells it whole.
    """

    harm: Harm
    what: str
    message: str
    path: str
    line: int
    section: Section | None = None

    @property
    def key(self) -> tuple[Harm, str]:
        """What makes two findings in two states of a file the same one."""
        return self.harm, self.what


def find_damage(text: str, changelog: Changelog, *, path: str | None = None) -> tuple[Damage, ...]:
    """What is damaged in one file of a changelog, from the top down; `path` is the file where there are several."""
    path = changelog.path if path is None else path
    lines = split_lines(text)
    found = [*_markers(lines, changelog.format, path), *_in_sections(lines, changelog, path)]
    return tuple(sorted(found, key=lambda damage: damage.line))


def first_marker(text: str, changelog: Changelog) -> int | None:
    """The line, counted from 1, of the first marker that a half-done merge left; None in a text without any."""
    return next((damage.line for damage in _markers(split_lines(text), changelog.format, changelog.path)), None)


def known_damage(changelog: Changelog) -> frozenset[tuple[Harm, str]]:
    """The keys of what is damaged in the sections of a changelog whose text is not at hand; markers are not seen."""
    paths = dict.fromkeys(section.path for section in changelog.sections)
    return frozenset(damage.key for path in paths for damage in _in_sections((), changelog, path))


def _markers(lines: Sequence[str], form: Format, path: str) -> Iterator[Damage]:
    """The markers that git leaves in a file, but for what code shows on purpose and for underlines."""
    marked = [(number, match) for number, line in enumerate(lines) if (match := _MARKER.fullmatch(line)) is not None]
    if not any(match["label"] or match["mark"][0] != "=" for _, match in marked):
        return
    shown = quoted(lines) if form is Format.MARKDOWN else frozenset[int]()
    inside = False
    for number, match in marked:
        mark = match["mark"][0]
        between = mark == "=" and (match["label"] is not None or not inside)
        if number in shown or between or (match["label"] is None and _is_rule(lines, number, form, inside=inside)):
            continue
        inside = mark in "<|=" if mark != "=" else inside
        yield Damage(Harm.MARKER, f"{match[0]}", f"'{match[0]}' is a conflict marker", path, number + 1)


def _is_rule(lines: Sequence[str], number: int, form: Format, *, inside: bool) -> bool:
    """Whether characters that could mark a conflict underline a title, as docutils takes any of them."""
    if inside or form is not Format.RST:
        return False
    above = lines[number - 1] if number else ""
    return bool(above.strip()) and not above[0].isspace()


def _in_sections(lines: Sequence[str], changelog: Changelog, path: str) -> Iterator[Damage]:
    again = {id(section) for section in changelog.duplicates}
    sections = [section for section in changelog.sections if section.path == path]
    nameless = [section for section in sections if section.version is None and section.unreleased]
    for section in nameless[1:]:
        message = f"'{section.title}' stands below '{nameless[0].title}' on line {nameless[0].line}"
        yield Damage(Harm.VERSION_TWICE, "Unreleased", message, path, section.line, section)
    for number, section in enumerate(sections):
        if id(section) in again:
            message = f"'{section.title}' tells about {section.version} once more"
            yield Damage(Harm.VERSION_TWICE, str(section.version), message, path, section.line, section)
        body = section.body.split("\n")
        begin = _begin(lines, section, body)
        yield from _entries(section, body, begin, changelog.format)
        yield from _groups(section, body, begin, changelog.format)
        if number:  # the section above may have lost its items to this one
            yield from _torn(sections[number - 1], section, changelog.format)


def _begin(lines: Sequence[str], section: Section, body: Sequence[str]) -> int:
    """The first line of a body, counted from 1."""
    for number in range(section.line, len(lines)):
        if lines[number] == body[0] and list(lines[number : number + len(body)]) == list(body):
            return number + 1
    return section.line


def _entries(section: Section, body: Sequence[str], begin: int, form: Format) -> Iterator[Damage]:
    """Entries that stand word for word in groups of one name twice; what is new and what breaks may be told in both."""
    entries = [(number, entry) for number, entry in _items(body) if _tells_enough(entry)]
    if len({entry for _, entry in entries}) == len(entries):
        return  # nearly always, and to find the groups takes longer
    groups = _heads_of_lists(body, form)
    seen: dict[tuple[str, str], int] = {}
    for number, entry in entries:
        above = bisect_left(groups, (number, ""))
        group = groups[above - 1][1] if above else ""
        if (group, entry) in seen:
            short = (
                entry if len(entry) <= SHORTEST_ENTRY * 2 else entry[: SHORTEST_ENTRY * 2] + "\N{HORIZONTAL ELLIPSIS}"
            )
            message = f"'{short}' stands in '{section.title}' twice, first on line {begin + seen[group, entry]}"
            yield Damage(Harm.ENTRY_TWICE, f"{section.version} {entry}", message, section.path, begin + number, section)
        seen.setdefault((group, entry), number)


def _tells_enough(entry: str) -> bool:
    """Whether nobody would write an entry a second time by chance."""
    return len(entry) >= SHORTEST_ENTRY or _NAMED.search(entry) is not None


def _heads_of_lists(body: Sequence[str], form: Format) -> list[tuple[int, str]]:
    """The lines that say what the entries below them are: headings, and what leads to a list with a colon.

    `9 reviewers added to this release:` lists some of those again that `10 authors added to this release:` lists.
    """
    heads = {number: words for number, _, words in _titles(body, form)}
    for number, line in enumerate(body):
        if line.rstrip().endswith(":") and not line[0].isspace() and _BULLET.match(line) is None:
            heads.setdefault(number, _words(line))
    return sorted(heads.items())


def _items(body: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The outermost entries of a body with the line each begins on; those of lists within them belong to them."""
    begin, words, depth = 0, list[str](), 0
    for number, line in enumerate(body):
        bullet = _BULLET.match(line)
        indent = len(line) - len(line.lstrip())
        if bullet is not None and (not words or indent <= depth):
            if words:
                yield begin, " ".join(words)
            begin, words, depth = number, [bullet["words"].strip()], indent
        elif words and line.strip() and indent > depth:
            words.append(line.strip())
        elif words and line.strip():
            yield begin, " ".join(words)
            words = []
    if words:
        yield begin, " ".join(words)


def _groups(section: Section, body: Sequence[str], begin: int, form: Format) -> Iterator[Damage]:
    """Groups of one name under one heading."""
    if not _may_double(body):
        return
    seen: dict[tuple[str, ...], int] = {}
    trail: list[tuple[int, str]] = []
    for number, depth, title in _titles(body, form):
        trail = [(above, name) for above, name in trail if above < depth]
        key = (*(name for _, name in trail), title)
        trail.append((depth, title))
        if title in CATEGORIES and key in seen:
            message = f"'{title}' is headed twice in '{section.title}', first on line {begin + seen[key]}"
            what = f"{section.version} {' / '.join(key)}"
            yield Damage(Harm.GROUP_TWICE, what, message, section.path, begin + number, section)
        seen.setdefault(key, number)


def _may_double(body: Sequence[str]) -> bool:
    """Whether two lines name the same group, be they headings or not: to find out takes much longer."""
    seen: set[str] = set()
    for line in body:
        # No markup knows a heading that begins like an entry.
        if not line or line.startswith(("- ", "* ", "+ ")):
            continue
        words = _words(line)
        if words in CATEGORIES:
            if words in seen:
                return True
            seen.add(words)
    return False


def _titles(body: Sequence[str], form: Format) -> list[tuple[int, int, str]]:
    """The headings in a body, bold lines included: line, depth, and the words in small letters."""
    found = [(heading.line, heading.depth, heading.text) for heading in OUTLINES[form](body).headings]
    found += [
        (number, len(body), match["title"])
        for number, line in enumerate(body)
        if (match := _BOLD.fullmatch(line.strip())) is not None
    ]
    return [(line, depth, _words(text)) for line, depth, text in sorted(found)]


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))


def _torn(above: Section, section: Section, form: Format) -> Iterator[Damage]:
    """A group with nothing in it at the end of one section, and entries without a group at the start of the next."""
    if _BULLET.match(section.body) is None:
        return
    last = above.body.split("\n")
    if not last[-1].lstrip().startswith("#") and not is_adornment(last[-1].strip()):
        return  # neither markup ends a heading with such a line
    heads = OUTLINES[form](last).headings
    if not heads or heads[-1].end != len(last):
        return
    if len(heads) > 1 and not "".join(last[heads[-2].end : heads[-1].start]).strip():
        return  # a frame of groups that nobody has filled yet
    message = f"'{section.title}' stands between the heading '{heads[-1].text}' and its entries"
    yield Damage(Harm.TORN, f"{section.version} {heads[-1].text}", message, section.path, section.line, section)
