"""A zip file's list of contents, found and read as the standard library's `zipfile` does, at a bounded cost.

Installers read a wheel by this list, from the end of the file; other readers go by what stands in the file. Layouts:
APPNOTE.TXT sections 4.3.7 to 4.3.16.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.limits import MAX_DIRECTORY, MAX_MEMBERS
from tagship.adapters.archives.names import decoded, is_ambiguous

ENCRYPTED = 0x1 | 0x40 | 0x2000
"""Flags: encrypted, strongly encrypted, with a masked header."""
PATCHED = 0x20
"""Flag: the content is a patch of another file."""
DESCRIPTOR = 0x8
UTF8 = 0x800
STORED, DEFLATED = 0, 8

ZIP64_EXTRA = 0x0001
PATH_EXTRA = 0x7075
UNKNOWN_16 = 0xFFFF
UNKNOWN_32 = 0xFFFFFFFF
_ONCE = frozenset({ZIP64_EXTRA, PATH_EXTRA})
_PATH_HEAD = 5
"""Bytes before the name in the extra field of a Unicode path: a version and a checksum."""

_CENTRAL = struct.Struct("<4s6H3L5H2L")
_CENTRAL_MARK = b"PK\x01\x02"
_END = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_MARK = b"PK\x06\x06"
_END64_REST = 44
_LOCATOR = struct.Struct("<4sLQL")
_LOCATOR_MARK = b"PK\x06\x07"
_LONGEST_COMMENT = 0xFFFF
_NEWEST = 63
"""The newest version of the format that `zipfile` reads, in tenths; it stands in the lower byte."""
_FIXED_TYPE_SHIFT = 16


@dataclass(frozen=True, slots=True)
class Entry:
    """One member in the list; `offset` is of its local header from the beginning of the file, sizes are in bytes.

    `ambiguous` says that its name can be read in more than one way; `raw_name` is the name undecoded.
    """

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int
    commented: bool
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Directory:
    """The list of contents: where it starts, how much stands before and after the archive that it describes."""

    start: int
    size: int
    shift: int
    told: int
    commented: bool
    trailing: bool
    odd: bool
    """Whether its two ends, old and 64 bits wide, do not say the same."""


def find_directory(file: BufferedReader, length: int) -> Directory:
    """Where the list of contents is; raises BrokenArchiveError for a file that is no zip archive."""
    if length < _END.size:
        raise BrokenArchiveError("it is not a zip file" if length else "the file is empty")
    place, comment = _end_of(file, length)
    narrow = _END.unpack(_read(file, place, _END))
    told, size, offset, comment_size = narrow[4:]
    odd, wide = False, 0
    if (end64 := _wide_end(file, place)) is not None:
        wide = _LOCATOR.size + _END64.size
        odd = end64[0] != _END64_REST or not _same(narrow[4:7], end64[1:])
        told, size, offset = end64[1:]
    shift = place - wide - size - offset
    if shift < 0 or size > MAX_DIRECTORY:
        raise BrokenArchiveError("its list of contents is damaged, or larger than any project's")
    trailing = len(comment) > comment_size
    return Directory(offset + shift, size, shift, told, bool(comment_size), trailing, odd)


def _end_of(file: BufferedReader, length: int) -> tuple[int, bytes]:
    """Where the end record is, and what follows it."""
    file.seek(length - _END.size)
    tail = file.read(_END.size)
    if tail.startswith(_END_MARK) and tail.endswith(b"\0\0"):
        return length - _END.size, b""
    start = max(0, length - _END.size - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read(length - start)
    place = tail.rfind(_END_MARK)
    if place < 0 or len(tail) - place < _END.size:
        raise BrokenArchiveError("it is not a zip file, or is cut off")
    return start + place, tail[place + _END.size :]


def _wide_end(file: BufferedReader, place: int) -> tuple[int, ...] | None:
    """The end record of ZIP64 before the end record at `place`: its size, and the list's count, size and offset."""
    before = place - _LOCATOR.size - _END64.size
    if before < 0:
        return None
    mark, disk, _, disks = _LOCATOR.unpack(_read(file, place - _LOCATOR.size, _LOCATOR))
    if mark != _LOCATOR_MARK:
        return None
    if disk or disks > 1:
        raise BrokenArchiveError("it is one part of several")
    mark, size, _, _, _, _, _, told, directory_size, offset = _END64.unpack(_read(file, before, _END64))
    return (size, told, directory_size, offset) if mark == _END64_MARK else None


def _same(narrow: tuple[int, ...], wide: tuple[int, ...]) -> bool:
    unknown = (UNKNOWN_16, UNKNOWN_32, UNKNOWN_32)
    return all(old in {none, new} for old, none, new in zip(narrow, unknown, wide, strict=True))


def _read(file: BufferedReader, place: int, layout: struct.Struct) -> bytes:
    file.seek(place)
    return file.read(layout.size).ljust(layout.size, b"\0")


def read_directory(file: BufferedReader, directory: Directory) -> Iterator[Entry]:
    """The members in the list, in its order; raises BrokenArchiveError for a list that is damaged."""
    file.seek(directory.start)
    raw = file.read(directory.size)
    place = count = 0
    while place < directory.size:
        count += 1
        if count > MAX_MEMBERS:
            raise BrokenArchiveError(f"the archive has more than {MAX_MEMBERS:,} members")
        if len(raw) - place < _CENTRAL.size or not raw.startswith(_CENTRAL_MARK, place):
            raise BrokenArchiveError("its list of contents is damaged")
        entry, place = _entry(raw, place, directory.shift)
        yield entry


def _entry(raw: bytes, place: int, shift: int) -> tuple[Entry, int]:
    fields = _CENTRAL.unpack_from(raw, place)
    _, _, needed, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size = fields[:13]
    if needed & 0xFF > _NEWEST:
        raise BrokenArchiveError("a member of it is said to need a newer version of the zip format than there is")
    offset, mode = fields[16], fields[15] >> _FIXED_TYPE_SHIFT
    place += _CENTRAL.size
    raw_name, extra = raw[place : place + name_size], raw[place + name_size : place + name_size + extra_size]
    place += name_size + extra_size + comment_size
    if place > len(raw):
        raise BrokenArchiveError("its list of contents is damaged")
    name, ambiguous = name_of(raw_name, flags)
    if extra:
        extras = extras_of(extra)
        size, packed, offset = widened(extras.get(ZIP64_EXTRA), size, packed, offset)
        ambiguous = ambiguous or extras.get(PATH_EXTRA, bytes(_PATH_HEAD) + raw_name)[_PATH_HEAD:] != raw_name
    made = Entry(name, raw_name, flags, method, crc, packed, size, mode, offset + shift, bool(comment_size), ambiguous)
    return made, place


def name_of(raw: bytes, flags: int) -> tuple[str, bool]:
    """A name as installers read it, and whether others read another.

    Without the flag for UTF-8 `zipfile` reads code page 437, and most other readers UTF-8.
    """
    if raw.isascii():
        name, plain = raw.decode("ascii"), True
    elif flags & UTF8:
        name, plain = decoded(raw)
    else:
        name, plain = raw.decode("cp437"), False
    return name, not plain or is_ambiguous(name)


def extras_of(raw: bytes) -> dict[int, bytes]:
    """The extra fields of a header, the first of each kind; raises BrokenArchiveError for what is none."""
    found: dict[int, bytes] = {}
    place = 0
    while place < len(raw):
        if len(raw) - place < 4:  # noqa: PLR2004 -- a kind and a length
            raise BrokenArchiveError("an extra field in it is damaged")
        kind, size = struct.unpack_from("<HH", raw, place)
        place += 4 + size
        if place > len(raw) or (kind in found and kind in _ONCE):
            raise BrokenArchiveError("an extra field in it is damaged, or stands twice")
        found.setdefault(kind, raw[place - size : place])
    return found


def widened(extra: bytes | None, *values: int) -> tuple[int, ...]:
    """Values of 32 bits, each replaced by the next of 64 where it says that it is too small; ZIP64."""
    if extra is None:
        return values
    wide = iter(struct.unpack(f"<{len(extra) // 8}Q", extra[: len(extra) // 8 * 8]))
    try:
        return tuple(next(wide) if value == UNKNOWN_32 else value for value in values)
    except RuntimeError as error:
        raise BrokenArchiveError("an extra field in it is damaged") from error
