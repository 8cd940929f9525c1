"""A wheel: every member that its list of contents names, and everything that stands in the file beside them."""

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from tagship.adapters.archives import limits
from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.reading import Reading
from tagship.adapters.archives.tar_headers import is_tar
from tagship.adapters.archives.zip_directory import (
    DEFLATED,
    DESCRIPTOR,
    ENCRYPTED,
    PATCHED,
    STORED,
    ZIP64_EXTRA,
    Directory,
    Entry,
    extras_of,
    find_directory,
    name_of,
    read_directory,
    widened,
)
from tagship.adapters.manifests import digest_of
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Member, MemberKind, Oddity, Peculiarity

_LOCAL = struct.Struct("<4s5H3L2H")
_LOCAL_MARK = b"PK\x03\x04"
_DESCRIPTOR_MARK = b"PK\x07\x08"
_LONGEST_DESCRIPTOR = 24
_LONGEST_TARGET = 4096
_MOST_UNLISTED = 100
_RAW_DEFLATE = -15


def read_wheel(path: Path, reading: Reading) -> Artifact:
    """Read a wheel; its digest. Raises BrokenArchiveError where it ends, with what was read until then."""
    with path.open("rb") as file:
        artifact = digest_of(file, path.name)
        directory = find_directory(file, artifact.size)
        entries = _listed(file, directory, reading)
        _notice_archive(file, directory, entries, reading)
        _Contents(file, directory, entries, reading).read()
    return artifact


def _listed(file: BufferedReader, directory: Directory, reading: Reading) -> Sequence[Entry]:
    entries: list[Entry] = []
    for entry in read_directory(file, directory):
        reading.count_names(len(entry.raw_name))
        entries.append(entry)
        reading.members.append(Member(entry.name, _kind(entry), entry.size))
        if entry.ambiguous:
            reading.notice(Oddity.BAD_NAME, entry.name)
        if entry.commented:
            reading.notice(Oddity.MEMBER_COMMENT, entry.name)
        if entry.flags & DESCRIPTOR:
            reading.notice(Oddity.DATA_DESCRIPTOR, entry.name)
        if entry.flags & ENCRYPTED:
            reading.notice(Oddity.ENCRYPTED, entry.name)
        if not _is_readable(entry):
            reading.notice(Oddity.COMPRESSION, entry.name)
    return entries


def _is_readable(entry: Entry) -> bool:
    return entry.method in {STORED, DEFLATED} and not entry.flags & PATCHED


def _kind(entry: Entry) -> MemberKind:
    if entry.name.endswith("/"):
        return MemberKind.DIRECTORY
    if stat.S_ISLNK(entry.mode):
        return MemberKind.SYMLINK
    special = stat.S_IFMT(entry.mode) not in {0, stat.S_IFREG, stat.S_IFDIR}
    return MemberKind.SPECIAL if special else MemberKind.FILE


def _notice_archive(file: BufferedReader, directory: Directory, entries: Sequence[Entry], reading: Reading) -> None:
    if directory.commented:
        reading.notice(Oddity.ARCHIVE_COMMENT)
    if directory.trailing:
        reading.notice(Oddity.TRAILING_DATA)
    if directory.shift:
        reading.notice(Oddity.LEADING_DATA)
    if directory.odd or directory.told != len(entries):
        reading.notice(Oddity.HEADERS_DISAGREE)
    if limits.is_bomb(sum(entry.size for entry in entries), reading.packed):
        reading.notice(Oddity.RATIO)
    file.seek(0)
    if is_tar(file.read(limits.CHUNK)):
        reading.notice(Oddity.OTHER_KIND)


class _Contents:
    """The members where they stand, in the order in which they stand, and what lies between them."""

    def __init__(self, file: BufferedReader, directory: Directory, entries: Sequence[Entry], reading: Reading) -> None:
        self._file = file
        self._end = directory.start
        self._entries = entries
        self._reading = reading
        self._bomb = Peculiarity(Oddity.RATIO) in reading.peculiarities
        self._unlisted = 0

    def read(self) -> None:
        """Read them all, each once."""
        order = sorted(range(len(self._entries)), key=lambda number: self._entries[number].offset)
        place, before = 0, None
        for number in order:
            entry = self._entries[number]
            if entry.offset >= self._end:
                raise BrokenArchiveError(f"{entry.name} is not where the list of contents says")
            if entry.offset < place:
                raise BrokenArchiveError(f"{entry.name} lies where another member does")
            self._between(place, entry.offset, before)
            place, before = self._member(number, entry), entry.name
        if place > self._end:
            raise BrokenArchiveError("its last member reaches into its list of contents")
        self._between(place, self._end, before)

    def _between(self, start: int, end: int, before: str | None) -> None:
        """What lies between two members: members that are not listed, or just something."""
        while start < end and self._unlisted < _MOST_UNLISTED:
            self._file.seek(start)
            head = self._file.read(min(_LOCAL.size, end - start))
            if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MARK):
                self._reading.notice(Oddity.TRAILING_DATA if before else Oddity.LEADING_DATA, before)
                return
            _, _, flags, _, _, _, _, packed, _, name_size, extra_size = _LOCAL.unpack(head)
            name, _ = name_of(self._file.read(name_size), flags)
            self._reading.notice(Oddity.UNLISTED_MEMBER, name)
            self._unlisted += 1
            # Without a size of its own it lasts, for all that can be told, until the next member.
            start = end if flags & DESCRIPTOR else start + _LOCAL.size + name_size + extra_size + packed

    def _member(self, number: int, entry: Entry) -> int:
        """Read one member; where it ends."""
        self._file.seek(entry.offset)
        head = self._file.read(_LOCAL.size)
        if len(head) < _LOCAL.size or not head.startswith(_LOCAL_MARK):
            raise BrokenArchiveError(f"{entry.name} is not where the list of contents says")
        fields = _LOCAL.unpack(head)
        raw_name, extra = self._file.read(fields[9]), self._file.read(fields[10])
        if not _agrees(entry, fields, raw_name, extra):
            self._reading.notice(Oddity.HEADERS_DISAGREE, entry.name)
        start = entry.offset + _LOCAL.size + len(raw_name) + len(extra)
        end = start + entry.packed
        if end > self._end:
            raise BrokenArchiveError(f"{entry.name} is cut off")
        if not entry.flags & ENCRYPTED and _is_readable(entry):
            self._content(number, entry)
        return self._after_descriptor(end, entry) if entry.flags & DESCRIPTOR else end

    def _after_descriptor(self, place: int, entry: Entry) -> int:
        """Where a data descriptor ends that tells the right sizes; where it would begin if it does not."""
        self._file.seek(place)
        raw = self._file.read(_LONGEST_DESCRIPTOR)
        for mark in (_DESCRIPTOR_MARK, b""):
            for layout in ("<LLL", "<LQQ"):
                try:
                    told = mark + struct.pack(layout, entry.crc, entry.packed, entry.size)
                except struct.error:
                    continue
                if raw.startswith(told):
                    return place + len(told)
        return place

    def _content(self, number: int, entry: Entry) -> None:
        member = self._reading.members[number]
        if self._bomb and entry.size > limits.MAX_DESCRIPTION:
            return
        if entry.size <= limits.WHOLE:
            content = b"".join(self._unpacked(entry))
            digest = self._reading.whole(entry.name, content)
            if member.kind is MemberKind.SYMLINK:
                target = content[:_LONGEST_TARGET].decode("utf-8", "backslashreplace")
                self._reading.members[number] = Member(entry.name, member.kind, entry.size, target=target)
        else:
            digest = self._reading.pieces(entry.name, self._unpacked(entry))
        if member.kind is MemberKind.FILE:
            self._reading.members[number] = Member(entry.name, member.kind, entry.size, digest)

    def _unpacked(self, entry: Entry) -> Iterator[bytes]:
        """The content in pieces; raises BrokenArchiveError where it is not of the size or sum that is told."""
        crc = size = 0
        for piece in self._stored(entry) if entry.method == STORED else self._inflated(entry):
            crc, size = zlib.crc32(piece, crc), size + len(piece)
            if size > entry.size:
                raise BrokenArchiveError(f"{entry.name} unpacks to more than the {entry.size:,} bytes that it claims")
            yield piece
        if (crc, size) != (entry.crc, entry.size):
            raise BrokenArchiveError(f"{entry.name} does not unpack to what its checksum and size claim")

    def _stored(self, entry: Entry) -> Iterator[bytes]:
        left = entry.packed
        while left:
            self._reading.deadline.check()
            piece = self._file.read(min(left, limits.CHUNK))
            if not piece:
                raise BrokenArchiveError(f"{entry.name} is cut off")
            left -= len(piece)
            yield piece

    def _inflated(self, entry: Entry) -> Iterator[bytes]:
        inflater = zlib.decompressobj(_RAW_DEFLATE)
        packed, left = b"", entry.packed
        self._reading.deadline.check()
        try:
            while not inflater.eof:
                if not packed:
                    packed = self._file.read(min(left, limits.CHUNK))
                    left -= len(packed)
                piece = inflater.decompress(packed, limits.CHUNK)
                if not (piece or packed or inflater.eof):
                    raise BrokenArchiveError(f"{entry.name} is cut off")
                packed = inflater.unconsumed_tail
                yield piece
        except zlib.error as error:
            raise BrokenArchiveError(f"{entry.name} cannot be unpacked: {error}") from error
        if left or packed or inflater.unused_data:
            self._reading.notice(Oddity.TRAILING_DATA, entry.name)


def _agrees(entry: Entry, fields: tuple[int, ...], raw_name: bytes, extra: bytes) -> bool:
    """Whether a local header says what the list of contents does."""
    _, _, flags, method, _, _, crc, packed, size, _, _ = fields
    try:
        wide = extras_of(extra).get(ZIP64_EXTRA) if extra else None
        size, packed = widened(wide, size, packed)
    except BrokenArchiveError:
        return False
    if (raw_name, method, flags & ENCRYPTED, flags & DESCRIPTOR) != (
        entry.raw_name, entry.method, entry.flags & ENCRYPTED, entry.flags & DESCRIPTOR,
    ):  # fmt: skip
        return False
    return bool(flags & DESCRIPTOR) or (crc, packed, size) == (entry.crc, entry.packed, entry.size)
