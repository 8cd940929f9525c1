"""A conversation with GitLab about one project, and where its token comes from."""

import shutil
from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from tagship.adapters.host_api import Asked, HostApi, Object, as_object, header_of
from tagship.adapters.http import HttpClient, Patience
from tagship.adapters.process import run
from tagship.domain.credential import Secret
from tagship.errors import TagshipError

WEB: Final = "https://gitlab.com"
TOKEN: Final = "GITLAB_TOKEN"  # noqa: S105 -- the name of a variable
JOB_TOKEN: Final = "CI_JOB_TOKEN"  # noqa: S105 -- as above
PER_PAGE: Final = 100
READ: Final = "the scope read_api"
MAINTAIN: Final = "the scope api, of somebody with the role of maintainer"
_PROJECT: Final = Asked("the project", READ)
_SECONDS: Final = 10.0
_FOR_JOBS: Final = ("/releases", "/packages/generic/")
"""What a job's own token may be used for, as far as it matters here; elsewhere it is refused, even to read."""


class GitLabApi(HostApi):
    """What is asked about one project; `path` is its whole path, `web` where the host's pages begin.

    `job_token` is that of a job, which speaks where there is no other token and only where it is heard.
    """

    variable: ClassVar = TOKEN

    def __init__(
        self,
        http: HttpClient,
        path: str,
        token: Secret | None,
        *,
        web: str = WEB,
        job_token: Secret | None = None,
        patience: Patience | None = None,
    ) -> None:
        super().__init__(http, f"{web}/api/v4", job_token if token is None else token, patience)
        self._path = path
        self._web = web
        self._project = f"{self._api}/projects/{quote(path, safe='')}"
        self._is_job = token is None and job_token is not None

    def _headers(self, url: str) -> Mapping[str, str]:
        if self._token is None:
            return {}
        if not self._is_job:
            return {"PRIVATE-TOKEN": header_of(self._token)}
        below = url.removeprefix(self._project)
        return {"JOB-TOKEN": header_of(self._token)} if below.startswith(_FOR_JOBS) else {}

    @cached_property
    def _described(self) -> Object:
        return as_object(self.read(self._project, _PROJECT))

    @property
    def page(self) -> str:
        """Where a person sees the project."""
        return f"{self._web}/{self._path}"


def job_token_in(environ: Mapping[str, str]) -> Secret | None:
    """The token of the job that this is; None where it is none."""
    value = environ.get(JOB_TOKEN, "").strip()
    return Secret(value, origin=JOB_TOKEN) if value else None


def token_at_hand(environ: Mapping[str, str], web: str = WEB) -> Secret | None:
    """The token in GITLAB_TOKEN, else what `glab` keeps for this host, where glab is there; else None."""
    value = environ.get(TOKEN, "").strip()
    return Secret(value, origin=TOKEN) if value else _token_of_glab(environ, web)


def _token_of_glab(environ: Mapping[str, str], web: str) -> Secret | None:
    program = shutil.which("glab", path=environ.get("PATH", ""))
    if program is None:
        return None
    words = [program, "config", "get", "token", "--host", urlsplit(web).netloc]
    try:
        said = run(words, env=environ, timeout=_SECONDS, check=False)
    except (TagshipError, OSError):  # it takes too long, or cannot be run; then there is no token to be had from it
        return None
    value = said.text.strip()
    return Secret(value, origin="glab config get token") if said.returncode == 0 and value else None
