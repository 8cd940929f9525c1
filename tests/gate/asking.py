"""Asks the gate about a tag in a real repository, with a real index, and finds its way in the answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from repositories import Repo
from servers.handmade import make_sdist, make_wheel
from tagship.domain.facts import Host
from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.errors import InCommit
from tagship.rehearsal.index import StandInIndex
from tagship.workflow.examinations import gate
from tagship.workflow.workplace import Wishes, Workplace


@dataclass(frozen=True)
class Answer:
    """A report, and the ways in which tests look at it."""

    report: Report

    def __getitem__(self, check: str) -> Verdict:
        return next(verdict for verdict in self.report.verdicts if verdict.id == check)

    def outcome(self, check: str) -> str:
        return self[check].outcome.value

    def finding(self, check: str) -> Finding:
        """The one finding of a check."""
        (finding,) = self[check].findings
        return finding

    def place(self, check: str) -> tuple[str | None, int | None]:
        """Path and line of a check's one finding, in the tagged commit."""
        where = self.finding(check).where
        assert isinstance(where, InCommit)
        assert where.commit == self.report.commit
        return where.path, where.line

    @property
    def verdict(self) -> str:
        return self.report.readiness.value

    @property
    def blockers(self) -> list[str]:
        return [verdict.id for verdict in self.report.verdicts if verdict.blocks]

    @property
    def warnings(self) -> list[str]:
        return [
            verdict.id
            for verdict in self.report.verdicts
            if verdict.outcome is Outcome.FAILED and verdict.severity is not Severity.ERROR
        ]

    @property
    def unknown(self) -> list[str]:
        return [verdict.id for verdict in self.report.verdicts if verdict.outcome is Outcome.UNKNOWN]

    @property
    def crashed(self) -> list[str]:
        return [verdict.id for verdict in self.report.verdicts if "the check itself broke" in (verdict.reason or "")]


def ask(
    repo: Repo,
    index: StandInIndex,
    tag: str | None = None,
    *,
    inside: str = "",
    host: Callable[[], Host] | None = None,
    offline: bool = False,
    confirm_jump: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Answer:
    """The gate's answer; no check may break on the way."""
    wishes = Wishes(index=index.endpoints, host=host, offline=offline, confirm_jump=confirm_jump)
    with Workplace(repo.path / inside, environ=environ or {}, tag=tag, wishes=wishes) as place:
        answer = Answer(gate(place))
    assert answer.crashed == []
    return answer


def publish(index: StandInIndex, folder: Path, version: str, at: datetime, *, sdist: bool = True) -> None:
    """Let the index serve a version of handmade since some time: its wheel, and its sdist."""
    folder.mkdir(exist_ok=True)
    index.seed(make_wheel(folder, version=version), at=at)
    if sdist:
        index.seed(make_sdist(folder, version=version), at=at)
