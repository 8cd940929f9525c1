"""Which host an address leads to."""

import pytest

from tagship.adapters.adopting.remotes import hosts_by_files, read_address
from tagship.domain.config import HostKind


@pytest.mark.parametrize(
    ("address", "repository", "kind", "url"),
    [
        ("https://github.com/a/b.git", "a/b", HostKind.GITHUB, "https://github.com"),
        ("https://github.com/a/b/", "a/b", HostKind.GITHUB, "https://github.com"),
        ("git@github.com:a/b.git", "a/b", HostKind.GITHUB, "https://github.com"),
        ("ssh://git@ssh.github.com:443/a/b.git", "a/b", HostKind.GITHUB, "https://github.com"),
        ("https://user:pw@gitlab.com/group/sub/b.git", "group/sub/b", HostKind.GITLAB, "https://gitlab.com"),
        ("git@codeberg.org:a/b", "a/b", HostKind.FORGEJO, "https://codeberg.org"),
        ("https://git.example.org/a/b.git", "a/b", None, "https://git.example.org"),
        ("https://github.com/only", None, HostKind.GITHUB, "https://github.com"),
        ("https://github.com/a/..", None, HostKind.GITHUB, "https://github.com"),
        ("/srv/git/b.git", None, None, None),
        ("file:///srv/git/b.git", None, None, None),
        ("C:/git/b", None, None, None),
    ],
)
def test_addresses(address: str, repository: str | None, kind: HostKind | None, url: str | None) -> None:
    found = read_address("origin", address)

    assert (found.repository, found.kind, found.url) == (repository, kind, url)


def test_hosts_by_their_workflows() -> None:
    assert hosts_by_files([".github/workflows/a.yml", ".gitlab-ci.yml", ".gitea/workflows/b.yml"]) == (
        HostKind.GITHUB,
        HostKind.GITLAB,
        HostKind.FORGEJO,
    )
    assert hosts_by_files(["README.md"]) == ()
