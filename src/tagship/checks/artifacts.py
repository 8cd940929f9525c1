"""Are these the files that were built, of one release, under names that the index takes?"""

from collections.abc import Iterator
from typing import ClassVar

from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from tagship.checks.reading import ARTIFACTS, build_again, core_metadata_of, expect_public_index, printable
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.core_metadata import parse_metadata
from tagship.domain.distribution import Distribution
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.index_rules import LARGEST_FILE, LONGEST_FILENAME, MEBIBYTE, UNPRINTABLE
from tagship.domain.version import parse_version
from tagship.errors import Edit, InFile


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
                yield Finding(f"{wanted.filename} is gone", where=InFile(wanted.filename), remedy=build_again(manifest))
            elif found.sha256 != wanted.sha256:
                yield Finding(
                    f"{wanted.filename} is not what was built: sha256 {found.sha256[:12]}, built {wanted.sha256[:12]}",
                    where=InFile(wanted.filename),
                    remedy=build_again(manifest),
                )


class SdistsAreTarballs:
    """A source distribution is a gzipped tar archive."""

    id: ClassVar = "sdists-are-tarballs"
    title: ClassVar = "no source distribution is a zip file"
    why: ClassVar = "Since PEP 625 the index takes an sdist as .tar.gz alone."
    fix: ClassVar = "Let the build backend write its default format, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find zip files, whether they were taken for distributions or for something that lies about."""
        for name in (*(found.artifact.filename for found in facts.distributions), *facts.strangers):
            if name.lower().endswith(".zip"):
                yield Finding(
                    f"{name} is an sdist in a zip file",
                    where=InFile(name),
                    remedy=Edit("remove 'formats = zip' from the settings of the backend and build again"),
                )


class FileNamesCanBeStored:
    """A file's name is short and printable, and leads into no directory."""

    id: ClassVar = "file-names-can-be-stored"
    title: ClassVar = "every file name is short, printable and without a slash"
    why: ClassVar = "The index refuses names with control characters or slashes, and names over 255 bytes."
    fix: ClassVar = "Give the project a shorter or plainer name, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names that no index keeps."""
        for distribution in facts.distributions:
            name = distribution.artifact.filename
            flaw = _unstorable(name)
            if flaw is not None:
                yield Finding(
                    f"the file name {printable(name):.80} {flaw}",
                    where=InFile(name),
                    remedy=build_again(facts.manifest),
                )


def _unstorable(name: str) -> str | None:
    if UNPRINTABLE.search(name):
        return "holds a control character"
    if "/" in name or "\\" in name:
        return "holds a slash"
    length = len(name.encode("utf-8", "replace"))
    return f"has {length} bytes, of which {LONGEST_FILENAME} are allowed" if length > LONGEST_FILENAME else None


class FileNamesAreNormalised:
    """A file's name is made of the project's name and version as the specifications write them."""

    id: ClassVar = "file-names-are-normalised"
    title: ClassVar = "every file name spells project and version in their normal form"
    why: ClassVar = "The index takes an sdist under one exact name (PEP 625), and a wheel with a normal name part."
    fix: ClassVar = "Build with a current version of the build backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find names that the index would want otherwise."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            try:
                wanted = _normal_name(distribution)
            except ValueError as invalid:
                flaw = str(invalid).splitlines()[0].rstrip(".")
            else:
                if filename == wanted:
                    continue
                flaw = f"the index wants {wanted}"
            yield Finding(
                f"{filename} is no normal name: {flaw}",
                where=InFile(filename),
                remedy=Edit("require a current version of the backend in [build-system] requires, and build again"),
            )


def _normal_name(distribution: Distribution) -> str:
    """The name as an index wants it, which compares an sdist's version letter by letter and a wheel's by its meaning.

    Raises ValueError where the name is none at all.
    """
    filename = distribution.artifact.filename
    if distribution.artifact.kind is Kind.SDIST:
        name, version = parse_sdist_filename(filename)
        said = parse_version(parse_metadata(distribution.metadata or b"").version)
        # Another version is told of elsewhere; another spelling of it is told of here.
        return f"{name.replace('-', '_')}-{said if said == version else version}.tar.gz"
    name, *_ = parse_wheel_filename(filename)
    return f"{name.replace('-', '_')}-{filename.partition('-')[2]}"


class FilesAreSmallEnough:
    """No file is larger than the index takes from everybody."""

    id: ClassVar = "files-are-small-enough"
    title: ClassVar = f"every file is within the index's limit of {LARGEST_FILE // MEBIBYTE} MiB"
    why: ClassVar = "The index refuses larger files, unless it raised the limit for the project."
    fix: ClassVar = "Leave data out of the files, or ask the index for a higher limit and exempt the check."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find files over the limit; what an index that nobody knows takes is for it to say."""
        expect_public_index(facts)
        for artifact in (found.artifact for found in facts.distributions):
            if artifact.size > LARGEST_FILE:
                yield Finding(
                    f"{artifact.filename} has {artifact.size / MEBIBYTE:.1f} MiB, over the limit of"
                    f" {LARGEST_FILE // MEBIBYTE} MiB",
                    where=InFile(artifact.filename),
                    remedy=Edit("leave out what need not be shipped, or ask the index for a higher limit"),
                )


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
                f"{name} is a second sdist beside {sdists[0]}", where=InFile(name), remedy=build_again(facts.manifest)
            )


class FilesAreOfOneRelease:
    """Every file's name and metadata agree with one another, and with the other files."""

    id: ClassVar = "files-are-of-one-release"
    title: ClassVar = "all files and their metadata are of one project and version"
    why: ClassVar = "The index refuses a file whose name and metadata differ, and files another release under its own."
    fix: ClassVar = "Build into an empty directory."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find whoever says something else than the first file's name."""
        first: tuple[str, str, Version | None] | None = None
        for filename, said, name, version in _names(facts):
            release = canonicalize_name(name), parse_version(version)
            if first is None:
                first = filename, *release
            elif release != first[1:]:
                yield Finding(
                    f"{filename}: {said} says {name or 'no name'} {version or 'and no version'}, "
                    f"and {first[0]} is of {first[1]} {first[2]}",
                    where=InFile(filename),
                    remedy=build_again(facts.manifest),
                )


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
    for filename, metadata in core_metadata_of(facts):
        yield filename, "the metadata", metadata.name, metadata.version
