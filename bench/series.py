"""What is told of a set of times: fastest, median, slowest, ratios of medians, and goals met or missed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median


class UnmeasurableError(Exception):
    """Something could not be measured; the message says what and why."""


@dataclass(frozen=True, slots=True)
class Series:
    """The wall-clock times of one contender, in seconds, in the order of the rounds; never empty."""

    seconds: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.seconds:
            raise ValueError("a series holds at least one time")

    @property
    def fastest(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def slowest(self) -> float:
        return max(self.seconds)

    def over(self, other: "Series") -> float:
        """The ratio of the medians: 2.0 where this one takes twice as long as the other."""
        return self.median / other.median


@dataclass(frozen=True, slots=True)
class Standings:
    """The contenders of one race by name; ratios are against `baseline`, which is one of them."""

    title: str
    baseline: str
    series: dict[str, Series]

    def __post_init__(self) -> None:
        if self.baseline not in self.series:
            raise ValueError(f"the baseline {self.baseline!r} took no part in {self.title!r}")

    @property
    def rounds(self) -> int:
        return len(self.series[self.baseline].seconds)

    def ratio(self, name: str) -> float:
        return self.series[name].over(self.series[self.baseline])

    def __iter__(self) -> Iterator[tuple[str, Series]]:
        return iter(self.series.items())


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound and what was measured; `unit` follows both numbers, "" for a count and "x" for a ratio."""

    title: str
    value: float
    bound: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.bound if self.at_least else self.value <= self.bound


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that one run measured, and what it could not."""

    standings: tuple[Standings, ...] = ()
    goals: tuple[Goal, ...] = ()
    unmeasured: tuple[str, ...] = field(default=())

    def __add__(self, other: "Result") -> "Result":
        return Result(self.standings + other.standings, self.goals + other.goals, self.unmeasured + other.unmeasured)
