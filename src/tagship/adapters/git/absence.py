"""Why a directory is in no repository that can be worked with."""

import os.path
from pathlib import Path

from tagship.errors import Edit, Run, UsageError


def marked_as_repository(directory: Path) -> Path | None:
    """The `.git` in a directory or above it, whatever git thinks of it; None where there is none."""
    whole = directory.resolve()
    return next((place / ".git" for place in (whole, *whole.parents) if os.path.lexists(place / ".git")), None)


def no_repository(directory: Path, complaint: str, *, bare: bool, inside: bool) -> UsageError:
    """The error for a directory; `complaint` is git's own, `inside` tells of a .git directory."""
    if bare:
        return UsageError(
            f"{directory} is a bare repository, without files to release", remedy=Edit("run it in a clone of it")
        )
    if inside:
        return UsageError(f"{directory} is inside a .git directory", remedy=Edit("run it in the working tree"))
    if "dubious ownership" in complaint:
        return UsageError(
            f"git does not read {directory}: it belongs to somebody else",
            remedy=Run(("git", "config", "--global", "--add", "safe.directory", str(directory.resolve()))),
        )
    marked = marked_as_repository(directory)
    if marked is not None and "not a git repository" in complaint:
        return UsageError(
            f"git takes {marked} for no repository: {complaint}",
            remedy=Edit(f"mend {marked}, or move it away where it is none"),
        )
    if "not a git repository" in complaint:
        return UsageError(f"{directory} is not in a git repository", remedy=Run(("git", "init", str(directory))))
    return UsageError(f"git does not read {directory}: {complaint}", remedy=Run(("git", "-C", str(directory), "fsck")))


def place_below(root: Path, directory: Path) -> str:
    """A directory from the top of its working tree, empty for the top itself; raises UsageError for one elsewhere."""
    top, whole = root.resolve(), directory.resolve()
    if not whole.is_relative_to(top):
        raise UsageError(
            f"the repository of {directory} says that its files are in {root}",
            remedy=Run(("git", "config", "--unset", "core.worktree")),
        )
    inside = whole.relative_to(top).as_posix()
    return "" if inside == "." else inside
