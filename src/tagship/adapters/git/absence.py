"""Why a directory is in no repository that can be worked with."""

from pathlib import Path

from tagship.errors import Edit, Run, UsageError


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
    if "not a git repository" in complaint:
        return UsageError(f"{directory} is not in a git repository", remedy=Run(("git", "init", str(directory))))
    return UsageError(f"git does not read {directory}: {complaint}", remedy=Run(("git", "-C", str(directory), "fsck")))
