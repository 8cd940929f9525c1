"""Each way of packing a wheel that is odd, made by hand, and told by its name."""

import bz2
import gzip
import io
import lzma
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.archives.packing import METADATA, ROOT, WHEEL, Packed, make_tar, make_zip
from tagship.adapters.archives import open_distribution
from tagship.adapters.archives.limits import is_bomb
from tagship.domain.distribution import Distribution, Member, MemberKind, Oddity, Peculiarity

PLAIN = Packed()
NAME = "demo/a.py"
HIDDEN = Packed(b"hidden.py", listed=False)
DESCRIBED = Packed(b"demo-1.0.dist-info/METADATA", METADATA)
WIDE = struct.pack("<HHQQ", 1, 16, len(PLAIN.content), len(PLAIN.packed))
NO_WIDTH = 0xFFFFFFFF
PATH = struct.pack("<HHBL", 0x7075, 5 + len(b"demo/b.py"), 1, 0) + b"demo/b.py"


def opened(tmp_path: Path, content: bytes) -> Distribution:
    path = tmp_path / WHEEL
    path.write_bytes(content)
    return open_distribution(path)


@pytest.mark.parametrize(
    "member",
    [
        PLAIN,
        replace(PLAIN, method=0),
        replace(PLAIN, name="demo/\u00e4.py".encode(), flags=0x800),
        replace(PLAIN, local=replace(PLAIN, size=NO_WIDTH, packed_size=NO_WIDTH, extra=WIDE)),
        replace(PLAIN, size=NO_WIDTH, packed_size=NO_WIDTH, extra=WIDE),
        replace(PLAIN, extra=b"\x55\x54\x05\x00\x01abcd"),
        replace(PLAIN, content=b""),
    ],
    ids=["deflated", "stored", "utf-8", "wide-local", "wide", "times", "empty"],
)
def test_nothing_odd(tmp_path: Path, member: Packed) -> None:
    distribution = opened(tmp_path, make_zip([member, DESCRIBED]))

    assert (distribution.broken, distribution.peculiarities) == (None, ())
    assert distribution.metadata == METADATA
    assert distribution.members[0].size == len(member.content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (make_zip([PLAIN], after=b"x"), Peculiarity(Oddity.TRAILING_DATA)),
        (make_zip([PLAIN], before=b"#!/bin/sh\n"), Peculiarity(Oddity.LEADING_DATA)),
        (make_zip([PLAIN], comment=b"why"), Peculiarity(Oddity.ARCHIVE_COMMENT)),
        (make_zip([PLAIN], told=2), Peculiarity(Oddity.HEADERS_DISAGREE)),
        (make_zip([PLAIN, HIDDEN]), Peculiarity(Oddity.UNLISTED_MEMBER, "hidden.py")),
        (make_zip([PLAIN, HIDDEN, DESCRIBED]), Peculiarity(Oddity.UNLISTED_MEMBER, "hidden.py")),
        (make_zip([HIDDEN, DESCRIBED]), Peculiarity(Oddity.UNLISTED_MEMBER, "hidden.py")),
        (make_zip([replace(PLAIN, comment=b"why")]), Peculiarity(Oddity.MEMBER_COMMENT, NAME)),
        (make_zip([replace(PLAIN, flags=8)]), Peculiarity(Oddity.DATA_DESCRIPTOR, NAME)),
        (make_zip([replace(PLAIN, flags=1)]), Peculiarity(Oddity.ENCRYPTED, NAME)),
        (make_zip([replace(PLAIN, method=12)]), Peculiarity(Oddity.COMPRESSION, NAME)),
        (make_zip([replace(PLAIN, flags=0x20)]), Peculiarity(Oddity.COMPRESSION, NAME)),
        (make_zip([replace(PLAIN, after=b"between")]), Peculiarity(Oddity.TRAILING_DATA, NAME)),
        (make_zip([replace(PLAIN, after=b"between"), DESCRIBED]), Peculiarity(Oddity.TRAILING_DATA, NAME)),
        (make_zip([replace(PLAIN, name=b"demo\\a.py")]), Peculiarity(Oddity.BAD_NAME, "demo\\a.py")),
        (make_zip([replace(PLAIN, name=b"demo/a\0.py")]), Peculiarity(Oddity.BAD_NAME, "demo/a\0.py")),
        (make_zip([replace(PLAIN, name=b"demo/\x1b.py")]), Peculiarity(Oddity.BAD_NAME, "demo/\x1b.py")),
        (make_zip([replace(PLAIN, name=b"demo/\xe4.py")]), Peculiarity(Oddity.BAD_NAME, "demo/\u03a3.py")),
        (make_zip([replace(PLAIN, name=b"demo/\xe4", flags=0x800)]), Peculiarity(Oddity.BAD_NAME, "demo/\\xe4")),
        (make_zip([replace(PLAIN, extra=PATH)]), Peculiarity(Oddity.BAD_NAME, NAME)),
        (make_zip([replace(PLAIN, name=b"")]), Peculiarity(Oddity.BAD_NAME, "")),
    ],
)
def test_one_oddity(tmp_path: Path, content: bytes, expected: Peculiarity) -> None:
    distribution = opened(tmp_path, content)

    assert distribution.broken is None
    assert distribution.peculiarities == (expected,)


@pytest.mark.parametrize(
    "local",
    [
        replace(PLAIN, name=b"demo/b.py"),
        replace(PLAIN, size=5),
        replace(PLAIN, packed_size=5),
        replace(PLAIN, crc=1),
        replace(PLAIN, method=0),
        replace(PLAIN, flags=1),
        replace(PLAIN, extra=b"\1"),
        replace(PLAIN, extra=b"\1\0\0\0\1\0\0\0"),
    ],
)
def test_a_header_that_disagrees(tmp_path: Path, local: Packed) -> None:
    distribution = opened(tmp_path, make_zip([replace(PLAIN, local=local)]))

    assert distribution.peculiarities == (Peculiarity(Oddity.HEADERS_DISAGREE, NAME),)
    assert distribution.names == (NAME,)


def test_a_descriptor_that_tells_the_truth_is_no_trailing_data(tmp_path: Path) -> None:
    path = tmp_path / WHEEL

    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise io.UnsupportedOperation

    stream = Pipe()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, b"x = 1\n")
        archive.writestr("demo/b.py", b"x = 2\n")
    path.write_bytes(stream.getvalue())

    assert open_distribution(path).peculiarities == (
        Peculiarity(Oddity.DATA_DESCRIPTOR, NAME),
        Peculiarity(Oddity.DATA_DESCRIPTOR, "demo/b.py"),
    )


def test_a_small_file_may_be_packed_as_tightly_as_it_likes(tmp_path: Path) -> None:
    content = make_zip([Packed(content=bytes(1 << 20)), DESCRIBED])

    assert len(content) * 60 < 1 << 20
    assert opened(tmp_path, content).peculiarities == ()


@pytest.mark.parametrize(
    ("unpacked", "packed", "is_one"),
    [
        (64 << 20, 1, False),
        ((64 << 20) + 1, 1, True),
        (6_000_000, 100_000, False),
        (100_000_000, 2_000_000, False),
        (100_000_001, 2_000_000, True),
    ],
)
def test_what_is_a_bomb(unpacked: int, packed: int, *, is_one: bool) -> None:
    assert is_bomb(unpacked, packed) is is_one


def test_more_than_fifty_times_its_size(tmp_path: Path) -> None:
    distribution = opened(tmp_path, make_zip([Packed(content=bytes(65 << 20)), DESCRIBED]))

    assert distribution.peculiarities == (Peculiarity(Oddity.RATIO),)
    assert (distribution.metadata, distribution.broken) == (METADATA, None)


def test_what_is_not_read_has_no_digest(tmp_path: Path) -> None:
    distribution = opened(tmp_path, make_zip([replace(PLAIN, flags=1), replace(DESCRIBED, method=12)]))

    assert [member.sha256 for member in distribution.members] == [None, None]
    assert (distribution.metadata, distribution.texts) == (None, {})


def test_kinds_of_members(tmp_path: Path) -> None:
    members = [
        Packed(b"demo/", b"", mode=0o040755),
        Packed(b"demo/link", b"../../etc/passwd", mode=0o120777),
        Packed(b"demo/pipe", b"", mode=0o010644),
        Packed(b"/etc/passwd", b""),
        Packed(b"../up", b"", mode=0),
    ]

    listed = opened(tmp_path, make_zip(members)).members

    assert listed[1] == Member("demo/link", MemberKind.SYMLINK, 16, target="../../etc/passwd")
    assert [(member.name, member.kind) for member in listed] == [
        ("demo/", MemberKind.DIRECTORY), ("demo/link", MemberKind.SYMLINK), ("demo/pipe", MemberKind.SPECIAL),
        ("/etc/passwd", MemberKind.FILE), ("../up", MemberKind.FILE),
    ]  # fmt: skip


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_a_zip_that_is_a_tar_as_well(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    tar = compress(make_tar({"demo-1.0/PKG-INFO": METADATA}))

    distribution = opened(tmp_path, make_zip([PLAIN], before=tar))

    assert Peculiarity(Oddity.OTHER_KIND) in distribution.peculiarities
    assert Peculiarity(Oddity.LEADING_DATA) in distribution.peculiarities


@pytest.mark.parametrize(
    "member",
    [
        replace(PLAIN, size=5),
        replace(PLAIN, size=7),
        replace(PLAIN, size=5 << 20),
        replace(PLAIN, crc=1),
        replace(PLAIN, packed_size=3),
        replace(PLAIN, packed_size=9999),
        replace(PLAIN, extra=b"\1\0\xff"),
        replace(PLAIN, size=NO_WIDTH, extra=b"\1\0\0\0"),
        replace(PLAIN, method=0, size=3),
        replace(PLAIN, method=8, content=b"", size=4, packed_size=0),
    ],
)
def test_what_does_not_unpack_to_what_it_claims(tmp_path: Path, member: Packed) -> None:
    assert opened(tmp_path, make_zip([member])).broken is not None


def test_members_in_the_same_place(tmp_path: Path) -> None:
    content = make_zip([PLAIN, replace(PLAIN, name=b"demo/b.py")])
    central = content.rindex(b"PK\x01\x02")

    distribution = opened(tmp_path, content[: central + 42] + bytes(4) + content[central + 46 :])

    assert distribution.broken == "demo/b.py lies where another member does"
    assert distribution.names == (NAME, "demo/b.py")


@pytest.mark.parametrize(
    ("start", "raw"),
    [
        (0, b"XX"),
        # In the list of contents, which begins at 47: its mark, the version that it needs, the length of a name, and
        # where a member is.
        (47, b"XX"),
        (47 + 6, b"\x40"),
        (47 + 28, b"\xff\xff"),
        (47 + 42, b"\x30"),
        (47 + 42, b"\xff\xff\xff\x7f"),
        # In the end record: the size of the list, and where it begins.
        (47 + 55 + 12, b"\x01"),
        (47 + 55 + 12, b"\xff\xff"),
        (47 + 55 + 16, b"\xff\xff"),
    ],
)
def test_places_that_lead_nowhere(tmp_path: Path, start: int, raw: bytes) -> None:
    content = bytearray(make_zip([PLAIN]))
    assert content.index(b"PK\x01\x02") == 47
    content[start : start + len(raw)] = raw

    assert opened(tmp_path, bytes(content)).broken is not None


def test_data_behind_the_end_of_a_compressed_member(tmp_path: Path) -> None:
    deflated = PLAIN.packed + b"hidden"
    member = replace(PLAIN, method=0, content=deflated)
    told = replace(member, method=8, content=b"", packed_size=len(deflated), size=6, crc=PLAIN.sums[0])
    content = make_zip([member]).replace(
        struct.pack("<H4x3L", 0, *member.sums), struct.pack("<H4x3L", 8, *told.sums)
    )  # fmt: skip

    assert opened(tmp_path, content).peculiarities == (Peculiarity(Oddity.TRAILING_DATA, NAME),)


def test_a_tar_file_that_calls_itself_a_wheel(tmp_path: Path) -> None:
    assert "not a zip file" in str(opened(tmp_path, make_tar({"demo-1.0/PKG-INFO": METADATA})).broken)


def test_wide_ends(tmp_path: Path) -> None:
    """An archive with the end record of ZIP64 is as good as any; one whose two ends differ is not."""
    content = make_zip([PLAIN, DESCRIBED])
    end = content.rindex(b"PK\x05\x06")
    _, _, _, _, told, size, offset, _ = struct.unpack("<4s4H2LH", content[end:])
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, told, told, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    unknown = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, NO_WIDTH, NO_WIDTH, 0)
    other = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, offset, 0)

    good = opened(tmp_path, content[:end] + wide + locator + unknown)
    odd = opened(tmp_path, content[:end] + wide + locator + other)
    parts = opened(tmp_path, content[:end] + wide + locator[:4] + b"\1\0\0\0" + locator[8:] + unknown)

    assert (good.broken, good.peculiarities, len(good.members)) == (None, (), 2)
    assert (odd.broken, odd.peculiarities) == (None, (Peculiarity(Oddity.HEADERS_DISAGREE),))
    assert parts.broken == "it is one part of several"


def test_many_oddities_are_enough_at_some_point(tmp_path: Path) -> None:
    distribution = opened(tmp_path, make_zip(Packed(b"a\\%d" % number, b"") for number in range(1500)))

    assert len(distribution.members) == 1500
    assert len(distribution.peculiarities) == 1000


def test_it_reads_what_the_standard_library_writes(tmp_path: Path) -> None:
    path = tmp_path / WHEEL
    contents = {f"demo/{number}": os.urandom(number * 997) for number in range(30)} | {f"{ROOT}/METADATA": METADATA}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(contents.items()):
            with archive.open(name, "w", force_zip64=number % 2 == 0) as member:
                member.write(content)

    distribution = open_distribution(path)

    assert (distribution.broken, distribution.peculiarities) == (None, ())
    assert distribution.names == tuple(contents)
