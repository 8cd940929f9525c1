from datetime import UTC, datetime, timedelta

import pytest

from tagship.domain.artifact import ServedFile
from tagship.domain.deadline import Extent, closing, until

NOON = datetime(2031, 2, 3, 12, tzinfo=UTC)
RULE = timedelta(days=14)
HOUR = timedelta(hours=1)


def file(at: datetime | None) -> ServedFile:
    return ServedFile("a", "https://i/a", None, uploaded_at=at)


@pytest.mark.parametrize(
    ("left", "days"),
    [(RULE, 14), (RULE - HOUR, 14), (25 * HOUR, 2), (24 * HOUR, 1), (HOUR, 1), (0 * HOUR, 0), (-HOUR, 0)],
)
def test_a_day_that_has_begun_counts_whole(left: timedelta, days: int) -> None:
    assert Extent(1, 2, NOON + left).days_left(NOON) == days


def test_without_a_rule_nobody_counts_days() -> None:
    assert Extent(1, 2).days_left(NOON) is None
    assert not Extent(1, 2).too_late(NOON)
    assert Extent(1, 2).sentence(NOON) == "1 of 2 files are up"


def test_the_sentence() -> None:
    extent = Extent(1, 2, NOON + RULE)

    assert extent.sentence(NOON) == "1 of 2 files are up; the index takes more until 2031-02-17 (14 days left)"
    assert until(NOON, NOON - HOUR) == "the index takes more until 2031-02-03 (1 day left)"
    assert until(NOON, NOON + HOUR) == "the index took more until 2031-02-03, and takes none now"


@pytest.mark.parametrize(("up", "partial"), [(0, False), (1, True), (2, False)])
def test_only_what_is_up_in_part_can_be_too_late(up: int, *, partial: bool) -> None:
    extent = Extent(up, 2, NOON)

    assert extent.partial is partial
    assert extent.too_late(NOON + HOUR) is partial
    assert not extent.too_late(NOON)


def test_the_time_runs_from_the_first_file() -> None:
    files = [file(NOON + HOUR), file(NOON), file(None)]

    assert closing(files, RULE) == NOON + RULE
    assert closing(files, RULE, taken=NOON - HOUR) == NOON - HOUR + RULE
    assert closing(files, None) is None
    assert closing([file(None)], RULE) is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert closing([file(NOON.replace(tzinfo=None))], RULE) == NOON + RULE
