"""Asks the index, not the uploader: it serves our bytes, they install, they import."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import ClassVar

from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Manifest, ServedFile, compare
from tagship.domain.deadline import Extent, closing
from tagship.domain.facts import CleanRoom, Index, Installed
from tagship.domain.plan import Done, Effect, StageResult, State, Stopped, Todo
from tagship.domain.receipt import Proof, Receipt
from tagship.errors import AtUrl, Conflict, FactUnknown, Incomplete, NotThere, Run, TagshipError
from tagship.workflow.files.receipts import write_receipt
from tagship.workflow.steps.upload import TransferOnlooker, conflict_in, now

FIRST_WAIT = 0.25
LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for an index whose caches keep a page for up to 600 seconds."""

    seconds: float = 600.0
    pause: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the proof needs to know of the release, and what the receipt tells besides the proof.

    `manifest` names the files, or is None while they are not built. `results` is read when the receipt is
    written: it grows while the plan runs. `takes_files_for` is as in `Endpoints`.
    """

    index_name: str
    manifest: Callable[[], Manifest | None]
    requires_python: Callable[[], str | None]
    notes: Callable[[], str | None]
    waived: Mapping[str, str]
    results: Sequence[StageResult]
    takes_files_for: timedelta | None = None


class Prove:
    """Nothing less than this is called success. The proof is made afresh in every run and never remembered."""

    name: ClassVar = "prove"
    effect: ClassVar = Effect.NONE

    def __init__(
        self,
        index: Callable[[], Index],
        clean_room: CleanRoom,
        circumstances: Circumstances,
        *,
        dist: Path,
        onlooker: TransferOnlooker,
        patience: Patience,
    ) -> None:
        self._index = index
        self._clean_room = clean_room
        self._circumstances = circumstances
        self._index_name = circumstances.index_name
        self._dist = dist
        self._onlooker = onlooker
        self._patience = patience
        self.receipt: Receipt | None = None

    def describe(self) -> str:
        """What will be seen."""
        return f"see that {self._index_name} serves our bytes, and that they install and import"

    def probe(self) -> State:
        """Done once proved in this run; files that are not ours are a conflict at once, no interpreter a stop."""
        if self.receipt is not None:
            return Done(_evidence(self.receipt.proof))
        try:
            # What is missing for the proof is better known before anything is sent than after.
            self._clean_room.ready(self._circumstances.requires_python())
            manifest = self._circumstances.manifest()
            if manifest is None:
                return Todo()
            comparison = compare(manifest.files, self._index().page(manifest.project).files)
        except TagshipError as error:
            return Stopped(error)
        conflict = conflict_in(comparison, self._index_name, manifest.version)
        return Todo("not proved in this run") if conflict is None else Stopped(conflict)

    def apply(self) -> None:
        """Wait until every file is served, fetch and compare each, install, import, write the receipt."""
        started = self._patience.clock()
        manifest = self._circumstances.manifest()
        if manifest is None:
            raise FactUnknown("there is no manifest to prove against", remedy=Run(("tagship", "build")))
        deadline = started + self._patience.seconds
        served = self._wait_until_served(manifest, deadline)
        self._tell_of_yanked(served)
        self._fetch_and_compare(manifest, served)
        installed = self._install(manifest, deadline)
        receipt = self._receipt(manifest, served, installed, self._patience.clock() - started)
        write_receipt(self._dist, receipt)
        self.receipt = receipt

    def proved(self) -> Receipt:
        """The receipt of this run; raises NotThere before there is one."""
        if self.receipt is None:
            raise NotThere("nothing was proved in this run", remedy=Run(("tagship", "prove")))
        return self.receipt

    def _wait_until_served(self, manifest: Manifest, deadline: float) -> tuple[ServedFile, ...]:
        wait = FIRST_WAIT
        while True:
            comparison = compare(manifest.files, self._index().page(manifest.project).files)
            conflict = conflict_in(comparison, self._index_name, manifest.version)
            if conflict is not None:
                raise conflict
            if comparison.complete:
                return comparison.same
            missing = ", ".join(artifact.filename for artifact in comparison.missing)
            extent = Extent(
                len(comparison.same),
                len(manifest.files),
                closing(comparison.same, self._circumstances.takes_files_for),
            )
            how_far = f"; {extent.sentence(now())}" if extent.partial else ""
            self._wait(wait, deadline, f"{self._index_name} does not serve {missing} yet", how_far)
            wait = min(2 * wait, LONGEST_WAIT)

    def _wait(self, seconds: float, deadline: float, why: str, how_far: str = "") -> None:
        if self._patience.clock() + seconds > deadline:
            raise Incomplete(f"{why}, after {self._patience.seconds:.0f} s{how_far}", remedy=Run(("tagship", "prove")))
        self._onlooker.note(f"{why}; looking again in {seconds:g} s")
        self._patience.pause(seconds)

    def _tell_of_yanked(self, served: Sequence[ServedFile]) -> None:
        for file in served:
            if file.yanked is not False:
                reason = f": {file.yanked}" if isinstance(file.yanked, str) and file.yanked else ""
                self._onlooker.note(f"{file.filename} is yanked from {self._index_name}{reason}")

    def _fetch_and_compare(self, manifest: Manifest, served: Sequence[ServedFile]) -> None:
        ours = {artifact.filename: artifact for artifact in manifest.files}
        with workshop("proof", failure=FactUnknown) as place:
            for file in served:
                target = place / file.filename
                self._index().download(file.url, target, partial(self._onlooker.transfer, file.filename))
                with target.open("rb") as stream:
                    digest = hashlib.file_digest(stream, "sha256").hexdigest()
                if digest != ours[file.filename].sha256:
                    raise Conflict(
                        f"{self._index_name} lists {file.filename} with our sha256 and sends other bytes: {digest}",
                        where=AtUrl(file.url),
                    )

    def _install(self, manifest: Manifest, deadline: float) -> Installed:
        wait = FIRST_WAIT
        while True:
            try:
                installed = self._clean_room.install(
                    manifest.project, manifest.version, requires_python=self._circumstances.requires_python()
                )
            except Incomplete as not_yet:
                self._wait(wait, deadline, not_yet.message)
                wait = min(2 * wait, LONGEST_WAIT)
            else:
                return installed

    def _receipt(
        self, manifest: Manifest, served: tuple[ServedFile, ...], installed: Installed, seconds: float
    ) -> Receipt:
        notes = self._circumstances.notes()
        return Receipt(
            project=manifest.project,
            version=manifest.version,
            tag=manifest.tag,
            commit=manifest.commit,
            index=self._index_name,
            proof=Proof(
                served=served, installed=installed.version, imported=installed.imported, python=installed.python
            ),
            notes_sha256=None if notes is None else hashlib.sha256(notes.encode()).hexdigest(),
            toolchain=manifest.toolchain,
            waived=self._circumstances.waived,
            stages=(*self._circumstances.results, StageResult(self.name, "done", seconds)),
        )


def _evidence(proof: Proof) -> str:
    """What was seen, in a line; it claims an import only where something was imported."""
    works = "installed, imported" if proof.imported else "installed, nothing imported"
    return f"{len(proof.served)} files served with our sha256, {works}"
