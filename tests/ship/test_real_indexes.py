"""Shipping to indexes that share no line with ours: devpi-server and pypiserver."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from servers.devpi import devpi, devpi_server
from servers.pypiserver import pypiserver
from servers.running import RunningIndex
from ship.commands import Commands, ship_to, to
from ship.project import FILES, NAME, VERSION
from tagship.adapters.http import HttpClient
from tagship.adapters.index import PackageIndex
from tagship.adapters.manifests import artifact_of
from tagship.domain.facts import UploadAnswer
from tagship.errors import Exit

__all__ = ["devpi", "devpi_server", "pypiserver"]
pytestmark = pytest.mark.slow
SERVERS = ["devpi", "pypiserver"]


@pytest.fixture
def server(request: pytest.FixtureRequest) -> RunningIndex:
    """The index of the name that the test is given."""
    running = request.getfixturevalue(request.param)
    assert isinstance(running, RunningIndex)
    return running


def variables(server: RunningIndex) -> Mapping[str, str]:
    return {"TAGSHIP_TOKEN": server.password, "TAGSHIP_USERNAME": server.username}


def served(server: RunningIndex) -> dict[str, str | None]:
    with HttpClient() as http:
        page = PackageIndex(server.endpoints, http).page(NAME)
    return {file.filename: file.sha256 for file in page.files}


def send(server: RunningIndex, path: Path) -> UploadAnswer:
    """Upload one file as somebody else would have."""
    with HttpClient() as http:
        return PackageIndex(server.endpoints, http).upload(path, artifact_of(path), server.credential, lambda *_: None)


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_ship_and_ship_again(commands: Commands, server: RunningIndex) -> None:
    first = commands.run(*ship_to(server.endpoints, "--json"), variables=variables(server)).check(Exit.READY)
    receipt = first.document
    again = commands.run(*ship_to(server.endpoints), variables=variables(server)).check(Exit.READY)
    proof = commands.run("prove", *to(server.endpoints)).check(Exit.READY)
    manifest = json.loads((commands.project / "dist.manifest.json").read_text())

    assert served(server) == {file["filename"]: file["sha256"] for file in manifest["files"]}
    assert receipt["version"] == VERSION
    assert receipt["files"]
    assert "no credential is needed" in again.stderr
    assert again.stdout.rstrip().endswith(proof.stdout.rstrip().rsplit("\n", 1)[-1])
    assert "proved: " in proof.stdout
    assert server.password not in first.stdout + first.stderr + again.stdout + again.stderr


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_a_wheel_alone_is_completed(commands: Commands, server: RunningIndex) -> None:
    commands.run("build").check(Exit.READY)
    wheel, sdist = sorted((commands.project / "dist").iterdir(), key=lambda path: path.suffix != ".whl")
    send(server, wheel)
    plan = commands.run("publish", "--plan", *to(server.endpoints), "--auth", "token", variables=variables(server))
    shipped = commands.run(*ship_to(server.endpoints), variables=variables(server)).check(Exit.READY)

    assert sdist.name in plan.check(Exit.READY).stdout
    assert wheel.name not in plan.stdout
    assert set(served(server)) == FILES
    assert f"{wheel.name}  " in shipped.stderr  # fetched for the proof, and

    assert shipped.stderr.count(f"{wheel.name}  ") == 1  # not sent

    assert shipped.stderr.count(f"{sdist.name}  ") == 2


@pytest.mark.parametrize("server", SERVERS, indirect=True)
def test_other_bytes_are_a_conflict(commands: Commands, server: RunningIndex) -> None:
    commands.run("build").check(Exit.READY)
    for name in ("dist", "dist.manifest.json"):
        (commands.project / name).rename(commands.project / f"dist-{name}")
    wheel, sdist = sorted((commands.project / "dist-dist").iterdir(), key=lambda path: path.suffix != ".whl")
    send(server, sdist)
    said = commands.run(*ship_to(server.endpoints, "--json"), variables=variables(server)).check(Exit.CONFLICT)

    assert said.document["kind"] == "conflict"
    assert set(served(server)) == {sdist.name}, wheel


@pytest.mark.parametrize(
    ("server", "code"),
    # The one says that the password is wrong, the other only that it does not want to.
    [("devpi", Exit.CREDENTIAL), ("pypiserver", Exit.BLOCKED)],
    indirect=["server"],
)
def test_a_wrong_password(commands: Commands, server: RunningIndex, code: Exit) -> None:
    wrong = {**variables(server), "TAGSHIP_TOKEN": server.password[:-1]}
    said = commands.run(*ship_to(server.endpoints), variables=wrong).check(code)

    assert served(server) == {}
    assert "credential" in said.stdout + said.stderr
    assert server.password[:-1] not in said.stdout + said.stderr
