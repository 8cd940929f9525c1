"""Which host an address leads to."""

import pytest

from tagship.adapters.hosts import HostAddress, address_of
from tagship.domain.config import HostKind

GITLAB, FORGEJO = HostKind.GITLAB, HostKind.FORGEJO


@pytest.mark.parametrize(
    ("remote", "kind", "web", "path"),
    [
        ("https://gitlab.com/group/sub/project.git", GITLAB, "https://gitlab.com", "group/sub/project"),
        ("git@gitlab.com:group/project.git", GITLAB, "https://gitlab.com", "group/project"),
        ("ssh://git@altssh.gitlab.com:443/group/project.git", GITLAB, "https://gitlab.com", "group/project"),
        ("https://codeberg.org/owner/project", FORGEJO, "https://codeberg.org", "owner/project"),
        ("ssh://git@CODEBERG.org/owner/project.git/", FORGEJO, "https://codeberg.org", "owner/project"),
    ],
)
def test_hosts_that_are_known_by_name(remote: str, kind: HostKind, web: str, path: str) -> None:
    assert address_of(remote) == HostAddress(kind, web, path)
    assert address_of(remote, kind) == HostAddress(kind, web, path)


@pytest.mark.parametrize(
    ("remote", "web"),
    [
        ("git@git.example.org:owner/project.git", "https://git.example.org"),
        ("ssh://git@git.example.org:2222/owner/project.git", "https://git.example.org"),
        ("https://git.example.org:8443/owner/project.git", "https://git.example.org:8443"),
        ("http://git.example.org/owner/project.git", "https://git.example.org"),
        ("http://127.0.0.1:3000/owner/project.git", "http://127.0.0.1:3000"),
        ("http://[::1]:3000/owner/project.git", "http://[::1]:3000"),
        ("https://codeberg.org/owner/project", "https://codeberg.org"),
    ],
)
def test_hosts_of_ones_own_are_named(remote: str, web: str) -> None:
    assert address_of(remote, GITLAB) == HostAddress(GITLAB, web, "owner/project")
    assert address_of("git@git.example.org:owner/project.git") is None


@pytest.mark.parametrize(
    "remote",
    [
        *("", "/srv/git/project.git", "../project", "file:///srv/owner/project", "https://gitlab.com/project"),
        *("https://gitlab.com/group/../project", "https://codeberg.org/a/b/c", "https://[broken/a/b"),
        "https://github.com/owner/project",
    ],
)
def test_what_leads_nowhere(remote: str) -> None:
    assert address_of(remote) is None


def test_forgejo_has_no_groups_in_groups() -> None:
    assert address_of("https://git.example.org/a/b/c", FORGEJO) is None


def test_owner_and_name() -> None:
    address = HostAddress(GITLAB, "https://gitlab.com", "group/sub/project")

    assert (address.owner, address.name) == ("group/sub", "project")
