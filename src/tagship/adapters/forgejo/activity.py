"""The pull requests of commits on Forgejo; what moved a branch is not told so that a merge differs from a push.

Its feed of activities tells of both in the same words, and of commits that were pushed by hand as merged. So no commit
is said to have come through a pull request by this witness, and none to have come past one.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import quote

from tagship.adapters.forgejo.api import PER_PAGE, READ, ForgejoApi
from tagship.adapters.host_api import Asked, Object, as_object, part, text_in, whole_in
from tagship.domain.guarding import BranchUpdate, PullRequestOf
from tagship.errors import FactUnknown, Run

_PULLS: Final = Asked("the pull requests", READ)


class ForgejoActivity(ForgejoApi):
    """The port `Witness` for a repository on Forgejo, as far as there is one."""

    name: ClassVar = "the host's log of pushes"

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:  # noqa: ARG002 -- there is no log to look into
        """Raises FactUnknown: there is no such log."""
        raise FactUnknown(
            f"Forgejo keeps no log that tells merges into {branch} from pushes",
            remedy=Run(("tagship", "doctor", "--apply")),
        )

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        """The closed pull requests into a branch, a page at a time; those that were not merged say so."""
        url = f"{self._repository}/pulls?state=closed&sort=recentupdate&limit={PER_PAGE}"
        for each in self.listed(url, _PULLS):
            if part(each, "base").get("ref") == branch:
                yield _pull_in(each)

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        """The pull request that a commit is of."""
        found = self.found(f"{self._repository}/commits/{quote(commit, safe='')}/pull", _PULLS)
        return () if found is None else (_pull_in(as_object(found)),)


def _pull_in(answer: Object) -> PullRequestOf:
    merge, url = answer.get("merge_commit_sha"), answer.get("html_url")
    return PullRequestOf(
        f"#{whole_in(answer, 'number', 'a pull request')}",
        answer.get("merged") is True,
        text_in(part(answer, "base"), "ref", "a pull request"),
        merge if isinstance(merge, str) else None,
        url if isinstance(url, str) else None,
    )
