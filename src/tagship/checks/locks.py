"""Do the lock files know the version that the project has?"""

import posixpath
from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.version import told_version
from tagship.domain.branch import BranchFacts
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.version import parse_version
from tagship.errors import InFile, Run


class LocksCarryTheVersion:
    """The project's own entry in each lock file has its version."""

    id: ClassVar = "locks-carry-the-version"
    title: ClassVar = "every lock file has the project's own version"
    why: ClassVar = (
        "A lock file that still has the last version is out of date: an installation that insists on the lock refuses "
        "it, or changes the file in the middle of the release."
    )
    fix: ClassVar = "Run the tool that writes the lock file, and commit what it changes."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar[frozenset[str]] = frozenset()

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find own entries with another version."""
        locks = facts.locks
        if not locks:
            raise NotApplicable("no lock file has an entry for the project's own version")
        project = facts.project
        if project.version_is_tag:
            raise NotApplicable("the tag is the version, and a lock file cannot know it beforehand")
        version = told_version(project)
        for lock in locks:
            if parse_version(lock.text) != version:
                yield Finding(
                    f"{lock.path} says {lock.text}, the project says {version}",
                    where=InFile(lock.path, lock.line),
                    remedy=Run(lock.argv, posixpath.dirname(lock.path)),
                )
