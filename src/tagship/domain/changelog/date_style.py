"""Dates written back the way a project writes them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tagship.domain.changelog.dates import MONTHS_IN_YEAR, first_date

MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHORT: Final = 3
"""Letters of an abbreviated month or day."""

_TWO_DIGITS: Final = 2
_TEENS: Final = (11, 12, 13)
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}
_ORDINAL: Final = re.compile(r"(?:st|nd|rd|th)\b", re.IGNORECASE)
_NAME_OF_DAY: Final = re.compile(
    r"\b(?P<name>(?:mon|tue|wed|thu|fri|sat|sun)(?P<long>[a-z]*day)?)[.,]?[ \t]*$", re.IGNORECASE
)
_TIME: Final = re.compile(r"[Tt ]\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True)
class DateStyle:
    """Pieces of a date in order: a field in braces, such as `{year}` or `{0month}`, or what stands between them."""

    pieces: tuple[str, ...]

    def write(self, day: date) -> str:
        """The date in this style."""
        return "".join(_FIELDS[piece](day) if piece in _FIELDS else piece for piece in self.pieces)


ISO: Final = DateStyle(("{year}", "-", "{0month}", "-", "{0day}"))

_FIELDS: Final[Mapping[str, Callable[[date], str]]] = {
    "{year}": lambda day: f"{day.year:04}",
    "{month}": lambda day: str(day.month),
    "{0month}": lambda day: f"{day.month:02}",
    "{Month}": lambda day: MONTH_NAMES[day.month - 1],
    "{MONTH}": lambda day: MONTH_NAMES[day.month - 1].upper(),
    "{Mon}": lambda day: MONTH_NAMES[day.month - 1][:SHORT],
    "{MON}": lambda day: MONTH_NAMES[day.month - 1][:SHORT].upper(),
    "{day}": lambda day: str(day.day),
    "{0day}": lambda day: f"{day.day:02}",
    "{th}": lambda day: "th" if day.day in _TEENS else _ORDINALS.get(day.day % 10, "th"),
}


@dataclass(frozen=True, slots=True)
class Spelt:
    """Where in a text a date stands, time of day included; `parts` are its fields as begin, end and name."""

    begin: int
    end: int
    parts: tuple[tuple[int, int, str], ...]
    timed: bool


def spelt_in(text: str) -> Spelt | None:
    """The date in a text; None where there is none."""
    match = first_date(text)
    if match is None:
        return None
    groups = match.groupdict()
    names = ("year", "month", "number", "day", "one", "two")
    parts = sorted((match.start(name), match.end(name), name) for name in names if groups.get(name) is not None)
    return Spelt(match.start(), match.end(), tuple(parts), _TIME.search(match[0]) is not None)


def learn_date(text: str, others: Iterable[str]) -> DateStyle | None:
    """The style of the date in a text; None where it cannot be told which number is the day.

    `others` are texts with dates of the same style: they tell whether numbers are padded, and months shortened,
    where this one does not, such as in the 12th of May.
    """
    spelt = spelt_in(text)
    if spelt is None:
        return None
    peers = [text, *(other for other in others if _shape(other) == _shape(text))]
    pieces: list[str] = []
    position = spelt.begin
    for begin, end, name in spelt.parts:
        field = _field(name, peers)
        if field is None:
            return None
        pieces += [text[position:begin], field]
        position = end
        if name == "day" and (ordinal := _ORDINAL.match(text, end)) is not None and ordinal.end() <= spelt.end:
            pieces.append("{th}")
            position = ordinal.end()
    if not spelt.timed:
        pieces.append(text[position : spelt.end])
    return DateStyle(tuple(piece for piece in pieces if piece))


def name_of_day(before: str) -> tuple[int, int, bool] | None:
    """Where the name of a day ends a text that a date follows, and whether it is written out."""
    match = _NAME_OF_DAY.search(before)
    return None if match is None else (*match.span("name"), match["long"] is not None)


def _shape(text: str) -> tuple[str, ...]:
    spelt = spelt_in(text)
    return () if spelt is None else tuple(name for _, _, name in spelt.parts)


def _field(name: str, texts: list[str]) -> str | None:
    """How a part of a date is written, by the texts that tell."""
    values = [value for text in texts if (value := _part(text, name)) is not None]
    if name == "year":
        return "{year}"
    if name == "month":
        return _month(values)
    if name in {"one", "two"}:
        is_day = _is_day(name, texts)
        name = "" if is_day is None else "day" if is_day else "number"
    if not name:
        return None
    padded = next((value[0] == "0" for value in values if value[0] == "0" or len(value) < _TWO_DIGITS), None)
    if padded is None:
        padded = not any(_part(text, "month") for text in texts)
    return f"{{{'0' if padded else ''}{'day' if name == 'day' else 'month'}}}"


def _is_day(name: str, texts: list[str]) -> bool | None:
    """Whether the first or second number is the day, by a text in which one is above 12."""
    for text in texts:
        one, two = (int(_part(text, part) or 0) for part in ("one", "two"))
        if max(one, two) > MONTHS_IN_YEAR:
            return (one > two) == (name == "one")
    return None


def _month(values: list[str]) -> str:
    telling = next((value for value in values if value.lower() != "may"), values[0])
    name = "Mon" if len(telling) <= SHORT + 1 and telling.lower() not in {"june", "july"} else "Month"
    if telling.lower() == "may":
        name = "Month"
    return f"{{{name.upper() if telling.isupper() else name}}}"


def _part(text: str, name: str) -> str | None:
    spelt = spelt_in(text)
    parts = () if spelt is None else spelt.parts
    return next((text[begin:end] for begin, end, part in parts if part == name), None)
