"""A project adopted, or seen as it would be: files planned, checked against what is there, and written as a whole."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from tagship.adapters.adopting.writing import prove_no_link, write_all
from tagship.checks import ADOPTION
from tagship.checks.engine import examine
from tagship.domain.adoption import Adoption, Pin
from tagship.domain.config import HostKind
from tagship.domain.finding import Report
from tagship.domain.setup import SetUp
from tagship.errors import Edit, UsageError
from tagship.scaffold import HOSTS
from tagship.workflow.adopting.deciding import planned_pins, planned_settings
from tagship.workflow.adopting.following import next_steps
from tagship.workflow.adopting.locking import planned_locks
from tagship.workflow.adopting.planning import planned_files
from tagship.workflow.adopting.refusing import prove_fitting
from tagship.workflow.adopting.survey import Decisions, Survey


@dataclass(frozen=True, slots=True)
class Manner:
    """How the files are planned: over what was edited by hand, with lock files made, with other pins."""

    force: bool = False
    locks: bool = True
    pins: Mapping[str, Pin] | None = None


def plan(survey: Survey, decided: Decisions, environ: Mapping[str, str], manner: Manner) -> SetUp:
    """Everything that adoption would write, and what it leaves to a person; nothing is written."""
    adoption = _adoption(survey, decided)
    if manner.pins is not None:
        today = time.gmtime()
        day = replace(adoption.pins, of=adoption.pins.of.replace(today.tm_year, today.tm_mon, today.tm_mday))
        adoption = replace(adoption, pins=replace(day, actions=manner.pins))
    files = (
        *planned_files(survey.root, adoption, survey.tree, force=manner.force),
        planned_settings(survey, adoption, decided),
        *((planned_pins(survey, adoption),) if manner.pins is not None else ()),
        *planned_locks(survey.root, adoption, environ=environ, make=manner.locks),
    )
    setup = SetUp(adoption, survey.details(adoption), files, next_steps(survey, adoption, files))
    for change in setup.changes:
        prove_no_link(survey.root, change.path)
    return setup


def _adoption(survey: Survey, decided: Decisions) -> Adoption:
    """What is to be generated; raises UsageError for what cannot be."""
    adoption = survey.adoption(decided)
    prove_known(adoption.host)
    prove_fitting(survey, adoption, decided)
    return adoption


def prove_known(host: HostKind) -> None:
    """Raise UsageError for a host that nothing is generated for."""
    if host not in HOSTS:
        known = ", ".join(each.value for each in HOSTS)
        raise UsageError(f"nothing is generated for {host.value}", remedy=Edit(f"name one of {known} with --host"))


def carry_out(survey: Survey, setup: SetUp) -> SetUp:
    """Write it, all of it or nothing; raises as `write_all`."""
    write_all(survey.root, setup.changes)
    return replace(setup, is_written=True)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, as the checks ask about it."""

    setup: SetUp


def drift(survey: Survey, decided: Decisions, environ: Mapping[str, str]) -> Report:
    """How far the files are from what would be generated now; what a user added is no part of that. Asks nobody."""
    started = time.monotonic()
    adoption = _adoption(survey, decided)
    files = (
        *planned_files(survey.root, adoption, survey.tree),
        *planned_locks(survey.root, adoption, environ=environ, make=False),
    )
    planned = Planned(SetUp(adoption, survey.details(adoption), files, ()))
    verdicts = examine(ADOPTION, planned, excused={})
    return Report(
        command="init",
        project=adoption.packages[0].name if not adoption.is_several else None,
        version=None,
        tag=None,
        commit=None,
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )
