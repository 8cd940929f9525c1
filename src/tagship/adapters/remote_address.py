"""Which repository of the code host a git remote's address leads to; loads nothing that speaks HTTP."""

import re
from urllib.parse import urlsplit

_HOSTS = frozenset({"github.com", "www.github.com", "ssh.github.com"})
_SCHEMES = frozenset({"https", "http", "ssh", "git", "git+ssh"})
_SCP_LIKE = re.compile(r"(?:[^@/:]+@)?([^/:]+):(?!//)(.+)")
_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")


def repository_of(remote_url: str) -> tuple[str, str] | None:
    """Owner and name of the repository that a git remote's address leads to; None for any other host."""
    host, path = _host_and_path(remote_url.strip())
    parts = path.strip("/").removesuffix(".git").split("/")
    if host not in _HOSTS or len(parts) != 2:  # noqa: PLR2004 -- owner and name
        return None
    owner, name = parts
    return (owner, name) if _PART.fullmatch(owner) and _PART.fullmatch(name) else None


def _host_and_path(remote_url: str) -> tuple[str, str]:
    scp_like = _SCP_LIKE.fullmatch(remote_url)
    if scp_like is not None:
        return scp_like.group(1).lower(), scp_like.group(2)
    try:
        parts = urlsplit(remote_url)
        host = parts.hostname or ""
    except ValueError:
        return "", ""
    return (host, parts.path) if parts.scheme in _SCHEMES else ("", "")
