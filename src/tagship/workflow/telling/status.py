"""Where each version stands: tag, remote, main, changelog, index, host."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from packaging.version import Version

from tagship.checks.changelog import section_for
from tagship.domain.artifact import Artifact, IndexPage, Kind, Manifest, ServedFile, compare
from tagship.domain.changelog import Changelog
from tagship.domain.deadline import closing
from tagship.domain.facts import Host, Tag
from tagship.domain.overview import Milestones, Stage, Status
from tagship.domain.version import parse_version
from tagship.errors import TagshipError
from tagship.workflow.gather import Gathered
from tagship.workflow.telling.advice import advise
from tagship.workflow.workplace import Workplace

T = TypeVar("T")
VERSIONS_SHOWN = 5


def status(place: Workplace) -> Status:
    """The latest versions, newest first; raises TagshipError where the project itself cannot be read."""
    facts = place.facts
    project = facts.head_project
    facts.catch_up()
    survey = _Survey(place)
    versions = tuple(survey.milestones(version) for version in survey.versions(project.version))
    remedy, because = advise(place, versions, project.version)
    return Status(
        project=project.name, index=place.config.index.name, versions=versions, next=remedy, next_because=because
    )


class _Survey:
    """The answers that all versions share, each asked for once."""

    def __init__(self, place: Workplace) -> None:
        self._facts: Gathered = place.facts
        self._takes_files_for = place.config.index.takes_files_for
        self._by_version = {
            version: name for name in place.facts.tags if (version := place.facts.template.version_in(name))
        }
        self.page: IndexPage | None = _or_none(lambda: self._facts.index)
        self._files = _by_version(self.page)
        self._there = _or_none(self._tags_of_remote)
        self._main: frozenset[str] | None = _or_none(lambda: self._facts.tags_on_main)
        # Not to know the changelog is one thing, to know that there is none another.
        self._changelog = _or_none(lambda: (self._facts.changelog_at("HEAD"),))
        self._built: Manifest | None = _or_none(place.manifest)
        self._host: Host | None = _or_none(place.host)
        self._host_answers = True

    def _tags_of_remote(self) -> dict[str, Tag]:
        remote = self._facts.remote
        return {} if remote is None else dict(remote.tags)

    def versions(self, own: Version | None) -> Sequence[Version]:
        """The versions worth a row: the project's own, and the highest of those tagged or published."""
        known = set(self._by_version) | (set(self.page.versions) if self.page else set())
        highest = sorted(known, reverse=True)[:VERSIONS_SHOWN]
        return sorted({*highest, *([] if own is None else [own])}, reverse=True)

    def milestones(self, version: Version) -> Milestones:
        """Everything about one version."""
        name = self._by_version.get(version)
        tag = None if name is None else self._facts.tags[name]
        files = self._files.get(version, ())
        pushed = None if tag is None or self._there is None else self._there.get(tag.name) == _bare(tag)
        partial, matches = self._compared(version, files)
        return Milestones(
            version=str(version),
            stage=self._stage(tag, files, pushed=pushed is True, partial=partial),
            tag=name,
            commit=None if tag is None else tag.commit,
            pushed=pushed,
            on_main=None if name is None or self._main is None else name in self._main,
            in_changelog=None if self._changelog is None else _has_section(*self._changelog, version),
            files=tuple(file.filename for file in files),
            files_match=matches,
            yanked=any(file.yanked is not False for file in files),
            host_release=None if name is None else self._host_release(name),
            closes=closing(files, self._takes_files_for),
        )

    def _compared(self, version: Version, files: Sequence[ServedFile]) -> tuple[bool, bool | None]:
        """Whether the index lacks files of a version or has foreign ones, and whether it serves the local build whole.

        Without a build of this version here, one that has not every kind of file that its predecessor had lacks some.
        """
        if self.page is None:
            return False, None
        if self._built is None or parse_version(self._built.version) != version:
            return bool(files) and bool(missing_kinds(self._files, version)), None
        found = compare(self._built.files, self.page.files)
        return bool(found.missing or found.foreign), found.complete

    def _stage(self, tag: Tag | None, files: Sequence[ServedFile], *, pushed: bool, partial: bool) -> Stage:
        if self.page is None:
            return Stage.UNKNOWN
        if files:
            return Stage.PARTIAL if partial else Stage.PUBLISHED
        if tag is None:
            return Stage.UNTAGGED
        return Stage.PUSHED if pushed else Stage.TAGGED

    def _host_release(self, tag: str) -> str | None:
        """How the host's release stands; a host that once gave no answer is not asked again."""
        if not self._host_answers:
            return None
        try:
            release = None if self._host is None else self._host.release(tag)
        except TagshipError:
            self._host_answers = False
            return None
        if release is None:
            return "none"
        return "draft" if release.draft else "public"


def missing_kinds(files: Mapping[Version, Sequence[ServedFile]], version: Version) -> frozenset[Kind]:
    """The kinds of file that the release before this one has on the index, and this one has not."""
    before = max((other for other in files if other < version), default=None)
    return frozenset() if before is None else _kinds(files[before]) - _kinds(files[version])


def _by_version(page: IndexPage | None) -> Mapping[Version, Sequence[ServedFile]]:
    """The files of every version that has any, told apart once: there may be thousands."""
    found: dict[Version, list[ServedFile]] = {}
    for file in page.files if page else ():
        version = file.version
        if version is not None:
            found.setdefault(version, []).append(file)
    return found


def _kinds(files: Sequence[ServedFile]) -> frozenset[Kind]:
    return frozenset(Artifact(file.filename, 0, "").kind for file in files)


def _bare(tag: Tag) -> Tag:
    """A tag as a remote shows it, which does not tell its time."""
    return Tag(tag.name, tag.commit, tag.object_name)


def _has_section(changelog: Changelog | None, version: Version) -> bool:
    return changelog is not None and section_for(changelog, version) is not None


def _or_none(question: Callable[[], T]) -> T | None:
    try:
        return question()
    except TagshipError:
        return None
