"""What a person and a machine see: one module per format, and what they agree on.

- shown: the values that can be shown
- documents: the frozen public shapes, and their schemas
- harmless, symbols, verdicts, standing: text made safe, signs, words and rows that the formats share
- page: lines on a terminal
- progress: what is seen while a plan runs

A format turns a value into text on a stream and decides nothing: outcome, order and exit code are settled
before.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TextIO, TypeAlias

from tagship.reports import github, json_document, junit, markdown, sarif
from tagship.reports.shown import Shown

Renderer: TypeAlias = Callable[[Shown, TextIO], None]


def _terminal(value: Shown, stream: TextIO) -> None:
    from tagship.reports import terminal  # noqa: PLC0415 -- machines read the other formats, without loading rich

    terminal.render(value, stream)


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "terminal": _terminal,
        "json": json_document.render,
        "github": github.render,
        "markdown": markdown.render,
        "sarif": sarif.render,
        "junit": junit.render,
    }
)
"""Every format by the name that `--format` takes; the first is the default."""


def render(value: Shown, stream: TextIO, *, format: str, color: bool = True) -> None:  # noqa: A002 -- the option's name
    """Write a value in a format of RENDERERS; `color` False is `--no-color`, KeyError an unknown name."""
    if format == "terminal" and not color:
        from tagship.reports import terminal  # noqa: PLC0415 -- as above

        terminal.render(value, stream, color=False)
        return
    RENDERERS[format](value, stream)
