"""A secret is found however it is written."""

import base64
import copy
import json
import pickle
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.planted import planted
from minting import Mint
from tagship.adapters.redact import SHORTEST_PIECE, Redactor
from tagship.domain.credential import Credential, Secret, SecretLeakError
from tagship.errors import Conflict, InFile, Run
from tagship.rehearsal.tokens import TokenDesk

MARK = "[secret from TAGSHIP_TOKEN]"


def redactor_of(value: str) -> Redactor:
    return Redactor([Secret(value, origin="TAGSHIP_TOKEN")])


@pytest.mark.parametrize(
    "spell",
    [
        str,
        lambda value: quote(value, safe=""),
        lambda value: quote(value, safe="").lower() if value.islower() else quote(value, safe=""),
        quote_plus,
        lambda value: json.dumps(value)[1:-1],
        lambda value: json.dumps(value, ensure_ascii=False)[1:-1],
        lambda value: base64.b64encode(value.encode()).decode(),
        lambda value: base64.b64encode(value.encode()).decode().rstrip("="),
        lambda value: base64.urlsafe_b64encode(value.encode()).decode(),
        lambda value: base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
        lambda value: base64.b64encode(f"__token__:{value}".encode()).decode(),
    ],
)
@pytest.mark.parametrize("seed", range(6))
def test_every_spelling_is_replaced_whole(spell: object, seed: int) -> None:
    assert callable(spell)
    value = planted(seed, length=50 + seed)

    assert redactor_of(value).redact(f"before {spell(value)} after") == f"before {MARK} after"


@given(
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
    value=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=12, max_size=80),
)
def test_no_alignment_of_base64_hides_it(before: bytes, after: bytes, value: str) -> None:
    raw = before + value.encode() + after

    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        encoded = alphabet(raw).decode()
        shown = redactor_of(value).redact(encoded)
        assert MARK in shown
        # What is left holds the neighbours and, of the secret, less than a byte at either end.
        assert len(shown.replace(MARK, "").rstrip("=")) <= (len(before) + len(after)) * 8 / 6 + 4


def test_lower_case_escapes_of_an_address_are_found() -> None:
    value = "a/b+c=" * 4

    assert (
        redactor_of(value).redact(
            quote(value, safe="").replace("%2F", "%2f").replace("%2B", "%2b").replace("%3D", "%3d")
        )
        == MARK
    )


def test_the_longest_wins() -> None:
    """A secret that begins with another one is replaced whole, and by its own origin."""
    short, long = planted(1, 20), planted(1, 20) + "tail"
    redactor = Redactor([Secret(short, origin="SHORT"), Secret(long, origin="LONG")])

    assert redactor.redact(f"{long} {short}") == "[secret from LONG] [secret from SHORT]"


def test_the_user_name_of_a_credential_goes_with_it() -> None:
    value = planted(3)
    header = base64.b64encode(f"someone:{value}".encode()).decode()
    redactor = Redactor([Credential("someone", Secret(value, origin="TAGSHIP_TOKEN"))])

    assert redactor.redact(f"Basic {header}") == f"Basic {MARK}"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("between", ["\n", "\r\n  ", " ", "\\_", "\u200b", "<wbr>", "\x1b[1m"])
def test_the_parts_of_a_secret_that_was_broken_off_are_hidden(seed: int, between: str) -> None:
    """A server folds a header, an encoder its base64, and a page the word that is too long for it."""
    value = planted(seed, length=160)
    header = base64.b64encode(f"__token__:{value}".encode()).decode()

    for text, width in ((value, 40), (header, 76), (header[7:], 30), (value[5:-5], 160)):
        pieces = [text[at : at + width] for at in range(0, len(text), width)]
        shown = redactor_of(value).redact(f"before {between.join(pieces)} after")
        left = shown.replace(MARK, "").replace(between, "")
        assert shown.startswith("before ")
        assert shown.endswith(" after")
        assert not [at for at in range(len(text) - SHORTEST_PIECE) if text[at : at + SHORTEST_PIECE] in left]


def test_a_part_that_is_short_is_no_secret() -> None:
    """An address or a name may share some letters with a password that somebody thought up."""
    value = "shop.example-publishing-2026-please-let-me"
    text = "https://shop.example/simple/ and shop.example-publisher, let-me, publishing-2026"

    assert redactor_of(value).redact(text) == text
    assert redactor_of(value).redact(f"x{value[3:30]}y {value[9:20]}") == f"x{MARK}y {value[9:20]}"


def test_nothing_to_hide_changes_nothing() -> None:
    text = "nothing to see, eQ== and a+b"

    assert Redactor().redact(text) == text
    assert redactor_of("").redact(text) == text
    assert redactor_of(planted(4)).redact(text) == text


def test_the_redactor_itself_keeps_quiet() -> None:
    value = planted(5)
    redactor = redactor_of(value)

    assert repr(redactor) == "<redactor of 1 secrets>"
    with pytest.raises(SecretLeakError):
        pickle.dumps(redactor)
    with pytest.raises(SecretLeakError):
        copy.deepcopy(redactor)


def test_bytes_that_are_no_text_are_found_too() -> None:
    """The environment hands over undecodable bytes as lone surrogates."""
    value = b"\xff\xfe-odd-bytes-in-a-token".decode("utf-8", "surrogateescape")

    assert redactor_of(value).redact(f"x {value} y") == f"x {MARK} y"


def test_a_token_that_nobody_told_of_is_taken_out_as_well() -> None:
    token = TokenDesk("127.0.0.1").issue("somebody")

    assert Redactor().redact(f"Traceback: {token} is bad") == "Traceback: [token] is bad"


@pytest.mark.parametrize("prefix", ["ghp_", "ghs_", "github_pat_", "glpat-"])
def test_a_code_hosts_token_that_nobody_told_of_is_taken_out_and_a_placeholder_is_not(prefix: str) -> None:
    token = f"{prefix}{Mint(4).some(36)}"

    assert Redactor().redact(f"you sent x-access-token:{token}!") == "you sent x-access-token:[token]!"
    assert Redactor().redact(f"write {prefix}{'x' * 36}") == f"write {prefix}{'x' * 36}"


def test_a_name_that_begins_like_a_token_is_left_alone() -> None:
    text = "pypi-attestations and pypi-simple are projects, and so is pypi-a-mirror-with-a-rather-long-name"

    assert Redactor().redact(text) == text


def test_a_value_is_cleaned_however_deep_a_secret_lies_in_it() -> None:
    value = planted(7)
    bare = value.replace("/", "")
    error = Conflict(f"said {value}", where=InFile(value), remedy=Run(("push", value)))
    found = {value: (frozenset({value}), {"kept": Path("a", bare)}, [1, None])}
    redactor = Redactor([Secret(each, origin="TAGSHIP_TOKEN") for each in (value, bare)])

    told = redactor.cleaned(error)

    assert redactor.cleaned(found) == {MARK: (frozenset({MARK}), {"kept": Path("a", MARK)}, [1, None])}
    assert (type(told), told.message, told.args) == (Conflict, f"said {MARK}", (f"said {MARK}",))
    assert (told.where, told.remedy) == (InFile(MARK), Run(("push", MARK)))
    assert error.message == f"said {value}"


def test_a_value_without_secrets_is_the_very_same_afterwards() -> None:
    found = ({"a": Path("b"), "c": [Conflict("d", where=InFile("e"))]}, Conflict, None, frozenset({"f"}))

    assert redactor_of(planted(8)).cleaned(found) is found
