"""What the stand-in index looks at inside an archive before it takes it: that it is one, and holds what tells of it.

The rules are the public index's; the four limits at the top are the stand-in's own, so that no archive costs it more
than seconds and some hundred megabytes.
"""

import gzip
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tagship.domain.index_rules import HIGHEST_RATIO, RATIO_MATTERS_FROM
from tagship.rehearsal.zip_framing import ZipRefusedError, check_framing, size_of_listing

LARGEST_LISTING = 12 << 20
MOST_UNPACKED = 1 << 30
MOST_MEMBERS = 120_000
LARGEST_MEMBER = 8 << 20
SUPPORTED_COMPRESSION = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
SDIST_SUFFIX = ".tar.gz"
SEE_ARCHIVES = "See the index's own page about archives for more information"
NOWHERE = frozenset({"", ".", "/"})
# What Python's readers raise at archives that are broken, encrypted or lying.
UNREADABLE = (
    AssertionError,
    EOFError,
    LookupError,
    MemoryError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


class ArchiveRefusedError(ValueError):
    """An archive that the index does not take; the message is the index's."""


def check_archive(path: Path, filename: str) -> None:
    """Whether the file is the kind of archive that its name says, made as it should be; raises ArchiveRefusedError."""
    if size_of_listing(path) > LARGEST_LISTING:
        raise _refused("File has more members than the stand-in index reads")
    is_zip, is_tar = _says_yes(zipfile.is_zipfile, path), _says_yes(_is_tar, path)
    if is_zip and is_tar:
        raise _refused("File is both a zip and a tar file")
    if filename.endswith(SDIST_SUFFIX):
        if not is_tar:
            raise _refused("File is not a tarfile")
        with open_sdist(path) as members:
            _check_tar(members)
        return
    if not is_zip:
        raise _refused("File is not a zipfile")
    with open_zip(path) as archive:
        _check_zip(archive, path, filename)


@contextmanager
def open_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    """The zip file, open; raises ArchiveRefusedError for one that cannot be read, now or later."""
    with _readable(), zipfile.ZipFile(path) as archive:
        yield archive


@contextmanager
def open_sdist(path: Path) -> Iterator[Mapping[str, tarfile.TarInfo]]:
    """The members of a tar file by name, the last of each; raises ArchiveRefusedError as open_zip does."""
    with _readable():
        yield {member.name: member for member in _members(path)}


def common_top(names: Sequence[str]) -> str:
    """The one directory in which everything lies, or nothing."""
    try:
        return posixpath.commonpath(names)
    except ValueError:  # no names at all, or some from the root and some not
        return ""


def dist_info(filename: str) -> str:
    """The folder of metadata that a wheel's name promises."""
    return "-".join(filename.split("-")[:2]) + ".dist-info"


def read_member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The content of one member, or None where there is none; raises ArchiveRefusedError for a huge one."""
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    if member.file_size > LARGEST_MEMBER:
        raise _refused(f"{name} is larger than the stand-in index reads")
    return archive.read(member)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except ArchiveRefusedError:
        raise
    except UNREADABLE as error:
        raise _refused("None") from error  # which is what the index says, having no words for it


def _refused(why: str) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"Invalid distribution file. {why}")


def _says_yes(question: Callable[[Path], bool], path: Path) -> bool:
    try:
        return question(path)
    except UNREADABLE:
        return False


def _check_zip(archive: zipfile.ZipFile, path: Path, filename: str) -> None:
    members, packed = archive.infolist(), path.stat().st_size
    unpacked = sum(member.file_size for member in members)
    if unpacked > RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * packed:
        raise _refused(f"File exceeds compression ratio of {HIGHEST_RATIO}")
    if any(member.compress_type not in SUPPORTED_COMPRESSION for member in members):
        raise _refused("File does not use a supported compression type")
    if filename.endswith(".whl"):
        _check_wheel_is_told_of(archive, filename)
    else:
        top = common_top(archive.namelist())
        if top in NOWHERE:
            raise _refused("Incorrect number of top-level directories in sdist")
        if read_member(archive, f"{top}/PKG-INFO") is None:
            raise _refused(f"PKG-INFO not found at {top}/PKG-INFO")
    try:
        check_framing(archive)
    except ZipRefusedError as error:
        raise _refused(f"ZIP archive not accepted: {error}. {SEE_ARCHIVES}") from error


def _check_wheel_is_told_of(archive: zipfile.ZipFile, filename: str) -> None:
    if filename.count("-") < len(("name", "version")):
        raise _refused("Unable to parse name and version from wheel filename")
    wanted = f"{dist_info(filename)}/WHEEL"
    if read_member(archive, wanted) is None:
        raise _refused(f"WHEEL not found at {wanted}")


def _check_tar(members: Mapping[str, tarfile.TarInfo]) -> None:
    if any(member.issparse() for member in members.values()):
        raise _refused(f"tar archive not accepted: Sparse members are not allowed. {SEE_ARCHIVES}")
    top = common_top(list(members))
    if top in NOWHERE:
        raise _refused("Incorrect number of top-level directories in sdist")
    if f"{top}/PKG-INFO" not in members:
        raise _refused(f"PKG-INFO not found at {top}/PKG-INFO")


class _Unpacking(gzip.GzipFile):
    """A packed stream that is never asked for much at once: the headers of a tar file may claim any length."""

    def read(self, size: int | None = -1) -> bytes:
        """At most `size` bytes."""
        if size is None or not 0 <= size <= LARGEST_MEMBER:
            raise _refused("File has a header that is larger than the stand-in index reads")
        return super().read(size)


def _is_tar(path: Path) -> bool:
    """Whether the file begins as a tar file does, packed or not."""
    if _says_yes(_begins_like_tar, path):
        return True
    with _Unpacking(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r:"):
        return True


def _begins_like_tar(path: Path) -> bool:
    with tarfile.open(path, mode="r:"):
        return True


def _members(path: Path) -> Iterator[tarfile.TarInfo]:
    """Every member, as long as there are not absurdly many and they do not unpack to absurdly much."""
    with _Unpacking(path) as unpacked, tarfile.open(fileobj=unpacked, mode="r:") as archive:
        before = 0
        for count, member in enumerate(archive):
            if not before < archive.offset <= MOST_UNPACKED or count >= MOST_MEMBERS:
                raise _refused("File is larger, unpacked, than the stand-in index reads")
            before = archive.offset
            yield member
