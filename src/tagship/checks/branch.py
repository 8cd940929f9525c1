"""Does the branch stand as it should: by itself, committed, beside main, and alone with what it claims?"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import ClassVar

from packaging.version import Version

from tagship.domain.branch import BranchFacts, Rival, Rivals, TreeState
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.version import is_calendar, is_one_step, next_versions
from tagship.errors import AtRef, AtUrl, Edit, FactUnknown, InFile, Remedy, Run, Where

NOTHING: frozenset[str] = frozenset()
_NAMED = 3
"""How many files one message names."""
_GOING_ON = {
    "merge": ("git", "merge", "--continue"),
    "rebase": ("git", "rebase", "--continue"),
    "patch series": ("git", "am", "--continue"),
    "cherry-pick": ("git", "cherry-pick", "--continue"),
    "revert": ("git", "revert", "--continue"),
    "bisect": ("git", "bisect", "reset"),
}


class BranchIsNotMain:
    """What is checked out is a branch of its own."""

    id: ClassVar = "branch-is-not-main"
    title: ClassVar = "the work stands on a branch of its own"
    why: ClassVar = (
        "What is committed on main itself is there before anybody has looked at it, and a check of main says nothing "
        "about what is still to come. A detached HEAD that is no part of main is what jobs check out, and is as good "
        "as a branch."
    )
    fix: ClassVar = "Begin a branch; what is committed or changed here comes along."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find main, or a commit that is a part of it."""
        branch = facts.branch
        if branch == facts.main:
            yield Finding(f"{branch} itself is checked out", where=AtRef(branch), remedy=_begin(facts))
        elif branch is None and facts.divergence.is_part_of_main:
            yield Finding(
                f"HEAD is detached, at a commit that is a part of {facts.main}",
                where=AtRef("HEAD"),
                remedy=_begin(facts),
            )


def _begin(facts: BranchFacts) -> Remedy:
    """How to get a branch; in the middle of something git switches to none."""
    if facts.tree_state.operation is not None:
        return way_on(facts.tree_state)
    return Run(("git", "switch", "-c", facts.free_branch))


def way_on(state: TreeState) -> Remedy:
    """How to get out of what git is in the middle of, which goes on with nothing that is unmerged."""
    command = Run(_GOING_ON.get(str(state.operation), ("git", "status")))
    if not state.changed or "--continue" not in command.argv:
        return command
    abort = Run((*command.argv[:2], "--abort"))
    return Edit(f"resolve what conflicts, `git add` it, and go on with `{command}`; or give up with `{abort}`")


class OperationIsFinished:
    """Git is in the middle of nothing."""

    id: ClassVar = "operation-is-finished"
    title: ClassVar = "no merge, rebase, cherry-pick, revert or bisection is under way"
    why: ClassVar = "In the middle of one, neither HEAD nor the files are what the branch will be."
    fix: ClassVar = "Finish what was begun, or abort it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find what was begun."""
        operation = facts.tree_state.operation
        if operation is not None:
            yield Finding(_under_way(operation), where=AtRef("HEAD"), remedy=way_on(facts.tree_state))


class TreeIsClean:
    """Everything that git tracks is committed."""

    id: ClassVar = "tree-is-clean"
    title: ClassVar = "every change of a tracked file is committed"
    why: ClassVar = "What is not committed is in no pull request and in no tag, however well it was tested here."
    fix: ClassVar = "Commit the changes, or put them aside with git stash."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find tracked files that are not as HEAD has them."""
        state = facts.tree_state
        if state.operation is not None:
            raise NotApplicable(f"{_under_way(state.operation)}, which has to do with it")
        left = [path for path in state.changed if path not in state.committing]
        if left and state.committing:
            yield Finding(
                f"{_listed(left)} {_have(left)} changes that the commit under way leaves out",
                where=InFile(left[0]),
                remedy=Run(("git", "add", "--update")),
            )
        elif left:
            yield Finding(
                f"{_listed(left)} {_have(left)} changes that are not committed",
                where=InFile(left[0]),
                remedy=Run(("git", "commit", "--all")),
            )

    def remark(self, facts: BranchFacts) -> str | None:
        """What is taken for committed while git waits for a hook."""
        taken = facts.tree_state.committing
        return f"the commit under way takes the changes of {_listed(taken)}" if taken else None


class UntrackedFilesStayOut:
    """No file that git does not track would be packaged."""

    id: ClassVar = "untracked-files-stay-out"
    title: ClassVar = "packaging takes no file that git does not track"
    why: ClassVar = (
        "A build from the tag has no such file, so that what was tested here is not what will be installed; and a "
        "build made here ships what nobody has reviewed."
    )
    fix: ClassVar = "Add the file to git, ignore it, or move it out of the package."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find them."""
        for path in facts.packaged:
            yield Finding(
                f"{path} is not tracked, and packaging would take it along",
                where=InFile(path),
                remedy=Run(("git", "add", "--", path)),
            )


class BranchMergesCleanly:
    """Main can be merged without a decision."""

    id: ClassVar = "branch-merges-cleanly"
    title: ClassVar = "the branch and main merge without conflicts"
    why: ClassVar = "A conflict stops the merge later, when the author may be gone; a changelog is where most arise."
    fix: ClassVar = "Merge main into the branch, or rebase the branch on it, and settle what both have changed."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the files that both sides changed in ways that git cannot put together."""
        apart, main = facts.divergence, _short(facts.main_ref)
        if apart.base is None:
            yield Finding(
                f"the branch shares no commit with {main}",
                where=AtRef(main),
                remedy=Edit(f"begin a branch with git switch -c NAME {main}, and bring the changes over"),
            )
        elif apart.conflicts is None:
            raise FactUnknown("this git cannot try a merge", remedy=Edit("install git 2.38 or newer"))
        else:
            for path in apart.conflicts:
                yield Finding(
                    f"{path} was changed on {main} as well, and the two do not fit together",
                    where=InFile(path),
                    remedy=Run(("git", "merge", main)),
                )


class BranchIsUpToDate:
    """The branch holds all that main has."""

    id: ClassVar = "branch-is-up-to-date"
    title: ClassVar = "the branch holds all commits of main"
    why: ClassVar = "Two changes that merge without a conflict may still break each other, which only tests can tell."
    fix: ClassVar = "Merge main into the branch, or rebase the branch on it, and test again."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the commits of main that the branch does not have."""
        apart, main = facts.divergence, _short(facts.main_ref)
        if apart.base is None or apart.conflicts:
            raise NotApplicable(f"it does not merge with {main}, which comes first")
        if apart.behind:
            plural = "s" if apart.behind > 1 else ""
            yield Finding(
                f"{main} is {apart.behind:,} commit{plural} ahead of the branch",
                where=AtRef(main),
                remedy=Run(("git", "merge", main)),
            )


class MainIsFetched:
    """Main is here as the remote has it."""

    id: ClassVar = "main-is-fetched"
    title: ClassVar = "main is here as the remote has it now"
    why: ClassVar = "Everything about main is told as this clone knows it; what was merged since is not seen."
    fix: ClassVar = "Fetch, and check again."
    severity: ClassVar = Severity.NOTE
    needs: ClassVar = frozenset({"network"})

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find that it moved since it was fetched."""
        if facts.main_moved:
            yield Finding(
                f"{facts.main} has moved on the remote since it was fetched",
                where=AtRef(facts.main),
                remedy=Run(("git", "fetch")),
            )


class VersionIsNotClaimed:
    """No other open branch is to become the same version."""

    id: ClassVar = "version-is-not-claimed"
    title: ClassVar = "no other open branch or pull request has the same version"
    why: ClassVar = (
        "Of two branches with the same version the second to be merged ships nothing, or fails at the tag; it is found "
        "out when it is too late for either to be small."
    )
    fix: ClassVar = "Agree on who goes first, and give the other one the next version."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the branches and pull requests that claim it.

        Where the tag is the version a release may be a section of the changelog alone, which by itself ships nothing.
        """
        if not facts.shipping.ships and not _tag_is_the_version(facts):
            raise NotApplicable(facts.shipping.excuse)
        for rival in facts.rivals:
            if rival.version == facts.version:
                yield Finding(
                    f"{rival.where} is to become {rival.version} as well",
                    where=_place(rival),
                    remedy=_making_way(facts, rival),
                )

    def remark(self, facts: BranchFacts) -> str:
        """How far was looked."""
        return _looked(facts.rivals)


class ChangelogLinesAreNotClaimed:
    """No other open branch changes the same lines of the changelog."""

    id: ClassVar = "changelog-lines-are-not-claimed"
    title: ClassVar = "no other open branch or pull request changes the same changelog lines"
    why: ClassVar = (
        "Two entries at the same place conflict as soon as one of them is merged; where git is told to keep both "
        "sides, headings are doubled and entries torn apart."
    )
    fix: ClassVar = "Merge one after the other, or keep news in fragments, of which each branch has its own."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: BranchFacts) -> Iterator[Finding]:
        """Find the branches and pull requests that change them."""
        for rival in facts.rivals:
            if rival.lines is not None:
                first, last = rival.lines
                lines = f"line {first}" if first == last else f"lines {first} to {last}"
                yield Finding(
                    f"{rival.where} changes the changelog at {lines} as well",
                    where=_place(rival),
                    remedy=Edit(f"merge {rival.where} or this branch first, then put the other entry beside it"),
                )

    def remark(self, facts: BranchFacts) -> str:
        """How far was looked."""
        return _looked(facts.rivals)


def _tag_is_the_version(facts: BranchFacts) -> bool:
    with suppress(FactUnknown):  # what only the backend can tell is no tag
        return facts.project.version_is_tag
    return False


def _making_way(facts: BranchFacts, rival: Rival) -> Remedy:
    """Another version for this branch, where there is one to be had before the rival is tagged."""
    free = _free_version(facts)
    if free is not None:
        return Run(("tagship", "prepare", str(free)))
    return Edit(
        f"agree with {rival.where} on who goes first: what follows {rival.version} is a step too far until it is tagged"
    )


def _free_version(facts: BranchFacts) -> Version | None:
    """The next patch or minor that nobody claims, and that is one step up from what is tagged."""
    tagged = {version for name in facts.tags if (version := facts.template.version_in(name)) is not None}
    claimed = {rival.version for rival in facts.rivals if rival.version is not None}
    following = next_versions(facts.version, tagged | claimed)
    before = max((version for version in facts.reached if version < facts.version), default=None)
    if before is None or is_calendar(facts.version, facts.committed_at.year):
        return following.patch
    # A major says that something breaks, and is nothing to evade to.
    return next((each for each in (following.patch, following.minor) if is_one_step(before, each)), None)


def _under_way(operation: str) -> str:
    return f"a {operation} is under way"


def _looked(rivals: Sequence[Rival]) -> str:
    return rivals.looked if isinstance(rivals, Rivals) else ""


def _place(rival: Rival) -> Where:
    return AtUrl(rival.url) if rival.url is not None else AtRef(rival.where)


def _short(ref: str) -> str:
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/")


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED:,} more" if len(paths) > _NAMED else ""
    return f"{', '.join(paths[:_NAMED])}{more}"


def _have(paths: Sequence[str]) -> str:
    return "has" if len(paths) == 1 else "have"
