"""Does a release keep what users of the last one rely on: platforms, Pythons, extras, scripts, and its tools?"""

import configparser
import re
from collections.abc import Iterable, Iterator
from typing import ClassVar

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from tagship.checks.drift import published_before
from tagship.checks.layout import ARTIFACTS_AND_INDEX, all_opened, wheels_of
from tagship.checks.reading import entry_points_of, listed
from tagship.checks.wheels import wheel_file
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import parse_metadata
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, Severity
from tagship.errors import Edit, InFile

OF_ONE_PYTHON = re.compile(r"-?\d+\.\d+$")
"""How a script's name ends that is made for the Python that builds it."""
PYTHONS = ("2.7", *(f"3.{minor}" for minor in range(40)))
"""The interpreters that a range of versions is tried with."""
ONE_BACKEND = {"bdist_wheel": "setuptools"}
"""What a backend called itself before, in the wheels that it wrote."""
UNIVERSAL = {"universal2": ("arm64", "x86_64")}
"""Machines for which one wheel is, under a name of its own."""
ANY = "any"
LINUX = len("manylinux")
"""Letters of a platform's name without the year, for which and its sister for musl it is the same number."""


class ToolchainIsSteady:
    """The files are written by the build backend, and in the version of the metadata, of the last release."""

    id: ClassVar = "toolchain-is-steady"
    title: ClassVar = "the build backend and its version of the metadata are those of the last release"
    why: ClassVar = "An unpinned backend changes what is uploaded without a commit, and uploaders may not know it yet."
    fix: ClassVar = "Pin the backend in [build-system] requires where the change is not wanted."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find another Metadata-Version, or another backend."""
        published = published_before(facts)
        wheels, former = wheels_of(facts.distributions), wheels_of(published.distributions)
        now, then = _metadata_versions(wheels), _metadata_versions(former)
        writes, wrote = _generators(wheels), _generators(former)
        filename = wheels[0].artifact.filename
        if now != then:
            hands = f"written by {', '.join(writes) or 'an unnamed backend'}, then by {', '.join(wrote) or 'another'}"
            yield Finding(
                f"{filename} has Metadata-Version {', '.join(now)}, {published.version} had {', '.join(then)}; {hands}",
                where=InFile(filename),
                remedy=Edit(f"pin the backend in [build-system] requires to keep {', '.join(then)}"),
            )
        if wrote and _backends(writes) != _backends(wrote):
            yield Finding(
                f"the backend changed from {', '.join(wrote)} to {', '.join(writes) or 'an unnamed one'}",
                where=InFile("pyproject.toml"),
                remedy=Edit("see that the change of the build backend is meant"),
            )


def _metadata_versions(wheels: Iterable[Distribution]) -> tuple[str, ...]:
    found = {parse_metadata(wheel.metadata or b"").metadata_version or "none" for wheel in wheels}
    return tuple(sorted(found))


def _generators(wheels: Iterable[Distribution]) -> tuple[str, ...]:
    """What wrote the wheels, as their WHEEL files say: names, most with versions."""
    found = (next(iter(wheel_file(wheel).get("generator", ())), "").strip() for wheel in wheels)
    return tuple(sorted({generator for generator in found if generator}))


def _backends(generators: Iterable[str]) -> set[str]:
    names = (generator.split()[0] for generator in generators)
    return {ONE_BACKEND.get(name, name) for name in names}


class PlatformsAreKept:
    """Every platform for which the last release had a wheel has one."""

    id: ClassVar = "platforms-are-kept"
    title: ClassVar = "every platform that had a wheel in the last release has one"
    why: ClassVar = "Without a wheel, installers build from the sdist, which fails where there is no compiler."
    fix: ClassVar = "Run every job that builds wheels, and collect the files of all of them."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find platforms that have no wheel any more."""
        published = published_before(facts)
        now = _platforms(facts.distributions)
        if ANY in now:
            return
        for platform in sorted(_platforms(published.distributions) - now):
            yield Finding(
                f"no wheel is for {platform if platform != ANY else 'every platform'}, and {published.version} had one",
                remedy=Edit(f"build a wheel tagged for {platform}, too"),
            )


def _platforms(distributions: Iterable[Distribution]) -> set[str]:
    """For what the wheels among these are, less the age of the system: manylinux x86_64, macosx arm64, win amd64."""
    found = set()
    for distribution in distributions:
        try:
            tags = parse_wheel_filename(distribution.artifact.filename)[3]
        except ValueError:
            continue
        found |= {machine for tag in tags for machine in _machines(tag.platform)}
    return found


def _machines(platform: str) -> Iterator[str]:
    system, _, rest = platform.partition("_")
    machine = "_".join(part for part in rest.split("_") if not part.isdecimal()) or rest
    if "x86_64" in rest:
        machine = "x86_64"
    if system.startswith(("manylinux", "musllinux")):
        system = system[:LINUX]
    for each in UNIVERSAL.get(machine, (machine,)):
        yield f"{system} {each}".strip()


class PythonRangeIsKept:
    """Every Python that the last release was for, this one is for."""

    id: ClassVar = "python-range-is-kept"
    title: ClassVar = "the release is for every Python that the last one was for"
    why: ClassVar = "Installers on a Python that was dropped keep the older release without a word."
    fix: ClassVar = "Say so in the changelog, or widen requires-python again."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find Pythons that were dropped."""
        published = published_before(facts)
        then = _pythons(published.distributions)
        found: dict[str, list[str]] = {}
        for distribution in all_opened(facts.distributions):
            dropped = [python for python in PYTHONS if python in then - _pythons([distribution])]
            if dropped:
                found.setdefault(listed(dropped), []).append(distribution.artifact.filename)
        for pythons, filenames in found.items():
            yield Finding(
                f"{listed(filenames)}: not for Python {pythons}, and {published.version} was",
                where=InFile(filenames[0]),
                remedy=Edit("tell of it in the changelog, or widen requires-python"),
            )


def _pythons(distributions: Iterable[Distribution]) -> set[str]:
    """The interpreters that any of these is for."""
    found: set[str] = set()
    for distribution in distributions:
        try:
            wanted = SpecifierSet(parse_metadata(distribution.metadata or b"").requires_python)
        except InvalidSpecifier:
            # An installer pays no heed to a range that it cannot read.
            wanted = SpecifierSet()
        found |= {python for python in PYTHONS if wanted.contains(f"{python}.99", prereleases=True)}
    return found


class ExtrasAndScriptsAreKept:
    """Every extra and console script of the last release is in this one."""

    id: ClassVar = "extras-and-scripts-are-kept"
    title: ClassVar = "every extra and console script of the last release is there"
    why: ClassVar = "Who asks for an extra that is gone gets a warning and no packages; a script that is gone fails."
    fix: ClassVar = "Put them back, or tell of it in the changelog as a break."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS_AND_INDEX

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find extras and console scripts that are gone."""
        published = published_before(facts)
        wheels, former = wheels_of(facts.distributions), wheels_of(published.distributions)
        gone = {
            "extra": _extras(former) - _extras(wheels),
            "console script": _scripts(former) - _scripts(wheels),
        }
        for noun, names in gone.items():
            if names:
                yield Finding(
                    f"{published.version} had the {noun}{'s' * (len(names) > 1)} {', '.join(sorted(names))}, now gone",
                    where=InFile(wheels[0].artifact.filename),
                    remedy=Edit("put back what is gone, or tell of it in the changelog"),
                )


def _extras(wheels: Iterable[Distribution]) -> set[str]:
    found = (parse_metadata(wheel.metadata or b"").provides_extra for wheel in wheels)
    return {canonicalize_name(extra) for extras in found for extra in extras}


def _scripts(wheels: Iterable[Distribution]) -> set[str]:
    found: set[str] = set()
    for wheel in wheels:
        text = entry_points_of(wheel).decode("utf-8", errors="replace")
        parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
        try:
            parser.read_string(text)
        except configparser.Error:
            # What cannot be read is told by the check of entry points.
            continue
        if parser.has_section("console_scripts"):
            found |= set(parser.options("console_scripts"))
        found |= {name.rpartition("/")[2].lower() for name in wheel.names if "/scripts/" in name and ".data/" in name}
    return {OF_ONE_PYTHON.sub("", name) for name in found}
