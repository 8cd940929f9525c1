"""The code host of a repository, by the addresses of its remotes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tagship.adapters.git import GitRepository
from tagship.adapters.said import without_credentials
from tagship.domain.config import HostKind

PREFERRED = ("origin", "upstream")
_KNOWN = {
    "github.com": HostKind.GITHUB,
    "www.github.com": HostKind.GITHUB,
    "ssh.github.com": HostKind.GITHUB,
    "gitlab.com": HostKind.GITLAB,
    "altssh.gitlab.com": HostKind.GITLAB,
    "codeberg.org": HostKind.FORGEJO,
}
_PAGES = {"www.github.com": "github.com", "ssh.github.com": "github.com", "altssh.gitlab.com": "gitlab.com"}
_FOLDERS = (
    (".github/workflows/", HostKind.GITHUB),
    (".gitlab-ci.yml", HostKind.GITLAB),
    (".forgejo/workflows/", HostKind.FORGEJO),
    (".gitea/workflows/", HostKind.FORGEJO),
)
_URL = re.compile(r"(?:https?|ssh|git|git\+ssh)://(?:[^@/]*@)?(?P<host>[^/:]+)(?::\d+)?/(?P<path>.+)")
_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>[A-Za-z0-9.-]+\.[A-Za-z0-9-]+):(?!//)(?P<path>.+)")
_PART = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]+")
_KEY = re.compile(r"remote\.(?P<name>.+)\.url")


@dataclass(frozen=True, slots=True)
class Hosted:
    """Where a remote leads: `kind` is None for a host that is not known by its name, `repository` owner and name.

    `remote` is the name of the remote, and `host` that of the machine.
    """

    remote: str
    host: str
    repository: str | None
    kind: HostKind | None

    @property
    def url(self) -> str | None:
        """Where the web pages of the host begin."""
        return f"https://{_PAGES.get(self.host, self.host)}" if self.host else None


def hosted(repository: GitRepository) -> Hosted | None:
    """Where the remote leads that is meant: `origin`, else `upstream`, else the only one; None for no such."""
    addresses = addresses_of(repository)
    names = [name for name in PREFERRED if name in addresses] or ([*addresses] if len(addresses) == 1 else [])
    return read_address(names[0], addresses[names[0]]) if names else None


def addresses_of(repository: GitRepository) -> Mapping[str, str]:
    """The remotes with their addresses, without credentials."""
    told = repository.git("config", "--null", "--get-regexp", r"^remote\..*\.url$", check=False).text
    entries = (entry.partition("\n") for entry in told.split("\0"))
    return {
        found["name"]: without_credentials(address.strip())
        for key, _, address in entries
        if (found := _KEY.fullmatch(key)) is not None
    }


def read_address(remote: str, address: str) -> Hosted:
    """What an address tells; a path on this machine leads to no host."""
    found = _URL.fullmatch(address) or _SCP.fullmatch(address)
    if found is None:
        return Hosted(remote, "", None, None)
    host, path = found["host"].lower(), found["path"].strip("/").removesuffix(".git")
    parts = path.split("/")
    sound = len(parts) > 1 and all(map(_PART.fullmatch, parts))
    return Hosted(remote, host, path if sound else None, _KNOWN.get(host))


def hosts_by_files(paths: Iterable[str]) -> Sequence[HostKind]:
    """The hosts whose workflows lie in a repository, each once."""
    listed = list(paths)
    found = (kind for start, kind in _FOLDERS if any(path.startswith(start) for path in listed))
    return tuple(dict.fromkeys(found))
