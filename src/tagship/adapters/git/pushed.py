"""What came to a branch: the commits of a range with what they descend from, in a fixed number of calls of git."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tagship.adapters.git.command import TRANSFER, Git
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.process import ProcessFailed
from tagship.domain.guarding import Lineage, is_nowhere
from tagship.errors import AtRef, FactUnknown, Run

_FORMAT = "--format=%H %P%n%s"
_MISSING = " missing"
_FULL_NAME = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def held_commits(git: Git, names: Iterable[str]) -> frozenset[str]:
    """Those of some full names whose commit is here."""
    wanted = tuple(dict.fromkeys(names))
    if not wanted:
        return frozenset()
    # Peeled, so that a name that is no commit's is told like one that is not here.
    asked = "".join(f"{name}^{{commit}}\n" for name in wanted)
    told = git("cat-file", "--batch-check=%(objectname)", stdin=asked.encode()).text.splitlines()
    return frozenset(line for line in told if not line.endswith(_MISSING))


def lineage(repository: GitRepository, tip: str, base: str | None, states: Sequence[str]) -> Lineage:
    """The commits that `tip` reaches and `base` does not, and how they and the branch's `states` hang together.

    All are full names. A base that is not here, as after a push that threw it away, leaves nothing to list but the tip.
    Raises FactUnknown for a tip that is not here, and for a shallow clone that may not be completed.
    """
    if repository.is_shallow:
        repository.complete()
    git = repository.git
    wanted = {name for name in (tip, base, *states) if name is not None and not is_nowhere(name)}
    here = held_commits(git, wanted)
    if tip not in here:
        raise FactUnknown(
            f"{tip[:12]} is not in this clone", where=AtRef(tip), remedy=Run(("git", "fetch", "--tags", "origin"))
        )
    if base is not None and base not in here:
        listed = _listed(git, [tip], limit=("--max-count=1",))
        return _lineage(tip, base, {tip: listed[tip]}, wanted - here)
    without = [] if base is None else [f"^{base}"]
    return _lineage(tip, base, _listed(git, [tip, *sorted(here - {tip, base}), *without]), wanted - here)


_Listed = dict[str, tuple[tuple[str, ...], str]]


def _listed(git: Git, revisions: Sequence[str], *, limit: Sequence[str] = ()) -> _Listed:
    """Parents and subject of each commit, in an order in which none comes before what builds upon it."""
    words = ("log", "-z", "--topo-order", "--no-show-signature", "--no-color", "--encoding=UTF-8", _FORMAT, *limit)
    told = git(*words, "--stdin", stdin="".join(f"{each}\n" for each in revisions).encode()).text
    listed: _Listed = {}
    for entry in told.split("\0"):
        head, separator, subject = entry.partition("\n")
        if separator:
            commit, *parents = head.split()
            listed[commit] = tuple(parents), subject
    return listed


def _lineage(tip: str, base: str | None, listed: _Listed, unknown: Iterable[str]) -> Lineage:
    reached, waiting = set[str](), [tip]
    while waiting:
        commit = waiting.pop()
        if commit in listed and commit not in reached:
            reached.add(commit)
            waiting += listed[commit][0]
    return Lineage(
        tip,
        base,
        tuple(commit for commit in listed if commit in reached),
        {commit: subject for commit, (_, subject) in listed.items()},
        {commit: parents for commit, (parents, _) in listed.items()},
        frozenset(unknown),
    )


def fetch_commits(repository: GitRepository, names: Sequence[str]) -> None:
    """Ask the remote for commits that no reference leads to any more; a host may or may not still have them.

    Nothing is raised where it does not: whether they are here is looked up afterwards. What is no full name of a commit
    is left out: in its place a journal, or an event, could say what is to be written where.
    """
    remote, asked = repository.remote_name, [name for name in names if _FULL_NAME.fullmatch(name)]
    if remote is None or not repository.may_fetch or not asked:
        return
    words = (
        "fetch",
        "--quiet",
        "--no-tags",
        "--no-recurse-submodules",
        "--no-auto-maintenance",
        "--no-write-fetch-head",
    )
    repository.git(
        *words,
        "--end-of-options",
        remote,
        *asked,
        check=False,
        timeout=TRANSFER,
        settings={"core.hooksPath": "/dev/null"},
    )


def tip_before(git: Git, tip: str, moment: datetime) -> str | None:
    """What a branch pointed at before a moment, as far as the times tell that its commits were made at."""
    until = f"--before={moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return git("rev-list", "--first-parent", "--max-count=1", until, tip, "--").text.strip() or None


def common_to(git: Git, one: str, other: str) -> str | None:
    """What two states of a branch have in common: the older one, unless one of them was forced in the other's place."""
    asked = git("merge-base", one, other, check=False)
    if asked.returncode not in {0, 1}:
        raise ProcessFailed(asked, remedy=Run(("git", "fsck")))
    return asked.text.strip() or None


def parent_of(git: Git, commit: str) -> str | None:
    """The first parent of a commit; None for a first one."""
    return git("rev-parse", "--verify", "--quiet", f"{commit}^", check=False).text.strip() or None
