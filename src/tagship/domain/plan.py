"""A plan: steps that can say what they would do, whether it is done, and do it.

The world is the journal: a step never remembers, it looks. Running a plan again is resuming it, and a
dry run is a plan that nobody applied.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import ClassVar, Protocol, TypeAlias

from tagship.errors import Remedy, TagshipError


class Effect(Enum):
    """How far a step reaches: nothing, this machine, what others see, what cannot be taken back."""

    NONE = "none"
    LOCAL = "local"
    SHARED = "shared"
    FOREVER = "forever"

    @property
    def reach(self) -> int:
        """Distance from home, for comparing; steps that only read have none."""
        return list(Effect).index(self)


@dataclass(frozen=True, slots=True)
class Done:
    """The world already is as the step would leave it; `evidence` says how we know."""

    evidence: str


@dataclass(frozen=True, slots=True)
class Todo:
    """The step has work to do; `missing` says what, for the preview."""

    missing: str = ""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The step cannot be done, now or ever, as things stand.

    `error` says why, with its remedy, and its kind decides the exit code of the whole plan.
    """

    error: TagshipError


State: TypeAlias = Done | Todo | Stopped


class Step(Protocol):
    """One thing a plan does.

    `probe` reads and never writes. After `apply` returns, `probe` says Done: that is the whole contract.
    """

    name: ClassVar[str]
    effect: ClassVar[Effect]

    def describe(self) -> str:
        """What the step does, as an imperative."""

    def probe(self) -> State:
        """Where the world stands."""

    def apply(self) -> None:
        """Make it so; raises TagshipError."""


class PlanOrderError(ValueError):
    """A plan was put together that would reach far before it has done what is near."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in an order that goes from near to far; another order cannot be constructed.

    Steps that only read may stand anywhere.
    """

    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        writing = [step for step in self.steps if step.effect is not Effect.NONE]
        for before, after in pairwise(writing):
            if after.effect.reach < before.effect.reach:
                message = f"{after.name} ({after.effect.value}) after {before.name} ({before.effect.value})"
                raise PlanOrderError(message)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)


@dataclass(frozen=True, slots=True)
class StageResult:
    """What became of one stage; `seconds` is wall-clock time."""

    name: str
    outcome: str
    seconds: float
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """One line of a plan as shown before anything is done."""

    name: str
    does: str
    effect: Effect
    state: State

    @property
    def remedy(self) -> Remedy | None:
        """The way out, where the step is stopped."""
        return self.state.error.remedy if isinstance(self.state, Stopped) else None
