"""What a hostile archive costs, in a process that may not have more: 10 seconds and 300 MB, whatever it claims."""

import gzip
import json
import random
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.archives.packing import METADATA, SDIST, WHEEL, Packed, make_zip
from adapters.archives.test_tar_reader import END, extended, header, record
from tagship.adapters.archives.tar_headers import BLOCK

pytest.importorskip("resource")
pytestmark = pytest.mark.slow

READ = """
import json, resource, sys
from pathlib import Path
from tagship.adapters.archives import open_distribution
from tagship.secrets.matcher import leaks_in

size = Path("/proc/self/statm")
used = int(size.read_text().split()[0]) * resource.getpagesize() if size.exists() else 700 << 20
resource.setrlimit(resource.RLIMIT_AS, (used + (300 << 20),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (10, 11))
opened = open_distribution(Path(sys.argv[1]), inspect=leaks_in)
json.dump({
    "members": len(opened.members), "broken": opened.broken, "digest": len(opened.artifact.sha256),
    "oddities": sorted({each.oddity.name for each in opened.peculiarities}),
}, sys.stdout)
"""
DESCRIBED = Packed(b"demo-1.0.dist-info/METADATA", METADATA)
MEBIBYTE = bytes(1 << 20)


def bomb(times: int = 1500) -> bytes:
    """So many MiB of zeros, deflated; each as the one before, so that making it costs nothing."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    once = deflate.compress(MEBIBYTE) + deflate.flush(zlib.Z_FULL_FLUSH)
    return once * times + deflate.flush()


def zeros(times: int) -> bytes:
    """So many MiB of zeros as gzip files one behind the other, which are one gzip file."""
    return gzip.compress(MEBIBYTE) * times


def padded(content: bytes) -> bytes:
    return content + bytes(-len(content) % BLOCK)


def with_claim(packed: bytes, size: int) -> bytes:
    """A wheel with one deflated member that claims to be of this size."""
    content = make_zip([Packed(method=0, content=packed, size=size, crc=0), DESCRIBED])
    # The method stands at 8 in a local header and at 10 in the list of contents.
    listed = content.index(b"PK\x01\x02")
    return content[:8] + b"\x08" + content[9 : listed + 10] + b"\x08" + content[listed + 11 :]


def same_bytes_again() -> bytes:
    """Many entries in the list of contents that lead to one member."""
    content = make_zip([Packed(content=MEBIBYTE * 4)])
    listed, end = content.index(b"PK\x01\x02"), content.rindex(b"PK\x05\x06")
    times = 5000
    size = (end - listed) * times
    return (
        content[:listed] + content[listed:end] * times
        + content[end : end + 12] + size.to_bytes(4, "little") + content[end + 16 :]
    )  # fmt: skip


def many_in_a_wheel() -> bytes:
    return make_zip([DESCRIBED, *(Packed(b"demo/m%06d.py" % number, b"x = %d" % number) for number in range(100_000))])


def many_in_an_sdist() -> Iterator[bytes]:
    yield header(b"demo-1.0/PKG-INFO", size=b"%o" % len(METADATA)) + padded(METADATA)
    generator = random.Random(7)
    for number in range(100_000):
        yield header(b"demo-1.0/m%06d.py" % number, size=b"40") + padded(generator.randbytes(32))
    yield END


def long_names() -> Iterator[bytes]:
    for _ in range(60):
        yield extended(record(b"path", "\u2500".encode() * 300_000)) + header()


KEY = b"-----BEGIN RSA " + b"PRIVATE KEY-----\n"

FINE: dict[str, tuple[str, Callable[[], bytes], int]] = {
    "100,000 members of a wheel": (WHEEL, many_in_a_wheel, 100_001),
    "100,000 members of an sdist": (SDIST, lambda: gzip.compress(b"".join(many_in_an_sdist()), 1), 100_001),
    "a bomb inside a wheel, unopened": (WHEEL, lambda: make_zip([DESCRIBED, Packed(content=bomb(), method=0)]), 2),
    "beginnings of keys": (WHEEL, lambda: make_zip([DESCRIBED, Packed(content=KEY * 120_000, method=0)]), 2),
    "beginnings of tokens": (WHEEL, lambda: make_zip([DESCRIBED, Packed(content=b"pypi-AgEI" * 400_000, method=0)]), 2),
}  # fmt: skip
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a member that claims 4 GiB": (WHEEL, lambda: with_claim(b"", 0xFFFFFFFE)),
    "a member that claims little": (WHEEL, lambda: with_claim(bomb(), 10)),
    "a bomb that says so": (WHEEL, lambda: with_claim(bomb(), 1500 << 20)),
    "members in the same place": (WHEEL, same_bytes_again),
    "200,001 members": (WHEEL, lambda: make_zip(Packed(b"%d" % number, b"") for number in range(200_001))),
    "names that fill": (WHEEL, lambda: make_zip(Packed(b"\xc4" * 999 + b"%06d" % n, b"") for n in range(17_000))),
    "zeros, compressed": (SDIST, lambda: zeros(2000)),
    "a member of 8 GiB": (SDIST, lambda: gzip.compress(header(size=b"7" * 11)) + zeros(500)),
    "an extended header of 2 GiB": (SDIST, lambda: gzip.compress(header(kind=b"x", size=b"20000000000")) + zeros(500)),
    "long names": (SDIST, lambda: gzip.compress(b"".join(long_names()), 1)),
    "headers without a member": (SDIST, lambda: gzip.compress(extended(record(b"path", b"a")) * 200_000, 1)),
    "compressed nothing, often": (SDIST, lambda: gzip.compress(b"") * 2_000_000),
}  # fmt: skip


def read(path: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, check=False, text=True, timeout=90
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


@pytest.mark.parametrize("name", FINE)
def test_what_is_large_and_legal_is_read(tmp_path: Path, name: str) -> None:
    filename, make, members = FINE[name]
    path = tmp_path / filename
    path.write_bytes(make())

    assert read(path) == {"members": members, "broken": None, "digest": 64, "oddities": []}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_hostile_is_told_and_costs_little(tmp_path: Path, name: str) -> None:
    filename, make = REFUSED[name]
    path = tmp_path / filename
    path.write_bytes(make())

    told = read(path)

    assert told["broken"] is not None or told["oddities"] == ["RATIO"]
    assert told["digest"] == 64
