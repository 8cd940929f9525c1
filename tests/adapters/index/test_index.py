"""Probing a credential without uploading, and fetching what the index serves."""

import logging
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from adapters.index.files import NAME
from adapters.index.test_upload import said
from adapters.loopback import Answer, Manner, serving
from adapters.planted import assert_hidden, credential, planted, trail
from tagship.adapters.http import Unreachable
from tagship.adapters.index import PackageIndex
from tagship.domain.credential import Liveness, NotSaid
from tagship.errors import FactUnknown

MakeIndex = Callable[..., PackageIndex]
DEVPI_BROKE = b'{"message": "Exception during token verification: KeyError: \'name\'", "code": "403 Forbidden"}'
PAGE = b"<!DOCTYPE html><title>Blocked by your network</title>"
NAME_IS_MISSING = "'' is an invalid value for Name. Error: This field is required. See /core-metadata for more."


def nothing(done: int, total: int) -> None:
    """Watch no progress."""


# Probing


@pytest.mark.parametrize(
    ("answer", "remedy"),
    [
        (said(403, "no such user"), "proxy"),
        (Answer(403), "proxy"),
        (Answer(403, PAGE), "proxy"),
        (Answer(403, b"Access denied by policy 17"), "proxy"),
        (Answer(401, PAGE, {"WWW-Authenticate": "Basic"}), "proxy"),
        (Answer(401), "proxy"),
        (said(400, "Unknown protocol version."), "address"),
        (Answer(400, b"bad host name"), "address"),
        (Answer(200), "address"),
        (Answer(200, PAGE), "proxy"),
        (Answer(308, headers={"Location": "/legacy/x/"}), "address"),
        (Answer(404), "address"),
        (Answer(410), "address"),
        (Answer(429), "recovered"),
        (Answer(503), "recovered"),
    ],
)
@pytest.mark.parametrize("site", [True, False])
def test_an_answer_that_proves_nothing_is_told(index_at: MakeIndex, answer: Answer, remedy: str, *, site: bool) -> None:
    with serving({"POST": [answer]}) as server, pytest.raises(NotSaid) as caught:
        index_at(server, site=site).probe(credential("x"))

    assert caught.value.told.startswith(str(answer.status))
    assert f"127.0.0.1:{urlsplit(server.url).port} answered {caught.value.told}" in caught.value.message
    assert remedy in str(caught.value.remedy)


def test_what_an_unknown_answer_says_is_quoted_without_the_token(index_at: MakeIndex) -> None:
    value = planted()
    answer = Answer(403, f"no {value} here, friend".encode())
    with serving({"POST": [answer]}) as server, pytest.raises(NotSaid) as caught:
        index_at(server).probe(credential(value))

    assert "here, friend" in caught.value.message
    assert_hidden(value, trail(caught.value))


def test_a_challenge_is_the_word_of_an_index_that_nobody_knows_alone(index_at: MakeIndex) -> None:
    challenge = Answer(401, headers={"WWW-Authenticate": 'Basic realm="pypi"'})
    with serving({"POST": [challenge]}) as server:
        assert index_at(server, site=False).probe(credential("x")) is Liveness.DEAD
        with pytest.raises(NotSaid):
            index_at(server, site=True).probe(credential("x"))


def test_the_probe_names_no_project(index_at: MakeIndex) -> None:
    with serving({"POST": [said(400, NAME_IS_MISSING)]}) as server:
        index_at(server).probe(credential("x"))

    asked = server.asked[0]
    assert (asked.method, asked.path) == ("POST", "/legacy/")
    assert parse_qsl(asked.body.decode()) == [(":action", "file_upload"), ("protocol_version", "1")]
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("answer", "liveness"),
    [
        (said(400, NAME_IS_MISSING), Liveness.ALIVE),
        (Answer(400, reason=NAME_IS_MISSING), Liveness.ALIVE),
        (said(400, "Invalid value for name. Error: This field is required."), Liveness.ALIVE),
        (said(403, "Invalid or non-existent authentication information. See /help/#invalid-auth"), Liveness.DEAD),
        (said(403, "Invalid API Token: token is expired"), Liveness.DEAD),
        (Answer(403, PAGE, reason="Invalid or non-existent authentication information."), Liveness.DEAD),
        (Answer(403, b'{"message": "The token id abc doesn\'t exist", "code": "403 Forbidden"}'), Liveness.DEAD),
        (Answer(403, DEVPI_BROKE.replace(b"KeyError: 'name'", b"signature mismatch")), Liveness.DEAD),
        (Answer(403, DEVPI_BROKE), Liveness.UNKNOWN),
    ],
)
@pytest.mark.parametrize("site", [True, False])
def test_what_an_answer_proves(index_at: MakeIndex, answer: Answer, liveness: Liveness, *, site: bool) -> None:
    with serving({"POST": [answer]}) as server:
        assert index_at(server, site=site).probe(credential("x")) is liveness


@pytest.mark.parametrize(
    "told", ["Read-only mode: Uploads are temporarily disabled.", "New uploads are temporarily disabled."]
)
def test_an_index_that_takes_nothing_says_so_itself(index_at: MakeIndex, told: str) -> None:
    with serving({"POST": [said(403, told)]}) as server, pytest.raises(FactUnknown, match="takes no uploads") as caught:
        index_at(server).probe(credential("x"))

    assert told in caught.value.message


def test_no_answer_proves_nothing_and_says_why(index_at: MakeIndex, caplog: pytest.LogCaptureFixture) -> None:
    value = planted()
    caplog.set_level(logging.DEBUG)
    with serving({"POST": [Answer(manner=Manner.CLOSE)]}) as server, pytest.raises(Unreachable) as caught:
        index_at(server).probe(credential(value))

    assert len(server.asked) == 3
    assert_hidden(value, trail(caught.value), caplog.text)


# Downloading


def test_a_file_arrives_whole(index_at: MakeIndex, tmp_path: Path) -> None:
    content = bytes(range(256)) * 1000
    target = tmp_path / NAME
    steps: list[tuple[int, int]] = []
    with serving({"GET": [Answer(302, headers={"Location": "/files/real"}), Answer(200, content)]}) as server:
        index_at(server).download(f"{server.url}/files/x", target, lambda *step: steps.append(step))

    assert target.read_bytes() == content
    assert steps[-1] == (len(content), len(content))
    assert list(tmp_path.iterdir()) == [target]
    assert all("authorization" not in asked.headers for asked in server.asked)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (Answer(200, b"half", manner=Manner.BREAK_OFF), "broke off"),
        (Answer(200, b"half", manner=Manner.BREAK_OFF_A_CHUNK), "broke off"),
        (Answer(manner=Manner.CLOSE), "broke off"),
        (Answer(404, b"gone"), "status 404"),
        (Answer(503), "status 503"),
        (Answer(206, b"part"), "status 206"),
        (Answer(200, b""), "a page in place of"),
        (Answer(200, b"<title>Sign in</title>", {"Content-Type": "text/html; charset=utf-8"}), "a page in place of"),
    ],
)
def test_nothing_is_left_of_a_file_that_did_not_arrive(
    index_at: MakeIndex, tmp_path: Path, answer: Answer, told: str
) -> None:
    target = tmp_path / NAME
    target.write_bytes(b"what was there before")
    with serving({"GET": [answer]}) as server, pytest.raises(FactUnknown, match=told):
        index_at(server).download(f"{server.url}/x", target, nothing)

    assert target.read_bytes() == b"what was there before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_download_that_breaks_off_once_starts_anew(index_at: MakeIndex, tmp_path: Path) -> None:
    target = tmp_path / NAME
    with serving({"GET": [Answer(200, b"half and more", manner=Manner.BREAK_OFF), Answer(200, b"whole")]}) as server:
        index_at(server).download(f"{server.url}/x", target, nothing)

    assert target.read_bytes() == b"whole"


def test_a_place_that_cannot_be_written_is_told(index_at: MakeIndex, tmp_path: Path) -> None:
    with serving({"GET": [Answer(200, b"x")]}) as server, pytest.raises(FactUnknown, match="cannot be written"):
        index_at(server).download(f"{server.url}/x", tmp_path / "missing" / NAME, nothing)


def test_an_interruption_leaves_nothing_behind(index_at: MakeIndex, tmp_path: Path) -> None:
    def interrupt(done: int, _: int) -> None:
        if done:
            raise KeyboardInterrupt

    with serving({"GET": [Answer(200, bytes(100_000))]}) as server, pytest.raises(KeyboardInterrupt):
        index_at(server).download(f"{server.url}/x", tmp_path / NAME, interrupt)

    assert list(tmp_path.iterdir()) == []


# Whether there is an index at all


def test_an_address_that_knows_nothing_says_nothing_of_a_project(index_at: MakeIndex) -> None:
    with serving({"GET": [Answer(404)] * 4, "HEAD": [Answer(404)] * 2}) as server:
        index = index_at(server)
        for _ in range(2):
            with pytest.raises(FactUnknown, match="not a simple index"):
                index.page(NAME)


@pytest.mark.parametrize("root", [200, 302, 401, 403, 405])
def test_an_index_that_answers_for_itself_is_asked_for_that_once(index_at: MakeIndex, root: int) -> None:
    with serving({"GET": [Answer(404)] * 2, "HEAD": [Answer(root)]}) as server:
        index = index_at(server)
        pages = [index.page(NAME), index.page(NAME)]

    assert [page.exists for page in pages] == [False, False]
    assert [asked.method for asked in server.asked] == ["GET", "HEAD", "GET"]
