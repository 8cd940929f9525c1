"""What is read off a caveat, and what follows from all of a token's."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minting import project_ids_caveat, user_caveat
from tagship.domain.caveat import (
    Anatomy,
    Caveat,
    ProjectIds,
    ProjectNames,
    PublisherOnly,
    Unrecognized,
    UserOnly,
    Validity,
    WholeAccount,
    projects_caveat,
    publisher_caveat,
    read_caveat,
    validity_caveat,
)

YEAR_9999 = 253_370_764_800


@pytest.mark.parametrize(
    ("raw", "caveat"),
    [
        (b"[0, 20, 10]", Validity(10, 20)),
        (b'[1, ["a", "b-c"]]', ProjectNames(("a", "b-c"))),
        (b"[1, []]", ProjectNames(())),
        (b'[2, ["7"]]', ProjectIds(("7",))),
        (b'[3, "u"]', UserOnly("u")),
        (b'[4, "p", {"ref": "main"}]', PublisherOnly("p")),
        (b'{"version": 1, "permissions": "user"}', WholeAccount()),
        (b'{"version": 1, "permissions": {"projects": ["a"]}}', ProjectNames(("a",))),
        (b'{"nbf": 10, "exp": 20}', Validity(10, 20)),
        (b'{"project_ids": ["7"]}', ProjectIds(("7",))),
    ],
)
def test_every_form_that_an_index_writes_is_read(raw: bytes, caveat: Caveat) -> None:
    assert read_caveat(raw) == caveat


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\xff", b"null", b"1", b'"user"', b"[]", b"{}", b"[9]", b"[0]", b"[0, 20]",
        b'[0, "20", 10]', b"[0, 2.5, 1]", b"[1]", b'[1, "a"]', b"[1, [1]]", b"[2, [null]]", b"[3, 7]", b"[4]",
        b'{"version": 2, "permissions": "user"}', b'{"version": 1, "permissions": null}',
        b'{"version": 1, "permissions": {"projects": [1]}}', b'{"nbf": "10", "exp": 20}', b'{"exp": 20}',
        b"[true, 20, 10]", b'[true, ["a"]]', b"[false, 20, 10]", b"[0, true, false]", b"[0, 20, false]",
        b'{"nbf": false, "exp": true}', b'{"version": true, "permissions": "user"}',
        b"[" * 5000, b"[0, " + b"9" * 5000 + b", 1]", b"allowed=upload",
    ],
)  # fmt: skip
def test_everything_else_is_not_recognized(raw: bytes) -> None:
    assert read_caveat(raw) == Unrecognized()


@given(st.binary() | st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists).map(
    lambda value: json.dumps(value).encode()
))  # fmt: skip
def test_nothing_breaks_the_reader(raw: bytes) -> None:
    assert isinstance(read_caveat(raw), Caveat)


@given(st.integers(), st.integers(), st.lists(st.text()), st.text())
def test_what_is_written_is_read(start: int, end: int, names: list[str], number: str) -> None:
    assert read_caveat(validity_caveat(not_before=start, expires_at=end)) == Validity(start, end)
    assert read_caveat(projects_caveat(names)) == ProjectNames(tuple(names))
    assert read_caveat(project_ids_caveat(names)) == ProjectIds(tuple(names))
    assert read_caveat(user_caveat(number)) == UserOnly(number)
    assert read_caveat(publisher_caveat(number, {"ref": number})) == PublisherOnly(number)


def anatomy(*caveats: Caveat) -> Anatomy:
    return Anatomy("index.example", caveats)


def test_several_caveats_about_names_leave_what_all_of_them_allow() -> None:
    assert anatomy().projects is None
    assert anatomy(ProjectIds(("7",))).projects is None
    assert anatomy(ProjectNames(("a", "b")), ProjectNames(("b", "c"))).projects == frozenset({"b"})
    assert anatomy(ProjectNames(("a",)), ProjectNames(("c",))).projects == frozenset()


@pytest.mark.parametrize(
    ("caveats", "narrow"),
    [
        ((), None),
        ((Validity(0, 1),), None),
        ((Unrecognized(),), None),
        ((UserOnly("u"),), False),
        ((WholeAccount(),), False),
        ((WholeAccount(), ProjectNames(("a",))), True),
        ((ProjectNames(("a",)),), True),
        ((UserOnly("u"), ProjectIds(("7",))), True),
        ((PublisherOnly("p"),), True),
    ],
)
def test_scope_is_told_where_it_can_be_seen(caveats: tuple[Caveat, ...], narrow: bool | None) -> None:  # noqa: FBT001 -- a row of the table
    assert anatomy(*caveats).narrow is narrow


def test_the_times_are_what_all_caveats_leave() -> None:
    both = anatomy(Validity(10, 40), Validity(20, 30))

    assert (both.not_before, both.expires_at) == (
        datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC),
        datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC),
    )
    assert (anatomy().not_before, anatomy().expires_at) == (None, None)


@given(st.integers() | st.sampled_from([10**400, -(10**400), YEAR_9999, -62_135_596_800]))
def test_a_time_that_no_calendar_holds_is_its_end(seconds: int) -> None:
    moment = anatomy(Validity(seconds, seconds)).expires_at

    assert moment is not None
    if abs(seconds) < YEAR_9999:
        assert seconds < 0 or moment == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def test_whether_the_index_would_read_every_caveat() -> None:
    assert anatomy(Validity(0, 1), UserOnly("u")).recognized
    assert not anatomy(Validity(0, 1), Unrecognized()).recognized
