"""What the stand-in index says to the first upload of a project."""

from pathlib import Path

import pytest

from rehearsal.talking import Clock
from rehearsal.uploading import Uploader, said
from servers.handmade import make_wheel
from tagship.rehearsal.identity import github_claims, sign_identity
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.publishers import Publisher

TRUSTED = Publisher("github", "someone", "project", "release.yml")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("json", "The name 'json' isn't allowed (conflict with Python Standard Library module name). See "),
        ("unittest.mock", "The name 'unittest.mock' isn't allowed (conflict with Python Standard Library module"),
        ("AsynCore", "The name 'AsynCore' isn't allowed (conflict with Python Standard Library module name). See "),
        ("thread", "The name 'thread' isn't allowed (conflict with Python Standard Library module name). See "),
        ("Banned_Name", "The name 'Banned_Name' isn't allowed. See "),
        ("he1lo.world", "The name 'he1lo.world' is too similar to an existing project. See "),
        ("Hel-lo-w0rId", "The name 'Hel-lo-w0rId' is too similar to an existing project. See "),
    ],
)
def test_names_that_are_not_free(
    send: Uploader, index: StandInIndex, wheel: Path, tmp_path: Path, name: str, told: str
) -> None:
    send(make_wheel(tmp_path, "hello-world"))
    index.admin.prohibited.add("banned.name")

    answer = send(wheel, name=name)

    assert answer.status == 400
    assert said(answer).startswith(told)
    assert said(answer).endswith("/help/#project-name for more information.")


@pytest.mark.parametrize("name", ["jsonx", "unittest-mocks", "hello", "json-json"])
def test_names_that_are_free(send: Uploader, tmp_path: Path, name: str) -> None:
    assert send(make_wheel(tmp_path, name)).status == 200


def test_a_name_that_somebody_else_takes_just_now(send: Uploader, index: StandInIndex, wheel: Path) -> None:
    index.admin.claimed.add("Handmade")
    refused = send(wheel)
    index.admin.claimed.discard("handmade")

    assert (refused.status, send(wheel).status) == (409, 200)
    assert said(refused).startswith("The name 'handmade' conflicts with an existing project. See ")


def test_no_new_projects_at_the_moment(send: Uploader, index: StandInIndex, wheel: Path, tmp_path: Path) -> None:
    send(wheel)
    index.admin.registration_disabled = True
    refused = send(make_wheel(tmp_path, "another"))
    known = send(make_wheel(tmp_path, version="2.0"))

    assert (refused.status, known.status) == (403, 200)
    assert said(refused).startswith("New project registration temporarily disabled. See ")


def test_twenty_new_projects_in_an_hour(send: Uploader, clock: Clock, wheel: Path, tmp_path: Path) -> None:
    """What failed later counts too: the counters are not rolled back."""
    failed = [send(wheel, name=f"project-{number}").status for number in range(20)]
    refused = send(make_wheel(tmp_path, "one-more"))
    other_user = send(make_wheel(tmp_path, "yet-another"), send.index.tokens.issue("somebody"))
    clock.wait(days=1 / 24)

    assert set(failed) == {400}
    assert (refused.status, said(refused)) == (429, "Too many new projects created")
    assert (other_user.status, send(make_wheel(tmp_path, "one-more")).status) == (200, 200)


def test_forty_new_projects_in_an_hour_from_one_address(send: Uploader, wheel: Path) -> None:
    statuses = [
        send(wheel, send.index.tokens.issue(f"user-{number // 14}"), name=f"project-{number}").status
        for number in range(41)
    ]

    assert statuses == [400] * 40 + [429]


def test_names_that_are_refused_do_not_count(send: Uploader, wheel: Path) -> None:
    assert {send(wheel, name="json").status for _ in range(25)} == {400}
    assert send(wheel).status == 200


def test_a_failed_first_upload_leaves_no_project(send: Uploader, index: StandInIndex, wheel: Path) -> None:
    send(wheel, name="other")

    assert index.store.project("other") is None


def _minted(index: StandInIndex, clock: Clock) -> str:
    now = int(clock.now.timestamp())
    stamps = {"aud": index.publishers.audience, "jti": "1", "iat": now, "nbf": now, "exp": now + 300}
    token, _ = index.publishers._exchange(sign_identity(github_claims() | stamps, index.publishers.key))
    return token


def test_a_publisher_creates_the_project_that_it_was_registered_for(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path, sdist: Path
) -> None:
    index.publishers.register_pending("Handmade", TRUSTED, owner=ACCOUNT)
    token = _minted(index, clock)
    misspelt = send(wheel, token, name="handmaid")
    answers = [send(path, token).status for path in (wheel, sdist)]

    assert misspelt.status == 400
    assert said(misspelt).startswith("Non-user identities cannot create new projects. This was probably caused by")
    assert answers == [200, 200]
    assert next(iter(index.store.projects.values())).owner == ACCOUNT


def test_a_project_that_a_publisher_created_outlives_a_failed_upload(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path
) -> None:
    index.publishers.register_pending("handmade", TRUSTED, owner=ACCOUNT)
    token = _minted(index, clock)

    assert [send(wheel, token, sha256_digest="0" * 64).status, send(wheel, token).status] == [400, 200]


def test_a_publisher_is_good_for_its_project_alone(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path, tmp_path: Path
) -> None:
    other = make_wheel(tmp_path, "another")
    send(wheel)
    send(other)
    index.publishers.register("handmade", TRUSTED)
    token = _minted(index, clock)

    answer = send(make_wheel(tmp_path, "another", "2.0"), token)

    assert send(make_wheel(tmp_path, version="2.0"), token).status == 200
    assert (answer.status, said(answer)) == (
        403,
        "Invalid API Token: OIDC scoped token is not valid for project 'another'",
    )


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_publisher_loses_its_permission(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path, sdist: Path, status: str
) -> None:
    send(wheel)
    index.publishers.register("handmade", TRUSTED)
    next(iter(index.store.projects.values())).status = status

    answer = send(sdist, _minted(index, clock))

    assert answer.status == 403
    assert said(answer).startswith("The given token isn't allowed to upload to project 'handmade'. See ")


def test_nothing_is_asked_of_a_publisher_s_account(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path, sdist: Path
) -> None:
    send(wheel)
    index.publishers.register("handmade", TRUSTED)
    index.users[ACCOUNT].two_factor = False

    assert send(sdist, _minted(index, clock)).status == 200


def test_a_token_beside_a_publisher_is_told_of_once(
    send: Uploader, index: StandInIndex, wheel: Path, sdist: Path
) -> None:
    send(wheel)
    index.publishers.register("handmade", TRUSTED)
    send(sdist)
    send(sdist)

    assert [mail.subject for mail in index.mails] == [
        "handmade: a token was used although there is a trusted publisher"
    ]
