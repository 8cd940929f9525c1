"""Writes a release into the throwaway clone, part by part, and tells what each part came to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from packaging.version import Version

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.git.scratch import Scratch
from tagship.adapters.versions import write_version
from tagship.domain.change import FileChange
from tagship.domain.config import Config
from tagship.domain.plan import Done, State, Todo
from tagship.domain.project import Project
from tagship.workflow.preparing.evidence import Evidence
from tagship.workflow.preparing.writing import write
from tagship.workflow.several.subdirectory import Subdirectory


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a release as it was written: its name, what it does, and where the world stood for it."""

    name: str
    does: str
    state: State
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """What the parts are written with: the clone, the project in it, and the release that is meant.

    `carried` are the versions that the project had before, by which copies that were forgotten are known.
    """

    scratch: Scratch
    inside: str
    project: Project
    config: Config
    version: Version
    dated: date
    evidence: Evidence
    carried: frozenset[Version]
    offline: bool
    tree: DirectoryTree = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", DirectoryTree(self.directory, within=self.scratch.directory))

    @property
    def directory(self) -> Path:
        """The project's directory in the clone."""
        return self.scratch.directory / self.inside

    def put(self, changes: Sequence[FileChange]) -> tuple[str, ...]:
        """Write changes whose paths are the project's own; the paths that differ now, from the top."""
        below = Subdirectory(self.inside)
        moved = [FileChange(below.path(change.path), change.before, change.after) for change in changes]
        write(self.scratch, moved)
        return tuple(change.path for change in moved if not change.is_empty)


def write_versions(desk: Desk) -> Part:
    """The version in every file that carries it; where the tag is the version, in the copies alone."""
    changes = write_version(desk.tree, desk.project, desk.version, desk.config.version_files, carried=desk.carried)
    paths = desk.put(changes)
    does = f"write {desk.version} into every file that carries the version"
    is_tag = desk.project.version_is_tag
    remarks = (f"the tag is the version: {desk.project.name} is {desk.version} once it is tagged",) if is_tag else ()
    if paths:
        return Part("version", does, Todo(", ".join(paths)), remarks)
    said = "the tag is the version, and no file carries it" if is_tag else f"the files say {desk.version} already"
    return Part("version", does, Done(said), remarks)
