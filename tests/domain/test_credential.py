import pickle

import pytest

from tagship.domain.caveat import Anatomy
from tagship.domain.credential import Credential, Liveness, Secret, SecretLeakError, TokenFlaw, TokenShape


def test_a_secret_shows_where_it_came_from_and_gives_itself_away_at_one_door() -> None:
    secret = Secret("value", origin="TAGSHIP_TOKEN")

    assert secret.origin == "TAGSHIP_TOKEN"
    assert secret.reveal() == "value"
    assert repr(secret) == "<secret from TAGSHIP_TOKEN>"


def test_a_leak_names_the_origin_and_nothing_else() -> None:
    with pytest.raises(SecretLeakError, match="the secret from TAGSHIP_TOKEN") as leak:
        str(Secret("value", origin="TAGSHIP_TOKEN"))

    assert "value" not in str(leak.value)


def test_a_secret_is_not_stored() -> None:
    with pytest.raises(SecretLeakError):
        pickle.dumps(Secret("value", origin="TAGSHIP_TOKEN"))


def test_a_credential_shows_the_name_and_the_origin() -> None:
    credential = Credential("__token__", Secret("value", origin="TAGSHIP_TOKEN"))

    assert repr(credential) == "Credential(username='__token__', secret=<secret from TAGSHIP_TOKEN>)"


def test_the_shape_of_a_token_has_no_place_for_its_value() -> None:
    assert set(TokenShape.__dataclass_fields__) == {"origin", "flaw", "issuer", "anatomy"}
    assert set(Anatomy.__dataclass_fields__) == {"location", "caveats"}
    assert TokenShape("TAGSHIP_TOKEN") == TokenShape("TAGSHIP_TOKEN", None, None, None)


def test_the_words_for_what_is_wrong_with_a_token_differ() -> None:
    assert len({flaw.value for flaw in TokenFlaw}) == len(TokenFlaw)
    assert {liveness.value for liveness in Liveness} == {"alive", "dead", "unknown"}
