"""Each way of packing an sdist that is odd, made by hand, and told by its name."""

import gzip
import hashlib
import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.archives.packing import METADATA, SDIST, make_tar
from tagship.adapters.archives import limits, open_distribution
from tagship.adapters.archives.tar_headers import BLOCK
from tagship.domain.distribution import Distribution, Member, MemberKind, Oddity, Peculiarity

DESCRIBED = {"demo-1.0/PKG-INFO": METADATA}
END = bytes(2 * BLOCK)
LONG = "demo-1.0/" + "long/" * 60 + "name.py"


def opened(tmp_path: Path, tar: bytes) -> Distribution:
    path = tmp_path / SDIST
    path.write_bytes(gzip.compress(tar))
    return open_distribution(path)


def header(name: bytes = b"demo-1.0/a.py", *, size: bytes = b"0", kind: bytes = b"0", target: bytes = b"") -> bytes:
    """One header of the old kind, its checksum right, whatever else it says."""
    fields = name.ljust(100, b"\0") + b"0000644\0" + b"0000000\0" * 2 + size.rjust(11, b"0") + b"\0" + b"0" * 11 + b"\0"
    rest = kind + target.ljust(100, b"\0") + b"ustar\00000" + bytes(80)
    block = (fields + b" " * 8 + rest).ljust(BLOCK, b"\0")
    return block[:148] + b"%06o\0 " % sum(block) + block[156:]


def extended(records: bytes, kind: bytes = b"x") -> bytes:
    return header(b"pax", size=b"%o" % len(records), kind=kind) + records + bytes(-len(records) % BLOCK)


def record(key: bytes, value: bytes) -> bytes:
    rest = b" " + key + b"=" + value + b"\n"
    size = len(rest) + 1
    while len(b"%d" % size) + len(rest) != size:
        size = len(b"%d" % size) + len(rest)
    return b"%d" % size + rest


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_it_reads_what_the_standard_library_writes(tmp_path: Path, kind: int) -> None:
    entries: dict[str, bytes | tarfile.TarInfo] = {**DESCRIBED, LONG[:200]: b"x" * 700, "demo-1.0/\u00e4.py": b""}
    for name, type_ in (("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE), ("d", tarfile.DIRTYPE), ("p", b"6")):
        entry = tarfile.TarInfo(f"demo-1.0/{name}")
        entry.type, entry.linkname = type_, "../" * 9 if name == "link" else "demo-1.0/PKG-INFO"
        entries[name] = entry

    distribution = opened(tmp_path, make_tar(entries, kind=kind))

    assert (distribution.broken, distribution.peculiarities) == (None, ())
    assert distribution.metadata == METADATA
    assert distribution.members == (
        Member("demo-1.0/PKG-INFO", size=len(METADATA), sha256=hashlib.sha256(METADATA).hexdigest()),
        Member(LONG[:200], size=700, sha256=hashlib.sha256(b"x" * 700).hexdigest()),
        Member("demo-1.0/\u00e4.py", sha256=hashlib.sha256(b"").hexdigest()),
        Member("demo-1.0/link", MemberKind.SYMLINK, target="../" * 9),
        Member("demo-1.0/hard", MemberKind.HARDLINK, target="demo-1.0/PKG-INFO"),
        # The standard library writes the slash.
        Member("demo-1.0/d/", MemberKind.DIRECTORY),
        Member("demo-1.0/p", MemberKind.SPECIAL),
    )


@pytest.mark.parametrize("kind", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names(tmp_path: Path, kind: int) -> None:
    link = tarfile.TarInfo(LONG)
    link.type, link.linkname = tarfile.SYMTYPE, LONG * 2

    distribution = opened(tmp_path, make_tar({"link": link, **DESCRIBED}, kind=kind))

    assert distribution.members[0] == Member(LONG, MemberKind.SYMLINK, target=LONG * 2)
    assert distribution.names[1] == "demo-1.0/PKG-INFO"


def test_names_are_listed_as_they_are(tmp_path: Path) -> None:
    names = [b"/etc/passwd", b"../../up", b"./demo-1.0/PKG-INFO", b"demo-1.0/PKG-INFO", b"demo-1.0/PKG-INFO"]

    distribution = opened(tmp_path, b"".join(map(header, names)) + END)

    assert distribution.names == tuple(name.decode() for name in names)
    assert (distribution.broken, distribution.metadata) == (None, b"")


@pytest.mark.parametrize(
    ("tar", "expected"),
    [
        (header(b"demo-1.0/\xe4.py") + END, Peculiarity(Oddity.BAD_NAME, "demo-1.0/\\xe4.py")),
        (header(b"demo-1.0\\a.py") + END, Peculiarity(Oddity.BAD_NAME, "demo-1.0\\a.py")),
        (header(b"demo-1.0/\x07") + END, Peculiarity(Oddity.BAD_NAME, "demo-1.0/\x07")),
        (extended(record(b"path", b"a\0b")) + header() + END, Peculiarity(Oddity.BAD_NAME, "a\0b")),
        (header(kind=b"S") + END, Peculiarity(Oddity.SPARSE, "demo-1.0/a.py")),
        (
            extended(record(b"GNU.sparse.major", b"1") + record(b"GNU.sparse.name", b"b")) + header() + END,
            Peculiarity(Oddity.SPARSE, "b"),
        ),
        (header() + END + b"after", Peculiarity(Oddity.TRAILING_DATA)),
    ],
)
def test_one_oddity(tmp_path: Path, tar: bytes, expected: Peculiarity) -> None:
    distribution = opened(tmp_path, tar)

    assert (distribution.broken, distribution.peculiarities) == (None, (expected,))


def test_extended_headers_count_for_one_member_and_global_ones_for_all(tmp_path: Path) -> None:
    tar = (
        extended(record(b"linkpath", b"there"), b"g")
        + extended(record(b"path", b"one") + record(b"comment", b"why") + record(b"size", b"3"))
        + (header() + b"abc".ljust(BLOCK, b"\0"))
        + header(kind=b"2", target=b"here")
        + END
    )

    assert opened(tmp_path, tar).members == (
        Member("one", size=3, sha256=hashlib.sha256(b"abc").hexdigest()),
        Member("demo-1.0/a.py", MemberKind.SYMLINK, target="there"),
    )


@pytest.mark.parametrize(
    "tar",
    [
        header()[:100],
        header(size=b"7"),
        header(size=b"7") + b"abc",
        header(size=b"7") + b"content" + bytes(9),
        header(size=b"9x"),
        header(size=b"-1"),
        header(size=b"1_0"),
        header()[:-1] + b"x",
        header() + b"x" * BLOCK,
        extended(b"nonsense") + header() + END,
        extended(b"8 path=a\n") + header() + END,
        extended(b"99999 path=a\n") + header() + END,
        extended(b"4 a\n") + header() + END,
        extended(record(b"size", b"-1")) + header() + END,
        extended(record(b"size", b"9" * 5000)) + header() + END,
        extended(record(b"path", b"a")) + END,
        extended(record(b"path", b"a")),
        header(kind=b"L", size=b"5") + b"abc",
        header(kind=b"x", size=b"%o" % (limits.MAX_HEADER + 1)) + END,
    ],
)
def test_damage(tmp_path: Path, tar: bytes) -> None:
    assert opened(tmp_path, tar).broken is not None


@pytest.mark.parametrize("field", [b"\x80" + bytes(10) + b"\x05", b"\xff" * 12])
def test_sizes_in_base_256(tmp_path: Path, field: bytes) -> None:
    block = header()
    block = block[:124] + field + block[136:148] + b" " * 8 + block[156:]
    block = block[:148] + b"%06o\0 " % sum(block) + block[156:]

    distribution = opened(tmp_path, block + b"abcde".ljust(BLOCK, b"\0") + END)

    if field[0] == 0xFF:
        assert distribution.broken == "a header in it tells a negative size"
    else:
        assert distribution.members == (Member("demo-1.0/a.py", size=5, sha256=hashlib.sha256(b"abcde").hexdigest()),)


def test_a_directory_of_the_oldest_kind(tmp_path: Path) -> None:
    distribution = opened(tmp_path, header(b"demo-1.0/", kind=b"\0") + END)

    assert distribution.members == (Member("demo-1.0/", MemberKind.DIRECTORY),)


def test_content_of_an_unknown_type_is_passed_over(tmp_path: Path) -> None:
    tar = header(kind=b"V", size=b"3") + b"abc".ljust(BLOCK, b"\0") + header() + END

    assert [member.kind for member in opened(tmp_path, tar).members] == [MemberKind.SPECIAL, MemberKind.FILE]


def test_a_sparse_map_is_passed_over(tmp_path: Path) -> None:
    sparse = bytearray(header(kind=b"S"))
    sparse[482] = 1
    sparse[148:156] = b" " * 8
    sparse[148:156] = b"%06o\0 " % sum(sparse)
    another = bytes(504) + b"\1" + bytes(7)

    distribution = opened(tmp_path, bytes(sparse) + another + bytes(BLOCK) + header(b"b") + END)

    assert distribution.names == ("demo-1.0/a.py", "b")


@pytest.mark.parametrize(
    ("damage", "oddities", "broken"),
    [
        (lambda packed: packed + b"nonsense", (Oddity.TRAILING_DATA,), False),
        (lambda packed: packed + bytes(1000), (), False),
        (lambda packed: packed + gzip.compress(b""), (), False),
        (lambda packed: packed + gzip.compress(b"x" * 9), (Oddity.TRAILING_DATA,), False),
        (lambda packed: packed[:-4], (), True),
        (lambda packed: packed[:-8] + bytes(8), (), True),
    ],
)
def test_around_the_compressed_stream(
    tmp_path: Path, damage: Callable[[bytes], bytes], oddities: tuple[Oddity, ...], *, broken: bool
) -> None:
    path = tmp_path / SDIST
    path.write_bytes(damage(gzip.compress(make_tar(dict(DESCRIBED)))))

    distribution = open_distribution(path)

    assert tuple(each.oddity for each in distribution.peculiarities) == oddities
    assert (distribution.broken is not None) is broken
    assert distribution.artifact.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_sdist_that_is_a_zip_as_well(tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("x", b"")
    path = tmp_path / SDIST
    path.write_bytes(gzip.compress(make_tar(dict(DESCRIBED))) + stream.getvalue())

    assert open_distribution(path).peculiarities == (
        Peculiarity(Oddity.OTHER_KIND), Peculiarity(Oddity.TRAILING_DATA),
    )  # fmt: skip


def test_more_than_fifty_times_its_size(tmp_path: Path) -> None:
    distribution = opened(tmp_path, header(size=b"%o" % (65 << 20)) + bytes(65 << 20) + END)

    assert distribution.peculiarities == (Peculiarity(Oddity.RATIO),)
    assert distribution.broken == "it unpacks to more than 50 times its size"
