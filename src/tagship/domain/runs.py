"""The code host's runs of a workflow: what has begun for a tag, and what may keep one from beginning."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One run of a workflow; `path` is the workflow's file from the top of the repository, `url` a person's page."""

    name: str
    path: str
    url: str


@dataclass(frozen=True, slots=True)
class HostWorkflow:
    """A workflow as the code host knows it; `state` is in its own words: `active`, `disabled_manually` ..."""

    name: str
    path: str
    state: str

    @property
    def active(self) -> bool:
        """Whether the host would start it."""
        return self.state == "active"


@runtime_checkable
class Runs(Protocol):
    """A code host that runs workflows; every answer may raise FactUnknown."""

    @property
    def runs_page(self) -> str:
        """Where a person sees the runs."""

    def runs_of(self, tag: str, commit: str) -> Sequence[WorkflowRun]:
        """The runs that began for a tag on a commit, newest first."""

    def workflows(self) -> Sequence[HostWorkflow]:
        """Every workflow that the host knows of the repository, with its state."""

    def actions_enabled(self) -> bool:
        """Whether the repository runs workflows at all."""
