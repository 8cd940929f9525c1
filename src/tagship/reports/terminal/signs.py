"""Lines that begin with a sign, and what more than one kind of value is told with."""

from collections.abc import Mapping
from types import MappingProxyType

from tagship.reports.page import Page

STYLES: Mapping[str, str] = MappingProxyType(
    {
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
)
DIFF: Mapping[str, str] = MappingProxyType({"+++": "bold", "---": "bold", "@@": "cyan", "+": "green", "-": "red"})
"""The styles of a difference, by what its lines begin with; the first that fits counts."""
LONGEST_WORD = 8


def line(said: str, body: str, page: Page, *, style: str = "") -> None:
    """One thing under its sign: `said` is a word of STYLES."""
    page.entry(f"{_sign(said, page)} {said:<{LONGEST_WORD}} ", body, lead_style=STYLES[said], style=style)


def difference(told: str, page: Page) -> None:
    """A difference as git shows it."""
    for line in told.splitlines():
        page.exact(line, style=next((style for sign, style in DIFF.items() if line.startswith(sign)), ""))


def section(title: str, page: Page) -> None:
    """A title over what follows."""
    page.blank()
    page.text(title, style="bold")


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
