"""Where each version stands: tag, remote, main, changelog, index, host; and the one next command."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from packaging.version import Version

from tagship.checks.changelog import section_for
from tagship.domain.artifact import IndexPage, compare
from tagship.domain.changelog import Changelog
from tagship.domain.facts import Remote
from tagship.domain.overview import Milestones, Stage, Status
from tagship.errors import Remedy, Run, TagshipError
from tagship.workflow.gather import Gathered
from tagship.workflow.workplace import Workplace

T = TypeVar("T")
VERSIONS_SHOWN = 5


def status(place: Workplace) -> Status:
    """The latest versions, newest first; raises TagshipError where the project itself cannot be read."""
    project = place.facts.head_project
    survey = _Survey(place)
    versions = tuple(survey.milestones(version) for version in survey.versions(project.version))
    remedy, because = _next(versions)
    return Status(
        project=project.name, index=place.config.index.name, versions=versions, next=remedy, next_because=because
    )


class _Survey:
    """The answers that all versions share, each asked for once; None where it could not be had."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._facts: Gathered = place.facts
        self._by_version = {version: name for name in place.facts.tags if (version := place.facts.template.version_in(name))}
        self._page: IndexPage | None = _or_none(lambda: self._facts.index)
        self._remote: Remote | None = _or_none(lambda: self._facts.remote)
        self._changelog: Changelog | None = _or_none(lambda: self._facts.changelog_at("HEAD"))
        self._main: frozenset[str] | None = _or_none(lambda: self._facts.tags_on_main)

    def versions(self, current: Version | None) -> Sequence[Version]:
        """The versions worth a row: the project's own, and the highest of those tagged or published."""
        known = set(self._by_version) | (set(self._page.versions) if self._page else set())
        highest = sorted(known, reverse=True)[:VERSIONS_SHOWN]
        return sorted({*highest, *([] if current is None else [current])}, reverse=True)

    def milestones(self, version: Version) -> Milestones:
        """Everything about one version."""
        name = self._by_version.get(version)
        tag = None if name is None else self._facts.tags[name]
        files = self._page.files_of(version) if self._page else ()
        pushed = None if self._remote is None else name in self._remote.tags
        matches = self._matches(version)
        return Milestones(
            version=str(version),
            stage=self._stage(tagged=name is not None, pushed=pushed, served=bool(files), matches=matches),
            tag=name,
            commit=None if tag is None else tag.commit,
            pushed=pushed if name else None,
            on_main=None if name is None or self._main is None else name in self._main,
            in_changelog=self._changelog is not None and section_for(self._changelog, version) is not None,
            files=tuple(file.filename for file in files),
            files_match=matches,
            yanked=any(file.yanked is not False for file in files),
            host_release=None if name is None else self._host_release(name),
        )

    def _matches(self, version: Version) -> bool | None:
        """Whether the index serves the local build whole; None without a build of this version."""
        manifest = _or_none(self._place.manifest)
        if manifest is None or self._page is None or Version(manifest.version) != version:
            return None
        return compare(manifest.files, self._page.files).complete

    def _stage(self, *, tagged: bool, pushed: bool | None, served: bool, matches: bool | None) -> Stage:
        if self._page is None:
            return Stage.UNKNOWN
        if served:
            return Stage.PARTIAL if matches is False else Stage.PUBLISHED
        if not tagged:
            return Stage.UNTAGGED
        return Stage.PUSHED if pushed else Stage.TAGGED

    def _host_release(self, tag: str) -> str | None:
        try:
            host = self._place.host()
            release = None if host is None else host.release(tag)
        except TagshipError:
            return None
        if release is None:
            return "none"
        return "draft" if release.draft else "public"


def _or_none(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except TagshipError:
        return None


def _next(versions: Sequence[Milestones]) -> tuple[Remedy | None, str]:
    """The one next command, for the newest version that has one, and why."""
    for version in versions:
        name = version.tag or version.version
        match version.stage:
            case Stage.UNKNOWN:
                return Run(("tagship", "status")), "the index could not be asked"
            case Stage.PARTIAL:
                return Run(("tagship", "ship", name)), f"{name} is on the index in part, or with other bytes than here"
            case Stage.TAGGED | Stage.PUSHED:
                return Run(("tagship", "ship", name)), f"{name} is tagged and the index has no file of it"
            case Stage.UNTAGGED:
                return Run(("git", "tag", "--annotate", name)), f"{version.version} is neither tagged nor published"
            case Stage.PUBLISHED:
                return None, f"{version.version} is published"
    return None, "nothing was tagged or published yet"
