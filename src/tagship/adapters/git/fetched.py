"""What this clone has of its remote, and since when; nobody is asked, and nothing is fetched."""

import os
import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from tagship.adapters.git.branch import git_directory
from tagship.adapters.git.command import Git, LacksObjects
from tagship.adapters.git.references import REMOTES
from tagship.adapters.git.repository import GitRepository

_USER: Final = re.compile(r"(?<=://)[^/@]*@")
_LOGGED: Final = re.compile(r"@\{(?P<seconds>\d+)\}\0(?P<why>.*)")


def has_commit(git: Git, name: str) -> bool:
    """Whether a commit is here; one that a partial clone could still ask for is not."""
    try:
        found = Git(git.directory, fetches=False)("cat-file", "-e", f"{name}^{{commit}}", check=False)
    except LacksObjects:
        return False
    return found.returncode == 0


def on_the_way(git: Git, commits: Collection[str]) -> frozenset[str]:
    """Those of some commits, by their full names, that HEAD is or descends from; they need not be here."""
    wanted = frozenset(commits)
    return wanted.intersection(git("rev-list", "HEAD", "--").text.splitlines()) if wanted else wanted


def last_fetched(repository: GitRepository, branch: str) -> datetime | None:
    """When it was last seen where a branch of the remote stands, in UTC; None where nothing tells.

    Git notes the last fetch, with the addresses and branches that it was of, and when a remote-tracking branch was
    moved, by a push too. A clone moves none: it leaves its note at the remote's HEAD.
    """
    place = f"{REMOTES}{repository.remote_name}/"
    moved, made = _logged(repository.git, place + branch), _logged(repository.git, f"{place}HEAD", why="clone: ")
    return max((moment for moment in (moved, made, _noted(repository, branch)) if moment is not None), default=None)


def _logged(git: Git, ref: str, *, why: str = "") -> datetime | None:
    """When a reference was moved last, for a reason that begins so."""
    words = ("log", "--walk-reflogs", "--max-count=1", "--no-show-signature", "--date=unix", "--format=%gd%x00%gs")
    found = _LOGGED.search(git(*words, ref, "--", check=False).text)
    return datetime.fromtimestamp(int(found["seconds"]), UTC) if found and found["why"].startswith(why) else None


def _noted(repository: GitRepository, branch: str) -> datetime | None:
    """When the last fetch was, where it was of this branch and from this remote."""
    note, url = git_directory(repository) / "FETCH_HEAD", repository.remote_url()
    if url is None or not note.is_file():
        return None
    wanted = f"branch '{branch}' of {_as_noted(url)}"
    lines = os.fsdecode(note.read_bytes()).split("\n")
    told = any(_as_noted(line.rpartition("\t")[2]) == wanted for line in lines)
    return datetime.fromtimestamp(note.stat().st_mtime, UTC) if told else None


def _as_noted(url: str) -> str:
    """An address as git writes it there: without the user and the ending."""
    return _USER.sub("", url).rstrip("/").removesuffix(".git")
