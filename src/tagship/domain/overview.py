"""What tagship sees of a project, and where each of its versions stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from tagship.domain.project import VersionSource
from tagship.errors import Remedy


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything `show` tells; None where there is nothing, `unknown` maps a field to why it could not be read."""

    name: str | None
    version: str | None
    version_source: VersionSource | None
    dynamic: bool
    backend: str | None
    changelog_path: str | None
    changelog_format: str | None
    tag_format: str
    branch: str | None
    release_lines: tuple[str, ...]
    host: str | None
    index: str
    unknown: tuple[tuple[str, str], ...] = ()


class Stage(Enum):
    """How far a version has come, from nothing to everything served."""

    UNTAGGED = "untagged"
    TAGGED = "tagged"
    PUSHED = "pushed"
    PARTIAL = "partial"
    PUBLISHED = "published"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Milestones:
    """Where one version stands; None means that it could not be found out.

    `files` are the names the index serves, `files_match` whether they equal the local manifest's (None
    without a manifest). `host_release` is "public", "draft", "none" or None. `closes` is when the index stops taking
    files of it, where it serves some and its rule is known.
    """

    version: str
    stage: Stage
    tag: str | None
    commit: str | None
    pushed: bool | None
    on_main: bool | None
    in_changelog: bool | None
    files: tuple[str, ...]
    files_match: bool | None
    yanked: bool
    host_release: str | None
    closes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """The versions, newest first, and the one next command."""

    project: str
    index: str
    versions: tuple[Milestones, ...]
    next: Remedy | None
    next_because: str
