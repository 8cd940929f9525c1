import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagship.domain.macaroon import LONGEST_TOKEN, Macaroon, NotAMacaroonError, characters_in, decode, encode, sign

KEY = b"k" * 32


def test_narrowing_needs_no_key_and_signs_as_the_index_would() -> None:
    whole = Macaroon("index.example", b"7", (), sign(KEY, [b"7"]))

    bound = whole.narrowed(b'[1, ["mine"]]')

    assert bound.caveats == (b'[1, ["mine"]]',)
    assert bound.signature == sign(KEY, [b"7", b'[1, ["mine"]]'])


def test_padding_and_its_absence_are_the_same() -> None:
    text = encode(Macaroon("index.example", b"12", (), sign(KEY, [b"12"])))

    assert decode(text + "=" * (-(len(text) - 5) % 4)) == decode(text)


def test_what_is_far_too_long_is_not_even_tried() -> None:
    with pytest.raises(NotAMacaroonError, match="too long"):
        decode("pypi-" + "A" * LONGEST_TOKEN)


def test_the_repr_gives_nothing_of_the_token_away() -> None:
    macaroon = Macaroon("index.example", b"identifier", (b"caveat",), b"signature")

    assert repr(macaroon) == "<macaroon of 'index.example' with 1 caveats>"


@given(st.text() | st.binary().map(lambda raw: "pypi-" + base64.urlsafe_b64encode(b"\x02" + raw).decode()))
def test_anything_else_is_no_macaroon(text: str) -> None:
    with pytest.raises(NotAMacaroonError):
        decode(text)


@given(st.binary(max_size=300), st.lists(st.binary(max_size=300), max_size=4), st.binary(min_size=1, max_size=64))
def test_what_is_encoded_is_decoded(identifier: bytes, caveats: list[bytes], signature: bytes) -> None:
    macaroon = Macaroon("index.example", identifier, tuple(caveats), signature)

    assert decode(encode(macaroon)) == macaroon


@given(st.binary(max_size=300), st.lists(st.binary(max_size=99), max_size=4), st.text("abcXYZ019-_", max_size=40))
def test_where_a_token_ends_is_told_by_itself(identifier: bytes, caveats: list[bytes], after: str) -> None:
    text = encode(Macaroon("index.example", identifier, tuple(caveats), sign(KEY, [identifier])))

    assert characters_in(text + after) == len(text)
    assert characters_in(text[:-9]) is None


@pytest.mark.parametrize("raw", [b"\x02", b"\x02\x00\x00", b"\x02\x07\x01x", b"\x02\x01\x09cut"])
def test_where_nothing_ends(raw: bytes) -> None:
    assert characters_in("pypi-" + base64.urlsafe_b64encode(raw).rstrip(b"=").decode()) is None


def test_an_index_that_does_not_name_itself() -> None:
    macaroon = Macaroon("", b"me-1", (b"caveat",), sign(KEY, [b"me-1", b"caveat"]), "devpi-")

    assert encode(macaroon).startswith("devpi-")
    assert decode(encode(macaroon), "devpi-") == macaroon
    with pytest.raises(NotAMacaroonError, match="does not begin with pypi-"):
        decode(encode(macaroon))


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\x01\x01\xff\x02\x017\0\0\x06\x01s", "no readable location"),
        (b"\x02\x017\0\x02\x01c\x04\x01v\0\0\x06\x01s", "a caveat that is none"),
        (b"\x02\0\0\0\x06\x01s", "cut off"),
        (b"\x02\x017\0\0", "cut off"),
        (b"", "cut off"),
    ],
)
def test_a_macaroon_of_another_making(raw: bytes, why: str) -> None:
    with pytest.raises(NotAMacaroonError, match=why):
        decode("pypi-" + base64.urlsafe_b64encode(b"\x02" + raw).decode())
