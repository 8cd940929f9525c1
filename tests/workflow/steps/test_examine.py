"""Stages that are sets of checks: they pass, or they stop the plan with their whole report."""

import pytest

from tagship.domain.finding import Finding, NotKnown, NotReady, NotTrusted, Outcome, Report, Severity, Verdict
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import Exit
from tagship.workflow.steps.examine import CheckCredential, Gate, Validate, summary


def verdict(outcome: Outcome, severity: Severity = Severity.ERROR) -> Verdict:
    findings = (Finding("something is wrong"),) if outcome is Outcome.FAILED else ()
    reason = "a reason" if outcome in {Outcome.SKIPPED, Outcome.UNKNOWN} else None
    return Verdict("a-check", "a check", severity, outcome, "Because.", "Mend it.", reason, findings)


def report(*verdicts: Verdict) -> Report:
    return Report("gate", "a", "1", "v1", "c" * 40, verdicts, 0.1)


READY = report(verdict(Outcome.PASSED))
BLOCKED = report(verdict(Outcome.FAILED))
UNKNOWN = report(verdict(Outcome.UNKNOWN))


def test_a_gate_lets_pass_what_is_ready() -> None:
    gate = Gate("v1", lambda: READY)
    gate.apply()

    assert gate.probe() == Done("ready: 1 passed")
    assert "v1" in gate.describe()


@pytest.mark.parametrize(
    ("found", "kind", "code"), [(BLOCKED, NotReady, Exit.BLOCKED), (UNKNOWN, NotKnown, Exit.UNKNOWN)]
)
def test_a_gate_stops_everything_else(found: Report, kind: type[NotReady], code: Exit) -> None:
    state = Gate("v1", lambda: found).probe()

    assert isinstance(state, Stopped)
    assert type(state.error) is kind
    assert state.error.exit is code


def test_a_credential_is_examined_where_one_is_needed() -> None:
    step = CheckCredential("an index", needed=lambda: True, examination=lambda: BLOCKED)
    step.apply()
    state = step.probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, NotTrusted)
    assert state.error.exit is Exit.CREDENTIAL
    assert "an index" in step.describe()


def test_a_credential_is_not_looked_at_where_none_is_needed() -> None:
    looks: list[int] = []

    def examine() -> Report:
        looks.append(1)
        return BLOCKED

    state = CheckCredential("an index", needed=lambda: False, examination=examine).probe()

    assert isinstance(state, Done)
    assert looks == []


def test_files_are_examined_once_there_are_any() -> None:
    built: list[int] = []
    step = Validate(built=lambda: bool(built), examination=lambda: READY)
    before = step.probe()
    step.apply()
    built.append(1)
    step.apply()

    assert before == Todo()
    assert step.probe() == Done("ready: 1 passed")
    assert step.describe()


def test_files_that_do_not_pass_stop_the_plan() -> None:
    with pytest.raises(NotReady) as caught:
        Validate(built=lambda: True, examination=lambda: BLOCKED).apply()

    assert caught.value.report is BLOCKED


def test_a_report_in_a_few_words() -> None:
    assert (
        summary(
            report(
                verdict(Outcome.PASSED),
                verdict(Outcome.PASSED),
                verdict(Outcome.FAILED, Severity.WARNING),
                verdict(Outcome.SKIPPED),
            )
        )
        == "ready: 2 passed, 1 warned, 1 skipped"
    )
