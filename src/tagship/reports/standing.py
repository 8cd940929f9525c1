"""What the formats for people agree on when they tell a project, its versions, a plan or a proof: the rows."""

from tagship.domain.overview import Milestones, Overview
from tagship.domain.plan import Effect, Preview, Stopped, Todo
from tagship.domain.receipt import Receipt
from tagship.domain.trial import Trial, Trials
from tagship.reports.verdicts import counted

NONE = "-"
MILESTONES = ("version", "stage", "tag", "pushed", "main", "changelog", "files", "host")

TRIALS = ("fault", "stops at", "exit", "again", "days left", "time", "as documented")


def trial_row(trial: Trial) -> tuple[str, ...]:
    """One fault as a row under `TRIALS`."""
    return (
        trial.name,
        trial.stage or NONE,
        str(trial.exit),
        {None: NONE, True: "0", False: "failed"}[trial.resumed],
        NONE if trial.days_left is None else str(trial.days_left),
        f"{trial.seconds:.1f} s",
        "yes" if trial.as_documented else "no",
    )


def trial_explained(trial: Trial) -> str:
    """What the release said, and what about it was not as documented."""
    return "; ".join((trial.explanation, *(f"not as documented: {surprise}" for surprise in trial.surprises)))


def trials_line(trials: Trials) -> str:
    """The one sentence that a rehearsal of faults ends with."""
    surprising = sum(not trial.as_documented for trial in trials.faults)
    ended = "as documented" if not surprising else f"{surprising} not as documented"
    return f"{counted(len(trials.faults), 'fault')} in {trials.seconds:.1f} s: {ended}"


def proof_line(receipt: Receipt) -> str:
    """The one sentence that a release ends with; it claims an import only where something was imported."""
    proof = receipt.proof
    works = "installs and imports" if proof.imported else "installs"
    return (
        f"proved: {receipt.project} {receipt.version} is served by {receipt.index} with our sha256 "
        f"({counted(len(proof.served), 'file')}), {works} on Python {proof.python}"
    )


def overview_rows(overview: Overview) -> list[tuple[str, str]]:
    """Label and value of everything `show` tells; what could not be read says why."""
    unknown = dict(overview.unknown)
    source = overview.version_source
    changelog = overview.changelog_path
    if changelog is not None and overview.changelog_format is not None:
        changelog = f"{changelog} ({overview.changelog_format})"
    rows: tuple[tuple[str, tuple[str, ...], str | None], ...] = (
        ("name", ("name",), overview.name),
        ("version", ("version",), overview.version),
        ("version source", ("version_source",), None if source is None else _source(str(source), source.kind)),
        ("dynamic", ("dynamic",), _said(overview.dynamic)),
        ("backend", ("backend",), overview.backend),
        ("changelog", ("changelog", "changelog_path", "changelog_format"), changelog),
        ("tag format", ("tag_format",), overview.tag_format),
        ("branch", ("branch",), overview.branch),
        ("release lines", ("release_lines",), ", ".join(overview.release_lines) or None),
        ("host", ("host",), overview.host),
        ("index", ("index",), overview.index),
    )
    told = {key for _, keys, _ in rows for key in keys}
    shown = [(label, _value(value, [unknown[key] for key in keys if key in unknown])) for label, keys, value in rows]
    return shown + [(key, _value(None, [why])) for key, why in unknown.items() if key not in told]


def milestones_row(version: Milestones) -> tuple[str, ...]:
    """One version as a row under `MILESTONES`; a question mark is what could not be found out."""
    return (
        version.version,
        f"{version.stage.value}, yanked" if version.yanked else version.stage.value,
        version.tag or NONE,
        _said(version.pushed),
        _said(version.on_main),
        _said(version.in_changelog),
        _files(version),
        "?" if version.host_release is None else version.host_release,
    )


def milestones_sentence(version: Milestones) -> str:
    """One version as a line of words, for where a table has no room."""
    row = milestones_row(version)
    return ", ".join((row[1], *(f"{label} {cell}" for label, cell in zip(MILESTONES[2:], row[2:], strict=True))))


def plan_line(previews: tuple[Preview, ...]) -> str:
    """What a plan comes to: `stopped: …`, `nothing left to do`, or how many steps, and how far they reach."""
    stopped = next((preview for preview in previews if isinstance(preview.state, Stopped)), None)
    if stopped is not None:
        return f"stopped: {stopped.name} cannot be done as things stand"
    todo = [preview for preview in previews if isinstance(preview.state, Todo)]
    if not todo:
        return "nothing left to do"
    forever = sum(preview.effect is Effect.FOREVER for preview in todo)
    lasting = f", {forever} of them cannot be undone" if forever else ""
    return f"{counted(len(todo), 'step')} to do{lasting}"


def _source(place: str, kind: str) -> str:
    return place if place == kind else f"{place} ({kind})"


def _value(value: str | None, reasons: list[str]) -> str:
    if reasons:
        return f"unknown ({'; '.join(reasons)})"
    return NONE if value is None else value


def _said(answer: bool | None) -> str:  # noqa: FBT001 -- an answer, not a switch
    return {True: "yes", False: "no", None: "?"}[answer]


def _files(version: Milestones) -> str:
    if not version.files:
        return NONE
    match version.files_match:
        case True:
            return f"{len(version.files)} ours"
        case False:
            return f"{len(version.files)} other"
        case None:
            return str(len(version.files))
