"""Where a project's version stands: found, and written anew with no other byte changed.

- spelling: how one version is spelt in different places
- texts: files as text that goes back to the same bytes, and spots in them
- documents, literals: the spot of one value in TOML, JSON and INI files, and in Python source
- declared, packages: the import packages of the project
- customary: the places that carry a version by custom
- bumpers: the places that another tool is configured to bump
- copies: the places that do so here
- writing: the project's own place and every copy, set to another version
- locks: the project's own entries in lock files
"""

from tagship.adapters.versions.copies import find_version_copies
from tagship.adapters.versions.locks import find_locks, write_lock, write_locks
from tagship.adapters.versions.writing import write_version

__all__ = ["find_locks", "find_version_copies", "write_lock", "write_locks", "write_version"]
