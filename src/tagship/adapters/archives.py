"""Built files, opened and read without being unpacked; and our own sdist, unpacked to build the wheel from."""

import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import IO

from tagship.adapters.manifests import artifact_of
from tagship.domain.distribution import Distribution, Member
from tagship.errors import BuildFailed, Edit

MAX_METADATA = 16 << 20
"""Bytes of METADATA or PKG-INFO that are read."""
MAX_MEMBERS = 200_000
MAX_UNPACKED = 16 << 30
"""Bytes that an archive may hold; what claims more is a bomb."""

_CHUNK = 1 << 20
_ENCRYPTED = 0x1
_SDIST = ".tar.gz"
_WHEEL = ".whl"
_UNREADABLE = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, zipfile.BadZipFile,
    tarfile.TarError,
)  # fmt: skip
"""What the standard library raises for archives that are broken, one way or another."""


class _Broken(Exception):
    """An archive that can be opened and still is none we take; the message says why."""


def open_distribution(path: Path) -> Distribution:
    """Read a built file's member names and metadata, and prove by its checksums that it is whole.

    The metadata is looked for where the file name promises it. Whatever is wrong with an archive is told in
    `broken`, never raised; raises OSError only where there is no file.
    """
    artifact = artifact_of(path)
    read = _reader(path.name)
    members: list[Member] = []
    if read is None:
        return Distribution(artifact, broken=f"{path.name} is neither a wheel nor a .tar.gz sdist")
    try:
        metadata = read(path, members)
    except _Broken as reason:
        return Distribution(artifact, tuple(members), broken=str(reason))
    except _UNREADABLE as error:
        return Distribution(
            artifact, tuple(members), broken=f"the archive cannot be read: {str(error) or type(error).__name__}"
        )
    if not members:
        return Distribution(artifact, broken="the archive is empty")
    return Distribution(artifact, tuple(members), metadata)


def _reader(name: str) -> Callable[[Path, list[Member]], bytes | None] | None:
    if name.endswith(_WHEEL):
        return _read_wheel
    return _read_sdist if name.endswith(_SDIST) else None


def _read_wheel(path: Path, members: list[Member]) -> bytes | None:
    project, _, rest = path.name.partition("-")
    promised = f"{project}-{rest.partition('-')[0]}.dist-info/METADATA"
    metadata = None
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        members.extend(Member(entry.orig_filename, size=entry.file_size) for entry in entries)
        _bound(len(entries), sum(entry.file_size for entry in entries))
        for entry in entries:
            if entry.flag_bits & _ENCRYPTED:
                raise _Broken(f"{entry.orig_filename} is encrypted")
            with archive.open(entry) as file:
                if entry.orig_filename == promised:
                    metadata = _bounded(file, promised)
                _drain(file)
    return metadata


def _read_sdist(path: Path, members: list[Member]) -> bytes | None:
    promised = f"{path.name.removesuffix(_SDIST)}/PKG-INFO"
    metadata = None
    unpacked = 0
    with gzip.open(path) as stream, tarfile.open(fileobj=stream, mode="r|") as archive:
        for entry in archive:
            members.append(Member(entry.name, size=entry.size))
            unpacked += entry.size
            _bound(len(members), unpacked)
            if entry.name == promised and entry.isreg():
                file = archive.extractfile(entry)
                metadata = None if file is None else _bounded(file, promised)
        # What follows the last member is padding; reading on to the end checks the checksum.
        _drain(stream)
    return metadata


def _bound(members: int, unpacked: int) -> None:
    if members > MAX_MEMBERS:
        raise _Broken(f"the archive has more than {MAX_MEMBERS:,} members")
    if unpacked > MAX_UNPACKED:
        raise _Broken(f"the archive unpacks to more than {MAX_UNPACKED >> 30} GiB")


def _bounded(file: IO[bytes], name: str) -> bytes:
    content = file.read(MAX_METADATA + 1)
    if len(content) > MAX_METADATA:
        raise _Broken(f"{name} is larger than {MAX_METADATA >> 20} MiB")
    return content


def _drain(file: IO[bytes] | gzip.GzipFile) -> None:
    done = 0
    while chunk := file.read(_CHUNK):
        done += len(chunk)
        if done > MAX_UNPACKED:
            raise _Broken(f"the archive unpacks to more than {MAX_UNPACKED >> 30} GiB")


def unpack_sdist(path: Path, into: Path) -> Path:
    """Unpack an sdist that we built; its one directory. Raises BuildFailed for one that reaches outside."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            if hasattr(tarfile, "data_filter"):
                archive.extractall(into, filter="data")
            else:
                _extract_plainly(archive, into)
    except (tarfile.TarError, EOFError, zlib.error) as broken:
        raise _not_an_sdist(path, str(broken)) from broken
    found = list(into.iterdir())
    if len(found) != 1 or not found[0].is_dir():
        raise _not_an_sdist(path, "it does not hold one directory")
    return found[0]


def _extract_plainly(archive: tarfile.TarFile, into: Path) -> None:
    """What Pythons before 3.11.4, which have no extraction filter, may do: files and directories below `into`."""
    top = into.resolve()
    for member in archive.getmembers():
        if not (member.isreg() or member.isdir()) or not (top / member.name).resolve().is_relative_to(top):
            raise tarfile.TarError(f"{member.name} is a link, a device or outside, and this Python cannot filter it")
        archive.extract(member, into)


def _not_an_sdist(path: Path, reason: str) -> BuildFailed:
    return BuildFailed(
        f"the backend made {path.name}, which no wheel can be built from: {reason}",
        remedy=Edit("mend what the sdist includes"),
    )
