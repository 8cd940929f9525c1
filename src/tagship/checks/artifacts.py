"""Are the built files what the tag promises, and would the index take them?"""

from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesParser
from typing import ClassVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from tagship.domain.artifact import Kind
from tagship.domain.distribution import Distribution
from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, Severity
from tagship.domain.version import parse_version
from tagship.errors import Edit, InFile, Run

ARTIFACTS = frozenset({"artifacts"})
ACCEPTED_METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""What the index takes as of August 2026; 2.0 never existed there, 2.6 does not yet."""
REFUSED_PLATFORMS = ("linux_",)
"""Bare platform tags promise nothing about the system's libraries, so the index refuses them."""


def metadata_of(distribution: Distribution) -> Message:
    """The core metadata of a distribution, as headers; empty where there are none."""
    return BytesParser().parsebytes(distribution.metadata or b"", headersonly=True)


class DistHoldsOnlyTheBuild:
    """Nothing but the build's own files lies among the distributions."""

    id: ClassVar = "dist-holds-only-the-build"
    title: ClassVar = "the directory holds the build's files and nothing else"
    why: ClassVar = "Whatever lies there would be uploaded, or would make the upload fail half-way."
    fix: ClassVar = "Move other files out of the directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find strangers."""
        for name in facts.strangers:
            yield Finding(f"{name} is not of this build", where=InFile(name), remedy=Run(("rm", "-r", name)))


class FilesMatchTheManifest:
    """Every built file has the bytes that the manifest recorded."""

    id: ClassVar = "files-match-the-manifest"
    title: ClassVar = "the files are those that were built"
    why: ClassVar = "Between building and publishing a file may be lost, cut or replaced."
    fix: ClassVar = "Build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find files that are absent or other."""
        here = {found.artifact.filename: found.artifact for found in facts.distributions}
        for wanted in facts.manifest.files:
            found = here.get(wanted.filename)
            if found is None:
                yield Finding(f"{wanted.filename} is gone", where=InFile(wanted.filename), remedy=_build_again(facts))
            elif found.sha256 != wanted.sha256:
                yield Finding(
                    f"{wanted.filename} is not what was built: sha256 {found.sha256[:12]}, built {wanted.sha256[:12]}",
                    where=InFile(wanted.filename),
                    remedy=_build_again(facts),
                )


def _build_again(facts: Facts) -> Run:
    return Run(("tagship", "build", facts.manifest.tag))


class ArchivesOpen:
    """Every file is an archive of its kind, with its metadata in place, and names each member once."""

    id: ClassVar = "archives-open"
    title: ClassVar = "every file opens and has its metadata in place"
    why: ClassVar = "The index opens every file and refuses what it cannot read, and a name that stands twice."
    fix: ClassVar = "Build again; if the backend keeps writing such a file, pin a version of it that does not."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find broken archives, missing metadata and repeated members."""
        for distribution in facts.distributions:
            where = InFile(distribution.artifact.filename)
            if distribution.broken is not None:
                yield Finding(f"{distribution.artifact.filename}: {distribution.broken}", where=where)
            elif distribution.metadata is None:
                yield Finding(f"{distribution.artifact.filename} has no metadata where its name says", where=where)
            for name, times in Counter(distribution.members).items():
                if times > 1:
                    yield Finding(f"{distribution.artifact.filename} holds {name} {times} times", where=where)


class MetadataNamesTheRelease:
    """File name, metadata, project and tag agree on name and version."""

    id: ClassVar = "metadata-names-the-release"
    title: ClassVar = "file names and metadata carry the project's name and the tag's version"
    why: ClassVar = "The index compares none of them with the tag, and files the release under what the metadata says."
    fix: ClassVar = "Make the project's version the tag's, and build from the tag."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find another name or version in a file's name or inside it."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            for said, name, version in _names(distribution):
                if canonicalize_name(name) != facts.project.normalized_name:
                    yield Finding(f"{filename}: {said} names {name}, not {facts.project.name}", where=InFile(filename))
                if parse_version(version) != facts.version:
                    yield Finding(
                        f"{filename}: {said} says version {version}, the tag says {facts.version}",
                        where=InFile(filename),
                        remedy=Edit(f"let the project's version at {facts.tag_name} be {facts.version}"),
                    )


def _names(distribution: Distribution) -> Iterator[tuple[str, str, str]]:
    """Who says what: the speaker, the name, the version."""
    try:
        name, version = distribution.artifact.identity
    except ValueError:
        yield "the file name", distribution.artifact.filename, "none"
    else:
        yield "the file name", name, str(version)
    if distribution.metadata is not None:
        headers = metadata_of(distribution)
        yield "the metadata", headers.get("Name", ""), headers.get("Version", "")


class MetadataVersionIsAccepted:
    """The index reads this version of the metadata."""

    id: ClassVar = "metadata-version-is-accepted"
    title: ClassVar = "the index accepts the metadata's version"
    why: ClassVar = "A backend's update may write a newer format than the index, or the uploader, understands."
    fix: ClassVar = "Pin the build backend to the last version that wrote an older format."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find formats that the index refuses, and name the backend that wrote them."""
        for distribution in facts.distributions:
            said = metadata_of(distribution).get("Metadata-Version", "none")
            if distribution.metadata is not None and said not in ACCEPTED_METADATA_VERSIONS:
                backend = facts.project.backend
                yield Finding(
                    f"{distribution.artifact.filename} has Metadata-Version {said}, written by {backend} "
                    f"{facts.manifest.toolchain.get(backend, '')}".rstrip(),
                    where=InFile(distribution.artifact.filename),
                    remedy=Edit(f"pin {backend} below that version in [build-system] requires"),
                )


class OneSdistAtMost:
    """A release has one sdist."""

    id: ClassVar = "one-sdist-at-most"
    title: ClassVar = "there is one sdist at most"
    why: ClassVar = "The index takes a single source distribution for a release."
    fix: ClassVar = "Build from the tag, into an empty directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find the second sdist."""
        sdists = [found.artifact.filename for found in facts.distributions if found.artifact.kind is Kind.SDIST]
        for name in sdists[1:]:
            yield Finding(f"{name} is a second sdist beside {sdists[0]}", where=InFile(name))


class WheelTagsAreAccepted:
    """No wheel is for a platform that the index refuses."""

    id: ClassVar = "wheel-tags-are-accepted"
    title: ClassVar = "every wheel is for a platform that the index takes"
    why: ClassVar = "linux_x86_64 says nothing about the C library, so such a wheel would break on other systems."
    fix: ClassVar = "Repair the wheel with auditwheel, or build it with cibuildwheel."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find refused platform tags; indexes without a site of their own take any."""
        for distribution in facts.distributions:
            for platform in sorted(_platforms(distribution)):
                if platform.startswith(REFUSED_PLATFORMS):
                    yield Finding(
                        f"{distribution.artifact.filename} is for {platform}",
                        where=InFile(distribution.artifact.filename),
                        remedy=Run(("auditwheel", "repair", distribution.artifact.filename)),
                    )


def _platforms(distribution: Distribution) -> set[str]:
    if distribution.artifact.kind is not Kind.WHEEL:
        return set()
    try:
        *_, tags = parse_wheel_filename(distribution.artifact.filename)
    except ValueError:
        return set()
    return {tag.platform for tag in tags}


class DependenciesAreNamed:
    """Every dependency is a name that an installer looks up on an index."""

    id: ClassVar = "dependencies-are-named"
    title: ClassVar = "no dependency is a direct reference"
    why: ClassVar = "The index refuses files that depend on an address instead of a released version."
    fix: ClassVar = "Depend on a released version of the other project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: Facts) -> Iterator[Finding]:
        """Find dependencies with an address, or that cannot be read."""
        for distribution in facts.distributions:
            for line in metadata_of(distribution).get_all("Requires-Dist", []):
                flaw = _dependency_flaw(line)
                if flaw is not None:
                    yield Finding(
                        f"{distribution.artifact.filename} depends on {line}: {flaw}",
                        where=InFile(distribution.artifact.filename),
                        remedy=Edit(f"replace '{line}' by a name and a version specifier"),
                    )


def _dependency_flaw(line: str) -> str | None:
    try:
        requirement = Requirement(line)
    except InvalidRequirement as invalid:
        return str(invalid).splitlines()[0]
    return "a direct reference" if requirement.url else None
