"""The stand-in host answers as GitHub's releases API does."""

import base64
import hashlib
import json
from collections.abc import Iterator

import pytest

from rehearsal.talking import Answer, Talker
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.host.pulls import StoredPull

RELEASES = "/repos/stand-in/project/releases"


@pytest.fixture
def host() -> Iterator[StandInHost]:
    with StandInHost() as running:
        yield running
        assert running.server.crashes == []


class Caller(Talker):
    """Talks to the host with a token."""

    def __init__(self, host: StandInHost, token: str) -> None:
        super().__init__(host.api_url)
        self._token = token

    def call(self, method: str, path: str, content: object = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self._token}", "User-Agent": "tests"} | headers
        raw = content if isinstance(content, bytes) or content is None else json.dumps(content).encode()
        return self.ask(method, path, headers=sent, body=raw)


@pytest.fixture
def call(host: StandInHost) -> Iterator[Caller]:
    caller = Caller(host, host.token)
    yield caller
    caller.pool.clear()


def drafted(call: Caller, tag: str = "v1.0.0") -> dict[str, object]:
    answer = call.call("POST", RELEASES, {"tag_name": tag, "name": tag, "body": "notes", "draft": True})
    assert answer.status == 201
    release = json.loads(answer.body)
    assert isinstance(release, dict)
    return release


def attach(call: Caller, release: dict[str, object], name: str, content: bytes = b"content") -> Answer:
    url = str(release["upload_url"]).partition("{")[0]
    return call.call("POST", f"{url}?name={name}", content, **{"Content-Type": "application/octet-stream"})


def test_from_draft_to_public(call: Caller) -> None:
    draft = drafted(call)
    hidden = call.call("GET", f"{RELEASES}/tags/v1.0.0")
    listed = json.loads(call.call("GET", RELEASES).body)
    asset = json.loads(attach(call, draft, "receipt.json").body)
    published = json.loads(call.call("PATCH", str(draft["url"]), {"draft": False, "make_latest": "true"}).body)
    shown = json.loads(call.call("GET", f"{RELEASES}/tags/v1.0.0").body)

    assert (draft["draft"], draft["published_at"]) == (True, None)
    assert hidden.status == 404
    assert [release["id"] for release in listed] == [draft["id"]]
    assert asset["digest"] == f"sha256:{hashlib.sha256(b'content').hexdigest()}"
    assert (asset["name"], asset["size"], asset["state"]) == ("receipt.json", 7, "uploaded")
    assert shown == published
    assert [held["id"] for held in shown["assets"]] == [asset["id"]]
    assert json.loads(call.call("GET", f"{RELEASES}/latest").body)["tag_name"] == "v1.0.0"


def test_the_content_of_an_asset(call: Caller) -> None:
    asset = json.loads(attach(call, drafted(call), "receipt.json", b"{}").body)

    assert call.call("GET", asset["url"], Accept="application/octet-stream").body == b"{}"
    assert json.loads(call.call("GET", asset["url"]).body)["name"] == "receipt.json"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ({"name": "without a tag"}, 422, "missing_field"),
        ({"tag_name": "v1.0.0"}, 422, "already_exists"),
        ({"tag_name": "v1.0.0", "draft": True}, 201, None),
        ({"tag_name": 1}, 422, None),
        ({"tag_name": "v2", "draft": "yes"}, 422, None),
        ({"tag_name": "v2", "make_latest": "maybe"}, 422, None),
        (["v2"], 400, None),
        (b"{", 400, None),
    ],
)
def test_what_can_be_created(call: Caller, content: object, status: int, code: str | None) -> None:
    call.call("POST", RELEASES, {"tag_name": "v1.0.0"})

    answer = call.call("POST", RELEASES, content)

    assert answer.status == status
    assert code is None or [error["code"] for error in json.loads(answer.body)["errors"]] == [code]


def test_one_public_release_per_tag(call: Caller) -> None:
    first, second = drafted(call), drafted(call)
    call.call("PATCH", str(first["url"]), {"draft": False})

    answer = call.call("PATCH", str(second["url"]), {"draft": False})

    assert answer.status == 422
    assert json.loads(answer.body)["errors"][0]["code"] == "already_exists"


def test_one_asset_per_name(call: Caller) -> None:
    draft = drafted(call)

    answers = [attach(call, draft, name) for name in ("a.txt", "a.txt", "b%20c.txt", "...")]

    assert [answer.status for answer in answers] == [201, 422, 201, 422]
    assert json.loads(answers[2].body)["name"] == "b.c.txt"


def test_what_is_published_is_locked_where_the_repository_says_so() -> None:
    with StandInHost(immutable=True) as host:
        call = Caller(host, host.token)
        draft = drafted(call)
        published = json.loads(call.call("PATCH", str(draft["url"]), {"draft": False}).body)

        assert published["immutable"] is True
        assert attach(call, draft, "late.txt").status == 422
        assert call.call("PATCH", str(draft["url"]), {"tag_name": "v9"}).status == 422
        assert call.call("PATCH", str(draft["url"]), {"body": "a typing error mended"}).status == 200


def test_a_pre_release_is_never_the_latest(call: Caller) -> None:
    call.call("POST", RELEASES, {"tag_name": "v1.0.0"})
    call.call("POST", RELEASES, {"tag_name": "v2.0.0rc1", "prerelease": True})

    assert json.loads(call.call("GET", f"{RELEASES}/latest").body)["tag_name"] == "v1.0.0"


def test_a_patch_to_an_old_line_need_not_be_the_latest(call: Caller) -> None:
    call.call("POST", RELEASES, {"tag_name": "v2.0.0"})
    call.call("POST", RELEASES, {"tag_name": "v1.0.1", "make_latest": "false"})

    assert json.loads(call.call("GET", f"{RELEASES}/latest").body)["tag_name"] == "v2.0.0"


def test_pages_lead_on(call: Caller) -> None:
    for number in range(5):
        drafted(call, f"v{number}")

    first = call.call("GET", f"{RELEASES}?per_page=3")
    rest = call.call("GET", first.headers["Link"].partition(">")[0].lstrip("<"))

    assert [release["tag_name"] for release in json.loads(first.body)] == ["v4", "v3", "v2"]
    assert [release["tag_name"] for release in json.loads(rest.body)] == ["v1", "v0"]
    assert 'rel="next"' not in rest.headers["Link"]


def test_what_is_deleted_is_gone(call: Caller) -> None:
    draft = drafted(call)
    asset = json.loads(attach(call, draft, "a.txt").body)

    assert [call.call("DELETE", str(url)).status for url in (asset["url"], draft["url"], draft["url"])] == [
        204,
        204,
        404,
    ]


def test_who_may_only_read_sees_nothing_else(host: StandInHost, call: Caller) -> None:
    reader = Caller(host, host.reading_token)
    draft = drafted(call)

    assert json.loads(reader.call("GET", RELEASES).body) == []
    assert reader.call("GET", str(draft["url"])).status == 404
    assert reader.call("POST", RELEASES, {"tag_name": "v1"}).status == 404
    call.call("PATCH", str(draft["url"]), {"draft": False})
    assert reader.call("GET", str(draft["url"])).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": "Bearer nonsense"}, 401),
        ({"Authorization": ""}, 401),
        ({"User-Agent": ""}, 403),
        ({"X-GitHub-Api-Version": "1999-01-01"}, 400),
        ({"X-GitHub-Api-Version": "2022-11-28"}, 200),
    ],
)
def test_manners(call: Caller, headers: dict[str, str], status: int) -> None:
    assert call.call("GET", RELEASES, None, **headers).status == status


@pytest.mark.parametrize("path", ["/", "/repos/other/project/releases", f"{RELEASES}/9", f"{RELEASES}/assets/9"])
def test_what_is_not_there(call: Caller, path: str) -> None:
    assert [call.call(method, path).status for method in ("GET", "DELETE")] == [404, 404]


def test_the_repository_itself(call: Caller) -> None:
    described = json.loads(call.call("GET", "/repos/stand-in/project").body)

    assert (described["default_branch"], described["permissions"]["push"]) == ("main", True)


class TestPullRequests:
    PULLS = "/repos/stand-in/project/pulls"

    def test_they_are_listed_by_pages(self, host: StandInHost, call: Caller) -> None:
        host.pulls += [StoredPull(number, f"branch-{number}", f"{number:040}") for number in range(1, 6)]
        host.pulls.append(StoredPull(6, "closed", "f" * 40, state="closed"))

        first = call.call("GET", f"{self.PULLS}?state=open&per_page=3")
        rest = call.call("GET", first.headers["Link"].partition(">")[0].lstrip("<"))

        assert [pull["number"] for pull in json.loads(first.body)] == [5, 4, 3]
        assert [pull["head"]["ref"] for pull in json.loads(rest.body)] == ["branch-2", "branch-1"]
        assert len(json.loads(call.call("GET", f"{self.PULLS}?state=all").body)) == 6
        assert call.call("GET", f"{self.PULLS}/1").status == 404

    def test_their_files(self, host: StandInHost, call: Caller) -> None:
        host.pulls.append(StoredPull(1, "x", "c" * 40, files={"docs/a b.md": b"text\n"}))
        contents = "/repos/stand-in/project/contents"

        found = json.loads(call.call("GET", f"{contents}/docs/a%20b.md?ref={'c' * 40}").body)

        assert base64.b64decode(found["content"]) == b"text\n"
        assert call.call("GET", f"{contents}/missing?ref={'c' * 40}").status == 404
        assert call.call("GET", f"{contents}/docs/a%20b.md").status == 404
