"""What the checks of a code host may ask, and words that they share."""

from collections.abc import Sequence
from typing import Protocol

from tagship.domain.facts import TagTrigger
from tagship.domain.finding import NotApplicable
from tagship.domain.hosting import (
    ActionsPolicy,
    Binding,
    Environment,
    ForkApproval,
    HostRepository,
    JobToken,
    LockedActions,
    Protection,
    Rule,
    SeenChecks,
    StoredSecret,
    Wanted,
)
from tagship.domain.workflow_files import Job, WorkflowFile
from tagship.errors import FactUnknown, Run

HOST = frozenset({"host"})
NOTHING: frozenset[str] = frozenset()
APPLY = Run(("tagship", "doctor", "--apply"))
INIT = Run(("tagship", "init"))


class HostingFacts(Protocol):
    """What may be asked of a host's settings; each is looked up once, when first asked for.

    A property raises FactUnknown, with the missing permission as its remedy, where the caller is not told, and
    NotApplicable where the host, or the owner's plan, has no such thing.
    """

    @property
    def wanted(self) -> Wanted:
        """What the release workflow needs."""

    @property
    def repository(self) -> HostRepository:
        """The repository."""

    @property
    def main_rules(self) -> Protection:
        """The rules over branches that mean main."""

    @property
    def tag_rules(self) -> Protection:
        """The rules over tags."""

    @property
    def environment(self) -> Environment | None:
        """The environment of the jobs that see the credential; None where there is none of its name."""

    @property
    def environment_secrets(self) -> Sequence[StoredSecret]:
        """The secrets of that environment."""

    @property
    def shared_secrets(self) -> Sequence[StoredSecret]:
        """The secrets that every workflow of the repository may use: its own, and those of its owner."""

    @property
    def actions(self) -> ActionsPolicy:
        """What the host insists on in workflows."""

    @property
    def job_token(self) -> JobToken:
        """What a job's token may do by default."""

    @property
    def fork_approval(self) -> ForkApproval:
        """Whose workflows wait for somebody's consent."""

    @property
    def secret_scanning(self) -> bool:
        """Whether the host looks for credentials in what is pushed."""

    @property
    def push_protection(self) -> bool:
        """Whether the host refuses a push that holds a credential."""

    @property
    def immutable_releases(self) -> bool:
        """Whether the host lets nobody change a published release."""

    @property
    def private_reporting(self) -> bool:
        """Whether somebody who found a hole can say so in private."""

    @property
    def checks_seen(self) -> SeenChecks:
        """The checks that have reported lately."""

    @property
    def workflows(self) -> Sequence[WorkflowFile]:
        """The workflow files, as they lie in the clone."""

    @property
    def triggers(self) -> Sequence[TagTrigger]:
        """The workflows that start on a tag."""

    @property
    def locked_actions(self) -> LockedActions | None:
        """The lock file of workflows; None where there is none."""


def bound(binding: Binding, what: str) -> str | None:
    """Who is not bound by a rule that is there, as a message; None where it binds everybody. Raises FactUnknown."""
    if binding.binds_everybody is None:
        unseen = ", ".join(guard.name for guard in binding.guards if guard.bypassed_by is None)
        raise FactUnknown(f"who may bypass {unseen} is shown only to who may change it")
    if binding.binds_everybody:
        return None
    told = "; ".join(f"{guard.name}: {', '.join(guard.bypassed_by or ())}" for guard in binding.guards)
    return f"{what} is bypassed ({told})"


def insist_on_few(binding: Binding) -> None:
    """Raise FactUnknown where who passes a rule is not shown, so that it may be everybody."""
    if binding.is_passed_by_few is None:
        held = ", ".join(guard.name for guard in binding.guards)
        raise FactUnknown(f"who may bypass {held} is shown only to who may change it")


def only_idle(rules: Protection, rule: Rule, names: Sequence[str]) -> str:
    """What is there and is not enforced, to be told behind what is missing; empty where there is nothing."""
    idle = rules.idle(rule, names)
    return "".join(f"; {guard.name} would, and is {guard.force.value}" for guard in idle)


def insist_on_all_rules(rules: Protection) -> None:
    """Raise the reason why there may be rules that the caller is not shown, before one is called missing."""
    if rules.unseen is not None:
        raise rules.unseen


def uploading(facts: HostingFacts) -> tuple[tuple[WorkflowFile, Job], ...]:
    """The jobs that send files to an index, each with its workflow.

    Raises FactUnknown where a workflow cannot be read, and NotApplicable where no workflow uploads anything.
    """
    found = tuple((workflow, job) for workflow in facts.workflows for job in workflow.uploading)
    if not found:
        for workflow in facts.workflows:
            if workflow.unread is not None:
                raise FactUnknown(f"{workflow.path} cannot be read whole: {workflow.unread}")
        raise NotApplicable("no workflow here uploads anything")
    return found
