"""What a person and a machine see: one module per format, and what they agree on.

- shown: the values that can be shown
- documents: the frozen public shapes, and their schemas
- harmless, symbols, verdicts, standing, several: text made safe, signs, words and rows that the formats share
- adopting: what they agree on about a project that is adopted
- kinds: what is meant by a value, without loading what is not
- page: lines on a terminal
- progress: what is seen while a plan runs

A format turns a value into text on a stream and decides nothing: outcome, order and exit code are settled
before.
"""

import importlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, TextIO, TypeAlias

if TYPE_CHECKING:
    from tagship.reports.shown import Shown  # leads to most of the domain, which not every command needs

Renderer: TypeAlias = "Callable[[Shown, TextIO], None]"


def _in(module: str) -> Renderer:
    """What a module here renders with, loaded when first called: who reads one format waits for no other."""

    def render(value: "Shown", stream: TextIO) -> None:
        importlib.import_module(f"tagship.reports.{module}").render(value, stream)

    return render


RENDERERS: Mapping[str, Renderer] = MappingProxyType(
    {
        "terminal": _in("terminal"),
        "json": _in("json_document"),
        "github": _in("github"),
        "markdown": _in("markdown"),
        "sarif": _in("sarif"),
        "junit": _in("junit"),
    }
)
"""Every format by the name that `--format` takes; the first is the default."""


def render(value: "Shown", stream: TextIO, *, format: str, color: bool = True) -> None:  # noqa: A002 -- the option's name
    """Write a value in a format of RENDERERS; `color` False is `--no-color`, KeyError an unknown name."""
    if format == "terminal" and not color:
        from tagship.reports import terminal  # noqa: PLC0415 -- loads rich, which no other format needs

        terminal.render(value, stream, color=False)
        return
    RENDERERS[format](value, stream)
