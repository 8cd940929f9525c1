"""What the stand-in index shows: JSON, HTML, the older JSON, files and their metadata."""

import hashlib
import json
import zipfile
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from rehearsal.talking import Clock, Talker
from rehearsal.uploading import Uploader
from servers.handmade import make_sdist, make_wheel
from tagship.domain.endpoints import KNOWN, Endpoints
from tagship.rehearsal.index import ACCOUNT, StandInIndex, token_prefix
from yanking import yank

JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}


@pytest.fixture
def filled(index: StandInIndex, wheel: Path, sdist: Path) -> StandInIndex:
    index.seed(wheel)
    index.seed(sdist)
    return index


def test_json_of_a_project(filled: StandInIndex, talk: Talker, wheel: Path, sdist: Path) -> None:
    answer = talk.ask("GET", "/simple/handmade/", headers=JSON)

    page = json.loads(answer.body)
    assert answer.headers["Content-Type"] == JSON["Accept"]
    assert answer.headers["X-PyPI-Last-Serial"] == str(page["meta"]["_last-serial"])
    assert page["meta"]["api-version"] == "1.4"
    assert page["name"] == "handmade"
    assert page["project-status"] == {"status": "active"}
    assert page["versions"] == ["1.0"]
    assert [file["filename"] for file in page["files"]] == [wheel.name, sdist.name]
    metadata = zipfile.ZipFile(wheel).read("handmade-1.0.dist-info/METADATA")
    assert page["files"][0] == {
        "core-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        "dist-info-metadata": {"sha256": hashlib.sha256(metadata).hexdigest()},
        "filename": wheel.name,
        "hashes": {"sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()},
        "provenance": None,
        "requires-python": None,
        "size": wheel.stat().st_size,
        "upload-time": "2026-07-08T12:00:00.000000Z",
        "url": page["files"][0]["url"],
        "yanked": False,
    }
    assert page["files"][1]["core-metadata"] is False
    assert talk.ask("GET", page["files"][0]["url"]).body == wheel.read_bytes()
    assert talk.ask("GET", page["files"][0]["url"] + ".metadata").body == metadata
    assert talk.ask("GET", page["files"][1]["url"] + ".metadata").status == 404
    assert filled.server.crashes == []


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html", "text/html"),
        ("application/vnd.pypi.simple.v1+html", "application/vnd.pypi.simple.v1+html"),
        ("application/vnd.pypi.simple.latest+json", "application/vnd.pypi.simple.v1+json"),
        (
            "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01",
            "application/vnd.pypi.simple.v1+json",
        ),
        ("text/html;q=0.5, application/vnd.pypi.simple.v1+json;q=0.2", "text/html"),
        ("image/png;q=high", "text/html"),
    ],
)
def test_the_client_chooses(filled: StandInIndex, talk: Talker, accept: str, kind: str) -> None:
    answers = [talk.ask("GET", path, headers={"Accept": accept}) for path in ("/simple/", "/simple/handmade/")]

    assert {answer.headers["Content-Type"] for answer in answers} == {kind}
    assert all("handmade" in answer.text for answer in answers)
    assert filled.log[-1].status == 200


def test_html_tells_what_installers_need(index: StandInIndex, talk: Talker, wheel: Path) -> None:
    index.seed(wheel)
    yank(index.store, "handmade", "1.0", "broken <badly>")

    page = talk.ask("GET", "/simple/handmade/").text

    assert f"#sha256={hashlib.sha256(wheel.read_bytes()).hexdigest()}" in page
    assert 'data-core-metadata="sha256=' in page
    assert 'data-yanked="broken &lt;badly&gt;"' in page


@pytest.mark.parametrize(
    "path", ["/simple/nothing/", "/pypi/nothing/json", "/packages/x/y/z", "/", "/pypi/handmade/9/json"]
)
def test_what_is_not_there(filled: StandInIndex, talk: Talker, path: str) -> None:
    assert talk.ask("GET", path, headers=JSON).status == 404
    assert filled.server.crashes == []


@pytest.mark.parametrize("path", ["/simple", "/simple/handmade", "/simple/Handmade/"])
def test_other_spellings_lead_to_the_page(filled: StandInIndex, talk: Talker, path: str) -> None:
    answer = talk.ask("GET", path)

    assert answer.status == 301
    assert talk.ask("GET", answer.headers["Location"]).status == 200
    assert filled.server.crashes == []


def test_older_json(filled: StandInIndex, talk: Talker, clock: Clock, tmp_path: Path) -> None:
    filled.seed(make_sdist(tmp_path, version="2.0rc1"), at=clock.now)

    answer = talk.ask("GET", "/pypi/handmade/json")
    whole = json.loads(answer.body)
    one = json.loads(talk.ask("GET", "/pypi/handmade/2.0rc1/json").body)

    assert whole["info"]["version"] == "1.0"
    assert set(whole["releases"]) == {"1.0", "2.0rc1"}
    assert [file["packagetype"] for file in whole["urls"]] == ["bdist_wheel", "sdist"]
    assert one["info"]["version"] == "2.0rc1"
    assert "releases" not in one
    assert set(whole) == {"info", "last_serial", "ownership", "releases", "urls", "vulnerabilities"}
    assert whole["ownership"] == {"organization": None, "roles": [{"role": "Owner", "user": ACCOUNT}]}
    assert answer.headers["Cache-Control"] == "max-age=900, public"
    assert answer.headers["X-PyPI-Last-Serial"] == str(whole["last_serial"])


@pytest.mark.parametrize(("asked", "version"), [("json", "1.0"), ("1.0/json", "1.0"), ("1.0.0/json", "1.0")])
def test_older_json_by_other_spellings(filled: StandInIndex, talk: Talker, asked: str, version: str) -> None:
    answer = talk.ask("GET", f"/pypi/HandMade/{asked}")
    page = talk.ask("GET", answer.headers["Location"])

    assert (answer.status, json.loads(page.body)["info"]["version"]) == (301, version)
    assert filled.server.crashes == []


def test_older_json_tells_what_the_first_upload_said(
    index: StandInIndex, talk: Talker, send: Uploader, wheel: Path, sdist: Path
) -> None:
    send(wheel, summary="of the first", project_urls=("Home, http://127.0.0.1/",), requires_dist="other>1")
    send(sdist, summary="of the second")

    info = json.loads(talk.ask("GET", "/pypi/handmade/json").body)["info"]

    assert (info["summary"], info["requires_dist"]) == ("of the first", ["other>1"])
    assert info["project_urls"] == {"Home": "http://127.0.0.1/"}
    assert info["release_url"] == f"{index.url}/project/handmade/1.0/"


def test_the_latest_release_is_one_that_an_installer_would_take(
    filled: StandInIndex, talk: Talker, tmp_path: Path
) -> None:
    filled.seed(make_wheel(tmp_path, version="2.0"))
    yank(filled.store, "handmade", "2.0")

    assert json.loads(talk.ask("GET", "/pypi/handmade/json").body)["info"]["version"] == "1.0"


def test_the_list_of_projects(filled: StandInIndex, talk: Talker, tmp_path: Path) -> None:
    filled.seed(make_wheel(tmp_path, "another"))
    both = json.loads(talk.ask("GET", "/simple/", headers=JSON).body)
    filled.store.projects[canonicalize_name("another")].status = "quarantined"
    one = json.loads(talk.ask("GET", "/simple/", headers=JSON).body)

    assert both["projects"] == [{"_last-serial": 3, "name": "another"}, {"_last-serial": 2, "name": "handmade"}]
    assert both["meta"] == {"_last-serial": 3, "api-version": "1.4"}
    assert [project["name"] for project in one["projects"]] == ["handmade"]


def test_headers_for_caches(filled: StandInIndex, talk: Talker) -> None:
    headers = talk.ask("GET", "/simple/handmade/", headers=JSON).headers

    assert (headers["Cache-Control"], headers["Vary"]) == ("max-age=600, public", "Accept")
    assert headers["X-PyPI-Last-Serial"] == str(filled.store.serial)


def test_provenance_is_served(filled: StandInIndex, talk: Talker, wheel: Path, sdist: Path) -> None:
    held = filled.store.file(wheel.name)
    assert held is not None
    held.provenance = {"version": 1, "attestation_bundles": []}

    files = json.loads(talk.ask("GET", "/simple/handmade/", headers=JSON).body)["files"]
    told = talk.ask("GET", files[0]["provenance"])
    missing = talk.ask("GET", f"/integrity/handmade/1.0/{sdist.name}/provenance")
    elsewhere = talk.ask("GET", f"/integrity/handmade/2.0/{wheel.name}/provenance")

    assert files[0]["provenance"] == f"{filled.url}/integrity/handmade/1.0/{wheel.name}/provenance"
    assert files[1]["provenance"] is None
    assert (told.status, json.loads(told.body)) == (200, held.provenance)
    assert told.headers["Content-Type"] == "application/vnd.pypi.integrity.v1+json"
    assert (missing.status, elsewhere.status) == (404, 404)
    assert f'data-provenance="{files[0]["provenance"]}"' in talk.ask("GET", "/simple/handmade/").text


def test_another_address_for_clients(clock: Clock, wheel: Path) -> None:
    """Every address that it writes is the one under which clients see it."""
    public = "https://index.invalid"
    with StandInIndex(clock=clock, location="index.invalid", base_url=public) as index:
        index.seed(wheel)
        talker = Talker(index.server.url)
        page = json.loads(talker.ask("GET", "/simple/handmade/", headers=JSON).body)
        moved = talker.ask("GET", "/simple/Handmade/").headers["Location"]
        older = talker.ask("GET", "/pypi/handmade/json").text
        told = Uploader(index, talker).probe("pypi-nonsense").reason

        assert page["files"][0]["url"].startswith(f"{public}/packages/")
        assert moved == f"{public}/simple/handmade/"
        assert index.server.url not in older
        assert f"See {public}/help/#invalid-auth" in told
        assert index.endpoints.upload == f"{public}/legacy/"


@pytest.mark.parametrize("known", KNOWN.values(), ids=KNOWN.keys())
def test_tokens_begin_as_at_the_public_index(known: Endpoints) -> None:
    location = str(known.site).removeprefix("https://")

    assert token_prefix(location) == known.token_prefix
    assert StandInIndex(location=location).token.startswith(str(known.token_prefix))


def test_tokens_of_two_indexes_are_told_apart() -> None:
    here, there = StandInIndex(), StandInIndex(location="index.invalid")

    assert here.token.startswith(token_prefix(here.location))
    assert not there.token.startswith(token_prefix(here.location))


def test_yanked_archived_quarantined(filled: StandInIndex, talk: Talker) -> None:
    project = filled.store.projects[next(iter(filled.store.projects))]
    yank(filled.store, "handmade", "1.0", "broken")
    yanked = json.loads(talk.ask("GET", "/simple/handmade/", headers=JSON).body)
    project.status = "quarantined"
    hidden = json.loads(talk.ask("GET", "/simple/handmade/", headers=JSON).body)

    assert [file["yanked"] for file in yanked["files"]] == ["broken", "broken"]
    assert (hidden["files"], hidden["project-status"]) == ([], {"status": "quarantined"})


def test_a_page_that_did_not_change_is_not_sent_again(filled: StandInIndex, talk: Talker, tmp_path: Path) -> None:
    first = talk.ask("GET", "/simple/handmade/", headers=JSON)
    unchanged = talk.ask("GET", "/simple/handmade/", headers=JSON | {"If-None-Match": first.headers["ETag"]})
    filled.seed(make_wheel(tmp_path, version="2.0"))
    changed = talk.ask("GET", "/simple/handmade/", headers=JSON | {"If-None-Match": first.headers["ETag"]})

    assert (unchanged.status, unchanged.body, changed.status) == (304, b"", 200)
    assert int(changed.headers["X-PyPI-Last-Serial"]) > int(first.headers["X-PyPI-Last-Serial"])


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, slice(0, 10)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-22", 206, slice(-22, None)),
        ("bytes=5-99999999", 206, slice(5, None)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=9-2", 416, slice(0, 0)),
        ("bytes=-", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_parts_of_a_file(filled: StandInIndex, talk: Talker, wheel: Path, asked: str, status: int, part: slice) -> None:
    url = json.loads(talk.ask("GET", "/simple/handmade/", headers=JSON).body)["files"][0]["url"]

    answer = talk.ask("GET", url, headers={"Range": asked})

    assert (answer.status, answer.body) == (status, wheel.read_bytes()[part])
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    assert filled.server.crashes == []


def test_head_tells_the_length_alone(filled: StandInIndex, talk: Talker, wheel: Path) -> None:
    url = json.loads(talk.ask("GET", "/simple/handmade/", headers=JSON).body)["files"][0]["url"]

    answer = talk.ask("HEAD", url)

    assert (answer.status, answer.body) == (200, b"")
    assert int(answer.headers["Content-Length"]) == wheel.stat().st_size
    assert filled.log[-1].method == "HEAD"


def test_a_directory_of_ones_own_is_kept(tmp_path: Path, wheel: Path) -> None:
    with StandInIndex(tmp_path / "kept") as index:
        index.seed(wheel)

    assert [path.name for path in (tmp_path / "kept").rglob("*.whl")] == [wheel.name]


def test_a_file_that_names_no_version_is_no_seed(index: StandInIndex, tmp_path: Path) -> None:
    path = tmp_path / "notes.tar.gz"
    path.write_bytes(b"")

    with pytest.raises(ValueError, match=r"notes"):
        index.seed(path)
