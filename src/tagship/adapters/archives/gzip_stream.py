"""A gzip file as a stream that hashes what it reads, never holds more than it must, and goes forward only."""

import hashlib
import zlib
from io import BufferedReader

from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.limits import CHUNK, MAX_PARTS, Deadline

MAGIC = b"\x1f\x8b"
_GZIP = 31
_PACKED = 256 << 10


class GzipStream:
    """The unpacked bytes of a gzip file; `trailing` tells, at the end, whether something else follows.

    Checksums are verified as each of its parts ends.
    """

    def __init__(self, file: BufferedReader, deadline: Deadline) -> None:
        self.trailing = False
        self._file = file
        self._deadline = deadline
        self._digest = hashlib.sha256()
        self._packed = 0
        self._parts = 1
        self._inflater = zlib.decompressobj(_GZIP)
        self._next = self._read()
        self._ready = b""
        self._at = 0
        if not self._next.startswith(MAGIC):
            raise BrokenArchiveError("it is not a gzip file" if self._next else "the file is empty")

    def take(self, size: int) -> bytes:
        """The next `size` bytes, or what is left; whoever asks for many holds many."""
        end = self._at + size
        if end > len(self._ready):
            self._fill(size)
            end = size
        taken = self._ready[self._at : end]
        self._at += len(taken)
        return taken

    def pieces(self, size: int, each: int = CHUNK) -> "Pieces":
        """The next `size` bytes in pieces of at most `each`."""
        return Pieces(self, size, each)

    def digest(self) -> tuple[int, str]:
        """Size and sha256 of the file itself, read to its end."""
        while self._read():
            pass
        return self._packed, self._digest.hexdigest()

    def _fill(self, size: int) -> None:
        parts = [self._ready[self._at :]]
        have = len(parts[0])
        while have < size:
            more = self._inflate()
            if not more:
                break
            parts.append(more)
            have += len(more)
        self._ready, self._at = b"".join(parts), 0

    def _inflate(self) -> bytes:
        """Some more unpacked bytes; none at the end."""
        while True:
            self._deadline.check()
            if self._inflater.eof and not self._begin_again():
                return b""
            packed = self._next or self._read()
            try:
                unpacked = self._inflater.decompress(packed, CHUNK)
            except zlib.error as error:
                raise BrokenArchiveError(f"it cannot be unpacked: {error}") from error
            self._next = self._inflater.unconsumed_tail
            if unpacked:
                return unpacked
            if not (packed or self._inflater.eof):
                raise BrokenArchiveError("it is cut off")

    def _begin_again(self) -> bool:
        """After one part: whether another follows. Zeros between and after them are padding."""
        rest = self._inflater.unused_data.lstrip(b"\0")
        while not rest and (more := self._read()):
            self._deadline.check()
            rest = more.lstrip(b"\0")
        if len(rest) == 1:
            rest += self._read()
        if not rest.startswith(MAGIC):
            self.trailing = self.trailing or bool(rest)
            return False
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise BrokenArchiveError(f"it is compressed in more than {MAX_PARTS:,} parts")
        self._inflater, self._next = zlib.decompressobj(_GZIP), rest
        return True

    def _read(self) -> bytes:
        packed = self._file.read(_PACKED)
        self._digest.update(packed)
        self._packed += len(packed)
        return packed


class Pieces:
    """The content of one member, in pieces; raises BrokenArchiveError where the stream ends before it."""

    def __init__(self, stream: GzipStream, size: int, each: int) -> None:
        self._stream = stream
        self._left = size
        self._each = each

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        if not self._left:
            raise StopIteration
        piece = self._stream.take(min(self._left, self._each))
        if not piece:
            raise BrokenArchiveError("it is cut off")
        self._left -= len(piece)
        return piece
