"""Where a project stands between its last release and the next."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from packaging.version import Version

from tagship.domain.facts import Tag
from tagship.domain.project import Project
from tagship.domain.version import BEGINNING, TagTemplate
from tagship.errors import Edit, InFile, UsageError
from tagship.workflow.readiness.ways import newest


@dataclass(frozen=True, slots=True)
class Releases:
    """What was released, and what the files say.

    `current` is the version that the files say, or the last one where the tag is the version. `taken` are all that can
    be had no more, with the day on which each was tagged. `last` is the highest tag that HEAD descends from, `final`
    the highest of a final version, or of any where none is final. `known` is the highest that is tagged here, and
    `elsewhere` are those of which only the remote has a tag, with its name.
    """

    current: Version
    written: bool
    taken: Mapping[Version, date | None]
    last: Tag | None
    last_version: Version | None
    final: Tag | None
    final_version: Version | None
    known: Version | None = None
    elsewhere: Mapping[Version, str] = field(default_factory=dict)
    remote: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether the files carry a version that nobody has taken yet."""
        return self.written and self.current not in self.taken

    @property
    def newer_elsewhere(self) -> str | None:
        """The tag of the highest version that only the remote has, where it lies above all that is tagged here."""
        highest = max(self.elsewhere, default=None)
        if highest is None or (self.known is not None and highest < self.known):
            return None
        return self.elsewhere[highest]


def find_releases(
    project: Project,
    template: TagTemplate,
    tags: Mapping[str, Tag],
    reached: Iterable[str],
    *,
    elsewhere: Mapping[str, Tag] = MappingProxyType({}),
    remote: str | None = None,
    published: Iterable[Version] = (),
) -> Releases:
    """The releases by tags and by what the index served, as far as it was asked.

    `elsewhere` are tags that only `remote` has, and `reached` the names of all tags that HEAD descends from. Raises
    UsageError where nothing can write the version.
    """
    every = {**elsewhere, **tags}
    versions = {name: version for name in every if (version := template.version_in(name)) is not None}
    days = {
        version: tag.not_before.date() if (tag := every[name]).not_before else None
        for name, version in versions.items()
    }
    passed = {versions[name]: name for name in reached if name in versions}
    here = {versions[name] for name in tags if name in versions}
    last_version, final_version = max(passed, default=None), newest(tuple(passed))
    return Releases(
        current=_current(project, last_version),
        written=not project.version_is_tag,
        taken={**dict.fromkeys(published), **days},
        last=None if last_version is None else every[passed[last_version]],
        last_version=last_version,
        final=None if final_version is None else every[passed[final_version]],
        final_version=final_version,
        known=max(here, default=None),
        elsewhere={versions[name]: name for name in elsewhere if name in versions and versions[name] not in here},
        remote=remote,
    )


def _current(project: Project, last: Version | None) -> Version:
    if project.version_is_tag:
        return last or BEGINNING
    if project.version is None:
        source = project.version_source
        raise UsageError(
            f"the version cannot be written: {project.version_unknown}",
            where=None if source.path is None else InFile(source.path, source.line),
            remedy=Edit("write the version as a literal, in [project] or where the backend reads it"),
        )
    return project.version
