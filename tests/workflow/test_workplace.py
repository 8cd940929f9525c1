"""The workplace: what is found or minted is heard of, so that output is kept clean of it; one alone works at a time."""

import base64
import json
from pathlib import Path

import pytest

from adapters.loopback import Answer, serving
from adapters.planted import macaroon, planted
from repositories import Repo
from tagship.domain.config import Auth
from tagship.domain.credential import Credential, Secret, TokenFlaw
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.errors import Incomplete
from tagship.workflow.workplace import Wishes, Workplace


def test_a_minted_token_is_heard_of_before_it_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = base64.urlsafe_b64encode(b'{"aud": "stand-in"}').decode().rstrip("=")
    identity = json.dumps({"value": f"e30.{claims}.e30"}).encode()
    token = macaroon(PYPI)
    minted = json.dumps({"success": True, "token": token, "expires": 1}).encode()
    heard: list[Secret | Credential] = []
    with (
        serving({"GET": [Answer(200, identity, {"Content-Type": "application/json"})]}) as ci,
        serving({"GET": [Answer(200, b'{"audience": "stand-in"}')], "POST": [Answer(200, minted)]}) as server,
    ):
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{ci.url}/identity?api-version=2")
        monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", planted(7).encode("ascii", "ignore").decode())
        index = Endpoints("stand-in", f"{server.url}/simple/", f"{server.url}/legacy/", server.url)
        wishes = Wishes(index=index, auth=Auth.TRUSTED, on_secret=heard.append)
        with Workplace(tmp_path, environ={}, wishes=wishes) as place:
            credential = place.credentials().get()

    assert credential.secret.reveal() == token
    assert heard == [credential]


def test_a_token_with_a_newline_after_it_is_heard_of_although_it_is_not_used(tmp_path: Path) -> None:
    token = macaroon(PYPI)
    heard: list[Secret | Credential] = []
    wishes = Wishes(index=PYPI, auth=Auth.TOKEN, on_secret=heard.append)

    with Workplace(tmp_path, environ={"TAGSHIP_TOKEN": f"{token}\n"}, wishes=wishes) as place:
        assert place.credentials().shape.flaw is TokenFlaw.WHITESPACE

    assert [each.reveal() for each in heard if isinstance(each, Secret)] == [token]


@pytest.mark.parametrize("in_repository", [False, True])
def test_one_works_at_a_time_be_it_in_a_repository_or_on_a_directory(tmp_path: Path, *, in_repository: bool) -> None:
    where = Repo.new(tmp_path / "project", remote=False).path if in_repository else tmp_path
    told = "in this repository" if in_repository else str(where / "dist")
    with Workplace(where, environ={}) as place, Workplace(where, environ={}) as other:
        with place.alone(), pytest.raises(Incomplete, match="another tagship is at work") as caught, other.alone():
            pytest.fail("two of them")
        with other.alone():
            left = {path.name for path in where.iterdir()} - {".git"}

    assert told in caught.value.message
    assert left == (set() if in_repository else {".dist.tagship.lock"})
