"""One project with all that tagging it touches."""

from collections.abc import Sequence
from functools import cached_property

from tagship.domain.runs import Runs
from tagship.workflow.gather import Ports
from tagship.workflow.tagging.confirming import unaware_jobs
from tagship.workflow.tagging.facts import Prospective
from tagship.workflow.tagging.naming import new_tag
from tagship.workflow.workplace import Workplace


class TaggingPlace(Workplace):
    """A workplace whose facts are about the tag that is to be made on HEAD."""

    @cached_property
    def facts(self) -> Prospective:
        """The facts about the tag to come."""
        ports, choose = Ports(self.repository, self.index, self.host, self.ask_backend), new_tag(self._asked_for)
        return Prospective(ports, self.config, choose, dist=self.dist, inside=self.inside, workspace=self.workspace)

    @cached_property
    def unaware_jobs(self) -> Sequence[str]:
        """The pipelines of the commit that would not be told of a jump which is confirmed here; none where none is."""
        return unaware_jobs(self.repository.tree(self.facts.head)) if self.wishes.confirm_jump else ()

    @property
    def confirms_the_jump(self) -> bool:
        """Whether a jump is confirmed for everybody who will ask; a tag that a job then refuses is stranded."""
        return self.wishes.confirm_jump and not self.unaware_jobs

    @property
    def in_a_job(self) -> bool:
        """Whether this is a job of the code host, which pushes with a token of its own unless it was given another."""
        return self._environ.get("GITHUB_ACTIONS") == "true"

    def runs(self) -> Runs | None:
        """The code host's runs; None where there is no code host that can be asked for them."""
        host: object = self.host()
        return host if isinstance(host, Runs) else None
