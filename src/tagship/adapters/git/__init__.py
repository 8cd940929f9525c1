"""Git, through its own command.

- command: how git is called
- absence: why a directory is in no repository
- references: tags and branches, here and on a remote
- objects: files, commits and tags, read through one process
- additions: what a range of commits added
- completion: what a clone lacks
- checkout: a pristine copy of one commit
- repository: the port, put together from these
"""

from tagship.adapters.git.repository import GitRepository

__all__ = ["GitRepository"]
