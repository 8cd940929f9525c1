"""Pushes and merges on the stand-in host, which move the references of its git repository and are written down.

What the log of activity and the pull requests tell afterwards is what GitHub tells, with its trap: who pushes the
commits of an open pull request straight to its base has it marked as merged.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from tagship.errors import UsageError
from tagship.rehearsal.host.activity import Activity, StoredUpdate
from tagship.rehearsal.host.checks import Checks
from tagship.rehearsal.host.issues import Issues
from tagship.rehearsal.host.objects import NOWHERE, Commit, Objects, Signature
from tagship.rehearsal.host.pulls import Pulls, StoredPull
from tagship.rehearsal.host.repository import Repository
from tagship.rehearsal.host.rulings import PushRefused, Rulings, Update

How = Literal["merge", "squash", "rebase", "queue"]
MACHINE = "GitHub", "noreply@github.com"
"""Who makes the commits that are made by a button."""


@dataclass(slots=True)
class History:
    """What changes references; each method says who does it, and when."""

    repository: Repository
    objects: Objects
    activity: Activity
    pulls: Pulls
    issues: Issues
    rulings: Rulings
    checks: Checks

    def push(
        self, ref: str, commit: str, *, actor: str, at: datetime, force: bool = False, source: Path | None = None
    ) -> StoredUpdate | None:
        """Let a reference point at a commit, taken from `source` where given; raises PushRefused.

        The update is None where nothing changes, and for tags, which the log does not know.
        """
        name = full_name(ref)
        if commit != NOWHERE:
            commit = self.objects.receive(source, commit) if source else self.objects.hash_of(commit)
        before = self.objects.tip(name)
        if before == commit:
            return None
        forced = NOWHERE not in {before, commit} and not self.objects.holds(commit, before)
        if forced and not force:
            raise PushRefused(f"{name} would lose commits: updates are rejected unless they are forced")
        passed = frozenset[str]() if commit == NOWHERE else self.checks.passed(commit)
        update = Update(name, before, commit, forced, through_pull=False, passed=passed)
        self.rulings.judge(update, self.repository.people.of(actor), at=at)
        self.objects.point(name, commit)
        return self._told(name, before, commit, "force_push" if forced else "push", actor, at)

    def received(self, ref: str, before: str, after: str, *, actor: str | None, at: datetime) -> StoredUpdate | None:
        """Write down an update that has happened already, as of a real push to the repository."""
        forced = NOWHERE not in {before, after} and not self.objects.holds(after, before)
        return self._told(ref, before, after, "force_push" if forced else "push", actor, at)

    def _told(
        self, ref: str, before: str, after: str, kind: str, actor: str | None, at: datetime
    ) -> StoredUpdate | None:
        if not ref.startswith("refs/heads/"):
            return None
        kind = "branch_creation" if before == NOWHERE else "branch_deletion" if after == NOWHERE else kind
        self._follow(ref, after)
        made = self.activity.add(ref, before, after, kind, actor=actor, at=at)
        if after != NOWHERE:
            self._merge_indirectly(ref, before, after, at)
        return made

    def _follow(self, ref: str, after: str) -> None:
        """Let the open pull requests of a branch know its new tip; without the branch they are closed."""
        for pull in self.pulls.held:
            if f"refs/heads/{pull.branch}" == ref and pull.state == "open" and not pull.owner:
                pull.commit, pull.state = (pull.commit, "closed") if after == NOWHERE else (after, "open")

    def _merge_indirectly(self, ref: str, before: str, after: str, at: datetime) -> None:
        """Mark the open pull requests as merged whose commits are in their base now, whoever brought them there."""
        waiting = [pull for pull in self.pulls.held if pull.state == "open" and f"refs/heads/{pull.base}" == ref]
        if not waiting:
            return
        new = self.objects.between(before, after)
        for pull in waiting:
            if pull.commit in new:
                theirs = set(self.objects.between(before, pull.commit))
                self.pulls.merged(pull, pull.commit, [sha for sha in new if sha in theirs], at)

    def open_pull(
        self, branch: str, *, base: str, actor: str, title: str, owner: str, commit: str | None
    ) -> StoredPull:
        """Propose a branch, or a commit of a fork; its number follows the last one's."""
        tip = self.objects.hash_of(commit or f"refs/heads/{branch}")
        made = StoredPull(self.issues.next_number(), branch, tip, owner=owner, base=base, title=title, author=actor)
        self.pulls.held.append(made)
        return made

    def merge(self, pulls: Sequence[StoredPull], how: How, *, actor: str, at: datetime, message: str) -> str:
        """Merge by a button, or several by the queue in one update; the commit that the base points at then."""
        base = pulls[0].base
        ref = f"refs/heads/{base}"
        if any(pull.state != "open" or pull.base != base for pull in pulls):
            raise UsageError("only open pull requests into one branch can be merged together")
        before = tip = self.objects.tip(ref)
        brought: list[tuple[StoredPull, str, Sequence[str]]] = []
        for pull in pulls:
            tip, made = self._bring(pull, tip, how, actor, at, message)
            brought.append((pull, tip, made))
        passed = frozenset.intersection(*(self.checks.passed(pull.commit) for pull in pulls))
        update = Update(ref, before, tip, forced=False, through_pull=True, passed=passed)
        self.rulings.judge(update, self.repository.people.of(actor), at=at)
        self.objects.point(ref, tip)
        self.landed(brought, before, how, actor=actor, at=at)
        return tip

    def landed(
        self,
        brought: Sequence[tuple[StoredPull, str, Sequence[str]]],
        before: str,
        how: How,
        *,
        actor: str,
        at: datetime,
    ) -> StoredUpdate:
        """Write down what was merged in one update: each pull request, its merge commit and all its new ones."""
        for pull, commit, introduced in brought:
            self.pulls.merged(pull, commit, introduced, at)
        kind = "merge_queue_merge" if how == "queue" else "pr_merge"
        last, tip, _ = brought[-1]
        ref = f"refs/heads/{last.base}"
        made = self.activity.add(ref, before, tip, kind, actor=actor, at=at)
        self._merge_indirectly(ref, before, tip, at)
        return made

    def _bring(
        self, pull: StoredPull, onto: str, how: How, actor: str, at: datetime, message: str
    ) -> tuple[str, Sequence[str]]:
        """The new tip with a pull request on top of the old one, and the commits that came with it."""
        title = message or f"{pull.title or pull.branch} (#{pull.number})"
        machine, author = Signature(*MACHINE, at), Signature(actor, f"{actor}@users.noreply.github.com", at)
        if how == "rebase":
            return self._replay(pull, onto, machine)
        tree = self.objects.merged_tree(onto, pull.commit)
        if how != "merge":
            made = self.objects.make(tree, (onto,), title, author, machine)
            return made, [made]
        title = message or f"Merge pull request #{pull.number} from {pull.author or 'stand-in'}/{pull.branch}"
        made = self.objects.make(tree, (onto, pull.commit), title, author, machine)
        return made, [made, *self.objects.between(onto, pull.commit)]

    def _replay(self, pull: StoredPull, onto: str, machine: Signature) -> tuple[str, Sequence[str]]:
        made: list[str] = []
        for commit in reversed(self.objects.commits("--no-merges", f"{onto}..{pull.commit}")):
            onto = self._copied(commit, onto, machine)
            made.append(onto)
        return onto, made

    def _copied(self, commit: Commit, onto: str, machine: Signature) -> str:
        tree = self.objects.replayed_tree(commit, onto)
        return self.objects.make(tree, (onto,), commit.message, commit.author, machine)

    def edit(self, path: str, content: bytes, *, branch: str, actor: str, at: datetime, message: str) -> StoredUpdate:
        """Change a file in the browser: a commit of the host's own making, and for the log a push like any other."""
        ref = full_name(branch)
        before = self.objects.tip(ref)
        tree = self.objects.tree_with(before, path, content)
        author = Signature(actor, f"{actor}@users.noreply.github.com", at)
        made = self.objects.make(tree, (before,), message or f"Update {path}", author, Signature(*MACHINE, at))
        update = self.push(ref, made, actor=actor, at=at)
        if update is None:
            raise UsageError(f"{path} is as it was")
        return update


def full_name(ref: str) -> str:
    """A branch by its short name, or any reference by its full one."""
    return ref if ref.startswith("refs/") else f"refs/heads/{ref}"
