"""What the adoption of a project looks like: what was found out, the differences, the files, and what comes next."""

from tagship.domain.setup import NextStep, SetUp
from tagship.reports.adopting import DETAILS, FILES, detail_row, edits, file_row, summary
from tagship.reports.adopting import difference as whole_difference
from tagship.reports.page import Page
from tagship.reports.terminal.signs import difference


def show(setup: SetUp, page: Page) -> None:
    """All of it; what is still to be written with its differences, what is written without."""
    _rows(DETAILS, [detail_row(detail) for detail in setup.details], page)
    page.blank()
    if not setup.is_written:
        _differences(setup, page)
    _rows(FILES, [file_row(file) for file in setup.files], page)
    if setup.next:
        page.blank()
        page.text("what comes next", style="bold")
        for number, step in enumerate(setup.next, start=1):
            _step(number, step, page)
    page.blank()
    page.text(summary(setup), style="bold")


def _rows(header: tuple[str, ...], rows: list[tuple[str, ...]], page: Page) -> None:
    if not page.table(header, rows):
        for first, second, third in rows:
            page.entry(f"{first}  ", f"{second} ({third})" if third else second)


def _differences(setup: SetUp, page: Page) -> None:
    told = whole_difference(setup)
    difference(told, page)
    if told:
        page.blank()
    for where, shown in edits(setup):
        page.text(where, style="yellow")
        difference(shown, page)
        page.blank()


def _step(number: int, step: NextStep, page: Page) -> None:
    page.entry(f"{number:>2}. ", step.does)
    page.pairs(step.values, indent=4)
    if step.remedy is not None:
        page.remedy(step.remedy, indent=4)
