"""Tokens against the two libraries of the field: what they make is read alike, what we narrow verifies there."""

import json
from datetime import UTC, datetime
from typing import TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from tagship.adapters.token import examine_token, narrow
from tagship.domain.caveat import Anatomy, Caveat, ProjectIds, ProjectNames, UserOnly, Validity, WholeAccount
from tagship.domain.endpoints import Endpoints
from tagship.domain.macaroon import Macaroon, decode, encode, sign

pymacaroons = pytest.importorskip("pymacaroons")
pypitoken = pytest.importorskip("pypitoken")

INDEX = Endpoints("private", "https://index.invalid/simple/", "https://index.invalid/")
LOCATION = "index.invalid"
NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True).map(canonicalize_name)
SECONDS = st.integers(min_value=1, max_value=2**40)
KEYS = st.text(min_size=1, max_size=40)
IDENTIFIERS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=60)
MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone is given beside them


class Restrictions(TypedDict, total=False):
    """What `pypitoken` can write into a token, by its own words."""

    not_before: int
    not_after: int
    project_names: list[str]
    project_ids: list[str]
    user_id: str
    legacy_not_before: int
    legacy_not_after: int
    legacy_project_names: list[str]
    legacy_noop: bool


RESTRICTIONS: st.SearchStrategy[Restrictions] = st.one_of(
    st.fixed_dictionaries({"not_before": SECONDS, "not_after": SECONDS}),
    st.fixed_dictionaries({"project_names": st.lists(NAMES, min_size=1, max_size=4)}),
    st.fixed_dictionaries({"project_ids": st.lists(st.uuids().map(str), min_size=1, max_size=4)}),
    st.fixed_dictionaries({"user_id": st.uuids().map(str)}),
    st.fixed_dictionaries({"legacy_not_before": SECONDS, "legacy_not_after": SECONDS}),
    st.fixed_dictionaries({"legacy_project_names": st.lists(NAMES, min_size=1, max_size=4)}),
    st.just(Restrictions(legacy_noop=True)),
)


def meant(restrictions: Restrictions) -> Caveat:
    """What we should read where `pypitoken` wrote this."""
    match restrictions:
        case {"not_before": start, "not_after": end} | {"legacy_not_before": start, "legacy_not_after": end}:
            return Validity(start, end)
        case {"project_names": names} | {"legacy_project_names": names}:
            return ProjectNames(tuple(names))
        case {"project_ids": ids}:
            return ProjectIds(tuple(ids))
        case {"user_id": user}:
            return UserOnly(user)
        case _:
            return WholeAccount()


def anatomy_of(token: str) -> Anatomy:
    shape, credential = examine_token(token, "__token__", INDEX, origin="the library")
    assert credential is not None, shape
    assert shape.anatomy is not None, shape
    return shape.anatomy


def bound(token: str, project: str, seconds: int | None, now: datetime) -> str:
    """A token as `--bind` narrows it."""
    _, credential = examine_token(token, "__token__", INDEX, origin="the library")
    assert credential is not None
    return narrow(credential, project, seconds, now).secret.reveal()


@settings(deadline=None)  # the libraries load their schemas when first used
@given(KEYS, IDENTIFIERS, st.lists(RESTRICTIONS, max_size=4))
def test_what_pypitoken_makes_is_read_alike(key: str, identifier: str, restrictions: list[Restrictions]) -> None:
    made = pypitoken.Token.create(domain=LOCATION, identifier=identifier, key=key)
    for restriction in restrictions:
        made.restrict(**restriction)

    token = made.dump()

    assert anatomy_of(token) == Anatomy(LOCATION, tuple(map(meant, restrictions)))
    assert encode(decode(token)) == token
    assert decode(token).identifier == identifier.encode()


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=40), IDENTIFIERS, st.lists(st.text(max_size=60), max_size=4))
def test_what_pymacaroons_makes_is_read_alike(key: bytes, identifier: str, caveats: list[str]) -> None:
    made = pymacaroons.Macaroon(LOCATION, identifier, key, version=pymacaroons.MACAROON_V2)
    for caveat in caveats:
        made.add_first_party_caveat(caveat)
    raw = [caveat.encode() for caveat in caveats]

    opened = decode(f"pypi-{made.serialize()}")

    assert (opened.location, opened.identifier, list(opened.caveats)) == (LOCATION, identifier.encode(), raw)
    assert opened.signature == bytes.fromhex(made.signature) == sign(key, [identifier.encode(), *raw])


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=40), NAMES, st.none() | st.integers(1, 10**6), MOMENTS)
def test_what_we_narrow_verifies_in_pymacaroons(key: bytes, project: str, seconds: int | None, now: datetime) -> None:
    original = encode(Macaroon(LOCATION, b"7", (), sign(key, [b"7"])))
    token = bound(original, project, seconds, now)
    start = int(now.timestamp())
    expected = [json.dumps([1, [project]])]
    expected += [] if seconds is None else [json.dumps([0, start + seconds, start - 60])]

    opened = pymacaroons.Macaroon.deserialize(token.removeprefix("pypi-"))
    verifier = pymacaroons.Verifier()
    for caveat in expected:
        verifier.satisfy_exact(caveat)

    assert verifier.verify(opened, key)
    assert [caveat.caveat_id for caveat in opened.caveats] == [caveat.encode() for caveat in expected]


@settings(deadline=None)
@given(KEYS, NAMES, NAMES, st.integers(1, 10**6), MOMENTS, st.lists(RESTRICTIONS, max_size=2))
def test_what_we_narrow_says_the_same_in_pypitoken(
    key: str, project: str, other: str, seconds: int, now: datetime, restrictions: list[Restrictions]
) -> None:
    made = pypitoken.Token.create(domain=LOCATION, identifier="7", key=key)
    for restriction in restrictions:
        made.restrict(**restriction)
    start = int(now.timestamp())

    narrowed = pypitoken.Token.load(bound(made.dump(), project, seconds, now))

    assert narrowed.restrictions == [
        *made.restrictions,
        pypitoken.ProjectNamesRestriction(project_names=[project]),
        pypitoken.DateRestriction(not_before=start - 60, not_after=start + seconds),
    ]
    if not restrictions:
        narrowed.check(key, project_name=project, now=start)
        for elsewhere in ({"project_name": other + "x"}, {"now": start + seconds}, {"now": start - 61}):
            with pytest.raises(pypitoken.ValidationError):
                narrowed.check(key, **{"project_name": project, "now": start, **elsewhere})


def test_a_tampered_token_verifies_nowhere() -> None:
    """Taking the caveat away, or naming another project in it, is what the signature is there for."""
    key = b"k" * 32
    narrowed = decode(bound(encode(Macaroon(LOCATION, b"7", (), sign(key, [b"7"]))), "mine", None, datetime.now(UTC)))
    verifier = pymacaroons.Verifier()
    verifier.satisfy_general(lambda _: True)

    for caveats in ((), (b'[1, ["theirs"]]',)):
        forged = encode(Macaroon(LOCATION, b"7", caveats, narrowed.signature))
        opened = pymacaroons.Macaroon.deserialize(forged.removeprefix("pypi-"))
        with pytest.raises(pymacaroons.exceptions.MacaroonInvalidSignatureException):
            verifier.verify(opened, key)
