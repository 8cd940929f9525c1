"""What the stand-in index says to an upload before it looks at form and file: who may do what."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from minting import project_ids_caveat, user_caveat
from rehearsal.talking import Clock, Talker
from rehearsal.uploading import Uploader, basic, form_for, said
from servers.handmade import make_sdist
from tagship.domain.macaroon import decode, encode
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.store import Organization
from tagship.rehearsal.tokens import user_id

REFUSED = "Invalid API Token: "


def test_a_wheel_and_an_sdist_are_taken(send: Uploader, wheel: Path, sdist: Path) -> None:
    answers = [send(wheel), send(sdist)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b""), (200, b"")]


def test_without_the_slash_at_the_end(talk: Talker, index: StandInIndex) -> None:
    answer = talk.ask("POST", "/legacy", headers=basic(index.token), body=b"x")

    assert (answer.status, answer.headers["Location"]) == (308, index.endpoints.upload)
    assert "trailing slash" in answer.reason


@pytest.mark.parametrize("action", ["submit", "submit_pkg_info", "doc_upload"])
def test_actions_of_old_are_gone(talk: Talker, index: StandInIndex, action: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers=basic(index.token), fields=[(":action", action)])

    assert answer.status == 410


@pytest.mark.parametrize("fields", [[], [(":action", "upload_file")]])
def test_no_known_action_is_answered_with_a_page_that_proves_nothing(
    talk: Talker, fields: list[tuple[str, str | tuple[str, bytes, str]]]
) -> None:
    answer = talk.ask("POST", "/legacy/", fields=fields)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "Invalid or non-existent authentication"),
        ({"Authorization": "Basic ???"}, "Invalid or non-existent authentication"),
        ({"Authorization": "Digest x"}, "Invalid or non-existent authentication"),
        (basic("pypi-nonsense"), "Invalid or non-existent authentication"),
        (basic("secret", user="somebody"), "Username/Password authentication is no longer supported"),
    ],
)
def test_who_is_nobody_is_refused(talk: Talker, wheel: Path, headers: dict[str, str], told: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Accept": "application/json"} | headers, fields=form_for(wheel))

    assert answer.status == 403
    assert told in said(answer)


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
def test_other_ways_to_send_a_token(talk: Talker, index: StandInIndex, wheel: Path, scheme: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Authorization": f"{scheme} {index.token} "}, fields=form_for(wheel))

    assert answer.status == 200


def test_whitespace_around_a_token_is_forgiven(send: Uploader, wheel: Path) -> None:
    assert send(wheel, f" {send.index.token}\n").status == 200


def test_the_probe_tells_a_live_token_from_a_dead_one(send: Uploader, index: StandInIndex) -> None:
    alive, revoked, disabled = (index.tokens.issue(user) for user in (ACCOUNT, ACCOUNT, "somebody"))
    index.tokens.revoke(revoked)
    index.users["somebody"].disabled = True

    assert [send.probe(token).status for token in (alive, revoked, disabled)] == [400, 403, 403]
    assert said(send.probe(alive)) == (
        "'' is an invalid value for Name. Error: This field is required. "
        "See https://packaging.python.org/specifications/core-metadata for more information."
    )


Token = Callable[[StandInIndex, int], str]


def _tampered(index: StandInIndex, _now: int) -> str:
    macaroon = decode(index.token)
    return encode(replace(macaroon, signature=bytes(len(macaroon.signature))))


TOKENS: dict[str, tuple[Token, str]] = {
    "elsewhere": (
        lambda index, _: index.tokens.issue(ACCOUNT, projects=["elsewhere"]),
        "project-scoped token is not valid for project: 'handmade'",
    ),
    "elsewhere by number": (
        lambda index, _: index.tokens.issue(ACCOUNT, caveats=[project_ids_caveat(["another"])]),
        "project-scoped token is not valid for project: 'handmade'",
    ),
    "expired": (lambda index, now: index.tokens.issue(ACCOUNT, expires=now), "token is expired"),
    "not yet valid": (
        lambda index, now: index.tokens.issue(ACCOUNT, not_before=now + 60, expires=now + 90),
        "token is expired",
    ),
    "of another user": (
        lambda index, _: index.tokens.issue(ACCOUNT, caveats=[user_caveat(user_id("somebody"))]),
        "current user does not match user restriction in token",
    ),
    "tampered with": (_tampered, "signatures do not match"),
    "of a future index": (lambda index, _: index.tokens.issue(ACCOUNT, caveats=[b"[9]"]), "unknown error"),
}


@pytest.mark.parametrize(("make", "told"), TOKENS.values(), ids=TOKENS.keys())
def test_scope_time_and_signature_are_judged_after_the_form(
    send: Uploader, index: StandInIndex, clock: Clock, wheel: Path, make: Token, told: str
) -> None:
    token = make(index, int(clock.now.timestamp()))
    send(wheel)
    answer = send(wheel, token)

    assert send.probe(token).status == 400
    assert (answer.status, said(answer)) == (403, REFUSED + told)


def test_all_objections_to_a_token_are_told(send: Uploader, index: StandInIndex, clock: Clock, wheel: Path) -> None:
    token = index.tokens.issue(ACCOUNT, projects=["elsewhere"], expires=int(clock.now.timestamp()))

    assert said(send(wheel, token)) == (
        f"{REFUSED}project-scoped token is not valid for project: 'handmade', token is expired"
    )


def test_a_scoped_token_is_good_for_its_project(index: StandInIndex, wheel: Path, sdist: Path, send: Uploader) -> None:
    by_name = send(wheel, index.tokens.issue(ACCOUNT, projects=["handmade"]))
    number = next(iter(index.store.projects.values())).id
    by_number = send(sdist, index.tokens.issue(ACCOUNT, caveats=[project_ids_caveat([number])]))

    assert (by_name.status, by_number.status) == (200, 200)


def test_who_may_upload(index: StandInIndex, wheel: Path, sdist: Path, send: Uploader) -> None:
    send(wheel)
    somebody = index.tokens.issue("somebody")
    stranger = send(sdist, somebody)
    next(iter(index.store.projects.values())).maintainers.add("somebody")
    maintainer = send(sdist, somebody)

    assert (stranger.status, maintainer.status) == (403, 200)
    assert said(stranger) == (
        "The user 'somebody' isn't allowed to upload to project 'handmade'. "
        f"See {index.url}/help/#project-name for more information."
    )


@pytest.mark.parametrize(("status", "answered"), [("active", 200), ("archived", 403), ("quarantined", 200)])
def test_what_becomes_of_a_project(
    index: StandInIndex, wheel: Path, sdist: Path, send: Uploader, status: str, answered: int
) -> None:
    """Quarantine hides a project's files and leaves its users their permission."""
    send(wheel)
    next(iter(index.store.projects.values())).status = status

    answer = send(sdist)

    assert answer.status == answered
    assert answered == 200 or "The user 'stand-in' isn't allowed to upload to project 'handmade'." in said(answer)


@pytest.mark.parametrize(
    ("flaw", "told"),
    [
        ("email_verified", "does not have a verified primary email address. Please add a verified primary email"),
        ("two_factor", "does not have two-factor authentication enabled. Please enable two-factor authentication"),
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_accounts_are_in_order(
    index: StandInIndex, wheel: Path, sdist: Path, send: Uploader, flaw: str, told: str, *, exists: bool
) -> None:
    if exists:
        send(wheel)
    setattr(index.users[ACCOUNT], flaw, False)

    answer = send(sdist)

    assert answer.status == 403
    assert said(answer).startswith(f"User 'stand-in', associated with the API token used, {told}")
    assert exists == bool(index.store.projects)


def test_an_organization_that_does_not_pay(index: StandInIndex, wheel: Path, sdist: Path, send: Uploader) -> None:
    send(wheel)
    organization = Organization("handmakers", good_standing=False)
    next(iter(index.store.projects.values())).organization = organization
    refused = send(sdist)
    organization.good_standing = True

    assert (refused.status, send(sdist).status) == (400, 200)
    assert said(refused).startswith("Organization account owning this project is inactive.")


@pytest.mark.parametrize(
    ("switch", "told"),
    [
        ("read_only", "Read-only mode: Uploads are temporarily disabled."),
        ("uploads_disabled", "New uploads are temporarily disabled. See "),
    ],
)
def test_the_keepers_take_no_uploads(index: StandInIndex, wheel: Path, send: Uploader, switch: str, told: str) -> None:
    setattr(index.admin, switch, True)
    refused = send(wheel)
    to_nobody = send(wheel, "pypi-nonsense")
    setattr(index.admin, switch, False)

    assert (refused.status, to_nobody.status, send(wheel).status) == (403, 403, 200)
    assert said(refused).startswith(told)
    assert said(to_nobody).startswith(told)


def test_a_refusal_is_html_to_a_browser(talk: Talker, wheel: Path) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Accept": "*/*"}, fields=form_for(wheel))

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<title>403 Invalid or non-existent authentication" in answer.text


@pytest.mark.timeout(60)
def test_a_large_file_streams(talk: Talker, send: Uploader, tmp_path: Path) -> None:
    noise = hashlib.shake_256(b"noise").digest(24 << 20)
    sdist = make_sdist(tmp_path, extra={"handmade-1.0/noise": noise})

    answer = send(sdist)

    assert answer.status == 200
    page = json.loads(talk.ask("GET", "/pypi/handmade/json").body)
    assert page["urls"][0]["digests"]["sha256"] == hashlib.sha256(sdist.read_bytes()).hexdigest()


def test_the_log_holds_every_request(index: StandInIndex, talk: Talker, send: Uploader, wheel: Path) -> None:
    send(wheel)
    talk.ask("GET", "/simple/nothing/?x=1")

    assert [(line.method, line.path, line.status) for line in index.log] == [
        ("POST", "/legacy/", 200),
        ("GET", "/simple/nothing/", 404),
    ]
