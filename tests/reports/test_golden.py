"""What the formats look like, to be read by a person; rewrite with `pytest --golden`, then read the difference."""

import io
from collections.abc import Callable

import pytest

from reports import samples
from tagship import __version__
from tagship.reports import RENDERERS, terminal
from tagship.reports.shown import Shown

ENDINGS = {"terminal": "txt", "json": "json", "github": "txt", "markdown": "md", "sarif": "sarif", "junit": "xml"}
IN_A_TERMINAL: dict[str, Shown] = {
    "report": samples.RICH_REPORT,
    "ready": samples.READY_REPORT,
    "unknown": samples.OPEN_REPORT,
    "plan": samples.RICH_PLAN,
    "receipt": samples.RICH_RECEIPT,
    "overview": samples.RICH_OVERVIEW,
    "status": samples.RICH_STATUS,
    "manifest": samples.RICH_MANIFEST,
    "unfinished-manifest": samples.UNFINISHED_MANIFEST,
    "notes": samples.RICH_NOTES,
    "rehearsal": samples.RICH_TRIALS,
    "error": samples.ERRORS[4],
    "explain": samples.ExampleCheck(),
}
IN_MARKDOWN: dict[str, Shown] = {
    "plan": samples.RICH_PLAN,
    "receipt": samples.RICH_RECEIPT,
    "status": samples.RICH_STATUS,
    "rehearsal": samples.RICH_TRIALS,
    "error": samples.CONFLICT,
    "explain": samples.ExampleCheck(),
}


@pytest.mark.parametrize("name", RENDERERS)
def test_report(name: str, golden: Callable[[str, str], None]) -> None:
    stream = io.StringIO()
    RENDERERS[name](samples.RICH_REPORT, stream)
    text = stream.getvalue().replace(f'"version": "{__version__}"', '"version": "VERSION"')

    golden(f"report-{name}.{ENDINGS[name]}", text)


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("name", IN_A_TERMINAL)
def test_terminal(name: str, width: int, golden: Callable[[str, str], None]) -> None:
    stream = io.StringIO()
    terminal.render(IN_A_TERMINAL[name], stream, width=width)

    golden(f"{name}-{width}.txt", stream.getvalue())


@pytest.mark.parametrize("name", IN_MARKDOWN)
def test_markdown(name: str, golden: Callable[[str, str], None]) -> None:
    stream = io.StringIO()
    RENDERERS["markdown"](IN_MARKDOWN[name], stream)

    golden(f"{name}.md", stream.getvalue())
