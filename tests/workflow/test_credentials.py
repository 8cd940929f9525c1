"""Where credentials come from."""

import secrets
from collections.abc import Iterator

import pytest

from tagship.domain.credential import Credential, Secret, TokenFlaw, TokenShape
from tagship.errors import CredentialHalt
from tagship.workflow.credentials import MINTED_TOKENS_ARE_USED_FOR, StoredToken, TrustedPublishing


def a_credential() -> Credential:
    return Credential("__token__", Secret(secrets.token_hex(8), origin="a test"))


def nobody_asks() -> None:
    pytest.fail("no preflight was wanted")


def test_a_stored_token_is_tried_out_by_a_look_at_it() -> None:
    StoredToken(TokenShape("TAGSHIP_TOKEN"), a_credential()).preflight()
    with pytest.raises(CredentialHalt, match="absent"):
        StoredToken(TokenShape("TAGSHIP_TOKEN"), None).preflight()


def test_trying_out_a_job_mints_nothing_that_stays() -> None:
    asked: list[str] = []

    def mint() -> Credential:
        asked.append("mint")
        return a_credential()

    trusted = TrustedPublishing(mint, lambda: asked.append("preflight"))
    trusted.preflight()
    trusted.get()

    assert asked == ["preflight", "mint"]


def test_a_stored_token_is_given_as_often_as_it_is_asked_for() -> None:
    credential = a_credential()
    stored = StoredToken(TokenShape("TAGSHIP_TOKEN"), credential)

    assert stored.get() is credential
    assert stored.get() is credential


@pytest.mark.parametrize(
    ("flaw", "told"), [(TokenFlaw.EMPTY, "empty"), (TokenFlaw.OTHER_INDEX, "for another index"), (None, "absent")]
)
def test_a_token_with_a_flaw_is_not_given(flaw: TokenFlaw | None, told: str) -> None:
    with pytest.raises(CredentialHalt, match=f"TAGSHIP_TOKEN is {told}") as caught:
        StoredToken(TokenShape("TAGSHIP_TOKEN", flaw), None).get()

    assert caught.value.remedy is not None


def test_a_minted_token_is_used_until_it_grows_old() -> None:
    now = 1000.0
    minted: list[Credential] = []

    def mint() -> Credential:
        minted.append(a_credential())
        return minted[-1]

    trusted = TrustedPublishing(mint, nobody_asks, clock=lambda: now)
    first = trusted.get()
    now += MINTED_TOKENS_ARE_USED_FOR
    second = trusted.get()
    now += 1
    third = trusted.get()

    assert first is second is minted[0]
    assert third is minted[1]
    assert trusted.shape.flaw is None


def test_what_the_index_refuses_to_mint_is_asked_for_again() -> None:
    answers: Iterator[CredentialHalt | Credential] = iter((CredentialHalt("not this job"), a_credential()))

    def mint() -> Credential:
        answer = next(answers)
        if isinstance(answer, CredentialHalt):
            raise answer
        return answer

    trusted = TrustedPublishing(mint, nobody_asks)
    with pytest.raises(CredentialHalt, match="not this job"):
        trusted.get()

    assert trusted.get().username == "__token__"
