"""Is there a receipt of this very build, and does its proof still hold?"""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from tagship.domain.artifact import Manifest, compare
from tagship.domain.facts import Index
from tagship.domain.plan import Done, Effect, State, Stopped
from tagship.errors import Incomplete, InFile, NotThere, Run, TagshipError
from tagship.workflow.files.receipts import read_claim, receipt_path
from tagship.workflow.steps.upload import conflict_in


class SeeProof:
    """Nothing is announced that nobody proved, or that is not on the index any more.

    The receipt must be of the build that lies here, file by file, and the index must serve those files now. That they
    install was seen when the receipt was written, and is not seen again.
    """

    name: ClassVar = "proof"
    effect: ClassVar = Effect.NONE

    def __init__(
        self,
        index: Callable[[], Index],
        manifest: Callable[[], Manifest | None],
        *,
        tag: str,
        dist: Path,
        index_name: str,
    ) -> None:
        self._index = index
        self._manifest = manifest
        self._tag = tag
        self._dist = dist
        self._index_name = index_name

    def describe(self) -> str:
        """What is looked at."""
        return f"see that the receipt is of {self._tag}, and that {self._index_name} still serves what it proves"

    def probe(self) -> State:
        """Compare the receipt with the build, and the build with the index."""
        try:
            manifest = self._manifest()
            if manifest is None:
                raise NotThere(
                    f"{self._dist.name} holds no build of {self._tag}", remedy=Run(("tagship", "build", self._tag))
                )
            self._prove_claimed(manifest)
            comparison = compare(manifest.files, self._index().page(manifest.project).files)
        except TagshipError as error:
            return Stopped(error)
        conflict = conflict_in(comparison, self._index_name, manifest.version)
        if conflict is not None:
            return Stopped(conflict)
        if comparison.missing:
            missing = ", ".join(file.filename for file in comparison.missing)
            return Stopped(Incomplete(f"{self._index_name} does not serve {missing}", remedy=self._prove))
        return Done(f"{len(manifest.files)} files are served as the receipt says")

    def apply(self) -> None:
        """Do nothing: this stage only looks."""

    @property
    def _prove(self) -> Run:
        return Run(("tagship", "prove", self._tag))

    def _prove_claimed(self, manifest: Manifest) -> None:
        """Raise NotThere where there is no receipt of a build, or one of something else."""
        path = receipt_path(self._dist)
        claim = read_claim(self._dist)
        if claim is None:
            raise self._unproved(f"there is no {path.name}: {self._tag} was not proved")
        named = (claim.project, claim.version, claim.tag, claim.commit)
        if named != (manifest.project, manifest.version, manifest.tag, manifest.commit):
            raise self._unproved(
                f"{path.name} is of {claim.project} {claim.version}, {claim.tag} at {claim.commit[:12]}, and"
                f" {self._dist.name} holds {manifest.project} {manifest.version}, {manifest.tag} at"
                f" {manifest.commit[:12]}"
            )
        if claim.index != self._index_name:
            raise self._unproved(f"{path.name} proves what {claim.index} serves, and not {self._index_name}")
        if claim.files != {file.filename: file.sha256 for file in manifest.files}:
            raise self._unproved(f"{path.name} proves other files than those of {self._dist.name}")

    def _unproved(self, message: str) -> NotThere:
        return NotThere(message, where=InFile(receipt_path(self._dist).name), remedy=self._prove)
