"""What a person reads: what failed with its way out, then every other verdict, once per reason, and the last line."""

from collections.abc import Mapping, Sequence
from typing import TextIO, assert_never

from tagship.domain.artifact import Manifest
from tagship.domain.change import unified
from tagship.domain.finding import Outcome, Readiness, Report, Verdict
from tagship.domain.overview import Overview, Status
from tagship.domain.plan import Done, Effect, Preview, Stopped, Todo
from tagship.domain.proposal import Proposal
from tagship.domain.receipt import Receipt
from tagship.domain.setup import SetUp
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports, Roster
from tagship.errors import Run, TagshipError
from tagship.reports.adopting import page_of
from tagship.reports.harmless import lines
from tagship.reports.page import Page
from tagship.reports.several import (
    ROSTER,
    alone,
    report_line,
    report_word,
    reports_headline,
    reports_tally,
    roster_row,
    roster_sentence,
    shared,
    shared_by,
    tells_more,
)
from tagship.reports.shown import Notes, Shown, Words
from tagship.reports.standing import (
    MILESTONES,
    TRIALS,
    milestones_row,
    milestones_sentence,
    overview_rows,
    plan_line,
    proof_line,
    trial_explained,
    trial_row,
    trials_line,
)
from tagship.reports.verdicts import (
    Alike,
    alike,
    counted,
    failures,
    findings_of,
    headline,
    named,
    open_questions,
    remedies_of,
    subject,
    tally,
    word,
)

FINDINGS_SHOWN = 20
_STYLES = {
    "passed": "green",
    "done": "green",
    "failed": "bold red",
    "conflict": "bold red",
    "warning": "yellow",
    "note": "cyan",
    "todo": "cyan",
    "skipped": "dim",
    "unknown": "bold magenta",
}
_DIFF = {"+++": "bold", "---": "bold", "@@": "cyan", "+": "green", "-": "red"}
"""The styles of a difference, by what its lines begin with; the first that fits counts."""
_LONGEST_WORD = 8
_REACH = {
    Effect.NONE: "",
    Effect.LOCAL: " (on this machine)",
    Effect.SHARED: " (others see it)",
    Effect.FOREVER: " (cannot be undone)",
}


def render(  # noqa: C901, PLR0912 -- one line per kind of value
    value: Shown, stream: TextIO, *, color: bool = True, width: int | None = None
) -> None:
    """Write any value for a person.

    `color` False is `--no-color`; NO_COLOR and a stream that is no terminal count whatever it says. `width`
    is in columns and is the terminal's by default.
    """
    page = Page(stream, color=color, width=width)
    match value:
        case Report():
            _report(value, page)
        case Reports():
            _reports(value, page)
        case Roster():
            _roster(value, page)
        case Receipt():
            _receipt(value, page)
        case SetUp():
            page_of(value, page, _DIFF)
        case Overview():
            page.pairs(overview_rows(value))
        case Status():
            _status(value, page)
        case Manifest():
            _manifest(value, page)
        case Notes():
            page.verbatim(value.section.body)
        case Trials():
            _trials(value, page)
        case TagshipError():
            _error(value, page)
        case Words():
            _words(value, page)
        case _:
            _planned(value, page)


def _report(report: Report, page: Page) -> None:
    page.text(subject(report), style="bold")
    page.blank()
    _ways_out(report, page)
    for outcome in (Outcome.SKIPPED, Outcome.PASSED):
        for each in alike(report, outcome):
            _alike(each, page)
    if report.verdicts:
        page.blank()
    page.text(tally(report), style="dim")
    page.text(headline(report), style="bold")


def _ways_out(report: Report, page: Page) -> None:
    """What failed, under its number, blockers first; then what is not known, and what would make it known."""
    for number, verdict in enumerate(failures(report), 1):
        _failure(verdict, number, page)
        page.blank()
    unknown = alike(report, Outcome.UNKNOWN)
    for each in unknown:
        _alike(each, page)
    if unknown:
        page.blank()
    for remedy, checks in open_questions(report):
        page.text(f"to make known: {named(checks)}", style="bold")
        page.remedy(remedy, indent=4)
        page.blank()


def _reports(value: Reports, page: Page) -> None:
    """What stands in the way of several packages at once and of each, then a line for every one of them."""
    not_ready = [report for report in value.reports if report.readiness is not Readiness.READY]
    of_several = shared(not_ready)
    for each in of_several:
        page.text(f"{each.report.command}: {shared_by(each.packages, value)}", style="bold")
        page.blank()
        _ways_out(each.report, page)
    for report in not_ready:
        rest = alone(report, of_several)
        if tells_more(rest):
            page.text(subject(report), style="bold")
            page.blank()
            _ways_out(rest, page)
    for report in value.reports:
        _line(report_word(report), report_line(report), page)
    if value.reports:
        page.blank()
    page.text(reports_tally(value), style="dim")
    page.text(reports_headline(value), style="bold")


def _roster(roster: Roster, page: Page) -> None:
    if not page.table(ROSTER, [roster_row(package) for package in roster.packages]):
        for package in roster.packages:
            page.entry(f"{package.name}  ", roster_sentence(package))
    page.blank()
    page.text("in the order of release; name one with --package")


def _alike(verdicts: Alike, page: Page) -> None:
    """One check with its reason beside it; several as a sentence, and their names below it."""
    reason, checks = verdicts.reason, verdicts.checks
    match checks:
        case _ if reason is None:
            _line(verdicts.word, ", ".join(checks), page, style="dim")
        case [check]:
            _line(verdicts.word, f"{check} ({reason})", page)
        case _:
            _line(verdicts.word, f"{len(checks)} checks: {reason}", page)
            page.text(", ".join(checks), indent=_LONGEST_WORD + 3, style="dim")


def _line(said: str, body: str, page: Page, *, style: str = "") -> None:
    page.entry(f"{_sign(said, page)} {said:<{_LONGEST_WORD}} ", body, lead_style=_STYLES[said], style=style)


def _sign(said: str, page: Page) -> str:
    symbols = page.symbols
    return {
        "passed": symbols.good,
        "done": symbols.good,
        "failed": symbols.bad,
        "conflict": symbols.bad,
        "warning": symbols.warning,
        "note": symbols.note,
        "todo": symbols.todo,
        "skipped": symbols.skipped,
        "unknown": symbols.unknown,
    }[said]


def _failure(verdict: Verdict, number: int, page: Page) -> None:
    said = word(verdict)
    page.entry(f"[{number}] {said}: ", verdict.id, lead_style=_STYLES[said], style="bold")
    if verdict.reason is not None:
        page.text(verdict.reason, indent=4)
    findings = findings_of(verdict)
    for finding in findings[:FINDINGS_SHOWN]:
        page.text(finding.message, indent=4)
        if finding.where is not None:
            page.exact(f"at {finding.where}", indent=4, style="dim")
    if len(findings) > FINDINGS_SHOWN:
        page.text(f"and {len(findings) - FINDINGS_SHOWN} more, all of them with --json", indent=4)
    remedies = remedies_of(verdict)
    for remedy in remedies[:FINDINGS_SHOWN]:
        page.remedy(remedy, indent=4)
    if not remedies:
        page.entry("fix: ", verdict.fix, indent=4, lead_style="bold")
    page.exact(f"more: tagship explain {verdict.id}", indent=4, style="dim")


def _plan(previews: Sequence[Preview], page: Page) -> None:
    for preview in previews:
        match preview.state:
            case Done(evidence):
                _line("done", f"{preview.name}: {evidence or preview.does}", page)
            case Todo(missing):
                _line("todo", f"{preview.name}: {preview.does}{_REACH[preview.effect]}", page)
                if missing:
                    page.text(missing, indent=_LONGEST_WORD + 3, style="dim")
            case Stopped(error):
                _line("conflict", f"{preview.name}: {preview.does}", page)
                _problem(error, page, indent=_LONGEST_WORD + 3)
            case _:
                assert_never(preview.state)
    page.blank()
    page.text(plan_line(tuple(previews)), style="bold")


def _planned(value: Proposal | Sequence[Preview], page: Page) -> None:
    if isinstance(value, Proposal):
        _proposal(value, page)
    else:
        _plan(value, page)


def _proposal(proposal: Proposal, page: Page) -> None:
    for line in unified(proposal.changes).splitlines():
        page.exact(line, style=next((style for sign, style in _DIFF.items() if line.startswith(sign)), ""))
    if proposal.changes:
        page.blank()
    for remark in proposal.remarks:
        page.entry("note: ", remark, lead_style=_STYLES["note"])
    if proposal.remarks:
        page.blank()
    _plan(proposal.steps, page)
    for title, commands in (("git is asked to", proposal.commands), ("what comes next", proposal.following)):
        if commands:
            _section(title, page)
            for command in commands:
                page.command(str(command), indent=2)


def _problem(error: TagshipError, page: Page, *, indent: int) -> None:
    page.text(error.message, indent=indent)
    if error.where is not None:
        page.exact(f"at {error.where}", indent=indent, style="dim")
    if error.remedy is not None:
        page.remedy(error.remedy, indent=indent)


def _error(error: TagshipError, page: Page) -> None:
    first, *rest = lines(error.message)
    page.entry("error: ", first, lead_style="bold red")
    for line in rest:
        page.entry("", line, indent=7)
    if error.where is not None:
        page.exact(f"at {error.where}", indent=7, style="dim")
    if error.remedy is not None:
        page.remedy(error.remedy)


def _receipt(receipt: Receipt, page: Page) -> None:
    page.pairs(
        (
            ("release", f"{receipt.project} {receipt.version}"),
            ("tag", receipt.tag),
            ("commit", receipt.commit),
            ("index", receipt.index),
            *((("notes sha256", receipt.notes_sha256),) if receipt.notes_sha256 else ()),
            ("imported", ", ".join(receipt.proof.imported) or "nothing"),
        )
    )
    _section("files", page)
    for file in receipt.proof.served:
        page.exact(file.filename, indent=2)
        page.exact(f"sha256 {file.sha256 or 'not told by the index'}", indent=4, style="dim")
    if receipt.stages:
        _section("stages", page)
        page.pairs(((stage.name, f"{stage.outcome} in {stage.seconds:.1f} s") for stage in receipt.stages), indent=2)
    if receipt.waived:
        _section("waived", page)
        page.pairs(sorted(receipt.waived.items()), indent=2)
    _toolchain(receipt.toolchain, page)
    page.blank()
    page.text(proof_line(receipt), style="bold green")


def _manifest(manifest: Manifest, page: Page) -> None:
    page.pairs(
        (
            ("release", f"{manifest.project} {manifest.version}"),
            ("tag", manifest.tag),
            ("commit", manifest.commit),
            ("source date epoch", str(manifest.source_date_epoch)),
            *((("wheels", "still to come"),) if manifest.unfinished else ()),
        )
    )
    _section("files", page)
    for file in manifest.files:
        page.text(f"{file.filename} ({counted(file.size, 'byte')})", indent=2)
        page.exact(f"sha256 {file.sha256}", indent=4, style="dim")
    _toolchain(manifest.toolchain, page)


def _toolchain(tools: Mapping[str, str], page: Page) -> None:
    if tools:
        _section("toolchain", page)
        page.pairs(sorted(tools.items()), indent=2)


def _section(title: str, page: Page) -> None:
    page.blank()
    page.text(title, style="bold")


def _status(status: Status, page: Page) -> None:
    page.text(f"{status.project} on {status.index}", style="bold")
    page.blank()
    if not status.versions:
        page.text("no version yet")
    elif not page.table(MILESTONES, [milestones_row(version) for version in status.versions]):
        for version in status.versions:
            page.entry(f"{version.version}  ", milestones_sentence(version))
    page.blank()
    if status.next is None:
        page.text(f"next: nothing; {status.next_because}")
        return
    page.text(f"next: {status.next_because}")
    if isinstance(status.next, Run):
        page.command(str(status.next))
    else:
        page.exact(str(status.next))


def _trials(trials: Trials, page: Page) -> None:
    page.text(f"{trials.project}, {trials.tag}", style="bold")
    if trials.set_aside:
        page.text(f"set aside: {', '.join(trials.set_aside)}")
    page.blank()
    rows = [trial_row(trial) for trial in trials.faults]
    if not page.table(TRIALS, rows):
        for row in rows:
            page.text(", ".join(f"{label} {cell}" for label, cell in zip(TRIALS, row, strict=True)))
    page.blank()
    for trial in trials.faults:
        page.exact(trial.name, style="bold")
        page.text(trial_explained(trial), indent=4)
    page.blank()
    page.text(trials_line(trials), style="bold")


def _words(words: Words, page: Page) -> None:
    page.text(words.id, style="bold")
    page.text(words.title)
    page.blank()
    needs = ", ".join(sorted(words.needs)) or "nothing"
    page.pairs((("why", words.why), ("fix", words.fix), ("severity", words.severity.value), ("needs", needs)))
