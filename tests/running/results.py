"""What a run leaves behind, as tests look at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from running.events import Event
from running.expressions import Json


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a job pinned to the run: `level` is error, warning or notice."""

    level: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Artifact:
    """A kept artifact: `content` is the archive's bytes, `digest` the sha256 that was told when it was kept."""

    number: str
    name: str
    digest: str
    content: bytes


@dataclass(slots=True)
class StepResult:
    """A step; `outcome` is before, `conclusion` after continue-on-error. `action` is what it used, with its commit."""

    identifier: str
    name: str
    action: str | None = None
    outcome: str = "skipped"
    conclusion: str = "skipped"
    outputs: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    @property
    def log(self) -> str:
        """What it said, masked."""
        return "\n".join(self.lines)


@dataclass(slots=True)
class JobResult:
    """A job, or one leg of a matrix; `needed` is its result as the jobs after it see it.

    `token` is what the host issued to it. `secrets` are the names of the others that one of its steps could see;
    `identified` is whether it could ask who it is.
    """

    identifier: str
    name: str = ""
    matrix: Mapping[str, Json] = field(default_factory=dict)
    conclusion: str = "skipped"
    tolerated: bool = False
    environment: str | None = None
    permissions: Mapping[str, str] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    steps: list[StepResult] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)
    summary: str = ""
    concurrency: Json = None
    token: str = ""
    secrets: set[str] = field(default_factory=set)
    identified: bool = False
    began: datetime | None = None
    ended: datetime | None = None

    @property
    def needed(self) -> str:
        """A failure that the job may have counts as success."""
        return "success" if self.tolerated and self.conclusion == "failure" else self.conclusion

    @property
    def log(self) -> str:
        """What all steps said, masked."""
        return "\n".join(step.log for step in self.steps)

    @property
    def actions(self) -> list[str]:
        """The actions that were really used, in their order, each with its commit."""
        return [step.action for step in self.steps if step.action is not None and step.outcome != "skipped"]

    def step(self, called: str) -> StepResult:
        """A step by its id or its name."""
        return next(step for step in self.steps if called in {step.identifier, step.name})


@dataclass(slots=True)
class RunResult:
    """A whole run, or one more attempt at it; `artifacts` are by their number."""

    event: Event
    path: str
    number: int = 0
    attempt: int = 1
    jobs: list[JobResult] = field(default_factory=list)
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    concurrency: Json = None

    @property
    def conclusion(self) -> str:
        """Failed where a job did that may not, cancelled where one was, else success."""
        told = {job.needed for job in self.jobs}
        return next((worst for worst in ("failure", "cancelled") if worst in told), "success")

    @property
    def conclusions(self) -> dict[str, str]:
        """How each job ended; the legs of a matrix by their names."""
        legs = [job.identifier for job in self.jobs]
        return {job.name if legs.count(job.identifier) > 1 else job.identifier: job.conclusion for job in self.jobs}

    @property
    def log(self) -> str:
        """Everything that was said, masked."""
        return "\n".join(job.log for job in self.jobs)

    def job(self, called: str) -> JobResult:
        """A job by its id, or the leg of a matrix by its name."""
        return next(job for job in self.jobs if called in {job.identifier, job.name})

    def legs(self, identifier: str) -> Sequence[JobResult]:
        """All the legs of a job."""
        return [job for job in self.jobs if job.identifier == identifier]
