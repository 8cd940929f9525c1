"""Issues on GitHub: one that is ours is found again, opened, and added to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from tagship.adapters.github.api import CREATED, PER_PAGE, Asked, GitHubApi, Object, as_object, as_objects
from tagship.errors import FactUnknown

JOBS: Final = "github-actions[bot]"
"""In whose name the token of a job acts; it may not ask who it is."""
_READ: Final = Asked("the issues", "issues=read")
_WHO: Final = Asked("the account of the token", "metadata=read")


@dataclass(frozen=True, slots=True)
class HostIssue:
    """An open issue."""

    number: int
    url: str
    body: str


class GitHubIssues(GitHubApi):
    """The issues of a repository; see `GitHubApi` for what is raised."""

    def whoami(self) -> str:
        """In whose name the token acts: that of a job is refused the question, which is an answer as well."""
        response = self._ask("GET", f"{self._repository.partition('/repos/')[0]}/user", None)
        if response.status in {403, 404}:
            return JOBS
        login = as_object(self._expect(response, _WHO)).get("login")
        if not isinstance(login, str):
            raise FactUnknown("the host does not say whose token this is")
        return login

    def find(self, marker: str, author: str) -> HostIssue | None:
        """The open issue of an author whose text begins with a marker; the oldest of several.

        By whom it was opened is looked at as well, since everybody may open an issue and write a marker into it.
        """
        query = f"state=open&creator={quote(author, safe='')}&direction=asc&per_page={PER_PAGE}"
        return next(self._ours(query, marker, author), None)

    def _ours(self, query: str, marker: str, author: str) -> Iterator[HostIssue]:
        for page in self._pages(f"{self._repository}/issues?{query}", _READ):
            for each in as_objects(page):
                if "pull_request" in each or as_object(each.get("user") or {}).get("login") != author:
                    continue
                if str(each.get("body") or "").startswith(marker):
                    yield _issue_in(each)

    def open(self, title: str, body: str) -> HostIssue:
        """Open one."""
        asked = Asked(f"the issue {title!r}", "issues=write", expected=CREATED)
        return _issue_in(
            as_object(self._write("POST", f"{self._repository}/issues", asked, {"title": title, "body": body}))
        )

    def change(self, issue: HostIssue, body: str) -> None:
        """Give it another text."""
        self._write("PATCH", f"{self._repository}/issues/{issue.number}", _writing(issue), {"body": body})

    def comment(self, issue: HostIssue, body: str) -> None:
        """Say something below it, which those hear of who follow it."""
        asked = Asked(f"the issue #{issue.number}", "issues=write", expected=CREATED)
        self._write("POST", f"{self._repository}/issues/{issue.number}/comments", asked, {"body": body})


def _writing(issue: HostIssue) -> Asked:
    return Asked(f"the issue #{issue.number}", "issues=write")


def _issue_in(answer: Object) -> HostIssue:
    number, url = answer.get("number"), answer.get("html_url")
    if not isinstance(number, int) or not isinstance(url, str):
        raise FactUnknown("the host describes an issue without number or address")
    return HostIssue(number, url, str(answer.get("body") or ""))
