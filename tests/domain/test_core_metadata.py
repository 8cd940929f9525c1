import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.metadata import parse_email

from fakes import a_metadata
from tagship.domain.core_metadata import LARGEST_HEAD, MULTIPLE_USE, SINGLE_USE, CoreMetadata, parse_metadata

HEADERS = (*SINGLE_USE, *MULTIPLE_USE)


def test_every_field_has_a_header() -> None:
    fields = set(CoreMetadata.__slots__) - {"headers", "flaws"}

    assert fields == set(SINGLE_USE.values()) | set(MULTIPLE_USE.values())


def test_what_is_said() -> None:
    metadata = parse_metadata(a_metadata("1.2.0", "Classifier: A", "classifier: B", "Keywords: a,b", "X-Own: c"))

    assert (metadata.name, metadata.version, metadata.keywords) == ("handmade", "1.2.0", "a,b")
    assert metadata.classifiers == ("A", "B")
    assert metadata.description == "A description.\n"
    assert metadata.headers == {"metadata-version", "name", "version", "classifier", "keywords"}
    assert metadata.flaws == ()


def test_by_header() -> None:
    metadata = parse_metadata(a_metadata("1.2.0", "Classifier: A"))

    assert (metadata.of("name"), metadata.of("classifier")) == (("handmade",), ("A",))
    assert (metadata.of("summary"), metadata.of("dynamic"), metadata.of("x-own")) == ((), (), ())


def test_what_means_nothing() -> None:
    metadata = parse_metadata(b"Name: handmade\nSummary: UNKNOWN\nHome-page:\nPlatform: UNKNOWN\nPlatform: any\n")

    assert (metadata.summary, metadata.home_page, metadata.platforms) == ("", "", ("any",))


def test_folded_headers() -> None:
    raw = b"Name: handmade\nLicense: one\n        \n        two\nRequires-Dist: a\n  >=1\n\nWords.\n"

    metadata = parse_metadata(raw)

    assert (metadata.license.split(), metadata.requires_dist) == (["one", "two"], ("a >=1",))
    assert (metadata.description, metadata.flaws) == ("Words.\n", ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line(end: str) -> None:
    metadata = parse_metadata(a_metadata().decode().replace("\n", end).encode())

    assert (metadata.name, metadata.description.strip(), metadata.flaws) == ("handmade", "A description.", ())


def test_a_description_in_a_header() -> None:
    indented = parse_metadata(b"Name: a\nDescription: Words.\n        \n        - More.\n          Still.\n")
    barred = parse_metadata(b"Name: a\nDescription: Words.\n       |- More.\n")
    neither = parse_metadata(b"Name: a\nDescription: Words.\n    More.\n")

    assert (indented.description, indented.flaws) == ("Words.\n\n- More.\n  Still.", ())
    assert (barred.description, neither.description) == ("Words.\n- More.", "Words.\n    More.")


@pytest.mark.parametrize(
    ("raw", "flaw"),
    [
        ("Name: handmäde\n".encode("latin-1"), "is not UTF-8: byte 11 of its headers is 0xe4"),
        ("Name: a\n\nWörds\n".encode("latin-1"), "is not UTF-8: byte 1 of its description is 0xf6"),
        (b"Name: a\nNAME: b\n", "says Name 2 times"),
        (b"Name: a\nno header\n\nWords\n", "has a line among its headers that is none: 'no header'"),
        (b"Name: a\nDescription: b\n\nc\n", "has two descriptions, a header and a body"),
        (b"Name: a\n" + b"X: y\n" * 30_000, "has more than 20,000 headers"),
        (b"Name: a\n" + b"X" * LARGEST_HEAD, "has more than 2 MiB of headers"),
    ],
)
def test_what_can_be_read_in_two_ways(raw: bytes, flaw: str) -> None:
    assert flaw in parse_metadata(raw).flaws


def test_a_long_description_is_read_whole() -> None:
    assert len(parse_metadata(b"Name: a\n\n" + b"word " * 2_000_000).description) == 10_000_000


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\n\n\n",
        b":",
        b"\0",
        b" folded\n",
        b"From me\nName: a\n",
        b"Content-Type: multipart/mixed\n\nx",
        b"A" * 9,
    ],
)
def test_what_is_hardly_metadata_raises_nothing(raw: bytes) -> None:
    assert parse_metadata(raw).name in {"", "a"}


@given(st.binary(max_size=4096))
def test_no_bytes_are_too_odd(raw: bytes) -> None:
    metadata = parse_metadata(raw)

    assert all(flaw.isprintable() for flaw in metadata.flaws)


LINES = st.tuples(
    st.sampled_from(HEADERS), st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=20)
)


@given(st.lists(LINES, max_size=12), st.text(st.characters(codec="utf-8", categories=("L", "Zs")), max_size=80))
def test_what_the_reference_reads_we_read(lines: list[tuple[str, str]], body: str) -> None:
    raw = "".join(f"{name}: {value}\n" for name, value in lines).encode() + b"\n" + body.encode()

    theirs, _ = parse_email(raw)
    ours = parse_metadata(raw)

    for field in ("name", "version", "summary", "license", "requires_python"):
        said = theirs.get(field)
        if isinstance(said, str) and said not in {"", "UNKNOWN"}:
            assert getattr(ours, field) == said.strip()
    for field in ("requires_dist", "classifiers", "license_files"):
        listed = theirs.get(field, [])
        assert isinstance(listed, list)
        assert getattr(ours, field) == tuple(each for each in listed if each)


@pytest.mark.parametrize(
    "raw",
    [b"\n" * 16_000_000, b"A: b\n" * 400_000, b" " * 16_000_000, b"A:" + b"\n b" * 700_000, b"\r" * 16_000_000],
)
@pytest.mark.timeout(60)
def test_hostile_metadata_is_read_in_time(raw: bytes) -> None:
    assert parse_metadata(raw).name == ""
