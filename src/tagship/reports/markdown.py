"""Markdown for job summaries and comments, in which text of others can only ever be text.

Everything from outside is escaped for CommonMark and for the hosts' extensions: it makes no link, no
heading, no table cell, no HTML element, mentions nobody and refers to no issue.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TextIO

from tagship.domain.artifact import Manifest
from tagship.domain.changelog import Format
from tagship.domain.finding import Outcome, Readiness, Report, Verdict
from tagship.domain.overview import Overview, Status
from tagship.domain.plan import Done, Preview, Stopped, Todo
from tagship.domain.receipt import Receipt
from tagship.domain.setup import SetUp
from tagship.domain.trial import Trials
from tagship.domain.workspace import Reports, Roster
from tagship.errors import Edit, Remedy, Run, TagshipError, Visit
from tagship.reports.adopting import DETAILS, FILES, detail_row, difference, edits, file_row, summary
from tagship.reports.harmless import clipped, harmless, lines, write
from tagship.reports.several import (
    NONE,
    PACKAGES,
    ROSTER,
    alone,
    report_row,
    reports_headline,
    reports_tally,
    roster_row,
    shared,
    shared_by,
)
from tagship.reports.shown import Notes, Shown, Words, steps_of
from tagship.reports.standing import (
    MILESTONES,
    TRIALS,
    milestones_row,
    overview_rows,
    plan_line,
    proof_line,
    trial_explained,
    trial_row,
    trials_line,
)
from tagship.reports.verdicts import (
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
LONGEST_TEXT = 4_000
_BACKTICKS = re.compile(r"`+")
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "`": "&#96;", "$": "&#36;"}
    | {mark: f"\\{mark}" for mark in "\\*_~[]()!"}
    # A host looks for mentions, references and bare links after Markdown is done, where an escape is gone:
    # only a zero-width space stops it.
    | {"@": "@&#8203;", "#": "&#35;&#8203;"}
)
_PLAIN_URL = re.compile(r"https://[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]{1,2000}")
_BARE_LINK = re.compile(r"(?i)(:)(?=//)|(\bwww)(?=\.)")
# What stands in quotes, an apostrophe being none.
_QUOTED = re.compile(r"(?<!\w)'([^'`\n]+)'(?!\w)")
# What starts a block where it starts a line: a list, a rule, an underline, a number.
_OPENING = re.compile(r"^(\d*)([-+=.])")


def render(value: Shown, stream: TextIO) -> None:
    """Write any value as Markdown."""
    write(stream, markdown(value))


def markdown(value: Shown) -> str:  # noqa: C901, PLR0911, PLR0912 -- one line per kind of value
    """Any value as Markdown, ending in a line break."""
    match value:
        case Report():
            return _page(_report(value))
        case Reports():
            return _page(_reports(value))
        case Roster():
            return _page(_table(ROSTER, [roster_row(package) for package in value.packages]))
        case Receipt():
            return _page(_receipt(value))
        case SetUp():
            return _page(_setup(value))
        case Overview():
            return _page(_table(("", ""), overview_rows(value)))
        case Status():
            return _page(_status(value))
        case Manifest():
            return _page(_manifest(value))
        case Notes():
            return _page([_notes(value)])
        case Trials():
            return _page(_trials(value))
        case TagshipError():
            return _page(_error(value))
        case Words():
            return _page(_words(value))
        case _:
            return _page(_plan(steps_of(value)))


def escaped(text: str) -> str:
    """Text as one line of Markdown that shows exactly its characters; line breaks become `<br>`."""
    escaped_lines = "<br>".join(_escaped_line(line) for line in lines(clipped(text, LONGEST_TEXT)))
    # A tag alone on a line would begin a block of HTML.
    return "" if escaped_lines == "<br>" else escaped_lines


def code(text: str) -> str:
    """Text as a code span; for a line of its own or of a list, since a table cuts at a bar even in there."""
    shown = harmless(clipped(text, LONGEST_TEXT))
    mark = _fence(shown, 1)
    return f"{mark} {shown} {mark}" if "`" in shown or not shown.strip() else f"{mark}{shown}{mark}"


def code_cell(text: str) -> str:
    """Text as code in a table."""
    return f"<code>{escaped(text)}</code>"


def fenced(text: str, language: str = "") -> str:
    """Text as a block of code whose fence is longer than any run of backticks within."""
    fence = _fence(text, 3)
    return "\n".join((f"{fence}{language}", *lines(text), fence))


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)


def _escaped_line(line: str) -> str:
    shown = _OPENING.sub(r"\1\\\2", line.strip().translate(_ESCAPES))
    return _BARE_LINK.sub(r"\g<0>&#8203;", shown)


def _page(parts: Iterable[str]) -> str:
    return "\n".join(parts) + "\n"


def _table(header: Sequence[str], rows: Iterable[Sequence[str]], cell: Callable[[str], str] = escaped) -> list[str]:
    return [
        _row(header),
        _row(["---"] * len(header)),
        *(_row([cell(text) for text in row]) for row in rows),
    ]


def _asked(verdict: Verdict) -> str:
    """What a check asks, and what it does not prove when it passes."""
    reserved = verdict.outcome is Outcome.PASSED and verdict.reason is not None
    return f"{verdict.title} ({verdict.reason})" if reserved else verdict.title


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _report(report: Report, title: str = "tagship", *, untold: Report | None = None) -> list[str]:
    """The first real cause stands on top; what went well is folded away, what was not asked is not.

    `untold` is the same report without what is told elsewhere.
    """
    parts = [f"## {escaped(title)}: {escaped(headline(report))}", "", escaped(subject(report)), ""]
    parts += _ways_out(untold or report)
    everything = [(word(verdict), verdict.id, _asked(verdict)) for verdict in report.verdicts]
    parts += ["<details>", f"<summary>{escaped(tally(report))}</summary>", ""]
    return [*parts, *_table(("outcome", "check", "what it asks"), everything), "", "</details>"]


def _ways_out(report: Report) -> list[str]:
    """What failed, blockers first; then what was not answered, and what would make it known."""
    parts: list[str] = []
    for number, verdict in enumerate(failures(report), 1):
        parts += [*_failure(number, verdict), ""]
    unanswered = (*alike(report, Outcome.UNKNOWN), *alike(report, Outcome.SKIPPED))
    if unanswered:
        rows = [(each.word, each.reason or "", ", ".join(each.checks)) for each in unanswered]
        parts += ["### Not answered", "", *_table(("outcome", "reason", "checks"), rows), ""]
    for remedy, checks in open_questions(report):
        parts += [f"To make known {escaped(named(checks))}:", "", *_remedy(remedy), ""]
    return parts


def _reports(value: Reports) -> list[str]:
    """A table of all packages first, then what several of them lack alike, then each report that is not ready."""
    parts = [f"## tagship: {escaped(reports_headline(value))}", "", escaped(reports_tally(value)), ""]
    if value.reports:
        parts += [*_table(PACKAGES, [report_row(report) for report in value.reports]), ""]
    not_ready = [report for report in value.all_told if report.readiness is not Readiness.READY]
    of_several = shared(not_ready)
    for each in of_several:
        parts += [f"## {escaped(shared_by(each.packages, value))}", "", *_ways_out(each.report)]
    for report in not_ready:
        parts += [*_report(report, report.project or NONE, untold=alone(report, of_several)), ""]
    return parts[:-1]


def _failure(number: int, verdict: Verdict) -> list[str]:
    parts = [f"### {number}. {word(verdict)}: {escaped(verdict.id)}", ""]
    if verdict.reason is not None:
        parts.append(f"- {escaped(verdict.reason)}")
    findings = findings_of(verdict)
    for finding in findings[:FINDINGS_SHOWN]:
        place = "" if finding.where is None else f" ({code(str(finding.where))})"
        parts.append(f"- {escaped(finding.message)}{place}")
    if len(findings) > FINDINGS_SHOWN:
        parts.append(f"- and {len(findings) - FINDINGS_SHOWN} more")
    remedies = remedies_of(verdict)
    for remedy in remedies[:FINDINGS_SHOWN]:
        parts += ["", *_remedy(remedy)]
    if not remedies:
        parts += ["", f"Fix: {escaped(verdict.fix)}"]
    return [*parts, "", f"Why: {escaped(verdict.why)}", "", f"More: {code(f'tagship explain {verdict.id}')}"]


def _remedy(remedy: Remedy) -> list[str]:
    match remedy:
        case Run():
            return ["Fix:", "", fenced(harmless(str(remedy)), "sh")]
        case Visit(url):
            return [f"Fix: open {_link(url)}"]
        case Edit(text):
            return [f"Fix: {_to_paste(text)}"]


def _to_paste(text: str) -> str:
    """A sentence in which what is quoted can be copied as it is; escaped, it would bring invisible characters along."""
    parts = _QUOTED.split(clipped(text, LONGEST_TEXT))
    return "".join(code(part) if number % 2 else _beside(part) for number, part in enumerate(parts))


def _beside(text: str) -> str:
    """Text beside code, which keeps its distance."""
    before, after = (" " if text[:1] == " " else ""), (" " if len(text) > 1 and text[-1] == " " else "")
    return f"{before}{escaped(text)}{after}"


def _link(url: str) -> str:
    """A page to open: the only links made are those that a remedy wants opened."""
    return f"<{url}>" if _PLAIN_URL.fullmatch(url) else code(url)


def _plan(previews: Sequence[Preview]) -> list[str]:
    rows = [(_state(preview), preview.name, preview.does, preview.effect.value) for preview in previews]
    table = _table(("state", "step", "what it does", "effect"), rows)
    stopped = [preview.state.error for preview in previews if isinstance(preview.state, Stopped)]
    reasons = [part for error in stopped for part in ("", *_error(error))]
    return [f"## tagship: {escaped(plan_line(tuple(previews)))}", "", *table, *reasons]


def _state(preview: Preview) -> str:
    match preview.state:
        case Done(evidence):
            return f"done: {evidence}" if evidence else "done"
        case Todo(missing):
            return f"todo: {missing}" if missing else "todo"
        case Stopped():
            return "conflict"


def _error(error: TagshipError) -> list[str]:
    parts = [f"**error:** {escaped(error.message)}"]
    if error.where is not None:
        parts += ["", f"at {code(str(error.where))}"]
    if error.remedy is not None:
        parts += ["", *_remedy(error.remedy)]
    return parts


def _receipt(receipt: Receipt) -> list[str]:
    facts = (("tag", receipt.tag), ("commit", receipt.commit), ("index", receipt.index))
    files = [(file.filename, file.sha256 or "not told") for file in receipt.proof.served]
    stages = [(stage.name, stage.outcome, f"{stage.seconds:.1f} s") for stage in receipt.stages]
    parts = [f"## {escaped(receipt.project)} {escaped(receipt.version)}", "", *_table(("", ""), facts), ""]
    parts += [*_table(("file", "sha256"), files, code_cell), ""]
    if stages:
        parts += [*_table(("stage", "outcome", "time"), stages), ""]
    if receipt.waived:
        parts += [*_table(("waived", "reason"), sorted(receipt.waived.items())), ""]
    parts += _toolchain(receipt.toolchain)
    return [*parts, f"**{escaped(proof_line(receipt))}**"]


def _toolchain(tools: Mapping[str, str]) -> list[str]:
    return [*_table(("tool", "version"), sorted(tools.items())), ""] if tools else []


def _manifest(manifest: Manifest) -> list[str]:
    facts = (
        ("tag", manifest.tag),
        ("commit", manifest.commit),
        ("source date epoch", str(manifest.source_date_epoch)),
        *((("wheels", "still to come"),) if manifest.unfinished else ()),
    )
    files = [(file.filename, counted(file.size, "byte"), file.sha256) for file in manifest.files]
    title = f"## {escaped(manifest.project)} {escaped(manifest.version)}"
    table = _table(("file", "size", "sha256"), files, code_cell)
    return [title, "", *_table(("", ""), facts), "", *table, "", *_toolchain(manifest.toolchain)]


def _status(status: Status) -> list[str]:
    rows = [milestones_row(version) for version in status.versions]
    parts = [f"## {escaped(status.project)} on {escaped(status.index)}", "", *_table(MILESTONES, rows), ""]
    parts.append(f"Next: {escaped(status.next_because)}")
    if status.next is None:
        return parts
    return [*parts, "", *_remedy(status.next)]


def _setup(setup: SetUp) -> list[str]:
    parts = [f"## tagship: {escaped(summary(setup))}", ""]
    parts += [*_table(DETAILS, map(detail_row, setup.details)), "", *_table(FILES, map(file_row, setup.files))]
    told = "" if setup.is_written else difference(setup)
    parts += ["", fenced(told, "diff")] if told else []
    for where, shown in edits(setup):
        parts += ["", escaped(where), "", fenced(shown, "diff")]
    parts += [""] if setup.next else []
    for number, step in enumerate(setup.next, start=1):
        values = "".join(f"; {escaped(name)}: {code(value)}" for name, value in step.values)
        remedy = "" if step.remedy is None else f": {code(str(step.remedy))}"
        parts.append(f"{number}. {escaped(step.does)}{values}{remedy}")
    return parts


def _trials(trials: Trials) -> list[str]:
    rows = [(*trial_row(trial), trial_explained(trial)) for trial in trials.faults]
    parts = [f"## {escaped(trials.project)} {escaped(trials.tag)}", ""]
    if trials.set_aside:
        parts += [f"Set aside: {', '.join(code(check) for check in trials.set_aside)}", ""]
    return [*parts, *_table((*TRIALS, "what it said"), rows), "", f"**{escaped(trials_line(trials))}**"]


def _words(words: Words) -> list[str]:
    needs = ", ".join(sorted(words.needs)) or "nothing"
    rows = (("why", words.why), ("fix", words.fix), ("severity", words.severity.value), ("needs", needs))
    return [f"## {escaped(words.id)}", "", escaped(words.title), "", *_table(("", ""), rows)]


def _notes(notes: Notes) -> str:
    """The notes as their author wrote them; what is not Markdown is shown as it stands."""
    body = notes.section.body
    return body if notes.markup is Format.MARKDOWN else fenced(body, "rst" if notes.markup is Format.RST else "text")
