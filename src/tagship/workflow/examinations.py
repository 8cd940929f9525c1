"""Reports on one tag: which checks, over which facts."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from tagship.checks import ARTIFACTS, CREDENTIAL, GATE
from tagship.checks.archives import ArchivesOpen, ArchivesReadOneWay, MembersAreNamedOnce, MetadataIsInPlace
from tagship.checks.artifacts import (
    DistHoldsOnlyTheBuild,
    FileNamesAreNormalised,
    FileNamesCanBeStored,
    FilesAreOfOneRelease,
    FilesMatchTheManifest,
    MetadataNamesTheRelease,
    OneSdistAtMost,
)
from tagship.checks.digests import WheelsMatchTheSdist
from tagship.checks.engine import Check, FactsT, examine
from tagship.checks.metadata import MetadataReadsOneWay, WheelsSayWhatTheSdistSays
from tagship.checks.wheels import (
    RecordMatchesTheWheel,
    WheelsHaveARecord,
    WheelsSayWhatTheyAre,
    WheelTagsAreAccepted,
    WheelTagsMatchTheName,
)
from tagship.domain.built import BuiltFacts, Expected
from tagship.domain.finding import Report, Verdict
from tagship.errors import TagshipError
from tagship.workflow.lapse import with_lapsed
from tagship.workflow.workplace import Workplace

T = TypeVar("T")

COLLECTED: tuple[Check[BuiltFacts], ...] = (
    # What wheels of several machines may get wrong between them, told from the files alone in a moment.
    DistHoldsOnlyTheBuild(),
    FilesMatchTheManifest(),
    OneSdistAtMost(),
    FileNamesCanBeStored(),
    FileNamesAreNormalised(),
    WheelTagsAreAccepted(),
    ArchivesOpen(),
    ArchivesReadOneWay(),
    MembersAreNamedOnce(),
    MetadataIsInPlace(),
    WheelsSayWhatTheyAre(),
    WheelTagsMatchTheName(),
    WheelsHaveARecord(),
    RecordMatchesTheWheel(),
    MetadataReadsOneWay(),
    FilesAreOfOneRelease(),
    MetadataNamesTheRelease(),
    WheelsSayWhatTheSdistSays(),
    WheelsMatchTheSdist(),
)


def gate(place: Workplace) -> Report:
    """May this tag ship? Every version that the remote has a tag of counts, so the remote is asked first."""
    place.facts.catch_up()
    return report_on("gate", GATE, place.facts, place)


def credential(place: Workplace) -> Report:
    """Is the credential there, well formed and alive?"""
    return report_on("credential", CREDENTIAL, place.authority, place)


def handed_on(place: Workplace) -> Report:
    """Are the built files, where their project is not, still those of the manifest, and is nothing else there?"""
    from tagship.workflow.files import handed  # noqa: PLC0415 -- one command needs it

    started = time.monotonic()
    manifest, facts = place.manifest(), handed.Handed(place.dist, place.config)
    return Report(
        command="validate",
        project=manifest.project,
        version=manifest.version,
        tag=manifest.tag,
        commit=manifest.commit,
        verdicts=examine(ARTIFACTS, facts, excused=handed.EXCUSED),
        seconds=time.monotonic() - started,
        left_out=(handed.LEFT_OUT,),
    )


def collected(place: Workplace, dist: Path) -> Report:
    """Do wheels that came from elsewhere belong to the sdist, by a quick look at all of them with their manifest?"""
    from tagship.workflow.files.built import Built  # noqa: PLC0415 -- as above

    started = time.monotonic()
    facts = Built(dist, place.config)
    manifest = facts.manifest
    verdicts = examine(COLLECTED, facts, excused=place.excused(), reworded=_lapsing(place))
    return Report(
        command="build",
        project=None if manifest is None else manifest.project,
        version=None if manifest is None else manifest.version,
        tag=None if manifest is None else manifest.tag,
        commit=None if manifest is None else manifest.commit,
        verdicts=verdicts,
        seconds=time.monotonic() - started,
    )


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
        left_out=("wheels are still to come",) if manifest is not None and manifest.unfinished else (),
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
    verdicts = examine(checks, asked, excused=place.excused(), offline=place.wishes.offline, reworded=_lapsing(place))
    project, version, tag, commit = _named(place)
    return Report(command, project, version, tag, commit, verdicts=verdicts, seconds=time.monotonic() - started)


def _named(place: Workplace) -> tuple[str | None, str | None, str, str | None]:
    """Project, version, tag and commit that a report is about, by the manifest where no repository is here."""
    if not place.is_in_repository:
        manifest = place.manifest()
        return manifest.project, manifest.version, manifest.tag, manifest.commit
    facts = place.facts
    return (
        known(lambda: facts.project.name),
        known(lambda: str(facts.version)),
        facts.tag_name,
        known(lambda: facts.tag.commit),
    )
