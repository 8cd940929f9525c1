"""The facts about a code host's settings, each looked up once, when first asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tagship.adapters.triggers import find_tag_triggers
from tagship.adapters.workflow_files import read_lock, read_workflows
from tagship.domain.adoption import ENVIRONMENT
from tagship.domain.config import Config
from tagship.domain.facts import TagTrigger, Tree
from tagship.domain.finding import NotApplicable
from tagship.domain.host_changes import SettingsHost
from tagship.domain.hosting import (
    AGGREGATE_OF_ACTIONS,
    ActionsPolicy,
    Environment,
    ForkApproval,
    HostRepository,
    JobToken,
    LockedActions,
    Protection,
    RequiredCheck,
    SeenChecks,
    StoredSecret,
    Wanted,
)
from tagship.domain.version import TagTemplate
from tagship.domain.workflow_files import WorkflowFile
from tagship.workflow.hosting.wanting import environment_in, secret_in, tags_ahead, unpinned_in
from tagship.workflow.lookup import fact


@dataclass(frozen=True, slots=True)
class Known:
    """What is known without asking the host; each may raise TagshipError when it is asked for.

    `projects` are the names on the index, none where none is known. `tags` are the names of the clone's tags.
    `check` is the one that stands for all others, with who must report it where the host tells reporters apart.
    """

    remote: str
    main: Callable[[], str]
    templates: Callable[[], tuple[TagTemplate, ...]]
    tags: Callable[[], Sequence[str]]
    projects: Callable[[], tuple[str, ...]]
    reviewers: tuple[str, ...] = ()
    check: RequiredCheck = AGGREGATE_OF_ACTIONS


class HostSettings:
    """How the host is set, and what it should be set to; `host` makes the port.

    `tree` holds the workflow files, and is None for a host whose pipelines are written in another way.
    """

    def __init__(self, host: Callable[[], SettingsHost], tree: Tree | None, config: Config, known: Known) -> None:
        self.answers: dict[str, object] = {}
        self._host = host
        self._tree = tree
        self._config = config
        self._known = known

    @fact
    def wanted(self) -> Wanted:
        """What the release workflow needs."""
        known, workflows = self._known, () if self._tree is None else self.workflows
        templates, tags = known.templates(), known.tags()
        return Wanted(
            remote=known.remote,
            main=known.main(),
            templates=templates,
            next_tags=tuple(tag for template in templates for tag in tags_ahead(template, tags)),
            environment=environment_in(workflows, self._config.environment or ENVIRONMENT),
            secret=secret_in(workflows),
            check=known.check,
            auth=self._config.authentication,
            reviewers=known.reviewers,
            index=self._config.index,
            projects=known.projects(),
            unpinned=unpinned_in(workflows),
        )

    @fact
    def repository(self) -> HostRepository:
        """The repository."""
        return self._host().repository()

    @fact
    def main_rules(self) -> Protection:
        """The rules over branches that mean main."""
        return self._host().main_rules(self.wanted.main)

    @fact
    def tag_rules(self) -> Protection:
        """The rules over tags."""
        return self._host().tag_rules()

    @fact
    def environment(self) -> Environment | None:
        """The environment of the jobs that see the credential."""
        return self._host().environment(self.wanted.environment)

    @fact
    def environment_secrets(self) -> Sequence[StoredSecret]:
        """The secrets of that environment."""
        return self._host().environment_secrets(self.wanted.environment)

    @fact
    def shared_secrets(self) -> Sequence[StoredSecret]:
        """The secrets that every workflow may use."""
        return self._host().shared_secrets()

    @fact
    def actions(self) -> ActionsPolicy:
        """What the host insists on in workflows."""
        return self._host().actions()

    @fact
    def job_token(self) -> JobToken:
        """What a job's token may do by default."""
        return self._host().job_token()

    @fact
    def fork_approval(self) -> ForkApproval:
        """Whose workflows wait for consent."""
        return self._host().fork_approval()

    @fact
    def secret_scanning(self) -> bool:
        """Whether the host looks for credentials."""
        return self._host().secret_scanning()

    @fact
    def push_protection(self) -> bool:
        """Whether the host refuses a push that holds one."""
        return self._host().push_protection()

    @fact
    def immutable_releases(self) -> bool:
        """Whether published releases stay as they are."""
        return self._host().immutable_releases()

    @fact
    def private_reporting(self) -> bool:
        """Whether holes can be reported in private."""
        return self._host().private_reporting()

    @fact
    def checks_seen(self) -> SeenChecks:
        """The checks that have reported lately."""
        return self._host().checks_seen(self.wanted.main)

    @fact
    def workflows(self) -> Sequence[WorkflowFile]:
        """The workflow files."""
        return read_workflows(self._files)

    @fact
    def triggers(self) -> Sequence[TagTrigger]:
        """The workflows that start on a tag."""
        return find_tag_triggers(self._files)

    @fact
    def locked_actions(self) -> LockedActions | None:
        """The lock file of workflows."""
        return read_lock(self._files)

    @property
    def _files(self) -> Tree:
        """The workflow files; raises NotApplicable where the host's are of another kind."""
        if self._tree is None:
            raise NotApplicable("the pipelines of this host are not read")
        return self._tree
