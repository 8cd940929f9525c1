"""An sdist, read from beginning to end, once."""

import zipfile
from collections import deque
from pathlib import Path

from tagship.adapters.archives import limits
from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.gzip_stream import GzipStream
from tagship.adapters.archives.names import decoded, is_ambiguous
from tagship.adapters.archives.reading import Reading
from tagship.adapters.archives.tar_headers import (
    BLOCK,
    DIRECTORY,
    EXTENDED,
    GLOBAL,
    HARDLINK,
    LONG_NAME,
    LONG_TARGET,
    REGULAR,
    SPARSE,
    SYMLINK,
    Header,
    apply_extended,
    is_sparse,
    parse_extended,
    parse_header,
)
from tagship.domain.artifact import Artifact
from tagship.domain.distribution import Member, MemberKind, Oddity

_KINDS = {
    HARDLINK: MemberKind.HARDLINK,
    SYMLINK: MemberKind.SYMLINK,
    DIRECTORY: MemberKind.DIRECTORY,
    SPARSE: MemberKind.FILE,
    **{REGULAR[place : place + 1]: MemberKind.FILE for place in range(len(REGULAR))},
}
_LINKS = frozenset({MemberKind.HARDLINK, MemberKind.SYMLINK})
_MORE_SPARSE, _MORE_SPARSE_AGAIN = 482, 504
"""Where a sparse header, and each block of it that follows, says that another block follows."""


def read_sdist(path: Path, reading: Reading) -> Artifact:
    """Read an sdist; its digest. Raises BrokenArchiveError where it ends, with what was read until then."""
    with path.open("rb") as file:
        if zipfile.is_zipfile(file):
            reading.notice(Oddity.OTHER_KIND)
        file.seek(0)
        stream = GzipStream(file, reading.deadline)
        _Tar(stream, reading).read()
        size, digest = stream.digest()
    return Artifact(path.name, size, digest)


class _Tar:
    """The members of one tar file; the last header of each kind that stands before a member counts for it."""

    def __init__(self, stream: GzipStream, reading: Reading) -> None:
        self._stream = stream
        self._reading = reading
        self._unpacked = 0
        self._headers = 0
        self._everywhere: dict[str, str] = {}
        self._here: dict[str, str] = {}
        self._long: dict[bytes, bytes] = {}

    def read(self) -> None:
        """Read to the end of the file."""
        while len(block := self._stream.take(BLOCK)) == BLOCK and any(block):
            self._header(block)
        if block and len(block) < BLOCK:
            raise BrokenArchiveError("it is cut off")
        if self._here or self._long:
            raise BrokenArchiveError("a header at its end belongs to no member")
        self._rest()

    def _header(self, block: bytes) -> None:
        header = parse_header(block)
        if header.kind in LONG_NAME + LONG_TARGET:
            self._long[header.kind] = self._body(header).partition(b"\0")[0]
        elif header.kind in EXTENDED:
            self._here = parse_extended(self._body(header))
        elif header.kind == GLOBAL:
            self._everywhere |= parse_extended(self._body(header))
        else:
            self._complete(header)
            self._member(header, block)

    def _body(self, header: Header) -> bytes:
        """The content of a header that stands before another."""
        self._headers += 1
        if self._headers > limits.MAX_HEADERS:
            raise BrokenArchiveError(f"it has more than {limits.MAX_HEADERS} headers before one member")
        if header.size > limits.MAX_HEADER:
            raise BrokenArchiveError(f"a header in it is larger than {limits.MAX_HEADER >> 20} MiB")
        body = self._stream.take(header.size)
        if len(body) < header.size:
            raise BrokenArchiveError("it is cut off")
        self._skip_padding(header.size)
        return body

    def _complete(self, header: Header) -> None:
        if LONG_NAME in self._long:
            header.name, readable = decoded(self._long[LONG_NAME])
            header.ambiguous = not readable
        if LONG_TARGET in self._long:
            header.target = decoded(self._long[LONG_TARGET])[0]
        apply_extended(header, self._everywhere | self._here)
        self._here, self._long, self._headers = {}, {}, 0

    def _member(self, header: Header, block: bytes) -> None:
        reading = self._reading
        kind = _KINDS.get(header.kind, MemberKind.SPECIAL)
        size = header.size if header.has_content else 0
        self._bound(header, size)
        if header.ambiguous or is_ambiguous(header.name):
            reading.notice(Oddity.BAD_NAME, header.name)
        if is_sparse(header):
            reading.notice(Oddity.SPARSE, header.name)
        if header.kind == SPARSE:
            self._skip_sparse_map(block)
        target = header.target if kind in _LINKS else None
        # What was listed stays listed, also where its content turns out to be cut off.
        reading.members.append(Member(header.name, kind, size, target=target))
        if kind is MemberKind.FILE:
            reading.members[-1] = Member(header.name, kind, size, self._content(header.name, size))
        else:
            # Of a type that nobody knows, whose content is nobody's; links and directories have none.
            deque(self._stream.pieces(size), maxlen=0)
        self._skip_padding(size)

    def _bound(self, header: Header, size: int) -> None:
        self._reading.count_names(len(header.name) + len(header.target))
        if len(self._reading.members) >= limits.MAX_MEMBERS:
            raise BrokenArchiveError(f"the archive has more than {limits.MAX_MEMBERS:,} members")
        self._unpacked += size
        if limits.is_bomb(self._unpacked, self._reading.packed):
            # Further members can only be had by unpacking this one.
            self._reading.notice(Oddity.RATIO)
            raise BrokenArchiveError(f"it {Oddity.RATIO.value}")

    def _content(self, name: str, size: int) -> str:
        pieces = self._stream.pieces(size)
        if size <= limits.WHOLE:
            return self._reading.whole(name, b"".join(pieces))
        return self._reading.pieces(name, pieces)

    def _skip_padding(self, size: int) -> None:
        padding = -size % BLOCK
        if len(self._stream.take(padding)) < padding:
            raise BrokenArchiveError("it is cut off")

    def _skip_sparse_map(self, block: bytes) -> None:
        more = block[_MORE_SPARSE]
        while more:
            block = self._stream.take(BLOCK)
            if len(block) < BLOCK:
                raise BrokenArchiveError("it is cut off")
            more = block[_MORE_SPARSE_AGAIN]

    def _rest(self) -> None:
        """Read on to the end, where the checksum is; nothing but zeros may come before it."""
        rest = 0
        while piece := self._stream.take(limits.CHUNK):
            rest += len(piece)
            if piece.count(0) != len(piece):
                self._reading.notice(Oddity.TRAILING_DATA)
            if rest > limits.MAX_PADDING:
                raise BrokenArchiveError(f"it has more than {limits.MAX_PADDING >> 20} MiB after its last member")
        if self._stream.trailing:
            self._reading.notice(Oddity.TRAILING_DATA)
