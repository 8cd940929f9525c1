"""Archives with one thing wrong in each, made byte by byte where the libraries refuse to."""

import gzip
import io
import struct
import tarfile
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from servers.handmade import core_metadata

EPOCH = (2020, 2, 2, 0, 0, 0)
WHEEL = "broken-1.0-py3-none-any.whl"
SDIST = "broken-1.0.tar.gz"
INFO = "broken-1.0.dist-info"


def wheel_members(**more: bytes) -> dict[str, bytes]:
    """The members of a wheel in which nothing is wrong; `more` go into its .dist-info."""
    members = {
        "broken.py": b"",
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\n",
        f"{INFO}/METADATA": core_metadata("broken", "1.0").encode(),
        **{f"{INFO}/{name}": content for name, content in more.items()},
    }
    return members | {f"{INFO}/RECORD": "".join(f"{name},,\n" for name in (*members, f"{INFO}/RECORD")).encode()}


def zip_bytes(
    members: Mapping[str, bytes] | Sequence[tuple[str, bytes]],
    *,
    method: int = zipfile.ZIP_DEFLATED,
    change: Callable[[zipfile.ZipInfo], None] = lambda _: None,
    comment: bytes = b"",
) -> bytes:
    """A zip file; `change` may alter what is written of each member."""
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w") as archive:
        warnings.simplefilter("ignore")  # a name twice is what some tests are about
        archive.comment = comment
        for name, content in members.items() if isinstance(members, Mapping) else members:
            member = zipfile.ZipInfo(name, EPOCH)
            change(member)
            archive.writestr(member, content, method)
    return target.getvalue()


def streamed_zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """A zip file as one is written to where there is no way back: with sizes behind the contents."""

    class OneWay(io.RawIOBase):
        def __init__(self) -> None:
            self.written = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, block: object) -> int:
            content = bytes(memoryview(block))  # type: ignore[arg-type]  # what zipfile writes is bytes
            self.written += content
            return len(content)

    target = OneWay()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content)
    return bytes(target.written)


def zip64_bytes(members: Mapping[str, bytes]) -> bytes:
    """A zip file with the long form of sizes in front of each member, and the short one at its end."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            with archive.open(zipfile.ZipInfo(name, EPOCH), "w", force_zip64=True) as member:
                member.write(content)
    return target.getvalue()


def with_long_end(archive: bytes, *, locator: bool = True, extra: bytes = b"") -> bytes:
    """The same zip file with the long form of its end before the short one."""
    place = archive.rindex(b"PK\x05\x06")
    records, size, start = struct.unpack_from("<HLL", archive, place + 10)
    long_end = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44 + len(extra), 45, 45, 0, 0, records, records, size, start)
    located = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1) if locator else b""
    return archive[:place] + long_end + extra + located + archive[place:]


def in_local_headers(archive: bytes, old: bytes, new: bytes) -> bytes:
    """The zip file with something changed in front of its members alone, not in the list at its end."""
    (start,) = struct.unpack_from("<L", archive, archive.rindex(b"PK\x05\x06") + 16)
    assert old in archive[:start]
    return archive[:start].replace(old, new) + archive[start:]


def tar_bytes(members: Sequence[tuple[tarfile.TarInfo, bytes]], mode: int = tarfile.PAX_FORMAT) -> bytes:
    """A packed tar file."""
    target = io.BytesIO()
    with (
        gzip.GzipFile("", "wb", fileobj=target, mtime=0) as packed,
        tarfile.open(None, "w", packed, format=mode) as tar,
    ):
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return target.getvalue()


def sdist_members(**more: bytes) -> list[tuple[tarfile.TarInfo, bytes]]:
    """The members of an sdist in which nothing is wrong."""
    named = {"PKG-INFO": core_metadata("broken", "1.0").encode(), "broken.py": b"", **more}
    return [(tarfile.TarInfo(f"broken-1.0/{name}"), content) for name, content in named.items()]


def place(directory: Path, name: str, content: bytes) -> Path:
    path = directory / name
    path.write_bytes(content)
    return path
