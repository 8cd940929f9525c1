"""The token as a variable on GitLab: masked and hidden, for protected tags and branches, and for one environment."""

from typing import Final
from urllib.parse import quote

from tagship.adapters.gitlab.api import MAINTAIN
from tagship.adapters.gitlab.settings import GitLabSettings
from tagship.adapters.host_api import Asked, Object
from tagship.domain.credential import Secret
from tagship.domain.hosting import StoredSecret
from tagship.domain.secret_store import Shelf
from tagship.errors import NotThere, Run

_APPLY: Final = Run(("tagship", "doctor", "--apply"))


class GitLabSecrets(GitLabSettings):
    """The port `SecretStore` for a project on GitLab."""

    @property
    def repository_name(self) -> str:
        """The project's path, as the host has it now."""
        return self.repository().name

    def insist_on_safety(self, shelf: Shelf) -> None:
        """Raise NotThere where no tag is protected: a protected variable would be told to branches alone."""
        if not self.tag_rules().guards:
            raise NotThere(
                f"no tag of {self.repository_name} is protected, so that {shelf.name} would be told to no release",
                remedy=_APPLY,
            )

    def remark(self, shelf: Shelf) -> str | None:
        """Who is told it all the same."""
        return (
            f"GitLab tells {shelf.name} to every job on a protected tag or branch that names the environment"
            f" {shelf.environment}; nobody is asked before"
        )

    def held(self, shelf: Shelf) -> StoredSecret | None:
        """The variable of that name in that environment; GitLab does not tell when it was set."""
        found = self._variable(shelf)
        return None if found is None else StoredSecret(shelf.name, f"the environment {shelf.environment}")

    def store(self, secret: Secret, shelf: Shelf) -> None:
        """Put it there; what lies there in the open is taken away first, since hidden is what is made so."""
        found, where = self._variable(shelf), f"{self._project}/variables"
        asked = Asked(f"the variable {shelf.name}", MAINTAIN, writes=True)
        one = f"{where}/{quote(shelf.name, safe='')}"
        if found is not None and found.get("hidden") is True:
            meant = {"filter": {"environment_scope": shelf.environment}}
            kept = {"value": secret.reveal(), "protected": True, "masked": True, "raw": True}
            self.write("PUT", one, asked, meant | kept)
            return
        if found is not None:
            scope = quote(shelf.environment, safe="")
            self.write("DELETE", f"{one}?filter[environment_scope]={scope}", asked)
        body = {
            "key": shelf.name,
            "value": secret.reveal(),
            "masked_and_hidden": True,
            "protected": True,
            "raw": True,
            "environment_scope": shelf.environment,
        }
        self.write("POST", where, asked, body)

    def exposed(self, name: str) -> tuple[StoredSecret, ...]:
        """Those of that name that more than one environment, or branches that are not protected, are told."""
        return tuple(each for each in self.shared_secrets() if each.name == name)

    def _variable(self, shelf: Shelf) -> Object | None:
        meant = (each for each in self.variables() if each.get("key") == shelf.name)
        return next((each for each in meant if each.get("environment_scope") == shelf.environment), None)
