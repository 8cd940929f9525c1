"""Dates as people write them in headings."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS_IN_YEAR = 12

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>[0-9]{4})(?![0-9])"
_TIME = r"(?:[t ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?(?:z\b|utc\b|[+-][0-9]{2}:?[0-9]{2}))?)?"
_FREE_LEFT = r"(?<![\w.])"

# The order matters: what is more exact comes first.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_FREE_LEFT}{_YEAR}(?P<between>[-/])(?P<number>[0-9]{{1,2}})(?P=between){_DAY}(?![0-9]){_TIME}",
        rf"{_FREE_LEFT}{_YEAR}[- ]{_MONTH}[- ]{_DAY}(?![0-9])",
        rf"{_FREE_LEFT}{_DAY}[ -]?(?:of )?{_MONTH},?[ -]?{_YEAR}",
        rf"\b{_MONTH} ?{_DAY},? {_YEAR}",
        rf"{_FREE_LEFT}(?P<one>[0-9]{{1,2}})(?P<between>[-/])(?P<two>[0-9]{{1,2}})(?P=between){_YEAR}",
        # Without a day there is no date, but the words are spoken for.
        rf"\b{_MONTH},? {_YEAR}",
        rf"{_FREE_LEFT}[0-9]{{4}}-[0-9]{{2}}(?![\w-])",
    )
)
_PLACEHOLDER = re.compile(
    r"(?<!\w)(?:[0-9]{4}|y{4}|x{4}|[0-9]{2}(?:xx|yy|\?\?)|\?{4})([-/.])(?:[0-9][0-9?]?|mm|xx|\?\?|nn)\1(?:dd|xx|[0-9?]\?|nn)(?!\w)"
    r"|\?{3,}"
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<number>[0-9]{2})(?P<day>[0-9]{2})")
_DOTTED = re.compile(rf"{_YEAR}\.(?P<number>[0-9]{{1,2}})\.{_DAY}")
_DOTTED_BACKWARDS = re.compile(rf"{_DAY}\.(?P<number>[0-9]{{1,2}})\.{_YEAR}")

_NUMERIC = tuple(re.compile(rf"(?<![\w.]){form.pattern}(?![\w.])") for form in (_COMPACT, _DOTTED, _DOTTED_BACKWARDS))


@dataclass(frozen=True, slots=True)
class Dated:
    """A text in which dates gave way to a mark; `day` is the first whole date, `found` tells of any."""

    text: str
    day: date | None
    found: bool


def take_dates(text: str, mark: str) -> Dated:
    """Replace every date in a lower-case text by a mark."""
    days: list[date | None] = []

    def taken(match: re.Match[str]) -> str:
        days.append(_day(match))
        return mark

    for form in _FORMS:
        text = form.sub(taken, text)
    return Dated(text, next((day for day in days if day is not None), None), bool(days))


def first_date(text: str) -> re.Match[str] | None:
    """The first whole date or, without one, month of a text, with the groups year, month or number, and day.

    Where a text has the shape of a version as well (2024.01.02), it is only looked at last.
    """
    low = text.lower()
    if len(low) != len(text):
        return None
    found = [match for form in _FORMS for match in form.finditer(low)]
    spelt = [match for form in _NUMERIC for match in form.finditer(low)]
    whole = [match for match in found + spelt if _day(match) is not None]
    return next(iter(whole or found), None)


def take_placeholders(text: str, put: Callable[[re.Match[str]], str] | str) -> str:
    """Replace what stands where a date will be, such as 2026-xx-xx or ????."""
    return _PLACEHOLDER.sub(put, text)


def date_like_version(spelling: str) -> date | None:
    """The date that a text with the shape of a version may also be: 2024.01.02, 02.01.2024 or 20240102."""
    for form in (_COMPACT, _DOTTED, _DOTTED_BACKWARDS):
        match = form.fullmatch(spelling)
        if match is not None:
            return _day(match)
    return None


def _day(match: re.Match[str]) -> date | None:
    """The date that a match stands for; None where it is not whole, not clear or not in the calendar."""
    parts = match.groupdict()
    if parts.get("one") is not None:
        return _unclear(int(parts["one"]), int(parts["two"]), int(parts["year"]))
    if parts.get("day") is None:
        return None
    month = MONTHS.index(parts["month"][:3]) + 1 if parts.get("month") is not None else int(parts["number"])
    return _in_calendar(int(parts["year"]), month, int(parts["day"]))


def _unclear(one: int, two: int, year: int) -> date | None:
    """A date whose day and month come in an order that only a number above 12 can tell."""
    if one > MONTHS_IN_YEAR:
        return _in_calendar(year, two, one)
    if two > MONTHS_IN_YEAR or one == two:
        return _in_calendar(year, one, two)
    return None


def _in_calendar(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
