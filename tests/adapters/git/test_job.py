"""What git sends to the remote in a job of GitHub: the job's token, and only where it belongs."""

import base64
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from repositories import Repo
from tagship.adapters.git import GitRepository
from tagship.adapters.git.job import speaking
from tagship.errors import FactUnknown

JOB = {"GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GH_TOKEN": "the-job"}
REMOTE = "https://github.com/owner/project"
HEADER = "Basic " + base64.b64encode(b"x-access-token:the-job").decode()


def test_the_token_is_for_the_host_of_the_job() -> None:
    assert speaking(JOB, REMOTE, {}) == {"http.https://github.com/.extraheader": f"Authorization: {HEADER}"}
    assert speaking({**JOB, "GH_TOKEN": "", "GITHUB_TOKEN": "the-job"}, REMOTE, {}) == speaking(JOB, REMOTE, {})


@pytest.mark.parametrize(
    ("changed", "remote", "configured"),
    [
        ({"GITHUB_ACTIONS": ""}, REMOTE, {}),
        ({"GH_TOKEN": " "}, REMOTE, {}),
        ({}, None, {}),
        ({}, "git@github.com:owner/project", {}),
        ({}, "https://github.com.evil.example/owner/project", {}),
        ({}, "https://gitlab.com/owner/project", {}),
        ({"GITHUB_SERVER_URL": "http://github.example"}, "http://github.example/owner/project", {}),
        ({"GITHUB_SERVER_URL": "https://["}, "https://[/owner/project", {}),
        ({}, REMOTE, {"http.https://github.com/.extraheader": "kept by the checkout"}),
        ({}, REMOTE, {"http.extraheader": "of the runner"}),
    ],
)
def test_nobody_else_hears_of_it(changed: Mapping[str, str], remote: str | None, configured: Mapping[str, str]) -> None:
    assert speaking({**JOB, **changed}, remote, configured) == {}


@pytest.fixture
def heard() -> Iterator[tuple[str, list[str | None]]]:
    """The address of a server that turns everybody away, and what each said of itself."""
    said: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.append(self.headers.get("Authorization"))
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", said
    server.shutdown()
    server.server_close()
    thread.join()


def test_git_itself_asks_with_the_token_of_the_job(
    tmp_path_factory: pytest.TempPathFactory,
    heard: tuple[str, list[str | None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url, said = heard
    repo = Repo.new(tmp_path_factory.mktemp("job") / "project")
    repo.commit({"pyproject.toml": '[project]\nname = "mine"\nversion = "1"\n'})
    repo.git("remote", "remove", "origin") if "origin" in repo.git("remote").split() else None
    repo.git("remote", "add", "origin", f"{url}/owner/project")
    for name, value in {**JOB, "GITHUB_SERVER_URL": url}.items():
        monkeypatch.setenv(name, value)

    with GitRepository.at(repo.path) as repository, pytest.raises(FactUnknown) as unknown:
        repository.remote()

    assert said[:1] == [HEADER]
    assert "the-job" not in str(unknown.value)
    assert HEADER not in str(unknown.value)
    assert HEADER not in repo.git("config", "--list")
