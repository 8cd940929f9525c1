import pytest

from checks.asking import cannot_tell, finds, passes, skips
from fakes import FakeFacts
from tagship.checks.credential import (
    IdentityIsTrusted,
    TokenIsAlive,
    TokenIsForThisIndex,
    TokenIsPresent,
    TokenIsWellFormed,
)
from tagship.checks.engine import Check
from tagship.domain.config import Auth, Config
from tagship.domain.credential import Liveness, TokenFlaw, TokenShape
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.errors import AtUrl, CredentialHalt, Edit, Visit

PRIVATE = Endpoints("private", "https://index.example/simple/", "https://index.example/upload/")
WITH_TOKEN = Config(auth=Auth.TOKEN)
TRUSTED = Config(auth=Auth.TRUSTED)
SOUND = TokenShape("TAGSHIP_TOKEN", issuer="pypi")
FOR_TOKENS: list[Check[FakeFacts]] = [TokenIsPresent(), TokenIsWellFormed(), TokenIsForThisIndex(), TokenIsAlive()]
MISSING = [TokenFlaw.ABSENT, TokenFlaw.EMPTY]
MALFORMED = [TokenFlaw.WHITESPACE, TokenFlaw.CONTROL_CHARACTERS, TokenFlaw.NOT_A_TOKEN]


def flawed(flaw: TokenFlaw, config: Config = WITH_TOKEN) -> FakeFacts:
    return FakeFacts(config=config, token=TokenShape("TAGSHIP_TOKEN", flaw, "testpypi"))


def sound(liveness: Liveness = Liveness.ALIVE) -> FakeFacts:
    return FakeFacts(config=WITH_TOKEN, token=SOUND, liveness=liveness)


def test_a_token_that_is_there() -> None:
    passes(TokenIsPresent(), sound())


@pytest.mark.parametrize("flaw", MISSING)
def test_a_token_that_is_not(flaw: TokenFlaw) -> None:
    (finding,) = finds(TokenIsPresent(), flawed(flaw))

    assert "TAGSHIP_TOKEN" in finding.message
    assert finding.remedy == Visit(str(PYPI.token_page))


def test_an_index_without_a_page_for_tokens() -> None:
    config = Config(auth=Auth.TOKEN, index=PRIVATE)

    (finding,) = finds(TokenIsPresent(), flawed(TokenFlaw.ABSENT, config))

    assert isinstance(finding.remedy, Edit)


@pytest.mark.parametrize("flaw", [*MALFORMED, TokenFlaw.OTHER_INDEX])
def test_a_token_with_another_flaw_is_there_all_the_same(flaw: TokenFlaw) -> None:
    passes(TokenIsPresent(), flawed(flaw))


def test_a_well_formed_token() -> None:
    passes(TokenIsWellFormed(), sound())
    passes(TokenIsWellFormed(), flawed(TokenFlaw.OTHER_INDEX))


@pytest.mark.parametrize("flaw", MALFORMED)
def test_a_malformed_token(flaw: TokenFlaw) -> None:
    (finding,) = finds(TokenIsWellFormed(), flawed(flaw))

    assert finding.remedy == Visit(str(PYPI.token_page))


def test_a_token_for_this_index() -> None:
    passes(TokenIsForThisIndex(), sound())


def test_a_token_for_another_index() -> None:
    (finding,) = finds(TokenIsForThisIndex(), flawed(TokenFlaw.OTHER_INDEX))

    assert "testpypi" in finding.message
    assert finding.remedy == Visit(str(PYPI.token_page))


@pytest.mark.parametrize("flaw", MISSING)
def test_nothing_is_known_of_a_token_that_is_not_there(flaw: TokenFlaw) -> None:
    cannot_tell(TokenIsWellFormed(), flawed(flaw))
    cannot_tell(TokenIsForThisIndex(), flawed(flaw))
    cannot_tell(TokenIsAlive(), flawed(flaw))


@pytest.mark.parametrize("flaw", MALFORMED)
def test_nobody_is_asked_about_a_malformed_token(flaw: TokenFlaw) -> None:
    cannot_tell(TokenIsForThisIndex(), flawed(flaw))
    cannot_tell(TokenIsAlive(), flawed(flaw))


def test_a_token_that_the_index_knows() -> None:
    passes(TokenIsAlive(), sound(Liveness.ALIVE))


def test_a_token_that_the_index_does_not_know() -> None:
    (finding,) = finds(TokenIsAlive(), sound(Liveness.DEAD))

    assert finding.remedy == Visit(str(PYPI.token_page))


def test_an_index_that_does_not_say() -> None:
    cannot_tell(TokenIsAlive(), sound(Liveness.UNKNOWN))
    cannot_tell(TokenIsAlive(), FakeFacts(config=WITH_TOKEN, token=SOUND))


def test_an_index_that_cannot_be_asked() -> None:
    config = Config(auth=Auth.TOKEN, index=PRIVATE)

    skips(TokenIsAlive(), FakeFacts(config=config, token=SOUND, liveness=Liveness.UNKNOWN))
    finds(TokenIsAlive(), FakeFacts(config=config, token=SOUND, liveness=Liveness.DEAD))


@pytest.mark.parametrize("check", FOR_TOKENS)
def test_trusted_publishing_needs_no_token(check: Check[FakeFacts]) -> None:
    skips(check, FakeFacts(config=TRUSTED))
    cannot_tell(check, FakeFacts())
    cannot_tell(check, FakeFacts(config=WITH_TOKEN))


def test_an_identity_that_is_trusted() -> None:
    passes(IdentityIsTrusted(), FakeFacts(config=TRUSTED, identity_refusal=None))


def test_an_identity_that_is_not() -> None:
    refusal = CredentialHalt("no publisher fits", where=AtUrl("https://index.example/"), remedy=Edit("register it"))

    (finding,) = finds(IdentityIsTrusted(), FakeFacts(config=TRUSTED, identity_refusal=refusal))

    assert (finding.message, finding.where, finding.remedy) == (refusal.message, refusal.where, refusal.remedy)


def test_an_identity_of_which_nothing_is_known() -> None:
    cannot_tell(IdentityIsTrusted(), FakeFacts(config=TRUSTED))


def test_a_project_with_a_token_needs_no_identity() -> None:
    skips(IdentityIsTrusted(), FakeFacts(config=WITH_TOKEN))


@pytest.mark.parametrize(("index", "asked"), [(PYPI, IdentityIsTrusted()), (PRIVATE, TokenIsPresent())])
def test_a_project_that_says_nothing_is_asked_by_its_index(index: Endpoints, asked: Check[FakeFacts]) -> None:
    facts = FakeFacts(config=Config(index=index), token=SOUND, identity_refusal=None)

    passes(asked, facts)
