"""A project's page is read whole, or it is unknown."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import Version

from adapters.index.conftest import Waiting
from adapters.index.files import NAME, SIMPLE_JSON, entry, page
from adapters.loopback import Answer, Manner, serving
from tagship.adapters.http import Response
from tagship.adapters.index import PackageIndex
from tagship.adapters.index.simple import read_page
from tagship.domain.artifact import IndexPage, ServedFile
from tagship.errors import FactUnknown

MakeIndex = Callable[..., PackageIndex]
SHA = "ab" * 32


def html(body: str, content_type: str = "text/html; charset=utf-8") -> Answer:
    return Answer(200, body.encode(), {"Content-Type": content_type})


def ask(index_at: MakeIndex, answer: Answer, project: str = "pkg-demo") -> IndexPage:
    with serving({"GET": [answer]}) as server:
        return index_at(server).page(project)


def test_the_question(index_at: MakeIndex) -> None:
    with serving({"GET": [page()]}) as server:
        index_at(server).page("Pkg_.Demo")

    asked = server.asked[0]
    assert asked.path == "/simple/pkg-demo/"
    assert asked.headers["accept"] == (
        "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
    )
    assert "no-cache" in asked.headers["cache-control"]
    assert "if-none-match" not in asked.headers
    assert "authorization" not in asked.headers


def test_a_full_answer(index_at: MakeIndex) -> None:
    file = entry(NAME, SHA.upper(), size=12, yanked="broken", **{"upload-time": "2026-03-01T10:20:30.123456Z"})
    with serving(
        {"GET": [page(file, versions=["1.0", "0.9", "not a version"], meta={"api-version": "1.4"})]}
    ) as server:
        found = index_at(server).page("pkg-demo")

    assert found.exists
    assert found.files == (
        ServedFile(
            filename=NAME,
            url=f"{server.url}/files/{NAME}",
            sha256=SHA,
            size=12,
            uploaded_at=datetime(2026, 3, 1, 10, 20, 30, 123456, UTC),
            yanked="broken",
        ),
    )
    assert found.versions == {Version("1.0"), Version("0.9")}


def test_what_the_first_version_of_the_interface_did_not_tell_is_none(index_at: MakeIndex) -> None:
    found = ask(index_at, page(entry(sha256=SHA), meta={"api-version": "1.0"}))

    assert (found.files[0].size, found.files[0].uploaded_at, found.files[0].yanked) == (None, None, False)
    assert found.listed == ()


@pytest.mark.parametrize(("told", "read"), [(True, ""), (False, False), ("", False), ("why", "why"), (None, False)])
def test_yanked(index_at: MakeIndex, told: object, read: object) -> None:
    assert ask(index_at, page(entry(yanked=told))).files[0].yanked == read


def test_a_file_without_a_digest_has_none(index_at: MakeIndex) -> None:
    assert ask(index_at, page(entry())).files[0].sha256 is None


def test_a_project_that_was_never_seen(index_at: MakeIndex) -> None:
    found = ask(index_at, Answer(404, b"<html>nothing</html>", {"Content-Type": "text/html"}))

    assert found == IndexPage("pkg-demo", exists=False)


def marked(**status: str) -> Answer:
    whole = {"meta": {"api-version": "1.4"}, "name": "pkg-demo", "files": [], "project-status": status}
    return Answer(200, json.dumps(whole).encode(), {"Content-Type": SIMPLE_JSON})


def test_a_project_in_quarantine_is_not_taken_for_one_without_files(index_at: MakeIndex) -> None:
    with pytest.raises(FactUnknown, match="in quarantine") as caught:
        ask(index_at, marked(status="quarantined"))

    assert "lift it" in str(caught.value.remedy)
    assert ask(index_at, marked(status="archived")).exists
    assert ask(index_at, marked()).exists


def test_a_project_without_files_exists(index_at: MakeIndex) -> None:
    assert ask(index_at, page()) == IndexPage("pkg-demo", exists=True)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200, b"{", {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (Answer(200, b"[]", {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (Answer(200, b"\xff", {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (Answer(200, b"[" * 90_000, {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (Answer(200, b"", {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (Answer(200, b"{}", {"Content-Type": SIMPLE_JSON}), "without the member 'meta'"),
        (page(meta={"api-version": "2.0"}), "version '2.0'"),
        (page(meta=[]), "not the JSON"),
        (page(files={}), "not the JSON"),
        (page(files=["x"]), "not the JSON"),
        (page(files=[{"filename": NAME}]), "without the member"),
        (page(entry(sha256="abc")), "not the JSON"),
        (page(entry("../../etc/passwd")), "not the JSON"),
        (page(entry(**{"upload-time": "yesterday"})), "not the JSON"),
        (page(versions=[1]), "not the JSON"),
        (Answer(200, b'{"meta": {"api-version": 1}}', {"Content-Type": SIMPLE_JSON}), "not the JSON"),
        (page(name="other"), "about 'other' instead of 'pkg-demo'"),
        (page(entry(sha256=SHA), entry(sha256="cd" * 32)), "twice, with different digests"),
        (Answer(200, json.dumps({}).encode(), {"Content-Type": "application/json"}), "content type 'application/json'"),
        (Answer(200, b"pkg", {"Content-Type": "text/plain"}), "content type 'text/plain'"),
        (Answer(200, b"pkg"), "content type ''"),
        (Answer(204), "status 204"),
        (html("<!DOCTYPE html><html><body><form>Log in</form></body></html>"), "web page instead of the simple API"),
        (html("<!DOCTYPE html><a href='/x'>Terms</a> <a href='/tool-1.0.zip'>tool-1.0.zip</a>"), "web page instead"),
        (html(""), "web page instead"),
        (html("<![DOCTYPE html><html><body><a href='x'>x</a></body></html>"), "answered with a"),
        (html(f"<html><title>Links for x</title><a href='{NAME}'>{NAME}</a>"), "breaks off"),
        (html(f"<meta name='pypi:repository-version' content='2.0'><a href='{NAME}'>{NAME}</a>"), "version '2.0'"),
        (html(f"<base href='http://[::1'><a href='{NAME}'>{NAME}</a>"), "cannot be read"),
        (Answer(200, b'{"meta"', {"Content-Type": SIMPLE_JSON}, manner=Manner.BREAK_OFF), "broke off"),
        (Answer(200, b'{"meta"', {"Content-Type": SIMPLE_JSON}, manner=Manner.BREAK_OFF_A_CHUNK), "broke off"),
        (Answer(200, b'{"meta"', {"Content-Type": SIMPLE_JSON}, manner=Manner.WITHOUT_LENGTH), "not the JSON"),
        (Answer(401), "without a credential (401)"),
        (Answer(403), "without a credential (403)"),
        (Answer(410), "status 410"),
        (Answer(301), "status 301"),
        (Answer(500), "status 500"),
        (Answer(429), "status 429"),
        (Answer(302, headers={"Location": "/simple/pkg-demo/"}), "redirects more than 5 times"),
        (Answer(manner=Manner.CLOSE), "broke off"),
        (Answer(manner=Manner.HANG), "does not answer in time"),
    ],
)
def test_everything_else_is_unknown(index_at: MakeIndex, answer: Answer, told: str) -> None:
    with pytest.raises(FactUnknown) as caught:
        ask(index_at, answer)

    assert told in caught.value.message
    assert caught.value.message.isprintable()
    assert caught.value.remedy is not None


def test_another_index_does_not_answer_for_this_one(index_at: MakeIndex) -> None:
    """Some servers send the question on where they know nothing; the other index's files are not theirs."""
    with serving({"GET": [page(entry(sha256=SHA))]}) as other:
        away = Answer(302, headers={"Location": f"{other.url.replace('127.0.0.1', 'localhost')}/simple/pkg-demo/"})
        with serving({"GET": [away]}) as server, pytest.raises(FactUnknown, match="another index"):
            index_at(server).page("pkg-demo")


def test_a_redirect_within_the_index_is_followed(index_at: MakeIndex) -> None:
    with serving({"GET": [Answer(301, headers={"Location": "/root/simple/pkg-demo/"}), page(entry())]}) as server:
        found = index_at(server).page("pkg-demo")

    assert found.files[0].url == f"{server.url}/root/files/{NAME}"


def test_a_passing_failure_is_asked_again(index_at: MakeIndex, waiting: Waiting) -> None:
    answers = [Answer(503), Answer(manner=Manner.CLOSE), page(entry())]
    with serving({"GET": [*answers]}) as server:
        found = index_at(server).page("pkg-demo")

    assert found.exists
    assert len(waiting.seconds) == 2


def test_it_gives_up_after_three_tries_and_waits_as_told(index_at: MakeIndex, waiting: Waiting) -> None:
    answer = Answer(429, headers={"Retry-After": "90000"})
    with serving({"GET": [answer]}) as server, pytest.raises(FactUnknown, match="429"):
        index_at(server).page("pkg-demo")

    assert len(server.asked) == 3
    assert waiting.seconds == [60.0, 60.0]


# HTML


def test_html_where_there_is_no_json(index_at: MakeIndex) -> None:
    body = f"""<!DOCTYPE html>
        <html><head><title>Links for pkg-demo</title></head><body><h1>Links for pkg-demo</h1>
        <a href="../../packages/{NAME}#sha256={SHA.upper()}" data-requires-python="&gt;=3.8">{NAME}</a><br>
        <a href="/p/Pkg.Demo-0.9.zip#md5=00" data-yanked>Pkg.Demo-0.9.zip</a><br/>
        <a href="/p/pkg_demo-0.8.tar.gz#egg=x&sha256={SHA}" data-yanked="bad &amp; sad">pkg_demo-0..&gt;</a>
        <a href="https://home.example/">Home</a>
        </body></html>"""
    with serving({"GET": [html(body)]}) as server:
        found = index_at(server).page("pkg-demo")

    assert found.exists
    assert [(file.filename, file.sha256, file.yanked) for file in found.files] == [
        (NAME, SHA, False),
        ("Pkg.Demo-0.9.zip", None, ""),
        ("pkg_demo-0.8.tar.gz", SHA, "bad & sad"),
    ]
    assert found.files[0].url == f"{server.url}/packages/{NAME}"


def test_html_with_a_base_and_without_closing_tags(index_at: MakeIndex) -> None:
    found = ask(index_at, html(f"<base href='http://files.example/d/'><a href='{NAME}'>{NAME}<br><a href=x>y"))

    assert found.files[0].url == f"http://files.example/d/{NAME}"


@pytest.mark.parametrize(
    "answer",
    [
        html("<!DOCTYPE html><html><title>Links for pkg-demo</title><body></body></html>"),
        html("<meta name='pypi:repository-version' content='1.0'>"),
        html("<p></p>", "application/vnd.pypi.simple.v1+html"),
    ],
)
def test_an_empty_page_that_says_what_it_is_exists(index_at: MakeIndex, answer: Answer) -> None:
    assert ask(index_at, answer) == IndexPage("pkg-demo", exists=True)


@given(body=st.binary(max_size=200) | st.text("<>a href='pkg-demo1.zip/\"!&;#=", max_size=200).map(str.encode))
@pytest.mark.parametrize("content_type", [SIMPLE_JSON, "text/html"])
def test_no_bytes_break_the_reading(content_type: str, body: bytes) -> None:
    response = Response(200, "OK", {"content-type": content_type}, body, "https://index.invalid/simple/pkg-demo/")
    try:
        found = read_page(canonicalize_name("pkg-demo"), response)
    except FactUnknown:
        return
    assert found.exists
