"""The records of a zip file, read from front to back: each way in which they can contradict each other."""

import io
import struct
from pathlib import Path

import pytest

from rehearsal.crafting import place, wheel_members, with_long_end, zip_bytes
from tagship.rehearsal.zip_framing import ZipRefusedError, _Reader, size_of_listing

STORED, DEFLATED = 0, 8
ELSEWHERE = 0xFFFFFFFF


def local(
    name: bytes = b"a", content: bytes = b"", *, extra: bytes = b"", size: int | None = None, method: int = STORED
) -> bytes:
    """What stands before a member, and the member."""
    told = len(content) if size is None else size
    head = struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 0, method, 0, 0, 0, told, told, len(name), len(extra))
    return head + name + extra + content


def entry(name: bytes = b"a", *, comment: bytes = b"") -> bytes:
    """What stands of a member in the list."""
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *[0] * 6, *[0] * 3, len(name), 0, len(comment), 0, 0, 0, 0)
    return head + name + comment


def end(before: bytes, listing: bytes, *, records: int = 1, on_disk: int = 1, size: int = 0, shift: int = 0) -> bytes:
    """The end of an archive that has this before its list."""
    return struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, on_disk, records, len(listing) + size, len(before) + shift, 0)


def whole(before: bytes, listing: bytes = b"", **changes: int) -> bytes:
    return before + listing + end(before, listing, **changes)


def extra(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


LONG = struct.pack("<QQ", 4, 4)
REFUSED: dict[str, tuple[bytes, str]] = {
    "cut off": (local()[:20], "Malformed zip file"),
    "cut off in a list": (local() + entry()[:20], "Malformed zip file"),
    "an extra field too short to be one": (whole(local(extra=b"xx"), entry()), "Malformed zip file"),
    "long sizes of no known length": (whole(local(extra=extra(1, b"xxx")), entry()), "Malformed zip file"),
    "long sizes that are missing": (whole(local(extra=extra(1, b""), size=ELSEWHERE), entry()), "Malformed zip file"),
    "one long size of a packed member": (
        whole(local(extra=extra(1, bytes(8)), method=DEFLATED), entry()),
        "Malformed zip file",
    ),
    "an unprintable second name": (
        whole(local(extra=extra(0x7075, bytes(5) + b"\x07")), entry()),
        "Invalid character in filename",
    ),
    "a second name that is no text": (
        whole(local(extra=extra(0x7075, bytes(5) + b"\xff")), entry()),
        "Filename not valid UTF-8",
    ),
    "another size": (whole(local(content=b"xx"), entry()), "Mis-matched data size"),
    "beyond the end": (whole(local(name=b"huge", size=ELSEWHERE - 1), entry(b"huge")), "Malformed zip file"),
    "a comment": (whole(local(), entry(comment=b"x")), "Comment in central directory"),
    "a name twice in the list": (whole(local(), entry() * 2, records=2), "Duplicate filename in central directory"),
    "a name that is in the list alone": (whole(local(), entry(b"b")), "Missing filename in local headers"),
    "a member that is not in the list": (
        whole(local() + local(b"b"), entry(), records=1),
        "Mis-matched local headers and central directory",
    ),
    "on several disks": (whole(local(), entry(), on_disk=2), "Malformed zip file"),
    "another number of members": (
        whole(local(), entry(), records=2, on_disk=2),
        "Mismatched central directory records",
    ),
    "a list elsewhere": (whole(local(), entry(), shift=1), "Mismatched central directory offset"),
    "a longer list": (whole(local(), entry(), size=1), "Mismatched central directory size"),
    "a long end that nothing leads to": (
        with_long_end(whole(local(), entry()), locator=False),
        "Malformed zip file",
    ),
    "a long end with more to it": (with_long_end(whole(local(), entry()), extra=b"x"), "ZIP64 extensible data"),
    "a long end on several disks": (
        with_long_end(whole(local(), entry())).replace(struct.pack("<QQ", 1, 1), struct.pack("<QQ", 2, 1)),
        "Malformed zip file",
    ),
    "more behind it": (whole(local(), entry()) + b"x", "Trailing data"),
}
LISTED = {"a": (0, 0), "b": (0, 0), "c": (4, 4), "huge": (ELSEWHERE - 1, ELSEWHERE - 1)}


@pytest.mark.parametrize(("content", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_records_that_contradict_each_other(content: bytes, told: str) -> None:
    with pytest.raises(ZipRefusedError, match=told):
        _Reader(io.BytesIO(content), LISTED).read()


@pytest.mark.parametrize(
    "content",
    [
        whole(b"", records=0, on_disk=0),
        whole(local(), entry()),
        whole(local(extra=extra(1, b"")), entry()),
        whole(local(b"c", b"four", extra=extra(1, LONG), size=ELSEWHERE), entry(b"c")),
        whole(local(b"c", b"four", extra=extra(1, LONG[:8]), size=ELSEWHERE), entry(b"c")),
        whole(local(extra=extra(0x7075, bytes(5) + "ä".encode())), entry()),
        whole(local(extra=extra(0x9999, b"x") * 2), entry()),
        with_long_end(whole(local(), entry())),
    ],
    ids=["empty", "plain", "no long sizes", "long sizes", "one long size", "second name", "unknown", "long end"],
)
def test_records_that_agree(content: bytes) -> None:
    reader = _Reader(io.BytesIO(content), LISTED)

    reader.read()

    assert reader.met == reader.named


def test_how_long_a_list_is(tmp_path: Path) -> None:
    archive = zip_bytes(wheel_members(), comment=b"of some length")
    bare = zip_bytes(wheel_members())
    (size,) = struct.unpack_from("<L", archive, archive.rindex(b"PK\x05\x06") + 12)
    shown = [archive, bare, with_long_end(bare), b"", b"PK\x05\x06", b"no archive" * 9]

    assert [size_of_listing(place(tmp_path, "x", content)) for content in shown] == [size, size, size, 0, 0, 0]


def test_a_list_that_claims_to_be_longer_than_the_file(tmp_path: Path) -> None:
    content = end(b"", b"", size=ELSEWHERE)

    assert size_of_listing(place(tmp_path, "x", content)) == len(content)
