"""Sets a project to another version: its own place and every copy, and no other character."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from packaging.version import Version

from tagship.adapters.backends.reading import BACKEND
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions.copies import bumped_spots, configured_spots, every_spot, find_spots
from tagship.adapters.versions.documents import differences, parse_document
from tagship.adapters.versions.literals import changed_constants, parse_module
from tagship.adapters.versions.spelling import words_in
from tagship.adapters.versions.texts import EditedTree, Source, Spot, read_source, spot_at
from tagship.domain.change import FileChange
from tagship.domain.config import VersionFile
from tagship.domain.facts import Tree
from tagship.domain.project import Project
from tagship.domain.version import parse_version
from tagship.errors import ConfigError, Edit, FactUnknown, InFile, TagshipError

_MOST_TRIALS: Final = 50
_LINES_AFTER: Final = 5


def write_version(
    tree: Tree,
    project: Project,
    version: Version,
    configured: Sequence[VersionFile],
    *,
    carried: Collection[Version] = (),
) -> tuple[FileChange, ...]:
    """The edits that set a project to another version, in its own place and in every copy.

    `project` is what `read_project` says of this tree. Where the tag is the version, only copies change, and so it is
    where the backend computes it and the configuration names files: then a build must show whether it is the new one.
    What is given back was read again and says the new version everywhere; raises FactUnknown, with the place, where
    that cannot be had, and ConfigError and UsageError as the places do. `carried` is as for `find_version_copies`.
    """
    spots = list(find_spots(tree, project, configured, carried=carried))
    # A version that only code of the project can tell may come from a place that the project names.
    named = project.version_source.kind == BACKEND and any(configured_spots(tree, project, configured))
    own = None if project.version_is_tag or named else _own_spot(tree, project, version)
    if own is not None:
        spots.append(own)
    edited: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    for path in dict.fromkeys(spot.path for spot in spots):
        source = read_source(tree, path)
        if source is not None:
            before[path] = source.content
            edited[path] = source.replaced({spot.set_to(version) for spot in spots if spot.path == path})
    _insist(EditedTree(tree, edited), project, version, [spot for spot in spots if spot is not own], configured)
    changes = (FileChange(path, before[path], edited[path]) for path in sorted(edited))
    return tuple(change for change in changes if not change.is_empty)


def _own_spot(tree: Tree, project: Project, version: Version) -> Spot | None:
    """Where the project itself states its version; None where it states this one already."""
    place = project.version_source
    if project.version == version:
        return None
    if project.version is None or place.path is None or place.kind == BACKEND:
        raise FactUnknown(
            f"the version cannot be set, for no file states it: {project.version_unknown or 'the backend computes it'}",
            where=InFile(place.path, place.line) if place.path else None,
            remedy=Edit("name the file that the version comes from under version-files in [tool.tagship]"),
        )
    source = read_source(tree, place.path)
    for spot in _candidates(source, project) if source else ():
        if source and _is_own(tree, source, spot, project, version):
            return spot
    lost = _reason_lost(tree, source, project, version) if source else None
    if lost is not None:
        raise FactUnknown(
            f"{version} in {place} would be read by nothing: {lost}",
            where=InFile(place.path, place.line),
            remedy=Edit(f"let what reads the version out of {place.path} take {version} as well"),
        )
    raise FactUnknown(
        f"{place} does not state {project.version} as one literal, so it cannot be set to {version}",
        where=InFile(place.path, place.line),
        remedy=Edit(f"set {version} in {place} by hand, or write the version there as one string"),
    )


def _candidates(source: Source, project: Project) -> Iterator[Spot]:
    """Everything that spells the project's version: on its line, on the next ones, and then anywhere."""
    line = project.version_source.line
    start = source.line_starts(line) if line else 0
    near = source.line_starts(line + _LINES_AFTER) if line else 0
    tried = 0
    for first, last in ((start, near), (0, start), (near, len(source.text))):
        for span in words_in(source.text, first, last):
            if parse_version(source.text[slice(*span)]) == project.version:
                yield spot_at(source, span)
                tried += 1
                if tried == _MOST_TRIALS:
                    return


def _reason_lost(tree: Tree, source: Source, project: Project, version: Version) -> str | None:
    """Why a version is read no more once all of a line says the new one; None where something is read."""
    start, end = (source.line_starts((project.version_source.line or 1) + more) for more in (0, 1))
    words = words_in(source.text, start, end)
    spots = [spot_at(source, span) for span in words if parse_version(source.text[slice(*span)]) == project.version]
    content = source.replaced([spot.set_to(version) for spot in spots])
    try:
        return read_project(EditedTree(tree, {source.path: content})).version_unknown
    except TagshipError:
        return None


def _is_own(tree: Tree, source: Source, spot: Spot, project: Project, version: Version) -> bool:
    """Whether a change of this spot, alone, gives the project another version, and changes no other value."""
    content = source.replaced([spot.set_to(version)])
    try:
        again = read_project(EditedTree(tree, {source.path: content}))
    except TagshipError:
        return False
    same = replace(again, version=project.version, version_source=project.version_source) == project
    return same and again.version == version and _differ_in_one_value(source, Source(source.path, content))


def _differ_in_one_value(one: Source, other: Source) -> bool:
    """Whether two files differ in one value; True for files that no parser knows."""
    if one.path.endswith(".py"):
        left, right = parse_module(one), parse_module(other)
        return left is None or (right is not None and changed_constants(left, right) == 1)
    before, after = parse_document(one.path, one.text), parse_document(other.path, other.text)
    if before is None:
        return True
    return after is not None and len(differences(before.data, after.data)) == 1


def _insist(
    tree: Tree, project: Project, version: Version, copies: Sequence[Spot], configured: Sequence[VersionFile]
) -> None:
    """Read everything again; raises FactUnknown where something does not say the new version."""
    again = read_project(tree)
    computed = project.version_is_tag or project.version_source.kind == BACKEND
    if not computed and again.version != version:
        raise _unwritten(str(project.version_source), project.version_source.path, project.version_source.line, version)
    try:
        spots = [*every_spot(tree, again, configured), *bumped_spots(tree, again, carried=(version,))]
    except ConfigError as error:
        message = f"{error.message} once it is set to {version}"
        raise FactUnknown(message, where=error.where, remedy=error.remedy) from error
    found = {(spot.path, spot.line): spot.copy for spot in spots}
    for spot in copies:
        copy = found.get((spot.path, spot.line))
        if copy is None or not copy.says(version):
            raise _unwritten(f"{spot.path}:{spot.line}", spot.path, spot.line, version)


def _unwritten(place: str, path: str | None, line: int | None, version: Version) -> FactUnknown:
    return FactUnknown(
        f"{place} does not read as {version} once that is written there",
        where=InFile(path, line) if path else None,
        remedy=Edit(f"set {version} in {place} by hand"),
    )
