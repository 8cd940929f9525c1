"""Releases on GitHub, and what it says of commits, pull requests and files."""

import hashlib
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote

from tagship.adapters.github.api import (
    API,
    CREATED,
    NO_CONTENT,
    NOT_FOUND,
    OK,
    PER_PAGE,
    UPLOADS,
    Asked,
    GitHubApi,
    Object,
    as_object,
    as_objects,
)
from tagship.adapters.github.checks import OwnRun, belongs_to_run, check_of_run, check_of_status, run_of
from tagship.adapters.github.pulls import MOST_PULLS, content_in, pull_in
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState, CommitCheck, HostRelease, PullRequest
from tagship.errors import Conflict, Edit, FactUnknown, Visit

_UPLOADED = "uploaded"

# What the host replaces by a dot in the names of files.
_NOT_KEPT = re.compile(r"[^A-Za-z0-9._+-]+")


class GitHubReleases(GitHubApi):
    """The releases of one repository, and what its checks say of a commit.

    `own_run` is the workflow run that we are, if we are one.
    """

    def __init__(
        self,
        http: HttpClient,
        owner: str,
        repository: str,
        token: Secret | None,
        *,
        own_run: OwnRun | None = None,
        api: str = API,
        uploads: str = UPLOADS,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(http, owner, repository, token, api=api, uploads=uploads, patience=patience)
        self._releases = f"{self._repository}/releases"
        self._own_run = own_run
        self._workflows: dict[str, str | None] = {}

    def checks(self, commit: str) -> tuple[CommitCheck, ...]:
        """The latest state of every check run and commit status; the jobs of our own run are left out.

        So are those jobs of an earlier run of our workflow that did not succeed: a release that failed is no reason
        against trying it again. Whose run it was is asked for these alone, and where the host does not say they count.
        """
        base = f"{self._repository}/commits/{quote(commit, safe='')}"
        runs = self._pages(f"{base}/check-runs?filter=latest&per_page={PER_PAGE}", _READ_CHECKS)
        statuses = self._pages(f"{base}/status?per_page={PER_PAGE}", _READ_STATUSES)
        found = [run for page in runs for run in as_objects(as_object(page).get("check_runs"))]
        others = [run for run in found if not self._is_ours(run)]
        told = [status for page in statuses for status in as_objects(as_object(page).get("statuses"))]
        return (*map(check_of_run, others), *map(check_of_status, told))

    def _is_ours(self, run: Object) -> bool:
        if self._own_run is None:
            return False
        if belongs_to_run(run, self._own_run.id):
            return True
        number, path = run_of(run), self._own_run.path
        if not path or number is None or check_of_run(run).state is CheckState.GREEN:
            return False
        return self._workflow_of(number) == path

    def _workflow_of(self, number: str) -> str | None:
        """The path of the workflow that a run is one of; None where the host does not say."""
        if number not in self._workflows:
            response = self._ask("GET", f"{self._repository}/actions/runs/{number}", None)
            told = as_object(self._expect(response, _READ_RUN)).get("path") if response.status == OK else None
            self._workflows[number] = None if told is None else str(told).partition("@")[0]
        return self._workflows[number]

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """The open pull requests that changed last, MOST_PULLS of them at most."""
        url = f"{self._repository}/pulls?state=open&sort=updated&direction=desc&per_page={PER_PAGE}"
        pages = self._pages(url, _READ_PULLS)
        return tuple(islice((pull_in(pull) for page in pages for pull in as_objects(page)), MOST_PULLS))

    def file(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit; None for what is not there, is no file, or is larger than 1 MB."""
        url = f"{self._repository}/contents/{quote(path)}?ref={quote(commit, safe='')}"
        response = self._ask("GET", url, None)
        if response.status == NOT_FOUND:
            return None
        return content_in(self._expect(response, _READ_FILES))

    def release(self, tag: str) -> HostRelease | None:
        """The release of a tag, drafts included; raises Conflict where several drafts claim the tag."""
        pages = self._pages(f"{self._releases}?per_page={PER_PAGE}", _READ_RELEASES)
        found = [release for page in pages for release in as_objects(page) if release.get("tag_name") == tag]
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
        asked = Asked(f"the draft release of {tag}", expected=CREATED)
        answer = self._write("POST", self._releases, asked, fields)
        return _release_in(as_object(answer))

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        """Add one file to a draft; the same bytes under the same name count as added."""
        response = self._ask("GET", f"{self._releases}/{release.id}", None)
        current = as_object(self._expect(response, _READ_RELEASES))
        if self._has(current, name, content):
            return
        target = str(current.get("upload_url", "")).partition("{")[0]
        if not self._is_own(target):
            raise FactUnknown(
                "the release names an address for uploads that belongs to none of the host's own",
                remedy=Edit("name the address for uploads of this GitHub server"),
            )
        asked = Asked(f"the file {name}", expected=CREATED)
        self._write("POST", f"{target}?name={quote(name, safe='')}", asked, content)

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:
        """Make a draft public; doing it twice is doing it once."""
        fields = {"draft": False, "make_latest": "true" if latest else "false"}
        answer = self._write("PATCH", f"{self._releases}/{release.id}", Asked(f"the release {release.url}"), fields)
        return _release_in(as_object(answer))

    def _has(self, current: Object, name: str, content: bytes) -> bool:
        """Whether the release holds our bytes; what is left of an upload that broke off is removed."""
        names = {name, _NOT_KEPT.sub(".", name).strip(".")}
        asset = next((asset for asset in _assets(current) if asset.get("name") in names), None)
        if asset is None:
            return False
        if asset.get("state", _UPLOADED) != _UPLOADED:
            target = f"{self._releases}/assets/{asset.get('id')}"
            self._write("DELETE", target, Asked(f"what is left of {name}", expected=NO_CONTENT), None)
            return False
        ours = f"sha256:{hashlib.sha256(content).hexdigest()}"
        theirs = asset.get("digest")
        if theirs == ours:
            return True
        raise Conflict(
            f"the release already holds a file {name}: {theirs or 'digest unknown'} there, {ours} here",
            remedy=Visit(str(current.get("html_url", self._releases))),
        )


_READ_RELEASES = Asked("the releases", "contents=read")
_READ_RUN = Asked("the workflow run", "actions=read")
_READ_CHECKS = Asked("the check runs", "checks=read")
_READ_FILES = Asked("the files of a commit", "contents=read")
_READ_PULLS = Asked("the pull requests", "pull_requests=read")
_READ_STATUSES = Asked("the commit statuses", "statuses=read")


def _assets(release: Object) -> Iterator[Object]:
    return as_objects(release.get("assets", []))


def _release_in(answer: Object) -> HostRelease:
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
