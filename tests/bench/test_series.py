"""The arithmetic of times."""

import pytest
from bench.series import Goal, Result, Series, Standings


def test_a_series_tells_fastest_median_and_slowest() -> None:
    series = Series((0.3, 0.1, 0.2, 0.9))

    assert (series.fastest, series.median, series.slowest) == (0.1, 0.25, 0.9)


def test_a_series_without_times_is_none() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Series(())


def test_ratios_are_of_medians_and_against_the_baseline() -> None:
    standings = Standings("race", "slow", {"slow": Series((2.0, 4.0, 30.0)), "quick": Series((1.0, 1.0, 9.0))})

    assert standings.ratio("quick") == 0.25
    assert standings.ratio("slow") == 1.0
    assert standings.rounds == 3


def test_a_baseline_takes_part() -> None:
    with pytest.raises(ValueError, match="'other' took no part"):
        Standings("race", "other", {"one": Series((1.0,))})


@pytest.mark.parametrize(
    ("value", "at_least", "met"), [(2.5, False, True), (2.6, False, False), (2.5, True, True), (2.4, True, False)]
)
def test_a_goal_is_met_at_its_bound(value: float, at_least: bool, met: bool) -> None:  # noqa: FBT001 -- a table's rows
    assert Goal("goal", value, 2.5, at_least=at_least).met is met


def test_results_add_up_in_order() -> None:
    one = Result(goals=(Goal("one", 1, 1),), unmeasured=("a",))
    two = Result(goals=(Goal("two", 1, 1),), unmeasured=("b",))

    assert [goal.title for goal in (one + two).goals] == ["one", "two"]
    assert (one + two).unmeasured == ("a", "b")
