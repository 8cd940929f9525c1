"""Is every file packed so that all who open it see the same, and nothing that an index refuses?"""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.reading import ARTIFACTS, build_again, in_the_clear, listed, odd, opened, printable
from tagship.domain.artifact import Kind
from tagship.domain.built import BuiltFacts
from tagship.domain.distribution import Distribution, Member, MemberKind, Oddity
from tagship.domain.finding import Finding, Severity
from tagship.errors import Edit, InFile

PACK_PLAINLY = "pack {file} by the build backend alone, without a later tool that rewrites it"
_DRIVE = re.compile(r"[A-Za-z]:")
BUILT_BY = ("pyproject.toml", "setup.py")
"""What an installer looks for in an sdist."""


class ArchivesOpen:
    """Every file is an archive of its kind, whole from beginning to end."""

    id: ClassVar = "archives-open"
    title: ClassVar = "every file opens and is whole"
    why: ClassVar = "The index opens every file and refuses what it cannot read."
    fix: ClassVar = "Build again; if the backend keeps writing such a file, pin a version of it that does not."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find broken archives."""
        for distribution in facts.distributions:
            if distribution.broken is not None:
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} does not open: {distribution.broken}",
                    where=InFile(filename),
                    remedy=build_again(facts.manifest),
                )


class MetadataIsInPlace:
    """The core metadata lies where the file's name promises it."""

    id: ClassVar = "metadata-is-in-place"
    title: ClassVar = "every file has its metadata where its name promises it"
    why: ClassVar = "The index looks for PKG-INFO, METADATA and WHEEL in one place, and refuses a file without them."
    fix: ClassVar = "Build again; if the backend keeps writing such a file, pin a version of it that does not."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find archives without metadata there; unknown where it is encrypted."""
        for distribution in in_the_clear(opened(facts), "METADATA"):
            if distribution.metadata is None:
                filename = distribution.artifact.filename
                name = "PKG-INFO" if distribution.artifact.kind is Kind.SDIST else "METADATA"
                yield Finding(
                    f"{filename} has no {distribution.root}/{name}",
                    where=InFile(filename),
                    remedy=build_again(facts.manifest),
                )


class SdistsCanBeBuilt:
    """An sdist has what tells an installer how to build it."""

    id: ClassVar = "sdists-can-be-built"
    title: ClassVar = "every sdist has a pyproject.toml or a setup.py"
    why: ClassVar = "An installer that finds neither cannot build anything, and refuses where no wheel fits."
    fix: ClassVar = "Let the sdist include pyproject.toml, which every build backend does unless it is told otherwise."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find sdists with neither file in their one directory."""
        for distribution in opened(facts, Kind.SDIST):
            names = {name.removeprefix("./") for name in distribution.names}
            if names.isdisjoint(f"{distribution.top}/{name}" for name in BUILT_BY):
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} has neither {' nor '.join(BUILT_BY)}",
                    where=InFile(filename),
                    remedy=Edit(f"let the sdist include {BUILT_BY[0]}"),
                )


class MembersAreNamedOnce:
    """No name stands twice in an archive."""

    id: ClassVar = "members-are-named-once"
    title: ClassVar = "every archive names each of its members once"
    why: ClassVar = (
        "Of two members with one name some readers take the first and some the last; the index takes neither."
    )
    fix: ClassVar = "Find which rule of the backend includes the file a second time, remove it, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find repeated names; of directories in a tar archive they mean nothing."""
        for distribution in facts.distributions:
            filename = distribution.artifact.filename
            names = (member.name for member in distribution.members if _counts(distribution, member))
            twice = [name for name, times in Counter(names).items() if times > 1]
            if twice:
                yield Finding(
                    f"{filename} holds more than once: {listed(twice)}",
                    where=InFile(filename),
                    remedy=Edit("let the backend include each file once, and build again"),
                )


def _counts(distribution: Distribution, member: Member) -> bool:
    return distribution.artifact.kind is Kind.WHEEL or member.kind is not MemberKind.DIRECTORY


class ArchivesBeginAndEndOnce:
    """An archive begins where its file begins and ends where it ends."""

    id: ClassVar = "archives-begin-and-end-once"
    title: ClassVar = "no archive has anything before its beginning or after its end"
    why: ClassVar = "What lies around an archive may be a second archive, which other readers open instead."
    fix: ClassVar = "Build again, and let nothing be appended to the files."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find data around the archive, and files that are two archives."""
        yield from odd(facts, Oddity.TRAILING_DATA, Oddity.LEADING_DATA, Oddity.OTHER_KIND, remedy=PACK_PLAINLY)


class ArchivesReadOneWay:
    """What stands in an archive is what its list of contents says."""

    id: ClassVar = "archives-read-one-way"
    title: ClassVar = "every archive holds exactly what its list of contents says"
    why: ClassVar = "Readers that follow the list and readers that follow the file would install different things."
    fix: ClassVar = "Build again with a backend or a tool that writes common zip files."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find members of which list and file tell different things."""
        yield from odd(facts, Oddity.HEADERS_DISAGREE, Oddity.UNLISTED_MEMBER, Oddity.BAD_NAME, remedy=PACK_PLAINLY)


class MembersTellTheirSizeFirst:
    """No member of a zip file has its size after its content."""

    id: ClassVar = "members-tell-their-size-first"
    title: ClassVar = "no member has its size in a data descriptor"
    why: ClassVar = "Where a member ends can then be told in two ways, so that the index refuses the file."
    fix: ClassVar = "Write the wheel to a file that can be sought in, or let 'wheel pack' pack it again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find members that were written to a stream."""
        yield from odd(facts, Oddity.DATA_DESCRIPTOR, remedy="unpack {file} and pack it again with 'wheel pack'")


class MembersHaveNoComments:
    """No member of a zip file carries a comment."""

    id: ClassVar = "members-have-no-comments"
    title: ClassVar = "no member carries a comment"
    why: ClassVar = "A comment is a place to hide another archive's parts in, so that the index refuses the file."
    fix: ClassVar = "Let 'wheel pack' pack the wheel again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find comments of members."""
        yield from odd(facts, Oddity.MEMBER_COMMENT, remedy="unpack {file} and pack it again with 'wheel pack'")


class ArchivesHaveNoComment:
    """No zip file carries a comment as a whole."""

    id: ClassVar = "archives-have-no-comment"
    title: ClassVar = "no archive carries a comment"
    why: ClassVar = "The index takes the file, and readers that look for the archive's end may still stumble over it."
    fix: ClassVar = "Let 'wheel pack' pack the wheel again."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find comments of archives."""
        yield from odd(facts, Oddity.ARCHIVE_COMMENT, remedy="unpack {file} and pack it again with 'wheel pack'")


class MembersAreDeflatedOrStored:
    """Every member is packed by a method that every installer reads."""

    id: ClassVar = "members-are-deflated-or-stored"
    title: ClassVar = "every member is packed by a method that the index reads"
    why: ClassVar = "Other methods depend on how an installer's Python was compiled, and the index refuses them."
    fix: ClassVar = "Pack with deflate, which is what zip files have by default."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find other methods of compression."""
        yield from odd(facts, Oddity.COMPRESSION, remedy="unpack {file} and pack it again with 'wheel pack'")


class MembersAreInTheClear:
    """No member is encrypted."""

    id: ClassVar = "members-are-in-the-clear"
    title: ClassVar = "no member is encrypted"
    why: ClassVar = "No installer has the password."
    fix: ClassVar = "Pack without encryption."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find encrypted members."""
        yield from odd(facts, Oddity.ENCRYPTED, remedy="pack {file} without a password")


class ArchivesUnpackToASaneSize:
    """No archive unpacks to more than fifty times its size."""

    id: ClassVar = "archives-unpack-to-a-sane-size"
    title: ClassVar = "no large archive unpacks to over fifty times its size"
    why: ClassVar = "The index takes such an archive for a bomb and refuses it."
    fix: ClassVar = "Leave out generated data that is almost empty, or make it when it is first needed."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find bombs."""
        yield from odd(facts, Oddity.RATIO, remedy="leave what is almost empty out of {file}")


class TarballsHoldNoSparseFiles:
    """No member of an sdist is a sparse file."""

    id: ClassVar = "tarballs-hold-no-sparse-files"
    title: ClassVar = "no sdist holds a sparse file"
    why: ClassVar = (
        "Readers disagree about how much of an archive a sparse file takes up, so that the index refuses it."
    )
    fix: ClassVar = "Pack the sdist by the build backend alone."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find sparse files."""
        yield from odd(facts, Oddity.SPARSE, remedy=PACK_PLAINLY)


class MembersAreFilesOrFolders:
    """No member is a device or a pipe."""

    id: ClassVar = "members-are-files-or-folders"
    title: ClassVar = "no member is a device or a pipe"
    why: ClassVar = "Nobody can install one, and some readers would try to make it."
    fix: ClassVar = "Leave it out of what the sdist includes."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find devices and pipes."""
        for distribution in facts.distributions:
            special = [member.name for member in distribution.members if member.kind is MemberKind.SPECIAL]
            if special:
                yield Finding(
                    f"{distribution.artifact.filename} holds a device or a pipe: {listed(special)}",
                    where=InFile(distribution.artifact.filename),
                    remedy=Edit(f"leave {listed(special)} out"),
                )


class MembersStayInside:
    """No member's name leads out of the directory that an archive is unpacked into."""

    id: ClassVar = "members-stay-inside"
    title: ClassVar = "no member's name leads out of the archive"
    why: ClassVar = "Unpacked by a trusting reader, such a member overwrites a file elsewhere."
    fix: ClassVar = "Find which rule of the backend includes the file, and include it by a path below the project."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find absolute names, drives, backslashes and names that climb."""
        for distribution in facts.distributions:
            outside = [name for name in distribution.names if _leads_out(name)]
            if outside:
                yield Finding(
                    f"{distribution.artifact.filename} holds what is not below it: {listed(outside)}",
                    where=InFile(distribution.artifact.filename),
                    remedy=Edit("include files by paths below the project's directory, and build again"),
                )


def _leads_out(name: str) -> bool:
    return "\\" in name or name.startswith("/") or _DRIVE.match(name) is not None or ".." in name.split("/")


class LinksStayInside:
    """A link leads to another member of its sdist; a wheel holds none."""

    id: ClassVar = "links-stay-inside"
    title: ClassVar = "no link leads out of an sdist, and no wheel holds one"
    why: ClassVar = "A link out of the tree dangles on other machines, or reads what is none of its business."
    fix: ClassVar = "Put the file itself in the place of the link, and build again."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find links that lead elsewhere; installers turn those in a wheel into files that hold a path."""
        for distribution in facts.distributions:
            astray = [f"{each.name} to {each.target}" for each in distribution.members if _astray(distribution, each)]
            if astray:
                yield Finding(
                    f"{distribution.artifact.filename} holds a link that leads nowhere inside: {listed(astray)}",
                    where=InFile(distribution.artifact.filename),
                    remedy=Edit("put files in the place of the links, and build again"),
                )


def _astray(distribution: Distribution, link: Member) -> bool:
    if link.kind not in {MemberKind.SYMLINK, MemberKind.HARDLINK}:
        return False
    if distribution.artifact.kind is Kind.WHEEL or link.target is None:
        return True
    # A hard link names its target from the archive's top, a symbolic link from where it stands.
    base = "" if link.kind is MemberKind.HARDLINK else posixpath.dirname(link.name)
    reached = posixpath.normpath(posixpath.join(base, link.target))
    return _leads_out(reached) or reached.split("/")[0] != link.name.removeprefix("./").split("/")[0]


class SdistsHoldOneDirectory:
    """Everything in an sdist lies in one directory."""

    id: ClassVar = "sdists-hold-one-directory"
    title: ClassVar = "every sdist holds one directory and nothing beside it"
    why: ClassVar = "The index counts what lies at the top of an sdist and refuses more than one directory."
    fix: ClassVar = "Build again with a current version of the backend."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find whatever stands beside the one directory."""
        for distribution in opened(facts, Kind.SDIST):
            others = sorted(_tops(distribution) - {distribution.top})
            if others:
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} should hold {distribution.top} alone, and holds {listed(others)}",
                    where=InFile(filename),
                    remedy=build_again(facts.manifest),
                )


def _tops(distribution: Distribution) -> set[str]:
    return {name.removeprefix("./").partition("/")[0] for name in distribution.names} - {"", "."}


class SdistsUnpackToTheirName:
    """The directory in an sdist is called like the sdist."""

    id: ClassVar = "sdists-unpack-to-their-name"
    title: ClassVar = "the directory in every sdist is called like the sdist"
    why: ClassVar = "The index takes another name, and tools that unpack sdists look for the one that PEP 625 promises."
    fix: ClassVar = "Build with a current version of the backend."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = ARTIFACTS

    def run(self, facts: BuiltFacts) -> Iterator[Finding]:
        """Find directories of another name."""
        for distribution in opened(facts, Kind.SDIST):
            if distribution.top != distribution.root:
                filename = distribution.artifact.filename
                yield Finding(
                    f"{filename} unpacks to {printable(distribution.top)}",
                    where=InFile(filename),
                    remedy=Edit("require a current version of the backend in [build-system] requires"),
                )
