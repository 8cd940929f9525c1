"""Unmodified clients publish to the stand-in index and install from it, and cannot tell."""

import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from rehearsal.talking import Clock, Talker
from servers.clients import Clients
from servers.handmade import make_wheel
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.wire import Request, Response
from yanking import yank

pytestmark = pytest.mark.slow

USER = "__token__"


def served(talk: Talker) -> dict[str, str]:
    """Each file and its digest, as the index tells them."""
    page = talk.ask("GET", "/simple/handmade/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    return {file["filename"]: file["hashes"]["sha256"] for file in json.loads(page.body)["files"]}


def test_twine_publishes(index: StandInIndex, talk: Talker, clients: Clients, wheel: Path, sdist: Path) -> None:
    sent = clients.twine(index.endpoints, USER, index.token, wheel, sdist)

    assert sent.returncode == 0, sent.stdout
    assert set(served(talk)) == {wheel.name, sdist.name}


def test_twine_again(index: StandInIndex, clients: Clients, wheel: Path, tmp_path: Path) -> None:
    changed = make_wheel(tmp_path, code="changed = True\n")
    clients.twine(index.endpoints, USER, index.token, wheel)

    again = clients.twine(index.endpoints, USER, index.token, wheel)
    other = clients.twine(index.endpoints, USER, index.token, changed)

    assert again.returncode == 0, again.stdout
    assert other.returncode == 1
    assert "400 Bad Request" in other.stdout
    assert "File already exists ('handmade-1.0-py3-none-any.whl', with blake2_256 hash" in other.stdout


def test_twine_skips_by_name_alone(
    index: StandInIndex, talk: Talker, clients: Clients, wheel: Path, tmp_path: Path
) -> None:
    """The trap that tagship exists to avoid: other bytes under the same name pass for success."""
    clients.twine(index.endpoints, USER, index.token, wheel)
    before = served(talk)

    skipped = clients.twine_to_a_known_index(
        index.endpoints, USER, index.token, "--skip-existing", make_wheel(tmp_path, code="changed = True\n")
    )

    assert skipped.returncode == 0, skipped.stdout
    assert served(talk) == before


def test_twine_with_a_wrong_token(index: StandInIndex, clients: Clients, wheel: Path) -> None:
    revoked = index.tokens.issue("somebody")
    index.tokens.revoke(revoked)

    refused = clients.twine(index.endpoints, USER, revoked, wheel)

    assert refused.returncode == 1
    assert "403 Forbidden" in refused.stdout
    assert "Invalid or non-existent authentication information" in refused.stdout


def test_twine_tries_a_busy_index_again(index: StandInIndex, talk: Talker, clients: Clients, wheel: Path) -> None:
    refusals = iter([503, 503])

    def busy(request: Request) -> Response | None:
        status = next(refusals, None) if request.method == "POST" else None
        return None if status is None else Response(status)

    index.server.before = busy

    sent = clients.twine(index.endpoints, USER, index.token, wheel)

    assert sent.returncode == 0, sent.stdout
    assert [line.status for line in index.log if line.method == "POST"] == [503, 503, 200]
    assert set(served(talk)) == {wheel.name}


def test_uv_publishes(index: StandInIndex, talk: Talker, clients: Clients, wheel: Path, sdist: Path) -> None:
    sent = clients.uv_publish(index.endpoints, USER, index.token, wheel, sdist)

    assert sent.returncode == 0, sent.stdout
    assert set(served(talk)) == {wheel.name, sdist.name}


def test_uv_compares_what_is_there(index: StandInIndex, clients: Clients, wheel: Path, tmp_path: Path) -> None:
    check = ("--check-url", index.endpoints.simple)
    clients.uv_publish(index.endpoints, USER, index.token, wheel)
    posted = len([line for line in index.log if line.method == "POST"])

    again = clients.uv_publish(index.endpoints, USER, index.token, *check, wheel)
    other = clients.uv_publish(
        index.endpoints, USER, index.token, *check, make_wheel(tmp_path, code="changed = True\n")
    )

    assert again.returncode == 0, again.stdout
    assert "already exists" in again.stdout
    assert other.returncode == 2
    assert "do not match" in other.stdout
    assert len([line for line in index.log if line.method == "POST"]) == posted


def test_uv_with_a_wrong_token(index: StandInIndex, clients: Clients, wheel: Path) -> None:
    refused = clients.uv_publish(index.endpoints, USER, "pypi-nonsense", wheel)

    assert refused.returncode == 2
    assert "Invalid or non-existent authentication information" in refused.stdout


@pytest.mark.parametrize("client", ["pip_install", "uv_install"])
def test_installers_install(
    index: StandInIndex, clients: Clients, wheel: Path, sdist: Path, tmp_path: Path, client: str
) -> None:
    index.seed(wheel)
    index.seed(sdist)

    installed = getattr(clients, client)(index.endpoints, tmp_path / "site", "handmade==1.0")
    imported = clients.run(
        sys.executable, "-c", "import handmade; print(handmade.__version__)", PYTHONPATH=str(tmp_path / "site")
    )

    assert installed.returncode == 0, installed.stdout
    assert imported.stdout == "1.0\n"


def test_installers_read_the_metadata_beside_the_file(
    index: StandInIndex, clients: Clients, wheel: Path, tmp_path: Path
) -> None:
    index.seed(wheel)

    clients.uv_install(index.endpoints, tmp_path / "site", "handmade")

    assert [line.status for line in index.log if line.path.endswith(f"{wheel.name}.metadata")] == [200]


@pytest.mark.parametrize("client", ["pip_install", "uv_install"])
def test_installers_pass_over_what_is_yanked(
    index: StandInIndex, clients: Clients, wheel: Path, tmp_path: Path, client: str
) -> None:
    index.seed(wheel)
    index.seed(make_wheel(tmp_path, version="2.0"))
    yank(index.store, "handmade", "2.0", "broken")

    installed = getattr(clients, client)(index.endpoints, tmp_path / "site", "handmade")

    assert installed.returncode == 0, installed.stdout
    assert [path.name for path in (tmp_path / "site").glob("*.dist-info")] == ["handmade-1.0.dist-info"]


def test_uv_looks_at_the_upload_time(
    index: StandInIndex, clock: Clock, clients: Clients, wheel: Path, tmp_path: Path
) -> None:
    index.seed(wheel)
    clock.wait(days=10)
    index.seed(make_wheel(tmp_path, version="2.0"))
    between = (clock.now - timedelta(days=5)).strftime("%Y-%m-%dT%H:%M:%SZ")

    installed = clients.uv_install(index.endpoints, tmp_path / "site", "--exclude-newer", between, "handmade")

    assert installed.returncode == 0, installed.stdout
    assert [path.name for path in (tmp_path / "site").glob("*.dist-info")] == ["handmade-1.0.dist-info"]
