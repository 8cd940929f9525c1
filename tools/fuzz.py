"""Throws damaged, cut and random bytes at every reader of what others wrote, for as long as it is asked to.

`python -m tools.fuzz --seconds 600 wheel sdist` runs these readers, ten minutes each; without a name it runs all of
them. `--engine atheris` lets coverage lead the way, where that is installed; the default is hypothesis. It ends with
1 at the first input that breaks a promise, and leaves it in the directory that `--keep` names. The tests run the same
promises, for moments.
"""

import argparse
import base64
import gc
import gzip
import hashlib
import importlib
import io
import json
import random
import sys
import tarfile
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MappingProxyType

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from tagship.adapters.archives import open_distribution
from tagship.adapters.http import Response
from tagship.adapters.index.simple import HTML, JSON, read_page
from tagship.adapters.token import examine_token
from tagship.domain.caveat import projects_caveat
from tagship.domain.core_metadata import parse_metadata
from tagship.domain.distribution import Distribution, MemberKind
from tagship.domain.endpoints import KNOWN
from tagship.domain.macaroon import Macaroon, NotAMacaroonError, decode, encode
from tagship.errors import FactUnknown
from tagship.secrets.matcher import leaks_in

WHEEL = "demo-1.0-py3-none-any.whl"
SDIST = "demo-1.0.tar.gz"
METADATA = b"""\
Metadata-Version: 2.4
Name: demo
Version: 1.0
Summary: a wheel to be damaged
License-File: LICENSE
Requires-Dist: other>=1; extra == "x"
Provides-Extra: x

What it does.
"""
SLOWEST = 10.0
"""Seconds that one reading of a few damaged kilobytes may take on the slowest machine."""
EXAMPLES = 500


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader: inputs to start from, and the promise that no input may break."""

    seeds: tuple[bytes, ...]
    promise: Callable[[bytes], None]


class BrokenPromiseError(AssertionError):
    """A reader did what it may never do."""


def wheels() -> tuple[bytes, ...]:
    """Wheels to start from: an ordinary one, one with links, comments and both ways of packing, an empty one."""
    root = "demo-1.0.dist-info"
    plain = {"demo/__init__.py": b"x = 1\n" * 50, f"{root}/METADATA": METADATA, f"{root}/RECORD": b"demo,,\n"}
    made = []
    for method, extras in ((zipfile.ZIP_DEFLATED, False), (zipfile.ZIP_STORED, True)):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, content in plain.items():
                archive.writestr(name, content)
            if extras:
                link = zipfile.ZipInfo("demo/\u00e4")
                link.external_attr, link.comment = 0o120777 << 16, b"why"
                archive.writestr(link, b"__init__.py")
                with archive.open("demo/big", "w", force_zip64=True) as member:
                    member.write(bytes(500))
                archive.comment = b"a comment"
        made.append(stream.getvalue())
    return (*made, b"PK\x05\x06" + bytes(18))


def tars() -> tuple[bytes, ...]:
    """Tar files to start from, in each of the formats, not yet compressed."""
    made = []
    for kind in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        stream = io.BytesIO()
        with tarfile.open(fileobj=stream, mode="w", format=kind) as archive:
            for name, content in {"PKG-INFO": METADATA, "demo.py": b"x = 1\n" * 200, "d/" + "y" * 90: b""}.items():
                entry = tarfile.TarInfo(f"demo-1.0/{name}")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
            link = tarfile.TarInfo("demo-1.0/" + ("link" if kind == tarfile.USTAR_FORMAT else "link" * 40))
            link.type, link.linkname = tarfile.SYMTYPE, "demo.py"
            archive.addfile(link)
        made.append(stream.getvalue())
    return tuple(made)


def _opened(name: str, data: bytes) -> Distribution:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        path = Path(directory) / name
        path.write_bytes(data)
        began = time.thread_time()
        opened = open_distribution(path, inspect=leaks_in)
        if time.thread_time() - began > SLOWEST:
            raise BrokenPromiseError(f"reading {len(data)} bytes took more than {SLOWEST} seconds")
    if (opened.artifact.size, opened.artifact.sha256) != (len(data), hashlib.sha256(data).hexdigest()):
        raise BrokenPromiseError("the artifact is not the file")
    if opened.broken is None and not opened.members:
        raise BrokenPromiseError("an archive without members is not called broken")
    return opened


def read_wheel(data: bytes) -> None:
    """A damaged wheel never raises; one in which nothing is odd reads alike with the standard library."""
    opened = _opened(WHEEL, data)
    if opened.broken is None and not opened.peculiarities:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            theirs = [
                (entry.orig_filename, hashlib.sha256(archive.read(entry)).hexdigest()) for entry in archive.infolist()
            ]
        ours = [(member.name, member.sha256) for member in opened.members]
        _compare(ours, theirs, opened)


def read_sdist(data: bytes) -> None:
    """A damaged sdist never raises, damaged before or after it was compressed; one not odd reads alike."""
    _opened(SDIST, data)
    packed = gzip.compress(data, 1, mtime=0)
    opened = _opened(SDIST, packed)
    if opened.broken is None and not opened.peculiarities:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
            theirs = [(entry.name, _content(archive, entry)) for entry in archive]
        ours = [(member.name.rstrip("/"), member.sha256) for member in opened.members]
        _compare(ours, [(name.rstrip("/"), digest) for name, digest in theirs], opened)


def _content(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> str | None:
    file = archive.extractfile(entry) if entry.isreg() else None
    return None if file is None else hashlib.sha256(file.read()).hexdigest()


def _compare(
    ours: Sequence[tuple[str, str | None]], theirs: Sequence[tuple[str, str | None]], opened: Distribution
) -> None:
    files = [member.kind is MemberKind.FILE for member in opened.members]
    alike = len(ours) == len(theirs) and all(
        mine[0] == other[0] and (mine == other or not is_file)
        for mine, other, is_file in zip(ours, theirs, files, strict=True)
    )
    if not alike:
        raise BrokenPromiseError(f"another reader sees {theirs!r:.300} where we see {ours!r:.300}")


def read_token(data: bytes) -> None:
    """A value is a token or has a flaw; what is decoded encodes to a text that decodes to the same."""
    value = data.decode("utf-8", "surrogateescape")
    for index in KNOWN.values():
        shape, credential = examine_token(value, "__token__", index, origin="fuzz")
        if (shape.flaw is None) is not (credential is not None):
            raise BrokenPromiseError("a credential with a flaw, or none without")
        if len(value) > 40 and value in repr(shape) + repr(credential):  # noqa: PLR2004 -- shorter may be a word
            raise BrokenPromiseError("the value shows")
    try:
        macaroon = decode(value)
    except NotAMacaroonError:
        return
    if decode(encode(macaroon)) != macaroon:
        raise BrokenPromiseError("what was decoded encodes to another token")


def read_metadata(data: bytes) -> None:
    """Metadata reads without an exception, whatever it is; the same twice."""
    if parse_metadata(data) != parse_metadata(data):
        raise BrokenPromiseError("the same metadata reads in two ways")


def read_simple(data: bytes) -> None:
    """An answer is a page or FactUnknown, as JSON and as HTML."""
    for kind in (JSON, HTML):
        response = Response(200, "OK", MappingProxyType({"content-type": kind}), data, "http://127.0.0.1/simple/demo/")
        try:
            page = read_page(canonicalize_name("demo"), response)
        except FactUnknown:
            continue
        if not page.exists:
            raise BrokenPromiseError("a page that was read says that there is none")


def _tokens() -> tuple[bytes, ...]:
    prefix = next(index.token_prefix for index in KNOWN.values() if index.token_prefix)
    # The fixed beginning of a token holds the version, the kind and length of a field, and in it the location.
    encoded = prefix.removeprefix("pypi-")
    location = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))[3:].decode()
    whole = Macaroon(location, b"identifier", (), b"s" * 32)
    return tuple(encode(each).encode() for each in (whole, whole.narrowed(projects_caveat(["demo"]))))


def _pages() -> tuple[bytes, ...]:
    file = {
        "filename": WHEEL, "url": f"../{WHEEL}", "hashes": {"sha256": "0" * 64}, "size": 7, "yanked": "why",
        "upload-time": "2026-03-01T12:00:00.000000Z", "requires-python": ">=3.11",
    }  # fmt: skip
    page = {
        "meta": {"api-version": "1.4"},
        "name": "demo",
        "versions": ["1.0"],
        "files": [file, file | {"yanked": False}],
    }
    html = (
        f'<!DOCTYPE html><html><body><a href="../{WHEEL}#sha256={"0" * 64}" data-yanked="x">{WHEEL}</a></body></html>'
    )
    return json.dumps(page).encode(), html.encode()


READERS = MappingProxyType(
    {
        "token": Reader(_tokens(), read_token),
        "wheel": Reader(wheels(), read_wheel),
        "sdist": Reader(tars() + tuple(gzip.compress(tar, mtime=0) for tar in tars()), read_sdist),
        "metadata": Reader((METADATA, METADATA.replace(b"\n", b"\r\n")), read_metadata),
        "simple": Reader(_pages(), read_simple),
    }
)

_TELLING = (
    b"",
    b"\0",
    b"\xff",
    b"\xff\xff",
    b"\xff\xff\xff\xff",
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"\r\n",
    b" ",
    b"=",
    b"A" * 99,
)


@st.composite
def damaged(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    """A seed with some places overwritten, left out, repeated or cut off; sometimes bytes of no meaning at all."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=300))
    data = bytearray(draw(st.sampled_from(seeds)))
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, max(0, len(data) - 1)))
        end = min(len(data), start + draw(st.integers(0, 40)))
        match draw(st.integers(0, 5)):
            case 0:
                data[start : start + 1] = bytes([draw(st.integers(0, 255))])
            case 1:
                del data[start:end]
            case 2:
                data[start:start] = data[start:end]
            case 3:
                data[start:end] = draw(st.sampled_from(_TELLING))
            case 4:
                data[start:end] = draw(st.binary(max_size=20))
            case _:
                del data[len(data) - draw(st.integers(0, 200)) :]
    return bytes(data)


def with_hypothesis(reader: Reader, seconds: float, keep: Path) -> int:
    """Run one reader for so long; how many inputs it read. Raises what the reader raised."""
    end, count = time.monotonic() + seconds, 0
    last = b""

    def promise(data: bytes) -> None:
        nonlocal count, last
        count, last = count + 1, data
        reader.promise(data)

    strange = settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=False
    )
    while time.monotonic() < end:
        round_of = seed(random.randrange(1 << 32))(strange(given(damaged(reader.seeds))(promise)))  # noqa: S311 -- no secret
        try:
            round_of()
        except BaseException:
            (keep / "last-input").write_bytes(last)
            raise
    return count


def with_atheris(reader: Reader, seconds: float, keep: Path) -> int:
    """As `with_hypothesis`, led by coverage; this ends the process, as libFuzzer does."""
    # By its name, since it is not everywhere to be had, and has no types.
    atheris = importlib.import_module("atheris")
    corpus = keep / "corpus"
    corpus.mkdir(exist_ok=True)
    for number, each in enumerate(reader.seeds):
        (corpus / f"seed-{number}").write_bytes(each)
    # Our own functions alone: following the standard library's as well takes minutes before the first input.
    for each in gc.get_objects():
        if isinstance(each, FunctionType) and str(each.__module__).startswith("tagship."):
            atheris.instrument_func(each)
    arguments = [f"-max_total_time={seconds:.0f}", f"-artifact_prefix={keep}/", "-max_len=20000", "-rss_limit_mb=2048"]
    atheris.Setup(["fuzz", *arguments, str(corpus)], reader.promise)
    atheris.Fuzz()
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("readers", nargs="*", choices=(*READERS, []), metavar="READER", help=", ".join(READERS))
    parser.add_argument("--seconds", type=float, default=600.0, help="for each reader")
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()), help="where the last input goes")
    options = parser.parse_args(arguments)
    # Two libraries warn about what they read; a damaged input is meant to be strange.
    warnings.simplefilter("ignore")
    options.keep.mkdir(parents=True, exist_ok=True)
    run = with_atheris if options.engine == "atheris" else with_hypothesis
    for name in options.readers or READERS:
        count = run(READERS[name], options.seconds, options.keep)
        sys.stdout.write(f"{name}: {count:,} inputs in {options.seconds:.0f} s, every promise kept\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
