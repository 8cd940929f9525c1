"""Can the core metadata be read by the index: its version, its name, what it depends on, whether all files agree?"""

from collections.abc import Iterator
from copy import copy
from typing import ClassVar

from packaging.requirements import Requirement
from packaging.version import Version

from tagship.checks.reading import ARTIFACTS, core_metadata_of, listed, printable
from tagship.checks.requirements import (
    is_too_much,
    read_requirement,
)
from tagship.checks.wheels import wheel_file
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import MULTIPLE_USE, SINGLE_USE, CoreMetadata
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.index_rules import (
    ACCEPTED_METADATA_VERSIONS,
    LAST_ACCEPTED_BACKEND,
    NAME,
    introduced_in,
)
from tagship.domain.names import canonicalize_name
from tagship.domain.version import parse_version
from tagship.errors import Edit, InFile

FIXED = frozenset({"metadata-version", "name", "version", "dynamic"})
"""Fields that no wheel may change, so that none can be called dynamic."""
UNCOMPARED = frozenset({"metadata-version", "name", "version", "dynamic", "platform", "supported-platform"})
"""Fields that other checks compare, or that are about one file alone."""
RESOLVED = frozenset({"requires-dist", "requires-python", "provides-extra"})
"""Fields by which installers decide what else they install."""
DYNAMIC_SINCE = Version("2.2")
"""From here on an sdist says which fields its wheels may fill otherwise (PEP 643)."""


class MetadataVersionIsAccepted:
    """The index reads this version of the metadata."""

    id: ClassVar = "metadata-version-is-accepted"
    title: ClassVar = "the index accepts the metadata's version"
    why: ClassVar = "A backend's update may write a newer format than the index, or the uploader, understands."
    fix: ClassVar = "Pin the build backend to the last version that wrote an older format."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find formats that the index refuses, and name the backend that wrote them."""
        for filename, metadata in core_metadata_of(facts):
            said = metadata.metadata_version
            if said not in ACCEPTED_METADATA_VERSIONS:
                backend, version = _backend(facts)
                author = f"{backend} {version}".rstrip()
                yield Finding(
                    f"{filename} has Metadata-Version {printable(said or 'none')}, written by {author}",
                    where=InFile(filename),
                    remedy=Edit(_pin(backend, version)),
                )


def _pin(backend: str, version: str) -> str:
    """What to require instead: the newest release that is known to do, where it is older than the one that does not."""
    known, written = LAST_ACCEPTED_BACKEND.get(backend), parse_version(version)
    if known is not None and written is not None and written not in Requirement(known).specifier:
        return f"pin {known} in [build-system] requires"
    return f"pin {backend}<{version} in [build-system] requires" if written else f"pin an older {backend}"


def _backend(facts: BuiltFacts) -> tuple[str, str]:
    """The build backend and its version, as a wheel's own `Generator` says; a general word where none does."""
    for distribution in facts.distributions:
        generator = " ".join(wheel_file(distribution).get("generator", ()))
        name, _, version = generator.partition(" ")
        if name:
            return printable(name), printable(version.strip("()") or " ").strip()
    return _recorded_backend(facts)


def _recorded_backend(facts: BuiltFacts) -> tuple[str, str]:
    """The backend that the manifest's toolchain holds, where there is no wheel to tell."""
    toolchain = {} if facts.manifest is None else facts.manifest.toolchain
    known = ("hatchling", "setuptools", "flit_core", "poetry-core", "pdm-backend", "maturin", "scikit-build-core")
    return next(((name, toolchain[name]) for name in known if name in toolchain), ("the build backend", ""))


class MetadataReadsOneWay:
    """The metadata is UTF-8 and says each thing once."""

    id: ClassVar = "metadata-reads-one-way"
    title: ClassVar = "the metadata is UTF-8 and says each thing once"
    why: ClassVar = "Of a field that stands twice, or of other bytes than UTF-8, each reader makes something else."
    fix: ClassVar = "Save the files that the metadata comes from as UTF-8, and build with a current backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find what cannot be read, or can be read in two ways."""
        for filename, metadata in core_metadata_of(facts):
            for flaw in metadata.flaws:
                yield Finding(
                    f"the metadata of {filename} {flaw}",
                    where=InFile(filename),
                    remedy=Edit("mend what the backend reads it from, and build again"),
                )


class FieldsFitTheMetadataVersion:
    """No field is younger than the version that the metadata says it has."""

    id: ClassVar = "fields-fit-the-metadata-version"
    title: ClassVar = "the metadata uses no field newer than its version"
    why: ClassVar = "The index refuses a field that the stated version of the metadata does not have."
    fix: ClassVar = "Build with a current version of the backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find young fields; licence files are left out of older uploads, since old backends always wrote them."""
        for filename, metadata in core_metadata_of(facts):
            young = [each for each in sorted(metadata.headers) if metadata.of(each) and _is_young(each, metadata)]
            for field in young:
                yield Finding(
                    f"{filename} says {field.title()}, which came with {introduced_in(field)}, "
                    f"in metadata of version {metadata.metadata_version}",
                    where=InFile(filename),
                    remedy=Edit("require a current version of the backend in [build-system] requires"),
                )


def _is_young(field: str, metadata: CoreMetadata) -> bool:
    if metadata.metadata_version not in ACCEPTED_METADATA_VERSIONS or field == "license-file":
        return False
    return Version(introduced_in(field)) > Version(metadata.metadata_version)


class ProjectNameIsValid:
    """The project's name is one that the index can file it under."""

    id: ClassVar = "project-name-is-valid"
    title: ClassVar = "the project's name is valid"
    why: ClassVar = "The index takes letters, digits, '.', '_' and '-', with a letter or digit at both ends."
    fix: ClassVar = "Change 'name' in the project's metadata."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names with anything else in them."""
        for filename, metadata in core_metadata_of(facts):
            if not NAME.fullmatch(metadata.name):
                yield Finding(
                    f"{filename} is of a project called {metadata.name!r:.80}",
                    where=InFile(filename),
                    remedy=Edit(
                        "let 'name' begin and end with an ASCII letter or digit, with '.', '_' and '-' between"
                    ),
                )


class VersionIsValid:
    """The version is one that installers can compare."""

    id: ClassVar = "version-is-valid"
    title: ClassVar = "the version follows the version specifiers' specification"
    why: ClassVar = "The index refuses a version that does not follow PEP 440, and no installer could order it."
    fix: ClassVar = "Write a version such as '1.2.0' or '1.2.0rc1' into the project's metadata."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find versions that are none."""
        for filename, metadata in core_metadata_of(facts):
            if parse_version(metadata.version) is None:
                yield Finding(
                    f"{filename} has version {metadata.version!r:.80}, which is none",
                    where=InFile(filename),
                    remedy=Edit("write the project's version as in '1.2.0' or '1.2.0rc1'"),
                )


class VersionIsPublic:
    """The version has no local part."""

    id: ClassVar = "version-is-public"
    title: ClassVar = "the version has no local part"
    why: ClassVar = "A local version like 1.0+g1234 marks a private build, and the index refuses it."
    fix: ClassVar = "Build from a clean checkout of the tag."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find local versions, of which a private index may well have some."""
        if facts.config.index.site is None:
            raise NotApplicable(f"{facts.config.index.name} is no public index, and may take local versions")
        for filename, metadata in core_metadata_of(facts):
            version = parse_version(metadata.version)
            if version is not None and version.local is not None:
                yield Finding(
                    f"{filename} has the local version {version}",
                    where=InFile(filename),
                    remedy=Edit(f"build a clean checkout of the tag, so that the version becomes {version.public}"),
                )


class DynamicFieldsMayVary:
    """What is called dynamic is a field, and one that may differ between sdist and wheel."""

    id: ClassVar = "dynamic-fields-may-vary"
    title: ClassVar = "only fields that may vary are called dynamic"
    why: ClassVar = "The index refuses an unknown field under Dynamic, and name, version and metadata version."
    fix: ClassVar = "Build with a current version of the backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find what cannot be dynamic."""
        known = (SINGLE_USE.keys() | MULTIPLE_USE.keys()) - FIXED
        for filename, metadata in core_metadata_of(facts):
            wrong = [field for field in metadata.dynamic if field.lower() not in known]
            if wrong:
                yield Finding(
                    f"{filename} calls dynamic what cannot be: {listed(wrong)}",
                    where=InFile(filename),
                    remedy=Edit("require a current version of the backend in [build-system] requires"),
                )


class WheelsSayWhatTheSdistSays:
    """A wheel needs what its sdist says it needs, but for what the sdist calls dynamic."""

    id: ClassVar = "wheels-say-what-the-sdist-says"
    title: ClassVar = "wheels and sdist need the same dependencies and Python versions"
    why: ClassVar = "Installers trust either one for the whole release (PEP 643), and then miss what the other needs."
    fix: ClassVar = "Build the wheels from the sdist, with the same backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find requirements that differ."""
        yield from _differences(facts, RESOLVED)


class WheelsTellWhatTheSdistTells:
    """What a wheel tells people is what its sdist tells them, but for what the sdist calls dynamic."""

    id: ClassVar = "wheels-tell-what-the-sdist-tells"
    title: ClassVar = "wheels and sdist describe the project alike"
    why: ClassVar = "The first file of a release fixes what the index shows of it, so that the other's words are lost."
    fix: ClassVar = "Build the wheels from the sdist, with the same backend."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find other fields that differ."""
        yield from _differences(facts, (SINGLE_USE.keys() | MULTIPLE_USE.keys()) - RESOLVED - UNCOMPARED)


def _differences(facts: BuiltFacts, fields: frozenset[str] | set[str]) -> Iterator[Finding]:
    kinds = {found.artifact.filename: found.artifact.kind for found in facts.distributions}
    read = list(core_metadata_of(facts))
    source = next((metadata for filename, metadata in read if kinds[filename] is Kind.SDIST), None)
    if source is None or Kind.WHEEL not in kinds.values():
        raise NotApplicable("there is no sdist with a wheel beside it")
    said = parse_version(source.metadata_version)
    if said is None or said < DYNAMIC_SINCE:
        raise NotApplicable(f"an sdist of metadata version {source.metadata_version} promises nothing about wheels")
    fixed = sorted(fields - {field.lower() for field in source.dynamic})
    for filename, metadata in read:
        differing = [field.title() for field in fixed if _plain(source, field) != _plain(metadata, field)]
        if differing:
            yield Finding(
                f"{filename} and the sdist differ in {listed(differing)}",
                where=InFile(filename),
                remedy=Edit("build the wheel from the sdist, with the same backend"),
            )


def _plain(metadata: CoreMetadata, field: str) -> tuple[str, ...]:
    """What a field says, whatever its order, its spacing and the spelling of names."""
    said = metadata.of(field)
    if field.endswith("-dist") and not is_too_much(said):
        said = tuple(map(_plain_requirement, said))
    if field == "provides-extra":
        said = tuple(map(canonicalize_name, said))
    return tuple(sorted(" ".join(text.split()) for text in said))


def _plain_requirement(line: str) -> str:
    read = read_requirement(line)
    if isinstance(read, str):
        return line
    requirement = copy(read)
    requirement.name = canonicalize_name(read.name)
    requirement.extras = {canonicalize_name(extra) for extra in read.extras}
    return str(requirement)
