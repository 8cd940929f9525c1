"""Puts the guard's hooks into a clone, or into a bare repository on a server, and takes them away again.

What is there already stays: a hook that somebody else wrote is kept beside ours and runs first. Where git looks for
hooks in a place that is not the repository's own (`core.hooksPath`, as husky sets it), nothing is written there.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from pathlib import Path

from tagship.adapters.git.command import LOCAL, Git
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.process import run
from tagship.adapters.surroundings import git_environment
from tagship.errors import Conflict, Edit, InFile, Run, UsageError

PRE_PUSH = "pre-push"
SERVER = ("pre-receive", "proc-receive")
KEPT = ".before-tagship"
PROGRAM = "tagship-guard.py"
MARK = "tagship guard"
"""Stands in every hook of ours."""
OLDEST_GIT = (2, 38)
"""The first that merges without a working tree."""
_MERGED_REFS = "receive.procReceiveRefs"
_FOR = "refs/for"
_WRAPPER = """\
#!/bin/sh
# tagship guard: written by `tagship guard --install --server`, taken away by `tagship guard --uninstall --server`.
exec python3 -I "$(dirname -- "$0")/{program}" {hook}
"""
_MANAGERS = (
    ("husky", re.compile(r"(?:^|/)\.husky(?:/_)?/?$")),
    ("lefthook", re.compile(r"lefthook")),
)
_FRAMEWORKS = (
    ("pre-commit", b"pre-commit"),
    ("lefthook", b"lefthook"),
    ("overcommit", b"overcommit"),
    ("Git LFS", b"git lfs"),
)


def install_in_clone(repository: GitRepository, *, main: str, lines: Sequence[str]) -> tuple[str, ...]:
    """Put the hook before pushes into a clone; what was done, in sentences. Doing it again brings it up to date.

    Raises Conflict where git looks for hooks elsewhere.
    """
    _prove_own_hooks(repository.git, repository.common_directory)
    _configure(repository.git, main, lines)
    hooks = repository.common_directory / "hooks"
    done = list(_place(hooks, PRE_PUSH, _packaged("pre-push.sh")))
    return (*done, f"from now on no push goes straight to {main} from this clone; git push --no-verify goes past it")


def uninstall_from_clone(repository: GitRepository) -> tuple[str, ...]:
    """Take it away, and put back what was there before."""
    done = tuple(_remove(repository.common_directory / "hooks", PRE_PUSH))
    _unconfigure(repository.git)
    return done or ("there is no hook of tagship in this clone",)


def install_on_server(directory: Path, *, main: str | None, lines: Sequence[str]) -> tuple[str, ...]:
    """Put the hooks of a server into a bare repository; what was done, in sentences. Doing it again updates them.

    `main` is the branch that HEAD stands for where None. Raises UsageError for what is no bare repository and for a
    machine that lacks what the hooks need, and Conflict where hooks are there that cannot be kept.
    """
    git = _bare(directory)
    _prove_machine(directory)
    _prove_own_hooks(git, directory)
    hooks = directory / "hooks"
    merging = hooks / "proc-receive"
    if merging.exists() and MARK.encode() not in merging.read_bytes():
        raise Conflict(
            f"{merging} is there already, and git takes only one hook that merges",
            where=InFile(str(merging)),
            remedy=Edit("take that hook away, or guard this repository with it"),
        )
    branch = main or git("symbolic-ref", "--short", "HEAD").text.strip()
    _configure(git, branch, lines)
    if f"{_FOR}/" not in _values(git, _MERGED_REFS):
        git("config", "--local", "--add", _MERGED_REFS, f"{_FOR}/")
    hooks.mkdir(exist_ok=True)
    _write(hooks / PROGRAM, _packaged("server.py"))
    done = [sentence for hook in SERVER for sentence in _place(hooks, hook, _wrapper(hook))]
    return (
        *done,
        f"from now on {branch} is moved by merges alone: git push origin HEAD:{_FOR}/{branch}",
        f"what happens is written to {directory / 'tagship' / 'journal.jsonl'}",
    )


def uninstall_from_server(directory: Path) -> tuple[str, ...]:
    """Take the hooks away, and put back what was there before; the journal stays."""
    git = _bare(directory)
    done = [sentence for hook in SERVER for sentence in _remove(directory / "hooks", hook)]
    (directory / "hooks" / PROGRAM).unlink(missing_ok=True)
    _unconfigure(git)
    git("config", "--local", "--unset-all", _MERGED_REFS, f"^{_FOR}/$", check=False)
    return (*done, "the journal stays where it is") if done else (f"there is no hook of tagship in {directory}",)


def run_pre_push(
    repository: GitRepository, *, main: str, lines: Sequence[str], environ: Mapping[str, str], stdin: bytes
) -> tuple[bool, str]:
    """Whether a push may go on, and what the hook says, for a hook manager that calls us in git's place.

    What is pushed stands on standard input, as git tells it, or in the variables of pre-commit, which keeps it to
    itself; there the remote is asked what it has, since pre-commit does not pass it on.
    """
    remote = environ.get("PRE_COMMIT_REMOTE_NAME") or repository.remote_name or "origin"
    pushed = stdin if stdin.strip() else _told_by_pre_commit(repository, remote, environ)
    hook = resources.files("tagship.adapters.hooks").joinpath("pre-push.sh")
    with resources.as_file(hook) as path:
        done = run(
            ["sh", str(path), remote, environ.get("PRE_COMMIT_REMOTE_URL") or remote],
            cwd=repository.root,
            env={**git_environment(os.environ), "TAGSHIP_MAIN": main, "TAGSHIP_LINES": "\n".join(lines)},
            stdin=pushed,
            timeout=LOCAL,
            check=False,
        )
    return done.returncode == 0, done.stderr.decode("utf-8", "backslashreplace").rstrip("\n")


def _told_by_pre_commit(repository: GitRepository, remote: str, environ: Mapping[str, str]) -> bytes:
    theirs, ours = environ.get("PRE_COMMIT_REMOTE_BRANCH", ""), environ.get("PRE_COMMIT_TO_REF", "")
    if not theirs or not ours:
        return b""
    listed = repository.git("ls-remote", "--end-of-options", remote, theirs, timeout=LOCAL).text.split("\n")
    before = next((line.partition("\t")[0] for line in listed if line.endswith(f"\t{theirs}")), "0" * len(ours))
    local = environ.get("PRE_COMMIT_LOCAL_BRANCH") or ours
    return f"{local} {ours} {theirs} {before}\n".encode()


def _bare(directory: Path) -> Git:
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a directory", remedy=Edit("name the bare repository with --server"))
    git = Git(directory)
    asked = git("rev-parse", "--is-bare-repository", "--git-dir", check=False)
    if asked.text.split("\n")[:2] != ["true", "."]:
        # Of one that belongs to another account git says so.
        why = f": {asked.complaint}" if asked.returncode != 0 else ""
        advice = "name the repository that the server serves, and run this as the account that it belongs to"
        raise UsageError(f"{directory} is not a bare repository{why}", remedy=Edit(advice))
    return git


def _prove_machine(directory: Path) -> None:
    """Raise UsageError where the hooks could not run."""
    told = Git(directory)("version").text
    found = re.search(r"(\d+)\.(\d+)", told)
    if found is None or (int(found[1]), int(found[2])) < OLDEST_GIT:
        wanted = ".".join(map(str, OLDEST_GIT))
        raise UsageError(
            f"the server merges with git {wanted} or newer, and here is {told.strip()}",
            remedy=Edit("bring git up to date"),
        )
    python = shutil.which("python3")
    old = (
        python is None
        or run(
            [python, "-I", "-c", "import fcntl, sys; sys.exit(sys.version_info < (3, 9))"], timeout=LOCAL, check=False
        ).returncode
    )
    if old:
        raise UsageError(
            "the hooks run with python3, 3.9 or newer, on a POSIX system",
            remedy=Edit("put python3 on the server's PATH"),
        )


def _prove_own_hooks(git: Git, directory: Path) -> None:
    """Raise Conflict where git looks for hooks in a place that is not this repository's own."""
    hooks = directory / "hooks"
    if hooks.resolve() != directory.resolve() / "hooks":
        raise Conflict(
            f"{hooks} leads to {hooks.resolve()}, which other repositories may share, and nothing is written there",
            where=InFile(str(hooks)),
            remedy=Edit("put a directory of this repository's own in the link's place"),
        )
    asked = git("config", "--show-origin", "--get", "core.hooksPath", check=False)
    if asked.returncode != 0:
        return
    origin, _, path = asked.text.rstrip("\n").partition("\t")
    if (git.directory / Path(path).expanduser()).resolve() == (directory / "hooks").resolve():
        return
    manager = next((name for name, sign in _MANAGERS if sign.search(path)), None)
    whose = f", which is {manager}'s," if manager is not None else ""
    advice = (
        'put a line into the pre-push hook there: tagship guard --hook pre-push "$@"'
        if git.directory != directory
        else "unset core.hooksPath for this repository"
    )
    raise Conflict(
        f"git looks for hooks in {path}{whose} (core.hooksPath in {origin.removeprefix('file:')}), and nothing is "
        "written there",
        where=InFile(path),
        remedy=Edit(advice),
    )


def _configure(git: Git, main: str, lines: Sequence[str]) -> None:
    git("config", "--local", "tagship.main", main)
    git("config", "--local", "--unset-all", "tagship.line", check=False)
    for line in lines:
        git("config", "--local", "--add", "tagship.line", line)


def _unconfigure(git: Git) -> None:
    git("config", "--local", "--remove-section", "tagship", check=False)


def _values(git: Git, key: str) -> list[str]:
    return git("config", "--local", "--get-all", key, check=False).text.splitlines()


def _packaged(name: str) -> bytes:
    return resources.files("tagship.adapters.hooks").joinpath(name).read_bytes()


def _wrapper(hook: str) -> bytes:
    return _WRAPPER.format(program=PROGRAM, hook=hook).encode()


def _is_ours(path: Path) -> bool:
    return path.exists() and MARK.encode() in path.read_bytes()


def _place(hooks: Path, name: str, content: bytes) -> Iterator[str]:
    """Write a hook; one of somebody else is kept beside it."""
    hooks.mkdir(exist_ok=True)
    path, kept = hooks / name, hooks / f"{name}{KEPT}"
    if path.exists() and not _is_ours(path):
        if kept.exists():
            raise Conflict(
                f"both {path} and {kept} are there, and neither is tagship's",
                where=InFile(str(kept)),
                remedy=Run(("rm", str(kept))),
            )
        told = path.read_bytes()
        whose = next((f"that of {framework}" for framework, sign in _FRAMEWORKS if sign in told), "which was there")
        path.rename(kept)
        yield f"the hook {name}, {whose}, is kept as {kept.name} and runs first"
    _write(path, content)
    yield f"wrote {path}"


def _write(path: Path, content: bytes) -> None:
    """Write a program whole or not at all: git may be about to run it."""
    new = path.with_name(f"{path.name}.new")
    new.write_bytes(content)
    new.chmod(0o755)
    new.replace(path)


def _remove(hooks: Path, name: str) -> Iterator[str]:
    path, kept = hooks / name, hooks / f"{name}{KEPT}"
    if not _is_ours(path):
        return
    path.unlink()
    yield f"removed {path}"
    with contextlib.suppress(FileNotFoundError):
        kept.rename(path)
        yield f"put back the hook {name} that was there before"
