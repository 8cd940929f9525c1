"""What a check found, what it means, and the report that holds a verdict for every check."""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar

from tagship.errors import Exit, Remedy, TagshipError, Where


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
    """What became of one check, with the check's own words beside it.

    A verdict that is unknown may hold one finding: how to make it known. The reason of one that passed is what the
    check does not prove.
    """

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

    `seconds` is wall-clock time; `tag` and `commit` are None where the command is not about one. `left_out` says what
    was not asked because whoever ran the command wished so, as the rest of a sentence: `--fast left out tests`.
    """

    command: str
    project: str | None
    version: str | None
    tag: str | None
    commit: str | None
    verdicts: tuple[Verdict, ...]
    seconds: float
    left_out: tuple[str, ...] = ()

    @property
    def readiness(self) -> Readiness:
        """Blocked by one failed error, unknown by one open error, ready otherwise."""
        if any(verdict.blocks for verdict in self.verdicts):
            return Readiness.BLOCKED
        if any(verdict.leaves_open for verdict in self.verdicts):
            return Readiness.UNKNOWN
        return Readiness.READY

    @property
    def first_cause(self) -> Verdict | None:
        """The first verdict that stands in the way: a blocker, else an open question."""
        blocking = (verdict for verdict in self.verdicts if verdict.blocks)
        return next(blocking, next((verdict for verdict in self.verdicts if verdict.leaves_open), None))


class NotReady(TagshipError):
    """A stage of a plan did not pass; `report` holds every verdict."""

    exit: ClassVar[Exit] = Exit.BLOCKED

    def __init__(self, report: Report) -> None:
        cause = report.first_cause
        finding = cause.findings[0] if cause is not None and cause.findings else None
        reason = finding.message if finding else cause.reason if cause and cause.reason else report.readiness.value
        super().__init__(reason, where=finding.where if finding else None, remedy=finding.remedy if finding else None)
        self.report = report


class NotKnown(NotReady):
    """A stage could not be decided."""

    exit = Exit.UNKNOWN


class NotTrusted(NotReady):
    """The credential stage did not pass."""

    exit = Exit.CREDENTIAL
