"""One project with its credential, and the place on the code host where a token is kept for its jobs."""

from collections.abc import Callable
from functools import cached_property, partial

from tagship.adapters.workflow_files import WorkflowFolder, read_workflows
from tagship.domain.adoption import ENVIRONMENT, SECRET
from tagship.domain.credential import Credential
from tagship.domain.plan import Plan
from tagship.domain.secret_store import SecretStore, Shelf
from tagship.errors import Edit, FactUnknown, TagshipError, UsageError
from tagship.workflow.hosting.place import FOLDERS
from tagship.workflow.hosting.wanting import environment_in, secret_in
from tagship.workflow.other_hosts import OTHERS
from tagship.workflow.steps.store import StoreToken
from tagship.workflow.workplace import NOBODY_IS_ASKED, Workplace


class StoringPlace(Workplace):
    """A workplace with a secret store; `kept_by` makes it in place of the one that the remote's address leads to."""

    kept_by: Callable[[], SecretStore] | None = None

    def secrets(self) -> SecretStore:
        """The host's secret store; raises FactUnknown when offline, and UsageError where the host has none."""
        if self.wishes.offline:
            raise FactUnknown(NOBODY_IS_ASKED)
        return self._secrets

    @cached_property
    def _secrets(self) -> SecretStore:
        if self.kept_by is not None:
            return self.kept_by()
        if self.host_name in OTHERS:
            return self.other_host.secrets()
        if self.host_name == "none" or self._on_github is None:
            raise UsageError(
                "the remote leads to no code host that keeps secrets for its jobs",
                remedy=Edit("put the token into the environment of the job that publishes, as TAGSHIP_TOKEN"),
            )
        from tagship.adapters.github.gh_secret import set_by_gh  # noqa: PLC0415 -- one option needs it
        from tagship.adapters.github.secrets import GitHubSecrets  # noqa: PLC0415 -- as above
        from tagship.adapters.github.token import token_at_hand  # noqa: PLC0415 -- as above

        token = token_at_hand(self._environ)
        if token is not None:
            self.wishes.on_secret(token)
        secrets = GitHubSecrets(self._http, *self._on_github, token)
        secrets.otherwise = partial(set_by_gh, self._environ)
        return secrets

    @property
    def shelf(self) -> Shelf:
        """Where the jobs that publish look for it, as their workflow names it; else the customary place."""
        customary = self.config.environment or ENVIRONMENT
        folder = FOLDERS.get(self.host_name)
        if folder is None or not self.is_in_repository:
            return Shelf(customary, SECRET)
        workflows = read_workflows(WorkflowFolder(self.repository.root, folder))
        return Shelf(environment_in(workflows, customary), secret_in(workflows))

    def storing(self, credential: Callable[[], Credential], shelf: Shelf) -> Plan:
        """The plan of it."""
        return Plan((StoreToken(self.secrets, credential, shelf),))

    def exposed(self, shelf: Shelf) -> tuple[str, ...]:
        """What to know once the token is stored: where else one of that name lies, or why that is unknown."""
        try:
            exposed = self.secrets().exposed(shelf.name)
        except TagshipError as unknown:
            return (f"whether a secret {shelf.name} lies elsewhere as well is not known: {unknown.message}",)
        return tuple(
            f"{each.name} lies in {each.place} as well, where every workflow may read it: delete it there, and on the"
            " index too if it is another token"
            for each in exposed
        )
