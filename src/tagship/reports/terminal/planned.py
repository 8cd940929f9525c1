"""What is planned looks like: each step with its state, the difference it makes, and the commands that follow."""

from collections.abc import Sequence
from typing import assert_never

from tagship.domain.change import unified
from tagship.domain.plan import Done, Effect, Preview, Stopped, Todo
from tagship.domain.proposal import Proposal
from tagship.errors import TagshipError
from tagship.reports.page import Page
from tagship.reports.standing import plan_line
from tagship.reports.terminal.signs import LONGEST_WORD, STYLES, difference, line, section

_REACH = {
    Effect.NONE: "",
    Effect.LOCAL: " (on this machine)",
    Effect.SHARED: " (others see it)",
    Effect.FOREVER: " (cannot be undone)",
}


def show(value: Proposal | Sequence[Preview], page: Page) -> None:
    """The steps of a plan, or of what preparing a release would do."""
    if isinstance(value, Proposal):
        _proposal(value, page)
    else:
        _plan(value, page)


def _plan(previews: Sequence[Preview], page: Page) -> None:
    for preview in previews:
        match preview.state:
            case Done(evidence):
                line("done", f"{preview.name}: {evidence or preview.does}", page)
            case Todo(missing):
                line("todo", f"{preview.name}: {preview.does}{_REACH[preview.effect]}", page)
                if missing:
                    page.text(missing, indent=LONGEST_WORD + 3, style="dim")
            case Stopped(error):
                line("conflict", f"{preview.name}: {preview.does}", page)
                _problem(error, page, indent=LONGEST_WORD + 3)
            case _:
                assert_never(preview.state)
    page.blank()
    page.text(plan_line(tuple(previews)), style="bold")


def _proposal(proposal: Proposal, page: Page) -> None:
    difference(unified(proposal.changes), page)
    if proposal.changes:
        page.blank()
    for remark in proposal.remarks:
        page.entry("note: ", remark, lead_style=STYLES["note"])
    if proposal.remarks:
        page.blank()
    _plan(proposal.steps, page)
    for title, commands in (("git is asked to", proposal.commands), ("what comes next", proposal.following)):
        if commands:
            section(title, page)
            for command in commands:
                page.command(str(command), indent=2)


def _problem(error: TagshipError, page: Page, *, indent: int) -> None:
    page.text(error.message, indent=indent)
    if error.where is not None:
        page.exact(f"at {error.where}", indent=indent, style="dim")
    if error.remedy is not None:
        page.remedy(error.remedy, indent=indent)
