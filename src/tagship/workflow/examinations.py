"""Reports on one tag: which checks, over which facts."""

import time
from collections.abc import Sequence

from tagship.checks import ARTIFACTS, CREDENTIAL, GATE
from tagship.checks.engine import Check, FactsT, examine
from tagship.domain.finding import Report
from tagship.errors import TagshipError
from tagship.workflow.gather import Gathered
from tagship.workflow.workplace import Workplace


def gate(place: Workplace) -> Report:
    """May this tag ship? Every version that the remote has a tag of counts, so the remote is asked first."""
    place.facts.catch_up()
    return report_on("gate", GATE, place.facts, place)


def credential(place: Workplace) -> Report:
    """Is the credential there, well formed and alive?"""
    return report_on("credential", CREDENTIAL, place.authority, place)


def validate(place: Workplace) -> Report:
    """Are the built files what the tag promises, and would the index take them?"""
    return report_on("validate", ARTIFACTS, place.built(), place)


def report_on(command: str, checks: Sequence[Check[FactsT]], asked: FactsT, place: Workplace) -> Report:
    """Examine the facts and say what they are about, as far as that can be known."""
    started = time.monotonic()
    facts = place.facts
    verdicts = examine(checks, asked, excused=place.excused(), offline=place.wishes.offline)
    return Report(
        command=command,
        project=_project_name(facts),
        version=_version(facts),
        tag=facts.tag_name,
        commit=_commit(facts),
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )


def _project_name(facts: Gathered) -> str | None:
    try:
        return facts.project.name
    except TagshipError:
        return None


def _version(facts: Gathered) -> str | None:
    try:
        return str(facts.version)
    except TagshipError:
        return None


def _commit(facts: Gathered) -> str | None:
    try:
        return facts.tag.commit
    except TagshipError:
        return None
