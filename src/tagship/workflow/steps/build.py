"""Distributions from a pristine checkout of the tag, with a manifest beside them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from tagship.adapters.manifests import artifact_of, manifest_path, read_manifest, strangers, write_manifest
from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Manifest
from tagship.domain.facts import Builder
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import BuildFailed, Conflict, Edit, Incomplete, InFile


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

    def manifest(self) -> Manifest | None:
        """The manifest of a build of this very tag and commit; None where there is none. Raises TagshipError."""
        manifest = read_manifest(self._dist)
        if manifest is None or (manifest.tag, manifest.commit) != (self._tag, self._commit()):
            return None
        return manifest

    def probe(self) -> State:
        """Look for a whole build of this very commit; raises TagshipError for a manifest that cannot be read."""
        if self._dist.is_symlink() or self._dist.exists():
            in_the_way = _in_the_way(self._dist)
            if in_the_way is not None:
                return Stopped(in_the_way)
        manifest = self.manifest()
        if manifest is None:
            return Todo(f"{self._dist.name} holds no build of {self._tag}")
        if not is_whole(self._dist, manifest):
            return Todo("the files are not those of the manifest")
        return Done(_names(manifest))

    def apply(self) -> None:
        """Build beside the directory, then put the manifest down, then the files it names.

        The manifest comes first so that a cut leaves files that it explains, never files that nobody knows.
        """
        self._dist.parent.mkdir(parents=True, exist_ok=True)
        # Beside the other, so that at the end files only change their names.
        with workshop(unfinished(self._dist), base=self._dist.parent, failure=Incomplete, hidden=True) as shop:
            fresh = shop / "dist"
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


def unfinished(dist: Path) -> str:
    """What the directory is for in which the next build is made, as a part of its name."""
    return f"build-of-{dist.name}"


def _in_the_way(dist: Path) -> Conflict | None:
    """What lies where the built files go and is not of a build of ours."""
    if not dist.is_dir():
        return Conflict(
            f"{dist.name} is not a directory, and the built files go into one of that name",
            where=InFile(dist.name),
            remedy=Edit(f"move {dist} away"),
        )
    foreign = strangers(dist, read_manifest(dist))
    if not foreign:
        return None
    return Conflict(
        f"{dist.name} holds what {manifest_path(dist).name} does not explain: {', '.join(foreign)}",
        where=InFile(dist.name),
        remedy=Edit(f"move them out of {dist}: {', '.join(foreign)}"),
    )


def _names(manifest: Manifest) -> str:
    return ", ".join(file.filename for file in manifest.files)
