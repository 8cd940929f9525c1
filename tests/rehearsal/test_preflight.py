"""Our preflight against the stand-in's own refusals: each code arrives in words, and no live token stays."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from repositories import released
from tagship.adapters.http import HttpClient
from tagship.adapters.oidc import mint, preflight
from tagship.domain.config import Auth
from tagship.domain.credential import Credential, Secret
from tagship.domain.endpoints import Endpoints
from tagship.errors import CredentialHalt, Edit, FactUnknown, Visit
from tagship.rehearsal.identity import StandInIdentity, github_claims
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.publishers import Publisher
from tagship.rehearsal.tokens import Holder
from tagship.rehearsal.wire import Request, Response
from tagship.workflow.workplace import Wishes, Workplace

PUBLISHER = Publisher("github", "someone", "project", "release.yml", "pypi")


@dataclass
class Job:
    """A job at an index."""

    index: StandInIndex
    identity: StandInIdentity
    http: HttpClient

    @property
    def endpoints(self) -> Endpoints:
        return replace(self.index.endpoints, site=self.index.server.url)

    def preflight(self) -> None:
        preflight(self.endpoints, self.http, "project", pause=lambda _: None)

    @property
    def minted(self) -> list[str]:
        """How the index answered each question, as far as it was about tokens."""
        return [f"{one.path.rpartition('/')[2]} {one.status}" for one in self.index.log if "oidc" in one.path]


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    claims = github_claims("someone/project", workflow="release.yml", environment="pypi")
    with (
        StandInIdentity(claims) as identity,
        StandInIndex(identity_key=identity.key) as index,
        HttpClient(connect_timeout=10, read_timeout=10) as http,
    ):
        for name, value in identity.environment.items():
            monkeypatch.setenv(name, value)
        index.store.register("project", ACCOUNT)
        yield Job(index, identity, http)
        assert index.server.crashes == []


def test_a_preflight_mints_and_burns(job: Job) -> None:
    seen: list[str] = []

    def watch(request: Request, response: Response) -> Response:
        if request.path.endswith("mint-token"):
            assert isinstance(response.body, bytes)
            seen.append(response.body.decode().split('"token": "')[1].split('"')[0])
        return response

    job.index.server.after = watch
    job.index.publishers.register("project", PUBLISHER)
    job.preflight()

    assert job.minted == ["audience 200", "mint-token 200", "burn-token 202"]
    assert len(seen) == 1
    assert job.index.tokens.holder(seen[0]) is None


def test_a_minted_token_is_the_publisher(job: Job) -> None:
    job.index.publishers.register("project", PUBLISHER)
    credential = mint(job.endpoints, job.http)

    assert job.index.tokens.holder(credential.secret.reveal()) == Holder(publisher=PUBLISHER.number)


def test_a_workplace_tries_a_job_out_and_mints_when_it_publishes(job: Job, tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    wishes = Wishes(index=job.endpoints, auth=Auth.TRUSTED)
    job.index.publishers.register("project", PUBLISHER)

    with Workplace(repo.path, environ={}, tag="v1.0.0", wishes=wishes) as place:
        assert place.authority.identity_refusal is None
        assert job.minted == ["audience 200", "mint-token 200", "burn-token 202"]
        token = place.credentials().get().secret.reveal()

    assert job.index.tokens.holder(token) == Holder(publisher=PUBLISHER.number)
    assert job.minted[3:] == ["audience 200", "mint-token 200"]


def test_a_workplace_tells_of_a_token_that_is_not_taken_back(job: Job, tmp_path: Path) -> None:
    """It is alive for minutes, so that output must be kept clean of it, and its owner must know."""
    notes: list[str] = []
    secrets: list[Secret | Credential] = []
    wishes = Wishes(index=job.endpoints, auth=Auth.TRUSTED, on_secret=secrets.append, on_note=notes.append)
    job.index.publishers.register("project", PUBLISHER)

    def break_down(request: Request, response: Response) -> Response:
        """Repeat, instead of burning it, the token that output has to be kept clean of."""
        if not request.path.endswith("burn-token"):
            return response
        (minted,) = secrets
        assert isinstance(minted, Credential)
        return Response(500, f"cannot burn {minted.secret.reveal()}".encode())

    job.index.server.after = break_down
    with Workplace(tmp_path, environ={}, wishes=wishes) as place:
        assert place.authority.identity_refusal is None

    (minted,) = secrets
    assert isinstance(minted, Credential)
    token = minted.secret.reveal()
    (note,) = notes
    assert "could not be burnt and lives for up to 15 minutes (500" in note
    assert token not in note


def test_a_workplace_names_its_project_where_a_job_is_refused(job: Job, tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    wishes = Wishes(index=job.endpoints, auth=Auth.TRUSTED)

    with Workplace(repo.path, environ={}, tag="v1.0.0", wishes=wishes) as place:
        refusal = place.authority.identity_refusal
        name = place.facts.project.normalized_name

    assert refusal is not None
    assert str(refusal.remedy) == (
        f"{job.index.server.url}/manage/account/publishing/?provider=github&owner=someone&repository=project"
        f"&workflow_filename=release.yml&environment=pypi&project_name={name}"
    )


def _nobody(_: Job) -> None:
    """Register nobody."""


def _taken(job: Job) -> None:
    job.index.publishers.register_pending("project", PUBLISHER, owner="somebody")


def _registered(job: Job) -> None:
    job.index.publishers.register("project", PUBLISHER)


def _claiming(**claims: object) -> Callable[[Job], None]:
    def arrange(job: Job) -> None:
        _registered(job)
        job.identity.claims |= claims

    return arrange


def _used(job: Job) -> None:
    _registered(job)
    job.identity.claims["jti"] = "once"
    mint(job.endpoints, job.http)


REFUSALS: dict[str, tuple[Callable[[Job], None], str, type[Edit | Visit]]] = {
    "invalid-publisher": (_nobody, "no trusted publisher matches this run", Visit),
    "environment": (_claiming(environment="other"), "the claim environment is not as registered", Visit),
    "event": (_claiming(event_name="pull_request_target"), "pull_request_target started", Edit),
    "invalid-pending-publisher": (_taken, "the pending publisher cannot become a project", Visit),
    "invalid-token": (_claiming(exp=1), "the identity of this run is not valid there", Edit),
    "invalid-reuse-token": (_used, "used already", Edit),
    "invalid-payload": (_claiming(iss="https://ci.invalid"), "a CI system that the index does not know", Edit),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_each_refusal_arrives_in_words(job: Job, name: str) -> None:
    arrange, told, remedy = REFUSALS[name]
    arrange(job)

    with pytest.raises(CredentialHalt, match=told) as caught:
        job.preflight()

    assert isinstance(caught.value.remedy, remedy)
    assert "the run presents repository=someone/project" in caught.value.message
    assert job.minted[-1] == "mint-token 422"


def test_an_index_that_switched_it_off_is_not_asked_for_a_token(job: Job) -> None:
    job.index.publishers.enabled = False

    with pytest.raises(FactUnknown, match="audience"):
        job.preflight()

    assert job.minted == ["audience 403"]


def test_a_switch_in_between_is_told(job: Job) -> None:
    _registered(job)

    def switch(request: Request, response: Response) -> Response:
        job.index.publishers.enabled = "audience" not in request.path
        return response

    job.index.server.after = switch
    with pytest.raises(CredentialHalt, match="switched off"):
        job.preflight()
