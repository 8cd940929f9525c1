"""Git asked once for each thing, by who asks the same about many packages of one repository and changes nothing."""

import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tagship.adapters.git.command import LOCAL, Git
from tagship.adapters.git.objects import GitObject, ObjectReader
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.process import Completed, ProcessFailed
from tagship.domain.facts import AddedLine
from tagship.errors import Remedy

READING: Final = frozenset(
    {
        "config",
        "diff",
        "for-each-ref",
        "log",
        "ls-files",
        "ls-remote",
        "ls-tree",
        "merge-base",
        "rev-list",
        "rev-parse",
        "status",
        "symbolic-ref",
    }
)
"""What changes nothing, as it is called here, and is answered alike for as long as nobody else changes anything."""
_NOTHING: Mapping[str, str] = {}


class RememberingGit(Git):
    """Git in one directory, with every answer kept; a call with variables of its own is made each time."""

    def __init__(self, directory: Path, *, fetches: bool = True) -> None:
        super().__init__(directory, fetches=fetches)
        self._answers: dict[object, Completed] = {}

    def __call__(
        self,
        *arguments: str,
        timeout: float = LOCAL,
        check: bool = True,
        stdin: bytes | None = None,
        umask: int = -1,
        remedy: Remedy | None = None,
        settings: Mapping[str, str] = _NOTHING,
        variables: Mapping[str, str] = _NOTHING,
    ) -> Completed:
        """Run one git command, or tell what it said before; raises ProcessFailed as `Git` does."""
        key = (arguments, stdin, tuple(settings.items()))
        completed = self._answers.get(key)
        if completed is None:
            completed = super().__call__(
                *arguments,
                timeout=timeout,
                check=False,
                stdin=stdin,
                umask=umask,
                settings=settings,
                variables=variables,
            )
            if arguments[0] in READING and not variables:
                self._answers[key] = completed
        if check and completed.returncode != 0:
            raise ProcessFailed(completed, remedy=remedy)
        return completed

    def begin(self, *arguments: str, settings: Mapping[str, str] = _NOTHING) -> None:
        """Let a command run until the same is asked, unless it was asked before."""
        if (arguments, None, tuple(settings.items())) not in self._answers:
            super().begin(*arguments, settings=settings)


class RememberingReader(ObjectReader):
    """Reads each expression once: what a name stands for does not change while nobody changes anything."""

    def __init__(self, git: Git) -> None:
        super().__init__(git)
        self._read: dict[str, GitObject | None] = {}

    def read(self, expression: str) -> GitObject | None:
        """What the expression names, or what it named before."""
        if expression not in self._read:
            self._read[expression] = super().read(expression)
        return self._read[expression]


class RememberingRepository(GitRepository):
    """A repository whose references, history, objects and remote are asked for once; for who only reads."""

    def __init__(self, root: Path, *, may_fetch: bool = True) -> None:
        super().__init__(root, may_fetch=may_fetch)
        self.git = RememberingGit(root, fetches=may_fetch)
        self._objects = RememberingReader(self.git)
        self._finalizer = weakref.finalize(self, self._objects.close)
        self._added: dict[tuple[str, str], Sequence[AddedLine]] = {}

    def added_lines(self, before: str, after: str) -> Sequence[AddedLine]:
        """The lines of Python files that stand in `after` and not in `before`."""
        span = self.commit_of(before), self.commit_of(after)
        if span not in self._added:
            self._added[span] = super().added_lines(*span)
        return self._added[span]
