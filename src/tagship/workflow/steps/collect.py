"""Wheels that were built elsewhere, put beside the sdist that they were built from."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tagship.adapters.manifests import artifact_of, manifest_path, write_manifest
from tagship.adapters.workshop import workshop
from tagship.domain.artifact import Artifact, Manifest
from tagship.domain.finding import NotKnown, NotReady, Readiness, Report
from tagship.domain.plan import Done, Effect, State, Stopped, Todo
from tagship.errors import Conflict, Edit, Incomplete, InFile, NotThere, Run, TagshipError, UsageError
from tagship.workflow.steps.build import Origins, is_whole, names_of, unfinished, what_is_in_the_way

Examine = Callable[[Path], Report]
"""A look at a directory of built files with their manifest: what can be told without installing any of them."""
WHEEL, SDIST = ".whl", ".tar.gz"


class Collect:
    """Wheels of this very release join the sdist, and the manifest names them all.

    They are taken from `wheels`, whatever directories they lie in there, and nothing else may lie there: what nobody
    can explain is not published. The sdist may lie among them, and is then the very same. What was collected before
    stays, so that the platforms may come one after the other.
    """

    name: ClassVar = "collect"
    effect: ClassVar = Effect.LOCAL

    def __init__(self, origins: Origins, *, dist: Path, wheels: Path, examine: Examine) -> None:
        self._origins = origins
        self._dist = dist
        self._wheels = wheels
        self._examine = examine

    def describe(self) -> str:
        """What is put where."""
        return f"put the wheels of {self._wheels.name} beside the sdist of {self._origins.tag}, and name them all"

    def probe(self) -> State:
        """Look whether every wheel is here under the manifest's word."""
        try:
            collection = self._look()
        except TagshipError as error:
            return Stopped(error)
        if collection.after == collection.before and is_whole(self._dist, collection.before):
            return Done(names_of(collection.before))
        return Todo(", ".join(collection.wheels))

    def apply(self) -> None:
        """Copy them beside the directory, look at all of them, then name them, then put them in their places.

        The manifest comes before the files, as in a build: a cut leaves no file that nobody knows.
        """
        collection = self._look()
        after, wheels = collection.after, collection.wheels
        with workshop(unfinished(self._dist), base=self._dist.parent, failure=Incomplete, hidden=True) as shop:
            fresh = shop / self._dist.name
            fresh.mkdir()
            for file in after.files:
                shutil.copyfile(wheels.get(file.filename, self._dist / file.filename), fresh / file.filename)
            write_manifest(fresh, after)
            _prove_fit(self._examine(fresh))
            write_manifest(self._dist, after)
            for name in wheels:
                (fresh / name).replace(self._dist / name)

    def _look(self) -> "_Collection":
        in_the_way = what_is_in_the_way(self._dist)
        if in_the_way is not None:
            raise in_the_way
        manifest, sdist = self._before()
        found = self._found(sdist, manifest)
        collection = _Collection(manifest, found)
        lost = [name for name in collection.earlier if not _is_here(self._dist, manifest, name)]
        if lost:
            names = ", ".join(lost)
            raise NotThere(
                f"{self._dist.name} does not hold {names} as it was collected before, and neither does {self._wheels}",
                where=InFile(lost[0]),
                remedy=Edit(f"put {names} into {self._wheels} again"),
            )
        if manifest.unfinished and not found:
            raise NotThere(
                f"{self._wheels} holds no wheel",
                where=InFile(str(self._wheels)),
                remedy=Edit(f"build the wheels from {sdist.filename}, and put them into {self._wheels}"),
            )
        _prove_apart(file.filename for file in collection.after.files if file.filename.endswith(WHEEL))
        return collection

    def _before(self) -> tuple[Manifest, Artifact]:
        """What is here already, and its sdist; raises TagshipError where none of this commit is, as it was built."""
        manifest = self._origins.manifest_in(self._dist)
        again = Run(("tagship", "build", self._origins.tag, "--sdist"))
        if manifest is None or manifest.sdist is None:
            raise NotThere(
                f"{self._dist.name} holds no sdist of {self._origins.tag} that the wheels could be built from",
                where=InFile(manifest_path(self._dist).name),
                remedy=again,
            )
        sdist = manifest.sdist
        if not _is_here(self._dist, manifest, sdist.filename):
            raise NotThere(
                f"{self._dist.name} does not hold {sdist.filename} as it was built",
                where=InFile(sdist.filename),
                remedy=Edit("fetch it from the job that built it, or build it again, and the wheels from it"),
            )
        return manifest, sdist

    def _found(self, sdist: Artifact, manifest: Manifest) -> Mapping[str, Path]:
        """Where each wheel lies, by its name; raises TagshipError for what does not belong to this release."""
        ours = {file.filename: file for file in manifest.files}
        found: dict[str, Path] = {}
        for path in self._files():
            if path.name.endswith(SDIST):
                _prove_same(path, sdist)
                continue
            _prove_of_release(path, manifest)
            earlier = found.setdefault(path.name, path)
            if earlier is not path and artifact_of(earlier) != artifact_of(path):
                raise _two_of_a_name(path.name, f"{earlier} and {path}")
            if path.name in ours and artifact_of(path) != ours[path.name]:
                raise _two_of_a_name(path.name, f"{manifest_path(self._dist).name} and {path}")
        return found

    def _files(self) -> list[Path]:
        """Every file below the directory; raises TagshipError for one that is no distribution."""
        if not self._wheels.is_dir():
            raise UsageError(
                f"there is no directory {self._wheels} to take wheels from",
                remedy=Edit("name the directory that the wheels lie in, such as wheelhouse"),
            )
        here, dist = self._wheels.resolve(), self._dist.resolve()
        if here.is_relative_to(dist) or dist.is_relative_to(here):
            raise UsageError(
                f"{self._wheels} and {self._dist} lie within each other, and wheels are taken from one to the other",
                remedy=Edit("put the wheels into a directory of their own, such as wheelhouse"),
            )
        files = sorted(_below(self._wheels))
        foreign = [str(path.relative_to(self._wheels)) for path in files if not _may_be_one(path)]
        if foreign:
            names = ", ".join(foreign)
            raise Conflict(
                f"{self._wheels} holds what is neither a wheel nor the sdist: {names}",
                where=InFile(str(self._wheels / foreign[0])),
                remedy=Edit(f"move out of {self._wheels}: {names}"),
            )
        return files


@dataclass(frozen=True, slots=True)
class _Collection:
    """What is here by the manifest, and where each wheel lies that is to be here, by its name."""

    before: Manifest
    wheels: Mapping[str, Path]

    @property
    def earlier(self) -> tuple[str, ...]:
        """The files that are here already, and are not brought once more."""
        return tuple(file.filename for file in self.before.files if file.filename not in self.wheels)

    @property
    def after(self) -> Manifest:
        """The manifest of all of them; whole, since the wheels have come."""
        known = {file.filename for file in self.before.files}
        new = [artifact_of(path) for name, path in self.wheels.items() if name not in known]
        files = sorted((*self.before.files, *new), key=lambda file: file.filename)
        return replace(self.before, files=tuple(files), unfinished=False)


def _is_here(dist: Path, manifest: Manifest, name: str) -> bool:
    """Whether one file of the manifest lies there with its bytes."""
    return is_whole(dist, replace(manifest, files=tuple(file for file in manifest.files if file.filename == name)))


def _below(directory: Path) -> Iterator[Path]:
    """What lies in a directory and those below it; links are told as they are, and not followed."""
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        else:
            yield path


def _may_be_one(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and path.name.endswith((WHEEL, SDIST))


def _prove_same(path: Path, sdist: Artifact) -> None:
    """Raise Conflict for an sdist that is not the very one that was built: wheels come from that one alone."""
    found = artifact_of(path)
    if found != sdist:
        raise Conflict(
            f"{path} is not the sdist that was built: sha256 {found.sha256[:12]}, and {sdist.filename} has"
            f" {sdist.sha256[:12]}",
            where=InFile(str(path)),
            remedy=Edit(f"build the wheels from {sdist.filename} as it was built, and collect those"),
        )


def _prove_of_release(path: Path, manifest: Manifest) -> None:
    """Raise Conflict for a wheel of another project or version, or with a name that tells neither."""
    try:
        name, version, _, _ = parse_wheel_filename(path.name)
    except InvalidWheelFilename as wrong:
        raise Conflict(
            f"{path.name} is not the name of a wheel",
            where=InFile(str(path)),
            remedy=Edit(f"build it again and keep the name that its tool gives it, or move it out of {path.parent}"),
        ) from wrong
    if (name, version) != (canonicalize_name(manifest.project), Version(manifest.version)):
        raise Conflict(
            f"{path.name} is a wheel of {name} {version}, and {manifest.tag} is {manifest.project} {manifest.version}",
            where=InFile(str(path)),
            remedy=Edit(f"move it out of {path.parent}"),
        )


def _prove_apart(names: Iterable[str]) -> None:
    """Raise Conflict where two wheels are for one interpreter and platform: installers would take either."""
    taken: dict[tuple[object, str], list[str]] = defaultdict(list)
    for name in names:
        _, _, build, tags = parse_wheel_filename(name)
        for tag in tags:
            taken[build, str(tag)].append(name)
    for (_, shared), both in sorted(taken.items(), key=lambda each: each[1]):
        if len(both) > 1:
            raise Conflict(
                f"{' and '.join(both)} are both for {shared}",
                where=InFile(both[0]),
                remedy=Edit("build for each interpreter and platform once, and collect one of the two"),
            )


def _prove_fit(report: Report) -> None:
    """Raise NotReady where a look at the files shows that an index would refuse them, or that they do not agree."""
    if report.readiness is Readiness.BLOCKED:
        raise NotReady(report)
    if report.readiness is Readiness.UNKNOWN:
        raise NotKnown(report)


def _two_of_a_name(name: str, places: str) -> Conflict:
    return Conflict(
        f"{places} hold other bytes under the name {name}",
        where=InFile(name),
        remedy=Edit("build each wheel once, from the sdist, and collect that one"),
    )
