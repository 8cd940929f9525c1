"""Which code host the address of a git remote leads to, beside GitHub; loads nothing that speaks HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from tagship.domain.config import HostKind

KNOWN: Final[Mapping[str, tuple[HostKind, str]]] = MappingProxyType(
    {
        "gitlab.com": (HostKind.GITLAB, "https://gitlab.com"),
        "altssh.gitlab.com": (HostKind.GITLAB, "https://gitlab.com"),
        "codeberg.org": (HostKind.FORGEJO, "https://codeberg.org"),
    }
)
"""Hosts that are known by their names, each with where its pages begin."""
HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_SCHEMES: Final = frozenset({"https", "http", "ssh", "git", "git+ssh"})
_SCP_LIKE = re.compile(r"(?:[^@/:]+@)?(?P<host>[^/:]+):(?!//)(?P<path>.+)")
_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class HostAddress:
    """A repository on a host: `web` is where its pages begin, without a slash at the end, `path` all of its path."""

    kind: HostKind
    web: str
    path: str

    @property
    def owner(self) -> str:
        """What the repository lies in."""
        return self.path.rpartition("/")[0]

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


def address_of(remote_url: str, kind: HostKind | None = None) -> HostAddress | None:
    """Where a remote's address leads; None for a host that neither its name nor `kind` tells.

    Forgejo's repositories lie one below their owner, GitLab's may lie deeper. A host of one's own is asked over TLS,
    unless it is on this machine.
    """
    host, port, path, scheme = _parts(remote_url.strip())
    known = KNOWN.get(host)
    if known is not None and kind in {None, known[0]}:
        kind, web = known
    elif kind in {HostKind.GITLAB, HostKind.FORGEJO} and host:
        web = _web(host, port, scheme)
    else:
        return None
    parts = path.strip("/").removesuffix(".git").split("/")
    sound = len(parts) >= _LEAST and all(map(_PART.fullmatch, parts))
    if not sound or (kind is HostKind.FORGEJO and len(parts) != _LEAST):
        return None
    return HostAddress(kind, web, "/".join(parts))


def _web(host: str, port: int | None, scheme: str) -> str:
    """Where the pages of a host begin: another port than git's own is that of the pages where git goes over HTTP."""
    told = f"[{host}]" if ":" in host else host
    if scheme not in {"http", "https"}:
        return f"https://{told}"
    at = told if port is None else f"{told}:{port}"
    return f"{scheme if host in HERE else 'https'}://{at}"


def _parts(remote_url: str) -> tuple[str, int | None, str, str]:
    scp_like = _SCP_LIKE.fullmatch(remote_url)
    if scp_like is not None:
        return scp_like["host"].lower(), None, scp_like["path"], "ssh"
    try:
        parts = urlsplit(remote_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", None, "", ""
    return (host, port, parts.path, parts.scheme) if parts.scheme in _SCHEMES else ("", None, "", "")
