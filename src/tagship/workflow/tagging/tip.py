"""Is HEAD what may be tagged, and is the name of the tag free?"""

from typing import ClassVar

from tagship.adapters.git import GitRepository
from tagship.adapters.git.tags import apart
from tagship.domain.facts import Remote
from tagship.domain.plan import Done, Effect, State
from tagship.errors import AtRef, Conflict, Edit, Exit, FactUnknown, NotThere, Remedy, Run, TagshipError
from tagship.workflow.tagging.facts import Prospective

SHORT = 12


class NotAtTheTip(TagshipError):
    """What is checked out is not what main is on the remote; the message says where it is."""

    exit = Exit.BLOCKED


class Tip:
    """A release is tagged where everybody else sees main; a release line counts as main for what it maintains.

    The working tree may be dirty: what is tagged is a commit, and the step says which.
    """

    name: ClassVar = "tip"
    effect: ClassVar = Effect.NONE

    def __init__(self, facts: Prospective, repository: GitRepository) -> None:
        self._facts = facts
        self._repository = repository

    def describe(self) -> str:
        """What is looked at."""
        return f"see that HEAD is the tip of main, and that {self._facts.tag_name} is free"

    def probe(self) -> State:
        """Compare HEAD with the remote as it is now; raises TagshipError for what may not be tagged."""
        facts = self._facts
        facts.catch_up()
        remote = facts.remote
        if remote is None:
            raise NotThere(
                "the repository has no remote to push a tag to", remedy=Run(("git", "remote", "add", "origin", "URL"))
            )
        self._see_that_the_name_is_free(remote)
        if facts.tag_name in remote.tags:
            return Done(f"{facts.tag_name} is on {remote.name} already, at {facts.head[:SHORT]}")
        branch = self._branch_at_head(remote)
        if branch is None:
            raise self._astray(remote)
        left = "; what is not committed is no part of it" if self._repository.is_dirty() else ""
        return Done(f"HEAD ({facts.head[:SHORT]}) is the tip of {branch} on {remote.name}{left}")

    def apply(self) -> None:
        """Do nothing: this step only looks."""

    def _see_that_the_name_is_free(self, remote: Remote) -> None:
        """Raise Conflict where the tag stands on another commit, here or there: neither is moved or deleted."""
        name, head = self._facts.tag_name, self._facts.head
        there = remote.tags.get(name)
        if there is not None and there.commit != head:
            raise Conflict(
                f"{name} is on {there.commit[:SHORT]} on {remote.name}, and HEAD is {head[:SHORT]}: "
                "a published tag is never moved",
                where=AtRef(name),
                remedy=self._instead(),
            )
        here = self._facts.tags.get(name)
        if here is not None and here.commit != head:
            raise Conflict(
                f"{name} is on {here.commit[:SHORT]} here and nowhere else, and HEAD is {head[:SHORT]}",
                where=AtRef(name),
                remedy=Edit(
                    f"look at it with `git show {name}`; where it was a slip, delete it with `git tag -d {name}` "
                    "and run the same command again"
                ),
            )

    def _instead(self) -> Run:
        """What to do with HEAD: raise the version that is spent or, where HEAD has another one, look at the tag."""
        facts = self._facts
        if facts.head_project.version in {None, facts.template.version_in(facts.tag_name)}:
            return Run(("tagship", "prepare", "patch"))
        return Run(("tagship", "gate", facts.tag_name))

    def _branch_at_head(self, remote: Remote) -> str | None:
        """The branch that counts and whose tip on the remote is HEAD; main before a release line."""
        tips = [name for name, tip in remote.branches.items() if tip == self._facts.head]
        if self._facts.main in tips:
            return self._facts.main
        return next((name for name in sorted(tips) if self._facts.config.is_release_line(name)), None)

    def _astray(self, remote: Remote) -> TagshipError:
        """Where HEAD is instead, and what gets to the tip."""
        head, current = self._facts.head, self._repository.current_branch()
        meant = current if current is not None and self._facts.config.is_release_line(current) else self._facts.main
        tip = remote.branches.get(meant)
        if tip is None:
            return FactUnknown(
                f"{remote.name} has no branch {meant}",
                where=AtRef(meant),
                remedy=Edit('write branch = "NAME" under [tool.tagship], or push that branch'),
            )
        ahead, behind = apart(self._repository.git, head, tip)
        place = f"{head[:SHORT]}, {current or 'detached'}"
        there = f"{meant} on {remote.name} ({tip[:SHORT]})"
        if not ahead:
            return NotAtTheTip(
                f"HEAD ({place}) is {_commits(behind)} behind {there}",
                where=AtRef("HEAD"),
                remedy=self._way_to(meant, tip, remote, current),
            )
        also = f" and lacks {_commits(behind)} of it" if behind else ""
        return NotAtTheTip(
            f"HEAD ({place}) has {_commits(ahead)} that {there} has not{also}",
            where=AtRef("HEAD"),
            remedy=Edit(
                f"bring them to {meant} first, through a pull request where the project works so "
                f"(git log {remote.name}/{meant}..HEAD lists them); then tag what {meant} then has"
            ),
        )

    def _way_to(self, meant: str, tip: str, remote: Remote, current: str | None) -> Remedy:
        """The one command that checks the tip out."""
        if current == meant:
            return Run(("git", "pull", "--ff-only", remote.name, meant))
        ours = self._facts.references.objects.get(f"refs/heads/{meant}")
        if ours == tip:
            return Run(("git", "switch", meant))
        return Run(("git", "switch", "--detach", f"{remote.name}/{meant}"))


def _commits(count: int) -> str:
    return "1 commit" if count == 1 else f"{count} commits"
