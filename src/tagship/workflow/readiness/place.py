"""One project with all that looking at its branch touches."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from tagship.adapters.git import GitRepository
from tagship.domain.branch import AddedLeak, Rival
from tagship.domain.facts import Remote
from tagship.domain.project import Project
from tagship.errors import FactUnknown
from tagship.workflow.gather import Ports
from tagship.workflow.readiness.ahead import Ahead, Reach
from tagship.workflow.several.sharing import SharedAnswers
from tagship.workflow.workplace import NOBODY_IS_ASKED, Workplace

if TYPE_CHECKING:
    from tagship.workflow.readiness.trials import Trials

OnLine = Callable[[str, str], None]


def _unheard(_which: str, _line: str) -> None:
    """What nobody listens to."""


class BranchPlace(Workplace):
    """A workplace whose facts are about the branch that is checked out; nothing is fetched for it, and nothing written.

    `fast` leaves out what runs anything of the project. `on_line` hears what the tests and the build say.
    """

    fetches: ClassVar = False
    fast: bool = False
    on_line: OnLine = staticmethod(_unheard)

    @cached_property
    def repository(self) -> GitRepository:
        """The repository, of which nothing is fetched; raises UsageError where the project stands in none."""
        if self._within is not None:
            return self._within.repository
        return self._open.enter_context(GitRepository.at(self.directory, may_fetch=False))

    @cached_property
    def facts(self) -> Ahead:
        """The facts about the branch."""
        ports = Ports(self.repository, self.index, self.host, self._described)
        reach = Reach(
            remote=self._remote,
            rivals=self._rivals,
            trials=self._trials,
            leaks=self._leaks,
            today=datetime.now().astimezone().date(),
        )
        facts = Ahead(ports, self.config, reach, dist=self.dist, inside=self.inside, workspace=self.workspace)
        if self._within is None:
            self._open.callback(facts.close)
        else:
            facts.answers = SharedAnswers(self._within.answers)
        return facts

    def _described(self, project: Project, commit: str) -> Project:
        """The project as its backend describes it, which builds a part of it."""
        if self.fast:
            raise FactUnknown(f"{project.version_unknown}; the backend is not asked with --fast")
        if commit == "HEAD" or self.wishes.offline:
            return self.ask_backend(project, commit)
        from tagship.adapters.backends.ask import ask_backend  # noqa: PLC0415 -- builds, and few projects need it
        from tagship.adapters.git.scratch import scratch  # noqa: PLC0415 -- as above

        with scratch(self.repository, commit, hooks=False) as copy:
            return ask_backend(copy.directory / self.inside, project)

    def _remote(self) -> Remote | None:
        """What the remote has now."""
        if self.repository.remote_name is None:
            return None
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        with GitRepository(self.repository.root) as asking:
            return asking.remote(seconds=self.wishes.remote_seconds)

    def _rivals(self, facts: Ahead) -> Sequence[Rival]:
        from tagship.workflow.readiness.rivals import find_rivals  # noqa: PLC0415 -- one check asks for it

        return find_rivals(facts, self.host)

    def _leaks(self, facts: Ahead) -> Sequence[AddedLeak]:
        from tagship.workflow.readiness.added_leaks import find_added_leaks  # noqa: PLC0415 -- one check asks for it

        return find_added_leaks(facts.repository, facts.base, state=facts.tree_state)

    def _trials(self, facts: Ahead) -> "Trials":
        from tagship.workflow.readiness.trials import Trials, Tried  # noqa: PLC0415 -- with --fast nothing of it is needed

        tried = Tried(
            facts.repository,
            self.config,
            facts.head_project.name,
            inside=self.inside,
            tag=facts.known_tag_name,
            version=facts.known_version,
            before=facts.release_before,
        )
        return self._open.enter_context(
            Trials(tried, environ=self._environ, offline=self.wishes.offline, on_line=self.on_line)
        )
