"""What a heading says: a version, that something is unreleased, or neither.

A heading is certain of its version when every other word in it belongs to the trade of naming releases.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto

from packaging.version import Version

from tagship.domain.changelog.dates import date_like_version
from tagship.domain.changelog.wording import (
    ALONE,
    LABEL,
    NAME,
    PLAIN,
    RANGE,
    STATE,
    TRADE,
    UNRELEASED,
    Row,
    Token,
    end_of_name,
    take_apart,
    words_of,
    worth_reading,
)
from tagship.domain.version import parse_version

LONGEST = 300
YEARS = range(1970, 2100)

_SIMPLE = re.compile(
    r"(?:[Vv]ersion |[Rr]elease )?\[?v?(?P<version>[0-9]{1,9}(?:\.[0-9]{1,9})+)\]?(?:\(https?://[^()\s]*\))?"
    r"(?: (?:[-\u2013\u2014] )?\(?(?P<year>[12][0-9]{3})-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|1[0-9]|2[0-8])\)?)?"
)
_DOTTED = re.compile(r"[0-9]\.[0-9x*]")


class Kind(Enum):
    """What a heading says, and how sure that is."""

    VERSION = auto()  # one version and nothing beside it but name, date and state
    WORDED = auto()  # one version among words of the trade: What's new in 1.2
    LOOSE = auto()  # a version first and free words after it: 1.2.0 Blue Whale
    FOREIGN = auto()  # one version after a name that is not the project's
    UNRELEASED = auto()  # outright
    PERHAPS_UNRELEASED = auto()  # next, main, dev, unless they mean something else
    UNNAMED = auto()  # a release or a time, but no one version: 0.x, 1.0 and older, 2019
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Saying:
    """What a heading says; `name` is the foreign name before the version."""

    kind: Kind
    version: Version | None = None
    dated: date | None = None
    unreleased: bool = False
    name: str = ""


NOTHING = Saying(Kind.OTHER)


def read_heading(text: str, project: str) -> Saying:
    """What a heading says about the releases of a project; never raises."""
    if len(text) > LONGEST:
        return NOTHING
    simple = _SIMPLE.fullmatch(text, end_of_name(text, project))
    if simple is not None:
        year, month, day = simple["year"], simple["month"], simple["day"]
        return Saying(Kind.VERSION, Version(simple["version"]), date(int(year), int(month), int(day)) if year else None)
    if not worth_reading(text):
        return NOTHING
    row = take_apart(text, project)
    versions, other_date = _versions(row)
    dated = row.dated or other_date
    if not versions:
        return replace(_without_version(row), dated=dated)
    place, version = versions[0]
    said = Saying(Kind.OTHER, version, dated, _is_unreleased(row, version, dated))
    judge = _with_one if all(other == version for _, other in versions) else _with_many
    kind, name = judge(row, place, version)
    if kind in {Kind.UNNAMED, Kind.OTHER}:
        return Saying(kind, dated=dated)
    return replace(said, kind=kind, name=name)


def read_state(line: str, project: str) -> Saying:
    """What a line below a heading says about the section's state: `Released 2026-01-02`, `Unreleased`.

    The kind is OTHER where the line says anything else as well.
    """
    if len(line) > LONGEST or not worth_reading(line):
        return NOTHING
    row = take_apart(line, project)
    silent = not (row.timed or row.unreleased) or any(token.group == "number" for token in row.tokens)
    if silent or row.words - TRADE - STATE:
        return NOTHING
    return Saying(Kind.UNNAMED, dated=row.dated, unreleased=row.unreleased)


def _versions(row: Row) -> tuple[list[tuple[int, Version]], date | None]:
    """The versions with their places, and the date among them if one is rather a date."""
    spelt = [(place, token.text.rstrip(".-_+!")) for place, token in enumerate(row.tokens) if token.group == "number"]
    found = [(place, text, version) for place, text in spelt if (version := parse_version(text)) is not None]
    day = None
    # Where there is a choice, the first is the version: `2026.1.2 (2026.01.02)`.
    for entry in [*found[:0:-1], *found[:1]]:
        maybe = date_like_version(entry[1])
        if maybe is not None and len(found) > 1:
            day = maybe
            found.remove(entry)
    return [(place, version) for place, _, version in found], day


def _is_unreleased(row: Row, version: Version, dated: date | None) -> bool:
    by_state = bool(row.words & STATE) and not row.words - STATE - TRADE
    return row.unreleased or by_state or (version.is_devrelease and dated is None)


def _without_version(row: Row) -> Saying:
    strange = row.words - TRADE - ALONE
    if row.unreleased and (not strange or row.tokens[0].text in {UNRELEASED, NAME}):
        return Saying(Kind.UNRELEASED, unreleased=True)
    if strange - RANGE:
        return NOTHING
    numbers = [token.text for token in row.tokens if token.group == "number"]
    if row.words & ALONE and not (numbers or strange):
        return Saying(Kind.PERHAPS_UNRELEASED, unreleased=True)
    if row.timed or strange or any(_DOTTED.search(number) for number in numbers):
        return Saying(Kind.UNNAMED)
    return NOTHING


def _with_many(row: Row, place: int, _: Version) -> tuple[Kind, str]:
    """Several versions: one that is named and others that are talked about, or a range, or a list."""
    if not row.words - TRADE - STATE - RANGE:
        return Kind.UNNAMED, ""
    leads = words_of(row.tokens[:place]) <= TRADE
    return (Kind.LOOSE if leads and not _opens_range(row.tokens, place) else Kind.OTHER), ""


def _with_one(row: Row, place: int, version: Version) -> tuple[Kind, str]:
    before, after = row.tokens[:place], row.tokens[place + 1 :]
    strange_before, strange_after = (words_of(part) - TRADE - STATE for part in (before, after))
    if _opens_range(row.tokens, place) or (strange_before and strange_before <= RANGE):
        return Kind.UNNAMED, ""
    if len(version.release) == 1 and not any(token.text in {LABEL, NAME} for token in before):
        # A whole number by itself counts something or is a year: `2 new features`, `2019`.
        if row.words - STATE:
            return Kind.OTHER, ""
        if version.major in YEARS:
            return Kind.UNNAMED, ""
    if strange_before:
        names = [place for place, token in enumerate(before) if token.text in strange_before]
        together = names[-1] - names[0] < len(names)
        name = " ".join(before[place].text for place in names)
        return (Kind.FOREIGN if together and not strange_after else Kind.OTHER), name
    if strange_after:
        return Kind.LOOSE, ""
    return (Kind.WORDED if row.words - PLAIN - STATE else Kind.VERSION), ""


def _opens_range(tokens: Sequence[Token], place: int) -> bool:
    """Whether the word right after a version makes it one end of a range: `1.0 and older`."""
    return words_of(tokens[place + 1 : place + 2]) <= RANGE and bool(words_of(tokens[place + 1 : place + 2]))
