"""What a check found, what it means, and the report that holds a verdict for every check."""

from dataclasses import dataclass
from enum import Enum

from tagship.errors import Exit, Remedy, Where


class Severity(Enum):
    """How much a failed check matters: the words of SARIF and of the hosts, one to one."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Outcome(Enum):
    """How a check ended. Unknown is never a pass."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


class Readiness(Enum):
    """The verdict over a whole report."""

    READY = "ready"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"

    @property
    def exit(self) -> Exit:
        """The exit code of a command that ends with this verdict."""
        return {
            Readiness.READY: Exit.READY,
            Readiness.BLOCKED: Exit.BLOCKED,
            Readiness.UNKNOWN: Exit.UNKNOWN,
        }[self]


class NotApplicable(Exception):
    """Raised by a check that has nothing to say here; the message is the reason shown."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what, where, and how to mend it."""

    message: str
    where: Where | None = None
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one check, with the check's own words beside it."""

    id: str
    title: str
    severity: Severity
    outcome: Outcome
    why: str
    fix: str
    reason: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether this verdict alone stops a release."""
        return self.severity is Severity.ERROR and self.outcome is Outcome.FAILED

    @property
    def leaves_open(self) -> bool:
        """Whether this verdict alone leaves the question open."""
        return self.severity is Severity.ERROR and self.outcome is Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Report:
    """A verdict for every check that was asked, not only for the failures.

    `seconds` is wall-clock time; `tag` and `commit` are None where the command is not about one.
    """

    command: str
    project: str | None
    version: str | None
    tag: str | None
    commit: str | None
    verdicts: tuple[Verdict, ...]
    seconds: float

    @property
    def readiness(self) -> Readiness:
        """Blocked by one failed error, unknown by one open error, ready otherwise."""
        if any(verdict.blocks for verdict in self.verdicts):
            return Readiness.BLOCKED
        if any(verdict.leaves_open for verdict in self.verdicts):
            return Readiness.UNKNOWN
        return Readiness.READY
