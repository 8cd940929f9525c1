from collections.abc import Iterator
from dataclasses import replace
from types import FunctionType
from typing import ClassVar

import pytest

from checks.asking import passes, skips
from fakes import FakeFacts, Given
from tagship.checks.engine import LONGEST_TEXT, MOST_FINDINGS, Check, examine
from tagship.domain.branch import BranchFacts
from tagship.domain.built import BuiltFacts
from tagship.domain.facts import CredentialFacts, Facts
from tagship.domain.finding import Finding, NotApplicable, Outcome, Severity, Verdict
from tagship.errors import ConfigError, Edit, FactUnknown


class Green:
    """A check that ends as it is told to."""

    id: ClassVar = "grass-is-green"
    title: ClassVar = "the grass is green"
    why: ClassVar = "Grass is."
    fix: ClassVar = "Wait for rain."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *findings: Finding, end: BaseException | None = None) -> None:
        self.findings = findings
        self.end = end

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Yield what was put in, then end."""
        yield from self.findings
        if self.end is not None:
            raise self.end
        _ = facts


class Careful(Green):
    """The same, and it knows what it does not prove."""

    def remark(self, facts: Facts) -> str:  # noqa: ARG002 -- the same whatever was found
        return "not in winter"


class Unsure(Green):
    """The same, and what it does not prove cannot be told either."""

    def remark(self, facts: Facts) -> str:  # noqa: ARG002 -- the same whatever was found
        raise FactUnknown("the almanac is lost")


class Online(Green):
    """The same, over the network."""

    id: ClassVar = "sea-is-blue"
    needs: ClassVar = frozenset({"network"})


def verdict_on(check: Check[FakeFacts], *, offline: bool = False, excused: dict[str, str] | None = None) -> Verdict:
    (verdict,) = examine([check], FakeFacts(), excused=excused or {}, offline=offline)
    return verdict


def test_a_remark_that_cannot_be_made_leaves_the_check_open() -> None:
    verdict = verdict_on(Unsure())

    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, "the almanac is lost")


@pytest.mark.parametrize(
    ("check", "outcome", "reason"),
    [
        (Green(), Outcome.PASSED, None),
        (Green(Finding("brown")), Outcome.FAILED, None),
        (Green(end=NotApplicable("it is winter")), Outcome.SKIPPED, "it is winter"),
        (Green(end=FactUnknown("it is dark")), Outcome.UNKNOWN, "it is dark"),
        (Green(end=ConfigError("there is no garden")), Outcome.UNKNOWN, "there is no garden"),
        (Green(end=KeyError("lawn")), Outcome.UNKNOWN, "the check itself broke: KeyError('lawn')"),
        (Green(end=RecursionError()), Outcome.UNKNOWN, "the check itself broke: RecursionError()"),
    ],
)
def test_how_a_check_can_end(check: Check[FakeFacts], outcome: Outcome, reason: str | None) -> None:
    verdict = verdict_on(check)

    assert (verdict.outcome, verdict.reason) == (outcome, reason)


@pytest.mark.parametrize("end", [NotApplicable("winter"), FactUnknown("dark"), KeyError("lawn")])
def test_what_was_found_stands_whatever_comes_after(end: Exception) -> None:
    finding = Finding("brown")

    verdict = verdict_on(Green(finding, end=end))

    assert (verdict.outcome, verdict.findings, verdict.reason) == (Outcome.FAILED, (finding,), None)


@pytest.mark.parametrize("end", [None, NotApplicable("it is winter"), FactUnknown("no grass")])
def test_of_very_many_findings_most_are_only_counted(end: Exception | None) -> None:
    verdict = verdict_on(Green(*[Finding("brown")] * (MOST_FINDINGS + 1234), end=end))

    assert verdict.outcome is Outcome.FAILED
    assert len(verdict.findings) == MOST_FINDINGS + 1
    assert verdict.findings[-1].message == "and 1,234 more like these, which are only counted"


def test_what_is_very_long_is_cut() -> None:
    (finding,) = verdict_on(Green(Finding("a" * 100_000, remedy=Edit("b" * 100_000)))).findings

    assert len(finding.message) == len(str(finding.remedy)) == LONGEST_TEXT + 1


def test_a_verdict_carries_the_words_of_its_check() -> None:
    verdict = verdict_on(Green())

    assert (verdict.id, verdict.title, verdict.why, verdict.fix, verdict.severity) == (
        Green.id,
        Green.title,
        Green.why,
        Green.fix,
        Severity.WARNING,
    )


def test_what_is_excused_is_not_asked() -> None:
    verdict = verdict_on(Green(end=KeyError("asked all the same")), excused={"grass-is-green": "exempt: it is hay"})

    assert (verdict.outcome, verdict.reason) == (Outcome.SKIPPED, "exempt: it is hay")


def test_offline_is_unknown_for_what_needs_the_network_and_nothing_else() -> None:
    assert verdict_on(Online(), offline=True).outcome is Outcome.UNKNOWN
    assert verdict_on(Online(), offline=False).outcome is Outcome.PASSED
    assert verdict_on(Green(), offline=True).outcome is Outcome.PASSED
    assert verdict_on(Online(), offline=True, excused={"sea-is-blue": "exempt: fog"}).outcome is Outcome.SKIPPED


def test_offline_what_does_not_apply_is_skipped_and_what_is_found_stands() -> None:
    skipped = verdict_on(Online(end=NotApplicable("there is no sea")), offline=True)
    unknown = verdict_on(Online(end=FactUnknown("nobody is asked")), offline=True)

    assert (skipped.outcome, skipped.reason) == (Outcome.SKIPPED, "there is no sea")
    assert (unknown.outcome, unknown.reason) == (Outcome.UNKNOWN, "nobody is asked")
    assert verdict_on(Online(Finding("grey")), offline=True).outcome is Outcome.FAILED


def test_an_interruption_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        examine([Green(end=KeyboardInterrupt())], FakeFacts(), excused={})


def test_a_pass_says_what_it_does_not_prove() -> None:
    passed, failed, skipped = examine(
        [Careful(), Careful(Finding("it is brown")), Careful(end=NotApplicable("no garden"))], FakeFacts(), excused={}
    )

    assert (passed.outcome, passed.reason) == (Outcome.PASSED, "not in winter")
    assert (failed.outcome, failed.reason) == (Outcome.FAILED, None)
    assert (skipped.outcome, skipped.reason) == (Outcome.SKIPPED, "no garden")


def test_a_verdict_is_reworded_before_anybody_hears_of_it() -> None:
    heard: list[Verdict] = []

    verdicts = examine(
        [Green()],
        FakeFacts(),
        excused={"grass-is-green": "winter"},
        reworded=lambda verdict: replace(verdict, reason="snow"),
        onlooker=heard.append,
    )

    assert [verdict.reason for verdict in verdicts] == ["snow"]
    assert verdicts == tuple(heard)


def test_every_check_has_a_verdict_in_order_and_is_told_at_once() -> None:
    heard: list[Verdict] = []

    verdicts = examine([Green(end=KeyError()), Online(), Green()], FakeFacts(), excused={}, onlooker=heard.append)

    assert [verdict.id for verdict in verdicts] == ["grass-is-green", "sea-is-blue", "grass-is-green"]
    assert verdicts == tuple(heard)


def test_the_stand_in_for_facts_offers_every_fact_and_no_other() -> None:
    families = (Facts, BranchFacts, CredentialFacts, BuiltFacts)
    facts = {
        name
        for family in families
        for name, value in vars(family).items()
        # Those that are asked about something are methods.
        if not name.startswith("_") and isinstance(value, property | FunctionType)
    }

    assert facts == set(Given.__annotations__)
    assert facts == {name for name in vars(FakeFacts) if not name.startswith("_")}


def test_a_fact_that_was_not_given_is_unknown_and_one_that_was_stays() -> None:
    facts = FakeFacts(tag_name="v1")

    assert facts.tag_name == "v1"
    with pytest.raises(FactUnknown, match="was not given"):
        _ = facts.tag
    with pytest.raises(AttributeError):
        facts.tag_name = "v2"


def test_the_ways_of_asking_insist() -> None:
    """What the tests of the checks rely on."""
    with pytest.raises(AssertionError):
        passes(Green(Finding("brown")), FakeFacts())
    with pytest.raises(AssertionError):
        skips(Green(), FakeFacts())
