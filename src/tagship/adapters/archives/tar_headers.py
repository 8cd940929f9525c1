"""The headers of a tar file, read as the standard library's `tarfile` reads them, and no more leniently.

Layout: POSIX 1003.1 ustar and pax, with GNU's long names, sparse files and base-256 numbers.
"""

import bz2
import lzma
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from tagship.adapters.archives.broken import BrokenArchiveError
from tagship.adapters.archives.names import decoded

BLOCK = 512
REGULAR = b"0\0" + b"7"
HARDLINK, SYMLINK, DIRECTORY, SPARSE = b"1", b"2", b"5", b"S"
LONG_NAME, LONG_TARGET = b"L", b"K"
EXTENDED, GLOBAL = b"xX", b"g"
KNOWN = b"01234567LKSxXg\0"
"""Types that `tarfile` knows; of the others, and of regular ones, content follows."""

_CHECKSUM = slice(148, 156)
_NUMBERS = (slice(100, 108), slice(108, 116), slice(116, 124), slice(136, 148), slice(329, 337), slice(337, 345))
"""Mode, owner, group, time and device: read for nothing but whether they can be."""
_SIZE = slice(124, 136)
_BASE_256 = (0o200, 0o377)
_SPARSE_KEYS = "GNU.sparse."
_WANTED = frozenset({"path", "linkpath", "size"})
_LZMA_MEMORY = 64 << 20


@dataclass(slots=True)
class Header:
    """One header; `size` is in bytes, `ambiguous` says that its name is no UTF-8."""

    kind: bytes
    name: str
    target: str
    size: int
    ambiguous: bool = False
    extended: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_content(self) -> bool:
        """Whether content follows it, as `tarfile` sees it."""
        return self.kind in REGULAR or self.kind == SPARSE or self.kind not in KNOWN


def is_header(block: bytes) -> bool:
    """Whether a block carries its own checksum."""
    if len(block) != BLOCK or not any(block):
        return False
    try:
        told = _number(block[_CHECKSUM])
    except ValueError:
        return False
    rest = block[: _CHECKSUM.start] + b" " * 8 + block[_CHECKSUM.stop :]
    plain = sum(rest)
    # Some early tar programs summed signed bytes.
    return told == plain or told == plain - 256 * sum(byte > 0x7F for byte in rest)  # noqa: PLR2004 -- the sign bit


def parse_header(block: bytes) -> Header:
    """Read one header; raises BrokenArchiveError for a block that is none."""
    if not is_header(block):
        raise BrokenArchiveError("a header in it is damaged")
    try:
        for place in _NUMBERS:
            _number(block[place])
        size = _number(block[_SIZE])
    except ValueError as error:
        raise BrokenArchiveError("a header in it holds a number that is none") from error
    if size < 0:
        raise BrokenArchiveError("a header in it tells a negative size")
    kind = block[156:157]
    raw = _text(block[0:100])
    prefix = _text(block[345:500])
    if prefix and kind not in LONG_NAME + LONG_TARGET + SPARSE:
        raw = prefix + b"/" + raw
    if kind == b"\0" and raw.endswith(b"/"):
        kind = DIRECTORY
    name, readable = decoded(raw)
    return Header(kind, name, decoded(_text(block[157:257]))[0], size, ambiguous=not readable)


def parse_extended(raw: bytes) -> dict[str, str]:
    """The records of a pax header that change what is read; raises BrokenArchiveError for what is none."""
    records: dict[str, str] = {}
    place = 0
    while place < len(raw) and raw[place]:
        blank = raw.find(b" ", place, place + 20)
        digits = raw[place:blank] if blank > 0 else b""
        end = place + int(digits) if digits.isdigit() else 0
        record = raw[blank + 1 : end - 1]
        if end <= blank or end > len(raw) or raw[end - 1 : end] != b"\n" or b"=" not in record:
            raise BrokenArchiveError("an extended header in it is damaged")
        key, _, value = record.partition(b"=")
        word = decoded(key)[0]
        if word in _WANTED or word.startswith(_SPARSE_KEYS):
            records[word] = decoded(value)[0]
        place = end
    return records


def apply_extended(header: Header, records: Mapping[str, str]) -> None:
    """Let a pax header's records replace what the header says."""
    if "path" in records:
        header.name, header.ambiguous = records["path"], False
    header.name = records.get(_SPARSE_KEYS + "name", header.name)
    header.target = records.get("linkpath", header.target)
    size = records.get("size")
    if size is not None:
        if not (size.isascii() and size.isdigit() and len(size) < 20):  # noqa: PLR2004 -- what 64 bits can hold
            raise BrokenArchiveError("an extended header in it tells a size that is none")
        header.size = int(size)
    header.extended = records


def is_sparse(header: Header) -> bool:
    """Whether the member leaves out what is zero: GNU's way, or pax's."""
    return header.kind == SPARSE or any(key.startswith(_SPARSE_KEYS) for key in header.extended)


def is_tar(head: bytes) -> bool:
    """Whether a file that begins so is a tar file, plain or compressed in a way that `tarfile` opens."""
    block = head[:BLOCK]
    try:
        if head.startswith(b"\x1f\x8b"):
            block = zlib.decompressobj(31).decompress(head, BLOCK)
        elif head.startswith(b"BZh"):
            block = bz2.BZ2Decompressor().decompress(head, BLOCK)
        elif head.startswith((b"\xfd7zXZ\0", b"\x5d\0\0")):
            block = lzma.LZMADecompressor(memlimit=_LZMA_MEMORY).decompress(head, BLOCK)
    except (zlib.error, OSError, lzma.LZMAError, EOFError):
        return False
    return is_header(block)


def _text(raw: bytes) -> bytes:
    return raw.partition(b"\0")[0]


def _number(raw: bytes) -> int:
    """A number in octal digits, or in GNU's base 256; raises ValueError for what is none."""
    if raw[0] in _BASE_256:
        number = int.from_bytes(raw[1:], "big")
        return number if raw[0] == _BASE_256[0] else number - (1 << 8 * (len(raw) - 1))
    digits = _text(raw).strip()
    if not digits:
        return 0
    if digits.startswith((b"+", b"-")) or b"_" in digits:
        raise ValueError("a sign or an underscore is no octal digit")
    return int(digits, 8)
