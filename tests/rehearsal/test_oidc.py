"""The stand-in's trusted publishing: every answer of the index, asked for by its own wire."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from rehearsal.talking import Clock, Talker
from tagship.domain.caveat import PublisherOnly, Validity, read_caveat
from tagship.domain.macaroon import decode
from tagship.rehearsal.identity import StandInIdentity, github_claims, gitlab_claims, sign_identity
from tagship.rehearsal.oidc import PublisherDesk
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.refusal import Refusal
from tagship.rehearsal.tokens import Holder, Purpose, TokenDesk
from tagship.rehearsal.wire import LoopbackServer, Response

TRUSTED = Publisher("github", "someone", "project", "release.yml", "pypi")
ANYWHERE = replace(TRUSTED, environment=None)
ON_GITLAB = Publisher("gitlab", "group/sub", "project", "ci/release.yml")
CLAIMS = github_claims("someone/project", workflow="release.yml", environment="pypi")
NO_PUBLISHER = "valid token, but no corresponding publisher"


@dataclass
class Scene:
    """A desk, the provider whose identities it believes, and somebody who talks to it."""

    desk: PublisherDesk
    provider: StandInIdentity
    tokens: TokenDesk
    talk: Talker
    existing: set[str]

    def mint(self, **claims: object) -> tuple[int, dict[str, object]]:
        """The answer to an identity with these claims over those of the job."""
        self.provider.claims |= claims
        return self.mint_with(self.provider.identity("stand-in"))

    def mint_with(self, identity: object) -> tuple[int, dict[str, object]]:
        answer = self.talk.ask("POST", "/_/oidc/mint-token", body=json.dumps({"token": identity}).encode())
        return answer.status, json.loads(answer.body)


def refused(code: str, description: str) -> tuple[int, dict[str, object]]:
    errors = [{"code": code, "description": description}]
    return 422, {"message": "Token request failed", "errors": errors}


@pytest.fixture
def scene(clock: Clock) -> Iterator[Scene]:
    provider = StandInIdentity(CLAIMS, clock=lambda: float(clock().timestamp()))
    tokens, existing = TokenDesk("127.0.0.1"), set[str]()
    desk = PublisherDesk(tokens, clock=clock, key=provider.key, taken=existing.__contains__)
    with LoopbackServer(lambda request: desk.answer(request) or Response(404)) as server:
        talk = Talker(server.url)
        yield Scene(desk, provider, tokens, talk, existing)
        talk.pool.clear()
        assert server.crashes == []


def test_the_audience_is_told_until_the_keepers_switch_it_off(scene: Scene) -> None:
    told = scene.talk.ask("GET", "/_/oidc/audience")
    scene.desk.enabled = False
    off = scene.talk.ask("GET", "/_/oidc/audience")

    assert (told.status, json.loads(told.body)) == (200, {"audience": "stand-in"})
    assert off.status == 403
    scene.desk.register("project", TRUSTED)
    assert scene.mint() == refused("not-enabled", "GitHub trusted publishing functionality not enabled")


def test_an_identity_becomes_a_token_of_the_publisher(scene: Scene, clock: Clock) -> None:
    scene.desk.register("Some.Project", TRUSTED)
    status, answer = scene.mint()
    token = str(answer["token"])
    now = int(clock.now.timestamp())

    assert (status, answer["success"], answer["expires"]) == (200, True, now + 900)
    assert scene.tokens.holder(token) == Holder(publisher=TRUSTED.number)
    caveats = [read_caveat(raw) for raw in decode(token).caveats]
    assert any(isinstance(caveat, Validity) and caveat.expires_at == now + 900 for caveat in caveats)
    assert any(isinstance(caveat, PublisherOnly) for caveat in caveats)
    assert scene.desk.trusts("some-project") == {TRUSTED.number}


def test_a_minted_token_is_good_for_its_projects_and_minutes(scene: Scene, clock: Clock) -> None:
    scene.desk.register("mine", TRUSTED)
    token = str(scene.mint()[1]["token"])

    def objections(project: str) -> tuple[str, ...]:
        return scene.tokens.objections(token, Purpose(project, "", scene.desk.trusts(project)), clock())

    assert objections("mine") == ()
    assert objections("other") == ("OIDC scoped token is not valid for project 'other'",)
    clock.wait(days=16 / 24 / 60)
    assert objections("mine") == ("token is expired",)


PAYLOADS: list[tuple[bytes, str]] = [
    (b"", "the payload is no JSON"),
    (b"\xff", "the payload is no JSON"),
    (b"[]", "the payload has no token: Field required"),
    (b'{"token": 7}', "the payload has no token: Field required"),
    (b'{"token": "a.b"}', "malformed JWT"),
    (b'{"token": "a.b.c"}', "malformed JWT"),
    (b'{"token": "e30.W10.e30"}', "malformed JWT"),
    (b'{"token": "e30.e30.e30"}', "unknown trusted publishing issuer"),
    (b'{"token": "' + b"x" * 100_000 + b'"}', "the payload is no JSON"),
]


@pytest.mark.parametrize(("payload", "told"), PAYLOADS)
def test_a_payload_that_is_none(scene: Scene, payload: bytes, told: str) -> None:
    answer = scene.talk.ask("POST", "/_/oidc/mint-token", body=payload)

    assert (answer.status, json.loads(answer.body)) == refused("invalid-payload", told)


def test_another_issuer_is_not_known(scene: Scene) -> None:
    assert scene.mint(iss="https://codeberg.org") == refused("invalid-payload", "unknown trusted publishing issuer")


@pytest.mark.parametrize("claims", [{"aud": "another"}, {"exp": 7}, {"exp": None}, {"exp": "soon"}, {"nbf": 2**40}])
def test_an_identity_that_does_not_hold(scene: Scene, claims: dict[str, object]) -> None:
    scene.desk.register("project", TRUSTED)

    assert scene.mint(**claims) == refused("invalid-token", "malformed or invalid token")


def test_a_signature_of_somebody_else(scene: Scene) -> None:
    scene.desk.register("project", TRUSTED)
    told, _, _ = scene.provider.identity("stand-in").rpartition(".")

    for forged in (sign_identity(CLAIMS, b"another key"), f"{told}.", f"{told}.AAAA", f"{told}.!"):
        assert scene.mint_with(forged) == refused("invalid-token", "malformed or invalid token")


def test_an_identity_is_taken_once(scene: Scene) -> None:
    scene.desk.register("project", TRUSTED)
    identity = scene.provider.identity("stand-in")

    assert scene.mint_with(identity)[0] == 200
    assert scene.mint_with(identity) == refused("invalid-reuse-token", "invalid token: already used")
    assert scene.mint()[0] == 200


def test_an_identity_that_was_refused_is_not_used_up(scene: Scene) -> None:
    identity = scene.provider.identity("stand-in")

    assert scene.mint_with(identity)[0] == 422
    scene.desk.register("project", TRUSTED)
    assert scene.mint_with(identity)[0] == 200


NOT_REGISTERED = [
    ({"repository": "someone/other"}, "Publisher with matching claims was not found"),
    ({"repository": None}, "Missing claim 'repository'"),
    ({"job_workflow_ref": None}, "Missing claim 'job_workflow_ref'"),
    ({"jti": None}, "Missing claim 'jti'"),
    ({"repository_owner": "another"}, "Check failed for required claim 'repository_owner'"),
    ({"repository_owner_id": "9"}, "Check failed for required claim 'repository_owner_id'"),
    (
        {"job_workflow_ref": "someone/project/.github/workflows/other.yml@refs/tags/v1"},
        "Check failed for required claim 'job_workflow_ref'",
    ),
    (
        {"job_workflow_ref": "shared/flows/.github/workflows/release.yml@refs/tags/v1"},
        "Check failed for required claim 'job_workflow_ref'",
    ),
    ({"job_workflow_ref": "nonsense"}, "Check failed for required claim 'job_workflow_ref'"),
    ({"environment": "test"}, "Check failed for required claim 'environment'"),
    ({"environment": None}, "Check failed for required claim 'environment'"),
    ({"event_name": "pull_request_target"}, "Check failed for required claim 'event_name'"),
]


@pytest.mark.parametrize(("claims", "told"), NOT_REGISTERED)
def test_the_claim_that_does_not_match_is_named(scene: Scene, claims: dict[str, object], told: str) -> None:
    scene.desk.register("project", TRUSTED)

    assert scene.mint(**claims) == refused("invalid-publisher", f"{NO_PUBLISHER} ({told})")


def test_nobody_registered_is_nobody_found(scene: Scene) -> None:
    expected = refused("invalid-publisher", f"{NO_PUBLISHER} (Publisher with matching claims was not found)")

    assert scene.mint() == expected


@pytest.mark.parametrize(
    "claims",
    [
        {"repository": "SomeOne/Project", "repository_owner": "SomeOne"},
        {"environment": "PyPI"},
        {"ref": "refs/heads/any", "sha": "0" * 40},
    ],
)
def test_what_is_not_compared_to_the_letter(scene: Scene, claims: dict[str, object]) -> None:
    scene.desk.register("project", TRUSTED)

    assert scene.mint(**claims)[0] == 200


def test_a_publisher_without_environment_takes_any_but_the_exact_one_wins(scene: Scene) -> None:
    scene.desk.register("loose", ANYWHERE)
    loose = str(scene.mint()[1]["token"])
    scene.desk.register("strict", TRUSTED)
    strict = str(scene.mint()[1]["token"])

    assert scene.tokens.holder(loose) == Holder(publisher=ANYWHERE.number)
    assert scene.tokens.holder(strict) == Holder(publisher=TRUSTED.number)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({}, None),
        ({"project_path": "Group/Sub/Project"}, None),
        ({"project_path": "group/project"}, "Publisher with matching claims was not found"),
        (
            {"ci_config_ref_uri": "gitlab.com/group/sub/project//.gitlab-ci.yml@refs/heads/main"},
            "Check failed for required claim 'ci_config_ref_uri'",
        ),
        ({"environment": "pypi"}, "Check failed for required claim 'environment'"),
    ],
)
def test_gitlab(scene: Scene, claims: dict[str, object], told: str | None) -> None:
    scene.desk.register("project", replace(ON_GITLAB, environment="PyPI"))
    told_claims = {"environment": "PyPI"} | claims
    scene.provider.claims = gitlab_claims("group/sub/project", workflow="ci/release.yml")

    status, answer = scene.mint(**told_claims)

    assert status == (200 if told is None else 422)
    assert told is None or answer == refused("invalid-publisher", f"{NO_PUBLISHER} ({told})")[1]


def test_a_pending_publisher_creates_its_project(scene: Scene) -> None:
    scene.desk.register_pending("New.Project", TRUSTED, owner="somebody")

    assert scene.mint()[0] == 200
    assert scene.desk.trusts("new-project") == {TRUSTED.number}
    assert scene.desk.first_upload(TRUSTED.number, "new_project") == "somebody"
    assert scene.desk.trusts("new-project") == {TRUSTED.number}
    assert scene.mint()[0] == 200
    assert scene.desk.publisher(TRUSTED.number) == TRUSTED


@pytest.mark.parametrize("publisher", [TRUSTED, ON_GITLAB])
def test_nobody_else_creates_a_project(scene: Scene, publisher: Publisher) -> None:
    scene.desk.register_pending("new", TRUSTED, owner="somebody")
    name = "other" if publisher == TRUSTED else "new"

    with pytest.raises(Refusal, match="Non-user identities cannot create new projects") as caught:
        scene.desk.first_upload(publisher.number, name)

    assert caught.value.status == 400
    assert scene.desk.trusts("other") == frozenset()


def test_a_name_that_was_taken_meanwhile(scene: Scene) -> None:
    scene.desk.register_pending("new", TRUSTED, owner="somebody")
    scene.existing.add("new")

    assert scene.mint() == refused("invalid-pending-publisher", "valid token, but project already exists")
    assert scene.mint()[1]["errors"] == [
        {
            "code": "invalid-publisher",
            "description": f"{NO_PUBLISHER} (Publisher with matching claims was not found)",
        }
    ]


def test_a_user_without_an_address(scene: Scene) -> None:
    scene.desk.register_pending("new", TRUSTED, owner="somebody", verified=False)
    status, answer = scene.mint()

    assert status == 422
    assert "invalid-pending-publisher" in json.dumps(answer)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"jti": None}, "Missing claim 'jti'"),
        ({"repository": "someone/other"}, "Publisher with matching claims was not found"),
    ],
)
def test_a_pending_publisher_that_does_not_match_is_none(scene: Scene, claims: dict[str, object], told: str) -> None:
    scene.desk.register_pending("elsewhere", ON_GITLAB, owner="somebody")
    scene.desk.register_pending("new", TRUSTED, owner="somebody")

    assert scene.mint(**claims) == refused("invalid-publisher", f"{NO_PUBLISHER} ({told})")


def test_a_pending_publisher_is_forgotten_after_thirty_days(scene: Scene, clock: Clock) -> None:
    scene.desk.register_pending("new", TRUSTED, owner="somebody")
    clock.wait(days=29)
    assert scene.mint()[0] == 200
    clock.wait(days=2)

    assert scene.mint()[0] == 422
    assert scene.desk.trusts("new") == frozenset()
    assert scene.desk.publisher(TRUSTED.number) is None


def burn(scene: Scene, token: object) -> int:
    return scene.talk.ask("POST", "/_/oidc/burn-token", body=json.dumps({"token": token}).encode()).status


def test_a_minted_token_burns(scene: Scene) -> None:
    scene.desk.register("project", TRUSTED)
    token = str(scene.mint()[1]["token"])

    assert burn(scene, f" {token}\n") == 202
    assert scene.tokens.holder(token) is None
    assert burn(scene, token) == 202


def test_what_was_not_minted_does_not_burn(scene: Scene) -> None:
    token = scene.tokens.issue("somebody")

    assert [burn(scene, token), burn(scene, "pypi-nonsense"), burn(scene, 7)] == [202, 202, 422]
    assert scene.tokens.holder(token) == Holder(user="somebody")


def test_everything_else_is_not_for_this_desk(scene: Scene) -> None:
    asked = [("GET", "/_/oidc/mint-token"), ("POST", "/_/oidc/audience"), ("GET", "/simple/")]

    assert [scene.talk.ask(method, path).status for method, path in asked] == [404, 404, 404]


def test_the_provider_answers_its_job_alone(scene: Scene) -> None:
    with scene.provider as provider:
        address = provider.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] + "&audience=stand-in"
        shown = {"Authorization": f"bearer {provider.environment['ACTIONS_ID_TOKEN_REQUEST_TOKEN']}"}
        statuses = [
            scene.talk.ask("GET", address, headers=shown).status,
            scene.talk.ask("GET", address, headers={"Authorization": "bearer ü"}).status,
            scene.talk.ask("GET", address).status,
            scene.talk.ask("GET", f"{provider.server.url}/other", headers=shown).status,
        ]

    assert statuses == [200, 401, 401, 404]
