"""What the stand-in index says to what is inside a file: zip files, tar files, and what they must hold."""

import contextlib
import gzip
import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.crafting import (
    INFO,
    SDIST,
    WHEEL,
    in_local_headers,
    place,
    sdist_members,
    streamed_zip_bytes,
    tar_bytes,
    wheel_members,
    with_long_end,
    zip64_bytes,
    zip_bytes,
)
from rehearsal.uploading import Uploader, said
from servers.handmade import make_wheel
from tagship.rehearsal import archives
from tagship.rehearsal.administration import Mail
from tagship.rehearsal.index import ACCOUNT, StandInIndex

BAD = "Invalid distribution file. "
ZIP, TAR = f"{BAD}ZIP archive not accepted: ", f"{BAD}tar archive not accepted: "
GOOD = zip_bytes(wheel_members())


def _member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


def _unprintable(member: zipfile.ZipInfo) -> None:
    member.filename = member.filename.replace("broken.py", "bro\x07en.py")


def _comment(member: zipfile.ZipInfo) -> None:
    member.comment = b"see here"


def _doubled_extra(member: zipfile.ZipInfo) -> None:
    name = struct.pack("<HHBL", 0x7075, 5 + 1, 1, 0) + b"x"
    member.extra = name + name


def _extra(content: bytes) -> bytes:
    def change(member: zipfile.ZipInfo) -> None:
        member.extra = content

    return zip_bytes(wheel_members(), change=change)


def _without_one_in_the_list() -> bytes:
    """A member more in front than the list at the end has."""
    stray = zip_bytes({"stray.py": b"x = 1\n"})
    (start,) = struct.unpack_from("<L", stray, stray.rindex(b"PK\x05\x06") + 16)
    return stray[:start] + GOOD


WHEELS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", f"{BAD}File is not a zipfile"),
    "text": (b"plain text", f"{BAD}File is not a zipfile"),
    "a tar file": (tar_bytes(sdist_members()), f"{BAD}File is not a zipfile"),
    "a tar file that is a zip file": (tar_bytes(sdist_members()) + GOOD, f"{BAD}File is both a zip and a tar file"),
    "its list cut out": (GOOD[:40] + GOOD[-22:], f"{BAD}None"),
    "bzip2": (
        zip_bytes(wheel_members(), method=zipfile.ZIP_BZIP2),
        f"{BAD}File does not use a supported compression type",
    ),
    "lzma": (
        zip_bytes(wheel_members(), method=zipfile.ZIP_LZMA),
        f"{BAD}File does not use a supported compression type",
    ),
    "a bomb": (
        zip_bytes(wheel_members() | {"zeros": bytes((64 << 20) + 1)}),
        f"{BAD}File exceeds compression ratio of 50",
    ),
    "without WHEEL": (
        zip_bytes({"x.py": b"", f"{INFO}/RECORD": b""}),
        f"{BAD}WHEEL not found at {INFO}/WHEEL",
    ),
    "data behind it": (GOOD + b"and more", f"{ZIP}Trailing data. See "),
    "another archive behind it": (GOOD + zip_bytes({"other.py": b""}), f"{BAD}WHEEL not found at {INFO}/WHEEL"),
    "data before it": (b"#!/usr/bin/python\n" + GOOD, f"{ZIP}Unknown record signature. See "),
    "one name twice": (
        zip_bytes([*wheel_members().items(), ("broken.py", b"x = 1\n")]),
        f"{ZIP}Mis-matched",
    ),
    "one name twice, alike": (
        zip_bytes([*wheel_members().items(), ("broken.py", b"")]),
        f"{ZIP}Duplicate filename in local headers. See ",
    ),
    "sizes behind contents": (streamed_zip_bytes(wheel_members()), f"{ZIP}ZIP contains a data descriptor. See "),
    "a comment on a member": (zip_bytes(wheel_members(), change=_comment), f"{ZIP}Comment in central directory. See "),
    "an unprintable name": (
        zip_bytes(wheel_members(), change=_unprintable),
        f"{ZIP}Invalid character in filename. See ",
    ),
    "another name in front": (
        in_local_headers(GOOD, b"broken.py", b"chosen.py"),
        f"{ZIP}Filename not in central directory. See ",
    ),
    "a name in front that is no text": (
        in_local_headers(GOOD, b"broken.py", b"br\xffken.py"),
        f"{ZIP}Filename not unicode. See ",
    ),
    "another size in front": (
        in_local_headers(GOOD, struct.pack("<L", len(b"Wheel-Version: 1.0\n")), struct.pack("<L", 99)),
        f"{ZIP}Mis-matched ",
    ),
    "a member that is not in the list": (_without_one_in_the_list(), f"{ZIP}Filename not in central directory. See "),
    "an extra field twice": (
        zip_bytes(wheel_members(), change=_doubled_extra),
        f"{ZIP}Invalid duplicate extra in local file. See ",
    ),
    "an extra field that is cut off": (
        in_local_headers(_extra(b"\x99\x99\x01\x00x"), b"\x99\x99\x01\x00x", b"\x99\x99\x09\x00x"),
        f"{ZIP}Malformed zip file. See ",
    ),
    # Which Python's own reader does not open in the first place.
    "an end in the long form that is never located": (with_long_end(GOOD, locator=False), f"{BAD}None"),
    "an end in the long form with more to it": (with_long_end(GOOD, extra=b"more"), f"{BAD}None"),
}


@pytest.mark.parametrize(("content", "told"), WHEELS.values(), ids=WHEELS.keys())
def test_zip_files_that_are_refused(send: Uploader, tmp_path: Path, content: bytes, told: str) -> None:
    answer = send(place(tmp_path, WHEEL, content))

    assert answer.status == 400
    assert said(answer).startswith(told)


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        zip_bytes(wheel_members(), method=zipfile.ZIP_STORED),
        zip_bytes(wheel_members() | {"pkg/": b"", "pkg/x.py": b""}),
        zip_bytes(wheel_members(), comment=b"of the whole archive"),
        zip64_bytes(wheel_members()),
        with_long_end(GOOD),
        zip_bytes(wheel_members() | {"zeros": bytes(60 << 20)}),
    ],
    ids=["plain", "stored", "folders", "comment", "long sizes", "long end", "well packed"],
)
def test_zip_files_that_are_taken(send: Uploader, tmp_path: Path, content: bytes) -> None:
    assert send(place(tmp_path, WHEEL, content)).status == 200


def _entry_points(text: bytes) -> bytes:
    return zip_bytes(wheel_members(**{"entry_points.txt": text}))


def _lacking(name: str) -> bytes:
    members = wheel_members()
    del members[f"{INFO}/{name}"]
    return zip_bytes(members)


WRONG_ENTRY_POINTS = f"Wheel '{WHEEL}' has invalid entry points defined in the entry_points.txt file"
CONTENTS: dict[str, tuple[bytes, str]] = {
    "without RECORD": (_lacking("RECORD"), f"Wheel '{WHEEL}' does not contain the required RECORD file: {INFO}/RECORD"),
    "RECORD that is no text": (
        zip_bytes(wheel_members() | {f"{INFO}/RECORD": b"\xff\xff"}),
        f"Wheel '{WHEEL}' does not contain the required RECORD file: {INFO}/RECORD",
    ),
    "without METADATA": (
        _lacking("METADATA"),
        f"Wheel '{WHEEL}' does not contain the required METADATA file: {INFO}/METADATA",
    ),
    "a command with a path": (_entry_points(b"[console_scripts]\n../x = a:b\n"), WRONG_ENTRY_POINTS),
    "a window's command with a space": (_entry_points(b"[gui_scripts]\na b = a:b\n"), WRONG_ENTRY_POINTS),
    "entry points that are no text": (_entry_points(b"\xff"), WRONG_ENTRY_POINTS),
    "entry points in no section": (_entry_points(b"x = a:b\n"), WRONG_ENTRY_POINTS),
    "a command twice": (_entry_points(b"[console_scripts]\nx = a:b\nx = a:c\n"), WRONG_ENTRY_POINTS),
}


@pytest.mark.parametrize(("content", "told"), CONTENTS.values(), ids=CONTENTS.keys())
def test_wheels_that_lack_something(send: Uploader, tmp_path: Path, content: bytes, told: str) -> None:
    answer = send(place(tmp_path, WHEEL, content))

    assert (answer.status, said(answer)) == (400, told)


def test_what_entry_points_lead_to_is_not_looked_at(send: Uploader, tmp_path: Path) -> None:
    wheel = place(tmp_path, WHEEL, _entry_points(b"[console_scripts]\nX = not valid!\nx = a:b\n[other]\n! = 100%\n"))

    assert send(wheel).status == 200


def test_a_record_that_lists_something_else_is_told_to_the_owners(
    send: Uploader, index: StandInIndex, tmp_path: Path
) -> None:
    members = wheel_members() | {"stray.py": b""}

    answer = send(place(tmp_path, WHEEL, zip_bytes(members)))

    assert (answer.status, answer.body) == (200, b"")
    assert index.mails == [Mail(frozenset({ACCOUNT}), f"{WHEEL}: the contents of the wheel differ from its RECORD")]


def test_a_record_need_not_list_folders_and_its_own_signature(
    send: Uploader, index: StandInIndex, tmp_path: Path
) -> None:
    send(place(tmp_path, WHEEL, zip_bytes(wheel_members() | {"pkg/": b"", f"{INFO}/RECORD.jws": b""})))

    assert index.mails == []


@pytest.mark.parametrize(
    ("name", "content", "where"),
    [
        (WHEEL, zip_bytes(wheel_members(**{"licenses/COPYING": b""})), f"{INFO}/licenses/LICENSE"),
        (SDIST, tar_bytes(sdist_members(COPYING=b"")), "broken-1.0/LICENSE"),
    ],
)
def test_licences_are_where_the_form_says(
    send: Uploader, tmp_path: Path, name: str, content: bytes, where: str
) -> None:
    path = place(tmp_path, name, content)

    refused = send(path, license_file=("COPYING", "LICENSE"))

    assert (refused.status, said(refused)) == (
        400,
        f"License-File LICENSE does not exist in distribution file {name} at {where}",
    )
    assert send(path, license_file="COPYING").status == 200


def _sparse() -> bytes:
    member = _member("broken-1.0/sparse")
    member.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "4096"}
    return tar_bytes([*sdist_members(), (member, b"1\n0\n4\n" + bytes(506) + b"data")])


TARS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", f"{BAD}File is not a tarfile"),
    "text": (b"plain text", f"{BAD}File is not a tarfile"),
    "a zip file": (GOOD, f"{BAD}File is not a tarfile"),
    "a zip file too": (tar_bytes(sdist_members()) + GOOD, f"{BAD}File is both a zip and a tar file"),
    "noise": (b"\x1f\x8b\x08\x00" + b"x" * 64, f"{BAD}File is not a tarfile"),
    "cut off": (gzip.compress(gzip.decompress(tar_bytes(sdist_members(more=bytes(99)))))[:-60], f"{BAD}"),
    "a sparse file": (_sparse(), f"{TAR}Sparse members are not allowed. See "),
    "two folders": (
        tar_bytes([*sdist_members(), (_member("other/x"), b"")]),
        f"{BAD}Incorrect number of top-level directories in sdist",
    ),
    "no folder": (tar_bytes([(_member("PKG-INFO"), b""), (_member("x"), b"")]), f"{BAD}Incorrect number of top-level"),
    "from the root and not": (
        tar_bytes([*sdist_members(), (_member("/etc/x"), b"")]),
        f"{BAD}Incorrect number of top-level directories in sdist",
    ),
    "up and away": (tar_bytes([*sdist_members(), (_member("../x"), b"")]), f"{BAD}Incorrect number of top-level"),
    "without PKG-INFO": (
        tar_bytes([(_member("broken-1.0/x"), b""), (_member("broken-1.0/y"), b"")]),
        f"{BAD}PKG-INFO not found at broken-1.0/PKG-INFO",
    ),
}


@pytest.mark.parametrize(("content", "told"), TARS.values(), ids=TARS.keys())
def test_tar_files_that_are_refused(send: Uploader, tmp_path: Path, content: bytes, told: str) -> None:
    answer = send(place(tmp_path, SDIST, content))

    assert answer.status == 400
    assert said(answer).startswith(told)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_tar_files_that_are_taken(send: Uploader, tmp_path: Path, form: int) -> None:
    """An index looks at names alone: links, folders and long names pass."""
    link = (_member("broken-1.0/link", tarfile.SYMTYPE, "/etc/passwd"), b"")
    folder = (_member("broken-1.0/folder", tarfile.DIRTYPE), b"")
    long = (_member("broken-1.0/" + "a" * 90), b"")

    assert send(place(tmp_path, SDIST, tar_bytes([*sdist_members(), link, folder, long], form))).status == 200


@pytest.mark.parametrize(
    ("members", "told"),
    [
        (
            {"broken-1.0/PKG-INFO": b"", "broken-1.0/x": b""},
            "Filename 'broken-1.0.zip' is invalid, should be 'broken-1.0.tar.gz'.",
        ),
        ({"broken-1.0/x": b"", "broken-1.0/y": b""}, f"{BAD}PKG-INFO not found at broken-1.0/PKG-INFO"),
        ({"broken-1.0/PKG-INFO": b"", "x": b""}, f"{BAD}Incorrect number of top-level directories in sdist"),
    ],
)
def test_sdists_of_the_zip_kind_are_read_and_refused(
    send: Uploader, tmp_path: Path, members: dict[str, bytes], told: str
) -> None:
    answer = send(place(tmp_path, "broken-1.0.zip", zip_bytes(members)), filetype="sdist", pyversion="source")

    assert (answer.status, said(answer)) == (400, told)


def _many_members() -> bytes:
    return zip_bytes([(f"{number:07}", b"") for number in range(100_000)] + list(wheel_members().items()))


def _endless_list() -> bytes:
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 6, *[0] * 3, 1, *[0] * 4, 0, 0) + b"x"
    count = archives.LARGEST_LISTING // len(entry) + 1
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, count * len(entry), 0, 0)
    return entry * count + end


def _tar_bomb() -> bytes:
    head = _member("broken-1.0/zeros")
    head.size = 8 << 30
    packer = zlib.compressobj(1, wbits=31)
    parts = [packer.compress(head.tobuf())]
    parts += [packer.compress(bytes(1 << 24)) for _ in range(archives.MOST_UNPACKED >> 24)]
    return b"".join([*parts, packer.flush()])


def _tar_with_an_endless_header() -> bytes:
    head = _member("broken-1.0/header", tarfile.XHDTYPE)
    head.size = 4 << 30
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(head.tobuf()) + packer.compress(bytes(1 << 26)) + packer.flush()


def _empty_members(count: int) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile("", "wb", 1, target, 0) as packed:
        for number in range(count):
            packed.write(_member(f"broken-1.0/{number}").tobuf())
        packed.write(bytes(1024))
    return target.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make"),
    [
        (WHEEL, _many_members),
        (WHEEL, _endless_list),
        (SDIST, _tar_bomb),
        (SDIST, _tar_with_an_endless_header),
        (SDIST, lambda: _empty_members(archives.MOST_MEMBERS + 1)),
    ],
    ids=["members", "list", "bomb", "header", "files"],
)
def test_hostile_archives_cost_seconds_of_work(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    path = place(tmp_path, name, make())
    started = time.thread_time()
    with contextlib.suppress(archives.ArchiveRefusedError):
        archives.check_archive(path, name)

    assert time.thread_time() - started < 10


def test_a_hostile_list_costs_no_memory(tmp_path: Path) -> None:
    path = place(tmp_path, WHEEL, _endless_list())
    tracemalloc.start()
    try:
        with pytest.raises(archives.ArchiveRefusedError, match="more members than the stand-in index reads"):
            archives.check_archive(path, WHEEL)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1 << 20


def test_a_wheel_made_by_hand_is_in_order(send: Uploader, index: StandInIndex, tmp_path: Path) -> None:
    assert send(make_wheel(tmp_path)).status == 200
    assert index.mails == []
