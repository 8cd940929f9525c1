"""Contenders take turns, and only their own work is counted."""

import pytest
from bench.races import Contender, race


class Watch:
    """A clock that work moves on."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float) -> None:
        self.now += seconds


def test_contenders_alternate_after_a_round_that_warms_up() -> None:
    seen: list[str] = []
    contenders = [Contender(name, lambda name=name: seen.append(name)) for name in ("a", "b")]  # type: ignore[misc]  # mypy infers no lambda with a default

    standings = race("letters", contenders, 2)

    assert seen == ["a", "b"] * 3
    assert standings.rounds == 2
    assert standings.baseline == "a"


def test_preparing_is_not_counted() -> None:
    watch = Watch()
    contenders = [
        Contender("careful", lambda: watch.spend(1.0), prepare=lambda: watch.spend(100.0)),
        Contender("quick", lambda: watch.spend(0.5)),
    ]

    standings = race("work", contenders, 3, clock=watch)

    assert standings.series["careful"].seconds == (1.0, 1.0, 1.0)
    assert standings.ratio("quick") == 0.5


def test_the_round_that_warms_up_is_not_counted() -> None:
    watch, costs = Watch(), iter([50.0, 1.0, 2.0])

    standings = race("work", [Contender("cold", lambda: watch.spend(next(costs)))], 2, clock=watch)

    assert standings.series["cold"].seconds == (1.0, 2.0)


def test_what_a_contender_raises_ends_the_race() -> None:
    def fail() -> None:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        race("work", [Contender("failing", fail)], 1)
