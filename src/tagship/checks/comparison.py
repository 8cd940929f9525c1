"""Do the files of one release agree with each other, and with the same commit built again?"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import ClassVar

from tagship.checks.contents import DATA
from tagship.checks.layout import (
    all_opened,
    counted,
    grouped,
    installed,
    parents,
    sdists_of,
    sdists_to_compare,
    suffix_of,
    unpacked,
    wheels_of,
)
from tagship.checks.reading import ARTIFACTS, listed
from tagship.checks.sources import is_generated
from tagship.domain.built import BuiltFacts, Rebuilt
from tagship.domain.core_metadata import parse_metadata
from tagship.domain.distribution import Distribution, Member, MemberKind
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.errors import Edit, InFile

LICENSES = ("license", "licence", "copying", "notice", "unlicense", "copyright")
TYPED = "Typing :: Typed"
FRONT_END_SOURCES = ("package.json", ".ts", ".tsx", ".scss", ".sass", ".less", ".vue")
FRONT_END = frozenset(
    {".js", ".mjs", ".css", ".map", ".html", ".json", ".svg", ".txt", ".woff", ".woff2", ".ttf", ".png"}
)
"""How the files end that show that a build makes a front end, and those that it makes."""

PACKED = ".gz"
"""How a file ends that a build packs to save room where it is installed."""


def _rebuilt(facts: BuiltFacts) -> Rebuilt:
    """The same commit built again; raises NotApplicable where nobody asked for that."""
    if facts.rebuilt is None:
        raise NotApplicable("the commit was not built again, which --rebuild asks for")
    return facts.rebuilt


class SdistBuildsTheSameWheel:
    """The wheel from the sdist holds the files that a wheel straight from the checkout holds."""

    id: ClassVar = "sdist-builds-the-same-wheel"
    title: ClassVar = "the wheel from the sdist holds the files of a wheel from the checkout"
    why: ClassVar = (
        "What the sdist lacks is missing for everybody who builds from it, and in the wheel that is published."
    )
    fix: ClassVar = "Let the sdist include whatever the wheel is built from; mind files that are links."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files that only one of the two wheels holds."""
        rebuilt = _rebuilt(facts)
        (straight,) = all_opened([rebuilt.from_checkout])
        expected = _contents(straight)
        for wheel in wheels_of(rebuilt.distributions):
            held = _contents(wheel)
            filename = wheel.artifact.filename
            yield from _only_in(expected - held, held, filename, "is missing from the wheel that the sdist makes")
            yield from _only_in(held - expected, expected, filename, "is only in the wheel that the sdist makes")


def _contents(wheel: Distribution) -> frozenset[str]:
    """The names of a wheel's files, those of its `.dist-info` spelled alike whatever the version."""
    names = (member.name for member in wheel.members if _is_file(member))
    return frozenset(name.replace(f"{wheel.root}/", ".dist-info/", 1) for name in names)


def _is_file(member: Member) -> bool:
    return member.kind is not MemberKind.DIRECTORY and not member.name.endswith("/")


def _only_in(names: Iterable[str], present: Collection[str], filename: str, how: str) -> Iterator[Finding]:
    for paths in grouped(names, present).values():
        number = "" if len(paths) == 1 else f"{counted(len(paths), 'file')}, "
        yield Finding(
            f"{filename}: {number}{listed(paths)} {how}",
            where=InFile(filename),
            remedy=Edit(f"let sdist and wheel include {paths[0].rpartition('/')[0] or paths[0]} alike"),
        )


class BuildIsReproducible:
    """Building the same commit again gives the same bytes."""

    id: ClassVar = "build-is-reproducible"
    title: ClassVar = "the same commit, built again, gives the same bytes"
    why: ClassVar = "Only then can somebody else prove that the files were made from the tag and from nothing else."
    fix: ClassVar = "Let the build honour SOURCE_DATE_EPOCH, and write nothing that differs from machine to machine."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files with other bytes, and name the first member that differs."""
        again = {each.artifact.filename: each for each in _rebuilt(facts).distributions}
        for first in facts.distributions:
            filename = first.artifact.filename
            second = again.get(filename)
            if second is None:
                flaw = f"{filename} was not made when the commit was built again"
            elif first.artifact.sha256 != second.artifact.sha256:
                digests = f"sha256 {first.artifact.sha256[:12]}, built again {second.artifact.sha256[:12]}"
                flaw = f"{filename} differs when built again, first in {_first_other(first, second)} ({digests})"
            else:
                continue
            yield Finding(
                flaw, where=InFile(filename), remedy=Edit("let the build depend on nothing but the commit and its time")
            )


def _first_other(first: Distribution, second: Distribution) -> str:
    """The first member that differs, with how; or what must then differ in how the archive is packed."""
    theirs = {member.name: member for member in second.members}
    for member in first.members:
        other = theirs.get(member.name)
        if other is None:
            return f"{member.name}, which is there only once"
        if (member.sha256, member.size, member.kind) != (other.sha256, other.size, other.kind):
            return f"{member.name}, sha256 {(member.sha256 or 'unknown')[:12]} and {(other.sha256 or 'unknown')[:12]}"
    added = next((name for name in theirs if name not in set(first.names)), None)
    if added is not None:
        return f"{added}, which is there only once"
    return "the order of its members" if first.names != second.names else "times, modes or how it is packed"


class SdistHasTheWheelsModules:
    """Every module and every data file of a pure wheel is in the sdist beside it."""

    id: ClassVar = "sdist-has-the-wheels-modules"
    title: ClassVar = "the sdist has every module and data file that the wheel has"
    why: ClassVar = "Who builds from the sdist, as distributions do, would get less than who installs the wheel."
    fix: ClassVar = "Let the sdist include every package, and build the wheel from the sdist."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files of pure wheels that no sdist has, under any directory or by content, and that nothing makes."""
        sources = [unpacked(sdist) for sdist in sdists_to_compare(facts.distributions)]
        pure = [wheel for wheel in wheels_of(facts.distributions) if wheel.artifact.filename.endswith("-any.whl")]
        if not pure:
            raise NotApplicable("there is no pure wheel to compare with the sdist")
        paths = {end for source in sources for path in source for end in _ends(path)}
        digests = {member.sha256 for source in sources for member in source.values()} - {None}
        has_front_end = any(path.endswith(FRONT_END_SOURCES) for path in paths)
        for wheel in pure:
            files = {path: member for path, member in installed(wheel).items() if _is_comparable(path)}
            lacking = [
                path
                for path, member in files.items()
                if path not in paths
                and path.removesuffix(PACKED) not in paths
                and member.sha256 not in digests
                and not is_generated(path)
                and not (has_front_end and suffix_of(path) in FRONT_END)
            ]
            for found in grouped(lacking, files.keys() & paths).values():
                noun = "module" if all(path.endswith(".py") for path in found) else "file"
                yield Finding(
                    f"{wheel.artifact.filename} has {counted(len(found), noun)} that the sdist has not:"
                    f" {listed(found)}",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit(f"let the sdist include {found[0].rpartition('/')[0] or found[0]}"),
                )


def _is_comparable(path: str) -> bool:
    """Whether a file is a module, or data that code reads where it is installed."""
    return path.endswith(".py") or suffix_of(path) in DATA


def _ends(path: str) -> Iterator[str]:
    """A path, then without its first directory, without its first two, and so on."""
    yield path
    for parent in parents(path):
        yield path[len(parent) + 1 :]


class LicenseFilesAreInTheWheel:
    """A wheel has licence files where the sdist beside it has."""

    id: ClassVar = "license-files-are-in-the-wheel"
    title: ClassVar = "every wheel holds the licence that the sdist holds"
    why: ClassVar = "Most licences demand to be handed on with every copy, and a wheel is one."
    fix: ClassVar = "Name the files in license-files of [project]."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels without any licence file beside an sdist with one."""
        held = [path for sdist in sdists_of(facts.distributions) for path in unpacked(sdist) if "/" not in path]
        licenses = sorted(path for path in held if _is_license(path))
        if not licenses:
            raise NotApplicable("there is no sdist with a licence file to compare with")
        for wheel in wheels_of(facts.distributions):
            if not any(map(_is_license, wheel.names)):
                yield Finding(
                    f"{wheel.artifact.filename} holds no licence file, and the sdist has {licenses[0]}",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit(f'write license-files = ["{licenses[0]}"] in [project] of pyproject.toml'),
                )


def _is_license(path: str) -> bool:
    return path.rpartition("/")[2].lower().startswith(LICENSES) and not path.endswith(".py")


class TypedPackagesAreMarked:
    """A wheel that says that it is typed carries the marker that type checkers look for."""

    id: ClassVar = "typed-packages-are-marked"
    title: ClassVar = "a wheel that is classified as typed holds py.typed"
    why: ClassVar = "Without the marker of PEP 561, type checkers ignore every annotation in an installed package."
    fix: ClassVar = "Put an empty file named py.typed into each package, and include it in wheels."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels that are classified as typed and hold neither marker nor stubs."""
        for wheel in wheels_of(facts.distributions):
            if TYPED in parse_metadata(wheel.metadata or b"").classifiers and not _is_marked(installed(wheel)):
                yield Finding(
                    f"{wheel.artifact.filename} is classified as {TYPED} and holds no py.typed",
                    where=InFile(wheel.artifact.filename),
                    remedy=Edit("add an empty py.typed to the package, or drop the classifier"),
                )


def _is_marked(paths: Mapping[str, Member]) -> bool:
    return any(path.endswith("/py.typed") or path.partition("/")[0].endswith("-stubs") for path in paths)
