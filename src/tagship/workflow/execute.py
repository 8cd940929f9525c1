"""Runs a plan: look at everything, then do what is left, looking again after each step."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Protocol

from tagship.domain.plan import Done, Effect, Plan, Preview, StageResult, State, Step, Stopped
from tagship.errors import Edit, Incomplete, Interrupted, TagshipError

Confirm = Callable[[Sequence[Preview]], bool]
Clock = Callable[[], float]


class Onlooker(Protocol):
    """Who is told what a plan is doing."""

    def stage_started(self, name: str, does: str) -> None:
        """A stage begins."""

    def stage_put_off(self, name: str) -> None:
        """A stage that had begun turns out to have work to do, and begins again in its turn."""

    def stage_finished(self, result: StageResult) -> None:
        """A stage ended."""


def look(step: Step) -> State:
    """Where the world stands for a step; a world that cannot be looked at stops it."""
    try:
        return step.probe()
    except TagshipError as error:
        return Stopped(error)


def preview(plan: Plan) -> tuple[Preview, ...]:
    """Where the world stands for every step, with nothing done."""
    return tuple(Preview(step.name, step.describe(), step.effect, look(step)) for step in plan)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A step, and where the world stood for it after `seconds` of looking."""

    step: Step
    state: State
    seconds: float

    @property
    def preview(self) -> Preview:
        return Preview(self.step.name, self.step.describe(), self.step.effect, self.state)

    def reaches(self, effect: Effect) -> bool:
        """Whether something is left to do that reaches as far."""
        return self.step.effect.reach >= effect.reach and not isinstance(self.state, Done)


class Execution:
    """One run of a plan; `results` grows as stages end and may be read by a later step.

    Consent is asked before anything that reaches as far as `consent_from`.
    """

    def __init__(
        self, onlooker: Onlooker, *, clock: Clock = time.monotonic, consent_from: Effect = Effect.FOREVER
    ) -> None:
        self.results: list[StageResult] = []
        self._onlooker = onlooker
        self._clock = clock
        self._consent_from = consent_from

    def run(self, plan: Plan, confirm: Confirm = lambda _: True) -> None:
        """Probe all, so that a conflict in the last step stops the first; then apply what is left.

        What was made on this machine can show a conflict further on that nobody could see before, so then
        everything that reaches further is probed again before the first of it is applied. `confirm` is asked
        once, and only if something is left that reaches as far as consent is asked from. Raises the error of the
        first step that is stopped, Interrupted where `confirm` says no, and Incomplete where a step was applied and
        the world still does not show it.
        """
        steps = tuple(plan)
        near = sum(1 for _ in takewhile(_stays_here, steps))
        seen = self._look_at(steps)
        asked = self._consent(seen, confirm)
        if self._carry_out(seen[:near]):
            far = self._look_at(steps[near:])
            if not asked:
                self._consent(far, confirm)
        else:
            far = seen[near:]
        self._carry_out(far)

    def _look_at(self, steps: Iterable[Step]) -> list[_Seen]:
        """Probe steps in turn; what is done is told at once, unless something before it is still to be done."""
        seen: list[_Seen] = []
        for step in steps:
            seen.append(self._look(step, tell=all(isinstance(each.state, Done) for each in seen)))
        return seen

    def _look(self, step: Step, *, tell: bool) -> _Seen:
        started = self._clock()
        reads = step.effect is Effect.NONE
        if reads:
            self._onlooker.stage_started(step.name, step.describe())
        state = look(step)
        seen = _Seen(step, state, self._clock() - started)
        if isinstance(state, Stopped):
            self._finished(step, "stopped", seen.seconds, state.error.message)
            raise state.error
        if tell and isinstance(state, Done):
            self._finished(step, "done", seen.seconds, state.evidence)
        elif reads:
            self._onlooker.stage_put_off(step.name)
        return seen

    def _consent(self, seen: Sequence[_Seen], confirm: Confirm) -> bool:
        """Whether consent was needed, and given; raises Interrupted where it was not given."""
        if not any(each.reaches(self._consent_from) for each in seen):
            return False
        if not confirm([each.preview for each in seen]):
            raise Interrupted("not confirmed: nothing was done that cannot be taken back")
        return True

    def _carry_out(self, seen: Sequence[_Seen]) -> bool:
        """Apply what is left; whether that was anything."""
        told = {result.name for result in self.results}
        for each in seen:
            if not isinstance(each.state, Done):
                self._apply(each.step)
            elif each.step.name not in told:
                self._finished(each.step, "done", each.seconds, each.state.evidence)
        return not all(isinstance(each.state, Done) for each in seen)

    def _apply(self, step: Step) -> None:
        started = self._clock()
        self._onlooker.stage_started(step.name, step.describe())
        try:
            step.apply()
            state = look(step)
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
                raise Incomplete(
                    f"{step.name} was applied, and the world does not show it yet",
                    remedy=Edit("run the same command again"),
                )

    def _finished(self, step: Step, outcome: str, seconds: float, evidence: str) -> None:
        result = StageResult(step.name, outcome, seconds, evidence)
        self.results.append(result)
        self._onlooker.stage_finished(result)


def _stays_here(step: Step) -> bool:
    return step.effect.reach <= Effect.LOCAL.reach
