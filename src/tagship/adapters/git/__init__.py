"""Git, through its own command.

- command: how git is called
- questions: what it is asked most, in its words
- early: those of them that are certain to come, asked before anything else
- absence: why a directory is in no repository
- references: tags and branches, here and on a remote
- objects: files, commits and tags, read through one process
- additions, patches, history: what a range of commits added, and what its commits say
- pushed: what came to a branch, and how its commits hang together
- hooks, journal: what guards main in a clone and on a server, and what the server wrote down
- working, branch: the files as they lie here, and how they and the branch stand beside main
- committing: the commit that git is making while it waits for a hook
- remembering: nothing asked twice, for many packages of one repository
- completion: what a clone lacks; job: with whose rights the remote is asked in a job
- fetched: what it has of its remote, and since when
- checkout, scratch: a pristine copy of one commit, and a clone to change and to commit in
- tags: one tag, made and pushed
- repository: the port, put together from these
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tagship.adapters.git.repository import GitRepository

__all__ = ["GitRepository"]


def __getattr__(name: str) -> "type[GitRepository]":
    """The port, loaded when first asked for: `early` must not wait for it."""
    if name != "GitRepository":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tagship.adapters.git.repository import GitRepository  # noqa: PLC0415 -- what this is the making of

    globals()[name] = GitRepository
    return GitRepository
