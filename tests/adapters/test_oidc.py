"""A CI run's identity becomes a token, or the release halts; nothing else is tried."""

import base64
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from adapters.loopback import Answer, Asked, Loopback, Manner, serving
from adapters.planted import assert_hidden, macaroon, planted, trail
from tagship.adapters.http import HttpClient
from tagship.adapters.oidc import _claims_of, mint
from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.errors import CredentialHalt, Edit, FactUnknown, TagshipError, Visit

AUDIENCE = Answer(200, b'{"audience": "stand-in"}')
CLAIMS = {"aud": "stand-in", "repository": "someone/project", "environment": "release", "event_name": "push"}


def identity(seed: int = 1, **claims: object) -> str:
    """A signed token as a CI system makes it, with a signature that is none."""
    head, middle = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in ({"alg": "none"}, {**CLAIMS, **claims})
    )
    tail = base64.urlsafe_b64encode(planted(seed).encode()).decode().rstrip("=")
    return f"{head}.{middle}.{tail}"


def given(value: str) -> Answer:
    return Answer(200, json.dumps({"value": value}).encode(), {"Content-Type": "application/json"})


def minted(token: str) -> Answer:
    return Answer(200, json.dumps({"success": True, "token": token, "expires": 1}).encode())


def refused(code: str, description: str = "so it is", status: int = 422) -> Answer:
    body = {"message": "Token request failed", "errors": [{"code": code, "description": description}]}
    return Answer(status, json.dumps(body).encode())


@pytest.fixture(autouse=True)
def no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (
        "GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "GITLAB_CI", "BUILDKITE",
        "CIRCLECI", "GOOGLE_SERVICE_ACCOUNT_NAME", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy",
    ):  # fmt: skip
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=0.4) as made:
        yield made


@pytest.fixture
def ci(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """The CI system's own server, which gives a new identity each time."""
    seeds = iter(range(1, 100))
    with serving({"GET": [lambda _: given(identity(next(seeds)))]}) as server:
        inside(monkeypatch, server)
        yield server


def inside(monkeypatch: pytest.MonkeyPatch, server: Loopback) -> str:
    """Be a job there; gives back the secret with which it asks."""
    request_token = planted(77).replace("ü", "u").replace('"', "q")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{server.url}/identity?api-version=2")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", request_token)
    return request_token


def mint_at(server: Loopback, client: HttpClient) -> Credential:
    index = Endpoints("stand-in", f"{server.url}/simple/", f"{server.url}/legacy/", server.url)
    return mint(index, client, pause=lambda _: None)


def test_an_identity_becomes_a_token(ci: Loopback, client: HttpClient) -> None:
    token = macaroon(PYPI)
    with serving({"GET": [AUDIENCE], "POST": [minted(token)]}) as server:
        credential = mint_at(server, client)

    assert (credential.username, credential.secret.reveal()) == ("__token__", token)
    assert credential.secret.origin == "trusted publishing on stand-in"
    assert [(asked.method, asked.path) for asked in server.asked] == [
        ("GET", "/_/oidc/audience"),
        ("POST", "/_/oidc/mint-token"),
    ]
    assert json.loads(server.asked[1].body) == {"token": identity(1)}
    assert ci.asked[0].path.endswith("audience=stand-in")


def test_each_try_has_a_new_identity(ci: Loopback, client: HttpClient) -> None:
    """An index takes an identity once, even where its answer was an error."""
    answers = [Answer(503), Answer(manner=Manner.CLOSE), minted(macaroon(PYPI))]
    with serving({"GET": [AUDIENCE], "POST": answers}) as server:
        mint_at(server, client)

    sent = [json.loads(asked.body)["token"] for asked in server.asked if asked.method == "POST"]
    assert sent == [identity(1), identity(2), identity(3)]
    assert len(ci.asked) == 3


@pytest.mark.parametrize(
    ("code", "told", "remedy"),
    [
        ("invalid-publisher", "no trusted publisher matches", "/manage/account/publishing/"),
        ("invalid-pending-publisher", "pending publisher", "/manage/account/publishing/"),
        ("not-enabled", "switched off", "ask the index"),
        ("invalid-reuse-token", "used already", "run the job again"),
        ("invalid-token", "not valid", "run the job again"),
        ("invalid-payload", "does not know", "or use a token"),
        ("something-new", "refuses the identity", "compare the run"),
    ],
)
@pytest.mark.usefixtures("ci")
def test_a_refusal_says_what_does_not_match(client: HttpClient, code: str, told: str, remedy: str) -> None:
    with serving({"GET": [AUDIENCE], "POST": [refused(code)]}) as server, pytest.raises(CredentialHalt) as caught:
        mint_at(server, client)

    assert told in caught.value.message
    assert "422: so it is" in caught.value.message
    assert "the run is repository=someone/project, environment=release, event_name=push" in caught.value.message
    assert remedy in str(caught.value.remedy)
    assert server.methods == ["GET", "POST"]


@pytest.mark.usefixtures("ci")
def test_the_page_of_publishers_is_the_remedy(client: HttpClient) -> None:
    with (
        serving({"GET": [AUDIENCE], "POST": [refused("invalid-publisher")]}) as server,
        pytest.raises(CredentialHalt) as caught,
    ):
        mint_at(server, client)

    assert caught.value.remedy == Visit(f"{server.url}/manage/account/publishing/")


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>Log in</html>"),
        Answer(200, b"{}"),
        Answer(200, b'{"audience": 7}'),
        Answer(200, b"[]"),
        Answer(403, b'{"message": "disabled"}'),
        Answer(404),
        Answer(503),
        Answer(manner=Manner.CLOSE),
        Answer(302, headers={"Location": "/elsewhere"}),
    ],
)
@pytest.mark.usefixtures("ci")
def test_without_an_audience_nothing_is_known(client: HttpClient, answer: Answer) -> None:
    with serving({"GET": [answer], "POST": [minted("x")]}) as server, pytest.raises(FactUnknown):
        mint_at(server, client)

    assert "POST" not in server.methods


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b"<html>Log in</html>"),
        Answer(200, b'{"success": true}'),
        Answer(200, b'{"token": ""}'),
        Answer(503),
        Answer(429),
        Answer(manner=Manner.HANG),
    ],
)
@pytest.mark.usefixtures("ci")
def test_an_answer_without_a_token_is_unknown(client: HttpClient, answer: Answer) -> None:
    with serving({"GET": [AUDIENCE], "POST": [answer]}) as server, pytest.raises(FactUnknown):
        mint_at(server, client)


@pytest.mark.parametrize(
    "answer",
    [Answer(422, b"no json"), Answer(403), Answer(307, headers={"Location": "/x"}), Answer(422, b'{"errors": [7]}')],
)
@pytest.mark.usefixtures("ci")
def test_a_refusal_in_another_shape_halts_too(client: HttpClient, answer: Answer) -> None:
    with (
        serving({"GET": [AUDIENCE], "POST": [answer]}) as server,
        pytest.raises(CredentialHalt, match=str(answer.status)),
    ):
        mint_at(server, client)


def test_outside_of_ci_there_is_no_identity(client: HttpClient) -> None:
    with serving({"GET": [AUDIENCE]}) as server, pytest.raises(CredentialHalt, match="no CI run") as caught:
        mint_at(server, client)

    assert "id-token: write" in str(caught.value.remedy)


def test_a_job_without_the_permission_has_no_identity(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    with (
        serving({"GET": [AUDIENCE]}) as server,
        pytest.raises(CredentialHalt, match="cannot prove what it is") as caught,
    ):
        mint_at(server, client)

    assert "id-token: write" in str(caught.value.remedy)


def test_an_index_without_trusted_publishing_is_not_asked(client: HttpClient) -> None:
    with serving({}) as server:
        index = replace(PYPI, name="private", simple=f"{server.url}/", upload=f"{server.url}/", site=None)
        with pytest.raises(CredentialHalt, match="private has no trusted publishing") as caught:
            mint(index, client)

    assert server.asked == []
    assert isinstance(caught.value.remedy, Edit)


def test_nothing_is_sent_in_the_clear(ci: Loopback, client: HttpClient) -> None:
    index = Endpoints("far", "http://index.invalid/", "http://index.invalid/", "http://index.invalid")
    with serving({"GET": [AUDIENCE]}) as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(CredentialHalt, match="over plain http"):
            mint(index, client, pause=lambda _: None)

    assert proxy.methods == ["GET"]
    assert len(ci.asked) == 1


CI_TROUBLE = [
    Answer(500, b"{echo}"),
    Answer(200, b"{echo}"),
    Answer(200, b"\xff{echo}"),
    Answer(403, b"\xff{echo}"),
    given("only.two"),
    given("not a token {echo}"),
    Answer(manner=Manner.CLOSE),
    given(identity(3, aud="another audience")),
]


@pytest.mark.parametrize("trouble", CI_TROUBLE)
def test_trouble_with_the_ci_system_halts_and_tells_no_secret(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, trouble: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("time.sleep", lambda _: None)

    def echo(asked: Asked) -> Answer:
        said = asked.headers["authorization"].removeprefix("bearer ").encode()
        return replace(trouble, body=trouble.body.replace(b"{echo}", said))

    with serving({"GET": [echo]}) as ci_server, serving({"GET": [AUDIENCE]}) as server:
        request_token = inside(monkeypatch, ci_server)
        with pytest.raises(CredentialHalt, match="cannot prove what it is") as caught:
            mint_at(server, client)

    assert_hidden(request_token, trail(caught.value), str(caught.value.remedy), caplog.text)
    assert server.methods == ["GET"]


@pytest.mark.parametrize("status", [200, 400, 403, 422, 500])
@pytest.mark.usefixtures("ci")
def test_an_index_that_repeats_the_identity_is_not_quoted_with_it(
    client: HttpClient, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(asked: Asked) -> Answer:
        token = json.loads(asked.body)["token"]
        return refused("invalid-token", f"malformed: {token}", status)

    with serving({"GET": [AUDIENCE], "POST": [echo]}) as server, pytest.raises(TagshipError) as caught:
        mint_at(server, client)

    for seed in (1, 2, 3):
        assert identity(seed).rpartition(".")[2] not in trail(caught.value) + str(caught.value.remedy) + caplog.text


@pytest.mark.parametrize("identity_text", ["a..c", "a.x.c", "a.W10.c", "a.AAAA.c", "a", "", "a.ü.c"])
def test_an_identity_that_describes_nothing_is_no_crash(identity_text: str) -> None:
    assert _claims_of(Secret(identity_text, origin="the identity of this run")) == "not described"
