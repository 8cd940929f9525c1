"""Does the release hold what the project's packages hold in git, and nothing that git does not know?"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tagship.checks.layout import (
    CANDIDATES,
    Package,
    below,
    counted,
    grouped,
    installed,
    installed_by,
    packages,
    parents,
    sdists_of,
    sdists_to_compare,
    suffix_of,
    top_of,
    tracked_files,
    unpacked,
    wheels_of,
)
from tagship.checks.reading import ARTIFACTS, listed
from tagship.checks.sources import is_for_developers, is_generated, is_source
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Member
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, FactUnknown, InFile

SOURCE_DIRECTORIES = frozenset({"src", "lib", "python"})
"""Directories that hold what is to be installed and nothing else, by the field's custom."""
DATA = frozenset({
    ".json", ".yaml", ".yml", ".toml", ".xml", ".xsd", ".xsl", ".csv", ".tsv", ".sql", ".ini", ".cfg", ".conf", ".txt",
    ".md", ".rst", ".html", ".htm", ".css", ".js", ".mjs", ".j2", ".jinja", ".jinja2", ".mako", ".jinja-md",
    ".svg", ".png", ".gif", ".jpg", ".jpeg", ".ico", ".webp", ".ttf", ".otf", ".woff", ".woff2", ".wav", ".mp3",
    ".mo", ".pem", ".crt", ".lark", ".gz", ".zip",
    ".npz", ".npy", ".parquet", ".db", ".sqlite", ".typed", ".graphql", ".avsc",
})  # fmt: skip
"""Endings of files that code reads where it is installed."""
_NO_PACKAGE = "no package of the wheels is found among the tracked files"
VENDORED = frozenset({"_vendor", "_vendored", "vendor", "vendored", "vendored_packages", "extern", "third_party"})
"""Directories of other projects' files, of which a project ships what it needs."""


NAMED_ALIKE = frozenset({"__init__.py", "__main__.py", "conftest.py", "setup.py", "utils.py", "tests.py", "conf.py"})
"""Modules of which a tree has many, that have nothing but their name in common."""


@dataclass(frozen=True, slots=True)
class Absent:
    """A tracked file of a package that no wheel of the release installs; paths with forward slashes.

    `path` is where git has it, `place` where a wheel would. `meant` tells that wheels hold others with the same ending
    in the same directory, or that it is a link to a directory; `accustomed` that the last release had it in the sdist
    and in no wheel, either.
    """

    path: str
    place: str
    meant: bool
    accustomed: bool

    @property
    def is_module(self) -> bool:
        """Whether Python would import it."""
        return self.path.endswith(".py")

    @property
    def is_data(self) -> bool:
        """Whether the package's own code is likely to read it."""
        if self.is_module or not VENDORED.isdisjoint(self.path.split("/")):
            return False
        return self.meant or suffix_of(self.path) in DATA


def _absent_files(facts: BuiltFacts) -> tuple[Absent, ...]:
    """Every tracked file of the release's packages that no wheel installs and that nothing explains.

    Raises NotApplicable without a repository, a wheel or a package that is found in git, FactUnknown where a file
    does not open.
    """
    tracked = tracked_files(facts)
    held = installed_by(wheels_of(facts.distributions))
    if not packages(held, tracked):
        raise NotApplicable(_NO_PACKAGE)
    return _absent_among(tracked, held, _left_out_before(facts))


def _absent_among(sources: Collection[str], held: Collection[str], left_out: Collection[str]) -> tuple[Absent, ...]:
    """Every source of the packages that these files are of that is not among them and that nothing explains."""
    ordered = sorted(sources)
    folders = {parent.rpartition("/")[2] for path in ordered for parent in parents(path)}
    return tuple(
        Absent(path, place, meant=is_kin or _is_link(path, folders), accustomed=path in left_out)
        for package in packages(held, sources)
        for path, place, is_kin in _absent_from(package, ordered, held)
    )


def _absent_from(package: Package, tracked: Sequence[str], held: Collection[str]) -> Iterator[tuple[str, str, bool]]:
    """Where git has each absent file, where a wheel would, and whether others of its kind are there."""
    directories = {parent for path in package.held for parent in parents(path)}
    kinds = {(path.rpartition("/")[0], suffix_of(path)) for path in package.held if suffix_of(path)}
    for inside in below(package.root, tracked):
        place = f"{package.name}/{inside}"
        if place in held or is_for_developers(inside) or is_source(inside):
            continue
        # What git tracks as one entry and a wheel holds as a directory is a link, or a repository of its own.
        if inside not in directories:
            yield f"{package.root}/{inside}", place, (inside.rpartition("/")[0], suffix_of(inside)) in kinds


def _is_link(path: str, folders: Collection[str]) -> bool:
    """Whether a tracked entry is, in all likelihood, a link: it is called like a directory elsewhere in the tree."""
    return not suffix_of(path) and path.rpartition("/")[2] in folders


def _left_out_before(facts: BuiltFacts) -> frozenset[str]:
    """The files of the last release's sdist that none of its wheels held; empty where that cannot be told."""
    try:
        published = facts.published
        if published is None:
            return frozenset()
        held = {path.rpartition("/")[2] for path in installed_by(wheels_of(published.distributions))}
        sources = {path for sdist in sdists_of(published.distributions) for path in unpacked(sdist)}
    except (FactUnknown, NotApplicable):
        # Then nothing excuses what is missing now.
        return frozenset()
    return frozenset(path for path in sources if path.rpartition("/")[2] not in held)


def _missing(facts: BuiltFacts, absent: Collection[Absent], sdist: str | None = None) -> Iterator[Finding]:
    paths = {each.place: each.path for each in absent}
    for places in grouped(paths, installed_by(wheels_of(facts.distributions))).values():
        sources = [paths[place] for place in places]
        directory = sources[0].rpartition("/")[0] if len(sources) > 1 else sources[0]
        number = "" if len(sources) == 1 else f"{counted(len(sources), 'tracked file' if sdist is None else 'file')}: "
        origin = "" if sdist is None else f", which {sdist} has"
        yield Finding(
            f"no wheel holds {number}{listed(sources)}{origin}",
            where=InFile(sdist or sources[0]),
            remedy=Edit(f"let the build backend put {directory} into wheels"),
        )


class TrackedModulesAreShipped:
    """Every module that git tracks in a package is in a wheel."""

    id: ClassVar = "tracked-modules-are-shipped"
    title: ClassVar = "the wheels hold every module that git tracks in their packages"
    why: ClassVar = "An import that works in the checkout fails for everybody who installs the release."
    fix: ClassVar = "Let the build backend find every package, or move out of the package what is not to be installed."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find tracked modules that no wheel holds."""
        yield from _missing(facts, [each for each in _absent_files(facts) if each.is_module and not each.accustomed])


class WheelsHoldTheSdistsModules:
    """Where git cannot be asked: every module that the sdist has in a package is in a wheel."""

    id: ClassVar = "wheels-hold-the-sdists-modules"
    title: ClassVar = "the wheels hold every module that the sdist has in their packages"
    why: ClassVar = "Who installs the wheel gets less than who builds from the sdist, and an import fails."
    fix: ClassVar = "Build the wheels from the sdist, and let the build backend find every package."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find modules of the sdist that no wheel holds; where git tells, it is asked instead."""
        if facts.tracked is not None:
            raise NotApplicable("git tells which modules there are")
        sdists = sdists_to_compare(facts.distributions)
        held = installed_by(wheels_of(facts.distributions))
        left_out = _left_out_before(facts)
        for sdist in sdists:
            absent = _absent_among(unpacked(sdist), held, left_out)
            lost = [each for each in absent if each.is_module and not (each.accustomed or is_generated(each.path))]
            yield from _missing(facts, lost, sdist.artifact.filename)


class TrackedDataIsShipped:
    """Data that git tracks in a package is in a wheel."""

    id: ClassVar = "tracked-data-is-shipped"
    title: ClassVar = "the wheels hold the data files that git tracks in their packages"
    why: ClassVar = (
        "Code that reads such a file works in the checkout and fails for everybody who installs the release."
    )
    fix: ClassVar = "Declare the files as package data, or let the build backend include what git tracks."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find tracked files that no wheel holds and that are data by their ending, or by the files they lie among."""
        yield from _missing(facts, [each for each in _absent_files(facts) if each.is_data and not each.accustomed])


class TrackedFilesAreShipped:
    """What else git tracks in a package, or as a package beside it, is in a wheel."""

    id: ClassVar = "tracked-files-are-shipped"
    title: ClassVar = "the wheels hold whatever else git tracks in and beside their packages"
    why: ClassVar = "Files beside the code are mostly there to be used by it, and are missing where it is installed."
    fix: ClassVar = "Include the files in wheels, or move out of the package what is not to be installed."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find other tracked files that no wheel holds, and packages beside those that one does."""
        absent = _absent_files(facts)
        yield from _missing(facts, [each for each in absent if each.accustomed or not (each.is_module or each.is_data)])
        for path in _packages_beside(facts):
            yield Finding(
                f"no wheel holds {path}, which lies beside a package that one does",
                where=InFile(path),
                remedy=Edit(f"let the build backend find {path}, or move it to a directory of its own"),
            )


def _packages_beside(facts: BuiltFacts) -> Iterator[str]:
    """The packages in the directories of sources that no wheel installs."""
    tracked = tracked_files(facts)
    held = installed_by(wheels_of(facts.distributions))
    tops = {top_of(path) for path in held}
    homes = {
        package.root.rpartition("/")[0]
        for package in packages(held, tracked)
        if "/" not in package.name and package.root.endswith(f"/{package.name}")
    }
    for path in sorted(tracked):
        directory, _, name = path.rpartition("/")
        home, _, package = directory.rpartition("/")
        is_package = name == "__init__.py" and home in homes and home.rpartition("/")[2] in SOURCE_DIRECTORIES
        if is_package and package not in tops and not is_for_developers(f"{package}/{name}"):
            yield directory


class ShippedFilesAreTracked:
    """Every file of a wheel's packages is in git, or is what builds write."""

    id: ClassVar = "shipped-files-are-tracked"
    title: ClassVar = "git tracks what lies in the wheels' packages"
    why: ClassVar = (
        "What git does not know came from one machine: nobody has reviewed it, and nobody can build it again."
    )
    fix: ClassVar = "Build from a clean checkout of the tag; commit the files, or let a build hook write them."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files in wheels that git does not track and that no build writes by custom."""
        tracked = tracked_files(facts)
        contents = {wheel.artifact.filename: installed(wheel) for wheel in wheels_of(facts.distributions)}
        held = {path: member for paths in contents.values() for path, member in paths.items()}
        found = packages(held, tracked)
        if not found:
            raise NotApplicable(_NO_PACKAGE)
        strange = [path for path in _untracked(found, held, facts) if not _is_empty(held[path])]
        for directory, paths in grouped(strange, _traced(found, tracked)).items():
            filename = next(filename for filename, inside in contents.items() if paths[0] in inside)
            yield Finding(
                f"{filename} holds {counted(len(paths), 'file')} of {directory} that git does not track:"
                f" {listed(paths)}",
                where=InFile(filename),
                remedy=Edit(f"build from a clean checkout, or commit {directory if len(paths) > 1 else paths[0]}"),
            )


def _is_empty(member: Member) -> bool:
    """Whether a file only makes a package of its directory."""
    return member.size == 0 and member.name.endswith("/__init__.py")


def _untracked(found: Collection[Package], held: Mapping[str, Member], facts: BuiltFacts) -> Iterator[str]:
    tracked = tracked_files(facts)
    elsewhere = _FromElsewhere(tracked, facts)
    for package in found:
        for inside in sorted(package.held):
            source, path = f"{package.root}/{inside}", f"{package.name}/{inside}"
            if source in tracked or is_generated(inside) or any(parent in tracked for parent in parents(source)):
                continue
            if not elsewhere.has(inside.rpartition("/")[2], held[path]):
                yield path


class _FromElsewhere:
    """Whether a build may have taken a file from elsewhere in the tree, under its name.

    A module must then be the same, byte for byte, where the commit can be read: many are called alike.
    """

    def __init__(self, tracked: Collection[str], facts: BuiltFacts) -> None:
        self._facts = facts
        self._named: dict[str, list[str]] = defaultdict(list)
        for path in tracked:
            self._named[path.rpartition("/")[2]].append(path)

    def has(self, name: str, member: Member) -> bool:
        """Whether a tracked file is called like this, and may be this one."""
        if not name.endswith(".py"):
            return name in self._named
        same = self._named.get(name, ())[:CANDIDATES]
        if not same or (blobs := self._facts.blobs) is None:
            return bool(same) and name not in NAMED_ALIKE
        return any(member.sha256 in blobs[path].digests for path in same)


def _traced(found: Collection[Package], tracked: Collection[str]) -> set[str]:
    """Where a wheel would have the tracked files of these packages."""
    ordered = sorted(tracked)
    return {f"{package.name}/{path}" for package in found for path in below(package.root, ordered)}
