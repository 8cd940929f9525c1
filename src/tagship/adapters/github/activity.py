"""What moved a branch on GitHub: its log of activity, and which pull request a commit is of.

- contents=read is enough for the log, pull_requests=read for the pull requests
- of an indirect merge the log says `push`, and the pull request says `merged`: the log is right
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, Final
from urllib.parse import quote

from tagship.adapters.github.api import PER_PAGE, Asked, GitHubApi, as_object, as_objects
from tagship.domain.guarding import BranchUpdate, Moved, PullRequestOf
from tagship.errors import FactUnknown

KINDS: Mapping[str, Moved] = MappingProxyType(
    {
        "push": Moved.PUSH,
        "force_push": Moved.FORCED,
        "branch_creation": Moved.CREATED,
        "branch_deletion": Moved.DELETED,
        "pr_merge": Moved.PULL_REQUEST,
        "merge_queue_merge": Moved.QUEUE,
    }
)
PERIODS: Final = (("day", 1), ("week", 7), ("month", 28), ("quarter", 90), ("year", 365))
"""What the log can be asked for, and for how many days that is good at least."""
_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_READ_ACTIVITY = Asked("the activity log", "contents=read")
_READ_PULLS = Asked("the pull requests of a commit", "pull_requests=read")
_READ_MERGED = Asked("the pull requests that were merged", "pull_requests=read")


class GitHubActivity(GitHubApi):
    """The witness of a repository on GitHub; reading raises FactUnknown."""

    name: ClassVar = "the activity log of the host"

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:
        """The log of a branch, newest first, a page at a time."""
        name = f"refs/heads/{branch}"
        ref = quote(name, safe="")
        period = "" if since is None else _period(since)
        for page in self._pages(f"{self._repository}/activity?ref={ref}&per_page={PER_PAGE}{period}", _READ_ACTIVITY):
            # What moved another branch proves nothing here, whatever made the host tell of it.
            yield from (_update_in(item) for item in as_objects(page) if item.get("ref", name) == name)

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        """The closed pull requests into a branch, a page at a time; those that were not merged say so."""
        query = f"state=closed&base={quote(branch, safe='')}&sort=updated&direction=desc&per_page={PER_PAGE}"
        for page in self._pages(f"{self._repository}/pulls?{query}", _READ_MERGED):
            yield from map(_pull_in, as_objects(page))

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        """The pull requests that brought a commit, or that propose it."""
        response = self._ask("GET", f"{self._repository}/commits/{commit}/pulls?per_page={PER_PAGE}", None)
        return tuple(map(_pull_in, as_objects(self._expect(response, _READ_PULLS))))


def _period(since: datetime) -> str:
    days = (datetime.now(UTC) - since) / timedelta(days=1)
    # Beyond a year there is no word for it, and the whole log is asked for.
    return next((f"&time_period={word}" for word, good_for in PERIODS if days < good_for), "")


def _update_in(item: Mapping[str, object]) -> BranchUpdate:
    before, after, kind = item.get("before"), item.get("after"), item.get("activity_type")
    if not (_is_name(before) and _is_name(after)):
        raise FactUnknown("the host describes an update of a branch without its commits")
    actor = item.get("actor")
    login = as_object(actor).get("login") if actor is not None else None
    return BranchUpdate(
        str(before),
        str(after),
        KINDS.get(str(kind), Moved.OTHER),
        login if isinstance(login, str) else None,
        _moment(item.get("timestamp")),
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _SHA.fullmatch(value) is not None


def _moment(told: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(told))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _pull_in(answer: Mapping[str, object]) -> PullRequestOf:
    number, base = answer.get("number"), as_object(answer.get("base")).get("ref")
    if not isinstance(number, int) or not isinstance(base, str):
        raise FactUnknown("the host describes a pull request without its number or its base")
    merge, url = answer.get("merge_commit_sha"), answer.get("html_url")
    return PullRequestOf(
        f"#{number}",
        answer.get("merged_at") is not None,
        base,
        merge if isinstance(merge, str) else None,
        url if isinstance(url, str) else None,
    )
