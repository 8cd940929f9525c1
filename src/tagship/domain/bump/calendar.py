"""Versions that are dates: which part of them means what, and what the next one is.

A part is taken for a date where it can hardly be anything else (20260301, 2026), or where it was the date on which the
earlier versions were tagged. Without such dates the values alone decide.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from itertools import product
from types import MappingProxyType

from packaging.version import Version

from tagship.domain.version import CENTURY, DAYS, FIRST_CALENDAR_YEAR, MONTHS, PATCH, is_calendar

RECENT = 8
"""How many of the highest versions are looked at."""

PROOF = 2
"""How many dated tags prove that a number of two digits is a year."""

SLACK = timedelta(days=7)
"""How long after the date in its name a release may be tagged."""


class Field(Enum):
    """What a part of a version says."""

    YEAR = "YYYY"
    SHORT_YEAR = "YY"
    MONTH = "MM"
    DAY = "DD"
    YEAR_MONTH = "YYYYMM"
    WHOLE_DAY = "YYYYMMDD"
    NUMBER = "N"


_SAID: Mapping[Field, Callable[[date], int]] = MappingProxyType(
    {
        Field.YEAR: lambda day: day.year,
        Field.SHORT_YEAR: lambda day: day.year % CENTURY,
        Field.MONTH: lambda day: day.month,
        Field.DAY: lambda day: day.day,
        Field.YEAR_MONTH: lambda day: day.year * 100 + day.month,
        Field.WHOLE_DAY: lambda day: (day.year * 100 + day.month) * 100 + day.day,
    }
)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The shape of a project's versions; `begin` is the first number after a new date, by the project's custom."""

    fields: tuple[Field, ...]
    begin: int

    def following(self, version: Version, today: date, *, smallest: bool = False) -> Version:
        """The version of today; where the date is the same or later already, the next number behind it.

        `smallest` raises the last number and never the date.
        """
        parts = [*version.release, *[0] * (len(self.fields) - len(version.release))]
        dated = [place for place, field in enumerate(self.fields) if field is not Field.NUMBER]
        now = [_SAID[self.fields[place]](today) for place in dated]
        numbers = [place for place in range(len(parts)) if place > dated[-1]]
        if not smallest and now > [parts[place] for place in dated]:
            for place, number in zip(dated, now, strict=True):
                parts[place] = number
            for place in numbers:
                parts[place] = self.begin if place == numbers[0] else 0
        elif not numbers or (smallest and len(parts) <= PATCH):
            parts.append(1)
        else:
            raised = numbers[-1] if smallest else numbers[0]
            parts[raised] += 1
            parts[raised + 1 :] = [0] * (len(parts) - raised - 1)
        return Version(f"{version.epoch}!" + ".".join(map(str, parts)))


def calendar_of(current: Version, taken: Mapping[Version, date | None], today: date) -> Calendar | None:
    """The shape of the dates that a project's versions are; None for versions that are none."""
    length = len(current.release)
    alike = sorted(
        (version for version in {*taken, current} if len(version.release) <= length and _is_as_new(version, current)),
        reverse=True,
    )[:RECENT]
    samples = [(_padded(version, length), taken.get(version)) for version in alike]
    fields = _fields(samples, today)
    if all(field is Field.NUMBER for field in fields):
        return None
    return Calendar(fields, _begin(fields, alike))


def _is_as_new(version: Version, current: Version) -> bool:
    """Whether a version is not from the time before the years, where the current one begins with a whole year."""
    return current.major < FIRST_CALENDAR_YEAR or version.major >= FIRST_CALENDAR_YEAR


def _padded(version: Version, length: int) -> tuple[int, ...]:
    return (*version.release, *[0] * (length - len(version.release)))


_Samples = Sequence[tuple[tuple[int, ...], date | None]]


def _fields(samples: _Samples, today: date) -> tuple[Field, ...]:
    """What each part says; a part that is a whole date leaves nothing for the others to say."""
    newest = samples[0][0]
    whole = tuple(_whole(part, today) for part in newest)
    if any(field is not Field.NUMBER for field in whole):
        return whole
    year = _year(samples, today)
    if year is Field.NUMBER:
        return whole
    fields = [year, *([Field.MONTH] if len(newest) > 1 and _is_month(samples, 1, today) else [])]
    if len(fields) > 1 and len(newest) > len(fields) and _is_day(samples, len(fields)):
        fields.append(Field.DAY)
    return (*fields, *whole[len(fields) :])


def _whole(number: int, today: date) -> Field:
    """Whether a part is a day, or a month with its year."""
    if _is_month_of_year(number // 100, today) and number % 100 in DAYS:
        return Field.WHOLE_DAY
    return Field.YEAR_MONTH if _is_month_of_year(number, today) else Field.NUMBER


def _year(samples: _Samples, today: date) -> Field:
    """Whether the first part is a year; of two digits it is one by the dates of two tags, or while it is near."""
    newest = samples[0][0][0]
    if FIRST_CALENDAR_YEAR <= newest <= today.year + 1:
        return Field.YEAR
    near = is_calendar(Version(str(newest)), today.year)
    proved = sum(day is not None for _, day in samples) >= PROOF
    return Field.SHORT_YEAR if _agrees(samples, 0, Field.SHORT_YEAR, unsure=near) and (near or proved) else Field.NUMBER


def _is_month_of_year(number: int, today: date) -> bool:
    return FIRST_CALENDAR_YEAR <= number // 100 <= today.year + 1 and number % 100 in MONTHS


def _is_month(samples: _Samples, place: int, today: date) -> bool:
    """Undated, a number counts as a month while it could be one, and not far beyond the present one of this year."""
    values = [release[place] for release, _ in samples]
    this_year = [release[place] for release, _ in samples if release[0] in {today.year, today.year % CENTURY}]
    possible = all(value in MONTHS for value in values) and max(this_year, default=0) <= today.month + 1
    return possible and _agrees(samples, place, Field.MONTH, unsure=True)


def _is_day(samples: _Samples, place: int) -> bool:
    """Undated, a 0 or a 1 among the values is the beginning of a count."""
    values = [release[place] for release, _ in samples]
    unsure = not {0, 1} & set(values)
    return all(value in DAYS for value in values) and _agrees(samples, place, Field.DAY, unsure=unsure)


def _agrees(samples: _Samples, place: int, field: Field, *, unsure: bool) -> bool:
    """Whether most of the dated versions say at a place what their day says; `unsure` where none is dated."""
    dated = [(release[place], day) for release, day in samples if day is not None]
    if not dated:
        return unsure
    slack = timedelta(days=1) if field is Field.DAY else SLACK
    hits = sum(
        value in {_SAID[field](day + sign * step) for sign, step in product((-1, 0, 1), (slack,))}
        for value, day in dated
    )
    return 2 * hits > len(dated)


def _begin(fields: Sequence[Field], versions: Sequence[Version]) -> int:
    """The lowest that the first number behind the date has been: 1 for who counts from there, else 0."""
    last = max(place for place, field in enumerate(fields) if field is not Field.NUMBER)
    numbers = [version.release[last + 1] for version in versions if len(version.release) > last + 1]
    return 1 if min(numbers, default=0) == 1 else 0
