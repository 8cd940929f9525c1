"""Releases on Forgejo, and what it says of commits, pull requests and files."""

import re
import secrets
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from tagship.adapters.forgejo.api import CODEBERG, PER_PAGE, READ, WRITE, ForgejoApi
from tagship.adapters.host_api import NOT_FOUND, Asked, Object, as_object, as_objects, part, text_in, whole_in
from tagship.adapters.http import HttpClient, Patience, Stream, Unreachable
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState, CommitCheck, HostRelease, PullRequest
from tagship.errors import Conflict, CredentialHalt, Edit, FactUnknown, Incomplete, Visit

MOST_PULLS: Final = 200
_STATUSES: Final = Asked("the statuses of the commit", READ)
_RELEASES: Final = Asked("the releases", READ)
_FILES: Final = Asked("the files of a commit", READ)
_PULLS: Final = Asked("the pull requests", READ)
_STATES: Mapping[str, CheckState] = MappingProxyType(
    {
        "success": CheckState.GREEN,
        "warning": CheckState.GREEN,
        "skipped": CheckState.GREEN,
        "pending": CheckState.PENDING,
        "error": CheckState.RED,
        "failure": CheckState.RED,
    }
)


class ForgejoReleases(ForgejoApi):
    """The port `Host`: the releases of one repository, and what is said of a commit.

    `own_run` is the number of the workflow run that we are, as its page has it, if we are one.
    """

    def __init__(
        self,
        http: HttpClient,
        owner: str,
        name: str,
        token: Secret | None,
        *,
        web: str = CODEBERG,
        own_run: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(http, owner, name, token, web=web, patience=patience)
        self._releases = f"{self._repository}/releases"
        self._own_run = own_run

    def checks(self, commit: str) -> tuple[CommitCheck, ...]:
        """The latest status of every context; jobs of our own run are left out."""
        base = f"{self._repository}/commits/{quote(commit, safe='')}"
        latest: dict[str, Object] = {}
        # Newest first: of each context the first one counts.
        for status in self.listed(f"{base}/statuses?sort=recentupdate&limit={PER_PAGE}", _STATUSES):
            latest.setdefault(text_in(status, "context", "a status"), status)
        return tuple(_check_in(each) for each in latest.values() if not self._is_own(each))

    def _is_own(self, status: Object) -> bool:
        page = str(status.get("target_url") or "")
        return (
            self._own_run is not None
            and re.search(rf"/actions/runs/{re.escape(self._own_run)}(?:/|$)", page) is not None
        )

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """The open pull requests that changed last, MOST_PULLS of them at most."""
        url = f"{self._repository}/pulls?state=open&sort=recentupdate&limit={PER_PAGE}"
        return tuple(map(_pull_in, islice(self.listed(url, _PULLS), MOST_PULLS)))

    def file(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit; None for what is not there, or is no file."""
        response = self.ask("GET", f"{self._repository}/raw/{quote(path)}?ref={quote(commit, safe='')}", None)
        if response.status == NOT_FOUND:
            return None
        if response.status not in _FILES.expected:
            raise self._error(response, _FILES)
        return response.body

    def release(self, tag: str) -> HostRelease | None:
        """The release of a tag, drafts included; raises Conflict where several drafts claim the tag."""
        told = self.listed(f"{self._releases}?limit={PER_PAGE}", _RELEASES)
        found = [each for each in told if each.get("tag_name") == tag]
        public = [each for each in found if each.get("draft") is False]
        if not public and len(found) > 1:
            page = str(found[0].get("html_url", f"{self._page}/releases"))
            raise Conflict(f"there are {len(found)} draft releases for {tag}", remedy=Visit(page))
        return _release_in((public or found)[0]) if found else None

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:
        """Make a draft; the tag must be on the host already."""
        body = {"tag_name": tag, "name": title, "body": notes, "draft": True, "prerelease": prerelease}
        asked = Asked(f"the draft release of {tag}", WRITE, writes=True)
        return _release_in(as_object(self.write("POST", self._releases, asked, body)))

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        """Add one file to a draft; one of the same name and size counts as added, since the host tells no digest."""
        current = as_object(self.read(f"{self._releases}/{release.id}", _RELEASES))
        there = next((each for each in as_objects(current.get("assets") or []) if each.get("name") == name), None)
        if there is None:
            self._upload(release, name, content)
        elif there.get("size") != len(content):
            told = f"the release already holds a file {name} of {there.get('size')} bytes, and ours has {len(content)}"
            raise Conflict(told, remedy=Visit(release.url))

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:  # noqa: ARG002 -- the host tells by date which is the latest
        """Make a draft public; doing it twice is doing it once."""
        asked = Asked(f"the release {release.url}", WRITE, writes=True)
        return _release_in(as_object(self.write("PATCH", f"{self._releases}/{release.id}", asked, {"draft": False})))

    def _upload(self, release: HostRelease, name: str, content: bytes) -> None:
        """Send one file as the form that the host takes."""
        asked = Asked(f"the file {name}", WRITE, writes=True)
        if self._token is None:
            raise CredentialHalt(
                f"{asked.what} needs a token, and {self.variable} is not set", remedy=self._give(asked)
            )
        boundary = secrets.token_hex(16)
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="attachment"; filename="{quoted}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        whole = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        url = f"{self._releases}/{release.id}/assets?name={quote(name, safe='')}"
        headers = {**self._headers(url), "Content-Type": f"multipart/form-data; boundary={boundary}"}
        try:
            response = self._http.request(
                "POST", url, headers=headers, body=Stream(len(whole), lambda: iter((whole,))), confidential=True
            )
        except Unreachable as error:
            raise Incomplete(
                f"{error.message}, and whether {asked.what} arrived is not known",
                remedy=Edit("run the same command again: it looks first"),
            ) from error
        self._expect(response, asked)


def _check_in(status: Object) -> CommitCheck:
    name, state = text_in(status, "context", "a status"), text_in(status, "status", "a status")
    told, page = _STATES.get(state), status.get("target_url")
    if told is None:
        raise FactUnknown(f"the host says that {name} is {state}, which means nothing here")
    return CommitCheck(name, told, page if isinstance(page, str) and page else None)


def _pull_in(answer: Object) -> PullRequest:
    what, head = "a pull request", part(answer, "head")
    owner = part(part(head, "repo"), "owner").get("login") or part(answer, "user").get("login")
    return PullRequest(
        number=whole_in(answer, "number", what),
        url=text_in(answer, "html_url", what),
        branch=text_in(head, "ref", what),
        owner=str(owner or ""),
        commit=text_in(head, "sha", what),
        base=text_in(part(answer, "base"), "ref", what),
    )


def _release_in(answer: Object) -> HostRelease:
    names = (each.get("name") for each in as_objects(answer.get("assets") or []))
    return HostRelease(
        id=whole_in(answer, "id", "a release"),
        url=text_in(answer, "html_url", "a release"),
        draft=answer.get("draft") is True,
        notes=str(answer.get("body") or ""),
        assets=tuple(name for name in names if isinstance(name, str)),
    )
