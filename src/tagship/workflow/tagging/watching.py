"""The release itself runs elsewhere: see that it has begun, and say where to watch it."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from tagship.domain.plan import Done, Effect, State, Todo
from tagship.domain.runs import Runs, WorkflowRun
from tagship.errors import FactUnknown, Incomplete, Interrupted, Run
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.causes import Cause, Circumstances, by_hand, found

FIRST_WAIT = 1.0
LONGEST_WAIT = 5.0


class NoRun(Incomplete):
    """The tag is out, and nothing began for it; the causes that apply stand in the message, one on a line."""

    def __init__(self, told: str, causes: Sequence[Cause], *, remedy: Run) -> None:
        lines = [told, *(f"{number}. {cause}" for number, cause in enumerate(causes, start=1))]
        super().__init__("\n".join(lines), remedy=remedy)
        self.causes = tuple(causes)


class SeeTheRun:
    """A tag that starts nothing releases nothing, and nobody is told of it unless somebody looks.

    `runs` is None where no code host can be asked; `look_at` is then where a person looks. `pushed` is whether the tag
    is on the remote. Of several workflows that answer the tag any is proof that the push was seen; where none should,
    whatever began for it.
    """

    name: ClassVar = "run"
    effect: ClassVar = Effect.NONE

    def __init__(
        self,
        runs: Callable[[], Runs | None],
        *,
        tag: str,
        circumstances: Callable[[], Circumstances],
        pushed: Callable[[], bool],
        look_at: Callable[[], str],
        patience: Patience,
    ) -> None:
        self._runs = runs
        self._tag = tag
        self._circumstances = circumstances
        self._pushed = pushed
        self._look_at = look_at
        self._patience = patience

    def describe(self) -> str:
        """What is waited for."""
        return f"wait until the run of {self._tag} has begun, and say where to watch it"

    def probe(self) -> State:
        """Look for the run, once the tag is where it could start one."""
        if not self._pushed():
            return Todo()
        runs = self._runs()
        if runs is None:
            return Done(f"there is no code host to ask; see at {self._look_at()} what runs for {self._tag}")
        try:
            begun = self._begun(runs)
        except FactUnknown as unknown:
            raise self._unseen(unknown) from unknown
        return Todo(f"nothing runs for {self._tag} yet") if begun is None else Done(f"{begun.name} runs: {begun.url}")

    def apply(self) -> None:
        """Wait for it; raises NoRun with the causes that apply, else what stopped it with word of the tag."""
        try:
            self._wait()
        except FactUnknown as unknown:
            raise self._unseen(unknown) from unknown
        except KeyboardInterrupt as stopped:
            raise Interrupted(
                f"interrupted: {self._tag} is out and stays; whether its run has begun was not seen",
                remedy=Run(("tagship", "tag", self._tag)),
            ) from stopped

    def _unseen(self, unknown: FactUnknown) -> FactUnknown:
        return unknown.with_more(f"{self._tag} is out, and whether its run has begun is not known")

    def _wait(self) -> None:
        deadline, wait = self._patience.clock() + self._patience.seconds, FIRST_WAIT
        runs = self._runs()
        while runs is not None and self._begun(runs) is None:
            left = deadline - self._patience.clock()
            if left <= 0:
                raise self._nothing(runs)
            self._patience.pause(min(wait, left))
            wait = min(2 * wait, LONGEST_WAIT)

    def _begun(self, runs: Runs) -> WorkflowRun | None:
        about = self._circumstances()
        begun = runs.runs_of(self._tag, about.commit)
        return next((run for run in begun if not about.expected or run.path in about.expected), None)

    def _nothing(self, runs: Runs) -> NoRun:
        about = self._circumstances()
        others = {run.name for run in runs.runs_of(self._tag, about.commit)}
        causes = list(found(about, runs))
        told = f"{self._tag} is out, and no run of its release began within {self._patience.seconds:g} s"
        if others:
            told += f" (only {', '.join(sorted(others))} did)"
        told += "; the causes that may apply here" if causes else f"; no cause is known: see {runs.runs_page}"
        return NoRun(told, causes, remedy=by_hand(about) or Run(("tagship", "tag", self._tag)))
