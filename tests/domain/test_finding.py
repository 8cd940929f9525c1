import pytest

from fakes import a_report, a_verdict
from tagship.domain.finding import (
    Finding,
    NotKnown,
    NotReady,
    NotTrusted,
    Outcome,
    Readiness,
    Severity,
    Verdict,
)
from tagship.errors import AtRef, Edit, Exit

PASSED = a_verdict(Outcome.PASSED)
SKIPPED = a_verdict(Outcome.SKIPPED, reason="exempt: on purpose")
OPEN = a_verdict(Outcome.UNKNOWN, reason="the network is away")
BLOCKER = a_verdict(Outcome.FAILED, Finding("it is wrong", AtRef("v1.2.0"), Edit("mend it")), Finding("and wronger"))
MUTE = a_verdict(Outcome.FAILED)


def lesser(outcome: Outcome, severity: Severity) -> Verdict:
    return a_verdict(outcome, severity=severity, reason="a reason")


@pytest.mark.parametrize(
    ("verdicts", "readiness", "cause"),
    [
        ([], Readiness.READY, None),
        ([PASSED, SKIPPED], Readiness.READY, None),
        ([lesser(Outcome.FAILED, Severity.WARNING), lesser(Outcome.FAILED, Severity.NOTE)], Readiness.READY, None),
        ([lesser(Outcome.UNKNOWN, Severity.WARNING)], Readiness.READY, None),
        ([PASSED, OPEN], Readiness.UNKNOWN, OPEN),
        ([OPEN, BLOCKER], Readiness.BLOCKED, BLOCKER),
        ([MUTE, BLOCKER], Readiness.BLOCKED, MUTE),
    ],
)
def test_the_verdict_over_a_report(verdicts: list[Verdict], readiness: Readiness, cause: Verdict | None) -> None:
    report = a_report(*verdicts)

    assert report.readiness is readiness
    assert report.first_cause is cause


def test_every_readiness_has_its_exit_code() -> None:
    assert {each: each.exit for each in Readiness} == {
        Readiness.READY: Exit.READY,
        Readiness.BLOCKED: Exit.BLOCKED,
        Readiness.UNKNOWN: Exit.UNKNOWN,
    }


@pytest.mark.parametrize(
    ("outcome", "severity", "blocks", "leaves_open"),
    [
        (Outcome.FAILED, Severity.ERROR, True, False),
        (Outcome.FAILED, Severity.WARNING, False, False),
        (Outcome.UNKNOWN, Severity.ERROR, False, True),
        (Outcome.UNKNOWN, Severity.NOTE, False, False),
        (Outcome.SKIPPED, Severity.ERROR, False, False),
        (Outcome.PASSED, Severity.ERROR, False, False),
    ],
)
def test_what_stands_in_the_way(outcome: Outcome, severity: Severity, *, blocks: bool, leaves_open: bool) -> None:
    verdict = lesser(outcome, severity)

    assert (verdict.blocks, verdict.leaves_open) == (blocks, leaves_open)


def test_a_stage_that_is_not_ready_tells_its_first_finding() -> None:
    error = NotReady(a_report(PASSED, BLOCKER))

    assert (error.message, error.where, error.remedy) == ("it is wrong", AtRef("v1.2.0"), Edit("mend it"))
    assert error.report.first_cause is BLOCKER


def test_a_stage_that_is_not_known_tells_why() -> None:
    assert NotKnown(a_report(OPEN)).message == "the network is away"


@pytest.mark.parametrize("verdicts", [[MUTE], []])
def test_a_stage_that_tells_nothing_still_has_a_word(verdicts: list[Verdict]) -> None:
    error = NotReady(a_report(*verdicts))

    assert error.message == error.report.readiness.value
    assert (error.where, error.remedy) == (None, None)


def test_each_way_of_not_being_ready_has_its_exit_code() -> None:
    assert (NotReady.exit, NotKnown.exit, NotTrusted.exit) == (Exit.BLOCKED, Exit.UNKNOWN, Exit.CREDENTIAL)
