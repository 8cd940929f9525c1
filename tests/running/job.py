"""A job while it runs, and what an action sees of it."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from running.events import Event, Repository
from running.expressions import Evaluator, Json, Status
from running.logs import Log, Masks
from running.machine import Machine
from running.results import Artifact, JobResult
from tagship.adapters.process import follow

USUAL_MINUTES = 360.0


class UnsupportedError(AssertionError):
    """A workflow asks for something that does not run here; a test that needs it cannot tell anything."""


class ActionFailedError(Exception):
    """An action ends its step in the way that the real one would; the message is for the log."""


@dataclass(slots=True)
class Job:
    """What a running job has: `variables` are its `env`, `base` what the machine and the host put beside them."""

    repository: Repository
    event: Event
    evaluator: Evaluator
    machine: Machine
    directory: Path
    result: JobResult
    contexts: dict[str, Json]
    artifacts: dict[str, Artifact]
    token: str
    minute: float
    deadline: float
    base: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Json] = field(default_factory=dict)
    masks: Masks = field(default_factory=Masks)
    variables: dict[str, str] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    failed: bool = False
    cancelled: bool = False

    @property
    def workspace(self) -> Path:
        """Where steps begin."""
        return self.directory / "work" / self.repository.name / self.repository.name

    @property
    def home(self) -> Path:
        """An empty home."""
        return self.directory / "home"

    @property
    def temporary(self) -> Path:
        """What steps call RUNNER_TEMP."""
        return self.directory / "temp"

    @property
    def status(self) -> Status:
        """What the next step's condition sees."""
        return Status(not (self.failed or self.cancelled), self.failed and not self.cancelled, self.cancelled)

    def environment(self, step: Mapping[str, str]) -> dict[str, str]:
        """The variables of a process; what the host tells wins over what a workflow says."""
        path = os.pathsep.join([*reversed(self.path), str(self.directory / "python" / "bin"), self.machine.path()])
        return {"PATH": path} | self.variables | dict(step) | dict(self.base)

    def inside(self, name: str) -> Path:
        """A path as the workflow gives it, seen from the workspace."""
        return self.workspace / name


@dataclass(frozen=True, slots=True)
class Call:
    """A step that is taken: its inputs, the variables that it sees, where it speaks and puts its outputs."""

    job: Job
    inputs: Mapping[str, str]
    environment: Mapping[str, str]
    log: Log
    outputs: dict[str, str]
    limit: float

    @property
    def left(self) -> float:
        """How many seconds the step still has."""
        return max(self.limit - time.monotonic(), 0.1)

    def flag(self, name: str, *, usual: bool) -> bool:
        """An input that is true or false."""
        told = self.inputs.get(name, "")
        if told.lower() not in {"", "true", "false"}:
            raise ActionFailedError(f"the input {name} is {told!r}, and neither true nor false")
        return told.lower() == "true" if told else usual

    def run(self, *argv: str, cwd: Path | None = None, variables: Mapping[str, str] | None = None) -> None:
        """Run a program as part of the step; raises ActionFailedError where it fails or takes too long."""
        known = {**self.environment, **(variables or {})}
        code = follow(argv, cwd=cwd or self.job.workspace, env=known, timeout=self.left, on_line=self.log)
        if code != 0:
            raise ActionFailedError(f"{Path(argv[0]).name} ended with {code}")
