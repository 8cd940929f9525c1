"""A throwaway clone to change, test and commit in as the user would.

The opposite of a pristine copy: what the user configured for this repository holds here as well, so that a commit is
signed by them and goes through their hooks. Where it must not reach, the working tree, nothing is written.
"""

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.command import TRANSFER, Git
from tagship.adapters.git.identity import NAMELESS, is_nameless
from tagship.adapters.git.references import HEADS, REMOTES, TAGS
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.git.spelling import alternate, setting
from tagship.adapters.said import last_lines
from tagship.adapters.workshop import workshop
from tagship.errors import Edit, FactUnknown, Refused, Run

_ELSEWHERE = (
    # What names the repository itself, or how its files are laid out; of a scratch it would not be true.
    "branch.", "core.bare", "core.repositoryformatversion", "core.sparsecheckout",
    "core.sparsecheckoutcone", "core.splitindex", "core.worktree",
    "extensions.", "gc.", "index.", "maintenance.", "remote.", "submodule.",
    # Followed already: what they include stands in the list.
    "include.", "includeif.",
    # Daemons and caches that watch one directory.
    "core.fsmonitor", "core.untrackedcache",
    # Nothing is fetched or pushed from a scratch, and these are where jobs keep tokens.
    "credential.", "http.", "url.",
    # Set to where the repository's own hooks are.
    "core.hookspath",
)  # fmt: skip
_OURS: Mapping[str, str] = {"gc.auto": "0", "maintenance.auto": "false", "core.longpaths": "true"}
_UNHOOKED: Mapping[str, str] = {"core.hooksPath": os.devnull, "advice.detachedHead": "false"}
_WITHOUT_DOWNLOADS: Mapping[str, str] = {"GIT_LFS_SKIP_SMUDGE": "1"}
_MEND = Edit("mend what the hook or the signing complains of, and run the same command again")
_SHA256 = 64
"""Hexadecimal digits of an object's name where the repository does not use SHA-1."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A throwaway clone; `directory` is the top of its working tree, `start` the commit it began at."""

    directory: Path
    start: str

    @property
    def git(self) -> Git:
        """The git command in it."""
        return Git(self.directory)

    def commit(self, message: str, *, paths: Sequence[str] | None = None) -> str:
        """Commit every change of tracked files, or those of `paths`, with the user's hooks and signature; its name.

        Paths are from the top, and may be new or gone. Other files that git does not track stay out. Raises Refused
        where a hook or the signing says no, with what it said.
        """
        # With --all git would look at every file written in the second of the checkout, and it refuses one whose
        # attributes name an encoding that it is not in.
        self._stage(paths or ())
        done = self.git(
            "commit", "--quiet", *(("--all",) if paths is None else ()), "--file=-",
            stdin=message.encode("utf-8", "surrogateescape"),
            timeout=TRANSFER,
            check=False,
            variables=_WITHOUT_DOWNLOADS,
        )  # fmt: skip
        if done.returncode != 0:
            said = last_lines(done.stdout + b"\n" + done.stderr) or f"it ended with {done.returncode}"
            raise Refused(f"git commit refuses: {said}", remedy=NAMELESS if is_nameless(said) else _MEND)
        return self.git("rev-parse", "HEAD").text.strip()

    def _stage(self, paths: Sequence[str]) -> None:
        """Bring files as they lie here into the index; one that is gone may be out of it already."""
        variables = {**_WITHOUT_DOWNLOADS, "GIT_LITERAL_PATHSPECS": "1"}
        there = [path for path in paths if os.path.lexists(self.directory / path)]
        gone = sorted(set(paths).difference(there))
        if there:
            self.git("add", "--", *there, variables=variables)
        if gone:
            self.git("rm", "--cached", "--quiet", "--ignore-unmatch", "--", *gone, variables=variables)


@contextlib.contextmanager
def scratch(
    repository: GitRepository,
    commit: str,
    *,
    changes: bool = False,
    branch: str | None = None,
    hooks: bool = True,
    offline: bool = False,
) -> Iterator[Scratch]:
    """A throwaway clone with the files of a commit, gone when the context is left; objects are read where they are.

    With `changes` what the working tree changes, and what it holds untracked, is laid over them. `branch` is what the
    clone says it is on; None for a detached HEAD. Without `hooks` it runs none of the user's. It has all branches and
    tags, and no remote. Directories of submodules are empty, and files of git-lfs are what git stores of them, but for
    those that `changes` brings. What a partial clone lacks is fetched into the scratch, unless `offline`. The
    repository is only read. Raises FactUnknown where the files cannot be had.
    """
    name = repository.commit_of(commit)
    with workshop("scratch", failure=FactUnknown) as place:
        directory = place / (repository.root.name or "repository")
        _begin(repository, directory, name, hooks=hooks)
        _fill(repository, directory, name, branch, offline=offline)
        if changes:
            _lay_over(repository, directory)
        yield Scratch(directory, name)


def _begin(repository: GitRepository, directory: Path, commit: str, *, hooks: bool) -> None:
    """An empty repository that borrows objects and holds the same references; faster than a clone, and never asks."""
    own = Git(repository.root)
    own(
        "-c", "init.defaultRefFormat=files",
        "init", "--quiet", "--template=",
        *(["--object-format=sha256"] if len(commit) == _SHA256 else []),
        "--", str(directory),
    )  # fmt: skip
    hidden, common = directory / ".git", repository.common_directory
    info = hidden / "objects" / "info"
    info.mkdir(parents=True, exist_ok=True)
    (info / "alternates").write_bytes(os.fsencode(f"{alternate(common / 'objects')}\n"))
    if repository.is_shallow:
        shutil.copyfile(common / "shallow", hidden / "shallow")
    listed = own("for-each-ref", "--format=%(objectname) %(refname)", HEADS, REMOTES, TAGS).stdout
    (hidden / "packed-refs").write_bytes(listed)
    (hidden / "info").mkdir(exist_ok=True)
    for kept in ("attributes", "exclude"):
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(common / "info" / kept, hidden / "info" / kept)
    _configure(own, repository.root, directory, hooks=hooks)


def _configure(own: Git, root: Path, directory: Path, *, hooks: bool) -> None:
    """Write what holds in the repository and would not hold in the scratch.

    The user's own files hold in both, but for what they include for some directories only.
    """
    theirs, ours = _settings(own), _settings(Git(directory))
    kept = {key: values for key, values in theirs.items() if not _is_elsewhere(key) and ours.get(key) != values}
    place = root / os.fsdecode(own("rev-parse", "--git-path", "hooks").stdout.removesuffix(b"\n"))
    hooked = os.path.abspath(place) if hooks else os.devnull  # noqa: PTH100 -- a hooks folder may be a link that its scripts look beside
    told = {**kept, **{key: (value,) for key, value in _OURS.items()}, "core.hookspath": (hooked,)}
    lines = [setting(key, value) for key, values in told.items() for value in values]
    with (directory / ".git" / "config").open("ab") as file:
        file.write(os.fsencode("\n" + "".join(lines)))


def _is_elsewhere(key: str) -> bool:
    return key in _ELSEWHERE or key.startswith(tuple(each for each in _ELSEWHERE if each.endswith(".")))


def _settings(git: Git) -> Mapping[str, tuple[str | None, ...]]:
    """Every setting that holds in a directory with its values in order; None for a key without one, which is true."""
    found: dict[str, tuple[str | None, ...]] = {}
    for entry in git("config", "--list", "--null", "--includes").text.split("\0"):
        key, separator, value = entry.partition("\n")
        if key:
            found[key] = (*found.get(key, ()), value if separator else None)
    return found


def _fill(repository: GitRepository, directory: Path, commit: str, branch: str | None, *, offline: bool) -> None:
    copy = Git(directory, fetches=not offline)
    on = ("--detach",) if branch is None else ("--no-track", "-B", branch)
    # A remote's address may hold a credential: it must not stand on a command line.
    promisor = repository.promisor()
    lazily = {} if promisor is None else {"remote.lazy.url": promisor, "remote.lazy.promisor": "true"}
    done = copy(
        "checkout", "--quiet", *on, commit, "--",
        timeout=TRANSFER,
        settings={**_UNHOOKED, **lazily},
        variables=_WITHOUT_DOWNLOADS,
        check=False,
    )  # fmt: skip
    # Git calls it a success when a file's object is missing.
    if done.returncode != 0 or copy("ls-files", "--deleted", "-z").stdout:
        raise FactUnknown(f"not every file of {commit[:12]} can be had: {done.complaint}", remedy=Run(("git", "fsck")))


def _lay_over(repository: GitRepository, directory: Path) -> None:
    state = tree_state(repository)
    fresh = []
    for path in state.changed:
        known = os.path.lexists(directory / path)
        if _bring(repository.root / path, directory, path) and not known:
            fresh.append(path)
    for path in state.untracked:
        _bring(repository.root / path, directory, path)
    if fresh:
        # What the user has added must be known there as well: backends ask git which files to pack.
        Git(directory)(
            "add", "--intent-to-add", "--force", "--pathspec-from-file=-", "--pathspec-file-nul",
            stdin=b"\0".join(map(os.fsencode, fresh)),
            variables={**_WITHOUT_DOWNLOADS, "GIT_LITERAL_PATHSPECS": "1"},
        )  # fmt: skip


def _bring(source: Path, directory: Path, path: str) -> bool:
    """Put one file there as it lies here, or take it away; whether it is there then. Directories stay as they are."""
    target = directory / path
    if source.is_dir() and not source.is_symlink():
        return False
    _clear(directory, target)
    if not os.path.lexists(source) or _behind_a_link(source, path):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target, follow_symlinks=False)
    return True


def _clear(directory: Path, target: Path) -> None:
    """Make room for a file where another kind of thing stood, be it there or as one of its folders."""
    for place in (target, *target.parents):
        if place == directory:
            break
        if place.is_symlink() or place.is_file():
            place.unlink()
    if target.is_dir():
        shutil.rmtree(target)


def _behind_a_link(source: Path, path: str) -> bool:
    """Whether a folder on the way is a link now: then the tracked file is gone, whatever the link leads to."""
    return any(folder.is_symlink() for folder in list(source.parents)[: path.count("/")])
