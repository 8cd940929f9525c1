"""Waivers that are over, told where their checks are."""

from collections.abc import Mapping
from dataclasses import replace

from tagship.domain.finding import Outcome, Verdict


def with_lapsed(verdict: Verdict, lapsed: Mapping[str, str]) -> Verdict:
    """The verdict, which says so where a waiver of its check is over and nothing else is said of it."""
    if verdict.id not in lapsed or verdict.reason is not None or verdict.outcome is Outcome.SKIPPED:
        return verdict
    return replace(verdict, reason=lapsed[verdict.id])
