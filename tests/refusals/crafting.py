"""Sound files, and ways to spoil them: the same bytes at every run."""

import gzip
import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from servers.handmade import EPOCH, make_sdist, make_wheel, write_tar, write_zip

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STEM = "handmade-1.0"
INFO = f"{STEM}.dist-info"
SOUND = {"Description_Content_Type": "text/markdown"}
LOCAL_MARK, LISTED_MARK = b"PK\x03\x04", b"PK\x01\x02"

Members = dict[str, bytes]
Change = Callable[[Members], object]
"""What is done to the members, in place."""


def sound_wheel(
    directory: Path, *, name: str = "handmade", version: str = "1.0", tag: str = "py3-none-any", **fields: str
) -> Path:
    """A wheel that nobody finds fault with, but for what `fields` say."""
    said = {**SOUND, **fields}
    return make_wheel(directory, name, version, tag=tag, code="", extra=None, **said)


def sound_sdist(directory: Path, *, code: str = "", **fields: str) -> Path:
    """An sdist that nobody finds fault with, but for what `fields` say."""
    said = {**SOUND, **fields}
    return make_sdist(directory, code=code, extra=None, **said)


def read_wheel(path: Path) -> Members:
    """Its members by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed_wheel(directory: Path, change: Change, **fields: str) -> Path:
    """A sound wheel with other members; its RECORD stays as it was."""
    path = sound_wheel(directory, **fields)
    members = read_wheel(path)
    change(members)
    return write_zip(path, members)


def without(name: str) -> Change:
    """Leaves one file of the .dist-info directory out."""
    return lambda members: members.pop(f"{INFO}/{name}")


def changed_sdist(directory: Path, change: Change) -> Path:
    """A sound sdist with other members."""
    path = sound_sdist(directory)
    with tarfile.open(path) as archive:
        members = {each.name: file.read() for each in archive if (file := archive.extractfile(each)) is not None}
    change(members)
    return write_tar(path, members)


def sdist_with(directory: Path, *odd: tarfile.TarInfo) -> Path:
    """A sound sdist with more members, which hold nothing."""
    path = sound_sdist(directory)
    with tarfile.open(path) as archive:
        sound = [(each, file.read()) for each in archive if (file := archive.extractfile(each)) is not None]
    with (
        path.open("wb") as raw,
        gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for each, content in sound:
            archive.addfile(each, io.BytesIO(content))
        for each in odd:
            archive.addfile(each)
    return path


def a_link(name: str, target: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    """A link, as a member."""
    link = tarfile.TarInfo(f"{STEM}/{name}")
    link.type, link.linkname = kind, target
    return link


def of_type(name: str, kind: bytes) -> tarfile.TarInfo:
    """A member of another type than a file."""
    member = tarfile.TarInfo(f"{STEM}/{name}")
    member.type = kind
    return member


def appended(path: Path, data: bytes) -> Path:
    """The file with data after its end."""
    path.write_bytes(path.read_bytes() + data)
    return path


def replaced(path: Path, data: bytes) -> Path:
    """A file that holds something else altogether."""
    path.write_bytes(data)
    return path


def cut(path: Path, keep: float = 0.5) -> Path:
    """The first part of a file."""
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    return path


def patched(path: Path, old: bytes, new: bytes, *, times: int = -1) -> Path:
    """The file with some bytes replaced by as many others."""
    assert len(old) == len(new)
    whole = path.read_bytes()
    assert old in whole
    path.write_bytes(whole.replace(old, new, times))
    return path


def flagged(path: Path, flag: int) -> Path:
    """The zip file with a flag set on its first member, in both places."""
    whole = bytearray(path.read_bytes())
    for mark, offset in ((LOCAL_MARK, 6), (LISTED_MARK, 8)):
        place = whole.index(mark) + offset
        (flags,) = struct.unpack_from("<H", whole, place)
        struct.pack_into("<H", whole, place, flags | flag)
    path.write_bytes(whole)
    return path


class _Pipe(io.RawIOBase):
    """A target that cannot be sought in, as a stream is."""

    def __init__(self, target: io.BytesIO) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: "ReadableBuffer") -> int:
        return self._target.write(data)


def streamed(path: Path) -> Path:
    """The wheel as it is when it was written to a pipe."""
    members = read_wheel(path)
    target = io.BytesIO()
    with zipfile.ZipFile(_Pipe(target), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    path.write_bytes(target.getvalue())
    return path


def packed_by(path: Path, entries: Iterable[tuple[zipfile.ZipInfo, bytes]], comment: bytes = b"") -> Path:
    """A zip file of these entries as they are, repetitions included."""
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w") as archive:
        warnings.simplefilter("ignore")  # a name that stands twice is what some are made for
        for entry, content in entries:
            archive.writestr(entry, content)
        archive.comment = comment
    return path


def entries_of(
    path: Path, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> list[tuple[zipfile.ZipInfo, bytes]]:
    """The members of a wheel, to be packed by another method, or with a comment each."""
    entries = []
    for name, content in read_wheel(path).items():
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.compress_type, entry.comment = method, comment
        entries.append((entry, content))
    return entries
