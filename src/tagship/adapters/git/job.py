"""How git speaks to the remote in a job of GitHub: with the job's own token, as long as nobody else arranged it.

A checkout that keeps no credentials, as it should, leaves git without any, and the remote of a private repository gives
it no answer. The token goes into git's environment, for one command, and nowhere else.
"""

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from tagship.adapters.github.token import github_token
from tagship.adapters.hosts import HERE

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_HEADER: Final = "extraheader"


def speaking(environ: Mapping[str, str], remote_url: str | None, configured: Mapping[str, str]) -> Mapping[str, str]:
    """Git's settings for asking the remote; none outside a job, for another host, or where a header is sent already."""
    server = environ.get("GITHUB_SERVER_URL", "").rstrip("/")
    token = github_token(environ)
    if environ.get("GITHUB_ACTIONS") != "true" or token is None or remote_url is None:
        return _NOTHING
    if not (_is_confidential(server) and remote_url.startswith(f"{server}/")):
        return _NOTHING
    if any(key.lower().startswith("http.") and key.lower().endswith(_HEADER) for key in configured):
        return _NOTHING
    basic = base64.b64encode(f"x-access-token:{token.reveal()}".encode()).decode()
    return MappingProxyType({f"http.{server}/.{_HEADER}": f"Authorization: Basic {basic}"})


def _is_confidential(server: str) -> bool:
    try:
        parts = urlsplit(server)
    except ValueError:
        return False
    return parts.scheme == "https" or parts.hostname in HERE
