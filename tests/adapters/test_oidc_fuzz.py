"""Whatever a CI system says this run is: it is read as an identity or as none, and never breaks anything."""

import base64
import json
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from tagship.adapters.oidc.claims import SHOWN, claims_in, presented_by
from tagship.domain.credential import Secret
from tagship.rehearsal.identity import MalformedIdentityError, is_signed_with, read_identity


def compact(parts: Sequence[bytes]) -> str:
    """Parts as a signed token has them."""
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


# Lone surrogates too: JSON can spell them, and they cannot be encoded.
TEXT = st.text(st.characters(exclude_categories=[]))
TEXTS = st.one_of(TEXT, st.lists(st.binary(), min_size=3, max_size=3).map(compact))
CLAIMS = st.dictionaries(
    st.sampled_from([*SHOWN, "workflow_ref"]),
    st.one_of(TEXT, st.none(), st.integers(), st.floats(), st.lists(TEXT)),
)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_any_text_is_an_identity_or_none(text: str) -> None:
    secret = Secret(text, origin="a test")

    assert isinstance(claims_in(secret), dict | None)
    assert presented_by(secret).told


@settings(max_examples=300, deadline=None)
@given(claims=CLAIMS)
def test_any_claims_make_a_form(claims: dict[str, object]) -> None:
    run = presented_by(Secret(compact([b"", json.dumps(claims).encode(), b""]), origin="a test"))

    assert run.form("https://index.invalid", "some-project", exists=True).isprintable()
    assert isinstance(run.reusable, bool)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_the_stand_in_reads_or_refuses(text: str) -> None:
    try:
        claims = read_identity(text)
    except MalformedIdentityError:
        claims = {}

    assert isinstance(claims, dict)
    assert not is_signed_with(text, b"a key")
