"""What can be seen of a token, what can be seen to be wrong with it, and what follows from it."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.planted import assert_hidden, macaroon, planted
from minting import user_caveat
from tagship.adapters.token import examine_token, hand_over, narrow
from tagship.adapters.token_sources import token_from_environment
from tagship.domain.caveat import (
    Anatomy,
    ProjectNames,
    Unrecognized,
    UserOnly,
    Validity,
    projects_caveat,
    validity_caveat,
)
from tagship.domain.credential import Credential, Secret, TokenFlaw, TokenShape
from tagship.domain.endpoints import KNOWN, PYPI, TESTPYPI, Endpoints
from tagship.domain.macaroon import LONGEST_TOKEN, Macaroon, decode, encode
from tagship.errors import CredentialHalt

PRIVATE = Endpoints("private", "https://index.invalid/simple/", "https://index.invalid/")
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON = int(NOW.timestamp())


def location_of(index: Endpoints) -> str:
    return decode(macaroon(index)).location


def token_with(*caveats: bytes, index: Endpoints = PYPI) -> str:
    whole = decode(macaroon(index))
    for caveat in caveats:
        whole = whole.narrowed(caveat)
    return encode(whole)


@pytest.mark.parametrize("index", KNOWN.values(), ids=str)
@pytest.mark.parametrize("identifier_length", [36, 127, 128, 300])
def test_a_token_of_the_index_is_a_credential(index: Endpoints, identifier_length: int) -> None:
    value = macaroon(index, identifier_length=identifier_length)

    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value}, index)

    assert shape == TokenShape("TAGSHIP_TOKEN", None, index.name, Anatomy(location_of(index)))
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


@pytest.mark.parametrize(
    ("value", "heard"),
    [
        ("{good}\n", ["{good}"]),
        (" {good}\r\n", ["{good}"]),
        ("{good}\x1b[0m", ["{good}"]),
        ("{half}\n{rest}", ["{half}", "{rest}"]),
        ("my password", ["my password"]),
        ("{other}", ["{other}"]),
        ("word\n", []),
        ("\n", []),
        ("{good}", []),
    ],
)
def test_what_has_a_flaw_is_kept_out_of_sight_all_the_same(value: str, heard: list[str]) -> None:
    """It is a live token, most often."""
    good = macaroon(PYPI)
    parts = {"good": good, "half": good[:30], "rest": good[30:], "other": macaroon(TESTPYPI)}
    secrets: list[Secret | Credential] = []

    examine_token(value.format(**parts), "me", PYPI, origin="here", on_flawed=secrets.append)

    told = [secret for secret in secrets if isinstance(secret, Secret)]
    assert [secret.reveal() for secret in told] == [each.format(**parts) for each in heard]
    assert {secret.origin for secret in told} <= {"here"}


def test_other_variables_are_not_looked_at() -> None:
    environ = {"TWINE_PASSWORD": macaroon(PYPI), "UV_PUBLISH_TOKEN": macaroon(PYPI), "TAGSHIP_USERNAME": ""}

    assert token_from_environment(environ, PYPI)[0].flaw is TokenFlaw.ABSENT


@given(st.text(max_size=120) | st.text("AgEIcHlwaS5vcm_-=", max_size=60).map("pypi-AgEIcHlwaS5vcmc".__add__))
def test_no_text_breaks_the_look(value: str) -> None:
    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value}, PYPI)

    assert (credential is None) == (shape.flaw is not None)


@pytest.mark.parametrize("value", ["pypi-AAAA", "pypi-AgAA", "pypi-AgEA"])
def test_an_index_that_knows_less_of_its_tokens_still_wants_tokens(value: str) -> None:
    index = Endpoints("other", "https://index.invalid/simple/", "https://index.invalid/", token_prefix="pypi-")

    assert token_from_environment({"TAGSHIP_TOKEN": value}, index)[0].flaw is TokenFlaw.NOT_A_TOKEN
    assert token_from_environment({"TAGSHIP_TOKEN": macaroon(PYPI)}, index)[0].flaw is None


def test_what_stands_in_a_token_is_told() -> None:
    caveats = (projects_caveat(["mine"]), validity_caveat(not_before=1, expires_at=2), user_caveat("u"), b"[9]")

    shape, _ = token_from_environment({"TAGSHIP_TOKEN": token_with(*caveats)}, PYPI)

    assert shape.anatomy is not None
    assert shape.anatomy.caveats == (ProjectNames(("mine",)), Validity(1, 2), UserOnly("u"), Unrecognized())


@pytest.mark.parametrize("value", ["{good}\n", "{other}", "{good}\x00", "pypi-AAAA"])
def test_nothing_is_told_of_a_token_with_a_flaw(value: str) -> None:
    value = value.format(good=macaroon(PYPI), other=macaroon(TESTPYPI))

    assert token_from_environment({"TAGSHIP_TOKEN": value}, PYPI)[0].anatomy is None


@pytest.mark.parametrize("prefix", ["pypi-", "devpi-"])
@pytest.mark.parametrize("location", ["", "index.invalid"])
def test_a_secret_that_happens_to_be_a_macaroon_is_read_as_well(prefix: str, location: str) -> None:
    value = encode(Macaroon(location, b"me-1", (projects_caveat(["mine"]),), b"s" * 32, prefix))

    shape, credential = token_from_environment({"TAGSHIP_TOKEN": value}, PRIVATE)

    assert shape.anatomy == Anatomy(location, (ProjectNames(("mine",)),))
    assert credential is not None


@pytest.mark.parametrize("value", ["x", "pypi-", "devpi-AAAA", "pass-word", "ü-AgEI"])
def test_a_secret_that_is_none_has_nothing_to_tell(value: str) -> None:
    assert token_from_environment({"TAGSHIP_TOKEN": value}, PRIVATE)[0] == TokenShape("TAGSHIP_TOKEN")


@pytest.mark.parametrize("index", [PYPI, PRIVATE])
@pytest.mark.parametrize("start", ["", "pypi-", "x\n"])
def test_what_is_far_too_long_is_not_looked_at(index: Endpoints, start: str) -> None:
    value = start + "A" * (LONGEST_TOKEN + 1)

    assert examine_token(value, "me", index, origin="here") == (TokenShape("here", TokenFlaw.NOT_A_TOKEN), None)


@given(
    st.text()
    | st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
    | st.lists(st.binary(max_size=40), max_size=4).map(lambda caveats: token_with(*caveats)),
    st.sampled_from([PYPI, TESTPYPI, PRIVATE]),
)
def test_any_text_has_a_shape(value: str, index: Endpoints) -> None:
    shape, credential = examine_token(value, "me", index, origin="here")

    assert (credential is None) == (shape.flaw is not None)
    assert shape.flaw is None or shape.anatomy is None
    assert credential is None or credential.secret.reveal() == value


def narrowed(value: str, seconds: int | None) -> str:
    shape, credential = examine_token(value, "__token__", PYPI, origin="TAGSHIP_TOKEN")
    assert credential is not None, shape
    narrower = narrow(credential, "mine", seconds, NOW)
    assert (narrower.username, narrower.secret.origin) == ("__token__", "TAGSHIP_TOKEN, narrowed to mine")
    return narrower.secret.reveal()


def test_a_token_is_narrowed_to_a_project() -> None:
    original = token_with(user_caveat("u"))

    bound = decode(narrowed(original, None))

    assert bound == decode(original).narrowed(b'[1, ["mine"]]')


def test_a_token_is_narrowed_to_a_time_that_allows_for_other_clocks() -> None:
    original = token_with()

    bound = decode(narrowed(original, 900))

    assert bound.caveats == (b'[1, ["mine"]]', f"[0, {NOON + 900}, {NOON - 60}]".encode())
    assert bound.signature == decode(original).narrowed(bound.caveats[0]).narrowed(bound.caveats[1]).signature


@pytest.mark.parametrize("value", ["pass word", encode(Macaroon("", b"me-1", (), b"s" * 32, "devpi-"))])
def test_what_is_no_token_of_this_kind_cannot_be_narrowed(value: str) -> None:
    """Another kind of index would not understand the caveat, and might break on it."""
    _, credential = examine_token(value, "me", PRIVATE, origin="TAGSHIP_TOKEN")
    assert credential is not None

    with pytest.raises(CredentialHalt, match="TAGSHIP_TOKEN") as halt:
        narrow(credential, "mine", None, NOW)

    assert value not in str(halt.value)


def test_what_is_handed_over_is_the_bare_token() -> None:
    _, credential = examine_token(macaroon(PYPI), "me", PYPI, origin="TAGSHIP_TOKEN")
    assert credential is not None
    stream = io.StringIO()

    hand_over(credential, stream)

    assert stream.getvalue() == macaroon(PYPI)
