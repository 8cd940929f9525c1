"""Asks one check about facts, through the engine as a command does, and insists on how it ends."""

from tagship.checks.engine import Check, FactsT, examine
from tagship.domain.finding import Finding, Outcome, Verdict


def passes(check: Check[FactsT], facts: FactsT) -> str | None:
    """The check finds nothing; what it says beside."""
    verdict = _verdict(check, facts)

    assert verdict.outcome is Outcome.PASSED, verdict
    return verdict.reason


def finds(check: Check[FactsT], facts: FactsT) -> tuple[Finding, ...]:
    """What the check finds; every finding carries a remedy, and says what is wrong in words without a final stop."""
    verdict = _verdict(check, facts)

    assert verdict.outcome is Outcome.FAILED, verdict
    for finding in verdict.findings:
        assert finding.remedy is not None, finding
        assert finding.message.strip() == finding.message != "", finding
        assert not finding.message.endswith("."), finding
    return verdict.findings


def skips(check: Check[FactsT], facts: FactsT) -> None:
    """The check has nothing to look at here, and says why."""
    verdict = _verdict(check, facts)

    assert verdict.outcome is Outcome.SKIPPED, verdict
    assert verdict.reason


def cannot_tell(check: Check[FactsT], facts: FactsT) -> str:
    """Why the check could not tell; not because it broke."""
    verdict = _verdict(check, facts)

    assert verdict.outcome is Outcome.UNKNOWN, verdict
    assert verdict.reason
    assert "the check itself broke" not in verdict.reason
    return verdict.reason


def _verdict(check: Check[FactsT], facts: FactsT) -> Verdict:
    (verdict,) = examine([check], facts, excused={})
    assert verdict.id == check.id
    return verdict
