"""Is what lies in git, in the sdist and in the wheels under one path also the same, byte for byte?

Silent are: what build backends write (versions, stubs, compiled files, settings), what git attributes rewrite, and
files that end their lines otherwise where that can be seen.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import ClassVar

from tagship.checks.layout import (
    CANDIDATES,
    SOURCE_HOMES,
    counted,
    installed,
    packages,
    parents,
    sdists_of,
    unpacked,
    wheels_of,
)
from tagship.checks.reading import ARTIFACTS, listed
from tagship.checks.sources import is_generated
from tagship.domain.artifact import Kind
from tagship.domain.built import Blob, BuiltFacts
from tagship.domain.distribution import Distribution, Member
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InFile

REWRITTEN = frozenset({"setup.cfg", "pyproject.toml", "cargo.toml", "cargo.lock", "package.json"})
"""Files, in lower case, that a build backend writes anew: with a version, or with what a workspace says."""
VERSION_WRITERS = (b"poetry-dynamic-versioning", b"versioningit", b"dunamai", b"versioneer", b"pdm.version")
"""What stands in the pyproject.toml of projects whose backend writes the version into a tracked module."""
LONGEST_VERSION = 64
"""Bytes by which a module grows or shrinks when a version is written into it."""
COPIES = 20
"""Tracked files of one name that are read in search of the one that a wheel holds."""


class WheelsMatchTheSdist:
    """What a wheel and the sdist beside it both hold is the same in both."""

    id: ClassVar = "wheels-match-the-sdist"
    title: ClassVar = "wheels and sdist hold the same bytes of every file that both hold"
    why: ClassVar = "One of the two was built from other sources, or was changed after it was built."
    fix: ClassVar = "Build the sdist from a clean checkout of the tag, and every wheel from that sdist."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files at corresponding paths with other digests; versions and other generated files are silent."""
        wheels = wheels_of(facts.distributions)
        pairs = [
            (wheel, sdist) for sdist in sdists_of(facts.distributions) for wheel in wheels if _are_kin(wheel, sdist)
        ]
        if not pairs:
            raise NotApplicable("there is no sdist of the same version to compare the wheels with")
        for wheel, sdist in pairs:
            other = _unlike(installed(wheel), unpacked(sdist), for_windows="-win" in wheel.artifact.filename)
            if other:
                filename = wheel.artifact.filename
                yield Finding(
                    f"{filename} and {sdist.artifact.filename} differ in {counted(len(other), 'file')}:"
                    f" {listed(other)}",
                    where=InFile(filename),
                    remedy=Edit(f"build {filename} again, from {sdist.artifact.filename}"),
                )


def _are_kin(wheel: Distribution, sdist: Distribution) -> bool:
    try:
        return wheel.artifact.identity == sdist.artifact.identity
    except ValueError:
        return False


def _unlike(held: Mapping[str, Member], source: Mapping[str, Member], *, for_windows: bool) -> list[str]:
    """The paths of a wheel whose files are other ones in the sdist, in whichever place that has them."""
    pairs = {
        path: (held[path], source[origin])
        for path, origin in _origins(held, source).items()
        if held[path].sha256 is not None and source[origin].sha256 is not None and not _is_rewritten(path)
    }
    other = sorted(path for path, (ours, theirs) in pairs.items() if ours.sha256 != theirs.sha256)
    if for_windows and _all_longer(pairs):
        return []
    alike: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for path, member in source.items() if other else ():
        alike[path.rpartition("/")[2], member.sha256].append(path)
    return [
        path
        for path in other
        if not _ends_alike(islice(alike[path.rpartition("/")[2], held[path].sha256], CANDIDATES), path)
    ]


def _all_longer(pairs: Mapping[str, tuple[Member, Member]]) -> bool:
    """Whether every module is longer in the wheel, as a checkout on Windows makes it, where each line ends in two."""
    modules = [pair for path, pair in pairs.items() if path.endswith(".py") and pair[1].size]
    return len(modules) > 1 and all(ours.size > theirs.size for ours, theirs in modules)


def _ends_alike(paths: Iterable[str], path: str) -> bool:
    return any(each.endswith(f"/{path}") for each in paths)


def _origins(held: Collection[str], source: Collection[str]) -> dict[str, str]:
    """Where an sdist or a commit has what a wheel installs, as far as that is found."""
    found = {}
    for package in packages(held, source):
        for inside in package.held:
            if (origin := f"{package.root}/{inside}") in source:
                found[f"{package.name}/{inside}"] = origin
    for path in held:
        loose = next((f"{home}{path}" for home in SOURCE_HOMES if f"{home}{path}" in source), None)
        if "/" not in path and loose is not None:
            found[path] = loose
    return found


def _is_rewritten(path: str) -> bool:
    return is_generated(path) or path.rpartition("/")[2].lower() in REWRITTEN


class FilesMatchTheCommit:
    """What the files hold of the tracked files is what the commit has."""

    id: ClassVar = "files-match-the-commit"
    title: ClassVar = "wheels and sdist hold the bytes that the commit has of every tracked file"
    why: ClassVar = (
        "They were built from a working directory with changes that nobody committed, or changed after they were built."
    )
    fix: ClassVar = "Build from a clean checkout of the tag."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find tracked files with other bytes; those into which builds write a version are silent."""
        blobs = facts.blobs
        if blobs is None:
            raise NotApplicable("nothing says of which commit of a repository that is here the files are")
        everything = (*_wheels_or_none(facts), *sdists_of(facts.distributions))
        settings = _settings(everything)
        for distribution in everything:
            other = _uncommitted(distribution, blobs, settings)
            if other:
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} has {counted(len(other), 'file')} other than the commit: {listed(other)}",
                    where=InFile(filename),
                    remedy=Edit(f"commit the changes of {listed(other)} and tag them, or build from a clean checkout"),
                )


def _wheels_or_none(facts: BuiltFacts) -> Sequence[Distribution]:
    return [each for each in facts.distributions if each.artifact.kind is Kind.WHEEL and each.broken is None]


def _settings(distributions: Iterable[Distribution]) -> bytes:
    """The pyproject.toml of the sdist, empty where there is none."""
    names = ((each, f"{each.root}/pyproject.toml") for each in distributions if each.artifact.kind is Kind.SDIST)
    return b"\n".join(each.texts.get(name, b"") for each, name in names)


def _uncommitted(distribution: Distribution, blobs: Mapping[str, Blob], settings: bytes) -> list[str]:
    """The files of a distribution that the commit has otherwise, by their paths in git."""
    if distribution.artifact.kind is Kind.WHEEL:
        held = installed(distribution)
        origins = _origins(held, blobs)
    else:
        held = unpacked(distribution)
        origins = {path: path for path in held if path in blobs}
    other = {
        path: origin
        for path, origin in origins.items()
        if _is_other(held[path], blobs[origin])
        and not _is_rewritten(path)
        and not _has_its_version_written(held[path], origin, blobs[origin], settings)
    }
    copies = _by_ending(blobs, other) if distribution.artifact.kind is Kind.WHEEL else {}
    return sorted(
        origin
        for path, origin in other.items()
        if all(_is_other(held[path], blobs[copy]) for copy in copies.get(path, ()))
    )


def _by_ending(tracked: Iterable[str], paths: Collection[str]) -> Mapping[str, Sequence[str]]:
    """By the path under which a wheel installs it, where git has a file that would be installed there; a few each."""
    found: dict[str, list[str]] = defaultdict(list)
    names = {path.rpartition("/")[2] for path in paths}
    for source in tracked if paths else ():
        if source.rpartition("/")[2] not in names:
            continue
        for parent in parents(source):
            ending = source[len(parent) + 1 :]
            if ending in paths and len(found[ending]) < COPIES:
                found[ending].append(source)
    return found


def _is_other(member: Member, blob: Blob) -> bool:
    return bool(blob.digests) and member.sha256 is not None and member.sha256 not in blob.digests


def _has_its_version_written(member: Member, origin: str, blob: Blob, settings: bytes) -> bool:
    """Whether the project's settings let a backend write a version into a module, and no more has changed by size."""
    if abs(member.size - blob.size) > LONGEST_VERSION or not origin.endswith(".py"):
        return False
    return origin.encode() in settings or any(writer in settings for writer in VERSION_WRITERS)
