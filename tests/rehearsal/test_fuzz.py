"""Whatever is posted to the stand-in index, it answers, and nothing of it crashes."""

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rehearsal.talking import Talker
from tagship.rehearsal.index import ACCOUNT, StandInIndex

FIELDS = (
    ":action", "protocol_version", "metadata_version", "name", "version", "filetype", "pyversion", "md5_digest",
    "sha256_digest", "blake2_256_digest", "summary", "requires_dist", "requires_python", "license_expression",
    "license", "project_urls", "keywords", "classifiers", "dynamic", "description_content_type", "author_email",
    "provides_extra", "attestations", "content", "home_page", "maintainer_email", "description", "license_file",
    "obsoletes_dist", "import_name", "platform",
)  # fmt: skip
LIKELY = (
    "file_upload", "submit", "1", "2.4", "2.5", "1.0", "handmade", "sdist", "bdist_wheel", "source", "py3", "0" * 64,
    "UNKNOWN", "\x00", "text/x-rst", "a@b.org", "json", "1.0+x", "https://127.0.0.1/, x", "a @ http://127.0.0.1/",
)  # fmt: skip
NAMES = (
    "handmade-1.0.tar.gz", "handmade-1.0-py3-none-any.whl", "handmade-.tar.gz", "-.whl", "a.zip", "", "..", "x/y",
    "\u2026-1.0.tar.gz", "handmade-1.0-1-2-3-4-5.whl", "handmade-1.0-py3-none-" + "x" * 300 + ".whl",
)  # fmt: skip

PIECES = (
    b"--b", b"--", b"\r\n", b"b", b"x", b"\r", b"\n", b": ", b";", b'Content-Disposition: form-data; name="content"',
    b'Content-Disposition: form-data; name="content"; filename="x"', b"Content-Disposition: x; filename*=%00''x",
)  # fmt: skip
KINDS = (
    "multipart/form-data; boundary=b", "multipart/form-data", 'multipart/form-data; boundary="', "\x7f", "",
    "multipart/form-data; boundary*=utf-8''%00", "application/x-www-form-urlencoded", "text/plain; charset=x",
)  # fmt: skip

text = st.sampled_from(LIKELY) | st.text(max_size=40)
fields = st.lists(st.tuples(st.sampled_from(FIELDS), text), max_size=14)
content = st.binary(max_size=200) | st.sampled_from([b"PK\x05\x06" + bytes(18), b"\x1f\x8b" + bytes(20)])
parts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(FIELDS), text),
        st.tuples(
            st.sampled_from(FIELDS),
            st.tuples(st.sampled_from(NAMES), content, st.sampled_from(["application/octet-stream", "image/png", ""])),
        ),
    ),
    max_size=14,
)
VALID = [
    (":action", "file_upload"), ("protocol_version", "1"), ("metadata_version", "2.4"), ("name", "handmade"),
    ("version", "1.0"), ("filetype", "sdist"), ("pyversion", "source"), ("md5_digest", ""), ("sha256_digest", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[StandInIndex]:
    with StandInIndex(largest_file=1 << 16) as index:
        yield index


@pytest.fixture(scope="module")
def talker(running: StandInIndex) -> Iterator[Talker]:
    talker = Talker(running.server.url)
    yield talker
    talker.pool.clear()


def authorized(index: StandInIndex) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"__token__:{index.token}".encode()).decode()}


@settings(max_examples=300, deadline=None)
@given(
    body=st.binary(max_size=600) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join),
    kind=st.sampled_from(KINDS),
)
def test_any_bytes_are_answered(running: StandInIndex, talker: Talker, body: bytes, kind: str) -> None:
    answer = talker.ask("POST", "/legacy/", headers=authorized(running) | {"Content-Type": kind}, body=body)

    assert answer.status in {200, 400, 410}
    assert running.server.crashes == []


@settings(max_examples=300, deadline=None)
@given(parts=parts, valid=st.booleans())
def test_any_form_is_answered(
    running: StandInIndex, talker: Talker, parts: list[tuple[str, str | tuple[str, bytes, str]]], *, valid: bool
) -> None:
    form = [*(VALID if valid else []), *parts]

    answer = talker.ask("POST", "/legacy/", headers=authorized(running), fields=form)

    assert answer.status in {200, 400, 410}
    assert running.server.crashes == []


@settings(max_examples=200, deadline=None)
@given(which=st.integers(0, 1), changes=st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=8)), max_size=4))
def test_any_damage_to_an_archive_is_answered(
    running: StandInIndex,
    talker: Talker,
    distributions: tuple[Path, Path],
    which: int,
    changes: list[tuple[int, bytes]],
) -> None:
    damaged = bytearray(distributions[which].read_bytes())
    for place, new in changes:
        start = place % len(damaged)
        damaged[start : start + len(new)] = new
    name, wheel = distributions[which].name, which == 0
    form: list[tuple[str, str | tuple[str, bytes, str]]] = [
        (":action", "file_upload"),
        ("protocol_version", "1"),
        ("metadata_version", "2.4"),
        ("name", "handmade"),
        ("version", "1.0"),
        ("filetype", "bdist_wheel" if wheel else "sdist"),
        ("pyversion", "py3" if wheel else "source"),
        ("sha256_digest", hashlib.sha256(damaged).hexdigest()),
        ("content", (name, bytes(damaged), "application/octet-stream")),
    ]

    running.store.register("handmade", ACCOUNT)  # so that this is no project's first upload, of which few are allowed
    answer = talker.ask("POST", "/legacy/", headers=authorized(running), fields=form)
    if answer.status == 200:
        running.store.projects.clear()

    assert answer.status in {200, 400}
    assert running.server.crashes == []


@settings(max_examples=100, deadline=None)
@given(path=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), max_size=40), accept=st.text(
    st.characters(codec="latin-1", categories=["L", "N", "P"]), max_size=40))  # fmt: skip
def test_any_path_is_answered(running: StandInIndex, talker: Talker, path: str, accept: str) -> None:
    for start in ("/", "/simple/", "/packages/", "/pypi/"):
        answer = talker.ask("GET", start + path, headers={"Accept": accept})

        assert answer.status in {200, 301, 404}
    assert running.server.crashes == []
