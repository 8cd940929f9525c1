"""The way of a scratch's commit into the repository and its working tree, whole or not at all."""

import contextlib
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.command import Git
from tagship.adapters.git.questions import CURRENT_BRANCH
from tagship.adapters.git.references import HEADS
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.git.scratch import Scratch
from tagship.adapters.process import ProcessFailed, stoppable
from tagship.adapters.signals import termination_interrupts
from tagship.errors import Conflict, Edit, Run

_ENDING = tuple(number for name in ("SIGINT", "SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)))
_UNDONE = "tagship: undone"
_UNHOOKED = {"core.hooksPath": os.devnull}
_SPARE = 256 * 1024
"""Bytes for locks, logs and references, beside what is known."""
_UNPACKED = 8
"""How many times as large as their pack a commit's files are taken to be."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a take-over may change, as it was before: HEAD, and the files in which the two commits differ.

    `head` is a reference, or a commit where HEAD is detached. `added` are paths that only the new commit has, `kept`
    those that the old one has as well, and `original` is git's note of where HEAD was last.
    """

    head: str
    commit: str
    kept: tuple[str, ...]
    added: tuple[str, ...]
    original: str | None


def take_over(repository: GitRepository, scratch: Scratch, commit: str, *, branch: str | None) -> None:
    """Bring a commit of the scratch into the repository, and its files into the working tree.

    With `branch` on a new branch of that name, else as a fast-forward of what is checked out. Whatever stops it, an
    error, Ctrl-C or a SIGTERM, leaves HEAD, branches, index and files as they were; files in the way are never
    overwritten, ignored ones neither. Raises Conflict, or ProcessFailed with what git says.
    """
    # Asked anew, whatever somebody remembers: what is not clean now could not be put back.
    now = GitRepository(repository.root, may_fetch=False)
    git = now.git
    with termination_interrupts(), now:
        _bring_objects(now, scratch, commit)
        before = _standing(now, commit)
        _prove_room(now, before, branch)
        try:
            if branch is None:
                git("-c", "merge.verifySignatures=false", "merge", "--quiet", "--ff-only", "--no-autostash", commit)
            else:
                git("switch", "--quiet", "--no-track", "-c", branch, commit)
            _prove_taken(git, commit)
        except BaseException as stopped:
            with _undisturbed():
                left = _put_back(now, before, commit, branch)
            if left:
                raise _left_behind(stopped, left, before) from stopped
            raise
        finally:
            repository.close()


def _bring_objects(repository: GitRepository, scratch: Scratch, commit: str) -> None:
    """The scratch's own objects and no others, as a fetch would, but without asking for permission or a trace of it."""
    wanted = f"{commit}\n^{scratch.start}\n".encode()
    pack = scratch.git("pack-objects", "--quiet", "--revs", "--local", "--stdout", stdin=wanted).stdout
    _prove_space(repository, len(pack))
    repository.git("unpack-objects", "-q", stdin=pack)


def _prove_space(repository: GitRepository, packed: int) -> None:
    """Raise OSError where the disk could fill up half-way: what cannot be written cannot be put back either."""
    folder = Path(os.fsdecode(repository.git("rev-parse", "--absolute-git-dir").stdout.rstrip(b"\n")))
    index = folder / "index"
    needed = _SPARE + _UNPACKED * packed + (2 * index.stat().st_size if index.exists() else 0)
    for place in {each.stat().st_dev: each for each in (repository.root, folder)}.values():
        try:
            with tempfile.TemporaryFile(dir=place, buffering=0) as room:
                while needed > room.tell():
                    room.write(bytes(min(needed - room.tell(), _SPARE)))
        except OSError as full:
            raise OSError(full.errno, full.strerror, str(place)) from full


def _standing(repository: GitRepository, commit: str) -> _Standing:
    git, head = repository.git, repository.head()
    reference = git("symbolic-ref", "--quiet", "HEAD", check=False)
    listed = git("diff-tree", "-r", "-z", "--no-renames", "--name-status", head, commit).text.split("\0")[:-1]
    changes = list(zip(listed[::2], listed[1::2], strict=True))
    original = git("rev-parse", "--verify", "--quiet", "ORIG_HEAD", check=False)
    return _Standing(
        head=reference.text.strip() if reference.returncode == 0 else head,
        commit=head,
        kept=tuple(path for status, path in changes if status != "A"),
        added=tuple(path for status, path in changes if status == "A"),
        original=original.text.strip() if original.returncode == 0 else None,
    )


def _prove_room(repository: GitRepository, before: _Standing, branch: str | None) -> None:
    """Raise Conflict where anything that would change is not as HEAD has it: only then can it be put back."""
    git = repository.git
    if branch is not None and git("rev-parse", "--verify", "--quiet", HEADS + branch, check=False).returncode == 0:
        raise Conflict(f"there is a branch {branch} already", remedy=Run(("git", "switch", branch)))
    for path in before.added:
        if os.path.lexists(repository.root / path):
            raise Conflict(f"{path} lies in the way, and git does not track it", remedy=Edit(f"move {path} away"))
    state = tree_state(repository)
    if state.operation is not None:
        raise Conflict(f"git is in the middle of a {state.operation}", remedy=Run(("git", "status")))
    changed = sorted(set(state.changed).intersection((*before.kept, *before.added)))
    if changed:
        raise Conflict(f"{changed[0]} has changes that are not committed", remedy=Run(("git", "stash")))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Within, a second Ctrl-C, or a stop meant for what this thread runs, changes nothing: undoing takes a moment."""
    if threading.current_thread() is not threading.main_thread():
        with stoppable(threading.Event()):
            yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _ENDING}
    try:
        with stoppable(threading.Event()):
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _prove_taken(git: Git, commit: str) -> None:
    found = git("rev-parse", "HEAD").text.strip()
    if found != commit:
        raise Conflict(f"HEAD is at {found[:12]} instead of {commit[:12]}", remedy=Run(("git", "status")))


def _put_back(repository: GitRepository, before: _Standing, commit: str, branch: str | None) -> list[ProcessFailed]:
    """What HEAD stands for first, then index and files; nothing here runs a hook.

    What does not succeed keeps nothing else from being put back, and is returned.
    """
    left: list[ProcessFailed] = []
    parts: tuple[Callable[[], object], ...] = (
        lambda: _put_head_back(repository.git, before),
        lambda: _take_branch_back(repository.git, commit, branch),
        lambda: _put_note_back(repository.git, before),
        lambda: _put_files_back(repository, before),
    )
    for part in parts:
        try:
            part()
        except ProcessFailed as failed:
            left.append(failed)
    return left


def _put_head_back(git: Git, before: _Standing) -> None:
    """Only what moved: where HEAD cannot be written, git could not move it either."""
    if not before.head.startswith("refs/"):
        if git("rev-parse", "HEAD").text.strip() != before.commit:
            git("update-ref", "--no-deref", "-m", _UNDONE, "HEAD", before.commit, settings=_UNHOOKED)
        return
    if git(*CURRENT_BRANCH, check=False).text.strip() != before.head:
        git("symbolic-ref", "-m", _UNDONE, "HEAD", before.head, settings=_UNHOOKED)
    if git("rev-parse", before.head).text.strip() != before.commit:
        git("update-ref", "-m", _UNDONE, before.head, before.commit, settings=_UNHOOKED)


def _take_branch_back(git: Git, commit: str, branch: str | None) -> None:
    if branch is not None:
        git("update-ref", "-d", HEADS + branch, commit, check=False, settings=_UNHOOKED)


def _put_note_back(git: Git, before: _Standing) -> None:
    found = git("rev-parse", "--verify", "--quiet", "ORIG_HEAD", check=False)
    noted = found.text.strip() if found.returncode == 0 else None
    if before.original is None:
        git("update-ref", "-d", "ORIG_HEAD", check=False, settings=_UNHOOKED)
    elif noted != before.original:
        git("update-ref", "ORIG_HEAD", before.original, settings=_UNHOOKED)


def _left_behind(stopped: BaseException, left: list[ProcessFailed], before: _Standing) -> Conflict:
    """What stopped the taking over, and that it could not be taken back whole."""
    said = str(stopped) or "interrupted"
    return Conflict(
        f"{said}\nand what was begun could not all be taken back: {left[0].message}",
        remedy=Run((
            "git", "restore", f"--source={before.commit[:12]}", "--staged", "--worktree", "--",
            *before.kept, *before.added,
        )),
    )  # fmt: skip


def _put_files_back(repository: GitRepository, before: _Standing) -> None:
    """Only where git began with them: a lock that kept it from that would keep us as well."""
    git = repository.git
    if not any(os.path.lexists(repository.root / path) for path in before.added) and _stands(git, before):
        return
    if before.added:
        gone = b"\0".join(map(os.fsencode, before.added)) + b"\0"
        git("update-index", "-z", "--force-remove", "--stdin", stdin=gone)
    for path in before.added:
        _remove(repository.root, path)
    if before.kept:
        git(
            "restore", "--quiet", f"--source={before.commit}", "--staged", "--worktree",
            "--pathspec-from-file=-", "--pathspec-file-nul",
            stdin=b"\0".join(map(os.fsencode, before.kept)),
            settings=_UNHOOKED,
            variables={"GIT_LITERAL_PATHSPECS": "1"},
        )  # fmt: skip


def _stands(git: Git, before: _Standing) -> bool:
    """Whether index and files are those of the commit, where the other one has something else."""
    paths = (*before.kept, *before.added)
    variables = {"GIT_LITERAL_PATHSPECS": "1"}
    compared = git("diff-index", "--quiet", before.commit, "--", *paths, check=False, variables=variables)
    return compared.returncode == 0


def _remove(root: Path, path: str) -> None:
    """Take a file away, and the folders that are empty then: git keeps none."""
    target = root / path
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        target.unlink()
    for folder in target.parents:
        if folder == root:
            return
        try:
            folder.rmdir()
        except OSError:
            return
