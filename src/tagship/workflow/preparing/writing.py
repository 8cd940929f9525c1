"""Changes of files in the throwaway clone, and what everything that happened there came to."""

import os
from collections.abc import Iterable
from pathlib import Path

from tagship.adapters.git.branch import tree_state
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.git.scratch import Scratch
from tagship.domain.change import FileChange
from tagship.errors import Conflict, Edit, InFile, Run


def write(scratch: Scratch, changes: Iterable[FileChange]) -> None:
    """Write changes into the clone; raises Conflict for a path that leads out of it, with nothing written there.

    So it does for a file that is to be made where one lies already: what nobody read is not written over.
    """
    for change in changes:
        if change.is_empty:
            continue
        path = _inside(scratch, change.path)
        if change.before is None:
            _prove_free(change.path, path)
            _prove_noticed(scratch, change.path)
        if change.after is None:
            (scratch.directory / change.path).unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(change.after)


def _inside(scratch: Scratch, path: str) -> Path:
    """Where a path leads to, links followed."""
    real = Path(os.path.realpath(scratch.directory / path))
    inside = real.is_relative_to(scratch.directory) and ".git" not in real.relative_to(scratch.directory).parts
    if not inside or (real.exists() and not real.is_file()):
        raise Conflict(
            f"{path} leads out of the repository, and nothing is written there",
            where=InFile(path),
            remedy=Edit(f"put the file itself in the place of {path}"),
        )
    return real


def _prove_free(path: str, real: Path) -> None:
    if real.exists():
        raise Conflict(
            f"{path} is to be made, and is there already",
            where=InFile(path),
            remedy=Edit(f"move {path} out of the way, or name what it is for under [tool.tagship]"),
        )


def _prove_noticed(scratch: Scratch, path: str) -> None:
    """Raise Conflict for a new file that git would not take up."""
    if scratch.git("check-ignore", "--quiet", "--", path, check=False).returncode == 0:
        raise Conflict(
            f"{path} is to be made, and is ignored by git",
            where=InFile(path),
            remedy=Run(("git", "check-ignore", "--verbose", "--", path)),
        )


def collect(scratch: Scratch) -> tuple[FileChange, ...]:
    """Everything that differs from the commit that the clone began at, files as they lie in a working tree."""
    with GitRepository(scratch.directory, may_fetch=False) as repository:
        state = tree_state(repository)
    pairs = [(path, _before(scratch, path), _after(scratch, path)) for path in state.changed]
    pairs += [(path, None, _after(scratch, path)) for path in state.untracked]
    changes = (FileChange(path, before, after) for path, before, after in pairs if before != after)
    return tuple(sorted(changes, key=lambda change: change.path))


def _before(scratch: Scratch, path: str) -> bytes | None:
    found = scratch.git("cat-file", "--filters", f"{scratch.start}:{path}", check=False)
    return found.stdout if found.returncode == 0 else None


def _after(scratch: Scratch, path: str) -> bytes | None:
    place = scratch.directory / path
    if place.is_symlink():
        return os.fsencode(place.readlink())
    return place.read_bytes() if place.is_file() else None
