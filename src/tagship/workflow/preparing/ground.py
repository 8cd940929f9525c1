"""Where a release is prepared: on a branch of its own beside main, or on the branch that is checked out."""

from collections.abc import Mapping
from dataclasses import dataclass

from tagship.adapters.git import GitRepository
from tagship.adapters.git.branch import divergence, tree_state
from tagship.adapters.git.fetched import has_commit
from tagship.adapters.git.references import HEADS, REMOTES, References
from tagship.checks.branch import way_on
from tagship.domain.branch import Divergence
from tagship.domain.config import Config
from tagship.domain.facts import Remote
from tagship.errors import AtRef, Conflict, Edit, Run

SHORT = 12


@dataclass(frozen=True, slots=True)
class Ground:
    """A clean working tree on a branch, beside a main of which every commit is here.

    `main` is the branch that the work is merged into later: the project's main, or a line of releases. `tip` is where
    it stands on the remote, and `branches` are all that are there: now where the remote gave an answer, else when it
    was last asked. `apart` is how HEAD and that tip went apart; both are None where the remote has no such branch.
    `untracked` are files that stay out of the commit.
    """

    branch: str
    main: str
    head: str
    references: References
    remote: str | None
    branches: frozenset[str]
    tip: str | None
    apart: Divergence | None
    untracked: tuple[str, ...]

    @property
    def is_main(self) -> bool:
        """Whether the branch is one that others merge into."""
        return self.branch == self.main

    @property
    def name_of_tip(self) -> str:
        """By what git knows the tip here: the remote-tracking branch where it stands there, or else the commit."""
        tracking = f"{self.remote}/{self.main}"
        return tracking if self.references.objects.get(REMOTES + tracking) == self.tip else str(self.tip)[:SHORT]

    def prove_free(self, name: str) -> None:
        """Raise Conflict for a branch of this name, here or on the remote."""
        if HEADS + name in self.references.names:
            raise Conflict(f"there is a branch {name} already", remedy=Run(("git", "switch", name)))
        if name in self.branches:
            is_known = f"{REMOTES}{self.remote}/{name}" in self.references.names
            way_on = ("git", "switch", name) if is_known else ("git", "fetch", str(self.remote), name)
            raise Conflict(f"there is a branch {name} on {self.remote} already", remedy=Run(way_on))

    def branch_in_the_way(self, name: str) -> str | None:
        """A branch here beside which git can keep none of this name: the one is a folder where the other is a file."""
        heads = [ref.removeprefix(HEADS) for ref in self.references.names if ref.startswith(HEADS)]
        return next((each for each in heads if each.startswith(f"{name}/") or name.startswith(f"{each}/")), None)


def prove_clean(repository: GitRepository) -> tuple[str, ...]:
    """The files that git does not track; raises Conflict where it is at work, or where tracked files were changed."""
    state = tree_state(repository)
    if state.operation is not None:
        raise Conflict(f"git is in the middle of a {state.operation}", remedy=way_on(state))
    if state.changed:
        more = f" and {len(state.changed) - 1} more" if len(state.changed) > 1 else ""
        raise Conflict(
            f"the working tree is not clean: {state.changed[0]}{more} differs from HEAD",
            remedy=Edit("commit the changes, or put them aside with git stash"),
        )
    return state.untracked


def find_ground(
    repository: GitRepository,
    references: References,
    main: str,
    config: Config,
    *,
    remote: Remote | None,
    untracked: tuple[str, ...],
) -> Ground:
    """The ground here; raises Conflict, with the way out, where nothing may be built on it.

    `remote` is what the remote has now; without it counts what this clone was told last.
    """
    branch = repository.current_branch()
    if branch is None:
        raise Conflict(
            "HEAD is detached: a commit made here would belong to no branch",
            remedy=_to_a_branch(repository, references, main),
        )
    name = repository.remote_name
    there = _tracked(references, name) if remote is None else remote.branches
    meant = branch if config.is_release_line(branch) else main
    tip = there.get(meant)
    if tip is not None and tip not in references.objects.values() and not has_commit(repository.git, tip):
        raise _moved(repository, references, Place(str(name), meant, tip), branch)
    ground = Ground(
        branch=branch,
        main=meant,
        head=repository.head(),
        references=references,
        remote=name,
        branches=frozenset(there),
        tip=tip,
        apart=None if tip is None else divergence(repository, tip),
        untracked=untracked,
    )
    if ground.is_main and ground.apart is not None and ground.apart.behind:
        raise _lagging(Place(str(name), meant, str(tip)), is_ahead=ground.apart.ahead > 0)
    return ground


def _to_a_branch(repository: GitRepository, references: References, main: str) -> Run:
    """The command that leads to main or, where another working tree has it checked out, to a new branch."""
    told = repository.git("for-each-ref", "--format=%(worktreepath)", HEADS + main, check=False)
    if not told.text.strip():
        return Run(("git", "switch", main))
    return Run(("git", "switch", "-c", references.free_branch))


def _tracked(references: References, remote: str | None) -> Mapping[str, str]:
    """The remote's branches as they were when it was last asked."""
    prefix = f"{REMOTES}{remote}/"
    return {ref.removeprefix(prefix): tip for ref, tip in references.objects.items() if ref.startswith(prefix)}


@dataclass(frozen=True, slots=True)
class Place:
    """A branch of the remote, and the commit that it is at."""

    remote: str
    branch: str
    tip: str

    def __str__(self) -> str:
        return f"{self.branch} on {self.remote} ({self.tip[:SHORT]})"


def _moved(repository: GitRepository, references: References, place: Place, branch: str) -> Conflict:
    """Main has commits on the remote that are not here at all."""
    if branch == place.branch:
        known = f"{REMOTES}{place.remote}/{place.branch}"
        is_ahead = known in references.names and divergence(repository, known).ahead > 0
        return _lagging(place, is_ahead=is_ahead)
    return Conflict(
        f"{place} has commits that are not here, and {branch} would be prepared without regard to them",
        where=AtRef(f"{place.remote}/{place.branch}"),
        remedy=Run(("git", "fetch", place.remote, place.branch)),
    )


def _lagging(place: Place, *, is_ahead: bool) -> Conflict:
    """Main itself is checked out, and lacks what main on the remote has."""
    how = "--rebase" if is_ahead else "--ff-only"
    return Conflict(
        f"{place.branch} lacks commits that {place} has",
        where=AtRef(place.branch),
        remedy=Run(("git", "pull", how, place.remote, place.branch)),
    )
