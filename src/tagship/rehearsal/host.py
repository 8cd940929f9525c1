"""A code host on this machine: GitHub's REST API for releases, as far as drafting, attaching and publishing need it."""

import json
import math
import secrets
import threading
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from tagship.rehearsal.actions import Actions
from tagship.rehearsal.pulls import StoredPull, shown_file, shown_pulls
from tagship.rehearsal.releases import (
    HostRefusal,
    Releases,
    Scribe,
    StoredAsset,
    StoredRelease,
    invalid_request,
    wishes_in,
)
from tagship.rehearsal.wire import Exchange, LoopbackServer, Request, Response

API_VERSIONS = frozenset({"", "2022-11-28", "2026-03-10"})
JSON_TYPE = "application/json; charset=utf-8"
DOCUMENTATION = "https://docs.github.com/rest"
LARGEST_PAGE = 100
USUAL_PAGE = 30
LARGEST_BODY = 64 << 20


class StandInHost:
    """A host of one repository (`owner/name`) that exists inside its with block.

    `token` may write; `reading_token` may read what is public, and is told that everything else is not there.
    `immutable` locks published releases, as the repository's setting of that name does. `check_runs` holds, by
    commit and name, how a check ended (`success`, `failure` ...), or None for one that is still running. `actions` are
    the repository's workflows and what they have begun. `pulls` are its pull requests.
    """

    def __init__(self, repository: str = "stand-in/project", *, branch: str = "main", immutable: bool = False) -> None:
        self.repository = repository
        self.token = f"stand_in_{secrets.token_urlsafe(30)}"
        self.reading_token = f"stand_in_{secrets.token_urlsafe(30)}"
        self.releases = Releases(branch, immutable=immutable)
        self.check_runs: dict[str, dict[str, str | None]] = {}
        self.actions = Actions()
        self.pulls: list[StoredPull] = []
        self.server = LoopbackServer(self._answer)
        self._lock = threading.RLock()

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.__exit__(kind, error, trace)

    @property
    def api_url(self) -> str:
        """Where the API begins, without a slash at the end."""
        return self.server.url

    @property
    def log(self) -> list[Exchange]:
        """Every request so far."""
        return self.server.log

    def _answer(self, request: Request) -> Response:
        try:
            body = _whole(request)
            with self._lock:
                return self._route(request, body)
        except HostRefusal as refusal:
            content: dict[str, object] = {"message": refusal.message, "documentation_url": DOCUMENTATION}
            if refusal.details:
                content["errors"] = list(refusal.details)
            return _json({**content, "status": str(refusal.status.value)}, refusal.status)

    def _route(self, request: Request, body: bytes) -> Response:
        writes = self._may_write(request)
        path = request.path.strip("/").split("/")
        if request.method in {"GET", "HEAD"}:
            return self._read(request, path, writes=writes)
        if not writes:
            raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
        return self._write(request, path, body)

    def _may_write(self, request: Request) -> bool:
        """Whether the token may write; raises HostRefusal for one that is missing or unknown."""
        if not request.header("User-Agent"):
            raise HostRefusal(HTTPStatus.FORBIDDEN, "Request forbidden by administrative rules. Send a User-Agent.")
        if request.header("X-GitHub-Api-Version") not in API_VERSIONS:
            raise HostRefusal(HTTPStatus.BAD_REQUEST, "This version of the REST API is not supported.")
        scheme, _, token = request.header("Authorization").partition(" ")
        if scheme.lower() not in {"bearer", "token"}:
            raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Requires authentication")
        if secrets.compare_digest(token.encode(), self.token.encode()):
            return True
        if secrets.compare_digest(token.encode(), self.reading_token.encode()):
            return False
        raise HostRefusal(HTTPStatus.UNAUTHORIZED, "Bad credentials")

    def _read(self, request: Request, path: Sequence[str], *, writes: bool) -> Response:
        owner, name = self.repository.split("/")
        match path:
            case ["repos", o, n] if (o, n) == (owner, name):
                return _json(self._described(writes=writes))
            case ["repos", o, n, "releases", *rest] if (o, n) == (owner, name):
                return self._read_releases(request, rest, writes=writes)
            case ["repos", o, n, "commits", commit, "check-runs" | "status" as what] if (o, n) == (owner, name):
                return self._check_runs(commit) if what == "check-runs" else self._status(commit)
            case ["repos", o, n, "actions", *rest] if (o, n) == (owner, name):
                web = f"{self.server.url}/{self.repository}"
                return _json(self.actions.read(rest, request.query, web=web, writes=writes))
            case ["repos", o, n, "pulls" | "contents" as what, *rest] if (o, n) == (owner, name):
                return self._read_pulls(request, what, rest)
            case _:
                raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")

    def _read_pulls(self, request: Request, what: str, path: Sequence[str]) -> Response:
        if what == "contents":
            commit = next(iter(request.query.get("ref", ())), self.releases.branch)
            return _json(shown_file(self.pulls, commit, "/".join(path)))
        if path:
            raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
        state = next(iter(request.query.get("state", ())), "open")
        return self._list(request, shown_pulls(self.pulls, state, api=self._scribe.api, web=self._scribe.web))

    def _status(self, commit: str) -> Response:
        return _json({"state": "pending", "statuses": [], "sha": commit, "total_count": 0})

    def _check_runs(self, commit: str) -> Response:
        runs = [
            {
                "id": number,
                "name": name,
                "head_sha": commit,
                "status": "in_progress" if conclusion is None else "completed",
                "conclusion": conclusion,
                "html_url": f"{self.server.url}/{self.repository}/runs/{number}",
                "details_url": f"{self.server.url}/{self.repository}/actions/runs/{number}/job/{number}",
            }
            for number, (name, conclusion) in enumerate(self.check_runs.get(commit, {}).items(), start=1)
        ]
        return _json({"total_count": len(runs), "check_runs": runs})

    def _read_releases(self, request: Request, path: Sequence[str], *, writes: bool) -> Response:
        match path:
            case []:
                seen = (release for release in self.releases if writes or not release.draft)
                return self._list(request, [self._scribe.release(release) for release in seen])
            case ["latest"]:
                release = self.releases.latest()
            case ["tags", *tag]:
                release = self.releases.by_tag("/".join(tag))
            case ["assets", number]:
                return self._asset(request, self.releases.asset(number))
            case [number] | [number, "assets"]:
                release = self.releases.get(number)
            case _:
                raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
        if release.draft and not writes:
            raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
        written = self._scribe.release(release)
        return _json(written["assets"] if path[1:] == ["assets"] else written)

    def _write(self, request: Request, path: Sequence[str], body: bytes) -> Response:
        owner, name = self.repository.split("/")
        match (request.method, *path):
            case ("POST", "repos", o, n, "releases") if (o, n) == (owner, name):
                made = self.releases.create(wishes_in(_object(body)))
                return _json(self._scribe.release(made), HTTPStatus.CREATED)
            case ("PATCH", "repos", o, n, "releases", number) if (o, n) == (owner, name):
                changed = self.releases.change(self.releases.get(number), wishes_in(_object(body)))
                return _json(self._scribe.release(changed))
            case ("DELETE", "repos", o, n, "releases", number) if (o, n) == (owner, name):
                self.releases.delete(self.releases.get(number))
            case ("DELETE", "repos", o, n, "releases", "assets", number) if (o, n) == (owner, name):
                self.releases.detach(self.releases.asset(number))
            case ("POST", "uploads", "repos", o, n, "releases", number, "assets") if (o, n) == (owner, name):
                return self._attach(request, self.releases.get(number), body)
            case _:
                raise HostRefusal(HTTPStatus.NOT_FOUND, "Not Found")
        return Response(HTTPStatus.NO_CONTENT)

    @property
    def _scribe(self) -> Scribe:
        url = self.server.url
        return Scribe(
            api=f"{url}/repos/{self.repository}",
            web=f"{url}/{self.repository}",
            uploads=f"{url}/uploads/repos/{self.repository}",
            immutable=self.releases.immutable,
        )

    def _described(self, *, writes: bool) -> Mapping[str, object]:
        url = self.server.url
        return {
            "default_branch": self.releases.branch,
            "full_name": self.repository,
            "html_url": f"{url}/{self.repository}",
            "name": self.repository.partition("/")[2],
            "permissions": {"admin": False, "pull": True, "push": writes},
            "private": False,
            "url": f"{url}/repos/{self.repository}",
        }

    def _list(self, request: Request, found: Sequence[object]) -> Response:
        size = max(1, min(LARGEST_PAGE, _number(request, "per_page", USUAL_PAGE)))
        page = max(1, _number(request, "page", 1))
        response = _json(found[(page - 1) * size : page * size])
        if page >= math.ceil(len(found) / size):
            return response
        # As on GitHub, the next page is asked for with all that this one was.
        others = {name: values[0] for name, values in request.query.items() if values}
        following = f"{self.server.url}{request.path}?{urlencode({**others, 'per_page': size, 'page': page + 1})}"
        return Response(response.status, response.body, {**response.headers, "Link": f'<{following}>; rel="next"'})

    def _asset(self, request: Request, asset: StoredAsset) -> Response:
        if "application/octet-stream" in request.header("Accept"):
            return Response(HTTPStatus.OK, asset.content, {"Content-Type": asset.content_type})
        holder = next(release for release in self.releases if asset in release.assets)
        return _json(self._scribe.asset(asset, holder))

    def _attach(self, request: Request, release: StoredRelease, body: bytes) -> Response:
        kind = request.header("Content-Type")
        name = next(iter(request.query.get("name", ())), "")
        label = next(iter(request.query.get("label", ())), None)
        if not kind:
            raise invalid_request("Content-Type")
        asset = self.releases.attach(release, name, label, kind, body)
        return _json(self._scribe.asset(asset, release), HTTPStatus.CREATED)


def _whole(request: Request) -> bytes:
    content = bytearray()
    for block in request.body:
        content += block
        if len(content) > LARGEST_BODY:
            raise HostRefusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Payload Too Large")
    return bytes(content)


def _object(body: bytes) -> Mapping[str, object]:
    try:
        content: object = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HostRefusal(HTTPStatus.BAD_REQUEST, "Problems parsing JSON") from error
    if not isinstance(content, dict):
        raise HostRefusal(HTTPStatus.BAD_REQUEST, "Body should be a JSON object")
    return content


def _number(request: Request, name: str, usual: int) -> int:
    text = next(iter(request.query.get(name, ())), "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("1000000") else usual


def _json(content: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    return Response(status, json.dumps(content).encode(), {"Content-Type": JSON_TYPE})
