"""The report on a code host's settings."""

import time
from datetime import UTC, datetime

from tagship.checks import HOSTING
from tagship.checks.engine import examine
from tagship.domain.finding import Report
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.lapse import with_lapsed


def diagnose(place: HostingPlace) -> Report:
    """How the host is set, against what the release workflow needs; raises UsageError where there is no host."""
    started = time.monotonic()
    facts = place.hosting
    lapsed = place.config.lapsed(datetime.now(tz=UTC).date())
    # These facts know themselves what they cannot tell offline; what they tell of files stands.
    verdicts = examine(HOSTING, facts, excused=place.excused(), reworded=lambda verdict: with_lapsed(verdict, lapsed))
    projects = facts.wanted.projects
    return Report(
        command="doctor",
        project=projects[0] if projects else None,
        version=None,
        tag=None,
        commit=None,
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )
