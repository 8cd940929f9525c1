"""A CI run's identity becomes a token, or the release halts; nothing else is tried."""

import base64
import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import id as ambient
import pytest

from adapters.loopback import Answer, Asked, Loopback, Manner, serving
from adapters.planted import assert_hidden, macaroon, planted, trail
from tagship.adapters.http import HttpClient, Patience
from tagship.adapters.oidc import burn, mint, preflight
from tagship.adapters.oidc.claims import claims_in, presented_by
from tagship.adapters.oidc.identity import identity_of_this_run
from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.errors import CredentialHalt, Edit, FactUnknown, TagshipError, Visit
from tagship.rehearsal.identity import github_claims, gitlab_claims

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
        "CI", "GITHUB_ACTIONS", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "GITLAB_CI",
        "BUILDKITE", "CIRCLECI", "GOOGLE_SERVICE_ACCOUNT_NAME", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy",
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


def at(server: Loopback) -> Endpoints:
    return Endpoints("stand-in", f"{server.url}/simple/", f"{server.url}/legacy/", server.url)


def mint_at(server: Loopback, client: HttpClient) -> Credential:
    return mint(at(server), client, pause=lambda _: None)


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
        ("invalid-payload", "does not know", 'auth = "token"'),
        ("something-new", "refuses the identity", "compare the run"),
    ],
)
@pytest.mark.usefixtures("ci")
def test_a_refusal_says_what_does_not_match(client: HttpClient, code: str, told: str, remedy: str) -> None:
    with serving({"GET": [AUDIENCE], "POST": [refused(code)]}) as server, pytest.raises(CredentialHalt) as caught:
        mint_at(server, client)

    assert told in caught.value.message
    assert "422: so it is" in caught.value.message
    assert "the run presents repository=someone/project, environment=release, event_name=push" in caught.value.message
    assert remedy in str(caught.value.remedy)
    assert server.methods == ["GET", "POST"]


def refuse_at(
    client: HttpClient,
    monkeypatch: pytest.MonkeyPatch,
    claims: Mapping[str, object],
    refusal: Answer,
    *,
    page: int = 200,
) -> tuple[CredentialHalt, Loopback]:
    """The halt of a job with these claims, at an index whose page of the project has this status."""

    def answer(asked: Asked) -> Answer:
        return AUDIENCE if asked.path == "/_/oidc/audience" else Answer(page, b"")

    with serving({"GET": [lambda _: given(identity(1, **claims))]}) as ci_server:
        inside(monkeypatch, ci_server)
        with (
            serving({"GET": [answer], "POST": [refusal]}) as server,
            pytest.raises(CredentialHalt) as caught,
        ):
            preflight(at(server), client, "some-project", pause=lambda _: None)
    return caught.value, server


FORMS = {
    "github": (
        github_claims("Someone/project", workflow="release.yml", environment="pypi"),
        {"owner": "Someone", "repository": "project", "workflow_filename": "release.yml", "environment": "pypi"},
    ),
    "gitlab": (
        gitlab_claims("group/sub/project", workflow="ci/release.yml", environment="pypi"),
        {"namespace": "group/sub", "project": "project", "workflow_filepath": "ci/release.yml", "environment": "pypi"},
    ),
}


@pytest.mark.parametrize("provider", FORMS)
def test_the_form_opens_with_the_values_of_the_run(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, provider: str
) -> None:
    claims, fields = FORMS[provider]
    halt, server = refuse_at(client, monkeypatch, {"repository": None, **claims}, refused("invalid-publisher"))

    assert isinstance(halt.remedy, Visit)
    assert halt.remedy.url.startswith(f"{server.url}/manage/project/some-project/settings/publishing/?")
    opened = {name: values[0] for name, values in parse_qs(urlsplit(halt.remedy.url).query).items()}
    assert opened == {"provider": provider, **fields}
    assert f"a publisher for it has {', '.join(f'{name}={value}' for name, value in fields.items())}" in halt.message


def test_a_new_project_opens_the_form_of_the_account(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    claims: dict[str, object] = {"environment": None} | github_claims("someone/project")
    halt, server = refuse_at(client, monkeypatch, claims, refused("invalid-publisher"), page=404)

    assert halt.remedy == Visit(
        f"{server.url}/manage/account/publishing/"
        "?provider=github&owner=someone&repository=project&workflow_filename=release.yml&project_name=some-project"
    )
    assert "environment left empty" in halt.message


@pytest.mark.usefixtures("ci")
def test_a_project_whose_page_is_out_of_reach_is_taken_to_exist(client: HttpClient) -> None:
    answers = [AUDIENCE, Answer(manner=Manner.CLOSE)]
    with (
        serving({"GET": answers, "POST": [refused("invalid-publisher")]}) as server,
        pytest.raises(CredentialHalt) as caught,
    ):
        preflight(at(server), client, "some-project")

    assert "/manage/project/some-project/settings/publishing/" in str(caught.value.remedy)


def test_the_claim_that_the_index_names_is_named(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    why = "valid token, but no corresponding publisher (Check failed for required claim 'environment')"
    halt, _ = refuse_at(client, monkeypatch, github_claims(), refused("invalid-publisher", why))

    assert "the claim environment is not as registered" in halt.message


def test_claims_that_no_terminal_shows_are_shown_nevertheless(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = {"repository": "\ud800/\x1b[2J", "environment": "a\r\nb", "sub": "x" * 5000}
    halt, _ = refuse_at(client, monkeypatch, claims, refused("invalid-publisher", "\ud800\x07"))

    assert halt.message.isprintable()
    assert str(halt.remedy).isprintable()
    assert len(halt.message) < 2000


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (github_claims(event="pull_request_target"), "pull_request_target started"),
        ({"job_workflow_ref": "other/shared/.github/workflows/up.yml@refs/heads/main"}, "reusable workflow"),
        (
            {
                "job_workflow_ref": "someone/project/.github/workflows/upload.yml@refs/tags/v1",
                "workflow_ref": "someone/project/.github/workflows/release.yml@refs/tags/v1",
            },
            "reusable workflow",
        ),
    ],
)
def test_what_no_registration_mends_leads_to_no_form(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, claims: dict[str, object], told: str
) -> None:
    halt, _ = refuse_at(client, monkeypatch, claims, refused("invalid-publisher"))

    assert told in halt.message
    assert isinstance(halt.remedy, Edit)


def test_a_ci_system_without_a_form_leads_to_the_page(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = {"repository": None, "sub": "somebody", "email": "ci@example.org"}
    halt, server = refuse_at(client, monkeypatch, claims, refused("invalid-publisher"))

    assert halt.remedy == Visit(f"{server.url}/manage/project/some-project/settings/publishing/")
    assert "a publisher for it" not in halt.message


@pytest.mark.usefixtures("ci")
def test_a_preflight_leaves_no_token_behind(client: HttpClient) -> None:
    token, heard = macaroon(PYPI), list[str]()
    with serving({"GET": [AUDIENCE], "POST": [minted(token), Answer(202)]}) as server:
        preflight(at(server), client, "some-project", note=heard.append)

    assert [asked.path for asked in server.asked if asked.method == "POST"] == [
        "/_/oidc/mint-token",
        "/_/oidc/burn-token",
    ]
    assert json.loads(server.asked[-1].body) == {"token": token}
    assert heard == []


@pytest.mark.parametrize("answer", [Answer(404), Answer(503), Answer(manner=Manner.CLOSE), Answer(manner=Manner.HANG)])
@pytest.mark.usefixtures("ci")
def test_a_token_that_does_not_burn_is_noted(client: HttpClient, answer: Answer) -> None:
    """An index that is older than the burning of tokens does not stop a release."""
    token, heard = macaroon(PYPI), list[str]()
    with serving({"GET": [AUDIENCE], "POST": [minted(token), answer]}) as server:
        preflight(at(server), client, "some-project", note=heard.append)

    assert len(heard) == 1
    assert "could not be burnt" in heard[0]
    assert_hidden(token, heard[0])


def test_a_token_repeated_by_the_index_is_not_noted(client: HttpClient) -> None:
    token = macaroon(PYPI)
    with serving({"POST": [Answer(400, f"no such token: {token}".encode())]}) as server:
        trouble = burn(at(server), client, Credential("__token__", Secret(token, origin="a test")))

    assert trouble is not None
    assert_hidden(token, trouble)


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
        Answer(200, b'{"token": "two words"}'),
        Answer(200, b'{"token": "\\ud800"}'),
        Answer(200, b'{"token": "pypi-\\u0007"}'),
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


def test_a_proxy_that_says_yes_to_everything_gives_no_token(client: HttpClient, ci: Loopback) -> None:
    del ci
    yes = Answer(200, b"<html>welcome</html>", {"Content-Type": "text/html"})
    with serving({"GET": [yes], "POST": [yes]}) as server, pytest.raises(FactUnknown, match="audience"):
        mint_at(server, client)


HALTS, UNKNOWN = (CredentialHalt, "cannot prove what it is"), (FactUnknown, "the CI system")
CI_TROUBLE = [
    (Answer(403, b"\xff{echo}"), HALTS),
    (Answer(401, b"{echo}"), HALTS),
    (given(identity(3, aud="another audience")), HALTS),
    (given(identity(3, aud=["a list"])), HALTS),
    (Answer(500, b"{echo}"), UNKNOWN),
    (Answer(429, b"{echo}"), UNKNOWN),
    (Answer(200, b"{echo}"), UNKNOWN),
    (Answer(200, b"\xff{echo}"), UNKNOWN),
    (Answer(200, b"<html><title>Log in</title>{echo}</html>"), UNKNOWN),
    (Answer(200, b'{"value": 7}'), UNKNOWN),
    (Answer(200, b"[" * 100_000), UNKNOWN),
    (Answer(200, b"x" * 300_000), UNKNOWN),
    (Answer(302, headers={"Location": "/elsewhere"}), UNKNOWN),
    (given("only.two"), UNKNOWN),
    (given(f"{identity(3)}\ud800"), UNKNOWN),
    (given(f"{identity(3)}\n"), UNKNOWN),
    (given("not a token {echo}"), UNKNOWN),
    (Answer(manner=Manner.CLOSE), UNKNOWN),
    (Answer(manner=Manner.BREAK_OFF), UNKNOWN),
]


@pytest.mark.parametrize(("trouble", "told"), CI_TROUBLE)
def test_trouble_with_the_ci_system_is_told_without_a_secret(
    client: HttpClient,
    monkeypatch: pytest.MonkeyPatch,
    trouble: Answer,
    told: tuple[type[TagshipError], str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(asked: Asked) -> Answer:
        said = asked.headers["authorization"].removeprefix("Bearer ").encode()
        return replace(trouble, body=trouble.body.replace(b"{echo}", said))

    with serving({"GET": [echo]}) as ci_server, serving({"GET": [AUDIENCE]}) as server:
        request_token = inside(monkeypatch, ci_server)
        with pytest.raises(told[0], match=told[1]) as caught:
            mint_at(server, client)

    assert_hidden(request_token, trail(caught.value), str(caught.value.remedy), caplog.text)
    assert server.methods == ["GET"]
    assert len(ci_server.asked) <= 3


@pytest.mark.parametrize("status", [200, 201, 403, 500])
@pytest.mark.parametrize("body", [b"{identity}", b'{"id": "{identity}"}', b"<html>{identity}</html>"])
def test_an_identity_in_another_shape_is_not_quoted(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, status: int, body: bytes
) -> None:
    mine = identity(6)
    with serving({"GET": [Answer(status, body.replace(b"{identity}", mine.encode()))]}) as ci_server:
        inside(monkeypatch, ci_server)
        with serving({"GET": [AUDIENCE]}) as server, pytest.raises(TagshipError) as caught:
            mint_at(server, client)

    assert_hidden(mine, trail(caught.value))
    assert all(part not in trail(caught.value) for part in mine.split("."))


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.usefixtures("ci")
def test_a_token_in_another_shape_is_not_quoted(client: HttpClient, status: int) -> None:
    token = macaroon(PYPI)
    body = json.dumps({"data": {"token": token}}).encode()
    with serving({"GET": [AUDIENCE], "POST": [Answer(status, body)]}) as server, pytest.raises(FactUnknown) as caught:
        mint_at(server, client)

    assert_hidden(token, trail(caught.value))


@pytest.mark.parametrize("manner", [Manner.HANG, Manner.DRIP])
@pytest.mark.timeout(60)
def test_a_ci_system_that_does_not_finish_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, manner: Manner) -> None:
    answer = replace(given(identity()), manner=manner)
    with serving({"GET": [answer]}) as ci_server:
        inside(monkeypatch, ci_server)
        with pytest.raises(FactUnknown, match=r"does not tell within 0\.5 seconds"):
            identity_of_this_run("stand-in", Patience(pause=lambda _: None), seconds=0.5)


@pytest.mark.parametrize("address", ["no address", "http://", "http://[::1", "http://user:word@127.0.0.1/"])
def test_an_address_that_cannot_be_asked_halts(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    with serving({"GET": [AUDIENCE]}) as server:
        inside(monkeypatch, server)
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", address)
        with pytest.raises(CredentialHalt, match="ACTIONS_ID_TOKEN_REQUEST_URL cannot be asked"):
            mint_at(server, client)


def test_a_job_is_not_asked_in_the_clear(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"GET": [AUDIENCE]}) as server:
        inside(monkeypatch, server)
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", "http://ci.invalid/identity")
        with pytest.raises(CredentialHalt, match="over plain http"):
            mint_at(server, client)


def test_a_gitlab_job_finds_its_identity_in_the_environment(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = identity(5, repository=None, project_path="someone/project")
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("STAND_IN_ID_TOKEN", mine)
    with serving({"GET": [AUDIENCE], "POST": [minted(macaroon(PYPI))]}) as server:
        mint_at(server, client)

    assert json.loads(server.asked[1].body) == {"token": mine}


def test_a_ci_system_that_breaks_the_library_is_told_by_the_kind_of_break(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = planted(9)

    def broken(_: str) -> str:
        raise OSError(secret)

    monkeypatch.setenv("CI", "true")
    monkeypatch.setattr(ambient, "detect_credential", broken)
    with serving({"GET": [AUDIENCE]}) as server, pytest.raises(FactUnknown, match="OSError") as caught:
        mint_at(server, client)

    assert_hidden(secret, trail(caught.value))


def test_where_there_is_no_ci_the_index_is_not_even_asked(client: HttpClient) -> None:
    with serving({"GET": [AUDIENCE]}) as server, pytest.raises(CredentialHalt, match="no CI run"):
        mint_at(server, client)

    assert server.asked == []


def test_a_gitlab_job_without_an_identity_halts(client: HttpClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_CI", "true")
    with serving({"GET": [AUDIENCE]}) as server, pytest.raises(CredentialHalt, match="STAND_IN_ID_TOKEN") as caught:
        mint_at(server, client)

    assert "id_tokens" in str(caught.value.remedy)


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


@pytest.mark.parametrize("identity_text", ["a..c", "a.x.c", "a.W10.c", "a.AAAA.c", "a", "", "a.ü.c", "a.b.c.d"])
def test_an_identity_that_describes_nothing_is_no_crash(identity_text: str) -> None:
    secret = Secret(identity_text, origin="the identity of this run")

    assert claims_in(secret) is None
    assert presented_by(secret).told == "not described"


@pytest.mark.parametrize(
    "claims", [{"repository": ""}, {"repository": "no-slash", "job_workflow_ref": "@"}, {"project_path": "x"}]
)
def test_odd_claims_still_make_a_form(claims: dict[str, object]) -> None:
    run = presented_by(Secret(identity(1, **{"repository": None, **claims}), origin="a test"))

    assert not run.reusable
    assert run.form("https://index.invalid", None, exists=False).startswith(
        "https://index.invalid/manage/account/publishing/"
    )
