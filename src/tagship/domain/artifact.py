"""Distributions, the manifest that stands beside them, and comparison with what an index serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from packaging.version import Version

from tagship.domain.names import NormalizedName


class Kind(Enum):
    """The two kinds of distribution an index takes, in its own words."""

    WHEEL = "bdist_wheel"
    SDIST = "sdist"


@dataclass(frozen=True, slots=True)
class Artifact:
    """One distribution file on this machine; `size` in bytes, `sha256` in hexadecimal."""

    filename: str
    size: int
    sha256: str

    @property
    def kind(self) -> Kind:
        """Wheel or sdist, by the file name."""
        return Kind.WHEEL if self.filename.endswith(".whl") else Kind.SDIST

    @property
    def identity(self) -> tuple[NormalizedName, Version]:
        """Name and version as the file name spells them; raises ValueError where it spells none."""
        from packaging.utils import (  # noqa: PLC0415 -- slow, and most commands look at no built file
            parse_sdist_filename,
            parse_wheel_filename,
        )

        if self.kind is Kind.WHEEL:
            name, version, *_ = parse_wheel_filename(self.filename)
            return name, version
        return parse_sdist_filename(self.filename)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one build made, from what, with what: the file beside `dist/`, never in it.

    `toolchain` maps each tool and build requirement to the version that was resolved; of wheels that were built
    elsewhere it says nothing. `source_date_epoch` is the commit's time in seconds. An `unfinished` one names the sdist
    alone: wheels that are built elsewhere from it are still to come, and nothing is published before.
    """

    project: str
    version: str
    tag: str
    commit: str
    source_date_epoch: int
    toolchain: Mapping[str, str]
    files: tuple[Artifact, ...]
    unfinished: bool = False

    @property
    def sdist(self) -> Artifact | None:
        """The source distribution; None where only wheels were built."""
        return next((file for file in self.files if file.kind is Kind.SDIST), None)


@dataclass(frozen=True, slots=True)
class ServedFile:
    """One file as an index serves it; what the index does not tell is None.

    `yanked` is False, or the reason (which may be empty).
    """

    filename: str
    url: str
    sha256: str | None
    size: int | None = None
    uploaded_at: datetime | None = None
    yanked: bool | str = False

    @property
    def version(self) -> Version | None:
        """The version in the file name, or None for a file that names none."""
        try:
            return Artifact(self.filename, 0, "").identity[1]
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class IndexPage:
    """What an index knows of one project; `exists` is False for a project it has never seen.

    `versions` holds every version ever served that it still admits to, yanked ones included.
    """

    project: str
    exists: bool
    files: tuple[ServedFile, ...] = ()
    listed: tuple[Version, ...] = ()

    @property
    def versions(self) -> frozenset[Version]:
        """Every version that the index lists or has a file of."""
        return frozenset(self.listed) | {file.version for file in self.files if file.version is not None}

    def files_of(self, version: Version) -> tuple[ServedFile, ...]:
        """The files of one version."""
        return tuple(file for file in self.files if file.version == version)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our files against the index's: what is missing there, what is the same, what is other.

    `other` pairs our file with the served one of the same name and different bytes; `unproved` holds
    files of the same name whose digest the index does not tell; `foreign` holds what the index serves of our
    version and we did not build, which an installer may prefer to ours.
    """

    missing: tuple[Artifact, ...]
    same: tuple[ServedFile, ...]
    other: tuple[tuple[Artifact, ServedFile], ...]
    unproved: tuple[tuple[Artifact, ServedFile], ...] = ()
    foreign: tuple[ServedFile, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether the index serves every one of our files with our bytes, and no other of their version."""
        return not (self.missing or self.other or self.unproved or self.foreign)


def compare(ours: Iterable[Artifact], served: Iterable[ServedFile]) -> Comparison:
    """Compare by name and digest; a name alone never decides. `served` may hold files of other versions, too."""
    ours = tuple(ours)
    by_name = {file.filename: file for file in served}
    missing: list[Artifact] = []
    same: list[ServedFile] = []
    other: list[tuple[Artifact, ServedFile]] = []
    unproved: list[tuple[Artifact, ServedFile]] = []
    for artifact in ours:
        file = by_name.get(artifact.filename)
        if file is None:
            missing.append(artifact)
        elif file.sha256 is None:
            unproved.append((artifact, file))
        elif file.sha256 == artifact.sha256:
            same.append(file)
        else:
            other.append((artifact, file))
    foreign = _foreign(frozenset(artifact.filename for artifact in ours), by_name.values())
    return Comparison(tuple(missing), tuple(same), tuple(other), tuple(unproved), foreign)


def _foreign(ours: frozenset[str], served: Iterable[ServedFile]) -> tuple[ServedFile, ...]:
    """What is served of a version that our file names spell, under names that are not ours."""
    versions = {ServedFile(name, "", None).version for name in ours} - {None}
    return tuple(file for file in served if file.filename not in ours and file.version in versions)


def upload_order(artifacts: Iterable[Artifact]) -> tuple[Artifact, ...]:
    """Wheels, then the sdist: the first upload fixes the release's metadata, and a wheel's is complete."""
    return tuple(sorted(artifacts, key=lambda artifact: (artifact.kind is Kind.SDIST, artifact.filename)))
