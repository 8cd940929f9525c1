"""Archives made by hand, so that they can be made wrongly."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

METADATA = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
WHEEL = "demo-1.0-py3-none-any.whl"
SDIST = "demo-1.0.tar.gz"
ROOT = "demo-1.0.dist-info"


def make_wheel(path: Path, members: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_sdist(path: Path, members: Mapping[str, bytes | tarfile.TarInfo]) -> Path:
    path.write_bytes(gzip.compress(make_tar(members)))
    return path


def make_tar(members: Mapping[str, bytes | tarfile.TarInfo], *, kind: int = tarfile.PAX_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=kind) as archive:
        for name, content in members.items():
            if isinstance(content, tarfile.TarInfo):
                archive.addfile(content)
                continue
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class Packed:
    """One member of a zip file, each field as it is to be written; `local` replaces fields where it stands.

    One that is not `listed` stands there and is not in the list of contents.
    """

    name: bytes = b"demo/a.py"
    content: bytes = b"x = 1\n"
    method: int = 8
    flags: int = 0
    size: int | None = None
    packed_size: int | None = None
    crc: int | None = None
    extra: bytes = b""
    comment: bytes = b""
    mode: int = 0o100644
    after: bytes = b""
    local: "Packed | None" = None
    listed: bool = True

    @property
    def packed(self) -> bytes:
        if self.method != zipfile.ZIP_DEFLATED:
            return self.content
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflate.compress(self.content) + deflate.flush()

    @property
    def sums(self) -> tuple[int, int, int]:
        return (
            zlib.crc32(self.content) if self.crc is None else self.crc,
            len(self.packed) if self.packed_size is None else self.packed_size,
            len(self.content) if self.size is None else self.size,
        )


def make_zip(
    members: Iterable[Packed], *, before: bytes = b"", told: int | None = None, comment: bytes = b"",
    after: bytes = b"",
) -> bytes:  # fmt: skip
    """A zip file as it is asked for; offsets count from its beginning, without `before`."""
    body, central = bytearray(), bytearray()
    listed = 0
    for member in members:
        offset = len(body)
        body += _local(replace(member.local, local=None) if member.local else member, member.packed) + member.after
        if member.listed:
            listed += 1
            central += struct.pack(
                "<4s6H3L5H2L", b"PK\x01\x02", 0x031E, 20, member.flags, member.method, 0, 0, *member.sums,
                len(member.name), len(member.extra), len(member.comment), 0, 0, member.mode << 16, offset,
            ) + member.name + member.extra + member.comment  # fmt: skip
    count = listed if told is None else told
    ends = _ends(count, len(central), len(body), len(comment))
    return before + bytes(body) + bytes(central) + ends + comment + after


def _ends(count: int, size: int, offset: int, comment: int) -> bytes:
    """The end record, behind the wide one where there are more members than it can count."""
    wide = b""
    if count > 0xFFFF:
        wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
        wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, offset + size, 1)
        count = 0xFFFF
    return wide + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, offset, comment)


def _local(member: Packed, packed: bytes) -> bytes:
    head = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, member.flags, member.method, 0, 0, *member.sums,
        len(member.name), len(member.extra),
    )  # fmt: skip
    return head + member.name + member.extra + packed
