"""The stand-in world: a throwaway copy of a project, with a remote, an index and a code host of its own.

The project itself is only read: its branches and tags as they are committed. What is uncommitted takes no part, and
neither its hooks nor its own git configuration come along.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from tagship.adapters.process import Completed, ProcessFailed, run
from tagship.adapters.surroundings import git_environment
from tagship.errors import FactUnknown, Run, UsageError
from tagship.rehearsal.host import StandInHost
from tagship.rehearsal.index import StandInIndex

REMOTE = "origin"
CUSTOMARY_BRANCHES = ("main", "master", "trunk")
SECONDS = 600.0
IDENTITY = ("tagship rehearsal", "rehearsal@tagship.invalid")
QUIET = {
    "advice.detachedHead": "false",
    "commit.gpgSign": "false",
    "core.hooksPath": os.devnull,  # a hook of the project must not run against the copy
    "fetch.fsckObjects": "false",  # old repositories hold objects that a strict check refuses
    "gc.auto": "0",
    "init.templateDir": "",
    "maintenance.auto": "false",
    "tag.gpgSign": "false",
    "user.email": IDENTITY[1],
    "user.name": IDENTITY[0],
}


class StandInWorld:
    """Everything a rehearsal touches; it exists inside its with block and leaves nothing behind.

    `source` is the project, or a folder in its repository. `branch` is what the project calls main; without it,
    it is what the remote calls its default, else a customary name, else the branch that is checked out.
    Where the project does not have `tag` yet, it is made in the copy and pushed to the copy's remote, at
    `create_from` (anything that names a commit in the project; HEAD without it), carrying `message`. A branch
    stands in the remote where pushing the project's would leave it: unpushed commits are part, and one that has
    moved on at the real remote stays there.

    Raises UsageError for a folder that is no repository or holds no commit, FactUnknown where git fails.
    """

    def __init__(
        self,
        source: Path,
        *,
        tag: str | None = None,
        create_from: str | None = None,
        message: str | None = None,
        branch: str | None = None,
    ) -> None:
        self._source = source
        self._wanted = branch
        self._create_from = create_from or "HEAD"
        self._message = message
        self._open = ExitStack()
        self.tag = tag

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            # Whatever ends this block early, Ctrl-C included, the stack takes down what stands so far.
            temporary = tempfile.TemporaryDirectory(prefix="stand-in-world-", ignore_cleanup_errors=True)
            self.directory = Path(stack.enter_context(temporary)).resolve()
            self._copy()
            self.index = stack.enter_context(StandInIndex(self.directory / "index"))
            name = re.sub(r"[^A-Za-z0-9._-]", "-", self._top.name) or "project"
            self.host = stack.enter_context(StandInHost(f"stand-in/{name}", branch=self.branch))
            self._open = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    @property
    def clone(self) -> Path:
        """The top of the copy's working tree."""
        return self.directory / "work" / (self._top.name or "project")

    @property
    def project(self) -> Path:
        """The folder in the copy that stands for the one the rehearsal was asked for."""
        return self.clone / self._prefix

    @property
    def shallow(self) -> bool:
        """Whether the project lacks a part of its history, and so does the copy."""
        return (self.remote / "shallow").is_file()

    @property
    def remote(self) -> Path:
        """The bare repository that the copy calls origin."""
        return self.directory / "remote.git"

    def _copy(self) -> None:
        top = _ask(self._source, "rev-parse", "--show-toplevel")
        if top is None:
            raise UsageError(
                f"{self._source} is not in a git repository", remedy=Run(("git", "init", str(self._source)))
            )
        self._top = Path(top)
        self._prefix = _ask(self._source, "rev-parse", "--show-prefix") or ""
        head = _ask(self._top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if head is None:
            raise UsageError(f"{top} holds no commit yet", remedy=Run(("git", "-C", top, "commit", "--all")))
        self.branch = self._wanted or _main_branch(self._top)
        self._make_remote(head)
        self._make_clone()
        self._check_out(head)
        if self.tag is not None:
            self.make_tag(self.tag)

    def _make_remote(self, head: str) -> None:
        _git(self.directory, "init", "--quiet", "--bare", f"--initial-branch={self.branch}", str(self.remote))
        self._borrow(self.remote)
        upstream = _remote_of(self._top)
        theirs = (
            [] if upstream is None else [f"+refs/remotes/{upstream}/*:refs/heads/*", f"^refs/remotes/{upstream}/HEAD"]
        )
        # Theirs first: a branch that is here too is then moved on to what is here, where that is newer.
        if theirs:
            self._fetch(self.remote, *theirs)
        self._fetch(self.remote, "+refs/heads/*:refs/ours/*", "+refs/tags/*:refs/tags/*", head)
        for ours in (_ask(self.remote, "for-each-ref", "--format=%(refname:lstrip=2)", "refs/ours") or "").split():
            self._settle(ours)
        if _ask(self.remote, "rev-parse", "--verify", "--quiet", f"refs/heads/{self.branch}") is None:
            # A checkout of a tag alone shows no branch: what is checked out stands in for main.
            _git(self.remote, "update-ref", f"refs/heads/{self.branch}", head)

    def _make_clone(self) -> None:
        _git(self.directory, "init", "--quiet", f"--initial-branch={self.branch}", str(self.clone))
        self._borrow(self.clone / ".git")
        _git(self.clone, "remote", "add", REMOTE, str(self.remote))
        everything = (f"+refs/heads/*:refs/remotes/{REMOTE}/*", "+refs/tags/*:refs/tags/*")
        _git(self.clone, "fetch", "--quiet", "--no-tags", "--update-shallow", REMOTE, *everything)
        _git(self.clone, "remote", "set-head", REMOTE, self.branch)

    def _borrow(self, git_directory: Path) -> None:
        """Let a repository read the project's objects where they are.

        Copying them would take seconds for a long history, and could not be done for one that lacks an object
        somewhere in its past, such as a partial clone.
        """
        objects, shallow = (
            (self._top / (_ask(self._top, "rev-parse", "--git-path", name) or name)).resolve()
            for name in ("objects", "shallow")
        )
        (git_directory / "objects" / "info" / "alternates").write_bytes(os.fsencode(objects.as_posix()) + b"\n")
        if shallow.is_file():
            shutil.copyfile(shallow, git_directory / "shallow")

    def _settle(self, name: str) -> None:
        """Put a branch where it would be after a push of what is here; one that has moved on elsewhere stays."""
        ours, theirs = f"refs/ours/{name}", f"refs/heads/{name}"
        behind = _ask(self.remote, "merge-base", "--is-ancestor", ours, theirs) is not None
        if not behind:
            for other in self._in_the_way_of(name):
                _git(self.remote, "update-ref", "-d", other)
            _git(self.remote, "update-ref", theirs, ours)
        _git(self.remote, "update-ref", "-d", ours)

    def _in_the_way_of(self, name: str) -> Sequence[str]:
        """The branches beside which git holds none of that name, above it or below; never main."""
        above = [f"refs/heads/{folder}" for folder in PurePosixPath(name).parents if folder.name]
        below = _ask(self.remote, "for-each-ref", "--format=%(refname)", f"refs/heads/{name}/") or ""
        return [ref for ref in (*above, *below.split()) if ref != f"refs/heads/{self.branch}"]

    def _fetch(self, into: Path, *what: str) -> None:
        _git(into, "fetch", "--quiet", "--no-tags", "--update-shallow", str(self._top), *what)

    def _check_out(self, head: str) -> None:
        """Leave the copy as the project is: on its branch, or on its commit."""
        name = _ask(self._top, "symbolic-ref", "--quiet", "--short", "HEAD")
        if name is None:
            self._fetch(self.clone, head)
            _git(self.clone, "checkout", "--quiet", "--force", "--detach", head)
        else:
            _git(self.clone, "checkout", "--quiet", "--force", "-B", name, "--track", f"{REMOTE}/{name}")
            _git(self.clone, "reset", "--quiet", "--hard", head)

    def make_tag(self, tag: str, *, at: str | None = None) -> None:
        """Make a tag in the copy and push it to the copy's remote, unless the project has it.

        `at` names a commit in the project; without it, `create_from` does.
        """
        self.tag = tag
        if _ask(self.clone, "rev-parse", "--verify", "--quiet", f"refs/tags/{tag}") is not None:
            return
        commit = _ask(self._top, "rev-parse", "--verify", "--quiet", f"{at or self._create_from}^{{commit}}")
        if commit is None:
            raise UsageError(f"{at or self._create_from} names no commit in {self._top}")
        self._fetch(self.clone, commit)
        message = self._message or f"rehearsal of {tag}"
        _git(self.clone, "tag", "--annotate", "--no-sign", "--cleanup=verbatim", "-m", message, tag, commit)
        _git(self.clone, "push", "--quiet", REMOTE, f"refs/tags/{tag}")

    def move_tag(self, tag: str) -> None:
        """Let a tag on the remote name another commit than in the copy, as after a push that somebody forced."""
        tree, parent = f"refs/tags/{tag}^{{tree}}", f"refs/tags/{tag}^{{commit}}"
        other = _ask(self.remote, "commit-tree", tree, "-p", parent, "-m", f"not what {tag} named before")
        if other is None:
            raise FactUnknown(f"{tag} cannot be moved in the stand-in copy", remedy=Run(("git", "fsck")))
        _git(self.remote, "tag", "--annotate", "--force", "--no-sign", "-m", f"{tag}, moved", tag, other)


def _main_branch(top: Path) -> str:
    upstream = _remote_of(top)
    if upstream is not None:
        head = _ask(top, "symbolic-ref", "--quiet", f"refs/remotes/{upstream}/HEAD")
        if head is not None:
            return head.removeprefix(f"refs/remotes/{upstream}/")
    places = ["refs/heads", *([] if upstream is None else [f"refs/remotes/{upstream}"])]
    for name in CUSTOMARY_BRANCHES:
        if any(_ask(top, "rev-parse", "--verify", "--quiet", f"{place}/{name}") for place in places):
            return name
    return _ask(top, "symbolic-ref", "--quiet", "--short", "HEAD") or CUSTOMARY_BRANCHES[0]


def _remote_of(top: Path) -> str | None:
    """The remote that stands for the project's home: origin, or the first there is."""
    names = (_ask(top, "remote") or "").split()
    return REMOTE if REMOTE in names else next(iter(names), None)


def _ask(directory: Path, *words: str) -> str | None:
    """What git answers, or None where it says no."""
    completed = _run(directory, words, check=False)
    return completed.text.strip("\n") if completed.returncode == 0 else None


def _git(directory: Path, *words: str) -> None:
    try:
        _run(directory, words, check=True)
    except ProcessFailed as failed:
        remedy = failed.remedy or Run(("git", "fsck"))
        raise FactUnknown(f"the stand-in copy cannot be made: {failed.message}", remedy=remedy) from failed


def _run(directory: Path, words: tuple[str, ...], *, check: bool) -> Completed:
    settings = [word for name, value in QUIET.items() for word in ("-c", f"{name}={value}")]
    environment = git_environment(os.environ) | {"GIT_LFS_SKIP_SMUDGE": "1"}
    return run(["git", *settings, *words], cwd=directory, env=environment, timeout=SECONDS, check=check)
