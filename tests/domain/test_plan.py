from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagship.domain.plan import Done, Effect, Plan, PlanOrderError, Preview, State, Step, Stopped, Todo
from tagship.errors import Conflict, Edit

REACH = {Effect.NONE: 0, Effect.LOCAL: 1, Effect.SHARED: 2, Effect.FOREVER: 3}


@dataclass(frozen=True)
class Nothing:
    """A step that is never taken."""

    name: ClassVar = "do nothing"
    effect: ClassVar = Effect.NONE

    def describe(self) -> str:
        """What would be done."""
        return "do nothing"

    def probe(self) -> State:
        """Where the world stands."""
        return Done("nothing was to be done")

    def apply(self) -> None:
        """Do nothing."""


class Locally(Nothing):
    effect: ClassVar[Any] = Effect.LOCAL


class Together(Nothing):
    effect: ClassVar[Any] = Effect.SHARED


class Forever(Nothing):
    effect: ClassVar[Any] = Effect.FOREVER


STEPS: list[Step] = [Nothing(), Locally(), Together(), Forever()]


@given(st.lists(st.sampled_from(STEPS), max_size=7))
def test_a_plan_goes_from_near_to_far_or_is_none(steps: list[Step]) -> None:
    writing = [REACH[step.effect] for step in steps if step.effect is not Effect.NONE]

    if writing == sorted(writing):
        assert list(Plan(tuple(steps))) == steps
    else:
        with pytest.raises(PlanOrderError):
            Plan(tuple(steps))


@pytest.mark.parametrize(
    "steps",
    [
        (Forever(), Locally()),
        (Together(), Nothing(), Locally()),
        (Locally(), Forever(), Nothing(), Nothing(), Together(), Forever()),
    ],
)
def test_what_reads_does_not_hide_the_order_of_what_writes(steps: tuple[Step, ...]) -> None:
    with pytest.raises(PlanOrderError, match="after do nothing"):
        Plan(steps)


def test_effects_are_ordered_by_how_far_they_reach() -> None:
    assert {effect: effect.reach for effect in Effect} == REACH


def test_only_what_is_stopped_has_a_way_out() -> None:
    stopped = Stopped(Conflict("other bytes are there", remedy=Edit("release the next version")))

    assert Preview("upload", "send", Effect.FOREVER, stopped).remedy == Edit("release the next version")
    assert Preview("upload", "send", Effect.FOREVER, Todo("2 files")).remedy is None
    assert Preview("upload", "send", Effect.FOREVER, Done("2 files")).remedy is None
