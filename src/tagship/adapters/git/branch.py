"""What there is to know of the branch that is checked out; every answer leaves each byte of the repository as it is."""

import contextlib
import io
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.git.committing import index_of_commit
from tagship.adapters.git.patches import (
    MOST_ADDED,
    PATCH_OF_COMMITS,
    PATCH_OF_MERGES,
    PATCH_OF_TREE,
    AddedPiece,
    Budget,
    pieces_of,
)
from tagship.adapters.git.questions import READING, STATE
from tagship.adapters.git.references import HEADS, REMOTES
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.process import ProcessFailed
from tagship.adapters.workshop import workshop
from tagship.domain.branch import ChangedFile, Divergence, TreeState
from tagship.errors import AtRef, Edit, FactUnknown, InFile, Run

_OPERATIONS = (
    # A cherry-pick or a merge may be a step of a rebase: what has begun it all is told.
    ("rebase-merge", "rebase"),
    ("rebase-apply/applying", "patch series"),
    ("rebase-apply", "rebase"),
    ("MERGE_HEAD", "merge"),
    ("CHERRY_PICK_HEAD", "cherry-pick"),
    ("REVERT_HEAD", "revert"),
    ("BISECT_LOG", "bisect"),
)
_CHANGES = ("diff", "--name-status", "-z", "--find-renames", "--no-ext-diff", "--ignore-submodules=dirty")
_PATH_AFTER = {"1": 8, "2": 9, "u": 10, "?": 1}
"""How many fields stand before the path, by the kind of line in `git status`."""
_TRACKED = frozenset({"1", "2"})
_UNSTAGED = 3
"""Where a line about a tracked file says how it differs from the index; a dot is for one that does not."""
_CONFLICTS = 1
_NOT_RELATED = 1
_USAGE = 129
_SHOWING = MappingProxyType({**READING, "log.showRoot": "true"})
"""Settings under which git shows patches."""
MOST_BRANCHES = 100
_BRANCH_FORMAT = "%(refname)%00%(objectname)%00%(symref)"


@dataclass(frozen=True, slots=True)
class OpenBranches:
    """The tips of other branches by their short names, the newest first; `more` where not all of them are here."""

    tips: Mapping[str, str]
    more: bool = False


def git_directory(repository: GitRepository) -> Path:
    """Where HEAD and the index are; a linked working tree has one of its own."""
    marked = repository.root / ".git"
    if marked.is_dir():
        return marked
    told = os.fsdecode(marked.read_bytes()).removeprefix("gitdir:").strip()
    return (repository.root / told).resolve()


def tree_state(repository: GitRepository) -> TreeState:
    """How the working tree differs from HEAD; one call of git. What lies in submodules is their own affair.

    An untracked folder that is a repository itself is told as one path with a slash at its end. In a hook of a commit,
    what counts as staged is what that commit takes.
    """
    directory = git_directory(repository)
    index = index_of_commit(repository.root, directory, os.environ)
    # The usual index needs no naming, and an answer about it may have been begun.
    other = index is not None and index.name != "index"
    listed = repository.git(*STATE, settings=READING, variables={"GIT_INDEX_FILE": str(index)} if other else {})
    changed, untracked, staged = set[str](), set[str](), set[str]()
    for line in listed.text.split("\0"):
        kind = line[:1]
        if kind in _PATH_AFTER:
            path = line.split(" ", _PATH_AFTER[kind])[-1]
            (untracked if kind == "?" else changed).add(path)
            if kind in _TRACKED and line[_UNSTAGED] == ".":
                staged.add(path)
    committing = () if index is None else sorted(staged)
    operation = _operation(directory)
    return TreeState(tuple(sorted(changed)), tuple(sorted(untracked)), operation, tuple(committing))


def _operation(directory: Path) -> str | None:
    return next((name for mark, name in _OPERATIONS if (directory / mark).exists()), None)


def nearest(repository: GitRepository, refs: Sequence[str]) -> str:
    """The branch that HEAD left last: it lacks the fewest of HEAD's commits, and then has the fewest of its own.

    The first of several that are as near; `refs` names at least one.
    """

    def distance(ref: str) -> tuple[int, int]:
        behind, ahead = repository.git("rev-list", "--left-right", "--count", f"{ref}...HEAD").text.split()
        return int(ahead), int(behind)

    return min(refs, key=distance)


def divergence(repository: GitRepository, main_ref: str) -> Divergence:
    """How HEAD and main went apart, and what a merge of the two would not settle.

    Raises FactUnknown in a shallow clone, where that cannot be told. `conflicts` is None where git is older than 2.38,
    which cannot merge without a working tree.
    """
    head, main = repository.head(), repository.commit_of(main_ref)
    if head == main:
        return Divergence(head, 0, 0)
    if repository.is_shallow:
        raise FactUnknown(
            f"history ends in this shallow clone before it is known where HEAD left {main_ref}",
            where=AtRef(main_ref),
            remedy=Run(("git", "fetch", "--unshallow")),
        )
    # Git may already walk for what is asked later, whatever comes of this.
    repository.git.begin(*_branches_question(repository, main, apart=True))
    counted = repository.git("rev-list", "--left-right", "--count", f"{main}...{head}").text.split()
    behind, ahead = int(counted[0]), int(counted[1])
    if behind == 0 or ahead == 0:
        return Divergence(main if behind == 0 else head, ahead, behind)
    base = _merge_base(repository, main, head)
    return Divergence(base, ahead, behind, () if base is None else _conflicts(repository, main, head))


def _merge_base(repository: GitRepository, main: str, head: str) -> str | None:
    """The commit that both share; the one that git takes first where there are several."""
    found = repository.git("merge-base", main, head, check=False)
    if found.returncode == _NOT_RELATED:
        return None
    if found.returncode != 0:
        raise ProcessFailed(found, remedy=Run(("git", "fsck")))
    return found.text.strip()


def _conflicts(repository: GitRepository, main: str, head: str) -> tuple[str, ...] | None:
    """The files that a merge would not settle; what it makes goes into a directory that is thrown away."""
    with _objects_elsewhere(repository) as variables:
        tried = repository.git(
            "merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", main, head,
            check=False,
            settings=READING,
            variables=variables,
        )  # fmt: skip
    if tried.returncode == 0:
        return ()
    if tried.returncode == _USAGE:
        return None
    # The tree comes first, then the files; an error has none.
    tree, *paths = tried.text.split("\0")
    if tried.returncode != _CONFLICTS or not tree:
        raise FactUnknown(f"git cannot try the merge: {tried.complaint}", remedy=Run(("git", "fsck")))
    return tuple(sorted({path for path in paths if path}))


@contextlib.contextmanager
def _objects_elsewhere(repository: GitRepository) -> Iterator[Mapping[str, str]]:
    """Variables under which git reads the repository's objects and writes new ones into a directory that goes."""
    with workshop("merge", failure=FactUnknown) as place:
        yield _objects_into(place, repository)


def _objects_into(place: Path, repository: GitRepository) -> Mapping[str, str]:
    return {
        "GIT_OBJECT_DIRECTORY": str(place),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": _listed(repository.common_directory / "objects"),
        # Only newer versions know it; older ones would fetch what a partial clone lacks, into that directory.
        "GIT_NO_LAZY_FETCH": "1",
    }


def _listed(path: Path) -> str:
    """A path as a member of a list of paths: quoted where it holds what parts them."""
    text = str(path)
    if not any(sign in text for sign in f'{os.pathsep}"\n'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def begin_with(repository: GitRepository, base: str, state: TreeState) -> None:
    """Let git begin with what nearly every branch is asked since its base, while something else is found out."""
    git = repository.git
    if not state.changed and not state.untracked:
        git.begin(*_changes_question(base, repository.head()), settings=READING)
    git.begin(*_authors_question(base))
    git.begin(*_merges_question(f"{base}..HEAD"), settings=_SHOWING)
    git.begin(*_messages_question(f"{base}..HEAD"))


def changed_files(repository: GitRepository, base: str, *, state: TreeState | None = None) -> Sequence[ChangedFile]:
    """What differs between a commit and the working tree, untracked files included, sorted by name.

    A file that moved and stayed alike is one change. `state` is that of the tree, where somebody has looked already.
    """
    commit = repository.commit_of(base)
    state = state or tree_state(repository)
    if not state.changed and not state.untracked:
        # Then HEAD is what lies here, and no file needs to be looked at once more.
        listed = repository.git(*_changes_question(commit, repository.head()), settings=READING)
        return tuple(sorted(_changes(listed.text), key=lambda change: change.name))
    untracked = state.untracked
    with index_elsewhere(repository) as variables:
        if untracked:
            # Only files that git has heard of take part in the search for renames; nothing is stored yet.
            repository.git(
                "add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul",
                stdin=b"\0".join(os.fsencode(path) for path in untracked if not path.endswith("/")),
                settings=READING,
                variables={**variables, "GIT_LITERAL_PATHSPECS": "1"},
            )  # fmt: skip
        listed = repository.git(*_CHANGES, commit, "--", settings=READING, variables=variables)
    return tuple(sorted(_changes(listed.text), key=lambda change: change.name))


@contextlib.contextmanager
def index_elsewhere(repository: GitRepository) -> Iterator[Mapping[str, str]]:
    """Variables under which git uses a copy of the index: comparing brings it up to date, and writes it."""
    with workshop("index", failure=FactUnknown) as place:
        (place / "objects").mkdir()
        with contextlib.suppress(FileNotFoundError):
            shutil.copy2(git_directory(repository) / "index", place / "index")
        yield {"GIT_INDEX_FILE": str(place / "index"), **_objects_into(place / "objects", repository)}


def _changes_question(before: str, after: str) -> tuple[str, ...]:
    return (*_CHANGES, before, after, "--")


def _changes(listing: str) -> Iterator[ChangedFile]:
    fields = iter(listing.split("\0")[:-1])
    for status in fields:
        path = next(fields)
        match status[:1]:
            case "A":
                yield ChangedFile(path, None)
            case "D":
                yield ChangedFile(None, path)
            case "R":
                yield ChangedFile(next(fields), path)
            case _:
                # Modified, of another type, or not merged yet.
                yield ChangedFile(path, path)


def authors(repository: GitRepository, base: str) -> Sequence[str]:
    """Who made the commits since a base, as `name <mail>`, each once; who only merged has made none of it."""
    listed = repository.git(*_authors_question(repository.commit_of(base))).text
    return tuple(dict.fromkeys(author for author in listed.split("\0") if author))


def _authors_question(base: str) -> tuple[str, ...]:
    return (
        "log", "-z", "--no-merges", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%an <%ae>",
        f"{base}..HEAD", "--",
    )  # fmt: skip


def open_branches(repository: GitRepository, main_ref: str, *, apart: bool = False) -> OpenBranches:
    """The newest branches that main does not hold yet: those of the remote, and local ones that it does not have.

    Neither the one that is checked out, nor its namesake on the remote or the one that it follows, nor main. `apart`
    leaves out those that build upon HEAD, and those that HEAD builds upon.
    """
    tracked = _tracked(repository)
    listed = repository.git(*_branches_question(repository, repository.commit_of(main_ref), apart=apart)).text
    rows = [line.split("\0") for line in listed.split("\n") if line]
    if not rows:
        return OpenBranches(MappingProxyType({}))
    left_out = _ours(repository, main_ref, tracked)
    theirs = {row[0] for row in rows}
    tips = {
        _short(ref): tip
        for ref, tip, symbolic in rows
        if not symbolic and ref not in left_out and not (tracked and f"{tracked}{ref.removeprefix(HEADS)}" in theirs)
    }
    return OpenBranches(MappingProxyType(dict(list(tips.items())[:MOST_BRANCHES])), more=len(tips) > MOST_BRANCHES)


def _tracked(repository: GitRepository) -> str | None:
    """What stands before the names of the remote's branches."""
    remote = repository.remote_name
    return f"{REMOTES}{remote}/" if remote is not None else None


def _branches_question(repository: GitRepository, main: str, *, apart: bool) -> tuple[str, ...]:
    tracked = _tracked(repository)
    return (
        "for-each-ref", f"--no-merged={main}",
        *(["--no-merged=HEAD", "--no-contains=HEAD"] if apart else []), "--sort=-committerdate",
        f"--format={_BRANCH_FORMAT}", HEADS, *([tracked] if tracked is not None else []),
    )  # fmt: skip


def _ours(repository: GitRepository, main_ref: str, tracked: str | None) -> set[str]:
    """The references of main and of the branch that is checked out, here and on the remote."""
    main = _short(main_ref)
    names = {main if repository.remote_name is None else main.removeprefix(f"{repository.remote_name}/")}
    current = repository.current_branch()
    followed = set[str]()
    if current is not None:
        names.add(current)
        followed.add(repository.git("for-each-ref", "--format=%(upstream)", HEADS + current).text.strip())
    return {f"{prefix}{name}" for name in names for prefix in (HEADS, tracked) if prefix is not None} | followed


def _short(ref: str) -> str:
    return ref.removeprefix(HEADS).removeprefix(REMOTES)


def _pieces(repository: GitRepository, words: Sequence[str], budget: Budget) -> Iterator[AddedPiece]:
    """What a command shows as added; through a file, since nobody knows how much that is."""
    git = repository.git
    if "--cc" in words:
        yield from pieces_of(io.BytesIO(git(*words, settings=_SHOWING).stdout), budget)
        return
    with workshop("added", failure=FactUnknown) as place:
        patches = place / "patches"
        git(*words, f"--output={patches}", "--", settings=_SHOWING)
        with patches.open("rb") as file:
            yield from pieces_of(file, budget)


def _merges_question(span: str) -> tuple[str, ...]:
    return ("log", *PATCH_OF_MERGES, span, "--")


def added_content(
    repository: GitRepository, base: str | None, *, state: TreeState | None = None, most: int = MOST_ADDED
) -> Iterator[AddedPiece]:
    """What the commits since a base add, each by itself, then what the working tree adds to HEAD, then untracked files.

    Without a base it is all commits that HEAD descends from.
    What one commit adds and a later one takes away is among it, and so is what only a merge has written. Binary files
    come as they are, in lines. Raises FactUnknown once more than `most` bytes would have to be looked into.
    """
    budget = Budget(most)
    since = "HEAD" if base is None else f"{repository.commit_of(base)}..HEAD"
    state = state or tree_state(repository)
    patches: list[tuple[str, ...]] = [("log", *PATCH_OF_COMMITS, since), _merges_question(since)]
    if state.changed:
        patches.append(("diff-index", *PATCH_OF_TREE, "HEAD"))
    for words in patches:
        yield from _pieces(repository, words, budget)
    for path in state.untracked:
        file = repository.root / path
        # Neither a link, which leads elsewhere, nor what is no file at all.
        if file.is_file() and not file.is_symlink():
            budget.spend(file.stat().st_size)
            with contextlib.suppress(FileNotFoundError):
                yield AddedPiece(path, 1, _readable(file, path), None)


def added_messages(repository: GitRepository, base: str | None) -> Iterator[tuple[str, bytes]]:
    """What the commits since a base say of themselves, merges too, each by its commit; all of history without one."""
    since = "HEAD" if base is None else f"{repository.commit_of(base)}..HEAD"
    for entry in repository.git(*_messages_question(since)).stdout.split(b"\0"):
        commit, _, message = entry.partition(b"\n")
        yield commit.decode("ascii"), message


def _messages_question(span: str) -> tuple[str, ...]:
    return "log", "-z", "--no-show-signature", "--no-color", "--encoding=UTF-8", "--format=%H%n%B", span, "--"


def _readable(file: Path, path: str) -> bytes:
    try:
        return file.read_bytes()
    except PermissionError as refused:
        raise FactUnknown(
            f"{path} cannot be read: {refused.strerror}",
            where=InFile(path),
            remedy=Edit(f"make {path} readable, or let git ignore it"),
        ) from refused
