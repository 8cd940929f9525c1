"""How git is called: in a known environment, without prompts, within a time."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.process import Completed, Conversation, ProcessFailed, run
from tagship.adapters.surroundings import git_environment
from tagship.errors import Remedy

LOCAL = 120.0
"""Seconds for what happens on this machine."""
NETWORK = 90.0
"""Seconds for one short conversation with a remote."""
TRANSFER = 1800.0
"""Seconds for fetching history or submodules."""


_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


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
        settings: Mapping[str, str] = _NO_SETTINGS,
        variables: Mapping[str, str] = _NO_SETTINGS,
    ) -> Completed:
        """Run one git command; raises ProcessFailed with `remedy` unless `check` is off.

        `settings` are git's configuration for this command. They do not show on its command line, which every
        process of the machine can read. `variables` are added to its environment.
        """
        completed = run(
            ["git", *arguments],
            cwd=self.directory,
            env={**_configured(git_environment(os.environ), settings), **variables},
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


def _configured(environ: dict[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The variables with more of git's configuration, behind what already stands there."""
    if not settings:
        return environ
    told = environ.get("GIT_CONFIG_COUNT", "")
    count = int(told) if told.isdecimal() else 0
    for position, (key, value) in enumerate(settings.items(), count):
        environ |= {f"GIT_CONFIG_KEY_{position}": key, f"GIT_CONFIG_VALUE_{position}": value}
    return environ | {"GIT_CONFIG_COUNT": str(count + len(settings))}
