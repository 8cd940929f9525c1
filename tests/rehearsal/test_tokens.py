import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tagship.domain.macaroon import decode, encode
from tagship.rehearsal.tokens import Holder, Purpose, TokenDesk

NOON = datetime(2026, 7, 8, 12, tzinfo=UTC)


@pytest.fixture
def desk() -> TokenDesk:
    return TokenDesk("127.0.0.1")


def narrowed(token: str, caveat: bytes) -> str:
    """What any holder can do to a token, without asking anybody."""
    return encode(decode(token).narrowed(caveat))


def test_a_token_looks_like_one(desk: TokenDesk) -> None:
    token = desk.issue("me")

    prefix, body = token[:5], token[5:]
    assert prefix == "pypi-"
    assert len(body) >= 85
    assert base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).startswith(b"\x02\x01\x09127.0.0.1")


def test_a_token_is_good_for_everything_until_it_is_narrowed(desk: TokenDesk) -> None:
    token = desk.issue("me")
    bound = narrowed(token, b'[1, ["mine"]]')

    assert desk.objections(token, Purpose("yours"), NOON) == ()
    assert desk.objections(bound, Purpose("mine"), NOON) == ()
    assert desk.objections(bound, Purpose("yours"), NOON) == ("project-scoped token is not valid for project: 'yours'",)


def test_a_caveat_cannot_be_taken_away(desk: TokenDesk) -> None:
    bound = desk.issue("me", projects=["mine"])
    whole = decode(bound)
    widened = encode(replace(whole, caveats=()))

    assert desk.holder(widened) == Holder(user="me")
    assert desk.objections(widened, Purpose("yours"), NOON) == ("signatures do not match",)


@pytest.mark.parametrize(("begins", "ends"), [(0, -1), (1, 60), (-120, -60)])
def test_a_token_has_its_time(desk: TokenDesk, begins: int, ends: int) -> None:
    now = int(NOON.timestamp())

    objections = desk.objections(desk.issue("me", not_before=now + begins, expires=now + ends), Purpose("mine"), NOON)

    assert objections == ("token is expired",)


@pytest.mark.parametrize("caveat", [b"", b"\xff", b"[9, 1]", b"[0]", b'[1, "mine"]', b"[" * 10000])
def test_a_caveat_that_nobody_knows_holds_nothing(desk: TokenDesk, caveat: bytes) -> None:
    assert desk.objections(narrowed(desk.issue("me"), caveat), Purpose("mine"), NOON) == ("unknown error",)


def test_revoking_kills_what_was_derived(desk: TokenDesk) -> None:
    token = desk.issue("me")
    bound = narrowed(token, b'[1, ["mine"]]')

    desk.revoke(token)

    assert desk.holder(bound) is None
    assert desk.objections(bound, Purpose("mine"), NOON) == ("deleted or nonexistent macaroon",)
