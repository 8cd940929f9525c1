"""What preparing a release would do, as data: shown before anything is done, and again when it is."""

from dataclasses import dataclass

from packaging.version import Version

from tagship.domain.change import FileChange
from tagship.domain.plan import Done, Preview
from tagship.errors import Run


@dataclass(frozen=True, slots=True)
class Proposal:
    """The next version of a project with every change that it takes.

    `commands` are what git will be asked to do, `following` what a person does next; `remarks` are what they should
    know, each as a sentence without a full stop.
    """

    version: Version
    changes: tuple[FileChange, ...]
    steps: tuple[Preview, ...]
    commands: tuple[Run, ...] = ()
    following: tuple[Run, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether everything is as it would be."""
        return all(isinstance(step.state, Done) for step in self.steps)
