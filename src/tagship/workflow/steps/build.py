"""Distributions from a pristine checkout of the tag, with a manifest beside them."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from tagship.adapters.manifests import artifact_of, manifest_path, read_manifest, strangers, write_manifest
from tagship.domain.artifact import Manifest
from tagship.domain.facts import Builder
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import BuildFailed, Conflict, InFile, Run


class Build:
    """Nothing is named before it builds.

    A build of the same tag and commit that still lies there, byte for byte, is done. Files of an earlier
    build of ours make room; anything else in the directory stops the plan.
    """

    name: ClassVar = "build"
    effect: ClassVar = Effect.LOCAL

    def __init__(
        self,
        builder: Builder,
        *,
        tag: str,
        commit: Callable[[], str],
        epoch: Callable[[], int],
        project: Callable[[], tuple[str, str]],
        dist: Path,
    ) -> None:
        self._builder = builder
        self._tag = tag
        self._commit = commit
        self._epoch = epoch
        self._project = project
        self._dist = dist

    def describe(self) -> str:
        """What is built from what."""
        return f"build the sdist, and the wheel from it, out of a pristine checkout of {self._tag}"

    def probe(self) -> State:
        """Look for a whole build of this very commit."""
        manifest = read_manifest(self._dist)
        foreign = strangers(self._dist, manifest)
        if foreign:
            return Stopped(_in_the_way(self._dist, foreign))
        if manifest is None or (manifest.tag, manifest.commit) != (self._tag, self._commit()):
            return Todo(f"{self._dist.name} holds no build of {self._tag}")
        if not is_whole(self._dist, manifest):
            return Todo("the files are not those of the manifest")
        return Done(_names(manifest))

    def apply(self) -> None:
        """Build beside the directory, then put the manifest down, then the files it names.

        The manifest comes first so that a cut leaves files that it explains, never files that nobody knows.
        """
        self._dist.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".tagship-build-", dir=self._dist.parent) as workplace:
            fresh = Path(workplace) / "dist"
            fresh.mkdir()
            toolchain = self._builder.build(tag=self._tag, commit=self._commit(), target=fresh)
            built = sorted(fresh.iterdir())
            if not built:
                raise BuildFailed("the backend reported success and built nothing")
            self._make_room()
            name, version = self._project()
            manifest = Manifest(
                project=name,
                version=version,
                tag=self._tag,
                commit=self._commit(),
                source_date_epoch=self._epoch(),
                toolchain=toolchain,
                files=tuple(artifact_of(path) for path in built),
            )
            write_manifest(self._dist, manifest)
            for path in built:
                shutil.move(path, self._dist / path.name)

    def _make_room(self) -> None:
        """Remove the files of an earlier build of ours."""
        self._dist.mkdir(exist_ok=True)
        earlier = read_manifest(self._dist)
        for file in earlier.files if earlier else ():
            (self._dist / file.filename).unlink(missing_ok=True)


def is_whole(dist: Path, manifest: Manifest) -> bool:
    """Whether every file of the manifest lies there with its bytes."""
    return all(
        (dist / file.filename).is_file() and artifact_of(dist / file.filename) == file for file in manifest.files
    )


def _in_the_way(dist: Path, foreign: tuple[str, ...]) -> Conflict:
    listed = ", ".join(foreign)
    return Conflict(
        f"{dist.name} holds what {manifest_path(dist).name} does not explain: {listed}",
        where=InFile(dist.name),
        remedy=Run(("rm", "-r", *(str(Path(dist.name) / name) for name in foreign))),
    )


def _names(manifest: Manifest) -> str:
    return ", ".join(file.filename for file in manifest.files)
