"""Finds the places, besides the project's own, that spell its version out."""

import posixpath
import re
import warnings
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from packaging.version import Version

from tagship.adapters.versions.bumpers import spots_of_bumpers
from tagship.adapters.versions.customary import BY_NAME, Belief, Finder, Found, customary_places, in_conf, in_module
from tagship.adapters.versions.texts import Source, Spot, read_source, spot_at
from tagship.domain.config import VersionFile
from tagship.domain.facts import Tree, VersionCopy
from tagship.domain.project import Project
from tagship.domain.version import is_one_step, parse_version
from tagship.errors import ConfigError, Edit, InFile

_ANY_VERSION: Final = re.compile(r"(?<![\w.])v?(?P<version>\d+(?:\.\d+)+(?:(?:a|b|rc|\.post|\.dev)\d+)*)(?![\w.]*\w)")
_DUNDER: Final = re.compile(
    r"""^__version__(?:\s*:\s*[\w.\[\]]+)?\s*=\s*["']v?(?P<version>\d[^"']*)["']""", re.MULTILINE
)
_GENERATED: Final = frozenset(map(Version, ("0", "0.0.1", "0.1", "1")))
"""With what generators of projects begin."""


def find_version_copies(
    tree: Tree, project: Project, configured: Sequence[VersionFile], *, carried: Collection[Version] = ()
) -> tuple[VersionCopy, ...]:
    """Every copy of the version: the customary places, and the files that the project names.

    `__version__` of the project's own package is a copy whatever it says, unless it says nothing (0.0.0, 0+unknown).
    Own is what is declared, what is named like the project, or else the only package at the top.
    Any other customary place is one only where it says the project's version or one that the project had directly
    before, since it may have a life of its own: a configuration of the documentation that stayed at 1.0, a private
    package of the front end. Which versions these are is told by `carried` (the last release's, main's); where
    nothing is told, they are those from which the project's is one step up. What is private, or of another name, must
    say exactly one of them, and none with which generators begin. So a copy that nobody kept in step for long is
    missed, which is better than to insist upon a file that is none. So it is with a place that the configuration of
    another tool names, such as a badge that bump-my-version bumps.

    A named file is believed: every match of its pattern is a copy, and without a pattern what its format says, or else
    the first text that reads as a version. Raises ConfigError for a named file that is not there or holds none.
    Paths are from the root of the tree, which is the project's directory.
    """
    return tuple(spot.copy for spot in find_spots(tree, project, configured, carried=carried))


def find_spots(
    tree: Tree, project: Project, configured: Sequence[VersionFile], *, carried: Collection[Version] = ()
) -> tuple[Spot, ...]:
    """As `find_version_copies`, with offsets."""
    spots = [
        *customary_spots(tree, project, carried=carried),
        *bumped_spots(tree, project, carried=carried),
        *configured_spots(tree, project, configured),
    ]
    return tuple({(spot.path, spot.start): spot for spot in spots}.values())


def configured_spots(tree: Tree, project: Project, configured: Sequence[VersionFile]) -> Iterator[Spot]:
    """The copies in the files that the project names; raises ConfigError."""
    for file in configured:
        yield from (spot for spot in _named(tree, project, file) if not _is_own(spot, project))


def bumped_spots(tree: Tree, project: Project, *, carried: Collection[Version] = ()) -> Iterator[Spot]:
    """The copies that another tool is configured to bump, as far as they say a version that is known."""
    known = frozenset(carried) | ({project.version} if project.version else frozenset())
    yield from (spot for spot in spots_of_bumpers(tree, known) if not _is_own(spot, project))


def customary_spots(
    tree: Tree, project: Project, *, carried: Collection[Version] = (), only: str | None = None
) -> Iterator[Spot]:
    """The copies in customary places; `only` names the one kind of file that is asked for."""
    known = frozenset(carried) | ({project.version} if project.version else frozenset())
    for found in _customary(tree, project, only):
        if _is_believed(found, known, guess=len(known) <= 1):
            yield found.spot


def every_spot(tree: Tree, project: Project, configured: Sequence[VersionFile]) -> Iterator[Spot]:
    """Every version in a place that may hold a copy, believed or not."""
    yield from (found.spot for found in _customary(tree, project, None))
    yield from configured_spots(tree, project, configured)


def _customary(tree: Tree, project: Project, only: str | None) -> Iterator[Found]:
    seen: set[str] = set()
    for path, finder in customary_places(tree, project) if only is None else BY_NAME.items():
        # Where letters' case is all the same, a folder is there by the name of each guess.
        if path.lower() in seen or only not in {None, posixpath.basename(path)}:
            continue
        source = read_source(tree, path)
        if source is not None:
            seen.add(path.lower())
        for found in finder(source, project) if source else ():
            if not _is_own(found.spot, project):
                yield found


def _is_own(spot: Spot, project: Project) -> bool:
    own = project.version_source
    return spot.path == own.path and own.line in {None, spot.line}


def _is_believed(found: Found, known: Collection[Version], *, guess: bool) -> bool:
    spot = found.spot
    stated = parse_version(spot.text)
    if stated is None:
        return False
    if spot.parts is not None:
        known = {_cut(version, spot.parts) for version in known}
    match found.belief:
        case Belief.OWN:
            return stated in known or (any(stated.release) and stated.local is None)
        case Belief.NEAR:
            return stated in known or (guess and any(is_one_step(stated, version) for version in known))
        case Belief.SAME:
            return stated in known and stated not in _GENERATED


def _cut(version: Version, parts: int) -> Version:
    return Version(".".join(str(number) for number in (*version.release, *[0] * parts)[:parts]))


def _named(tree: Tree, project: Project, file: VersionFile) -> Iterator[Spot]:
    path = posixpath.normpath(file.path)
    if file.pattern is None and path == project.version_source.path:
        return
    source = read_source(tree, path)
    if source is None:
        state = "is not there" if tree.read(path) is None else "is no text"
        raise _wrong(file, f"version-files names {path}, which {state}")
    found = list(_by_pattern(source, file)) if file.pattern is not None else list(_by_format(source, project))
    if not found:
        state = "holds nothing that its pattern finds" if file.pattern else "holds nothing that reads as a version"
        raise _wrong(file, f"version-files names {path}, which {state}")
    yield from found


def _by_pattern(source: Source, file: VersionFile) -> Iterator[Spot]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the configuration is checked elsewhere
            pattern = re.compile(file.pattern or "", re.MULTILINE)
    except (re.error, OverflowError, RecursionError) as error:
        raise _wrong(file, f"the pattern for {file.path} in version-files is no regular expression: {error}") from None
    if "version" not in pattern.groupindex:
        raise _wrong(file, f"the pattern for {file.path} in version-files has no group named version")
    for match in pattern.finditer(source.text):
        if match["version"]:
            yield spot_at(source, match.span("version"))


def _by_format(source: Source, project: Project) -> Iterator[Spot]:
    """Every version that the file's own format knows; else the first text that reads as one."""
    finder = _finder_of(source.path)
    found = [each.spot for each in finder(source, project)] if finder else []
    if not found:
        match = _DUNDER.search(source.text) or _ANY_VERSION.search(source.text)
        found = [spot_at(source, match.span("version"))] if match else []
    yield from found


def _finder_of(path: str) -> Finder | None:
    name = posixpath.basename(path)
    if name == "conf.py":
        return in_conf
    return in_module if name.endswith(".py") and name != "setup.py" else BY_NAME.get(name)


def _wrong(file: VersionFile, message: str) -> ConfigError:
    remedy = f"correct {file.path} in version-files in [tool.tagship], or take it out"
    return ConfigError(message, where=InFile(file.path), remedy=Edit(remedy))
