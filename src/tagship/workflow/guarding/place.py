"""One project, and who can be asked what moved its main branch."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from tagship.adapters.git.journal import JOURNAL, JournalWitness, journal_beside, read_journal
from tagship.adapters.pushes import Push, push_event
from tagship.domain.guarding import Witness
from tagship.errors import Edit, FactUnknown
from tagship.workflow.other_hosts import OTHERS
from tagship.workflow.workplace import NOBODY_IS_ASKED, Workplace

if TYPE_CHECKING:
    from tagship.adapters.github.api import GitHubApi
    from tagship.adapters.github.issues import GitHubIssues

ApiT = TypeVar("ApiT", bound="GitHubApi")
NO_WITNESS = "there is no code host to ask, and no journal of a git server"


class GuardPlace(Workplace):
    """A workplace for looking at main; `journal` is that of the git server, where it does not lie beside the remote."""

    journal: Path | None = None

    @cached_property
    def branch(self) -> str:
        """The branch that is guarded; raises FactUnknown where nothing tells which it is."""
        return self.config.branch or self.repository.default_branch()

    @property
    def main_ref(self) -> str:
        """What main is here: the remote's branch as this clone knows it, or else the local one."""
        remote = self.repository.remote_name
        tracked = f"refs/remotes/{remote}/{self.branch}"
        return tracked if remote is not None and tracked in self.repository.references().names else self.branch

    @cached_property
    def push(self) -> Push | None:
        """The push that this job runs for, if it is one."""
        return push_event(self._environ)

    @property
    def in_a_job(self) -> bool:
        """Whether this is a job of GitHub, where an issue may be written; one of Forgejo says the same of itself."""
        return self._environ.get("GITHUB_ACTIONS") == "true" and self.host_name == "github"

    @cached_property
    def witness(self) -> Witness:
        """Who saw what moved main; raises FactUnknown where nobody did, or nobody may be asked."""
        if self.journal is not None:
            return JournalWitness(read_journal(self.journal))
        if self.host_name == "none":
            path = journal_beside(self.repository.remote_url(), self.repository.root)
            if path is None or not path.exists():
                where = f"name it with --journal; a guarded server has it at {JOURNAL}"
                raise FactUnknown(NO_WITNESS, remedy=Edit(where))
            return JournalWitness(read_journal(path))
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        if self.host_name in OTHERS:
            return self.other_host.witness()
        from tagship.adapters.github.activity import GitHubActivity  # noqa: PLC0415 -- what has a journal needs no HTTP

        return self._asking(GitHubActivity)

    def issues(self) -> "GitHubIssues":
        """The host's issues; raises FactUnknown where there is no such host."""
        from tagship.adapters.github.issues import GitHubIssues  # noqa: PLC0415 -- as above

        return self._asking(GitHubIssues)

    def _asking(self, kind: type[ApiT]) -> ApiT:
        if self._on_github is None:
            raise FactUnknown("the remote is not on GitHub", remedy=Edit('set host = "none" in [tool.tagship]'))
        from tagship.adapters.github.token import token_at_hand  # noqa: PLC0415 -- as above

        token = token_at_hand(self._environ)
        if token is not None:
            self.wishes.on_secret(token)
        return kind(self._http, *self._on_github, token)
