"""What there is to know of a branch before it is merged, released or thrown away.

A branch is looked at as its files lie here, committed or not: what its maintainer sees is what the verdict is about.
That the tree is clean is one of the questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Protocol, overload

from packaging.version import Version

from tagship.domain.facts import Facts
from tagship.domain.finding import Finding, Report
from tagship.domain.project import Project


@dataclass(frozen=True, slots=True)
class TreeState:
    """How the working tree differs from HEAD; paths are from the top of the repository, sorted.

    `changed` are tracked files, staged or not; `untracked` are files that nobody ignores. `operation` is what git is in
    the middle of: "merge", "rebase", "cherry-pick", "revert" or "bisect". `committing` are those of the changed files
    that are taken, as they lie here, by a commit that git is making while it waits for a hook.
    """

    changed: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    operation: str | None = None
    committing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Divergence:
    """How a branch and main went apart; `base` is the commit they share, None where they share none.

    `conflicts` are the files that a merge of the two would not settle by itself; None where git cannot try one.
    """

    base: str | None
    ahead: int
    behind: int
    conflicts: tuple[str, ...] | None = ()

    @property
    def is_part_of_main(self) -> bool:
        """Whether HEAD is a commit of main."""
        return self.base is not None and self.ahead == 0


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that is not as it was where the branch left main; `before` is its path there, None where it was not.

    `path` is None where it is no more.
    """

    path: str | None
    before: str | None

    @property
    def name(self) -> str:
        """The path by which a reader knows it."""
        return self.path or self.before or ""


@dataclass(frozen=True, slots=True)
class Shipping:
    """Whether what the branch changes reaches users, with the reason as a sentence's end for the report.

    `ships` False excuses the branch from a new version and a changelog entry.
    """

    ships: bool
    reason: str

    @property
    def excuse(self) -> str:
        """Why nothing is asked about a release, of a branch that ships nothing."""
        return f"the branch ships nothing: {self.reason}"


@dataclass(frozen=True, slots=True)
class Lock:
    """The project's own entry in a lock file; `tool` writes the file, `argv` brings it up to date."""

    path: str
    line: int
    text: str
    tool: str
    argv: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another open branch or pull request, and what of this branch it claims as well.

    `where` is a branch's name or a pull request's number with a hash; `version` is the version that it would release,
    `lines` the changelog lines (counted in main's file, from 1) that both change.
    """

    where: str
    url: str | None
    version: Version | None
    lines: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Rivals(Sequence[Rival]):
    """The rivals that were found, with how far they were looked for, in words for the report."""

    found: tuple[Rival, ...]
    looked: str

    @overload
    def __getitem__(self, index: int) -> Rival: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Rival, ...]: ...

    def __getitem__(self, index: int | slice) -> Rival | tuple[Rival, ...]:
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)


class Bump(Enum):
    """How much a version goes up."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"

    @property
    def weight(self) -> int:
        """For comparing."""
        return list(Bump).index(self)


@dataclass(frozen=True, slots=True)
class Fragment:
    """One piece of news in a file of its own; `kind` is by the tool's own words: feature, bugfix, minor."""

    path: str
    kind: str
    bump: Bump | None
    text: str


@dataclass(frozen=True, slots=True)
class Fragments:
    """Where a project keeps news until a release: by which tool, in which folder, and what lies there."""

    tool: str
    folder: str
    kinds: tuple[str, ...]
    found: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """How much the version should go up by what changed, and why; `reasons` are what somebody could check."""

    bump: Bump
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakage:
    """A public name that the branch takes away or changes under its users; `path` and `line` where it was."""

    symbol: str
    what: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A command that was run in a copy of the tree: the tests, a custom check.

    `tail` are its last meaningful lines. `ended` is how: its exit code, or None where it was ended after `seconds`.
    """

    argv: tuple[str, ...]
    ended: int | None
    seconds: float
    tail: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it ended by itself, with 0."""
        return self.ended == 0


@dataclass(frozen=True, slots=True)
class AddedLeak:
    """A credential in what the branch adds; `commit` is None where it only lies in the working tree.

    Without a path it stands in the commit's message.
    """

    rule: str
    preview: str
    path: str
    line: int
    commit: str | None


class BranchFacts(Facts, Protocol):
    """What the checks of a branch may ask: what those of a tag may, about the tag that it would become, and more.

    `tag` is then a tag that may not exist yet, on HEAD, and `project`, `changelog` and `version_copies` are of the
    working tree.
    """

    @property
    def today(self) -> date:
        """The day on which the branch is looked at, where its maintainer is."""

    @property
    def branch(self) -> str | None:
        """The branch that is checked out; None for a detached HEAD."""

    @property
    def free_branch(self) -> str:
        """A name that a new branch could have."""

    @property
    def main(self) -> str:
        """The branch that the project calls main."""

    @property
    def main_ref(self) -> str:
        """The full name of what main is here: the remote's branch as this clone knows it, or else the local one."""

    @property
    def tree_state(self) -> TreeState:
        """How the working tree differs from HEAD."""

    @property
    def divergence(self) -> Divergence:
        """How the branch and main went apart."""

    @property
    def main_moved(self) -> bool:
        """Whether main is elsewhere on the remote than this clone knows; unknown offline."""

    @property
    def changed(self) -> Sequence[ChangedFile]:
        """What the branch changes, committed or not, paths from the top of the repository."""

    @property
    def shipping(self) -> Shipping:
        """Whether that reaches users."""

    @property
    def main_project(self) -> Project | None:
        """The project at the tip of main; None where main has none yet."""

    @property
    def changelog_texts(self) -> Mapping[str, str]:
        """The changelog's files by path, as text with line feeds, unread by any parser."""

    @property
    def fragments(self) -> Fragments | None:
        """The news in files of their own; None where the project works otherwise."""

    @property
    def locks(self) -> Sequence[Lock]:
        """The project's own entries in its lock files."""

    @property
    def packaged(self) -> Sequence[str]:
        """The untracked files that packaging would take along."""

    @property
    def added_leaks(self) -> Sequence[AddedLeak]:
        """The credentials in what the branch adds, in its commits and in the working tree."""

    @property
    def rivals(self) -> Sequence[Rival]:
        """Other open branches, and pull requests where the host can be asked, that claim the same."""

    @property
    def subjects(self) -> Sequence[str]:
        """The first lines of the messages of the commits since the last release, merges left out."""

    @property
    def suggestion(self) -> Suggestion | None:
        """How much the version should go up; None where nothing tells."""

    @property
    def breakages(self) -> Sequence[Breakage]:
        """What of the public API the branch breaks against the last release; unknown without the `api` extra."""

    @property
    def tests(self) -> Trial:
        """How the project's own tests ended."""

    @property
    def built_report(self) -> Report:
        """What `validate` says of the distributions built from the tree; raises BuildFailed where none could be."""

    def custom(self, check: str) -> Sequence[Finding]:
        """What a check of the project's own found, by its id; raises FactUnknown where it could not be run."""
