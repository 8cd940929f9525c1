"""The result as text for a person and as one JSON document."""

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bench.series import Goal, Result, Series, Standings

SCHEMA = "tagship-bench/1"
NAME_WIDTH = 34


@dataclass(frozen=True, slots=True)
class Machine:
    """What was measured on; `load` is the average over the last minute before anything was started."""

    system: str
    architecture: str
    cores: int
    python: str
    load: float | None

    @classmethod
    def this(cls) -> "Machine":
        load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
        return cls(platform.system(), platform.machine(), os.cpu_count() or 1, platform.python_version(), load)

    def __str__(self) -> str:
        load = "" if self.load is None else f", load {self.load:g} at the start"
        return f"{self.system} {self.architecture}, {self.cores} cores, Python {self.python}{load}"


def text(result: Result, machine: Machine) -> str:
    """Tables, then the goals, then what could not be measured."""
    blocks = [[str(machine)], *(list(_table(each)) for each in result.standings)]
    if result.goals:
        blocks.append(["goals", *(f"  {_goal(goal)}" for goal in result.goals)])
    if result.unmeasured:
        blocks.append(["not measured", *(f"  {line}" for line in result.unmeasured)])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _table(standings: Standings) -> Iterator[str]:
    counted = "1 round" if standings.rounds == 1 else f"{standings.rounds} rounds"
    title = f"{standings.title} ({counted})"
    yield f"{title:<{NAME_WIDTH + 2}}{'min':>10}{'median':>10}{'max':>10}{'ratio':>8}"
    for name, series in standings:
        yield f"  {name:<{NAME_WIDTH}}{_times(series)}{standings.ratio(name):>8.2f}"


def _times(series: Series) -> str:
    return "".join(f"{duration(seconds):>10}" for seconds in (series.fastest, series.median, series.slowest))


def duration(seconds: float) -> str:
    """Milliseconds below a second, seconds from there on."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _goal(goal: Goal) -> str:
    bound = "at least" if goal.at_least else "at most"
    verdict = "met" if goal.met else "missed"
    return f"{verdict:<8}{goal.title}: {goal.value:.3g}{goal.unit} ({bound} {goal.bound:g}{goal.unit})"


def document(result: Result, machine: Machine) -> str:
    """One JSON document; times are in seconds."""
    content = {
        "schema": SCHEMA,
        "machine": asdict(machine),
        "standings": [_as_data(each) for each in result.standings],
        "goals": [asdict(goal) | {"met": goal.met} for goal in result.goals],
        "unmeasured": list(result.unmeasured),
    }
    return json.dumps(content, indent=2) + "\n"


def _as_data(standings: Standings) -> dict[str, object]:
    return {
        "title": standings.title,
        "baseline": standings.baseline,
        "rounds": standings.rounds,
        "contenders": [
            {
                "name": name,
                "min": series.fastest,
                "median": series.median,
                "max": series.slowest,
                "ratio": standings.ratio(name),
                "seconds": list(series.seconds),
            }
            for name, series in standings
        ],
    }
