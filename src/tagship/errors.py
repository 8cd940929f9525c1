"""What can go wrong, where, and what to do next; nothing here prints.

An error is data: a message, perhaps a place, perhaps a remedy. The command line renders it once and
turns its kind into an exit code.
"""

import shlex
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Self, TypeAlias


class Exit(IntEnum):
    """The exit codes that other people's scripts rely on."""

    READY = 0
    BLOCKED = 1
    USAGE = 2
    UNKNOWN = 3
    CREDENTIAL = 4
    INCOMPLETE = 5
    CONFLICT = 6
    BUG = 70
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Run:
    """A remedy that is one command to paste.

    `directory` is where it has to run, from the top of the repository, and None where that does not matter: the command
    line puts it into the words, by where the user stands.
    """

    argv: tuple[str, ...]
    directory: str | None = None

    def __str__(self) -> str:
        return shlex.join(self.argv)


@dataclass(frozen=True, slots=True)
class Edit:
    """A remedy that is an edit, told in one sentence."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Visit:
    """A remedy that is a page to open."""

    url: str

    def __str__(self) -> str:
        return self.url


Remedy: TypeAlias = Run | Edit | Visit


@dataclass(frozen=True, slots=True)
class InFile:
    """A place in a file of the project; `line` and `column` count from 1."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class AtRef:
    """A git reference: a tag, a branch or HEAD."""

    ref: str

    def __str__(self) -> str:
        return self.ref


@dataclass(frozen=True, slots=True)
class InCommit:
    """A place in a commit; `commit` is the full object name."""

    commit: str
    path: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.commit[:12], self.path, self.line) if part is not None)


@dataclass(frozen=True, slots=True)
class AtUrl:
    """A page or a file on a server."""

    url: str

    def __str__(self) -> str:
        return self.url


Where: TypeAlias = InFile | AtRef | InCommit | AtUrl


class TagshipError(Exception):
    """What stops a command: one message, perhaps a place, perhaps a remedy."""

    exit: ClassVar[Exit]

    def __init__(self, message: str, *, where: Where | None = None, remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy

    def with_more(self, told: str) -> Self:
        """The same error, with more to its message; this one stays as it is, since others may hold it."""
        other = type(self).__new__(type(self))
        vars(other).update(vars(self))
        other.message = f"{self.message}; {told}"
        other.args = (other.message,)
        return other


class UsageError(TagshipError):
    """The command line asks for something that cannot be done."""

    exit = Exit.USAGE


class ConfigError(TagshipError):
    """A configuration or project file cannot be read, or says something unknown."""

    exit = Exit.USAGE


class FactUnknown(TagshipError):
    """A fact about the world cannot be had; the message is the reason, and nothing passes on it."""

    exit = Exit.UNKNOWN


class CredentialHalt(TagshipError):
    """The credential is missing or refused: everything stops before anything is built."""

    exit = Exit.CREDENTIAL


class Incomplete(TagshipError):
    """Part of the work is done and the rest can be done by running the same command again."""

    exit = Exit.INCOMPLETE


class Conflict(TagshipError):
    """The world holds something else than what we would put there; running again will not help."""

    exit = Exit.CONFLICT


class Refused(TagshipError):
    """An index or a host refuses what it was given; the message quotes it."""

    exit = Exit.BLOCKED


class BuildFailed(TagshipError):
    """The project does not build; the message ends with the backend's last meaningful lines."""

    exit = Exit.BLOCKED


class ProofFailed(TagshipError):
    """What the index serves does not install, or does not import."""

    exit = Exit.BLOCKED


class Interrupted(TagshipError):
    """The user, or the system on their behalf, asked us to stop."""

    exit = Exit.INTERRUPTED


class NotThere(TagshipError):
    """Something that a release needs does not exist."""

    exit = Exit.BLOCKED
