"""Sends what the index lacks, and nothing that it has."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from tagship.domain.artifact import Artifact, Comparison, Manifest, ServedFile, compare, upload_order
from tagship.domain.deadline import Extent, closing
from tagship.domain.facts import Index
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import AtUrl, Conflict, Edit, FactUnknown, Run, TagshipError
from tagship.workflow.credentials import Credentials


def now() -> datetime:
    """The time by the clock of this machine."""
    return datetime.now(UTC)


class TransferOnlooker(Protocol):
    """Who is told how far a transfer is."""

    def transfer(self, label: str, done: int, total: int) -> None:
        """So many bytes of so many."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""


class Upload:
    """Missing files only, by hash; wheels, then the sdist.

    `manifest` names the files, or is None while they are not built. A file that the index took in this run counts
    as there even while the index does not list it yet: that it is really served is for the proof to say.
    `takes_files_for` is the index's rule for how long a release gets more files, where one is known.
    """

    name: ClassVar = "upload"
    effect: ClassVar = Effect.FOREVER

    def __init__(
        self,
        index: Callable[[], Index],
        credentials: Callable[[], Credentials],
        manifest: Callable[[], Manifest | None],
        *,
        dist: Path,
        index_name: str,
        onlooker: TransferOnlooker,
        takes_files_for: timedelta | None = None,
    ) -> None:
        self._index = index
        self._credentials = credentials
        self._manifest = manifest
        self._dist = dist
        self._index_name = index_name
        self._onlooker = onlooker
        self._takes_files_for = takes_files_for
        self._taken: dict[str, datetime] = {}

    def describe(self) -> str:
        """Where the files go."""
        return f"upload what {self._index_name} does not serve yet"

    def probe(self) -> State:
        """Compare our files with the index's, by hash."""
        try:
            manifest = self._manifest()
            if manifest is None:
                return Todo()
            comparison = self._compare(manifest)
        except TagshipError as error:
            return Stopped(error)
        conflict = self._conflict(comparison, manifest)
        if conflict is not None:
            return Stopped(conflict)
        missing = self._still_missing(comparison)
        if missing:
            names = ", ".join(artifact.filename for artifact in missing)
            extent = self._extent(comparison, manifest)
            return Todo(f"{names}; {extent.sentence(now())}" if extent.partial else names)
        return Done(f"{self._index_name} has {_count(len(manifest.files))}")

    def apply(self) -> None:
        """Send each missing file, or none where one would clash; a refusal ends it, and what is live stays live."""
        manifest = self._manifest()
        if manifest is None:
            raise FactUnknown("nothing is built yet", remedy=Run(("tagship", "build")))
        comparison = self._compare(manifest)
        conflict = self._conflict(comparison, manifest)
        if conflict is not None:
            raise conflict
        for artifact in self._still_missing(comparison):
            try:
                self._send(artifact)
            except TagshipError as error:
                extent = self._extent(comparison, manifest)
                if extent.partial:  # public in part: the first thing that a maintainer must know
                    raise error.with_more(extent.sentence(now())) from error
                raise

    def _send(self, artifact: Artifact) -> None:
        answer = self._index().upload(
            self._dist / artifact.filename,
            artifact,
            self._credentials().get(),
            partial(self._onlooker.transfer, artifact.filename),
        )
        self._taken[artifact.filename] = now()
        for warning in answer.warnings:
            self._onlooker.note(f"{self._index_name} says of {artifact.filename}: {warning}")

    def _conflict(self, comparison: Comparison, manifest: Manifest) -> Conflict | None:
        """What cannot be mended by sending what is missing, or not any more."""
        found = conflict_in(comparison, self._index_name, manifest.version)
        extent = self._extent(comparison, manifest)
        if found is None and extent.too_late(now()):
            return Conflict(
                f"{extent.sentence(now())}",
                remedy=Edit(f"version {manifest.version} stays as it is on {self._index_name}; release the next one"),
            )
        return found

    def _extent(self, comparison: Comparison, manifest: Manifest) -> Extent:
        up = {file.filename for file in comparison.same} | self._taken.keys()
        closes = closing(comparison.same, self._takes_files_for, taken=min(self._taken.values(), default=None))
        return Extent(len(up), len(manifest.files), closes)

    def _compare(self, manifest: Manifest) -> Comparison:
        return compare(manifest.files, self._index().page(manifest.project).files)

    def _still_missing(self, comparison: Comparison) -> tuple[Artifact, ...]:
        return tuple(artifact for artifact in upload_order(comparison.missing) if artifact.filename not in self._taken)


def conflict_in(comparison: Comparison, index_name: str, version: str) -> Conflict | None:
    """The first file that the index serves of this version and that is not known to be ours, bytes included."""
    for artifact, served in comparison.other:
        return Conflict(
            f"{index_name} serves other bytes under the name {artifact.filename}: sha256 {served.sha256}, "
            f"ours is {artifact.sha256}",
            where=AtUrl(served.url),
            remedy=Edit(f"version {version} is spent on {index_name}; release the next one"),
        )
    for artifact, served in comparison.unproved:
        return _unproved(artifact, served, index_name)
    for served in comparison.foreign:
        return Conflict(
            f"{index_name} serves {served.filename}, which is of version {version} and not of this build",
            where=AtUrl(served.url),
            remedy=Edit(
                f"delete {served.filename} from {index_name} if it does not belong there, or release the next version"
            ),
        )
    return None


def _unproved(artifact: Artifact, served: ServedFile, index_name: str) -> Conflict:
    return Conflict(
        f"{index_name} serves {artifact.filename} and does not tell its sha256, so it cannot be told from ours",
        where=AtUrl(served.url),
        remedy=Edit("let the index serve sha256 digests, or compare the file by hand"),
    )


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"
