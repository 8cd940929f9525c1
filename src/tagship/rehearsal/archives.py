"""What the stand-in index looks at inside an archive before it takes it."""

import configparser
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email.parser import BytesHeaderParser
from pathlib import Path, PurePosixPath

LARGEST_MEMBER = 16 << 20
RATIO_MATTERS_FROM = 64 << 20
HIGHEST_RATIO = 50
END_OF_CENTRAL_DIRECTORY = b"PK\x05\x06"
END_RECORD_SIZE = 22
SUPPORTED_COMPRESSION = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
ENTRY_POINT = re.compile(r"\s*[\w.]+\s*(?::\s*[\w.]+\s*)?(?:\[[^\]]*\]\s*)?")
SDIST_SUFFIX = ".tar.gz"
UNREADABLE = (
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


class ArchiveRefusedError(ValueError):
    """An archive that the index does not take; the message is the index's."""


def core_metadata(wheel: Path) -> bytes | None:
    """The METADATA of a wheel, or None where it has none or cannot be read."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(f"{dist_info(wheel.name)}/METADATA")
    except UNREADABLE:
        return None


def dist_info(filename: str) -> str:
    """The folder of metadata that a wheel's name promises."""
    return "-".join(filename.split("-")[:2]) + ".dist-info"


def check_archive(path: Path, filename: str) -> None:
    """Whether the file is the kind of archive that its name says, made as it should be; raises ArchiveRefusedError."""
    if filename.endswith(".whl"):
        with _wheel(path) as wheel:
            _check_size(path, sum(member.file_size for member in wheel.infolist()))
            _check_zip(wheel)
            if (wanted := f"{dist_info(filename)}/WHEEL") not in wheel.namelist():
                raise ArchiveRefusedError(f"Invalid distribution file. WHEEL not found at {wanted}")
        return
    if zipfile.is_zipfile(path):
        raise ArchiveRefusedError("Invalid distribution file. File is both a zip and a tar file")
    with _sdist(path) as sdist:
        members = sdist.getmembers()
        _check_size(path, sum(member.size for member in members))
        _check_tar(members)
        _package_info(sdist, filename)


def check_contents(path: Path, filename: str) -> None:
    """Whether the archive holds what its own metadata promises; raises ArchiveRefusedError."""
    if not filename.endswith(".whl"):
        with _sdist(path) as sdist:
            top = filename.removesuffix(SDIST_SUFFIX)
            _check_licenses(_package_info(sdist, filename), filename, top, set(sdist.getnames()))
        return
    with _wheel(path) as wheel:
        folder, names = dist_info(filename), set(wheel.namelist())
        for name in ("RECORD", "METADATA"):
            if f"{folder}/{name}" not in names:
                raise ArchiveRefusedError(
                    f"Wheel {filename!r} does not contain the required {name} file: {folder}/{name}"
                )
        _check_licenses(_member(wheel, f"{folder}/METADATA"), filename, f"{folder}/licenses", names)
        if f"{folder}/entry_points.txt" in names:
            _check_entry_points(_member(wheel, f"{folder}/entry_points.txt"), filename)


@contextmanager
def _sdist(path: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(path, "r:gz") as archive:
            yield archive
    except ArchiveRefusedError:
        raise
    except UNREADABLE as error:
        raise ArchiveRefusedError("Invalid distribution file. File is not a tarfile") from error


@contextmanager
def _wheel(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except ArchiveRefusedError:
        raise
    except UNREADABLE as error:
        raise ArchiveRefusedError("Invalid distribution file. File is not a zipfile") from error


def _check_tar(members: Sequence[tarfile.TarInfo]) -> None:
    if any(member.issparse() for member in members):
        raise ArchiveRefusedError("Invalid distribution file. tar archive not accepted: Sparse members")
    if len({PurePosixPath(member.name).parts[:1] for member in members}) != 1:
        raise ArchiveRefusedError("Invalid distribution file. Incorrect number of top-level directories in sdist")


def _package_info(archive: tarfile.TarFile, filename: str) -> bytes:
    wanted = f"{filename.removesuffix(SDIST_SUFFIX)}/PKG-INFO"
    member = next((member for member in archive.getmembers() if member.name == wanted and member.isfile()), None)
    content = None if member is None or member.size > LARGEST_MEMBER else archive.extractfile(member)
    if content is None:
        raise ArchiveRefusedError(f"Invalid distribution file. PKG-INFO not found at {wanted}")
    return content.read()


def _check_zip(archive: zipfile.ZipFile) -> None:
    """What makes two readers of one zip file see two different archives."""
    names = archive.namelist()
    if len(names) != len(set(names)):
        raise _zip_refused("Duplicate filename")
    if any(member.compress_type not in SUPPORTED_COMPRESSION for member in archive.infolist()):
        raise ArchiveRefusedError("Invalid distribution file. File does not use a supported compression type")
    if any(member.comment for member in archive.infolist()):
        raise _zip_refused("comment in central directory")
    if archive.fp is None:
        raise _zip_refused("Malformed zip file")
    archive.fp.seek(-END_RECORD_SIZE - len(archive.comment), 2)
    if not archive.fp.read().startswith(END_OF_CENTRAL_DIRECTORY):
        raise _zip_refused("Trailing data")


def _zip_refused(why: str) -> ArchiveRefusedError:
    return ArchiveRefusedError(f"Invalid distribution file. ZIP archive not accepted: {why}")


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LARGEST_MEMBER:
        raise ArchiveRefusedError(f"Invalid distribution file. {name} is too large")
    return archive.read(name)


def _check_entry_points(content: bytes, filename: str) -> None:
    refused = ArchiveRefusedError(f"Wheel {filename!r} has invalid entry points defined in the entry_points.txt file")
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    try:
        parser.read_string(content.decode())
    except (configparser.Error, UnicodeDecodeError) as error:
        raise refused from error
    values = [value for section in parser.sections() for value in parser[section].values()]
    if not all(ENTRY_POINT.fullmatch(value) for value in values):
        raise refused


def _check_licenses(metadata: bytes, filename: str, folder: str, names: set[str]) -> None:
    for name in BytesHeaderParser().parsebytes(metadata).get_all("License-File", ()):
        if f"{folder}/{name}" not in names:
            raise ArchiveRefusedError(
                f"License-File {name} does not exist in distribution file {filename} at {folder}/{name}"
            )


def _check_size(path: Path, unpacked: int) -> None:
    if unpacked >= RATIO_MATTERS_FROM and unpacked > HIGHEST_RATIO * path.stat().st_size:
        raise ArchiveRefusedError("Invalid distribution file. File exceeds compression ratio of 50")
