"""A conversation with a code host: what odd answers come to, and where a token does not go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from adapters.loopback import Answer, Asked, Loopback, Manner, serving
from tagship.adapters.forgejo.releases import ForgejoReleases
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.errors import CredentialHalt, FactUnknown, Incomplete, Refused, TagshipError

TOKEN = "a-token-of-the-test"
SHA = "1" * 40


@contextmanager
def host(*answers: Answer, method: str = "GET") -> Iterator[tuple[ForgejoReleases, Loopback]]:
    """A host that gives these answers, the last one again and again."""
    told: Sequence[Answer] = answers
    with serving({method: told}) as server, HttpClient(connect_timeout=1.0, read_timeout=2.0) as http:
        patience = Patience(pause=lambda _: None)
        token = Secret(TOKEN, origin="FORGEJO_TOKEN")
        yield ForgejoReleases(http, "owner", "project", token, web=server.url, patience=patience), server


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>"),
        Answer(200, b""),
        Answer(200, b"{}"),
        Answer(200, b"[1]"),
        Answer(200, b'[{"context": 1, "status": "success"}]'),
        Answer(200, b'[{"context": "ready"}]'),
        Answer(200, b"[" * 100_000),
        Answer(301, headers={"Location": "http://127.0.0.1:9/elsewhere"}),
        Answer(400, b'{"message": "bad"}'),
        Answer(404, b'{"message": "gone"}'),
        Answer(503),
        Answer(manner=Manner.CLOSE),
    ],
)
def test_what_cannot_be_read_is_unknown(answer: Answer) -> None:
    with host(answer) as (releases, server):
        with pytest.raises(FactUnknown) as unknown:
            releases.checks(SHA)
        assert TOKEN not in f"{unknown.value} {unknown.value.remedy}"
        assert all(asked.headers.get("authorization") == f"token {TOKEN}" for asked in server.asked)


def test_a_list_that_never_ends() -> None:
    def on(asked: Asked) -> Answer:
        return Answer(200, b"[]", {"Link": f'<http://{asked.headers["host"]}/api/v1/x?page=2>; rel="next"'})

    with serving({"GET": [on]}) as server, HttpClient() as http:
        releases = ForgejoReleases(http, "owner", "project", None, web=server.url)
        with pytest.raises(FactUnknown, match="does not end"):
            releases.checks(SHA)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(401, b'{"message": "no"}'), CredentialHalt),
        (Answer(403, b'{"message": "no"}'), CredentialHalt),
        (Answer(422, b'{"message": "no"}'), Refused),
        (Answer(302, headers={"Location": "http://127.0.0.1:9/elsewhere"}), Incomplete),
        (Answer(500), Incomplete),
        (Answer(201, b"nothing of the kind"), Incomplete),
        (Answer(manner=Manner.CLOSE), Incomplete),
    ],
)
def test_what_becomes_of_a_write(answer: Answer, kind: type[TagshipError]) -> None:
    with host(answer, method="POST") as (releases, server):
        with pytest.raises(kind) as refused:
            releases.draft("v1.0", title="", notes="", prerelease=False)
        assert TOKEN not in f"{refused.value} {refused.value.remedy}"
        assert len(server.asked) == 1


def test_a_host_that_repeats_the_token_is_not_quoted() -> None:
    with host(Answer(403, f'{{"message": "{TOKEN} may not"}}'.encode())) as (releases, _):
        with pytest.raises(FactUnknown) as unknown:
            releases.checks(SHA)
        assert TOKEN not in str(unknown.value)


def test_a_token_goes_nowhere_without_tls() -> None:
    with HttpClient() as http:
        token = Secret(TOKEN, origin="FORGEJO_TOKEN")
        releases = ForgejoReleases(http, "owner", "project", token, web="http://git.example.org")
        with pytest.raises(CredentialHalt, match="plain http"):
            releases.checks(SHA)
