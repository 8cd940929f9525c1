"""Merge requests of a project on the stand-in for GitLab, and the events of what moved its branches.

A merge and a direct push are told in the same words, and a merge request whose last commit is pushed straight to its
target is marked as merged: as GitLab has it, and the reason why neither alone proves anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tagship.rehearsal.other_hosts.rest import Call, Route, Table, answered
from tagship.rehearsal.wire import Response

NOWHERE = "0" * 40


@dataclass(slots=True)
class MergeRequest:
    """One merge request; `sha` is its last commit, the others are None until it is merged."""

    iid: int
    source: str
    target: str
    sha: str
    title: str = ""
    state: str = "opened"
    merge_commit: str | None = None
    squash_commit: str | None = None
    commits: set[str] = field(default_factory=set)


class Merging:
    """The merge requests, and the events, newest last; `page` is the project's."""

    def __init__(self, paged: Callable[[Call, Sequence[object]], Response], page: Callable[[], str]) -> None:
        self._paged = paged
        self._page = page
        self.requests: list[MergeRequest] = []
        self.events: list[Table] = []

    def open(self, source: str, sha: str, *, target: str = "main") -> MergeRequest:
        """Propose a branch."""
        made = MergeRequest(len(self.requests) + 1, source, target, sha, commits={sha})
        self.requests.append(made)
        return made

    def merge(
        self, request: MergeRequest, before: str, after: str, *, how: str = "merge", at: datetime | None = None
    ) -> None:
        """Merge one: `how` is merge, squash or ff, which says what `after` is."""
        request.state = "merged"
        request.merge_commit = after if how == "merge" else None
        request.squash_commit = after if how == "squash" else None
        request.commits.add(after)
        self._tell(request.target, before, after, at=at)

    def pushed(self, before: str, after: str, *, branch: str = "main", at: datetime | None = None) -> None:
        """Push straight to a branch."""
        for request in self.requests:
            if request.state == "opened" and request.target == branch and request.sha == after:
                request.state = "merged"
        self._tell(branch, before, after, at=at)

    def _tell(self, branch: str, before: str, after: str, *, at: datetime | None) -> None:
        action = "created" if not before.strip("0") else "removed" if not after.strip("0") else "pushed"
        push = {
            "commit_count": 1,
            "action": action,
            "ref_type": "branch",
            "commit_from": before if before.strip("0") else None,
            "commit_to": after if after.strip("0") else None,
            "ref": branch,
            "commit_title": "",
            "ref_count": None,
        }
        when = (at or datetime.now(UTC)).isoformat().replace("+00:00", "Z")
        event = {"id": len(self.events) + 1, "action_name": "pushed to", "created_at": when}
        self.events.append({**event, "author_username": "somebody", "push_data": push})

    def routes(self) -> Sequence[Route]:
        """What leads where below the project."""
        return (
            Route("GET", "merge_requests", 0, self._list),
            Route("GET", "repository/commits/{sha}/merge_requests", 0, self._of_commit),
            Route("GET", "events", 0, self._events),
        )

    def _list(self, call: Call) -> Response:
        state, target = call.asked("state", "all"), call.asked("target_branch")
        found = [each for each in reversed(self.requests) if state in {"all", each.state}]
        return self._paged(call, [self._shown(each) for each in found if target in {"", each.target}])

    def _of_commit(self, call: Call) -> Response:
        return answered([self._shown(each) for each in self.requests if call.names["sha"] in each.commits])

    def _events(self, call: Call) -> Response:
        after = call.asked("after")
        found = [each for each in reversed(self.events) if str(each["created_at"])[:10] > after]
        return self._paged(call, found)

    def _shown(self, request: MergeRequest) -> Table:
        return {
            "id": 1000 + request.iid,
            "iid": request.iid,
            "project_id": 7,
            "title": request.title,
            "state": request.state,
            "source_branch": request.source,
            "target_branch": request.target,
            "source_project_id": 7,
            "target_project_id": 7,
            "author": {"id": 1, "username": "somebody"},
            "sha": request.sha,
            "merge_commit_sha": request.merge_commit,
            "squash_commit_sha": request.squash_commit,
            "web_url": f"{self._page()}/-/merge_requests/{request.iid}",
        }
