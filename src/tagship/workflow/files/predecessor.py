"""The release that an index served last before one of ours: which it is, and its files, fetched and opened."""

from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.version import Version

from tagship.adapters.workshop import workshop
from tagship.domain.artifact import IndexPage, ServedFile
from tagship.domain.built import Published
from tagship.domain.distribution import Distribution
from tagship.domain.facts import Index
from tagship.errors import FactUnknown

LARGEST = 200 << 20
"""Bytes that are fetched to compare with; what would go beyond is left out."""


def version_before(page: IndexPage, version: Version) -> Version | None:
    """The highest version below another one with a file that is not yanked, and a final one where the other one is."""
    served = {file.version for file in page.files if file.yanked is False}
    below = [
        each
        for each in served
        if each is not None and each < version and (version.is_prerelease or not each.is_prerelease)
    ]
    return max(below, default=None)


def to_fetch(files: Sequence[ServedFile]) -> tuple[ServedFile, ...]:
    """The sdist and the one wheel that this machine would take, as far as they are not too large."""
    from tagship.adapters.interpreters import OWN, fitting  # noqa: PLC0415 -- most examinations compare nothing

    by_name = {file.filename: file for file in files}
    wheels = [Path(name) for name in by_name if name.endswith(".whl")]
    wheel = fitting(wheels, OWN) or next(iter(sorted(wheels)), None)
    sdists = [name for name in by_name if name.endswith(".tar.gz")]
    left, taken = LARGEST, []
    for name in [*([wheel.name] if wheel is not None else []), *sdists]:
        size = by_name[name].size or 0
        if size <= left:
            left -= size
            taken.append(by_name[name])
    return tuple(taken)


def published_before(
    index: Index, project: str, version: Version, *, read: Callable[[Path], Distribution]
) -> Published | None:
    """The release before a version, or None where the index has none; raises FactUnknown where it cannot be had."""
    page = index.page(project)
    before = version_before(page, version)
    if before is None:
        return None
    files = to_fetch([file for file in page.files_of(before) if file.yanked is False])
    if not files:
        raise FactUnknown(f"of {project} {before} the index serves nothing that could be compared with")
    with workshop("published", failure=FactUnknown) as room:
        for file in files:
            index.download(file.url, room / file.filename, _unwatched)
        return Published(before, tuple(read(room / file.filename) for file in files))


def _unwatched(_done: int, _total: int) -> None:
    """Nobody watches: it takes a second, and what is shown is the verdict."""
