"""What GitHub's runner understands: annotations on the log, and the job summary.

A workflow command is one line that starts with `::`. Data is escaped for `%`, CR and LF, properties for
`:` and `,` besides; no other line that we write can be taken for a command. The runner keeps ten errors,
ten warnings and ten notices of a step, and 1 MiB of summary.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports
from tagship.errors import InCommit, InFile, Run, TagshipError, Where
from tagship.reports.documents.verdicts import kind_of
from tagship.reports.harmless import clipped, harmless, inert, lines, write
from tagship.reports.several import NONE, alone, reports_headline, reports_tally, shared, shared_by
from tagship.reports.shown import Shown
from tagship.reports.standing import trial_explained
from tagship.reports.verdicts import counted, failures, findings_of, headline, tally

MOST = 10
LONGEST_MESSAGE = 4_000
LONGEST_TITLE = 200
SUMMARY_CAP = 1024 * 1024

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
# One notice of ten is kept for telling how many annotations there was no room for.
_ROOM = {"error": MOST, "warning": MOST, "notice": MOST - 1}
_CUT = "\n\n_Cut here: a job summary holds 1 MiB._\n"


@dataclass(frozen=True, slots=True)
class Annotation:
    """One annotation: `level` is error, warning or notice; `message` may have several lines."""

    level: str
    title: str
    message: str
    where: Where | None = None

    def __str__(self) -> str:
        """The workflow command, on one line."""
        properties = [*_place(self.where), ("title", harmless(clipped(self.title, LONGEST_TITLE)))]
        told = ",".join(f"{key}={_escaped_property(value)}" for key, value in properties)
        message = "\n".join(lines(clipped(self.message, LONGEST_MESSAGE)))
        return f"::{self.level} {told}::{_escaped_data(message)}"


def render(value: Shown, stream: TextIO) -> None:
    """Write annotations for a report, a rehearsal or an error, and everything else as lines that are no command."""
    if isinstance(value, TagshipError):
        title = f"tagship: {kind_of(value)}"
        write(stream, f"{Annotation('error', title, _advised(value.message, value.remedy), value.where)}\n")
        return
    if isinstance(value, Trials):
        for annotation in _within_limits(list(surprises(value))):
            write(stream, f"{annotation}\n")
    if not isinstance(value, Report | Reports):
        _log(value, stream)
        return
    for annotation in _within_limits(list(_annotations_of(value))):
        write(stream, f"{annotation}\n")
    counts = reports_tally(value) if isinstance(value, Reports) else tally(value)
    ended = reports_headline(value) if isinstance(value, Reports) else headline(value)
    write(stream, f"::group::{_escaped_data(counts)}\n")
    _log(value, stream)
    write(stream, f"::endgroup::\n{inert(harmless(ended))}\n")


def _annotations_of(value: Report | Reports) -> Iterator[Annotation]:
    """Those of one report, or of several: then each says of which package it is, which its place may not tell."""
    if isinstance(value, Report):
        yield from annotations(value)
        return
    of_several = shared(value.all_told)
    told = [(shared_by(each.packages, value), each.report) for each in of_several]
    told += [(report.project or NONE, alone(report, of_several)) for report in value.all_told]
    for about, report in told:
        for each in annotations(report):
            yield replace(each, title=f"{about}: {each.title}")


def annotations(report: Report) -> Iterator[Annotation]:
    """An annotation for every finding, blockers first, and for every check that could not tell."""
    for verdict in failures(report):
        for finding in findings_of(verdict):
            yield _annotation(verdict, finding)
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.UNKNOWN:
            message = f"could not tell: {verdict.reason or 'no reason given'}"
            yield Annotation(_LEVELS[verdict.severity], verdict.id, message)


def surprises(trials: Trials) -> Iterator[Annotation]:
    """An annotation for every fault after which something was not as documented."""
    for trial in trials.faults:
        if trial.surprises:
            yield Annotation("error", trial.name, trial_explained(trial))


def append_summary(text: str, path: Path, *, cap: int = SUMMARY_CAP) -> None:
    """Append Markdown to the file of the job summary, which never grows beyond `cap` bytes.

    What does not fit is cut between lines. Raises OSError where the file cannot be written.
    """
    written = path.stat().st_size if path.exists() else 0
    content = _cut(f"{text}\n".encode("utf-8", "backslashreplace"), cap - written)
    with path.open("ab") as summary:
        summary.write(content)


def _annotation(verdict: Verdict, finding: Finding) -> Annotation:
    message = finding.message if verdict.reason is None else f"{finding.message}\n{verdict.reason}"
    if finding.where is not None and not _place(finding.where):
        message = f"{message} (at {finding.where})"
    advised = _advised(message, finding.remedy or verdict.fix)
    return Annotation(
        _LEVELS[verdict.severity], verdict.id, f"{advised}\nmore: tagship explain {verdict.id}", finding.where
    )


def _advised(message: str, remedy: object) -> str:
    if remedy is None:
        return message
    return f"{message}\nfix: {'$ ' if isinstance(remedy, Run) else ''}{remedy}"


def _within_limits(everything: list[Annotation]) -> Iterator[Annotation]:
    room = dict(_ROOM)
    left_out = 0
    for annotation in everything:
        if room[annotation.level]:
            room[annotation.level] -= 1
            yield annotation
        else:
            left_out += 1
    if left_out:
        yield Annotation("notice", "tagship", f"{counted(left_out, 'more finding')}: see the log and the job summary")


def _place(where: Where | None) -> list[tuple[str, str]]:
    match where:
        case InFile(path, line, column):
            return _properties(path, line, column)
        case InCommit(_, str(path), line):
            return _properties(path, line, None)
        case _:
            return []


def _properties(path: str, line: int | None, column: int | None) -> list[tuple[str, str]]:
    known = (("file", harmless(path)), ("line", line), ("col", column if line is not None else None))
    return [(key, str(value)) for key, value in known if value is not None]


def _escaped_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped_data(text).replace(":", "%3A").replace(",", "%2C")


def _log(value: Shown, stream: TextIO) -> None:
    from tagship.reports import terminal  # noqa: PLC0415 -- rich is loaded only where its text is wanted

    text = io.StringIO()
    terminal.render(value, text, color=False)
    for line in text.getvalue().splitlines():
        write(stream, f"{inert(harmless(line))}\n")


def _cut(content: bytes, room: int) -> bytes:
    if len(content) <= room:
        return content
    notice = _CUT.encode()
    kept = content[: max(room - len(notice), 0)]
    kept = kept[: kept.rfind(b"\n") + 1]
    return kept + notice if kept else b""
