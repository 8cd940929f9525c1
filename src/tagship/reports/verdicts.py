"""What the formats agree on when they tell a report: the words, the order of causes, the last line."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tagship.domain.finding import Finding, Outcome, Readiness, Report, Severity, Verdict
from tagship.errors import Remedy

_FAILED = {Severity.ERROR: "failed", Severity.WARNING: "warning", Severity.NOTE: "note"}
_WORDS = ("passed", "failed", "warning", "note", "skipped", "unknown")
_MANY = {"warning": "warnings", "note": "notes"}
_NAMED = 3
"""How many checks a line names that is to be taken in at a glance."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Checks that ended in the same way for the same reason, which is therefore told once; one at least."""

    word: str
    reason: str | None
    checks: tuple[str, ...]


def word(verdict: Verdict) -> str:
    """One word for a verdict: passed, failed, warning, note, skipped or unknown."""
    return _FAILED[verdict.severity] if verdict.outcome is Outcome.FAILED else verdict.outcome.value


def failures(report: Report) -> tuple[Verdict, ...]:
    """The failed checks, blockers first, each kind in the order in which it was asked."""
    order = list(Severity)
    failed = [verdict for verdict in report.verdicts if verdict.outcome is Outcome.FAILED]
    return tuple(sorted(failed, key=lambda verdict: order.index(verdict.severity)))


def alike(report: Report, outcome: Outcome) -> tuple[Alike, ...]:
    """The checks that ended so, by their reason, in the order in which the first of each was asked."""
    found: dict[str | None, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.outcome is outcome:
            found.setdefault(verdict.reason, []).append(verdict.id)
    return tuple(Alike(outcome.value, reason, tuple(checks)) for reason, checks in found.items())


def open_questions(report: Report) -> tuple[tuple[Remedy, tuple[str, ...]], ...]:
    """What would make known what is unknown, and for which checks; each way once, in the order of the checks."""
    ways: dict[Remedy, list[str]] = {}
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.UNKNOWN:
            for remedy in remedies_of(verdict):
                ways.setdefault(remedy, []).append(verdict.id)
    return tuple((remedy, tuple(checks)) for remedy, checks in ways.items())


def findings_of(verdict: Verdict) -> tuple[Finding, ...]:
    """What a failed check found; one that tells nothing more is told by its title."""
    return verdict.findings or (Finding(f"not the case: {verdict.title}"),)


def remedies_of(verdict: Verdict) -> tuple[Remedy, ...]:
    """The ways out of a check that failed or is unknown, each once, in the order of its findings."""
    return tuple(dict.fromkeys(finding.remedy for finding in verdict.findings if finding.remedy is not None))


def headline(report: Report) -> str:
    """The verdict over the whole report: `ready`, `blocked: 2 blockers`, or `could not tell:` and what stayed open.

    What was left out on purpose is told beside it: the verdict does not speak of that.
    """
    return "; ".join((_verdict_line(report), *report.left_out))


def _verdict_line(report: Report) -> str:
    match report.readiness:
        case Readiness.READY:
            return "ready"
        case Readiness.BLOCKED:
            return f"blocked: {counted(sum(verdict.blocks for verdict in report.verdicts), 'blocker')}"
        case Readiness.UNKNOWN:
            return f"could not tell: {named([verdict.id for verdict in report.verdicts if verdict.leaves_open])}"


def tally(report: Report) -> str:
    """How many checks ended how, and in how many seconds."""
    counts = Counter(word(verdict) for verdict in report.verdicts)
    parts = [f"{counts[name]} {_plural(name, counts[name])}" for name in _WORDS if counts[name]]
    asked = counted(len(report.verdicts), "check")
    return f"{asked}: {', '.join(parts)}, {report.seconds:.1f} s" if parts else f"{asked}, {report.seconds:.1f} s"


def subject(report: Report) -> str:
    """What the report is about: the project, its version, the tag and the commit, as far as they are known."""
    about = [" ".join(filter(None, (report.project, report.version)))]
    if report.tag is not None:
        about.append(f"tag {report.tag}")
    if report.commit is not None:
        about.append(f"commit {report.commit[:12]}")
    known = ", ".join(filter(None, about))
    return f"{report.command}: {known}" if known else report.command


def named(checks: Sequence[str]) -> str:
    """The first few of some checks by name, and how many more there are."""
    if len(checks) <= _NAMED:
        return ", ".join(checks)
    return f"{', '.join(checks[:_NAMED])} and {len(checks) - _NAMED} more"


def counted(number: int, noun: str) -> str:
    """A number with its noun, in the plural where it is one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plural(name: str, number: int) -> str:
    return name if number == 1 else _MANY.get(name, name)
