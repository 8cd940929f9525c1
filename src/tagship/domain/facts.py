"""What may be asked of the world, and what the checks may ask.

Ports are what steps get in their constructors; `Facts` and `CredentialFacts` are what checks see. Everything that
comes back is frozen. A fact that cannot be had raises FactUnknown with the reason, and nothing passes on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Protocol

from packaging.version import Version

from tagship.domain.artifact import Artifact, IndexPage, Manifest
from tagship.domain.changelog import Changelog
from tagship.domain.config import Config
from tagship.domain.credential import Credential, Liveness, TokenShape
from tagship.domain.packages import Family
from tagship.domain.project import Project
from tagship.domain.version import TagTemplate, parse_version
from tagship.errors import CredentialHalt


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as git has it.

    `object_name` is the tag object of an annotated tag, the commit of a lightweight one; `tagged_at` is
    None for a lightweight tag. `not_before` is the tagger's time, or the commit's for a lightweight tag, which
    was made then or later; no part of what makes two tags equal.
    """

    name: str
    commit: str
    object_name: str
    tagged_at: datetime | None = None
    not_before: datetime | None = field(default=None, compare=False)

    @property
    def annotated(self) -> bool:
        """Whether the tag is an object of its own, with a tagger, a time and a message."""
        return self.object_name != self.commit


@dataclass(frozen=True, slots=True)
class Remote:
    """What a remote repository shows: its name here, and each tag's object and commit there.

    `branches` are the tips of its branches by name, and `main` the one that its HEAD stands for, where it tells.
    """

    name: str
    tags: Mapping[str, Tag]
    branches: Mapping[str, str] = field(default_factory=dict)
    main: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commit stands: on main, on a declared release line, or elsewhere.

    `branches` are all local and remote-tracking branches that contain the commit.
    """

    main: str
    on_main: bool
    lines: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VersionCopy:
    """A place besides the project's own that spells the version out.

    `parts` is the count of numbers of a place that gives only the first ones of a version. One that is `of_releases`
    does not follow development versions.
    """

    path: str
    line: int
    text: str
    parts: int | None = None
    of_releases: bool = False

    def says(self, version: Version) -> bool:
        """Whether the place is as it should be for a project at this version."""
        stated = parse_version(self.text)
        if stated is None:
            return False
        if self.parts is None:
            return stated == version or (self.of_releases and version.is_devrelease)
        release = (*version.release, *[0] * self.parts)
        return stated.release == release[: self.parts] or (self.of_releases and version.is_devrelease)


@dataclass(frozen=True, slots=True)
class AddedLine:
    """A line that a range of commits added; `line` counts from 1 in the newer file."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class TagTrigger:
    """A workflow that starts when a tag is pushed, with the patterns it listens to."""

    path: str
    line: int
    patterns: tuple[str, ...]


class CheckState(Enum):
    """How a check of the code host ended; PENDING has not."""

    GREEN = "green"
    RED = "red"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class CommitCheck:
    """One check that the code host ran on a commit."""

    name: str
    state: CheckState
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PullRequest:
    """An open pull request; `branch` is what it comes from, `owner` whose repository that is in, `commit` its tip.

    `base` is the branch that it is to be merged into.
    """

    number: int
    url: str
    branch: str
    owner: str
    commit: str
    base: str


class Tree(Protocol):
    """Files at one state: a commit, or a directory. Paths are relative and use forward slashes."""

    def read(self, path: str) -> bytes | None:
        """The content of a file, links inside the tree followed; None where there is none."""

    def paths(self) -> Sequence[str]:
        """Every file that git tracks, or that the directory holds, sorted."""


class Index(Protocol):
    """A package index, read and written."""

    def page(self, project: str) -> IndexPage:
        """What the index knows of a project, past every cache that can be passed."""

    def upload(self, path: Path, artifact: Artifact, credential: Credential, progress: "Progress") -> "UploadAnswer":
        """Send one file; raises CredentialHalt, Conflict, Incomplete or FactUnknown."""

    def probe(self, credential: Credential) -> Liveness:
        """Ask, without uploading anything, whether the index knows the credential."""

    def download(self, url: str, target: Path, progress: "Progress") -> None:
        """Fetch one file as the index serves it; raises FactUnknown."""


Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all while something is transferred."""


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What the index said to a file it took: its warnings, if any."""

    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostRelease:
    """A release on the code host, draft or public; `assets` are file names."""

    id: int
    url: str
    draft: bool
    notes: str
    assets: tuple[str, ...] = ()


class Host(Protocol):
    """The code host: its releases, and what it says of a commit."""

    def checks(self, commit: str) -> Sequence[CommitCheck]:
        """The latest state of every check that ran on a commit, our own run left out."""

    def open_pulls(self) -> Sequence[PullRequest]:
        """The open pull requests, the one that changed last first; of very many the first ones."""

    def file(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit that the host knows, also of a pull request; None where there is none."""

    def release(self, tag: str) -> HostRelease | None:
        """The release of a tag, drafts included."""

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:
        """Make a draft that nobody is told about."""

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        """Add one file to a draft."""

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:
        """Make a draft public; watchers are told."""


class Builder(Protocol):
    """Turns a pristine checkout into distributions."""

    def build(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        """Build the sdist, and the wheel from it, into an empty directory; the toolchain that did it.

        Raises BuildFailed.
        """


class SdistBuilder(Protocol):
    """Turns a pristine checkout into a source distribution, from which others build wheels."""

    def build_sdist(self, *, tag: str, commit: str, target: Path) -> Mapping[str, str]:
        """Build the sdist alone into an empty directory; the toolchain that did it. Raises BuildFailed."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What a clean environment said after installing: version, importable names, interpreter."""

    version: str
    imported: tuple[str, ...]
    python: str


class CleanRoom(Protocol):
    """Installs from an index into an environment that has seen nothing else."""

    def ready(self, requires_python: str | None) -> None:
        """See that there is an interpreter to install for; raises TagshipError where there is none."""

    def install(self, project: str, version: str, *, requires_python: str | None) -> Installed:
        """Install exactly that version from the index, import what it brings; raises TagshipError."""


class Facts(Protocol):
    """What the checks of a tag may ask; each is looked up once, when first asked for."""

    @property
    def config(self) -> Config:
        """What the project decided."""

    @property
    def inside(self) -> str:
        """The project's directory below the top of the repository, empty for the top itself."""

    @property
    def template(self) -> TagTemplate:
        """How the project spells its tags."""

    @property
    def tag_name(self) -> str:
        """The tag in question, whether it exists or not."""

    @property
    def tags(self) -> Mapping[str, Tag]:
        """Every local tag by name."""

    @property
    def tag(self) -> Tag:
        """The tag in question; unknown where it does not exist."""

    @property
    def version(self) -> Version:
        """The version that the tag names; unknown where it names none."""

    @property
    def remote(self) -> Remote | None:
        """The remote's tags now; None where there is no remote."""

    @property
    def standing(self) -> Standing:
        """Where the tagged commit stands."""

    @property
    def reached(self) -> frozenset[Version]:
        """The versions whose tags are on ancestors of the tagged commit."""

    @property
    def committed_at(self) -> datetime:
        """When the tagged commit was committed."""

    @property
    def project(self) -> Project:
        """The project at the tagged commit."""

    @property
    def changelog(self) -> Changelog | None:
        """The changelog at the tagged commit; None where the project keeps none."""

    @property
    def main_changelog(self) -> Changelog | None:
        """The changelog at the tip of main."""

    @property
    def version_copies(self) -> Sequence[VersionCopy]:
        """Where else the tagged commit spells the version out."""

    @property
    def added_lines(self) -> Sequence[AddedLine] | None:
        """The lines of Python added since the last tag that the tagged commit descends from; None before any."""

    @property
    def triggers(self) -> Sequence[TagTrigger]:
        """The workflows of the tagged commit that start on a tag."""

    @property
    def commit_checks(self) -> Sequence[CommitCheck] | None:
        """What the code host says of the tagged commit; None where there is no code host to ask."""

    @property
    def index(self) -> IndexPage:
        """What the index knows of the project."""

    @property
    def manifest(self) -> Manifest | None:
        """The manifest of what was built here before, of whatever tag; None where nothing was."""

    @property
    def family(self) -> Family | None:
        """The packages of the repository, with this one, at the tagged commit; None where it is the only one."""

    def served(self, package: str) -> frozenset[Version]:
        """The versions of another package that the index serves and that nobody yanked."""


class CredentialFacts(Protocol):
    """What the checks of the credential may ask."""

    @property
    def config(self) -> Config:
        """What the project decided."""

    @property
    def project_name(self) -> str:
        """The normalised name of the project that is to be published; unknown where nothing names one."""

    @property
    def now(self) -> datetime:
        """The moment at which the credential is looked at."""

    @property
    def token(self) -> TokenShape:
        """How the token looks from outside."""

    @property
    def liveness(self) -> Liveness:
        """Whether the index knows the credential."""

    @property
    def identity_refusal(self) -> CredentialHalt | None:
        """Why the index gives this job no token by trusted publishing; None where it does."""
