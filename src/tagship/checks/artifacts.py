"""Are the built files what the tag promises, and would the index take them?"""

from collections import Counter
from collections.abc import Iterator
from email.message import Message
from email.parser import HeaderParser
from pathlib import PurePosixPath
from typing import ClassVar

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from tagship.domain.artifact import Kind, Manifest
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.version import parse_version
from tagship.errors import Edit, FactUnknown, InFile, Run

ARTIFACTS = frozenset({"artifacts"})
ACCEPTED_METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5")
"""What the index takes as of August 2026; 2.0 never existed there, 2.6 does not yet."""
REFUSED_PLATFORMS = "linux_"
"""Bare platform tags promise nothing about the system's libraries, so the index refuses them."""
ACCEPTED_PLATFORMS = frozenset({"linux_armv6l", "linux_armv7l"})
"""Two boards whose systems are alike enough are the exception."""
MODULES = (".py", ".so", ".pyd", ".pyi")
NO_SOURCES = frozenset({"tests", "test", "docs", "setup.py", "conftest.py", "noxfile.py"})
"""Folders and files of an sdist whose Python is not there to be installed."""


def metadata_of(facts: BuiltFacts) -> Iterator[tuple[str, Message]]:
    """The file name and the core metadata, as headers, of every distribution.

    Raises FactUnknown at the end where one has none that can be read.
    """
    unread = []
    for distribution in facts.distributions:
        if distribution.metadata is None:
            unread.append(distribution.artifact.filename)
        else:
            # As text: the parser hands out what is not ASCII in bytes as something else than text.
            text = distribution.metadata.decode("utf-8", errors="replace")
            yield distribution.artifact.filename, HeaderParser().parsestr(text)
    if unread:
        raise FactUnknown(f"there is no metadata to read in {', '.join(unread)}")


class DistHoldsOnlyTheBuild:
    """Nothing but the build's own files lies among the distributions."""

    id: ClassVar = "dist-holds-only-the-build"
    title: ClassVar = "the directory holds the build's files and nothing else"
    why: ClassVar = "Whatever lies there would be uploaded, or would make the upload fail half-way."
    fix: ClassVar = "Move other files out of the directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find strangers."""
        for name in facts.strangers:
            yield Finding(
                f"{name} is not of this build",
                where=InFile(name),
                remedy=Edit(f"move {name} out of the directory of the built files"),
            )


class FilesMatchTheManifest:
    """Every built file has the bytes that the manifest recorded."""

    id: ClassVar = "files-match-the-manifest"
    title: ClassVar = "the files are those that were built"
    why: ClassVar = "Between building and publishing a file may be lost, cut or replaced."
    fix: ClassVar = "Build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files that are absent or other."""
        manifest = facts.manifest
        if manifest is None:
            raise NotApplicable("no manifest stands beside the files")
        here = {found.artifact.filename: found.artifact for found in facts.distributions}
        for wanted in manifest.files:
            found = here.get(wanted.filename)
            if found is None:
                yield Finding(
                    f"{wanted.filename} is gone", where=InFile(wanted.filename), remedy=_build_again(manifest)
                )
            elif found.sha256 != wanted.sha256:
                yield Finding(
                    f"{wanted.filename} is not what was built: sha256 {found.sha256[:12]}, built {wanted.sha256[:12]}",
                    where=InFile(wanted.filename),
                    remedy=_build_again(manifest),
                )


def _build_again(manifest: Manifest | None) -> Run:
    return Run(("tagship", "build") if manifest is None else ("tagship", "build", manifest.tag))


class ArchivesOpen:
    """Every file is an archive of its kind, with its metadata in place, and names each member once."""

    id: ClassVar = "archives-open"
    title: ClassVar = "every file opens and has its metadata in place"
    why: ClassVar = "The index opens every file and refuses what it cannot read, and a name that stands twice."
    fix: ClassVar = "Build again; if the backend keeps writing such a file, pin a version of it that does not."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find broken archives, missing metadata and repeated members."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            for flaw in _flaws(distribution):
                yield Finding(f"{filename} {flaw}", where=InFile(filename), remedy=_build_again(facts.manifest))


def _flaws(distribution: Distribution) -> Iterator[str]:
    if distribution.broken is not None:
        yield f"does not open: {distribution.broken}"
    elif distribution.metadata is None:
        yield "has no metadata where its name says"
    for name, times in Counter(distribution.names).items():
        if times > 1:
            yield f"holds {name} {times} times"


class MetadataNamesTheRelease:
    """File name, metadata, project and tag agree on name and version."""

    id: ClassVar = "metadata-names-the-release"
    title: ClassVar = "file names and metadata carry the project's name and the tag's version"
    why: ClassVar = "The index compares none of them with the tag, and files the release under what the metadata says."
    fix: ClassVar = "Make the project's version the tag's, and build from the tag."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find another name or version in a file's name or inside it."""
        expected = facts.expected
        if expected is None:
            raise NotApplicable("nothing but the files themselves says what they are of")
        for filename, said, name, version in _names(facts):
            if canonicalize_name(name) != canonicalize_name(expected.name):
                yield Finding(
                    f"{filename}: {said} names {name or 'nothing'}, not {expected.name}",
                    where=InFile(filename),
                    remedy=Edit(f"let the build backend of {expected.name} write its name"),
                )
            if expected.version is not None and parse_version(version) != expected.version:
                yield Finding(
                    f"{filename}: {said} says version {version or 'nothing'}, the tag says {expected.version}",
                    where=InFile(filename),
                    remedy=Edit(f"let the project's version at {expected.tag} be {expected.version}"),
                )


def _names(facts: BuiltFacts) -> Iterator[tuple[str, str, str, str]]:
    """Who says what: the file, the speaker in it, the name, the version; what is not said is empty."""
    for distribution in facts.distributions:
        try:
            name, version = distribution.artifact.identity
        except ValueError:
            yield distribution.artifact.filename, "the file name", "", ""
        else:
            yield distribution.artifact.filename, "the file name", name, str(version)
    for filename, headers in metadata_of(facts):
        yield filename, "the metadata", headers.get("Name", "").strip(), headers.get("Version", "").strip()


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
        for filename, headers in metadata_of(facts):
            said = headers.get("Metadata-Version", "none").strip()
            if said not in ACCEPTED_METADATA_VERSIONS:
                backend, version = _backend(facts)
                yield Finding(
                    f"{filename} has Metadata-Version {said}, written by {backend} {version}".rstrip(),
                    where=InFile(filename),
                    remedy=Edit(f"pin {backend} below {version or 'that version'} in [build-system] requires"),
                )


def _backend(facts: BuiltFacts) -> tuple[str, str]:
    """The build backend and its version, as a wheel's own `Generator` says; a general word where none does."""
    for distribution in facts.distributions:
        wheel = distribution.texts.get(f"{distribution.root}/WHEEL", b"").decode("utf-8", errors="replace")
        name, _, version = HeaderParser().parsestr(wheel).get("Generator", "").strip().partition(" ")
        if name:
            return name, version.strip("()")
    return "the build backend", ""


class OneSdistAtMost:
    """A release has one sdist."""

    id: ClassVar = "one-sdist-at-most"
    title: ClassVar = "there is one sdist at most"
    why: ClassVar = "The index takes a single source distribution for a release."
    fix: ClassVar = "Build from the tag, into an empty directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find the second sdist."""
        sdists = [found.artifact.filename for found in facts.distributions if found.artifact.kind is Kind.SDIST]
        for name in sdists[1:]:
            yield Finding(
                f"{name} is a second sdist beside {sdists[0]}", where=InFile(name), remedy=_build_again(facts.manifest)
            )


class WheelTagsAreAccepted:
    """No wheel is for a platform that the index refuses."""

    id: ClassVar = "wheel-tags-are-accepted"
    title: ClassVar = "every wheel is for a platform that the index takes"
    why: ClassVar = (
        "A tag like linux_x86_64 says nothing about the C library, so the wheel would break on other systems."
    )
    fix: ClassVar = "Repair the wheel with auditwheel, or build it with cibuildwheel."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find refused platform tags; what an index that nobody knows takes is for it to say."""
        if facts.config.index.site is None:
            raise NotApplicable(f"{facts.config.index.name} is no public index, whose rules are known")
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            for platform in sorted(_platforms(distribution) - ACCEPTED_PLATFORMS):
                if platform.startswith(REFUSED_PLATFORMS):
                    yield Finding(
                        f"{filename} is for {platform}",
                        where=InFile(filename),
                        remedy=Edit(f"repair {filename} with auditwheel, or build it with cibuildwheel"),
                    )


def _platforms(distribution: Distribution) -> set[str]:
    if distribution.artifact.kind is not Kind.WHEEL:
        return set()
    try:
        *_, tags = parse_wheel_filename(distribution.artifact.filename)
    except ValueError:
        return set()
    return {tag.platform for tag in tags}


class WheelHasModules:
    """A wheel holds something to import where the sdist beside it does."""

    id: ClassVar = "wheel-has-modules"
    title: ClassVar = "every wheel holds the project's modules"
    why: ClassVar = "A wheel with nothing but metadata uploads and installs without a complaint, and brings nothing."
    fix: ClassVar = "Tell the build backend where the packages are, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find wheels without a module beside an sdist with sources; unknown where a file does not open."""
        built = facts.distributions
        broken = [found.artifact.filename for found in built if found.broken is not None]
        if broken:
            raise FactUnknown(f"what is in {', '.join(broken)} cannot be told")
        source = next((member for found in built for member in found.names if _is_source(found, member)), None)
        if source is None:
            raise NotApplicable("there is no sdist with Python sources to compare with")
        for found in built:
            filename = found.artifact.filename
            if found.artifact.kind is Kind.WHEEL and not any(map(_is_content, found.names)):
                yield Finding(
                    f"{filename} holds no module, and the sdist has {source}",
                    where=InFile(filename),
                    remedy=Edit("tell the build backend where the packages are"),
                )


def _is_source(found: Distribution, member: str) -> bool:
    """Whether a member of an sdist is what a wheel would install; the first of its parts is the sdist's own name."""
    _, *folders, name = ("", "", *PurePosixPath(member).parts)
    return (
        found.artifact.kind is Kind.SDIST
        and name.endswith(".py")
        and name not in NO_SOURCES
        and NO_SOURCES.isdisjoint(folders)
    )


def _is_content(member: str) -> bool:
    """Whether a member of a wheel can be imported, describes what can, or is installed as a script."""
    first, *rest = PurePosixPath(member).parts or ("",)
    if first.endswith(".dist-info"):
        return False
    return member.endswith(MODULES) or (first.endswith(".data") and rest[:1] == ["scripts"])


class DependenciesAreNamed:
    """Every dependency is a name that an installer looks up on an index."""

    id: ClassVar = "dependencies-are-named"
    title: ClassVar = "no dependency is a direct reference"
    why: ClassVar = "The index refuses files that depend on an address instead of a released version."
    fix: ClassVar = "Depend on a released version of the other project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find dependencies with an address, or that cannot be read."""
        for filename, headers in metadata_of(facts):
            for folded in headers.get_all("Requires-Dist", []):
                line = " ".join(folded.split())
                flaw = _dependency_flaw(line)
                if flaw is not None:
                    yield Finding(
                        f"{filename} depends on {line}: {flaw}",
                        where=InFile(filename),
                        remedy=Edit(f"replace '{line}' by a name and a version specifier"),
                    )


def _dependency_flaw(line: str) -> str | None:
    try:
        requirement = Requirement(line)
    except InvalidRequirement as invalid:
        return str(invalid).splitlines()[0]
    return "a direct reference" if requirement.url else None
