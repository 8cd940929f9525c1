"""How git is called: in a known environment, without prompts, within a time."""

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.begun import Begun
from tagship.adapters.process import Completed, Conversation, ProcessFailed, run, title
from tagship.adapters.surroundings import git_environment
from tagship.errors import FactUnknown, Remedy, Run

LOCAL = 120.0
"""Seconds for what happens on this machine."""
NETWORK = 90.0
"""Seconds for one short conversation with a remote."""
GLANCE = 20.0
"""Seconds for the same where somebody only looks, and is told what is not known."""
TRANSFER = 1800.0
"""Seconds for fetching history or submodules."""


_ASKING_NOBODY: Mapping[str, str] = MappingProxyType({"GIT_ALLOW_PROTOCOL": "none"})
"""Under this git reaches no other repository, be it to fetch what a partial clone lacks the moment that it is read."""
_REFUSED = re.compile(r"transport '[^']*' not allowed")
_DAMAGED = re.compile(
    r"inflate:|corrupt|bad (?:index|object|tree|signature)|missing object|(?:index file|packfile) .*(?:small)"
)
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_Question = tuple[Path, bool, tuple[str, ...], tuple[tuple[str, str], ...]]
_BEGUN: ContextVar[dict[_Question, Begun] | None] = ContextVar("begun", default=None)


@contextlib.contextmanager
def beginnings() -> Iterator[None]:
    """Within, what `Git.begin` was told runs until the same is asked; ends what nobody asked for.

    An answer may be as old as the beginning: this is for who looks at one state of a repository and changes nothing.
    """
    begun: dict[_Question, Begun] = {}
    before = _BEGUN.set(begun)
    try:
        yield
    finally:
        _BEGUN.reset(before)
        for each in begun.values():
            each.give_up()


class LacksObjects(ProcessFailed):
    """A partial clone does not hold what was asked of it, and may not fetch it."""

    def __init__(self, completed: Completed) -> None:
        super().__init__(completed, remedy=Run(("git", "fetch", "--refetch", "--no-filter")))
        self.message = f"this clone is partial and lacks what {title(completed.argv)} asks for, and nothing is fetched"
        self.args = (self.message,)


class Git:
    """The git command in one directory; unless it `fetches`, what a partial clone lacks is not asked for."""

    def __init__(self, directory: Path, *, fetches: bool = True) -> None:
        self.directory = directory
        self.fetches = fetches

    def __call__(
        self,
        *arguments: str,
        timeout: float = LOCAL,
        check: bool = True,
        stdin: bytes | None = None,
        umask: int = -1,
        remedy: Remedy | None = None,
        settings: Mapping[str, str] = _NO_SETTINGS,
        variables: Mapping[str, str] = _NO_SETTINGS,
    ) -> Completed:
        """Run one git command; raises ProcessFailed with `remedy` unless `check` is off, LacksObjects in any case.

        `settings` are git's configuration for this command. They do not show on its command line, which every
        process of the machine can read. `variables` are added to its environment.
        """
        begun = None if variables or stdin is not None else self._begun(arguments, settings)
        if begun is not None:
            completed = begun.end(timeout=timeout)
        else:
            completed = run(
                ["git", *arguments],
                cwd=self.directory,
                env={**_configured(self._environment(), settings), **variables},
                stdin=stdin,
                timeout=timeout,
                check=False,
                umask=umask,
            )
        if completed.returncode != 0 and not self.fetches and _REFUSED.search(completed.complaint):
            raise LacksObjects(completed)
        if check and completed.returncode != 0:
            damaged = Run(("git", "fsck")) if _DAMAGED.search(completed.complaint) else None
            raise ProcessFailed(completed, remedy=remedy or damaged)
        return completed

    def _environment(self) -> dict[str, str]:
        return {**git_environment(os.environ), **({} if self.fetches else _ASKING_NOBODY)}

    def begin(self, *arguments: str, settings: Mapping[str, str] = _NO_SETTINGS) -> None:
        """Let a command run while something else is done, until the same is asked; outside `beginnings` nothing is."""
        begun, question = _BEGUN.get(), self._question(arguments, settings)
        if begun is not None and question not in begun:
            environ = _configured(self._environment(), settings)
            begun[question] = Begun(["git", *arguments], cwd=self.directory, env=environ)

    def _begun(self, arguments: tuple[str, ...], settings: Mapping[str, str]) -> Begun | None:
        begun = _BEGUN.get()
        return None if begun is None else begun.pop(self._question(arguments, settings), None)

    def _question(self, arguments: tuple[str, ...], settings: Mapping[str, str]) -> _Question:
        return self.directory, self.fetches, arguments, tuple(settings.items())

    def converse(self, arguments: Sequence[str]) -> Conversation:
        """Keep one git command open to ask it many things."""
        return Conversation(["git", *arguments], cwd=self.directory, env=self._environment())

    def explained(self, unknown: FactUnknown, arguments: Sequence[str]) -> FactUnknown:
        """Why a conversation ended, with a way out where that was for lack of objects that may not be fetched."""
        if self.fetches or not _REFUSED.search(unknown.message):
            return unknown
        return LacksObjects(Completed(("git", *arguments), 1, b"", unknown.message.encode()))


def _configured(environ: dict[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The variables with more of git's configuration, behind what already stands there."""
    if not settings:
        return environ
    told = environ.get("GIT_CONFIG_COUNT", "")
    count = int(told) if told.isdecimal() else 0
    for position, (key, value) in enumerate(settings.items(), count):
        environ |= {f"GIT_CONFIG_KEY_{position}": key, f"GIT_CONFIG_VALUE_{position}": value}
    return environ | {"GIT_CONFIG_COUNT": str(count + len(settings))}
