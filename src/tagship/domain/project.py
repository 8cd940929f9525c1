"""A project as its own files describe it, without running any of its code."""

from dataclasses import dataclass

from packaging.version import Version

from tagship.domain.names import NormalizedName, canonicalize_name

TAG_IS_THE_VERSION = "tag"


@dataclass(frozen=True, slots=True)
class VersionSource:
    """Where a version is written: `kind` says how to read it, `path` and `line` where it stands.

    The kind "tag" means that no file carries the version: the tag does.
    """

    kind: str
    path: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        if self.path is None:
            return self.kind
        return f"{self.path}:{self.line}" if self.line else self.path


@dataclass(frozen=True, slots=True)
class Project:
    """Name, version and backend of one project at one state of its files.

    `version` is None where the tag is the version, or where it could not be read: then
    `version_unknown` holds the reason. `dynamic` is True where `[project]` leaves the version to the
    backend.
    """

    name: str
    version: Version | None
    version_source: VersionSource
    backend: str
    dynamic: bool
    requires_python: str | None = None
    version_unknown: str | None = None

    @property
    def normalized_name(self) -> NormalizedName:
        """The name as an index files it (PEP 503)."""
        return canonicalize_name(self.name)

    @property
    def version_is_tag(self) -> bool:
        """Whether the tag, and nothing else, carries the version."""
        return self.version_source.kind == TAG_IS_THE_VERSION
