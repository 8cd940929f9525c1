"""Unmodified clients at the public addresses, through the locked door: they cannot tell, and nothing leaves."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import urllib3

from rehearsal.attested import attest
from servers.clients import Clients
from servers.handmade import make_sdist, make_wheel
from tagship.adapters.http import HttpClient
from tagship.adapters.oidc import mint, preflight
from tagship.domain.endpoints import PYPI
from tagship.errors import CredentialHalt, Visit
from tagship.rehearsal.door import LockedDoor
from tagship.rehearsal.identity import StandInIdentity, github_claims, gitlab_claims
from tagship.rehearsal.index import ACCOUNT, StandInIndex
from tagship.rehearsal.publishers import Publisher

pytestmark = pytest.mark.slow

PUBLISHER = Publisher("github", "someone", "handmade", "release.yml", "pypi")
SITE, UPLOAD, FILES = PYPI.hosts[:3]
TWINE = (sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar")
UV = (sys.executable, "-m", "uv")


@dataclass
class Outside:
    """The world as a client finds it: the public index behind the door, and a CI system that says what a job is."""

    index: StandInIndex
    door: LockedDoor
    identity: StandInIdentity
    clients: Clients
    outputs: list[str] = field(default_factory=list)

    def run(self, *argv: object, **environment: str) -> "CompletedProcess[str]":
        """A client that has nothing but the door."""
        done = self.clients.run(*map(str, argv), **{**self.door.environment, **environment})
        self.outputs.append(done.stdout)
        return done

    def run_job(self, *argv: object) -> "CompletedProcess[str]":
        """As above, as a job with an identity and without any token."""
        return self.run(*argv, **self.identity.environment)

    def run_with_token(self, *argv: object) -> "CompletedProcess[str]":
        """As above, with a token in the environment."""
        token = self.index.token
        return self.run(*argv, TWINE_PASSWORD=token, UV_PUBLISH_TOKEN=token)

    @property
    def held(self) -> dict[str, str]:
        """Each file that the index holds, and its digest."""
        project = self.index.store.project("handmade")
        return {} if project is None else {file.filename: file.sha256 for file in project.files}

    def asked(self, method: str, host: str) -> list[tuple[str, int]]:
        """What went through the door to one name, and how it was answered."""
        return [(one.path, one.status) for one in self.door.log if (one.method, one.host) == (method, host)]

    def provenance(self, filename: str) -> object:
        """What the index serves as the provenance of a file, None where it has none."""
        address = f"{self.index.server.url}/integrity/handmade/1.0/{filename}/provenance"
        with urllib3.PoolManager(retries=False, timeout=10) as pool:
            answer = pool.request("GET", address)
        return json.loads(answer.data) if answer.status == 200 else None


@pytest.fixture
def outside(clients: Clients) -> Iterator[Outside]:
    claims = github_claims("someone/handmade", workflow="release.yml", environment="pypi")
    with (
        StandInIdentity(claims) as identity,
        StandInIndex(base_url=PYPI.site, files_url=PYPI.files, location=SITE, identity_key=identity.key) as index,
        LockedDoor(dict.fromkeys(PYPI.hosts, index.server.respond)) as door,
    ):
        world = Outside(index, door, identity, clients)
        yield world
        assert index.server.crashes == []
        assert door.crashes == []
        assert index.token not in "".join(world.outputs)


def register(outside: Outside) -> None:
    """Let the project exist already, in an older release, and trust the job."""
    outside.index.store.register("handmade", ACCOUNT)
    outside.index.publishers.register("handmade", PUBLISHER)


@pytest.mark.parametrize("client", [TWINE, (*UV, "publish", "--trusted-publishing", "never")])
def test_a_token_publishes(outside: Outside, wheel: Path, sdist: Path, client: tuple[str, ...]) -> None:
    sent = outside.run_with_token(*client, wheel, sdist)

    assert sent.returncode == 0, sent.stdout
    assert set(outside.held) == {wheel.name, sdist.name}
    assert outside.asked("POST", UPLOAD) == [("/legacy/", 200)] * 2
    assert outside.door.refused == []


@pytest.mark.parametrize("client", [TWINE, (*UV, "publish", "--trusted-publishing", "always")])
def test_a_job_publishes_without_a_token(outside: Outside, wheel: Path, sdist: Path, client: tuple[str, ...]) -> None:
    register(outside)
    sent = outside.run_job(*client, wheel, sdist)

    assert sent.returncode == 0, sent.stdout
    assert set(outside.held) == {wheel.name, sdist.name}
    assert len([one for one in outside.door.log if one.path == "/_/oidc/mint-token"]) == 1
    assert outside.door.refused == []


@pytest.mark.parametrize("client", [TWINE, (*UV, "publish", "--trusted-publishing", "always")])
def test_a_job_on_gitlab_publishes_without_a_token(outside: Outside, wheel: Path, client: tuple[str, ...]) -> None:
    outside.index.store.register("handmade", ACCOUNT)
    outside.index.publishers.register("handmade", Publisher("gitlab", "someone", "handmade", ".gitlab-ci.yml"))
    outside.identity.claims = gitlab_claims("someone/handmade")
    identity = outside.identity.identity(PYPI.name)

    sent = outside.run(*client, wheel, GITLAB_CI="true", PYPI_ID_TOKEN=identity)
    again = outside.run(*client, wheel, GITLAB_CI="true", PYPI_ID_TOKEN=identity)

    assert sent.returncode == 0, sent.stdout
    assert set(outside.held) == {wheel.name}
    assert again.returncode != 0
    assert "invalid-reuse-token" in again.stdout or "already used" in again.stdout


def test_uv_burns_its_token(outside: Outside, wheel: Path) -> None:
    register(outside)
    outside.run_job(*UV, "publish", "--trusted-publishing", "always", wheel)

    assert [(one.path, one.status) for one in outside.door.log if one.method == "POST"] == [
        ("/_/oidc/mint-token", 200),
        ("/legacy/", 200),
        ("/_/oidc/burn-token", 202),
    ]


@pytest.mark.parametrize("client", [TWINE, (*UV, "publish", "--trusted-publishing", "always")])
def test_the_first_upload_of_a_pending_publisher_makes_the_project(
    outside: Outside, wheel: Path, client: tuple[str, ...]
) -> None:
    outside.index.publishers.register_pending("handmade", PUBLISHER, owner="somebody")
    sent = outside.run_job(*client, wheel)
    project = outside.index.store.project("handmade")

    assert sent.returncode == 0, sent.stdout
    assert project is not None
    assert project.owner == "somebody"


@pytest.mark.parametrize("client", [TWINE, (*UV, "publish", "--trusted-publishing", "always")])
def test_a_job_that_is_not_trusted_reads_why(outside: Outside, wheel: Path, client: tuple[str, ...]) -> None:
    register(outside)
    outside.identity.claims["environment"] = "another"
    refused = outside.run_job(*client, wheel)

    assert refused.returncode != 0
    assert "Check failed for required claim 'environment'" in refused.stdout
    assert outside.held == {}


@pytest.mark.parametrize(
    "client", [(*TWINE, "--attestations"), (*UV, "publish", "--trusted-publishing", "always")], ids=["twine", "uv"]
)
def test_attestations_go_along(outside: Outside, tmp_path: Path, client: tuple[str, ...]) -> None:
    register(outside)
    dist = tmp_path / "dist"
    dist.mkdir()
    wheel, sdist = make_wheel(dist), make_sdist(dist)
    beside = [attest(wheel), attest(sdist)]

    sent = outside.run_job(*client, wheel, sdist, *beside)

    assert sent.returncode == 0, sent.stdout
    for path, made in zip((wheel, sdist), beside, strict=True):
        served = outside.provenance(path.name)
        assert isinstance(served, dict)
        bundle = served["attestation_bundles"][0]
        assert bundle["publisher"]["repository"] == "someone/handmade"
        assert bundle["attestations"] == [json.loads(made.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("client", [(*TWINE, "--attestations"), (*UV, "publish", "--trusted-publishing", "never")])
def test_a_token_carries_no_attestations(outside: Outside, tmp_path: Path, client: tuple[str, ...]) -> None:
    wheel = make_wheel(tmp_path)

    refused = outside.run_with_token(*client, wheel, attest(wheel))

    assert refused.returncode != 0
    assert "Attestations are only supported when using Trusted Publishing" in refused.stdout
    assert outside.held == {}


def test_an_attestation_of_another_file_is_refused(outside: Outside, tmp_path: Path) -> None:
    register(outside)
    dist = tmp_path / "dist"
    dist.mkdir()
    beside = attest(make_wheel(dist))
    changed = make_wheel(dist, code="changed = True\n")

    refused = outside.run_job(*UV, "publish", "--trusted-publishing", "always", changed, beside)

    assert refused.returncode == 2, refused.stdout
    assert "subject does not match distribution digest" in refused.stdout
    assert outside.held == {}


def test_twine_skips_what_holds_other_bytes_and_uv_does_not(outside: Outside, wheel: Path, tmp_path: Path) -> None:
    """The trap: by its name alone, other bytes pass for success."""
    changed = make_wheel(tmp_path, code="changed = True\n")
    outside.run_with_token(*TWINE, wheel)
    before = outside.held

    skipped = outside.run_with_token(*TWINE, "--skip-existing", changed)
    compared = outside.run_with_token(*UV, "publish", "--check-url", PYPI.simple, changed)
    same = outside.run_with_token(*UV, "publish", "--check-url", PYPI.simple, wheel)

    assert skipped.returncode == 0, skipped.stdout
    assert "skipping" in skipped.stdout.lower()
    assert compared.returncode == 2, compared.stdout
    assert same.returncode == 0, same.stdout
    assert outside.held == before


@pytest.mark.parametrize(
    "client",
    [
        (sys.executable, "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--dest"),
        (sys.executable, "-m", "pip", "install", "--no-deps", "--no-cache-dir", "--target"),
        (*UV, "pip", "install", "--python", sys.executable, "--target"),
    ],
    ids=["pip download", "pip install", "uv pip install"],
)
def test_installers_install(outside: Outside, wheel: Path, tmp_path: Path, client: tuple[str, ...]) -> None:
    outside.run_with_token(*TWINE, wheel)
    place = tmp_path / "place"

    done = outside.run(*client, place, "handmade==1.0")

    assert done.returncode == 0, done.stdout
    assert [path.name for path in place.iterdir() if "handmade" in path.name]
    assert [path.rpartition("/")[2] for path, _ in outside.asked("GET", FILES)][-1] == wheel.name
    assert outside.door.refused == []


@pytest.mark.parametrize(
    ("client", "address"),
    [
        ((sys.executable, "-m", "pip", "download", "--retries", "0", "--index-url"), "https://example.org/simple/"),
        (
            (*UV, "pip", "install", "--target", "x", "--python", sys.executable, "--default-index"),
            "https://example.org/",
        ),
        ((*TWINE, "-u", "u", "-p", "p", "--repository-url"), "https://example.org/legacy/"),
        ((*UV, "publish", "--username", "u", "--password", "p", "--publish-url"), "https://example.org/legacy/"),
    ],
    ids=["pip", "uv pip", "twine", "uv publish"],
)
def test_no_client_reaches_anything_else(outside: Outside, wheel: Path, client: tuple[str, ...], address: str) -> None:
    what = wheel if "legacy" in address else "handmade"

    done = outside.run(*client, address, what, UV_HTTP_RETRIES="0")

    assert done.returncode != 0
    assert set(outside.door.refused) == {"example.org:443"}
    assert outside.door.log == []


def test_tagship_mints_at_the_public_address(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    register(outside)
    for name, value in {**outside.door.environment, **outside.identity.environment}.items():
        monkeypatch.setenv(name, value)
    with HttpClient(connect_timeout=5, read_timeout=10) as http:
        preflight(PYPI, http, "handmade")
        credential = mint(PYPI, http)
        outside.identity.claims["environment"] = "another"
        with pytest.raises(CredentialHalt, match="the claim environment is not as registered") as caught:
            preflight(PYPI, http, "handmade")

    assert outside.asked("POST", SITE) == [
        ("/_/oidc/mint-token", 200),
        ("/_/oidc/burn-token", 202),
        ("/_/oidc/mint-token", 200),
        ("/_/oidc/mint-token", 422),
    ]
    assert PYPI.token_prefix is not None
    assert credential.secret.reveal().startswith(PYPI.token_prefix)
    assert isinstance(caught.value.remedy, Visit)
    assert caught.value.remedy.url == (
        f"{PYPI.site}/manage/project/handmade/settings/publishing/"
        "?provider=github&owner=someone&repository=handmade&workflow_filename=release.yml&environment=another"
    )
