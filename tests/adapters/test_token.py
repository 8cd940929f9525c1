"""Where a token comes from, and what can be seen to be wrong with it."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.planted import assert_hidden, macaroon, planted
from tagship.adapters.token import token_from_environment, token_from_stdin
from tagship.domain.credential import TokenFlaw, TokenShape
from tagship.domain.endpoints import KNOWN, PYPI, TESTPYPI, Endpoints

PRIVATE = Endpoints("private", "https://index.invalid/simple/", "https://index.invalid/")


@pytest.mark.parametrize("index", KNOWN.values(), ids=str)
@pytest.mark.parametrize("identifier_length", [36, 127, 128, 300])
def test_a_token_of_the_index_is_a_credential(index: Endpoints, identifier_length: int) -> None:
    value = macaroon(index, identifier_length=identifier_length)

    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value}, index)

    assert shape == TokenShape("TAGSHIP_TOKEN", None, index.name)
    assert credential is not None
    assert credential.username == "__token__"
    assert credential.secret.reveal() == value
    assert credential.secret.origin == "TAGSHIP_TOKEN"
    assert_hidden(value, repr(shape), repr(credential))


@pytest.mark.parametrize(
    ("value", "flaw"),
    [
        (None, TokenFlaw.ABSENT),
        ("", TokenFlaw.EMPTY),
        (" \n", TokenFlaw.EMPTY),
        ("{good}\n", TokenFlaw.WHITESPACE),
        (" {good}", TokenFlaw.WHITESPACE),
        ("{good}\r\n", TokenFlaw.WHITESPACE),
        ("{good}\u00a0", TokenFlaw.WHITESPACE),
        ("{good}\x1b[0m", TokenFlaw.CONTROL_CHARACTERS),
        ("{half}\n{rest}", TokenFlaw.CONTROL_CHARACTERS),
        ("{half}\x00{rest}", TokenFlaw.CONTROL_CHARACTERS),
        ("{half}\u200b{rest}", TokenFlaw.CONTROL_CHARACTERS),
        ("{half} {rest}", TokenFlaw.NOT_A_TOKEN),
        ("{half}+{rest}", TokenFlaw.NOT_A_TOKEN),
        ("{half}ü{rest}", TokenFlaw.NOT_A_TOKEN),
        ('"{good}"', TokenFlaw.NOT_A_TOKEN),
        ("{bare}", TokenFlaw.NOT_A_TOKEN),
        ("pypi-", TokenFlaw.NOT_A_TOKEN),
        ("pypi-AAAA", TokenFlaw.NOT_A_TOKEN),
        ("pypi-A", TokenFlaw.NOT_A_TOKEN),
        ("{start}", TokenFlaw.NOT_A_TOKEN),
        ("{start}ZZ", TokenFlaw.NOT_A_TOKEN),
        ("{start}/+", TokenFlaw.NOT_A_TOKEN),
        ("{start}CgICAgIC", TokenFlaw.NOT_A_TOKEN),
        ("{start}Cz_____w", TokenFlaw.NOT_A_TOKEN),
        ("{start}ZZZZ", TokenFlaw.NOT_A_TOKEN),
        ("{cut}", TokenFlaw.NOT_A_TOKEN),
        ("my password", TokenFlaw.NOT_A_TOKEN),
        ("$TAGSHIP_TOKEN", TokenFlaw.NOT_A_TOKEN),
    ],
)
def test_a_flaw_is_named_and_gives_no_credential(value: str | None, flaw: TokenFlaw) -> None:
    good = macaroon(PYPI)
    parts = {
        "good": good,
        "half": good[:30],
        "rest": good[30:],
        "bare": good.removeprefix("pypi-"),
        "start": PYPI.token_prefix,
        "cut": good[:40],
    }
    environ = {} if value is None else {"TAGSHIP_TOKEN": value.format(**parts)}

    shape, credential = token_from_environment(environ, PYPI)

    assert shape.flaw is flaw
    assert credential is None
    assert_hidden(good, repr(shape))


@pytest.mark.parametrize(("mine", "other"), [(PYPI, TESTPYPI), (TESTPYPI, PYPI)])
def test_a_token_for_another_index_says_for_which(mine: Endpoints, other: Endpoints) -> None:
    shape, credential = token_from_environment({"TAGSHIP_TOKEN": macaroon(other)}, mine)

    assert shape == TokenShape("TAGSHIP_TOKEN", TokenFlaw.OTHER_INDEX, other.name)
    assert credential is None


@pytest.mark.parametrize("value", ["x", planted(), "pass word", macaroon(PYPI)])
def test_an_index_of_unknown_habits_takes_any_secret(value: str) -> None:
    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value, "TAGSHIP_USERNAME": "me"}, PRIVATE)

    assert shape.flaw is None
    assert credential is not None
    assert (credential.username, credential.secret.reveal()) == ("me", value)


@pytest.mark.parametrize(("value", "flaw"), [("", TokenFlaw.EMPTY), ("x\n", TokenFlaw.WHITESPACE)])
def test_but_not_one_that_was_copied_badly(value: str, flaw: TokenFlaw) -> None:
    assert token_from_environment({"TAGSHIP_TOKEN": value}, PRIVATE) == (TokenShape("TAGSHIP_TOKEN", flaw), None)


def test_other_variables_are_not_looked_at() -> None:
    environ = {"TWINE_PASSWORD": macaroon(PYPI), "UV_PUBLISH_TOKEN": macaroon(PYPI), "TAGSHIP_USERNAME": ""}

    assert token_from_environment(environ, PYPI)[0].flaw is TokenFlaw.ABSENT


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_one_line_end_on_a_stream_is_not_the_tokens(ending: str) -> None:
    value = macaroon(PYPI)

    shape, credential = token_from_stdin(io.StringIO(value + ending, newline=""), PYPI)

    assert shape == TokenShape("standard input", None, PYPI.name)
    assert credential is not None
    assert credential.secret.reveal() == value


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", TokenFlaw.ABSENT),
        ("\n", TokenFlaw.EMPTY),
        ("x\n\n", TokenFlaw.WHITESPACE),
        ("x" * 100_000, TokenFlaw.NOT_A_TOKEN),
    ],
)
def test_a_stream_with_a_flaw(text: str, flaw: TokenFlaw) -> None:
    shape, credential = token_from_stdin(io.StringIO(text), PRIVATE)

    assert (shape.flaw, credential) == (flaw, None)


def test_a_stream_of_bytes_that_are_no_text() -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xfd"), encoding="utf-8")

    assert token_from_stdin(stream, PRIVATE)[0].flaw is TokenFlaw.NOT_A_TOKEN


@given(st.text(max_size=120) | st.text("AgEIcHlwaS5vcm_-=", max_size=60).map("pypi-AgEIcHlwaS5vcmc".__add__))
def test_no_text_breaks_the_look(value: str) -> None:
    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value}, PYPI)

    assert (credential is None) == (shape.flaw is not None)


@pytest.mark.parametrize("value", ["pypi-AAAA", "pypi-AgAA", "pypi-AgEA"])
def test_an_index_that_knows_less_of_its_tokens_still_wants_tokens(value: str) -> None:
    index = Endpoints("other", "https://index.invalid/simple/", "https://index.invalid/", token_prefix="pypi-")

    assert token_from_environment({"TAGSHIP_TOKEN": value}, index)[0].flaw is TokenFlaw.NOT_A_TOKEN
    assert token_from_environment({"TAGSHIP_TOKEN": macaroon(PYPI)}, index)[0].flaw is None
