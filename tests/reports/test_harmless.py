import io
import unicodedata

import pytest
from hypothesis import given

from reports import samples
from tagship.reports.harmless import clipped, fitting, harmless, lines, well_formed, write
from tagship.reports.symbols import ASCII, UNICODE, symbols_for

DANGEROUS = {"Cc", "Cf", "Cs", "Zl", "Zp"}
JOINERS = "\u200c\u200d"


@given(samples.texts)
def test_nothing_that_moves_the_cursor_is_left(text: str) -> None:
    left = {unicodedata.category(character) for character in harmless(text) if character not in JOINERS}

    assert not left & DANGEROUS


@given(samples.texts)
def test_harmless_once_is_harmless_for_good(text: str) -> None:
    assert harmless(text) == harmless(harmless(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain – ünï 漢字 👩\u200d🚀", "plain – ünï 漢字 👩\u200d🚀"),  # noqa: RUF001 -- a dash is what it is about
        ("\x1b[31m", "\\x1b[31m"),
        ("\x9b31m", "\\x9b31m"),
        ("a\rb", "a\\rb"),
        ("a\nb", "a\\nb"),
        ("a\tb", "a    b"),
        ("\u202eabc\u2069", "\\u202eabc\\u2069"),
        ("\ud800", "\\ud800"),
        ("\u2028", "\\u2028"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_harmless(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_lines_keep_line_breaks_of_both_kinds_only() -> None:
    assert lines("a\nb\r\nc\rd\x0be") == ["a", "b", "c\\rd\\x0be"]


def test_no_text_is_one_empty_line() -> None:
    assert lines("") == [""]


def test_clipped_tells_how_much_is_missing() -> None:
    assert clipped("x" * 12, 10) == "x" * 10 + "... (2 more characters)"
    assert clipped("x" * 10, 10) == "x" * 10


@given(samples.texts)
def test_well_formed_can_be_encoded(text: str) -> None:
    assert well_formed(text).encode("utf-8").decode("utf-8") == well_formed(text)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8", "cp932"])
@pytest.mark.parametrize("text", samples.HOSTILE)
def test_writing_never_fails_for_the_encoding(encoding: str, text: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="")
    write(stream, text)
    stream.flush()

    assert raw.getvalue().decode(encoding) == fitting(text, stream)


def test_symbols_fit_the_encoding() -> None:
    assert symbols_for(io.TextIOWrapper(io.BytesIO(), encoding="cp1252")) is ASCII
    assert symbols_for(io.TextIOWrapper(io.BytesIO(), encoding="utf-8")) is UNICODE
    assert symbols_for(io.StringIO()) is UNICODE
