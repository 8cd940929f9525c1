"""Is the repository where the remote says, and open?"""

from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import HOST, HostingFacts
from tagship.domain.finding import Finding, Severity
from tagship.errors import AtUrl, Run, Visit


class RepositoryIsOpen:
    """The repository takes pushes, releases and settings."""

    id: ClassVar = "repository-is-open"
    title: ClassVar = "the repository is not archived"
    why: ClassVar = "Nothing can be pushed to an archived repository, and no workflow of it runs."
    fix: ClassVar = "Unarchive it on its settings page, or take the remote to where the work goes on."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find that it was archived."""
        repository = facts.repository
        if repository.archived:
            where = f"{repository.url}/settings"
            yield Finding(f"{repository.name} is archived, and read-only", AtUrl(repository.url), Visit(where))


class RemoteHasTheRightName:
    """The clone's remote spells the repository as the host does."""

    id: ClassVar = "remote-has-the-right-name"
    title: ClassVar = "the remote has the name that the repository has now"
    why: ClassVar = "An index that trusts a publisher compares names, and an old name leads on until somebody takes it."
    fix: ClassVar = "Set the remote's address to the new name, and register the trusted publisher under it."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = HOST

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find another name, whatever the case of its letters."""
        repository, remote = facts.repository, facts.wanted.remote
        if repository.name.lower() != remote.lower():
            yield Finding(
                f"the remote leads to {remote}, which is {repository.name} now",
                AtUrl(repository.url),
                Run(("git", "remote", "set-url", "origin", f"{repository.url}.git")),
            )
