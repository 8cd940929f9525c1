"""What moved a branch on GitLab: its events of pushes, which say the same of a merge as of a direct push.

- the host marks a merge request as merged when its commits are pushed straight to main, so that this proves nothing
- where nobody may push to the branch, as a protected branch can have it, what comes comes through a merge request
- a protection tells of today, and nothing of when it was made: what is older than a day is not judged by it
- else an update that a merge request could have made is of no kind that is known, and one that none could is a push
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import ClassVar, Final
from urllib.parse import quote

from tagship.adapters.gitlab.api import PER_PAGE, READ
from tagship.adapters.gitlab.settings import GitLabSettings
from tagship.adapters.host_api import Asked, Object, part, text_in, whole_in
from tagship.domain.guarding import BranchUpdate, Moved, PullRequestOf
from tagship.domain.hosting import Protection, Rule
from tagship.errors import FactUnknown

_EVENTS: Final = Asked("the events of pushes", READ)
_PULLS: Final = Asked("the merge requests", READ)
FRESH: Final = timedelta(days=1)
"""For how long after a push the protection of today is taken for that of then."""
_NOWHERE: Final = "0" * 40
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class GitLabActivity(GitLabSettings):
    """The port `Witness` for a project on GitLab; reading raises FactUnknown."""

    name: ClassVar = "the host's events of pushes"

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:
        """The pushes to a branch, newest first, a page at a time."""
        # The host means days after the one that it is told.
        period = "" if since is None else f"&after={(since - timedelta(days=1)).date().isoformat()}"
        url = f"{self._project}/events?action=pushed&sort=desc&per_page={PER_PAGE}{period}"
        for event in self.listed(url, _EVENTS):
            push = part(event, "push_data")
            if push.get("ref_type") == "branch" and push.get("ref") == branch:
                yield self._update_in(event, push, branch)

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        """The merge requests that were merged into a branch, a page at a time."""
        query = f"state=merged&target_branch={quote(branch, safe='')}&order_by=updated_at&sort=desc&per_page={PER_PAGE}"
        for each in self.listed(f"{self._project}/merge_requests?{query}", _PULLS):
            yield _pull_in(each)

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        """The merge requests that a commit is of."""
        url = f"{self._project}/repository/commits/{quote(commit, safe='')}/merge_requests?per_page={PER_PAGE}"
        return tuple(map(_pull_in, self.listed(url, _PULLS)))

    def _update_in(self, event: Object, push: Object, branch: str) -> BranchUpdate:
        before, after = push.get("commit_from") or _NOWHERE, push.get("commit_to") or _NOWHERE
        if not (_is_name(before) and _is_name(after)):
            raise FactUnknown("the host describes a push without its commits")
        who, at = event.get("author_username"), event.get("created_at")
        moment = _moment(at)
        fresh = moment is not None and datetime.now(UTC) - moment <= FRESH
        kind = self._kind(str(push.get("action")), str(after), branch, fresh=fresh)
        return BranchUpdate(str(before), str(after), kind, who if isinstance(who, str) else None, moment)

    def _kind(self, action: str, after: str, branch: str, *, fresh: bool) -> Moved:
        match action:
            case "created":
                return Moved.CREATED
            case "removed":
                return Moved.DELETED
            case "pushed" if fresh and self._keeps_pushes_out(branch):
                return Moved.PULL_REQUEST
            case "pushed":
                return Moved.OTHER if after in self._merged_into(branch) else Moved.PUSH
            case _:
                return Moved.OTHER

    def _keeps_pushes_out(self, branch: str) -> bool:
        """Whether nobody at all may push there, as far as the caller is shown."""
        if branch not in self._kept_out:
            try:
                rules = self.main_rules(branch)
            except FactUnknown:
                rules = Protection()
            bindings = [rules.binding(rule, (branch,)) for rule in (Rule.PULL_REQUEST, Rule.NO_FORCE_PUSH)]
            self._kept_out[branch] = all(binding.binds_everybody for binding in bindings)
        return self._kept_out[branch]

    @cached_property
    def _kept_out(self) -> dict[str, bool]:
        return {}

    def _merged_into(self, branch: str) -> frozenset[str]:
        """The commits that merge requests into a branch left it at."""
        if branch not in self._merges:
            told = (pull.merge_commit for pull in self.merged_pulls(branch) if pull.merged)
            self._merges[branch] = frozenset(commit for commit in told if commit is not None)
        return self._merges[branch]

    @cached_property
    def _merges(self) -> dict[str, frozenset[str]]:
        return {}


def _pull_in(answer: Object) -> PullRequestOf:
    what = "a merge request"
    # A merge commit, or the squashed one, or, moved forward, the last commit of the request itself.
    made = (answer.get(name) for name in ("merge_commit_sha", "squash_commit_sha", "sha"))
    url = answer.get("web_url")
    return PullRequestOf(
        f"!{whole_in(answer, 'iid', what)}",
        answer.get("state") == "merged",
        text_in(answer, "target_branch", what),
        next((name for name in made if isinstance(name, str)), None),
        url if isinstance(url, str) else None,
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _SHA.fullmatch(value) is not None


def _moment(told: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
