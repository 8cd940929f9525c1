"""One repository with the code host that it lies on."""

from collections.abc import Callable, Mapping
from functools import cached_property
from types import MappingProxyType

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git import GitRepository
from tagship.adapters.git.references import References
from tagship.adapters.host_record import HostRecord
from tagship.adapters.pyproject import read_project
from tagship.adapters.workflow_files import WorkflowFolder
from tagship.domain.adoption import AGGREGATE
from tagship.domain.config import HostKind
from tagship.domain.host_changes import Record, SettingsHost
from tagship.domain.hosting import AGGREGATE_OF_ACTIONS, RequiredCheck
from tagship.domain.tagging import discover_template
from tagship.domain.version import TagTemplate
from tagship.errors import Edit, FactUnknown, Run, TagshipError, UsageError
from tagship.workflow.hosting.facts import HostSettings, Known
from tagship.workflow.other_hosts import ANOTHER_REMOTE, OTHERS
from tagship.workflow.workplace import NOBODY_IS_ASKED, Workplace

FOLDERS: Mapping[str, str] = MappingProxyType(
    {HostKind.GITHUB.value: ".github/workflows", HostKind.FORGEJO.value: ".forgejo/workflows"}
)
"""Where each host keeps its workflows; GitLab has pipelines in their place."""


class HostingPlace(Workplace):
    """A workplace whose facts are about the settings of its code host; nothing is fetched for it.

    `several` are the spellings of tags where the repository holds several packages. `reviewers` are those who are to
    be asked before something is published. `made_by` makes the host's port in place of the one that the remote's
    address leads to.
    """

    fetches = False
    several: tuple[TagTemplate, ...] = ()
    reviewers: tuple[str, ...] = ()
    made_by: Callable[[], SettingsHost] | None = None

    @cached_property
    def hosting(self) -> HostSettings:
        """The facts about the host's settings; raises UsageError where there is no host."""
        known = Known(
            remote="/".join(self._named),
            main=self._main,
            templates=lambda: self.several or (self._template(),),
            tags=lambda: tuple(self._references.tags),
            projects=self._projects,
            reviewers=self.reviewers,
            # Elsewhere a check is known by its name alone.
            check=RequiredCheck(AGGREGATE) if self.host_name in OTHERS else AGGREGATE_OF_ACTIONS,
        )
        folder = FOLDERS.get(self.host_name)
        tree = None if folder is None else WorkflowFolder(self.repository.root, folder)
        return HostSettings(self.settings, tree, self.config, known)

    @cached_property
    def repository(self) -> GitRepository:
        """The repository, of which nothing is fetched; raises UsageError where the project stands in none."""
        return self._open.enter_context(GitRepository.at(self.directory, may_fetch=False))

    @cached_property
    def _references(self) -> References:
        return self.repository.references()

    def _main(self) -> str:
        """The branch that is protected: what the project says, else the host, else what the clone knows of it."""
        if self.config.branch is not None:
            return self.config.branch
        try:
            return self.hosting.repository.default_branch
        except FactUnknown:
            return self.repository.default_branch(known=self._references)

    def _template(self) -> TagTemplate:
        """How tags are spelt, as far as this clone knows of any."""
        if self.config.tag is not None:
            return self.config.tag
        return discover_template(self._references.tags, next(iter(self._projects()), "")) or TagTemplate()

    @property
    def record(self) -> Record:
        """What was set from this clone."""
        return HostRecord(self.repository.common_directory)

    @property
    def _named(self) -> tuple[str, str]:
        """Owner and name of the repository, as the remote's address has them."""
        if self.host_name == "none":
            raise UsageError(
                "the remote leads to no code host whose settings could be looked at",
                remedy=Edit("name the host with --host, or set host in [tool.tagship]"),
            )
        if self.host_name in OTHERS:
            if self._elsewhere is None:
                raise UsageError(f"the remote leads to no repository on {self.host_name}", remedy=ANOTHER_REMOTE)
            return self._elsewhere.owner, self._elsewhere.name
        if self._on_github is None:
            raise UsageError(
                "the remote is not on GitHub", remedy=Run(("git", "remote", "set-url", "origin", "ADDRESS"))
            )
        return self._on_github

    def settings(self) -> SettingsHost:
        """The host's settings; raises FactUnknown when offline."""
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        return self._settings

    @cached_property
    def _settings(self) -> SettingsHost:
        if self.made_by is not None:
            return self.made_by()
        if self.host_name in OTHERS:
            return self.other_host.settings()
        from tagship.adapters.github.settings import GitHubSettings  # noqa: PLC0415 -- offline nobody speaks HTTP
        from tagship.adapters.github.token import token_at_hand  # noqa: PLC0415 -- as above

        token = token_at_hand(self._environ)
        if token is not None:
            self.wishes.on_secret(token)
        return GitHubSettings(self._http, *self._named, token)

    def _projects(self) -> tuple[str, ...]:
        """The name on the index, where there is one project and its files tell."""
        if self.several:
            return ()
        try:
            return (read_project(DirectoryTree(self.directory)).normalized_name,)
        except TagshipError:
            return ()
