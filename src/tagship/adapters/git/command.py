"""How git is called: in a known environment, without prompts, within a time."""

import os
from collections.abc import Sequence
from pathlib import Path

from tagship.adapters.process import Completed, Conversation, ProcessFailed, run
from tagship.adapters.surroundings import git_environment
from tagship.errors import Remedy

LOCAL = 120.0
"""Seconds for what happens on this machine."""
NETWORK = 90.0
"""Seconds for one short conversation with a remote."""
TRANSFER = 1800.0
"""Seconds for fetching history or submodules."""


class Git:
    """The git command in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def __call__(
        self,
        *arguments: str,
        timeout: float = LOCAL,
        check: bool = True,
        stdin: bytes | None = None,
        umask: int = -1,
        remedy: Remedy | None = None,
    ) -> Completed:
        """Run one git command; raises ProcessFailed with `remedy` unless `check` is off."""
        completed = run(
            ["git", *arguments],
            cwd=self.directory,
            env=git_environment(os.environ),
            stdin=stdin,
            timeout=timeout,
            check=False,
            umask=umask,
        )
        if check and completed.returncode != 0:
            raise ProcessFailed(completed, remedy=remedy)
        return completed

    def converse(self, arguments: Sequence[str]) -> Conversation:
        """Keep one git command open to ask it many things."""
        return Conversation(["git", *arguments], cwd=self.directory, env=git_environment(os.environ))
