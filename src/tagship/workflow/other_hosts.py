"""GitLab and Forgejo as what a command asks of a code host: one port each, for the repository of a remote."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

from tagship.adapters.hosts import HostAddress, address_of
from tagship.domain.config import HostKind
from tagship.domain.credential import Secret
from tagship.domain.facts import Host
from tagship.domain.listeners import OnSecret
from tagship.errors import Run

if TYPE_CHECKING:
    from tagship.adapters.http import HttpClient
    from tagship.domain.guarding import Witness
    from tagship.domain.host_changes import SettingsHost
    from tagship.domain.secret_store import SecretStore

    class _Both(SettingsHost, SecretStore, Protocol):
        """What keeps secrets reads the settings that keep them safe, too."""


OTHERS: Final = frozenset({HostKind.GITLAB.value, HostKind.FORGEJO.value})
"""How configuration calls them."""
ANOTHER_REMOTE: Final = Run(("git", "remote", "set-url", "origin", "ADDRESS"))


def address_on(named: str | None, remote_url: str | None) -> HostAddress | None:
    """Where a remote leads on one of them: on the one that configuration names, or on the one that its name tells."""
    if remote_url is None or named not in {None, *OTHERS}:
        return None
    return address_of(remote_url, None if named is None else HostKind(named))


class OtherHost:
    """One repository on GitLab or Forgejo, with the token that the environment has for it, if any.

    Every token is told to `on_secret` before it is used. The ports raise what they say they do.
    """

    def __init__(
        self, http: "HttpClient", address: HostAddress, environ: Mapping[str, str], on_secret: OnSecret
    ) -> None:
        self._http = http
        self._address = address
        self._environ = environ
        self._on_secret = on_secret

    def releases(self) -> Host:
        """Its releases, and what it says of a commit."""
        at, token = self._address, self._token()
        if at.kind is HostKind.GITLAB:
            from tagship.adapters.gitlab.api import job_token_in  # noqa: PLC0415 -- offline nobody speaks HTTP
            from tagship.adapters.gitlab.releases import GitLabReleases  # noqa: PLC0415 -- as above

            return GitLabReleases(
                self._http,
                at.path,
                token,
                web=at.web,
                job_token=self._told(job_token_in(self._environ)),
                own_pipeline=self._environ.get("CI_PIPELINE_ID"),
            )
        from tagship.adapters.forgejo.releases import ForgejoReleases  # noqa: PLC0415 -- as above

        own = self._environ.get("GITHUB_RUN_NUMBER")
        return ForgejoReleases(self._http, at.owner, at.name, token, web=at.web, own_run=own)

    def settings(self) -> "SettingsHost":
        """What it is set to."""
        return self._secrets()

    def secrets(self) -> "SecretStore":
        """Where it keeps a token for its jobs."""
        return self._secrets()

    def witness(self) -> "Witness":
        """What it knows of what moved a branch."""
        at, token = self._address, self._token()
        if at.kind is HostKind.GITLAB:
            from tagship.adapters.gitlab.activity import GitLabActivity  # noqa: PLC0415 -- as above

            return GitLabActivity(self._http, at.path, token, web=at.web)
        from tagship.adapters.forgejo.activity import ForgejoActivity  # noqa: PLC0415 -- as above

        return ForgejoActivity(self._http, at.owner, at.name, token, web=at.web)

    def _secrets(self) -> "_Both":
        at, token = self._address, self._token()
        if at.kind is HostKind.GITLAB:
            from tagship.adapters.gitlab.secrets import GitLabSecrets  # noqa: PLC0415 -- as above

            return GitLabSecrets(self._http, at.path, token, web=at.web)
        from tagship.adapters.forgejo.secrets import ForgejoSecrets  # noqa: PLC0415 -- as above

        return ForgejoSecrets(self._http, at.owner, at.name, token, web=at.web)

    def _token(self) -> Secret | None:
        if self._address.kind is HostKind.GITLAB:
            from tagship.adapters.gitlab.api import token_at_hand  # noqa: PLC0415 -- as above

            return self._told(token_at_hand(self._environ, self._address.web))
        from tagship.adapters.forgejo.api import token_in  # noqa: PLC0415 -- as above

        return self._told(token_in(self._environ, self._address.web))

    def _told(self, token: Secret | None) -> Secret | None:
        if token is not None:
            self._on_secret(token)
        return token
