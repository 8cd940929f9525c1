"""A conversation with Forgejo about one repository, and where its token comes from."""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Final
from urllib.parse import quote

from tagship.adapters.host_api import Asked, HostApi, Object, as_object, header_of
from tagship.adapters.http import HttpClient, Patience
from tagship.domain.credential import Secret

CODEBERG: Final = "https://codeberg.org"
VARIABLES: Final = ("FORGEJO_TOKEN", "GITEA_TOKEN")
OF_CODEBERG: Final = "CODEBERG_TOKEN"
PER_PAGE: Final = 50
"""What an instance gives at most, as it is delivered."""
READ: Final = "the scope read:repository"
WRITE: Final = "the scope write:repository"
ADMIN: Final = "the scope write:repository, of somebody who administers the repository"
_REPOSITORY: Final = Asked("the repository", READ)


class ForgejoApi(HostApi):
    """What is asked about one repository; `web` is where the host's pages begin, without a slash at the end."""

    variable: ClassVar = VARIABLES[0]

    def __init__(
        self,
        http: HttpClient,
        owner: str,
        name: str,
        token: Secret | None,
        *,
        web: str = CODEBERG,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(http, f"{web}/api/v1", token, patience)
        self._owner = owner
        self._web = web
        self._repository = f"{self._api}/repos/{quote(owner, safe='')}/{quote(name, safe='')}"
        self._page = f"{web}/{owner}/{name}"

    def _headers(self, url: str) -> Mapping[str, str]:  # noqa: ARG002 -- the same for every address of this host
        headers = {"Accept": "application/json"}
        return headers if self._token is None else {**headers, "Authorization": f"token {header_of(self._token)}"}

    @cached_property
    def _described(self) -> Object:
        return as_object(self.read(self._repository, _REPOSITORY))


def token_in(environ: Mapping[str, str], web: str = CODEBERG) -> Secret | None:
    """The token for a host: FORGEJO_TOKEN, else GITEA_TOKEN, else CODEBERG_TOKEN, which is for Codeberg alone."""
    names = (*VARIABLES, OF_CODEBERG) if web == CODEBERG else VARIABLES
    found = ((name, environ.get(name, "").strip()) for name in names)
    return next((Secret(value, origin=name) for name, value in found if value), None)
