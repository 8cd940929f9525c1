"""Reports on one tag: which checks, over which facts."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from tagship.checks import ARTIFACTS, CREDENTIAL, GATE
from tagship.checks.engine import Check, FactsT, examine
from tagship.domain.built import Expected
from tagship.domain.finding import Report, Verdict
from tagship.errors import TagshipError
from tagship.workflow.lapse import with_lapsed
from tagship.workflow.workplace import Workplace

T = TypeVar("T")


def gate(place: Workplace) -> Report:
    """May this tag ship? Every version that the remote has a tag of counts, so the remote is asked first."""
    place.facts.catch_up()
    return report_on("gate", GATE, place.facts, place)


def credential(place: Workplace) -> Report:
    """Is the credential there, well formed and alive?"""
    return report_on("credential", CREDENTIAL, place.authority, place)


def validate(place: Workplace) -> Report:
    """Are the built files what the tag promises, would the index take them, and would a user be able to use them?

    They need be of no tag and of no project that is here: then the report says of them what they say themselves. Raises
    UsageError where the files are to be tried with a Python that they are not for.
    """
    started = time.monotonic()
    built = place.built()
    if place.wishes.no_install is None:
        built.insist_on_pythons()
    # These facts know themselves what they cannot tell offline; what they tell all the same stands.
    verdicts = examine(ARTIFACTS, built, excused=place.excused(), reworded=_lapsing(place))
    name, version = known(lambda: built.identity) or (None, None)
    expected, manifest = known(lambda: built.expected), known(lambda: built.manifest)
    return Report(
        command="validate",
        project=name if expected is None else expected.name,
        version=None if version is None else str(version),
        tag=None if expected is None else expected.tag,
        commit=_commit_of(place, expected) if manifest is None else manifest.commit,
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )


def _commit_of(place: Workplace, expected: Expected | None) -> str | None:
    """The commit that files without a manifest may be of: that of the tag on HEAD."""
    return None if expected is None or expected.tag is None else known(lambda: place.facts.tag.commit)


def _lapsing(place: Workplace) -> Callable[[Verdict], Verdict]:
    """Says of a waiver that is over that it is."""
    lapsed = place.config.lapsed(datetime.now(tz=UTC).date())
    return lambda verdict: with_lapsed(verdict, lapsed)


def known(look_up: Callable[[], T]) -> T | None:
    """A fact for the head of a report, or None where it cannot be had: the checks that ask for it say why."""
    try:
        return look_up()
    except TagshipError:
        return None


def report_on(command: str, checks: Sequence[Check[FactsT]], asked: FactsT, place: Workplace) -> Report:
    """Examine the facts and say what they are about, as far as that can be known."""
    started = time.monotonic()
    facts = place.facts
    verdicts = examine(checks, asked, excused=place.excused(), offline=place.wishes.offline, reworded=_lapsing(place))
    return Report(
        command=command,
        project=known(lambda: facts.project.name),
        version=known(lambda: str(facts.version)),
        tag=facts.tag_name,
        commit=known(lambda: facts.tag.commit),
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )
