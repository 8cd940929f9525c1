"""Whether a zip file reads the same from its front as from its list of contents at the end.

Installers read the list, scanners and streaming readers the headers before each member. An index takes an archive only
where both tell of the same members, with nothing between or behind them. Source of the rules and of their words: the
public index's server (utils/zipfiles.py, 2026); of the layout: PKWARE's APPNOTE.TXT, section 4.3.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import SEEK_CUR, SEEK_END
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, ZipFile

LOCAL_HEADER = b"PK\x03\x04"
LISTED_HEADER = b"PK\x01\x02"
END = b"PK\x05\x06"
END_64 = b"PK\x06\x06"
LOCATOR_64 = b"PK\x06\x07"
HAS_DATA_DESCRIPTOR = 0x08
SIZE_IS_ELSEWHERE = 0xFFFFFFFF
SIZES_64, UNICODE_NAME = 0x0001, 0x7075
ONCE_ONLY = frozenset({SIZES_64, UNICODE_NAME})
LENGTHS_OF_SIZES_64 = frozenset({0, 8, 16, 24, 28})
NAME_FOLLOWS = 5  # bytes of a Unicode name's version and checksum
REST_OF_END_64 = 44
LONGEST_COMMENT = 0xFFFF
END_SIZE, ENDS_64_SIZE = 22, 56 + 20
FARTHEST = 1 << 48  # beyond the end of every file, and still a place to go to
_MALFORMED = "Malformed zip file"
_EXTRA = struct.Struct("<HH")  # what an extra field begins with: its kind and its length
_UNPRINTABLE = bytes([*range(0x20), 0x7F])


class ZipRefusedError(ValueError):
    """A zip file in which two readers may see two archives; the message is the index's."""


def check_framing(archive: ZipFile) -> None:
    """Read every record of an open archive from front to back; raises ZipRefusedError."""
    if not isinstance(archive.filename, str):
        raise ZipRefusedError(_MALFORMED)
    listed = {member.orig_filename: (member.compress_size, member.file_size) for member in archive.infolist()}
    with Path(archive.filename).open("rb") as file:
        _Reader(file, listed).read()


def size_of_listing(path: Path) -> int:
    """How many bytes the list of contents takes up by its own account, at most the file's; 0 where there is none.

    Looked at before the list is read, since every entry costs memory.
    """
    with path.open("rb") as file:
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - LONGEST_COMMENT - END_SIZE - ENDS_64_SIZE))
        tail = file.read()
    place = len(tail) - END_SIZE
    if not tail[max(0, place) :].startswith(END):  # the archive has a comment, or is none
        place = tail.rfind(END, 0, max(0, place) + len(END))
    if place < 0:
        return 0
    sizes: list[int] = [struct.unpack_from("<L", tail, place + 12)[0]]
    if place >= ENDS_64_SIZE and tail.startswith(END_64, place - ENDS_64_SIZE):
        sizes.append(struct.unpack_from("<Q", tail, place - ENDS_64_SIZE + 40)[0])
    return min(max(sizes), size)


@dataclass(frozen=True, slots=True)
class _Ending:
    """What the end of an archive says of its list of contents."""

    records: int
    size: int
    place: int


@dataclass(slots=True)
class _Reader:
    """Goes through the records of one file, and keeps what it has seen."""

    file: BinaryIO
    listed: Mapping[str, tuple[int, int]]
    met: set[bytes] = field(default_factory=set)
    named: set[bytes] = field(default_factory=set)
    listing_at: int | None = None
    listing_size: int = 0
    ending: _Ending | None = None
    place_of_end_64: int | None = None
    locator: bool = False

    def read(self) -> None:
        records: Mapping[bytes, Callable[[], None]] = {
            LOCAL_HEADER: self._local,
            LISTED_HEADER: self._entry,
            END_64: self._end_64,
            LOCATOR_64: self._locate,
        }
        while (signature := self._take(4)) != END:
            if signature not in records:
                raise ZipRefusedError("Unknown record signature")
            records[signature]()
        self._end()
        if self.named != self.met:
            raise ZipRefusedError("Mis-matched local headers and central directory")
        here = self.file.tell()
        if self.file.seek(0, SEEK_END) != here:
            raise ZipRefusedError("Trailing data")

    def _take(self, count: int) -> bytes:
        content = self.file.read(count)
        if len(content) != count:
            raise ZipRefusedError(_MALFORMED)
        return content

    def _local(self) -> None:
        flags, method, packed, unpacked, name_size, extra_size = struct.unpack("<xxHHxxxxxxxxLLHH", self._take(26))
        name, extra = self._name(name_size), self._take(extra_size)
        for size in _sizes_64(extra, method, packed, unpacked):
            packed, unpacked = size
        if flags & HAS_DATA_DESCRIPTOR:
            raise ZipRefusedError("ZIP contains a data descriptor")
        try:
            wanted = self.listed.get(name.decode())
        except UnicodeDecodeError as error:
            raise ZipRefusedError("Filename not unicode") from error
        if wanted is None:
            raise ZipRefusedError("Filename not in central directory")
        if wanted[0] != packed:
            raise ZipRefusedError("Mis-matched data size")
        if wanted[1] != unpacked:
            raise ZipRefusedError("Mis-matched file size")
        self.file.seek(min(packed, FARTHEST), SEEK_CUR)
        if name in self.met:
            raise ZipRefusedError("Duplicate filename in local headers")
        self.met.add(name)

    def _entry(self) -> None:
        if self.listing_at is None:
            self.listing_at = self.file.tell() - len(LISTED_HEADER)
        name_size, extra_size, comment_size = struct.unpack("<24xHHH12x", self._take(42))
        if comment_size:
            raise ZipRefusedError("Comment in central directory")
        name, extra = self._name(name_size), self._take(extra_size)
        self.listing_size += 46 + len(name) + len(extra)
        if name in self.named:
            raise ZipRefusedError("Duplicate filename in central directory")
        if name not in self.met:
            raise ZipRefusedError("Missing filename in local headers")
        self.named.add(name)

    def _name(self, size: int) -> bytes:
        name = self._take(size)
        if name.translate(None, _UNPRINTABLE) != name:
            raise ZipRefusedError("Invalid character in filename")
        return name

    def _end_64(self) -> None:
        self.place_of_end_64 = self.file.tell() - len(END_64)
        rest, on_disk, records, size, place = struct.unpack("<Q12xQQQQ", self._take(52))
        if on_disk != records:
            raise ZipRefusedError(_MALFORMED)
        if rest != REST_OF_END_64:
            raise ZipRefusedError("ZIP64 extensible data not allowed")
        self.ending = _Ending(records, size, place)

    def _locate(self) -> None:
        self._take(16)
        self.locator = True

    def _end(self) -> None:
        if self.place_of_end_64 is not None and not self.locator:
            raise ZipRefusedError(_MALFORMED)
        at = self.file.tell() - len(END) if self.listing_at is None else self.listing_at
        on_disk, records, size, place, comment = struct.unpack("<4xHHLLH", self._take(18))
        if on_disk != records:
            raise ZipRefusedError(_MALFORMED)
        self._take(comment)
        ending = self.ending if self.ending is not None and self.locator else _Ending(records, size, place)
        if ending.records != len(self.named):
            raise ZipRefusedError("Mismatched central directory records")
        if ending.place != at:
            raise ZipRefusedError("Mismatched central directory offset")
        if ending.size != self.listing_size:
            raise ZipRefusedError("Mismatched central directory size")


def _sizes_64(extra: bytes, method: int, packed: int, unpacked: int) -> list[tuple[int, int]]:
    """Packed and unpacked size where an extra field has them, else nothing; every extra field is looked at."""
    seen: set[int] = set()
    found: list[tuple[int, int]] = []
    while extra:
        if len(extra) < _EXTRA.size:
            raise ZipRefusedError(_MALFORMED)
        kind, size = _EXTRA.unpack_from(extra)
        if len(extra) < _EXTRA.size + size:
            raise ZipRefusedError(_MALFORMED)
        if kind in seen & ONCE_ONLY:
            raise ZipRefusedError("Invalid duplicate extra in local file")
        seen.add(kind)
        content, extra = extra[_EXTRA.size : _EXTRA.size + size], extra[_EXTRA.size + size :]
        if kind == SIZES_64:
            found.append(_read_sizes_64(content, method, packed, unpacked))
        elif kind == UNICODE_NAME:
            _check_unicode_name(content[NAME_FOLLOWS:])
    return found


def _read_sizes_64(content: bytes, method: int, packed: int, unpacked: int) -> tuple[int, int]:
    if len(content) not in LENGTHS_OF_SIZES_64:
        raise ZipRefusedError(_MALFORMED)
    if not content:
        if SIZE_IS_ELSEWHERE in {packed, unpacked}:
            raise ZipRefusedError(_MALFORMED)
        return packed, unpacked
    (first,) = struct.unpack_from("<Q", content)
    whole = first if unpacked == SIZE_IS_ELSEWHERE else unpacked
    if len(content) == struct.calcsize("<Q"):
        if method != ZIP_STORED:
            raise ZipRefusedError(_MALFORMED)
        return first, whole
    return struct.unpack_from("<Q", content, 8)[0], whole


def _check_unicode_name(name: bytes) -> None:
    if name.translate(None, _UNPRINTABLE) != name:
        raise ZipRefusedError("Invalid character in filename")
    try:
        name.decode()
    except UnicodeDecodeError as error:
        raise ZipRefusedError("Filename not valid UTF-8") from error
