"""Releases on a host that speaks GitHub's interface."""

import base64
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator

import pytest

from adapters.loopback import Answer, Asked, Loopback, Manner, serving
from adapters.planted import assert_hidden, planted, trail
from tagship.adapters.github.checks import OwnRun
from tagship.adapters.github.releases import GitHubReleases
from tagship.adapters.github.token import github_token
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.facts import Host, HostRelease, PullRequest
from tagship.errors import (
    Conflict,
    CredentialHalt,
    FactUnknown,
    Incomplete,
    Refused,
    TagshipError,
)

MakeHost = Callable[[Loopback], GitHubReleases]
TOKEN = "".join(letter for letter in planted(5) if letter.isascii() and letter.isalnum())


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(variable, raising=False)
        monkeypatch.delenv(variable.lower(), raising=False)


@pytest.fixture
def client() -> Iterator[HttpClient]:
    with HttpClient(connect_timeout=1.0, read_timeout=0.4, upload_timeout=0.4) as made:
        yield made


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def host_at(client: HttpClient, pauses: list[float]) -> MakeHost:
    def make(server: Loopback) -> GitHubReleases:
        token = Secret(TOKEN, origin="GH_TOKEN")
        patience = Patience(pause=pauses.append, base_delay=0.01)
        return GitHubReleases(
            client, "own er", "pro/ject", token, api=server.url, uploads=server.url, patience=patience
        )

    return make


def described(tag: str = "v1.0", number: int = 7, *, draft: bool = True, **members: object) -> dict[str, object]:
    return {
        "id": number,
        "html_url": f"https://host.example/releases/{number}",
        "tag_name": tag,
        "draft": draft,
        "body": "notes",
        "assets": [],
        **members,
    }


def answer(content: object, status: int = 200, **headers: str) -> Answer:
    return Answer(
        status, json.dumps(content).encode(), {name.replace("_", "-"): value for name, value in headers.items()}
    )


DRAFT = HostRelease(7, "https://host.example/releases/7", draft=True, notes="notes")


def test_the_client_is_the_port(host_at: MakeHost) -> None:
    with serving({}) as server:
        host: Host = host_at(server)
        assert isinstance(host, GitHubReleases)


# Reading


def test_the_question(host_at: MakeHost) -> None:
    with serving({"GET": [answer([])]}) as server:
        assert host_at(server).release("v1.0") is None

    asked = server.asked[0]
    assert asked.path == "/repos/own%20er/pro%2Fject/releases?per_page=100"
    assert asked.headers["accept"] == "application/vnd.github+json"
    assert asked.headers["x-github-api-version"] == "2022-11-28"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["user-agent"].startswith("tagship")


def test_a_draft_is_found_by_its_tag(host_at: MakeHost) -> None:
    assets = [{"name": "a.txt", "state": "uploaded"}, {"name": "b.txt", "state": "starter"}, {"name": "c.txt"}]
    with serving({"GET": [answer([described("v0.9", 6, draft=False), described(assets=assets)])]}) as server:
        found = host_at(server).release("v1.0")

    assert found == HostRelease(
        7, "https://host.example/releases/7", draft=True, notes="notes", assets=("a.txt", "c.txt")
    )


def test_every_page_is_read(host_at: MakeHost) -> None:
    def first(asked: Asked) -> Answer:
        return answer(
            [described("v0.1", 1)], link=f'<http://{asked.headers["host"]}/more?page=2>; rel="next", <x>; rel="last"'
        )

    with serving({"GET": [first, answer([described()], link='<http://x/>; rel="first"')]}) as server:
        assert host_at(server).release("v1.0") is not None

    assert [asked.path for asked in server.asked][1] == "/more?page=2"
    assert server.asked[1].headers["authorization"] == f"Bearer {TOKEN}"


def test_the_token_does_not_follow_a_list_to_another_host(host_at: MakeHost) -> None:
    with serving({"GET": [answer([])]}) as elsewhere:
        pages = [answer([], link=f'<{elsewhere.url}/x>; rel="next"')]
        with serving({"GET": pages}) as server, pytest.raises(FactUnknown, match="token is not sent"):
            host_at(server).release("v1.0")

    assert elsewhere.asked == []


def test_a_list_without_end_is_unknown(host_at: MakeHost) -> None:
    def again(asked: Asked) -> Answer:
        return answer([], link=f'<http://{asked.headers["host"]}{asked.path}>; rel="next"')

    with serving({"GET": [again]}) as server, pytest.raises(FactUnknown, match="does not end"):
        host_at(server).release("v1.0")


def test_what_is_public_wins_over_drafts(host_at: MakeHost) -> None:
    with serving({"GET": [answer([described(number=8), described(number=9, draft=False), described()])]}) as server:
        found = host_at(server).release("v1.0")

    assert found is not None
    assert (found.id, found.draft) == (9, False)


def test_two_drafts_of_one_tag_are_a_conflict(host_at: MakeHost) -> None:
    with (
        serving({"GET": [answer([described(), described(number=8)])]}) as server,
        pytest.raises(Conflict, match="2 draft"),
    ):
        host_at(server).release("v1.0")


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (answer({}), "another shape"),
        (answer([7]), "another shape"),
        (answer([{"tag_name": "v1.0"}]), "without id"),
        (Answer(200, b"<html>"), "no JSON"),
        (answer({"message": "Bad credentials"}, 401), "401: Bad credentials"),
        (answer({"message": "Not Found"}, 404), "404: Not Found"),
        (answer({"message": "moved"}, 301, location="/x"), "another name"),
        (answer({}, 418), "418"),
        (Answer(502), "502"),
        (Answer(manner=Manner.CLOSE), "broke off"),
    ],
)
def test_what_cannot_be_read_is_unknown(host_at: MakeHost, reply: Answer, told: str) -> None:
    with serving({"GET": [reply]}) as server, pytest.raises(FactUnknown, match=told):
        host_at(server).release("v1.0")


def test_a_passing_failure_is_asked_again(host_at: MakeHost) -> None:
    with serving({"GET": [Answer(502), Answer(manner=Manner.CLOSE), answer([described()])]}) as server:
        assert host_at(server).release("v1.0") == DRAFT


# Checks


def run(name: str, conclusion: str | None = "success", **members: object) -> dict[str, object]:
    return {"name": name, "status": "completed" if conclusion else "in_progress", "conclusion": conclusion, **members}


def test_check_runs_and_statuses_are_one_kind_of_thing(host_at: MakeHost) -> None:
    runs = [
        run("good", html_url="https://host.example/1"),
        run("skipped", "skipped"),
        run("bad", "failure"),
        run("late", "timed_out"),
        run("stopped", "cancelled"),
        run("of a new kind", "whatever"),
        run("busy", None),
        {"name": "queued", "status": "queued", "conclusion": None},
    ]
    statuses = [
        {"context": "old good", "state": "success", "target_url": "https://host.example/2"},
        {"context": "old busy", "state": "pending", "target_url": None},
        {"context": "old bad", "state": "failure"},
        {"context": "old ill", "state": "error"},
    ]
    with serving({"GET": [answer({"check_runs": runs}), answer({"state": "x", "statuses": statuses})]}) as server:
        checks = host_at(server).checks("c0ffee")

    assert [(check.name, check.state.value) for check in checks] == [
        ("good", "green"), ("skipped", "green"), ("bad", "red"), ("late", "red"), ("stopped", "red"),
        ("of a new kind", "red"), ("busy", "pending"), ("queued", "pending"),
        ("old good", "green"), ("old busy", "pending"), ("old bad", "red"), ("old ill", "red"),
    ]  # fmt: skip
    assert (checks[0].url, checks[8].url, checks[9].url) == ("https://host.example/1", "https://host.example/2", None)
    assert [asked.path for asked in server.asked] == [
        "/repos/own%20er/pro%2Fject/commits/c0ffee/check-runs?filter=latest&per_page=100",
        "/repos/own%20er/pro%2Fject/commits/c0ffee/status?per_page=100",
    ]


def test_every_page_of_checks_is_read(host_at: MakeHost) -> None:
    def first(asked: Asked) -> Answer:
        link = f'<http://{asked.headers["host"]}/more>; rel="next"'
        return answer({"check_runs": [run("one")]}, link=link)

    with serving({"GET": [first, answer({"check_runs": [run("two", "failure")]}), answer({"statuses": []})]}) as server:
        assert [check.name for check in host_at(server).checks("c0ffee")] == ["one", "two"]


def test_the_jobs_of_our_own_run_are_left_out(client: HttpClient) -> None:
    base = "https://host.example/o/p/actions/runs"
    runs = [
        run("ours", None, details_url=f"{base}/42/job/1"),
        run("ours too", None, html_url=f"{base}/42"),
        run("another", details_url=f"{base}/421/job/1"),
        run("elsewhere", details_url="https://ci.example/42"),
    ]
    with serving({"GET": [answer({"check_runs": runs}), answer({"statuses": []})]}) as server:
        host = GitHubReleases(client, "o", "p", None, own_run=OwnRun("42"), api=server.url)
        assert [check.name for check in host.checks("c0ffee")] == ["another", "elsewhere"]


def test_failed_jobs_of_an_earlier_run_of_our_workflow_are_left_out(client: HttpClient) -> None:
    base = "https://host.example/o/p/actions/runs"
    runs = [
        run("Publish", "failure", details_url=f"{base}/41/job/1"),
        run("Prove", "cancelled", details_url=f"{base}/41/job/2"),
        run("Gate", details_url=f"{base}/41/job/3"),
        run("tests", "failure", details_url=f"{base}/40/job/1"),
        run("hidden", "failure", details_url=f"{base}/39/job/1"),
        run("elsewhere", "failure", details_url="https://ci.example/41"),
    ]
    answers = [
        answer({"check_runs": runs}),
        answer({"path": ".github/workflows/release.yml"}),
        answer({"path": ".github/workflows/tests.yml@refs/heads/main"}),
        answer({"message": "Resource not accessible by integration"}, 403),
        answer({"statuses": []}),
    ]
    with serving({"GET": answers}) as server:
        own = OwnRun("42", "o/p/.github/workflows/release.yml@refs/heads/main")
        host = GitHubReleases(client, "o", "p", None, own_run=own, api=server.url)
        assert [check.name for check in host.checks("c0ffee")] == ["Gate", "tests", "hidden", "elsewhere"]


@pytest.mark.parametrize(
    "replies",
    [
        [answer([])],
        [answer({})],
        [answer({"check_runs": [{}]}), answer({"statuses": []})],
        [answer({"check_runs": []}), answer({"statuses": [{"context": "x", "state": "new"}]})],
        [answer({"check_runs": []}), answer({"message": "Not Found"}, 404)],
        [Answer(502)],
    ],
)
def test_checks_that_cannot_be_read_are_unknown(host_at: MakeHost, replies: list[Answer]) -> None:
    with serving({"GET": replies}) as server, pytest.raises(FactUnknown):
        host_at(server).checks("c0ffee")


def test_the_permission_for_checks_is_named(host_at: MakeHost) -> None:
    with serving({"GET": [answer({"message": "no"}, 403)]}) as server, pytest.raises(FactUnknown) as caught:
        host_at(server).checks("c0ffee")

    assert "checks=read" in str(caught.value.remedy)


# Without a token


def test_without_a_token_what_is_public_is_read(client: HttpClient) -> None:
    with serving({"GET": [answer([described(draft=False)])]}) as server:
        found = GitHubReleases(client, "o", "p", None, api=server.url).release("v1.0")

    assert found is not None
    assert "authorization" not in server.asked[0].headers


def test_without_a_token_nothing_is_written(client: HttpClient) -> None:
    with serving({}) as server, pytest.raises(CredentialHalt, match="GH_TOKEN nor GITHUB_TOKEN") as caught:
        GitHubReleases(client, "o", "p", None, api=server.url).draft("v1.0", title="", notes="", prerelease=False)

    assert server.asked == []
    assert "contents=write" in str(caught.value.remedy)


def test_without_a_token_a_private_repository_asks_for_one(client: HttpClient) -> None:
    with serving({"GET": [answer({"message": "Not Found"}, 404)]}) as server, pytest.raises(FactUnknown) as caught:
        GitHubReleases(client, "o", "p", None, api=server.url).release("v1.0")

    assert "set GH_TOKEN" in str(caught.value.remedy)


# Writing


def test_a_draft_is_made(host_at: MakeHost) -> None:
    with serving({"POST": [answer(described(), 201)]}) as server:
        made = host_at(server).draft("v1.0", title="Release 1.0", notes="nötes", prerelease=True)

    assert made == DRAFT
    assert json.loads(server.asked[0].body) == {
        "tag_name": "v1.0",
        "name": "Release 1.0",
        "body": "nötes",
        "draft": True,
        "prerelease": True,
    }


def test_a_draft_is_asked_for_once(host_at: MakeHost) -> None:
    """A second request could make a second draft; running again looks first."""
    for trouble in (Answer(manner=Manner.CLOSE), Answer(502)):
        with serving({"POST": [trouble]}) as server, pytest.raises(Incomplete):
            host_at(server).draft("v1.0", title="", notes="", prerelease=False)
        assert server.methods == ["POST"]


@pytest.mark.parametrize("latest", [True, False])
def test_a_draft_is_published(host_at: MakeHost, *, latest: bool) -> None:
    with serving({"PATCH": [Answer(502), answer(described(draft=False))]}) as server:
        published = host_at(server).publish(DRAFT, latest=latest)

    assert not published.draft
    assert server.asked[1].path == "/repos/own%20er/pro%2Fject/releases/7"
    assert json.loads(server.asked[1].body) == {"draft": False, "make_latest": "true" if latest else "false"}


def shown(server_url: str, *assets: dict[str, object]) -> Answer:
    upload = f"{server_url}/up/7/assets{{?name,label}}"
    return answer(described(assets=list(assets), upload_url=upload))


def here(asked: Asked) -> Answer:
    return shown(f"http://{asked.headers['host']}")


def test_a_file_goes_where_the_release_says(host_at: MakeHost) -> None:
    with serving({"GET": [here], "POST": [answer({}, 201)]}) as server:
        host_at(server).attach(DRAFT, "receipt & more.json", b"\x00bytes")

    asked = server.asked[1]
    assert asked.path == "/up/7/assets?name=receipt%20%26%20more.json"
    assert asked.headers["content-type"] == "application/octet-stream"
    assert asked.body == b"\x00bytes"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("target", ["", "https://elsewhere.invalid/up{?name}", "http://[::1"])
def test_a_file_goes_to_no_other_host(host_at: MakeHost, target: str) -> None:
    with (
        serving({"GET": [answer(described(upload_url=target))]}) as server,
        pytest.raises(FactUnknown, match="none of the host's own"),
    ):
        host_at(server).attach(DRAFT, "a", b"x")

    assert server.methods == ["GET"]


def asset(name: str, content: bytes, **members: object) -> dict[str, object]:
    return {
        "id": 5,
        "name": name,
        "state": "uploaded",
        "digest": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **members,
    }


@pytest.mark.parametrize(("name", "kept"), [("a", "a"), ("a b.json", "a.b.json")])
def test_the_same_file_is_not_sent_twice(host_at: MakeHost, name: str, kept: str) -> None:
    """The host keeps some names in another spelling."""
    with serving({"GET": [shown("", asset(kept, b"x"))]}) as server:
        host_at(server).attach(DRAFT, name, b"x")

    assert server.methods == ["GET"]


@pytest.mark.parametrize("held", [asset("a", b"other"), asset("a", b"x", digest=None)])
def test_another_file_of_the_name_is_a_conflict(host_at: MakeHost, held: dict[str, object]) -> None:
    with serving({"GET": [shown("", held)]}) as server, pytest.raises(Conflict, match=r"sha256:.* here"):
        host_at(server).attach(DRAFT, "a", b"x")


def test_what_is_left_of_a_broken_upload_is_removed(host_at: MakeHost) -> None:
    def broken(asked: Asked) -> Answer:
        return shown(f"http://{asked.headers['host']}", asset("a", b"x", state="starter"))

    with serving({"GET": [broken], "DELETE": [Answer(204)], "POST": [answer({}, 201)]}) as server:
        host_at(server).attach(DRAFT, "a", b"x")

    assert server.methods == ["GET", "DELETE", "POST"]
    assert server.asked[1].path.endswith("/releases/assets/5")


@pytest.mark.parametrize(
    ("reply", "kind", "told"),
    [
        (answer({"message": "Bad credentials"}, 401), CredentialHalt, "set GH_TOKEN to a token that is valid"),
        (
            answer({"message": "Resource not accessible"}, 403, x_accepted_github_permissions="contents=write; x=y"),
            CredentialHalt,
            "permission contents=write; x=y",
        ),
        (answer({"message": "Not Found"}, 404), CredentialHalt, "workflows=write"),
        (answer({"message": "Validation Failed", "errors": [{"code": "already_exists"}]}, 422), Conflict, "look at"),
        (answer({"message": "Validation Failed", "errors": [{"field": "body"}]}, 422), Refused, "mend"),
        (answer({}, 307, location="/x"), Incomplete, "new name"),
        (Answer(503), Incomplete, "recovered"),
        (Answer(201, b"<html>"), Incomplete, "None"),
        (Answer(manner=Manner.HANG), Incomplete, "it looks first"),
    ],
)
def test_a_write_that_fails_says_what_to_do(
    host_at: MakeHost, reply: Answer, kind: type[TagshipError], told: str
) -> None:
    with serving({"POST": [reply]}) as server, pytest.raises(TagshipError) as caught:
        host_at(server).draft("v1.0", title="", notes="", prerelease=False)

    assert type(caught.value) is kind
    assert told in str(caught.value.remedy)
    assert "the draft release of v1.0" in caught.value.message


# Rate limits


@pytest.mark.parametrize("status", [403, 429])
def test_a_short_limit_is_waited_for(host_at: MakeHost, pauses: list[float], status: int) -> None:
    limited = answer({"message": "secondary rate limit"}, status, retry_after="9")
    with serving({"POST": [limited, answer(described(), 201)]}) as server:
        assert host_at(server).draft("v1.0", title="", notes="", prerelease=False) == DRAFT

    assert pauses == [9.0]
    assert len(server.asked) == 2


def ask(host: GitHubReleases, method: str) -> None:
    if method == "GET":
        host.release("v1.0")
    else:
        host.draft("v1.0", title="", notes="", prerelease=False)


@pytest.mark.parametrize(("method", "kind"), [("GET", FactUnknown), ("POST", Incomplete)])
def test_a_long_limit_is_told(host_at: MakeHost, pauses: list[float], method: str, kind: type[TagshipError]) -> None:
    limited = answer(
        {"message": "limit"}, 403, x_ratelimit_remaining="0", x_ratelimit_reset=str(int(time.time()) + 2000)
    )
    with serving({method: [limited]}) as server, pytest.raises(kind, match="rate limit ends in"):
        ask(host_at(server), method)

    assert pauses == []
    assert len(server.asked) == 1


def test_a_limit_without_an_end_is_waited_for_in_vain(host_at: MakeHost, pauses: list[float]) -> None:
    with (
        serving({"GET": [answer({}, 403, x_ratelimit_remaining="0")]}) as server,
        pytest.raises(FactUnknown, match="limit"),
    ):
        host_at(server).release("v1.0")

    assert pauses == [60.0, 60.0]


# The secret


@pytest.mark.parametrize("status", [200, 201, 301, 401, 403, 404, 418, 422, 429, 500])
def test_a_host_that_repeats_the_token_is_not_quoted_with_it(
    host_at: MakeHost, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = Answer(
        status,
        json.dumps({"message": TOKEN, "errors": [TOKEN]}).encode(),
        {"X-Accepted-GitHub-Permissions": TOKEN},
        f"No {TOKEN}",
    )
    with serving({"GET": [echo], "POST": [echo], "PATCH": [echo]}) as server:
        host = host_at(server)
        asks: list[Callable[[], object]] = [
            lambda: host.release("v1.0"),
            lambda: host.draft("v1.0", title="", notes="", prerelease=False),
            lambda: host.publish(DRAFT, latest=True),
            lambda: host.attach(DRAFT, "a", b"x"),
            lambda: host.checks("c0ffee"),
        ]
        for ask_it in asks:
            with pytest.raises(TagshipError) as caught:
                ask_it()
            assert_hidden(TOKEN, trail(caught.value), str(caught.value.remedy))
    assert_hidden(TOKEN, caplog.text, repr(host))


# Where the token and the repository come from


def test_the_token_is_looked_for_in_order() -> None:
    first = github_token({"GITHUB_TOKEN": "b", "GH_TOKEN": "a"})
    second = github_token({"GITHUB_TOKEN": "b\n", "GH_TOKEN": ""})

    assert first is not None
    assert second is not None
    assert (first.reveal(), first.origin) == ("a", "GH_TOKEN")
    assert (second.reveal(), second.origin) == ("b", "GITHUB_TOKEN")
    assert github_token({"GH_TOKEN": " "}) is None


class TestPullRequests:
    PULL: dict[str, object] = {  # noqa: RUF012 -- an answer of the host
        "number": 12,
        "html_url": "https://example.org/pull/12",
        "head": {"ref": "patch-1", "sha": "c" * 40, "user": {"login": "somebody"}, "repo": None},
        "base": {"ref": "main"},
    }

    def test_they_are_told_over_pages(self, host_at: MakeHost) -> None:
        def first(asked: Asked) -> Answer:
            return answer([self.PULL], link=f'<http://{asked.headers["host"]}/more?page=2>; rel="next"')

        with serving({"GET": [first, answer([{**self.PULL, "number": 11}])]}) as server:
            pulls = host_at(server).open_pulls()

        assert [pull.number for pull in pulls] == [12, 11]
        assert pulls[0] == PullRequest(12, "https://example.org/pull/12", "patch-1", "somebody", "c" * 40, "main")
        asked = "/repos/own%20er/pro%2Fject/pulls?state=open&sort=updated&direction=desc&per_page=100"
        assert server.asked[0].path == asked

    def test_whose_fork_is_gone(self, host_at: MakeHost) -> None:
        gone = {**self.PULL, "head": {"ref": "patch-1", "sha": "c" * 40, "user": None, "repo": None}}

        with serving({"GET": [answer([gone])]}) as server:
            assert host_at(server).open_pulls()[0].owner == ""

    @pytest.mark.parametrize("broken", [{}, {"number": 1}, {**PULL, "head": {}}, {**PULL, "base": None}, 7])
    def test_told_in_another_shape(self, host_at: MakeHost, broken: object) -> None:
        with serving({"GET": [answer([broken])]}) as server, pytest.raises(FactUnknown):
            host_at(server).open_pulls()

    def test_not_allowed(self, host_at: MakeHost) -> None:
        pages = [answer({"message": "Not Found"}, 404)]
        with serving({"GET": pages}) as server, pytest.raises(FactUnknown) as caught:
            host_at(server).open_pulls()

        assert "pull_requests=read" in str(caught.value.remedy)

    def test_a_file_at_a_commit(self, host_at: MakeHost) -> None:
        content = base64.encodebytes(bytes(range(256))).decode()

        with serving({"GET": [answer({"type": "file", "encoding": "base64", "content": content})]}) as server:
            assert host_at(server).file("c" * 40, "docs/ä b.md") == bytes(range(256))

        assert server.asked[0].path == f"/repos/own%20er/pro%2Fject/contents/docs/%C3%A4%20b.md?ref={'c' * 40}"

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (404, {"message": "Not Found"}),
            (200, [{"type": "file"}]),
            (200, {"type": "submodule"}),
            (200, {"type": "file", "encoding": "none", "content": ""}),
        ],
    )
    def test_no_file_at_a_commit(self, host_at: MakeHost, status: int, body: object) -> None:
        with serving({"GET": [answer(body, status)]}) as server:
            assert host_at(server).file("c" * 40, "x") is None

    def test_a_file_in_no_base64(self, host_at: MakeHost) -> None:
        body = {"type": "file", "encoding": "base64", "content": "abc"}

        with serving({"GET": [answer(body)]}) as server, pytest.raises(FactUnknown, match="base64"):
            host_at(server).file("c" * 40, "x")
