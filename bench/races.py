"""Contenders timed in turn, so that whatever else the machine does hits them all alike."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.series import Series, Standings

Action = Callable[[], None]


def _nothing() -> None:
    """Where there is nothing to prepare."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way of doing it: `run` is timed, `prepare` goes before it in every round and is not."""

    name: str
    run: Action
    prepare: Action = _nothing


def race(
    title: str,
    contenders: Sequence[Contender],
    rounds: int,
    *,
    clock: Callable[[], float] = time.perf_counter,
) -> Standings:
    """Let the contenders take turns, A B A B …, after one round that warms caches and is not counted.

    The first contender is the baseline. Raises whatever a contender raises.
    """
    times: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for counted in [False, *[True] * rounds]:
        for contender in contenders:
            contender.prepare()
            started = clock()
            contender.run()
            seconds = clock() - started
            if counted:
                times[contender.name].append(seconds)
    return Standings(title, contenders[0].name, {name: Series(tuple(each)) for name, each in times.items()})
