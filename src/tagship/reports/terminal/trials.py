"""What the trials of a release look like: each fault, where it stopped, and how it went on."""

from tagship.domain.trial import Trials
from tagship.reports.page import Page
from tagship.reports.standing import TRIALS, trial_explained, trial_row, trials_line


def show(trials: Trials, page: Page) -> None:
    """A row for each fault, then what was said about it."""
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
