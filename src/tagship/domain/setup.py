"""What adopting a project comes to, as data: shown before it is done, and again when it is."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tagship.domain.adoption import Adoption
from tagship.domain.change import FileChange
from tagship.domain.managed import EditedBlock
from tagship.errors import Remedy


class FileState(Enum):
    """Where one file stands beside what is generated.

    EDITED holds a block that was edited by hand, FOREIGN is a file of that name that is not ours, LACKING one that
    could not be made, and LEFT one of ours that nothing asks for any more.
    """

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    EDITED = "edited"
    FOREIGN = "foreign"
    LACKING = "lacking"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class SetFile:
    """One file of an adoption; `change` is what is written, None where nothing is.

    `reason` is why it is foreign, lacking or left, as the rest of a sentence, `line` the one that shows it, if any,
    and `remedy` what is done about it. `is_lock` is whether it is made by another tool, from what an index has.
    """

    path: str
    purpose: str
    state: FileState
    change: FileChange | None = None
    edited: tuple[EditedBlock, ...] = ()
    reason: str | None = None
    remedy: Remedy | None = None
    is_lock: bool = False
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that was found out about a project, and by what it was told."""

    name: str
    value: str
    told_by: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """One thing that is left to a person: what, and how; `values` are what is typed into a form, by its fields."""

    does: str
    remedy: Remedy | None = None
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SetUp:
    """A project as it was found, the files that its adoption brings, and what is left to a person, in order.

    `is_written` is whether the files are as they are told here.
    """

    adoption: Adoption
    details: tuple[Detail, ...]
    files: tuple[SetFile, ...]
    next: tuple[NextStep, ...]
    is_written: bool = False

    @property
    def changes(self) -> tuple[FileChange, ...]:
        """What is written, sorted by path."""
        found = (each.change for each in self.files if each.change is not None and not each.change.is_empty)
        return tuple(sorted(found, key=lambda change: change.path))


class AdoptionFacts(Protocol):
    """What the checks of an adopted project ask."""

    @property
    def setup(self) -> SetUp:
        """The project beside what would be generated for it now."""
