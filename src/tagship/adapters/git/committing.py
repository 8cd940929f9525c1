"""The commit that git is making while it waits for a hook, if one is what runs us."""

from collections.abc import Mapping
from pathlib import Path


def index_of_commit(top: Path, git_directory: Path, environ: Mapping[str, str]) -> Path | None:
    """The index that the commit under way is made of; None where none is under way in this working tree.

    Git names it to the hooks of a commit and to no others: the usual one, or for `git commit --all` and `git commit
    PATH` one that takes its place only afterwards. Where the name leads to another repository, whose hook looks at
    this one, it says nothing about this one. A relative name is from the top, as git reads it.
    """
    named = environ.get("GIT_INDEX_FILE")
    if not named or not Path.cwd().resolve().is_relative_to(top.resolve()):
        return None
    index = (top / named).resolve()
    return index if index.parent == git_directory.resolve() and index.is_file() else None
