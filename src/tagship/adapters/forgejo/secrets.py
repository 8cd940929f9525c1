"""The token as a secret of a repository on Forgejo, to which it goes in plain text over TLS."""

from typing import Final
from urllib.parse import quote

from tagship.adapters.forgejo.api import ADMIN
from tagship.adapters.forgejo.settings import ForgejoSettings
from tagship.adapters.host_api import Asked
from tagship.domain.credential import Secret
from tagship.domain.hosting import Rule, StoredSecret
from tagship.domain.secret_store import Shelf
from tagship.errors import NotThere, Run

_APPLY: Final = Run(("tagship", "doctor", "--apply"))


class ForgejoSecrets(ForgejoSettings):
    """The port `SecretStore` for a repository on Forgejo, which keeps a secret for all workflows alike."""

    @property
    def repository_name(self) -> str:
        """Owner and name, as the host spells them now."""
        return self.repository().name

    def insist_on_safety(self, shelf: Shelf) -> None:
        """Raise NotThere where whoever may push could put a workflow on main that reads it."""
        main = self.repository().default_branch
        if not self.main_rules(main).binding(Rule.PULL_REQUEST, (main,)).is_there:
            told = f"{main} of {self.repository_name} takes pushes, and every workflow there could read {shelf.name}"
            raise NotThere(told, remedy=_APPLY)

    def remark(self, shelf: Shelf) -> str | None:
        """What it means that there are no environments."""
        return (
            f"Forgejo has no environments: {shelf.name} is told to every workflow that a push or a tag starts, on any"
            " branch, and goes there as it is, over TLS; let it be one that is narrowed to this project"
        )

    def held(self, shelf: Shelf) -> StoredSecret | None:
        """What lies there under that name."""
        return next((each for each in self.shared_secrets() if each.name.upper() == shelf.name.upper()), None)

    def store(self, secret: Secret, shelf: Shelf) -> None:
        """Put it there, in place of what lies there."""
        asked = Asked(f"the secret {shelf.name}", ADMIN, writes=True)
        url = f"{self._repository}/actions/secrets/{quote(shelf.name, safe='')}"
        self.write("PUT", url, asked, {"data": secret.reveal()})

    def exposed(self, _name: str) -> tuple[StoredSecret, ...]:
        """None besides: the one place there is, is the one that it is stored in."""
        return ()
