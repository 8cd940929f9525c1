"""Releases on GitHub, over its REST API.

"Not found" there means not there or not allowed, so a missing permission is told beside the status.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import cast
from urllib.parse import quote, urlsplit

from tagship.adapters.commit_checks import belongs_to_run, check_of_run, check_of_status
from tagship.adapters.http import (
    LONGEST_WAIT,
    TRIES,
    HttpClient,
    Patience,
    Response,
    Stream,
    Unreachable,
    host_of,
    retry_after,
)
from tagship.adapters.pulls import MOST_PULLS, content_in, pull_in
from tagship.adapters.quoting import one_line, quote_from
from tagship.adapters.redact import Redactor
from tagship.domain.credential import Secret
from tagship.domain.facts import CommitCheck, HostRelease, PullRequest
from tagship.errors import (
    Conflict,
    CredentialHalt,
    Edit,
    FactUnknown,
    Incomplete,
    Refused,
    Remedy,
    TagshipError,
    Visit,
)

API = "https://api.github.com"
UPLOADS = "https://uploads.github.com"
API_VERSION = "2022-11-28"
TOKEN_VARIABLES = ("GH_TOKEN", "GITHUB_TOKEN")

_PER_PAGE = 100
_MOST_PAGES = 100
_OK = 200
_CREATED = 201
_NO_CONTENT = 204
_NOT_FOUND = 404
_MOVED = frozenset({301, 302, 307, 308})
_UNAUTHORIZED = 401
_DENIED = frozenset({_UNAUTHORIZED, 403, 404})
_LIMITED = frozenset({403, 429})
_UPLOADED = "uploaded"
_ALREADY_EXISTS = "already_exists"
_CHECK_ADDRESS = "check the address of the API"
_REPEATABLE = frozenset({"GET", "PATCH"})

_NEXT = re.compile(r'<([^>]+)>\s*;\s*rel="next"')
# What the host replaces by a dot in the names of files.
_NOT_KEPT = re.compile(r"[^A-Za-z0-9._+-]+")

_Object = dict[str, object]


def github_token(environ: Mapping[str, str]) -> Secret | None:
    """The token in GH_TOKEN, else in GITHUB_TOKEN, or None."""
    for variable in TOKEN_VARIABLES:
        if value := environ.get(variable, "").strip():
            return Secret(value, origin=variable)
    return None


class GitHubReleases:
    """The releases of one repository, and what its checks say of a commit.

    `api` and `uploads` are addresses without a slash at the end. Without a token only what is public is seen,
    and nothing is written. `own_run` is the id of the workflow run that we are, if we are one. Reading raises
    FactUnknown; writing raises CredentialHalt, Refused, Conflict or Incomplete as well.
    """

    def __init__(
        self,
        http: HttpClient,
        owner: str,
        repository: str,
        token: Secret | None,
        *,
        own_run: str | None = None,
        api: str = API,
        uploads: str = UPLOADS,
        patience: Patience | None = None,
    ) -> None:
        self._http = http
        self._repository = f"{api}/repos/{quote(owner, safe='')}/{quote(repository, safe='')}"
        self._releases = f"{self._repository}/releases"
        self._token = token
        self._own_run = own_run
        self._origins = (_origin(api), _origin(uploads))
        self._redactor = Redactor([] if token is None else [token])
        self._patience = patience or Patience()

    def checks(self, commit: str) -> tuple[CommitCheck, ...]:
        """The latest state of every check run and commit status; jobs of our own run are left out."""
        base = f"{self._repository}/commits/{quote(commit, safe='')}"
        runs = self._pages(f"{base}/check-runs?filter=latest&per_page={_PER_PAGE}", _READ_CHECKS)
        statuses = self._pages(f"{base}/status?per_page={_PER_PAGE}", _READ_STATUSES)
        found = [run for page in runs for run in _objects(_object(page).get("check_runs"))]
        others = [run for run in found if self._own_run is None or not belongs_to_run(run, self._own_run)]
        told = [status for page in statuses for status in _objects(_object(page).get("statuses"))]
        return (*map(check_of_run, others), *map(check_of_status, told))

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """The open pull requests that changed last, MOST_PULLS of them at most."""
        url = f"{self._repository}/pulls?state=open&sort=updated&direction=desc&per_page={_PER_PAGE}"
        pages = self._pages(url, _READ_PULLS)
        return tuple(islice((pull_in(pull) for page in pages for pull in _objects(page)), MOST_PULLS))

    def file(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit; None for what is not there, is no file, or is larger than 1 MB."""
        url = f"{self._repository}/contents/{quote(path)}?ref={quote(commit, safe='')}"
        response = self._ask("GET", url, None)
        if response.status == _NOT_FOUND:
            return None
        return content_in(self._expect(response, _READ_FILES))

    def release(self, tag: str) -> HostRelease | None:
        """The release of a tag, drafts included; raises Conflict where several drafts claim the tag."""
        pages = self._pages(f"{self._releases}?per_page={_PER_PAGE}", _READ_RELEASES)
        found = [release for page in pages for release in _objects(page) if release.get("tag_name") == tag]
        public = [release for release in found if release.get("draft") is False]
        if not found:
            return None
        if not public and len(found) > 1:
            raise Conflict(
                f"there are {len(found)} draft releases for {tag}",
                remedy=Visit(str(found[0].get("html_url", self._releases))),
            )
        return _release_in((public or found)[0])

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:
        """Make a draft; the tag must be on the host already, or publishing would make one."""
        fields = {"tag_name": tag, "name": title, "body": notes, "draft": True, "prerelease": prerelease}
        asked = _Asked(f"the draft release of {tag}", expected=_CREATED)
        answer = self._write("POST", self._releases, asked, fields)
        return _release_in(_object(answer))

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        """Add one file to a draft; the same bytes under the same name count as added."""
        response = self._ask("GET", f"{self._releases}/{release.id}", None)
        current = _object(self._expect(response, _READ_RELEASES))
        if self._has(current, name, content):
            return
        target = str(current.get("upload_url", "")).partition("{")[0]
        if _origin(target) not in self._origins:
            raise FactUnknown(
                "the release names an address for uploads that belongs to none of the host's own",
                remedy=Edit("name the address for uploads of this GitHub server"),
            )
        asked = _Asked(f"the file {name}", expected=_CREATED)
        self._write("POST", f"{target}?name={quote(name, safe='')}", asked, content)

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:
        """Make a draft public; doing it twice is doing it once."""
        fields = {"draft": False, "make_latest": "true" if latest else "false"}
        answer = self._write("PATCH", f"{self._releases}/{release.id}", _Asked(f"the release {release.url}"), fields)
        return _release_in(_object(answer))

    def _has(self, current: _Object, name: str, content: bytes) -> bool:
        """Whether the release holds our bytes; what is left of an upload that broke off is removed."""
        names = {name, _NOT_KEPT.sub(".", name).strip(".")}
        asset = next((asset for asset in _assets(current) if asset.get("name") in names), None)
        if asset is None:
            return False
        if asset.get("state", _UPLOADED) != _UPLOADED:
            target = f"{self._releases}/assets/{asset.get('id')}"
            self._write("DELETE", target, _Asked(f"what is left of {name}", expected=_NO_CONTENT), None)
            return False
        ours = f"sha256:{hashlib.sha256(content).hexdigest()}"
        theirs = asset.get("digest")
        if theirs == ours:
            return True
        raise Conflict(
            f"the release already holds a file {name}: {theirs or 'digest unknown'} there, {ours} here",
            remedy=Visit(str(current.get("html_url", self._releases))),
        )

    def _pages(self, url: str, asked: "_Asked") -> Iterator[object]:
        following: str | None = url
        for _ in range(_MOST_PAGES):
            if following is None:
                return
            response = self._ask("GET", following, None)
            yield self._expect(response, asked)
            following = self._next_page(response)
        raise FactUnknown(f"the list of {asked.what} does not end", remedy=Edit(_CHECK_ADDRESS))

    def _next_page(self, response: Response) -> str | None:
        found = _NEXT.search(response.headers.get("link", ""))
        if found is None:
            return None
        if _origin(found.group(1)) not in self._origins:
            raise FactUnknown(
                f"the list of releases goes on at {host_of(found.group(1))}, where the token is not sent",
                remedy=Edit(_CHECK_ADDRESS),
            )
        return found.group(1)

    def _write(self, method: str, url: str, asked: "_Asked", content: Mapping[str, object] | bytes | None) -> object:
        if self._token is None:
            raise CredentialHalt(
                f"{asked.what} needs a token, and neither {' nor '.join(TOKEN_VARIABLES)} is set",
                remedy=Edit(f"set {TOKEN_VARIABLES[0]} to a token with the permission {asked.permission}"),
            )
        try:
            response = self._ask(method, url, content)
        except Unreachable as error:
            raise Incomplete(
                f"{error.message}, and whether {asked.what} arrived is not known",
                remedy=Edit("run the same command again: it looks first"),
            ) from error
        return self._expect(response, asked)

    def _ask(self, method: str, url: str, content: Mapping[str, object] | bytes | None) -> Response:
        """The answer, after the pauses that a rate limit asks for; a limited request was not carried out."""
        response = self._ask_once(method, url, content)
        for _ in range(TRIES - 1):
            wait = _seconds_of_limit(response)
            if wait is None or wait > LONGEST_WAIT:
                break
            self._patience.pause(wait)
            response = self._ask_once(method, url, content)
        return response

    def _ask_once(self, method: str, url: str, content: Mapping[str, object] | bytes | None) -> Response:
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": API_VERSION}
        body: bytes | Stream | None = None
        if isinstance(content, bytes):
            headers["Content-Type"] = "application/octet-stream"
            body = Stream(len(content), lambda: iter((content,)))
        elif content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content).encode()

        def ask() -> Response:
            return self._http.request(method, url, headers=headers, body=body, auth=self._token)

        # What may be done twice is asked for with patience; the rest once, for the caller looks before it leaps.
        return self._patience.ask(ask) if method in _REPEATABLE else ask()

    def _expect(self, response: Response, asked: "_Asked") -> object:
        """The answer's JSON where its status is the expected one, else the error that tells why not."""
        if response.status == _NO_CONTENT == asked.expected:
            return None
        if response.status != asked.expected:
            raise self._error(response, asked)
        try:
            return response.json()
        except ValueError as error:
            raise asked.later(f"{host_of(response.url)} answered about {asked.what} with no JSON") from error

    def _error(self, response: Response, asked: "_Asked") -> TagshipError:
        quoted = quote_from(response, self._redactor, keys=("message",))
        told = f"{asked.what}: {host_of(response.url)} answered {quoted}"
        wait = _seconds_of_limit(response)
        if wait is not None:
            advice = Edit("run it again after that")
            return asked.later(f"{told}; its rate limit ends in {wait:.0f} seconds", remedy=advice)
        if response.transient:
            return asked.later(told, remedy=Edit("run it again when the host has recovered"))
        if response.status in _MOVED:
            return asked.later(
                f"{told}; the repository has another name now, and a token follows no redirect",
                remedy=Edit("set the remote's address to the new name"),
            )
        if response.status in _DENIED:
            return (CredentialHalt if asked.writing else FactUnknown)(told, remedy=self._permission(response, asked))
        return self._refusal(response, told) if asked.writing else FactUnknown(told, remedy=Edit(_CHECK_ADDRESS))

    def _refusal(self, response: Response, told: str) -> TagshipError:
        details = one_line(response.text, self._redactor)
        if _ALREADY_EXISTS in response.text:
            return Conflict(f"{told}; it exists already", remedy=Edit("look at the releases of the repository"))
        return Refused(f"{told} ({details})", remedy=Edit("mend what the host says, and run it again"))

    def _permission(self, response: Response, asked: "_Asked") -> Remedy:
        """What to give the token; the host itself tells what an endpoint wants, where it knows the token."""
        if self._token is None:
            return Edit(f"set {TOKEN_VARIABLES[0]} to a token with the permission {asked.permission}")
        if response.status == _UNAUTHORIZED:
            return Edit(f"set {self._token.origin} to a token that is valid")
        wanted = one_line(response.headers.get("x-accepted-github-permissions", ""), self._redactor)
        workflows = ", and workflows=write where the tagged commit changes .github/workflows against the default branch"
        return Edit(
            f"give {self._token.origin} the permission {wanted or asked.permission} on this repository"
            f"{workflows if asked.writing else ''}; check the repository's name too, since it is not found without"
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a request is about, the permission it usually takes, and the status that means yes."""

    what: str
    permission: str = "contents=write"
    expected: int = _OK

    @property
    def writing(self) -> bool:
        """Whether the request changes something."""
        return self.permission.endswith("write")

    @property
    def later(self) -> type[Incomplete | FactUnknown]:
        """What it is when nothing is wrong with us."""
        return Incomplete if self.writing else FactUnknown


_READ_RELEASES = _Asked("the releases", "contents=read")
_READ_CHECKS = _Asked("the check runs", "checks=read")
_READ_FILES = _Asked("the files of a commit", "contents=read")
_READ_PULLS = _Asked("the pull requests", "pull_requests=read")
_READ_STATUSES = _Asked("the commit statuses", "statuses=read")


def _seconds_of_limit(response: Response) -> float | None:
    """How long a rate limit lasts, or None where it is not what the answer is about."""
    if response.status not in _LIMITED:
        return None
    asked = retry_after(response)
    if asked is not None:
        return asked
    if response.headers.get("x-ratelimit-remaining") != "0":
        return None
    try:
        return max(float(response.headers.get("x-ratelimit-reset", "")) - time.time(), 0.0)
    except ValueError:
        return LONGEST_WAIT


def _origin(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def _object(value: object) -> _Object:
    if not isinstance(value, dict):
        raise FactUnknown("the host's answer has another shape than its API promises")
    return cast("_Object", value)


def _objects(value: object) -> Iterator[_Object]:
    if not isinstance(value, list):
        raise FactUnknown("the host's answer has another shape than its API promises")
    return (_object(entry) for entry in value)


def _assets(release: _Object) -> Iterator[_Object]:
    return _objects(release.get("assets", []))


def _release_in(answer: _Object) -> HostRelease:
    number, url, draft = answer.get("id"), answer.get("html_url"), answer.get("draft")
    if not (isinstance(number, int) and isinstance(url, str) and isinstance(draft, bool)):
        raise FactUnknown("the host describes a release without id, address or state")
    names = (asset.get("name") for asset in _assets(answer) if asset.get("state", _UPLOADED) == _UPLOADED)
    return HostRelease(
        id=number,
        url=url,
        draft=draft,
        notes=str(answer.get("body") or ""),
        assets=tuple(name for name in names if isinstance(name, str)),
    )
