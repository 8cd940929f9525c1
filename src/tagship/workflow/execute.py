"""Runs a plan: look at everything, then do what is left, looking again after each step."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from tagship.domain.plan import Done, Effect, Plan, Preview, StageResult, State, Step, Stopped
from tagship.errors import Incomplete, Interrupted

Confirm = Callable[[Sequence[Preview]], bool]
Clock = Callable[[], float]


class Onlooker(Protocol):
    """Who is told what a plan is doing."""

    def stage_started(self, name: str, does: str) -> None:
        """A stage begins."""

    def stage_finished(self, result: StageResult) -> None:
        """A stage ended."""


def preview(plan: Plan) -> tuple[Preview, ...]:
    """Where the world stands for every step, with nothing done."""
    return tuple(Preview(step.name, step.describe(), step.effect, step.probe()) for step in plan)


class Execution:
    """One run of a plan; `results` grows as stages end and may be read by a later step."""

    def __init__(self, onlooker: Onlooker, *, clock: Clock = time.monotonic) -> None:
        self.results: list[StageResult] = []
        self._onlooker = onlooker
        self._clock = clock

    def run(self, plan: Plan, confirm: Confirm = lambda _: True) -> None:
        """Probe all, so that a conflict in the last step stops the first; then apply what is left.

        `confirm` is asked once, and only if something is left that cannot be taken back. Raises the error
        of the first step that is stopped, Interrupted where `confirm` says no, and Incomplete where a step
        was applied and the world still does not show it.
        """
        waiting = [(step, self._look(step)) for step in plan]
        previews = [Preview(step.name, step.describe(), step.effect, state) for step, state in waiting]
        if any(each.effect is Effect.FOREVER and not isinstance(each.state, Done) for each in previews) and not confirm(
            previews
        ):
            raise Interrupted("nothing was done")
        for step, state in waiting:
            if not isinstance(state, Done):
                self._apply(step)

    def _look(self, step: Step) -> State:
        """Probe a step; one that turns out to be done, or stopped, is shown as a stage of its own."""
        started = self._clock()
        if step.effect is Effect.NONE:
            self._onlooker.stage_started(step.name, step.describe())
        state = step.probe()
        seconds = self._clock() - started
        if isinstance(state, Done):
            self._finished(step, "done", seconds, state.evidence)
        if isinstance(state, Stopped):
            self._finished(step, "stopped", seconds, state.error.message)
            raise state.error
        return state

    def _apply(self, step: Step) -> None:
        started = self._clock()
        self._onlooker.stage_started(step.name, step.describe())
        try:
            step.apply()
            state = step.probe()
        except BaseException as stopped:
            self._finished(step, "stopped", self._clock() - started, str(stopped))
            raise
        seconds = self._clock() - started
        match state:
            case Done(evidence):
                self._finished(step, "done", seconds, evidence)
            case Stopped(error):
                self._finished(step, "stopped", seconds, error.message)
                raise error
            case _:
                self._finished(step, "stopped", seconds, "applied, but not seen to be done")
                raise Incomplete(f"{step.name} was applied, and the world does not show it yet")

    def _finished(self, step: Step, outcome: str, seconds: float, evidence: str) -> None:
        result = StageResult(step.name, outcome, seconds, evidence)
        self.results.append(result)
        self._onlooker.stage_finished(result)
