"""Does the release hold what the project's packages hold in git, and nothing that git does not know?"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from tagship.checks.layout import (
    Package,
    below,
    counted,
    grouped,
    installed,
    installed_by,
    packages,
    parents,
    sdists_of,
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
VENDORED = frozenset({"_vendor", "_vendored", "vendor", "vendored", "vendored_packages", "extern", "third_party"})
"""Directories of other projects' files, of which a project ships what it needs."""


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
    found = packages(held, tracked)
    if not found:
        raise NotApplicable("no package of the wheels is found among the tracked files")
    ordered = sorted(tracked)
    folders = {parent.rpartition("/")[2] for path in ordered for parent in parents(path)}
    left_out = _left_out_before(facts)
    return tuple(
        Absent(path, place, meant=is_kin or _is_link(path, folders), accustomed=path in left_out)
        for package in found
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


def _missing(facts: BuiltFacts, absent: Collection[Absent]) -> Iterator[Finding]:
    paths = {each.place: each.path for each in absent}
    for places in grouped(paths, installed_by(wheels_of(facts.distributions))).values():
        sources = [paths[place] for place in places]
        directory = sources[0].rpartition("/")[0] if len(sources) > 1 else sources[0]
        number = "" if len(sources) == 1 else f"{counted(len(sources), 'tracked file')}: "
        yield Finding(
            f"no wheel holds {number}{listed(sources)}",
            where=InFile(sources[0]),
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
            raise NotApplicable("no package of the wheels is found among the tracked files")
        strange = [path for path in _untracked(found, tracked) if not _is_empty(held[path])]
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


def _untracked(found: Collection[Package], tracked: Collection[str]) -> Iterator[str]:
    names = {path.rpartition("/")[2] for path in tracked} - {"__init__.py"}
    for package in found:
        for inside in sorted(package.held):
            source = f"{package.root}/{inside}"
            # A build may take a file from elsewhere in the tree, or from where a link leads.
            from_elsewhere = inside.rpartition("/")[2] in names or any(parent in tracked for parent in parents(source))
            if source not in tracked and not from_elsewhere and not is_generated(inside):
                yield f"{package.name}/{inside}"


def _traced(found: Collection[Package], tracked: Collection[str]) -> set[str]:
    """Where a wheel would have the tracked files of these packages."""
    ordered = sorted(tracked)
    return {f"{package.name}/{path}" for package in found for path in below(package.root, ordered)}
