"""Releases on GitLab, and what it says of commits, merge requests and files."""

import re
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from typing import Final
from urllib.parse import quote

from tagship.adapters.gitlab.api import PER_PAGE, READ, WEB, GitLabApi
from tagship.adapters.host_api import NOT_FOUND, Asked, Object, as_object, as_objects, part, text_in, whole_in
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret
from tagship.domain.facts import CheckState, CommitCheck, HostRelease, PullRequest
from tagship.errors import Edit, FactUnknown

MOST_PULLS: Final = 200
PACKAGE: Final = "tagship-release"
"""Under which name the files of releases lie in the project's registry of generic packages."""
_WRITE: Final = "the scope api, of somebody who may write"
_STATUSES: Final = Asked("the statuses of the commit", READ)
_RELEASES: Final = Asked("the releases", READ)
_FILES: Final = Asked("the files of a commit", READ)
_PULLS: Final = Asked("the merge requests", READ)
_NOT_KEPT = re.compile(r"[^A-Za-z0-9._+-]+")
_STATES: Mapping[str, CheckState] = MappingProxyType(
    {
        **dict.fromkeys(("success", "skipped", "manual"), CheckState.GREEN),
        **dict.fromkeys(("failed", "canceled", "canceling"), CheckState.RED),
        **dict.fromkeys(
            ("created", "waiting_for_resource", "preparing", "pending", "running", "scheduled"), CheckState.PENDING
        ),
    }
)


class GitLabReleases(GitLabApi):
    """The port `Host`: the releases of one project, and what its pipelines say of a commit.

    GitLab knows no drafts: what is drafted is kept here, with its files, until it is published, and gone with this
    object. `own_pipeline` is the id of the pipeline that we are a job of, if we are one.
    """

    def __init__(
        self,
        http: HttpClient,
        path: str,
        token: Secret | None,
        *,
        web: str = WEB,
        job_token: Secret | None = None,
        own_pipeline: str | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(http, path, token, web=web, job_token=job_token, patience=patience)
        self._own_pipeline = own_pipeline
        self._drafts: dict[str, tuple[HostRelease, str]] = {}
        self._files: dict[str, dict[str, bytes]] = {}

    def checks(self, commit: str) -> tuple[CommitCheck, ...]:
        """The latest state of every job and status; those of our own pipeline are left out."""
        url = f"{self._project}/repository/commits/{quote(commit, safe='')}/statuses?per_page={PER_PAGE}"
        told = self.listed(url, _STATUSES)
        return tuple(_check_in(each) for each in told if str(each.get("pipeline_id")) != self._own_pipeline)

    def open_pulls(self) -> tuple[PullRequest, ...]:
        """The open merge requests that changed last, MOST_PULLS of them at most."""
        url = f"{self._project}/merge_requests?state=opened&order_by=updated_at&sort=desc&per_page={PER_PAGE}"
        owner = self._path.rpartition("/")[0]
        return tuple(_pull_in(each, owner) for each in islice(self.listed(url, _PULLS), MOST_PULLS))

    def file(self, commit: str, path: str) -> bytes | None:
        """The content of a file at a commit; None for what is not there, or is no file."""
        url = f"{self._project}/repository/files/{quote(path, safe='')}/raw?ref={quote(commit, safe='')}"
        response = self.ask("GET", url, None)
        if response.status == NOT_FOUND:
            return None
        if response.status not in _FILES.expected:
            raise self._error(response, _FILES)
        return response.body

    def release(self, tag: str) -> HostRelease | None:
        """The release of a tag: the host's, else what is drafted here."""
        found = self.found(f"{self._project}/releases/{quote(tag, safe='')}", _RELEASES)
        if found is not None:
            return _release_in(as_object(found))
        drafted = self._drafts.get(tag)
        return None if drafted is None else drafted[0]

    def draft(self, tag: str, *, title: str, notes: str, prerelease: bool) -> HostRelease:  # noqa: ARG002 -- GitLab has no mark for pre-releases
        """Keep what will be published."""
        drafted = HostRelease(len(self._drafts), f"{self.page}/-/releases/{quote(tag, safe='')}", True, notes)  # noqa: FBT003 -- a draft
        self._drafts[tag] = (drafted, title)
        self._files[tag] = {}
        return drafted

    def attach(self, release: HostRelease, name: str, content: bytes) -> None:
        """Keep one file for a draft; raises FactUnknown for a release that was not drafted here."""
        tag = self._tag_of(release)
        self._files[tag][name] = content
        drafted, title = self._drafts[tag]
        names = tuple(self._files[tag])
        self._drafts[tag] = (HostRelease(drafted.id, drafted.url, drafted.draft, drafted.notes, names), title)

    def publish(self, release: HostRelease, *, latest: bool) -> HostRelease:  # noqa: ARG002 -- GitLab tells by date which is the latest
        """Put the files into the registry of packages, and make the release, which everybody sees at once."""
        tag = self._tag_of(release)
        drafted, title = self._drafts[tag]
        links = [self._uploaded(tag, name, content) for name, content in self._files[tag].items()]
        body = {"tag_name": tag, "name": title, "description": drafted.notes, "assets": {"links": links}}
        asked = Asked(f"the release of {tag}", _WRITE, writes=True)
        made = _release_in(as_object(self.write("POST", f"{self._project}/releases", asked, body)))
        del self._drafts[tag], self._files[tag]
        return made

    def _uploaded(self, tag: str, name: str, content: bytes) -> Mapping[str, str]:
        """One file in the registry, as a link of the release; what lies there already is replaced by the same."""
        version = _NOT_KEPT.sub("-", tag)
        url = f"{self._project}/packages/generic/{PACKAGE}/{quote(version, safe='')}/{quote(name, safe='')}"
        self.write("PUT", url, Asked(f"the file {name}", _WRITE, writes=True), content)
        return {"name": name, "url": url, "link_type": "other"}

    def _tag_of(self, release: HostRelease) -> str:
        tag = next((tag for tag, (drafted, _) in self._drafts.items() if drafted.url == release.url), None)
        if tag is None:
            raise FactUnknown(f"{release.url} was not drafted here", remedy=Edit("run the same command again"))
        return tag


def _check_in(status: Object) -> CommitCheck:
    name, state = text_in(status, "name", "a status"), text_in(status, "status", "a status")
    page = status.get("target_url")
    told = _STATES.get(state)
    if told is None:
        raise FactUnknown(f"the host says that {name} is {state}, which means nothing here")
    if told is CheckState.RED and status.get("allow_failure") is True:
        told = CheckState.GREEN  # as the host's own pipeline has it
    return CommitCheck(name, told, page if isinstance(page, str) and page else None)


def _pull_in(answer: Object, owner: str) -> PullRequest:
    what = "a merge request"
    same = answer.get("source_project_id") == answer.get("target_project_id")
    return PullRequest(
        number=whole_in(answer, "iid", what),
        url=text_in(answer, "web_url", what),
        branch=text_in(answer, "source_branch", what),
        owner=owner if same else str(part(answer, "author").get("username") or ""),
        commit=text_in(answer, "sha", what),
        base=text_in(answer, "target_branch", what),
    )


def _release_in(answer: Object) -> HostRelease:
    links = part(answer, "assets").get("links")
    names = [each.get("name") for each in as_objects(links)] if links is not None else []
    return HostRelease(
        id=0,
        url=text_in(part(answer, "_links"), "self", "a release"),
        draft=False,
        notes=str(answer.get("description") or ""),
        assets=tuple(name for name in names if isinstance(name, str)),
    )
