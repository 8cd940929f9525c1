"""A stage that is a set of checks: it reads, and either everything passes or the plan stops."""

from collections.abc import Callable
from typing import ClassVar

from tagship.domain.finding import NotKnown, NotReady, NotTrusted, Outcome, Readiness, Report
from tagship.domain.plan import Done, Effect, State, Stopped, Todo

Examination = Callable[[], Report]


def summary(report: Report) -> str:
    """A report in a few words."""
    counts = {outcome: sum(verdict.outcome is outcome for verdict in report.verdicts) for outcome in Outcome}
    words = [f"{counts[Outcome.PASSED]} passed"]
    warnings = sum(verdict.outcome is Outcome.FAILED and not verdict.blocks for verdict in report.verdicts)
    words += [f"{warnings} warned"] if warnings else []
    words += [f"{counts[Outcome.SKIPPED]} skipped"] if counts[Outcome.SKIPPED] else []
    return "; ".join((f"{report.readiness.value}: {', '.join(words)}", *report.left_out))


class Gate:
    """Nothing may start from a wrong tag."""

    name: ClassVar = "gate"
    effect: ClassVar = Effect.NONE

    def __init__(self, tag: str, examination: Examination) -> None:
        self._tag = tag
        self._examination = examination

    def describe(self) -> str:
        """Which tag is looked at."""
        return f"check that {self._tag} may ship"

    def probe(self) -> State:
        """Examine the tag."""
        return _state(self._examination(), NotReady)

    def apply(self) -> None:
        """Do nothing: a gate only looks."""


class CheckCredential:
    """A dead token must not cost a build."""

    name: ClassVar = "credential"
    effect: ClassVar = Effect.NONE

    def __init__(self, index: str, *, needed: Callable[[], bool], examination: Examination) -> None:
        self._index = index
        self._needed = needed
        self._examination = examination

    def describe(self) -> str:
        """Whose credential it is."""
        return f"check the credential for {self._index}"

    def probe(self) -> State:
        """Examine the credential, unless nothing is left that needs one."""
        if not self._needed():
            return Done(f"{self._index} has every file, no credential is needed")
        return _state(self._examination(), NotTrusted)

    def apply(self) -> None:
        """Do nothing: this stage only looks."""


class Validate:
    """Every refusal that can be foreseen is found while nothing has left the house."""

    name: ClassVar = "validate"
    effect: ClassVar = Effect.NONE

    def __init__(self, *, built: Callable[[], bool], examination: Examination) -> None:
        self._built = built
        self._examination = examination

    def describe(self) -> str:
        """What is examined."""
        return "check the built files against the tag and the index's rules"

    def probe(self) -> State:
        """Examine the files as soon as there are any."""
        return _state(self._examination(), NotReady) if self._built() else Todo()

    def apply(self) -> None:
        """Examine what the build has made in the meantime; raises NotReady."""
        state = self.probe()
        if isinstance(state, Stopped):
            raise state.error


def _state(report: Report, stopped: type[NotReady]) -> State:
    if report.readiness is Readiness.READY:
        return Done(summary(report))
    return Stopped(stopped(report) if report.readiness is Readiness.BLOCKED else NotKnown(report))
