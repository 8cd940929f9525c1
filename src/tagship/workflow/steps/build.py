"""Distributions from a pristine checkout of the tag, with a manifest beside them."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from tagship.adapters.manifests import artifact_of, manifest_path, read_manifest, strangers, write_manifest
from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Manifest
from tagship.domain.facts import Builder, SdistBuilder
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import BuildFailed, Conflict, Edit, Incomplete, InFile


@dataclass(frozen=True, slots=True)
class Origins:
    """What is built: a tag with its commit and that commit's time in seconds, the project's name and its version."""

    tag: str
    commit: Callable[[], str]
    epoch: Callable[[], int]
    project: Callable[[], tuple[str, str]]

    def manifest_in(self, dist: Path) -> Manifest | None:
        """The manifest of a build of this very tag and commit; None where there is none. Raises TagshipError."""
        manifest = read_manifest(dist)
        if manifest is None or (manifest.tag, manifest.commit) != (self.tag, self.commit()):
            return None
        return manifest


class Build:
    """Nothing is named before it builds.

    A build of the same tag and commit that still lies there, byte for byte, is done. Files of an earlier
    build of ours make room; anything else in the directory stops the plan.
    """

    name: ClassVar = "build"
    effect: ClassVar = Effect.LOCAL

    def __init__(self, builder: Builder, origins: Origins, *, dist: Path) -> None:
        self._builder = builder
        self._origins = origins
        self._dist = dist

    def describe(self) -> str:
        """What is built from what."""
        return f"build the sdist, and the wheel from it, out of a pristine checkout of {self._origins.tag}"

    def manifest(self) -> Manifest | None:
        """The manifest of a whole build of this very tag and commit; None where there is none. Raises TagshipError."""
        manifest = self._origins.manifest_in(self._dist)
        return None if manifest is None or manifest.unfinished else manifest

    def probe(self) -> State:
        """Look for a whole build of this very commit; raises TagshipError for a manifest that cannot be read."""
        return state_of(self.manifest, self._dist, self._origins.tag)

    def apply(self) -> None:
        """Build beside the directory, then put down what was built."""
        put_down(self._builder.build, self._origins, self._dist)


class BuildSdist:
    """The sdist alone; wheels are built elsewhere from it, and until they are here nothing is published.

    A whole build of the same tag and commit is done as well: its wheels have come.
    """

    name: ClassVar = "build"
    effect: ClassVar = Effect.LOCAL

    def __init__(self, builder: SdistBuilder, origins: Origins, *, dist: Path) -> None:
        self._builder = builder
        self._origins = origins
        self._dist = dist

    def describe(self) -> str:
        """What is built from what."""
        return f"build the sdist out of a pristine checkout of {self._origins.tag}, for wheels to be built from"

    def probe(self) -> State:
        """Look for the sdist of this very commit; raises TagshipError for a manifest that cannot be read."""
        return state_of(self._manifest, self._dist, self._origins.tag)

    def apply(self) -> None:
        """Build beside the directory, then put down what was built."""
        put_down(self._builder.build_sdist, self._origins, self._dist, awaits_wheels=True)

    def _manifest(self) -> Manifest | None:
        manifest = self._origins.manifest_in(self._dist)
        return None if manifest is None or manifest.sdist is None else manifest


Make = Callable[..., Mapping[str, str]]
"""Builds a `tag` at a `commit` into the empty directory `target`; the toolchain that did it."""


def state_of(manifest_of: Callable[[], Manifest | None], dist: Path, tag: str) -> State:
    """Whether the build that a manifest tells of lies there whole; `manifest_of` tells of none but the wanted one."""
    in_the_way = what_is_in_the_way(dist)
    if in_the_way is not None:
        return Stopped(in_the_way)
    manifest = manifest_of()
    if manifest is None:
        return Todo(f"{dist.name} holds no build of {tag}")
    if not is_whole(dist, manifest):
        return Todo("the files are not those of the manifest")
    return Done(names_of(manifest))


def put_down(make: Make, origins: Origins, dist: Path, *, awaits_wheels: bool = False) -> None:
    """Build beside the directory, then put the manifest down, then the files it names.

    The manifest comes first so that a cut leaves files that it explains, never files that nobody knows.
    """
    dist.parent.mkdir(parents=True, exist_ok=True)
    # Beside the other, so that at the end files only change their names.
    with workshop(unfinished(dist), base=dist.parent, failure=Incomplete, hidden=True) as shop:
        fresh = shop / "dist"
        fresh.mkdir()
        toolchain = make(tag=origins.tag, commit=origins.commit(), target=fresh)
        built = sorted(fresh.iterdir())
        if not built:
            raise BuildFailed("the backend reported success and built nothing")
        _make_room(dist)
        name, version = origins.project()
        manifest = Manifest(
            project=name,
            version=version,
            tag=origins.tag,
            commit=origins.commit(),
            source_date_epoch=origins.epoch(),
            toolchain=toolchain,
            files=tuple(artifact_of(path) for path in built),
            unfinished=awaits_wheels,
        )
        write_manifest(dist, manifest)
        for path in built:
            shutil.move(path, dist / path.name)


def _make_room(dist: Path) -> None:
    """Remove the files of an earlier build of ours."""
    dist.mkdir(exist_ok=True)
    earlier = read_manifest(dist)
    for file in earlier.files if earlier else ():
        (dist / file.filename).unlink(missing_ok=True)


def is_whole(dist: Path, manifest: Manifest) -> bool:
    """Whether every file of the manifest lies there with its bytes."""
    return all(
        (dist / file.filename).is_file() and artifact_of(dist / file.filename) == file for file in manifest.files
    )


def unfinished(dist: Path) -> str:
    """What the directory is for in which the next build is made, as a part of its name."""
    return f"build-of-{dist.name}"


def what_is_in_the_way(dist: Path) -> Conflict | None:
    """What lies where the built files go and is not of a build of ours."""
    if not (dist.is_symlink() or dist.exists()):
        return None
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


def names_of(manifest: Manifest) -> str:
    """The files of a build, in a line."""
    return ", ".join(file.filename for file in manifest.files)
