"""A built file, opened: what it says of itself, what it holds, and what is odd about how it is packed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from tagship.domain.artifact import Artifact
from tagship.domain.index_rules import HIGHEST_RATIO


class MemberKind(Enum):
    """What one entry of an archive is."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symbolic link"
    HARDLINK = "hard link"
    SPECIAL = "device or pipe"


@dataclass(frozen=True, slots=True)
class Member:
    """One entry of an archive, in its own words: names may be hostile, and may repeat.

    `size` is in bytes, unpacked. `sha256` is of a file's content, in hexadecimal, None for what is no file and for
    what was not read. `target` is where a link leads.
    """

    name: str
    kind: MemberKind = MemberKind.FILE
    size: int = 0
    sha256: str | None = None
    target: str | None = None


class Oddity(Enum):
    """Ways of packing that make two readers of one archive see two archives, or that no reader should meet.

    Each value completes a sentence that begins with the archive's name or the member's.
    """

    TRAILING_DATA = "has data after its end"
    LEADING_DATA = "has data before its beginning"
    ARCHIVE_COMMENT = "has a comment"
    MEMBER_COMMENT = "has a comment of its own"
    DATA_DESCRIPTOR = "has its size after its content, in a data descriptor"
    HEADERS_DISAGREE = "is called or sized otherwise where it stands than in the list of contents"
    UNLISTED_MEMBER = "stands in the archive and not in its list of contents"
    COMPRESSION = "is packed by a method that the index does not read"
    ENCRYPTED = "is encrypted"
    RATIO = f"unpacks to more than {HIGHEST_RATIO} times its size"
    SPARSE = "is a sparse file"
    OTHER_KIND = "is a zip and a tar archive at once"
    BAD_NAME = "has a name that cannot be read one way only"

    @property
    def of_several(self) -> str:
        """The same about several members; the value itself where only an archive can be like that."""
        return _OF_SEVERAL.get(self, self.value)


_OF_SEVERAL = {
    Oddity.MEMBER_COMMENT: "have comments of their own",
    Oddity.DATA_DESCRIPTOR: "have their sizes after their contents, in data descriptors",
    Oddity.HEADERS_DISAGREE: "are called or sized otherwise where they stand than in the list of contents",
    Oddity.UNLISTED_MEMBER: "stand in the archive and not in its list of contents",
    Oddity.COMPRESSION: "are packed by a method that the index does not read",
    Oddity.ENCRYPTED: "are encrypted",
    Oddity.SPARSE: "are sparse files",
    Oddity.BAD_NAME: "have names that cannot be read one way only",
}


@dataclass(frozen=True, slots=True)
class Peculiarity:
    """One oddity, of one member or, where `member` is None, of the archive as a whole."""

    oddity: Oddity
    member: str | None = None


@dataclass(frozen=True, slots=True)
class Leak:
    """A credential that lies in a member; `preview` is its fixed beginning and four characters at most."""

    member: str
    rule: str
    preview: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """One sdist or wheel, read.

    `metadata` is the METADATA or PKG-INFO as raw bytes, None where the archive has none or has it in another place than
    an index looks: where a wheel's name promises it, and in the one directory that an sdist has. `members` are in the
    archive's order, duplicates included. `texts` holds by name the content of what describes the archive (what lies in
    a wheel's `.dist-info`, an sdist's PKG-INFO) and of `.pth` files, as far as they are small. `broken` is the reason
    why the archive could not be read, or None.
    """

    artifact: Artifact
    members: tuple[Member, ...] = ()
    metadata: bytes | None = None
    broken: str | None = None
    texts: Mapping[str, bytes] = field(default_factory=dict)
    peculiarities: tuple[Peculiarity, ...] = ()
    leaks: tuple[Leak, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its members, in order, duplicates included."""
        return tuple(member.name for member in self.members)

    @property
    def root(self) -> str:
        """What the file name promises: a wheel's `.dist-info` directory, an sdist's one directory."""
        name = self.artifact.filename
        if name.endswith(".whl"):
            return "-".join(name.split("-")[:2]) + ".dist-info"
        return name.removesuffix(".tar.gz")

    @property
    def top(self) -> str:
        """Where an index looks into an sdist: the one directory that it has; else what its name promises."""
        tops = {name.removeprefix("./").partition("/")[0] for name in self.names} - {"", "."}
        return tops.pop() if len(tops) == 1 else self.root
