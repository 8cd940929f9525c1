"""Is the version the right one, and is it still free?"""

from collections.abc import Iterable, Iterator
from datetime import UTC, timedelta
from typing import ClassVar

from packaging.version import Version

from tagship.domain.artifact import ServedFile
from tagship.domain.facts import CheckState, Facts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.project import Project
from tagship.domain.version import is_calendar, is_one_step, line_of, next_versions
from tagship.errors import AtRef, AtUrl, Edit, FactUnknown, InCommit, Run, Visit

NOTHING: frozenset[str] = frozenset()
NETWORK = frozenset({"network"})
NO_EARLIER_RELEASE = "there is no earlier release to compare with"
CLOCKS_MAY_DIFFER_BY = timedelta(minutes=10)


def told_version(project: Project) -> Version:
    """The version that a project's files, or its backend, tell; raises FactUnknown where they could not be asked."""
    if project.version is None:
        raise FactUnknown(project.version_unknown or "the project's version could not be read")
    return project.version


def skip_dates(version: Version, year: int) -> None:
    """Raise NotApplicable for a version that reads as a date, whose steps say nothing."""
    if is_calendar(version, year):
        raise NotApplicable("the version reads as a date")


def one_step_up(before: Version) -> Edit:
    """What mends a jump from a version."""
    return Edit(
        f"one step up from {before} is {next_versions(before)}; --confirm-jump if it is meant, "
        "and a waiver of this check for the jobs that ask it before the tag is out"
    )


class VersionMatchesTag:
    """The project, at the tagged commit, has the version that the tag names."""

    id: ClassVar = "version-matches-tag"
    title: ClassVar = "the project's version is the tag's"
    why: ClassVar = "The index files a release under the version inside the files, whatever the tag says."
    fix: ClassVar = "Set the version on main to what is to be released, and tag that commit."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find another version in the project's files."""
        project = facts.project
        if project.version_is_tag:
            raise NotApplicable("the backend takes the version from the tag; the built files are compared instead")
        version = told_version(project)
        if version != facts.version:
            source = project.version_source
            yield Finding(
                f"{facts.tag_name} says {facts.version}, the project says {version}",
                where=InCommit(facts.tag.commit, source.path, source.line),
                remedy=Edit(
                    f"set {facts.version} in {source.path or source.kind} on main and tag that commit, "
                    f"or tag this one {facts.template.tag_for(version)}"
                ),
            )


class VersionFilesAgree:
    """Every file that spells the version out says the same."""

    id: ClassVar = "version-files-agree"
    title: ClassVar = "every file that carries the version agrees"
    why: ClassVar = "A second copy that was not bumped makes the program report another version than it has."
    fix: ClassVar = "Set every copy to the version, or let the others read it from one place."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find copies with another version."""
        for copy in facts.version_copies:
            if not copy.says(facts.version):
                yield Finding(
                    f"{copy.path} says {copy.text}, the tag says {facts.version}",
                    where=InCommit(facts.tag.commit, copy.path, copy.line),
                    remedy=Edit(f"set {facts.version} in {copy.path} line {copy.line} on main, and tag that commit"),
                )


class VersionIsAboveTags:
    """The version is higher than every tagged version of its own line."""

    id: ClassVar = "version-is-above-tags"
    title: ClassVar = "the version is above every tagged version of its line"
    why: ClassVar = (
        "Installers take the highest version. A lower one on the same line is never installed. A line is what the "
        "tagged commit descends from, and what shares its major and minor: a maintenance release below the latest "
        "is fine. What was tagged later follows this release and does not count, so that a release can be resumed."
    )
    fix: ClassVar = "Choose the next version of this line."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the highest tagged version that stands in the way."""
        version = facts.version
        siblings = {other for other in _tagged(facts) if line_of(other) == line_of(version)}
        yield from _not_above(facts, (siblings | facts.reached) - _tagged_later(facts) - {version}, "tagged")


class VersionIsAboveIndex:
    """The version is higher than everything of its line that the index ever served."""

    id: ClassVar = "version-is-above-index"
    title: ClassVar = "the version is above everything the index served of its line"
    why: ClassVar = (
        "Tags can be lost, the index forgets nothing: a yanked version counts as well, and a version that no tag "
        "explains may have been uploaded by hand."
    )
    fix: ClassVar = "Choose the next version of this line."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NETWORK

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the highest published version that stands in the way."""
        version, published = facts.version, facts.index.versions
        line = {other for other in published if line_of(other) == line_of(version)}
        line |= published & facts.reached
        if facts.standing.on_main:
            line |= published - set(_tagged(facts))
        yield from _not_above(facts, line - _tagged_later(facts) - {version}, f"on {facts.config.index.name}")


def _tagged(facts: Facts) -> Iterator[Version]:
    """Every tagged version, also those that only the remote has, where it can be asked."""
    try:
        elsewhere = facts.remote.tags if facts.remote else {}
    except FactUnknown:
        elsewhere = {}
    for name in {**facts.tags, **elsewhere}:
        version = facts.template.version_in(name)
        if version is not None:
            yield version


def _tagged_later(facts: Facts) -> set[Version]:
    """The versions whose tags were certainly made after this one; none if this one does not tell when it was."""
    made = facts.tag.tagged_at
    later = (tag.name for tag in facts.tags.values() if made and tag.not_before and tag.not_before > made)
    return {version for version in map(facts.template.version_in, later) if version is not None}


def _not_above(facts: Facts, line: Iterable[Version], whose: str) -> Iterator[Finding]:
    highest = max((other for other in line if _shadows(other, facts.version)), default=None)
    if highest is None or facts.version > highest:
        return
    yield Finding(
        f"{facts.version} is not above {highest}, which is {whose}",
        where=AtRef(facts.tag_name),
        remedy=_next_valid(facts, highest),
    )


def _next_valid(facts: Facts, after: Version) -> Edit:
    return Edit(f"the next valid versions are {next_versions(after, _taken(facts))}")


def _shadows(other: Version, version: Version) -> bool:
    """Whether an installer might take `other` instead: nobody gets a pre-release of another line unasked."""
    return version.is_prerelease or not other.is_prerelease or line_of(other) == line_of(version)


def _taken(facts: Facts) -> set[Version]:
    """Every version that can be known to be spent; without the index, the tagged ones."""
    try:
        return set(_tagged(facts)) | facts.index.versions
    except FactUnknown:
        return set(_tagged(facts))


class VersionIsOneStepUp:
    """The version follows its predecessor by one step."""

    id: ClassVar = "version-is-one-step-up"
    title: ClassVar = "the version is one step above its predecessor"
    why: ClassVar = "A jump such as 3.1.4 to 4.1.5 is nearly always a slip of the finger, and cannot be taken back."
    fix: ClassVar = (
        "Choose the next patch, minor or major version, or confirm the jump with --confirm-jump. Jobs are given no "
        "such option: for them, waive the check for some days in the branch that brings the version."
    )
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find a jump over versions that were never released."""
        version = facts.version
        before = max((other for other in facts.reached if other < version), default=None)
        if before is None:
            raise NotApplicable("no earlier version is tagged on this line")
        skip_dates(version, facts.committed_at.year)
        # A release that was tagged on a branch of its own is a predecessor, too.
        anywhere = max(other for other in {*_tagged(facts), before} if other < version)
        if not (is_one_step(before, version) or is_one_step(anywhere, version)):
            yield Finding(
                f"{before} is followed by {version}",
                where=AtRef(facts.tag_name),
                remedy=one_step_up(before),
            )


class VersionIsFree:
    """The index has no file of this version that is older than the tag."""

    id: ClassVar = "version-is-free"
    title: ClassVar = "the index had no file of this version before it was tagged"
    why: ClassVar = (
        "A file name can be used once, for ever. Files that are older than the tag were not built from it, and "
        "that is better known before building than after."
    )
    fix: ClassVar = "Choose the next version; a version that is spent stays spent, even when its files are deleted."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NETWORK

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find files that were uploaded before the tag was made, as far as the index tells when that was.

        What was built here from this very tag and is served with its bytes is ours, whatever the clocks say.
        """
        tagged_at = facts.tag.tagged_at or facts.committed_at
        files = facts.index.files_of(facts.version)
        for file in files:
            if file.uploaded_at is None or file.uploaded_at >= tagged_at - CLOCKS_MAY_DIFFER_BY:
                continue
            if not _is_ours(facts, file):
                yield Finding(
                    f"{file.filename} is on {facts.config.index.name} since "
                    f"{file.uploaded_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC, before the tag was made",
                    where=AtUrl(file.url),
                    remedy=_next_valid(facts, facts.version),
                )
        if any(file.uploaded_at is None for file in files):
            raise NotApplicable("the index does not tell since when; the files are compared before anything is sent")


def _is_ours(facts: Facts, file: ServedFile) -> bool:
    manifest = facts.manifest
    return (
        manifest is not None
        and (manifest.tag, manifest.commit) == (facts.tag_name, facts.tag.commit)
        and any((ours.filename, ours.sha256) == (file.filename, file.sha256) for ours in manifest.files)
    )


class CommitIsGreen:
    """No check of the code host failed on the tagged commit."""

    id: ClassVar = "commit-is-green"
    title: ClassVar = "the code host's checks passed on the tagged commit"
    why: ClassVar = "A tag on a red commit ships what is known to be broken."
    fix: ClassVar = "Mend main, then tag the commit on which the checks pass."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = frozenset({"network", "host"})

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the checks that failed; unknown while some are still running."""
        checks = facts.commit_checks
        if checks is None:
            raise NotApplicable("there is no code host to ask")
        if not checks:
            raise NotApplicable("the code host ran no checks on this commit")
        for check in checks:
            if check.state is CheckState.RED:
                yield Finding(
                    f"{check.name} failed on {facts.tag.commit[:12]}",
                    where=AtUrl(check.url) if check.url else AtRef(facts.tag_name),
                    remedy=Visit(check.url) if check.url else Run(("git", "log", "-1", facts.tag.commit)),
                )
        pending = [check.name for check in checks if check.state is CheckState.PENDING]
        if pending:
            raise FactUnknown(f"still running on {facts.tag.commit[:12]}: {', '.join(pending)}")
