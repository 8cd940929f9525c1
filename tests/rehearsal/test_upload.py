"""What the stand-in index says to an upload: status, reason phrase and body."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from rehearsal.talking import Answer, Clock, Talker
from servers.handmade import core_metadata, make_sdist, make_wheel, write_tar, write_zip
from tagship.rehearsal.index import ACCOUNT, StandInIndex

Send = Callable[..., Answer]


def basic(token: str, user: str = "__token__") -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{token}".encode()).decode()}


def form_for(path: Path, **changes: str | None) -> list[tuple[str, str | tuple[str, bytes, str]]]:
    """The form of an upload; a keyword changes a field, None leaves it out."""
    content = path.read_bytes()
    name, version = path.name.removesuffix(".tar.gz").split("-")[:2]
    wheel = path.suffix == ".whl"
    fields: dict[str, str | None] = {
        ":action": "file_upload",
        "protocol_version": "1",
        "metadata_version": "2.4",
        "name": name.replace("_", "-"),
        "version": version,
        "filetype": "bdist_wheel" if wheel else "sdist",
        "pyversion": "py3" if wheel else "source",
        "sha256_digest": hashlib.sha256(content).hexdigest(),
        "filename": path.name,
        "content_type": "application/octet-stream",
        "field": "content",
        **changes,
    }
    filename, kind, field = (fields.pop(key) for key in ("filename", "content_type", "field"))
    form: list[tuple[str, str | tuple[str, bytes, str]]] = [
        (key, value) for key, value in fields.items() if value is not None
    ]
    if field is not None:
        form.append((field, (filename or "", content, kind or "")))
    return form


@pytest.fixture
def send(index: StandInIndex, talk: Talker) -> Send:
    def post(path: Path, token: str | None = None, **changes: str | None) -> Answer:
        headers = {"Accept": "application/json"} | basic(token or index.token)
        return talk.ask("POST", "/legacy/", headers=headers, fields=form_for(path, **changes))

    return post


def said(answer: Answer) -> str:
    """The text of a refusal, once it has been seen to be the same in every place."""
    content = json.loads(answer.body)
    code = str(content["code"])
    assert code == f"{answer.status} {answer.reason}"
    assert set(content) == {"code", "message", "title"}
    return answer.reason


def test_a_wheel_and_an_sdist_are_taken(send: Send, wheel: Path, sdist: Path) -> None:
    answers = [send(wheel), send(sdist)]

    assert [(answer.status, answer.body) for answer in answers] == [(200, b""), (200, b"")]


def test_without_the_slash_at_the_end(talk: Talker, index: StandInIndex) -> None:
    answer = talk.ask("POST", "/legacy", headers=basic(index.token), body=b"x")

    assert (answer.status, answer.headers["Location"]) == (308, index.endpoints.upload)
    assert "trailing slash" in answer.reason


@pytest.mark.parametrize("action", ["submit", "submit_pkg_info", "doc_upload"])
def test_actions_of_old_are_gone(talk: Talker, index: StandInIndex, action: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers=basic(index.token), fields=[(":action", action)])

    assert answer.status == 410


def test_no_action_is_answered_with_a_page_that_proves_nothing(talk: Talker) -> None:
    answer = talk.ask("POST", "/legacy/")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html")


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "Invalid or non-existent authentication"),
        ({"Authorization": "Basic ???"}, "Invalid or non-existent authentication"),
        ({"Authorization": "Digest x"}, "Invalid or non-existent authentication"),
        (basic("pypi-nonsense"), "Invalid or non-existent authentication"),
        (basic("secret", user="somebody"), "Username/Password authentication is no longer supported"),
    ],
)
def test_who_is_nobody_is_refused(talk: Talker, wheel: Path, headers: dict[str, str], told: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Accept": "application/json"} | headers, fields=form_for(wheel))

    assert answer.status == 403
    assert told in said(answer)


@pytest.mark.parametrize("scheme", ["token", "Bearer", "bearer"])
def test_other_ways_to_send_a_token(talk: Talker, index: StandInIndex, wheel: Path, scheme: str) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Authorization": f"{scheme} {index.token} "}, fields=form_for(wheel))

    assert answer.status == 200


def probe(talk: Talker, token: str) -> Answer:
    return talk.ask(
        "POST",
        "/legacy/",
        headers={
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            **basic(token),
        },
        body=b":action=file_upload&protocol_version=1",
    )


def test_the_probe_tells_a_live_token_from_a_dead_one(talk: Talker, index: StandInIndex) -> None:
    alive, revoked = index.tokens.issue(ACCOUNT), index.tokens.issue(ACCOUNT)
    index.tokens.revoke(revoked)

    assert (probe(talk, alive).status, probe(talk, revoked).status) == (400, 403)
    assert said(probe(talk, alive)).startswith("'' is an invalid value for Name. Error: This field is required.")


def test_scope_and_time_are_judged_after_the_form(
    talk: Talker, index: StandInIndex, clock: Clock, wheel: Path, send: Send
) -> None:
    elsewhere = index.tokens.issue(ACCOUNT, projects=["elsewhere"])
    expired = index.tokens.issue(ACCOUNT, expires=int(clock.now.timestamp()))
    stranger = index.tokens.issue("somebody-else")
    send(wheel)

    assert probe(talk, elsewhere).status == probe(talk, expired).status == 400
    assert said(send(wheel, elsewhere)) == (
        "Invalid API Token: project-scoped token is not valid for project: 'handmade'"
    )
    assert said(send(wheel, expired)) == "Invalid API Token: token is expired"
    assert "isn't allowed to upload to project 'handmade'" in said(send(wheel, stranger))


def test_a_scoped_token_is_good_for_its_project(index: StandInIndex, wheel: Path, send: Send) -> None:
    assert send(wheel, index.tokens.issue(ACCOUNT, projects=["handmade"])).status == 200


def test_an_archived_project_takes_nothing(index: StandInIndex, wheel: Path, sdist: Path, send: Send) -> None:
    send(wheel)
    index.store.projects[next(iter(index.store.projects))].status = "archived"

    assert send(sdist).status == 403


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"protocol_version": "2"}, "Unknown protocol version."),
        ({"name": None}, "'' is an invalid value for Name. Error: This field is required."),
        ({"name": "-x"}, "'-x' is an invalid value for Name. Error: Start and end with a letter or numeral"),
        ({"version": "one"}, "'one' is an invalid value for Version."),
        ({"filetype": "bdist_egg"}, "Use a known file type."),
        ({"filetype": None}, "filetype"),
        ({"pyversion": None}, "Python version is required for binary distribution uploads."),
        ({"filetype": "sdist", "pyversion": "py3"}, "Use 'source' as Python version for an sdist."),
        ({"sha256_digest": None}, "Include at least one message digest."),
        ({"sha256_digest": "xyz"}, "Use a valid, hex-encoded, SHA256 message digest."),
        ({"metadata_version": "2.6"}, "'2.6' is not a valid metadata version"),
        ({"metadata_version": "2.0"}, "'2.0' is not a valid metadata version"),
        ({"version": "1.0+local"}, "The use of local versions in '1.0+local' is not allowed."),
        ({"summary": "x" * 513}, "is an invalid value for Summary."),
        ({"requires_dist": "other @ http://127.0.0.1/x.whl"}, "Can't have direct dependency"),
        ({"requires_dist": "other =="}, "is an invalid value for Requires-Dist"),
        ({"project_urls": f"{'x' * 33}, http://127.0.0.1/"}, "is an invalid value for Project-URL"),
        ({"project_urls": "Home, gopher://127.0.0.1/"}, "is an invalid value for Project-URL"),
        ({"description_content_type": "text/html"}, "is an invalid value for Description-Content-Type"),
        ({"requires_python": "soon"}, "Invalid value for requires_python."),
        ({"license_expression": "Mine Alone"}, "Invalid value for license_expression."),
        ({"field": None}, "Upload payload does not have a file."),
        ({"field": "summary"}, "summary: Should not be a tuple."),
        ({"filename": "a\x01b.whl"}, "Cannot upload a file with non-printable characters"),
        ({"filename": "a\\b.whl"}, "Cannot upload a file with '/' or '\\' in the name."),
        ({"content_type": "image/png"}, "Invalid distribution file."),
        ({"content_type": " "}, "Invalid distribution file."),
        ({"filename": "probe.txt"}, "Invalid file extension: Use .tar.gz, .whl or .zip extension."),
        ({"filetype": "sdist", "pyversion": "source"}, "Extension .whl is invalid for filetype sdist."),
        ({"sha256_digest": "0" * 64}, "The digest supplied does not match a digest calculated from the uploaded file."),
        ({"name": "other"}, "should contain the normalized project name 'other', not 'handmade'."),
        ({"version": "2.0"}, "Version in filename should be '2.0' not '1.0'."),
        ({"name": "json"}, "conflict with Python Standard Library module name"),
        ({"attestations": "[]"}, "Attestations are only supported when using Trusted Publishing"),
    ],
)
def test_what_is_refused(send: Send, wheel: Path, changes: dict[str, str | None], told: str) -> None:
    answer = send(wheel, **changes)

    assert answer.status == 400
    assert told in said(answer)


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"])
def test_metadata_versions_that_are_taken(send: Send, wheel: Path, version: str) -> None:
    assert send(wheel, metadata_version=version).status == 200


def test_the_same_file_again_is_fine_and_another_is_not(send: Send, wheel: Path, tmp_path: Path) -> None:
    changed = make_wheel(tmp_path, code="changed = True\n")

    first, again, other = send(wheel), send(wheel), send(changed)

    assert [(answer.status, answer.body) for answer in (first, again)] == [(200, b""), (200, b"")]
    assert other.status == 400
    assert re.match(
        r"File already exists \('handmade-1.0-py3-none-any.whl', with blake2_256 hash '\w{64}'\)", said(other)
    )


def test_a_name_that_was_deleted_is_burnt(index: StandInIndex, send: Send, wheel: Path, tmp_path: Path) -> None:
    send(wheel)
    index.store.delete(wheel.name)

    assert said(send(wheel)).startswith("This filename was previously used by a file that has since been deleted.")
    assert send(make_wheel(tmp_path, tag="py2.py3-none-any")).status == 200


def test_a_release_closes_after_fourteen_days(
    clock: Clock, send: Send, wheel: Path, sdist: Path, tmp_path: Path
) -> None:
    send(wheel)
    clock.wait(days=14)
    in_time = send(sdist)
    clock.wait(days=0.1)

    assert in_time.status == 200
    assert said(send(make_wheel(tmp_path, tag="py2-none-any"))).startswith(
        "Uploading new files to releases older than 14 days is not allowed."
    )
    assert send(wheel).status == 200


def test_one_sdist_per_release(send: Send, sdist: Path, tmp_path: Path) -> None:
    send(sdist)
    second = write_zip(tmp_path / "handmade-1.0.zip", {"handmade-1.0/PKG-INFO": b"other"})

    answer = send(second, version="1.0", filetype="sdist", pyversion="source")

    assert said(answer) == "Only one sdist may be uploaded per release."


def test_files_have_a_limit(clock: Clock, tmp_path: Path) -> None:
    with StandInIndex(clock=clock, largest_file=100) as index:
        answer = Talker(index.server.url).ask(
            "POST", "/legacy/", headers=basic(index.token), fields=form_for(make_wheel(tmp_path))
        )

    assert (answer.status, answer.reason[:46]) == (400, "File too large. Limit for project 'handmade' i")


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ("cp312-cp312-linux_x86_64", 400),
        ("cp312-cp312-solaris_2_11_sun4v", 400),
        ("cp312-cp312-macosx_16_0_arm64", 400),
        ("cp312-cp312-manylinux_2_28_x86_64", 200),
        ("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", 200),
        ("cp312-cp312-musllinux_1_2_aarch64", 200),
        ("cp312-cp312-win_amd64", 200),
        ("cp312-cp312-macosx_11_0_arm64", 200),
    ],
)
def test_platform_tags(send: Send, tmp_path: Path, tag: str, status: int) -> None:
    answer = send(make_wheel(tmp_path, tag=tag))

    assert answer.status == status
    assert status == 200 or "unsupported platform tag" in said(answer)


def test_names_that_look_alike_are_refused(send: Send, tmp_path: Path) -> None:
    send(make_wheel(tmp_path, "hello_w"))

    assert "is too similar to an existing project" in said(send(make_wheel(tmp_path, "he1lo_w")))


def test_an_sdist_is_named_exactly(send: Send, tmp_path: Path) -> None:
    sdist = make_sdist(tmp_path, "Hand.Made", "1.0")

    answer = send(sdist, name="hand-made")

    assert said(answer) == "Filename 'Hand.Made-1.0.tar.gz' is invalid, should be 'hand_made-1.0.tar.gz'."


BROKEN_WHEELS: dict[str, tuple[dict[str, bytes], str]] = {
    "without WHEEL": ({"x.py": b""}, "WHEEL not found at broken-1.0.dist-info/WHEEL"),
    "without RECORD": ({"broken-1.0.dist-info/WHEEL": b""}, "does not contain the required RECORD file"),
    "without METADATA": (
        {"broken-1.0.dist-info/WHEEL": b"", "broken-1.0.dist-info/RECORD": b""},
        "does not contain the required METADATA file",
    ),
    "without its licence": (
        {
            "broken-1.0.dist-info/WHEEL": b"",
            "broken-1.0.dist-info/RECORD": b"",
            "broken-1.0.dist-info/METADATA": core_metadata("broken", "1.0", License_File="LICENSE").encode(),
        },
        "License-File LICENSE does not exist in distribution file",
    ),
    "with broken entry points": (
        {
            "broken-1.0.dist-info/WHEEL": b"",
            "broken-1.0.dist-info/RECORD": b"",
            "broken-1.0.dist-info/METADATA": core_metadata("broken", "1.0").encode(),
            "broken-1.0.dist-info/entry_points.txt": b"[console_scripts]\nx = not valid!\n",
        },
        "has invalid entry points defined in the entry_points.txt file",
    ),
}


@pytest.mark.parametrize(("members", "told"), BROKEN_WHEELS.values(), ids=BROKEN_WHEELS.keys())
def test_wheels_that_lack_something(send: Send, tmp_path: Path, members: dict[str, bytes], told: str) -> None:
    answer = send(write_zip(tmp_path / "broken-1.0-py3-none-any.whl", members))

    assert answer.status == 400
    assert told in said(answer)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"broken-1.0/x.py": b""}, "PKG-INFO not found at broken-1.0/PKG-INFO"),
        ({"broken-1.0/PKG-INFO": b"", "other/x": b""}, "Incorrect number of top-level directories in sdist"),
        (
            {"broken-1.0/PKG-INFO": core_metadata("broken", "1.0", License_File="COPYING").encode()},
            "License-File COPYING does not exist in distribution file broken-1.0.tar.gz at broken-1.0/COPYING",
        ),
    ],
)
def test_sdists_that_lack_something(send: Send, tmp_path: Path, members: dict[str, bytes], told: str) -> None:
    answer = send(write_tar(tmp_path / "broken-1.0.tar.gz", members))

    assert answer.status == 400
    assert told in said(answer)


@pytest.mark.parametrize("name", ["broken-1.0-py3-none-any.whl", "broken-1.0.tar.gz"])
@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"\x1f\x8b\x08\x00" + b"x" * 64, b"plain text"])
def test_files_that_are_no_archives(send: Send, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    answer = send(path)

    assert answer.status == 400
    assert said(answer).startswith("Invalid distribution file.")


def test_bytes_behind_the_end_of_a_wheel(send: Send, tmp_path: Path) -> None:
    path = make_wheel(tmp_path)
    path.write_bytes(path.read_bytes() + b"and more")

    assert "ZIP archive not accepted: Trailing data" in said(send(path))


def test_a_refusal_is_html_to_a_browser(talk: Talker, wheel: Path) -> None:
    answer = talk.ask("POST", "/legacy/", headers={"Accept": "*/*"}, fields=form_for(wheel))

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<title>403 Invalid or non-existent authentication" in answer.text


def test_a_large_file_streams(talk: Talker, send: Send, tmp_path: Path) -> None:
    noise = hashlib.shake_256(b"noise").digest(24 << 20)
    sdist = make_sdist(tmp_path, extra={"handmade-1.0/noise": noise})
    started = time.monotonic()

    answer = send(sdist)

    assert answer.status == 200
    assert time.monotonic() - started < 20
    page = json.loads(talk.ask("GET", "/pypi/handmade/json").body)
    assert page["urls"][0]["digests"]["sha256"] == hashlib.sha256(sdist.read_bytes()).hexdigest()


def test_the_log_holds_every_request(index: StandInIndex, talk: Talker, send: Send, wheel: Path) -> None:
    send(wheel)
    talk.ask("GET", "/simple/nothing/?x=1")

    assert [(line.method, line.path, line.status) for line in index.log] == [
        ("POST", "/legacy/", 200),
        ("GET", "/simple/nothing/", 404),
    ]
