"""Writes new and changed files into a working tree, all of them or none; nothing is committed."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tagship.domain.change import FileChange
from tagship.errors import Conflict, Edit, InFile

_MODE = 0o666


@dataclass(frozen=True, slots=True)
class _Ready:
    """A file whose new content lies beside it: where it goes, and what it says then."""

    target: Path
    new: Path
    before: bytes | None


def write_all(root: Path, changes: Sequence[FileChange]) -> None:
    """Write changes whose paths are from `root`; where one cannot be written, none is, and what was made is gone again.

    Raises Conflict, with nothing written, for a path that leads out of the tree or into git's own files, or through a
    link, and for a file that is no longer what the change began with; OSError for what the system refuses.
    """
    top = root.resolve()
    with contextlib.ExitStack() as undo:
        ready = [_beside(top, change, undo) for change in changes]
        for each, change in zip(ready, changes, strict=True):
            _prove_same(each, change)
        done: list[_Ready] = []
        try:
            for each in ready:
                each.new.replace(each.target)
                done.append(each)
        except BaseException:
            for each in done:
                _put_back(each)
            raise
        # What was made on the way stays, now that it holds something.
        undo.pop_all()


def target_of(root: Path, path: str) -> Path:
    """Where a path leads to, links followed; raises Conflict where that is out of the tree, or no place for a file.

    A file that lies where a folder would have to be is named.
    """
    top = root.resolve()
    real = Path(os.path.realpath(top / path))
    inside = real.is_relative_to(top) and ".git" not in real.relative_to(top).parts
    if not inside or (real.exists() and not real.is_file()):
        raise Conflict(
            f"{path} leads out of the repository, or to what is no file, and nothing is written there",
            where=InFile(path),
            remedy=Edit(f"put a file in the place of {path}"),
        )
    for folder in real.relative_to(top).parents:
        if (top / folder).is_file():
            raise Conflict(
                f"{folder.as_posix()} is a file, and {path} needs a folder there",
                where=InFile(folder.as_posix()),
                remedy=Edit(f"rename {folder.as_posix()}, or take it away"),
            )
    return real


def prove_no_link(root: Path, path: str) -> None:
    """Raise Conflict for a path that is a link, or below one: another file would be written over."""
    place = Path(path)
    for part in (*reversed(place.parents), place):
        if (root / part).is_symlink() and part.parts:
            link = part.as_posix()
            raise Conflict(
                f"{link} is a symbolic link to {(root / part).readlink()}, and nothing is written through it",
                where=InFile(link),
                remedy=Edit(f"put a {'file' if part == place else 'folder'} in the place of {link}"),
            )


def content_of(root: Path, path: str) -> bytes | None:
    """What a file holds on this disk, ignored by git or not; None where there is none. Raises as `target_of`."""
    target = target_of(root, path)
    return target.read_bytes() if target.exists() else None


def _beside(top: Path, change: FileChange, undo: contextlib.ExitStack) -> _Ready:
    target = target_of(top, change.path)
    prove_no_link(top, change.path)
    for folder in _make_folders(target.parent):
        undo.callback(_take_away, folder)
    handle, name = tempfile.mkstemp(prefix=".tagship-", dir=target.parent)
    new = Path(name)
    undo.callback(new.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(change.after or b"")
    new.chmod(stat.S_IMODE(target.stat().st_mode) if target.exists() else _MODE & ~_umask())
    return _Ready(target, new, change.before)


def _make_folders(folder: Path) -> Iterator[Path]:
    """Make a folder and those above it; yields what was made, topmost first."""
    lacking = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(lacking):
        each.mkdir()
        yield each


def _take_away(folder: Path) -> None:
    """Take away a folder that was made for nothing; what somebody else put something into stays."""
    with contextlib.suppress(OSError):
        folder.rmdir()


def _umask() -> int:
    """What the user keeps from others; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _prove_same(each: _Ready, change: FileChange) -> None:
    found = each.target.read_bytes() if each.target.exists() else None
    if found != change.before:
        raise Conflict(
            f"{change.path} was changed meanwhile",
            where=InFile(change.path),
            remedy=Edit("run the same command again"),
        )


def _put_back(each: _Ready) -> None:
    if each.before is None:
        each.target.unlink(missing_ok=True)
    else:
        each.target.write_bytes(each.before)
