"""A change to the files of a project, as data: shown before it is made, and made as a whole."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file before and after; `before` is None for a new file, `after` for one that goes.

    Paths have forward slashes and begin at the top of the repository.
    """

    path: str
    before: bytes | None
    after: bytes | None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            message = f"{self.path} is neither before nor after"
            raise ValueError(message)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return self.before == self.after


def unified(changes: Iterable[FileChange], *, context: int = 3) -> str:
    """The changes as `git diff` shows them; bytes that are no UTF-8 are shown escaped."""
    return "".join(line for change in changes if not change.is_empty for line in _lines(change, context))


def _lines(change: FileChange, context: int) -> Iterator[str]:
    before, after = (_shown(content) for content in (change.before, change.after))
    old = "/dev/null" if change.before is None else f"a/{change.path}"
    new = "/dev/null" if change.after is None else f"b/{change.path}"
    for line in difflib.unified_diff(before, after, old, new, n=context):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _shown(content: bytes | None) -> list[str]:
    """The lines with their ends; a line feed alone ends one, as git sees it."""
    text = "" if content is None else content.decode("utf-8", "backslashreplace")
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])
