"""Where a release is prepared: on a branch of its own beside main, or on the branch that is checked out."""

from dataclasses import dataclass

from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import divergence, tree_state
from tagship.adapters.git.references import HEADS, REMOTES, References
from tagship.domain.config import Config
from tagship.errors import AtRef, Conflict, Edit, Run

_WAYS_ON = {
    "merge": ("git", "merge", "--continue"),
    "rebase": ("git", "rebase", "--continue"),
    "patch series": ("git", "am", "--continue"),
    "cherry-pick": ("git", "cherry-pick", "--continue"),
    "revert": ("git", "revert", "--continue"),
    "bisect": ("git", "bisect", "reset"),
}


@dataclass(frozen=True, slots=True)
class Ground:
    """A clean working tree on a branch that misses nothing that is known here.

    `main` is the branch that the work is merged into later: the project's main, or a line of releases. `untracked` are
    files that stay out of the commit.
    """

    branch: str
    main: str
    head: str
    references: References
    remote: str | None
    untracked: tuple[str, ...]

    @property
    def is_main(self) -> bool:
        """Whether the branch is one that others merge into."""
        return self.branch == self.main

    def has_branch(self, name: str) -> bool:
        """Whether a branch of this name is here, or was on the remote when that was last asked."""
        return HEADS + name in self.references.names or f"{REMOTES}{self.remote}/{name}" in self.references.names

    def branch_in_the_way(self, name: str) -> str | None:
        """A branch here beside which git can keep none of this name: the one is a folder where the other is a file."""
        heads = [ref.removeprefix(HEADS) for ref in self.references.names if ref.startswith(HEADS)]
        return next((each for each in heads if each.startswith(f"{name}/") or name.startswith(f"{each}/")), None)


def find_ground(repository: GitRepository, references: References, main: str, config: Config) -> Ground:
    """The ground here; raises Conflict, with the way out, where nothing may be built on it."""
    state = tree_state(repository)
    if state.operation is not None:
        raise Conflict(f"git is in the middle of a {state.operation}", remedy=Run(_WAYS_ON[state.operation]))
    branch = repository.current_branch()
    if branch is None:
        raise Conflict(
            "HEAD is detached: a commit made here would belong to no branch", remedy=Run(("git", "switch", main))
        )
    if state.changed:
        more = f" and {len(state.changed) - 1} more" if len(state.changed) > 1 else ""
        raise Conflict(
            f"the working tree is not clean: {state.changed[0]}{more} differs from HEAD",
            remedy=Edit("commit the changes, or put them aside with git stash"),
        )
    ground = Ground(
        branch=branch,
        main=branch if config.is_release_line(branch) else main,
        head=repository.head(),
        references=references,
        remote=repository.remote_name,
        untracked=state.untracked,
    )
    if ground.is_main:
        _prove_up_to_date(repository, ground)
    return ground


def _prove_up_to_date(repository: GitRepository, ground: Ground) -> None:
    """Raise Conflict where main lacks what the remote's had when it was last asked."""
    there = f"{REMOTES}{ground.remote}/{ground.main}"
    if there not in ground.references.names:
        return
    if divergence(repository, there).behind:
        raise Conflict(
            f"{ground.main} lacks commits that {ground.remote}/{ground.main} has",
            where=AtRef(ground.main),
            remedy=Run(("git", "pull", "--ff-only", str(ground.remote), ground.main)),
        )
