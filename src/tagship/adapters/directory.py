"""The files of a plain directory, asked as a commit is asked."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tagship.errors import FactUnknown

IGNORED: Final = frozenset(
    {
        ".bzr",
        ".eggs",
        ".git",
        ".hg",
        ".hypothesis",
        ".import_linter_cache",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pytest_cache",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        "__pycache__",
        "node_modules",
    }
)
"""Names that tools make and nobody publishes, wherever they stand in a path."""


class DirectoryTree:
    """A Tree of what a directory holds now, without version control's own files and without caches.

    Links are followed inside the directory only, or inside the one that it is part of where `within` names it: what
    lies beyond is not there.
    """

    def __init__(self, root: Path, *, within: Path | None = None) -> None:
        self._root = os.path.realpath(root)
        self._within = self._root if within is None else os.path.realpath(within)

    def read(self, path: str) -> bytes | None:
        """The content of a regular file; None where there is none. Raises FactUnknown where it may not be read."""
        inside = self._resolve(path)
        if inside is None:
            return None
        try:
            with open(inside, "rb") as file:  # noqa: PTH123 -- a resolved text, not to be parsed again
                return file.read()
        except OSError as error:
            raise FactUnknown(f"{path} cannot be read: {error.strerror}") from error

    def paths(self) -> Sequence[str]:
        """Every file that `read` answers for, sorted; linked directories are not walked through."""
        return sorted(self._walk())

    def _walk(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._root):
            folders[:] = [name for name in folders if name not in IGNORED]
            for name in files:
                path = os.path.relpath(os.path.join(folder, name), self._root).replace(os.sep, "/")  # noqa: PTH118
                if self._resolve(path) is not None:
                    yield path

    def _resolve(self, path: str) -> str | None:
        """The regular file that a path stands for, links followed; None for anything else, or outside."""
        steps = path.split("/")
        if any(step in {"", ".", ".."} or step in IGNORED for step in steps):
            return None
        try:
            real = os.path.realpath(os.path.join(self._root, *steps))  # noqa: PTH118 -- pathlib raises on a loop
            inside = os.path.commonpath([self._within, real]) == self._within
            beyond = Path(os.path.relpath(real, self._within)).parts
        except (OSError, ValueError):
            return None
        if not inside or not IGNORED.isdisjoint(beyond):
            return None
        # Not a pipe or a device: opening one could wait for ever.
        return real if os.path.isfile(real) else None  # noqa: PTH113 -- as above
