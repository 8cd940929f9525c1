"""What the stand-in index holds: projects, releases, files, and the names that can never be used again."""

import hashlib
import shutil
import threading
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from packaging.utils import NormalizedName, canonicalize_name
from packaging.version import Version

from tagship.domain.artifact import Artifact, Kind
from tagship.rehearsal.forms import Upload
from tagship.rehearsal.wheel_contents import core_metadata
from tagship.rehearsal.wire import BLOCK

LOOKALIKES = str.maketrans({"l": "1", "i": "1", "o": "0", ".": None, "_": None, "-": None})


@dataclass(slots=True)
class StoredFile:
    """One file; `url_path` is where the server serves it, `metadata` what stands beside it as `.metadata`.

    `provenance` is the document that tells by whom its attestations were made, where it came with some.
    """

    filename: str
    path: Path
    url_path: str
    kind: Kind
    size: int
    md5: str
    sha256: str
    blake2_256: str
    uploaded_at: datetime
    requires_python: str | None = None
    metadata: bytes | None = None
    yanked: bool | str = False
    provenance: Mapping[str, object] | None = None

    @property
    def metadata_sha256(self) -> str | None:
        """The digest of the metadata beside the file."""
        return None if self.metadata is None else hashlib.sha256(self.metadata).hexdigest()


@dataclass(slots=True)
class StoredRelease:
    """One version; `info` holds the form fields of its first upload, which later files do not change."""

    version: Version
    created_at: datetime
    info: Mapping[str, tuple[str, ...]]
    files: list[StoredFile] = field(default_factory=list)

    @property
    def yanked(self) -> bool:
        """Whether nobody should install it any more; an index yanks whole releases."""
        return bool(self.files) and all(file.yanked is not False for file in self.files)


@dataclass(slots=True)
class Organization:
    """Who owns projects together; one that is not in good standing publishes nothing."""

    name: str
    good_standing: bool = True


@dataclass(slots=True)
class StoredProject:
    """One project; `status` is active, archived or quarantined (PEP 792), `serial` counts its changes.

    `id` is the number by which the index's tokens know it. `maintainers` may upload as `owner` may.
    """

    name: str
    owner: str
    status: str = "active"
    serial: int = 0
    releases: dict[Version, StoredRelease] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    maintainers: set[str] = field(default_factory=set)
    organization: Organization | None = None

    @property
    def normalized(self) -> NormalizedName:
        """The name under which the project is found."""
        return canonicalize_name(self.name)

    @property
    def files(self) -> Iterator[StoredFile]:
        """Every file of every release, in the order of their arrival."""
        return (file for release in self.releases.values() for file in release.files)

    @property
    def size(self) -> int:
        """What all its files take up, in bytes."""
        return sum(file.size for file in self.files)


def lookalike(name: str) -> str:
    """A name as a hurried reader sees it; two projects may not look alike."""
    return name.lower().translate(LOOKALIKES)


class Store:
    """Everything an index remembers. Hold `lock` around a decision and the write that follows from it."""

    def __init__(self, directory: Path) -> None:
        self.lock = threading.RLock()
        self.directory = directory
        self.projects: dict[NormalizedName, StoredProject] = {}
        self.burnt: set[str] = set()
        self.serial = 0

    def project(self, name: str) -> StoredProject | None:
        """The project of that name, however it is spelt."""
        return self.projects.get(canonicalize_name(name))

    def register(self, name: str, owner: str) -> StoredProject:
        """The project of that name; a new one belongs to `owner`."""
        with self.lock:
            return self.projects.setdefault(canonicalize_name(name), StoredProject(name, owner))

    def keep(self, project: StoredProject) -> None:
        """Remember a project from now on."""
        with self.lock:
            self.projects.setdefault(project.normalized, project)

    def file(self, filename: str) -> StoredFile | None:
        """The file of that name."""
        return next((file for file in self._files() if file.filename == filename), None)

    def file_with(self, blake2_256: str) -> StoredFile | None:
        """A file of that content, whatever its name."""
        return next((file for file in self._files() if file.blake2_256 == blake2_256), None)

    def served_at(self, url_path: str) -> StoredFile | None:
        """The file that is served there."""
        return next((file for file in self._files() if file.url_path == url_path), None)

    def add(
        self,
        project: StoredProject,
        version: Version,
        upload: Upload,
        info: Mapping[str, tuple[str, ...]],
        at: datetime,
        provenance: Mapping[str, object] | None = None,
    ) -> StoredFile:
        """Take a file in; moves it away from where the upload left it."""
        with self.lock:
            digest = upload.blake2_256
            url_path = f"/packages/{digest[:2]}/{digest[2:4]}/{digest[4:]}/{upload.filename}"
            path = self.directory / url_path[1:]
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(upload.path, path)
            kind = Artifact(upload.filename, upload.size, upload.sha256).kind
            file = StoredFile(
                filename=upload.filename,
                path=path,
                url_path=url_path,
                kind=kind,
                size=upload.size,
                md5=upload.md5,
                sha256=upload.sha256,
                blake2_256=digest,
                uploaded_at=at,
                requires_python=next(iter(info.get("requires_python", ())), None),
                metadata=core_metadata(path) if kind is Kind.WHEEL else None,
                provenance=provenance,
            )
            release = project.releases.setdefault(version, StoredRelease(version, at, info))
            release.files.append(file)
            self._touch(project)
            return file

    def seed(self, path: Path, *, owner: str, at: datetime) -> StoredFile:
        """Hold a file as if it had been uploaded at that time; nothing is checked, `path` is copied.

        Raises ValueError for a file name that names no project and version.
        """
        name, version = Artifact(path.name, 0, "").identity
        copy = self.directory / f"seed-{path.name}"
        shutil.copyfile(path, copy)
        digests = (hashlib.md5(usedforsecurity=False), hashlib.sha256(), hashlib.blake2b(digest_size=32))
        with copy.open("rb") as file:
            while block := file.read(BLOCK):
                for digest in digests:
                    digest.update(block)
        md5, sha256, blake2_256 = (digest.hexdigest() for digest in digests)
        upload = Upload("content", path.name, "", copy, copy.stat().st_size, md5, sha256, blake2_256)
        with self.lock:
            project = self.register(name, owner)
            return self.add(project, version, upload, {"name": (name,), "version": (str(version),)}, at)

    def delete(self, filename: str) -> None:
        """Delete a file, as an owner may; its name is burnt for ever. Raises KeyError for a file that is not there."""
        with self.lock:
            for project in self.projects.values():
                for release in project.releases.values():
                    for file in release.files:
                        if file.filename == filename:
                            release.files.remove(file)
                            self.burnt.add(filename)
                            self._touch(project)
                            return
        raise KeyError(filename)

    def _files(self) -> Iterator[StoredFile]:
        return (file for project in list(self.projects.values()) for file in list(project.files))

    def _touch(self, project: StoredProject) -> None:
        self.serial += 1
        project.serial = self.serial
