"""A page of text for a terminal: styled, wrapped between words, and never inside what is to be pasted."""

import os
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TextIO, TypeAlias

from tagship.errors import Edit, Remedy, Run, Visit
from tagship.reports.harmless import clipped, fitting, harmless, inert, lines, write
from tagship.reports.symbols import symbols_for

if TYPE_CHECKING:
    from rich.console import Console

Parts: TypeAlias = tuple[tuple[str, str], ...]
"""The pieces of a line, each with its style."""

LONGEST_MESSAGE = 4_000
_NARROWEST = 24
# A word with the spaces before it.
_WORD = re.compile(r"\s*\S+")
_TERMINALS = ("FORCE_COLOR", "TTY_COMPATIBLE")
"""The variables by which something else than a terminal may be taken for one."""


class Page:
    """Writes lines to a stream; all text given to it is shown as it is and never as markup or as a CI's command.

    `width` is in columns. Without one it is the terminal's; a stream that is no terminal gets long lines,
    which is what pipes and logs want. `color` False, NO_COLOR or such a stream mean plain text.
    """

    def __init__(self, stream: TextIO, *, color: bool = True, width: int | None = None) -> None:
        self._stream = stream
        self._wanted = width
        self._plain = not color or bool(os.environ.get("NO_COLOR"))
        self._styled = not self._plain and (stream.isatty() or any(map(os.environ.get, _TERMINALS)))
        self.symbols = symbols_for(stream)
        self.width = self._width(width)

    @cached_property
    def _console(self) -> "Console":
        """What knows the terminal."""
        from rich.console import Console  # noqa: PLC0415 -- a pipe is written to without it, in half of the time

        system: Literal["auto"] | None = None if self._plain else "auto"
        return Console(
            file=self._stream, color_system=system, markup=False, highlight=False, emoji=False, width=self._wanted
        )

    def _width(self, wanted: int | None) -> int | None:
        if wanted is None and not (self._stream.isatty() or os.environ.get("COLUMNS")):
            return None
        return max(wanted or self._console.width, _NARROWEST)

    def blank(self) -> None:
        """An empty line."""
        self._print()

    def exact(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """One line that is never broken: a command, an address, a digest, a verdict."""
        self._print((" " * indent + self._shown(text), style))

    def text(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """Prose, broken between words; its own line breaks are kept."""
        for line in lines(clipped(text, LONGEST_MESSAGE)):
            self._hang(((" " * indent, ""),), line, style)

    def entry(self, lead: str, body: str, *, indent: int = 0, lead_style: str = "", style: str = "") -> None:
        """A lead and a body beside it, whose further lines hang under its first."""
        head = ((" " * indent, ""), (self._shown(lead), lead_style))
        self._hang(head, clipped(body, LONGEST_MESSAGE), style)

    def verbatim(self, text: str) -> None:
        """A text exactly as it is, and a line break; a terminal alone is spared what would move its cursor."""
        if self._stream.isatty():
            text = "\n".join(lines(text))
        write(self._stream, f"{text}\n")

    def remedy(self, remedy: Remedy, *, indent: int = 0) -> None:
        """A way out: a command or an address on a line of its own, ready to paste, or a sentence."""
        match remedy:
            case Run():
                self.entry("fix:", "", indent=indent, lead_style="bold")
                self.command(str(remedy), indent=indent)
            case Visit():
                self.entry("fix: ", "open", indent=indent, lead_style="bold")
                self.exact(str(remedy), indent=indent)
            case Edit():
                self.entry("fix: ", str(remedy), indent=indent, lead_style="bold")

    def command(self, command: str, *, indent: int = 0) -> None:
        """A command to paste, after a prompt."""
        self.exact(f"$ {command}", indent=indent, style="bold")

    def pairs(self, rows: Iterable[tuple[str, str]], *, indent: int = 0) -> None:
        """Labels and values in two columns; one below the other where labels would take half of the width."""
        rows = list(rows)
        widest = max((cell_len(label) for label, _ in rows), default=0) + 2
        stacked = self.width is not None and indent + widest > self.width // 2
        for label, value in rows:
            if stacked:
                self.text(label, indent=indent, style="dim")
                self.text(value, indent=indent + 2)
            else:
                self.entry(label + " " * (widest - cell_len(label)), value, indent=indent, lead_style="dim")

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
        """A table where it fits; False, and nothing written, where it does not."""
        cells = [[self._shown(cell) for cell in row] for row in (header, *rows)]
        widths = [max(cell_len(row[column]) for row in cells) for column in range(len(header))]
        if self.width is not None and sum(widths) + 2 * (len(widths) - 1) > self.width:
            return False
        for number, row in enumerate(cells):
            padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
            self._print(("  ".join(padded).rstrip(), "dim" if number == 0 else ""))
        return True

    def _shown(self, text: str) -> str:
        return fitting(harmless(text), self._stream)

    def _hang(self, head: Parts, body: str, style: str) -> None:
        if self.width is None:
            self._print(*head, (self._shown(body), style))
            return
        margin = sum(cell_len(text) for text, _ in head)
        first, *rest = broken(self._shown(body), max(self.width - margin, _NARROWEST // 2))
        self._print(*head, (first, style))
        for row in rest:
            self._print((" " * margin, ""), (row, style))

    def _print(self, *parts: tuple[str, str]) -> None:
        plain = "".join(text for text, _ in parts).rstrip()
        shown = inert(plain)
        if not self._styled:
            self._stream.write(f"{shown}\n")
            return
        from rich.text import Text  # noqa: PLC0415 -- as above

        # What a CI would take for a command is one no longer, and has no style.
        line = Text.assemble(*parts) if shown == plain else Text(shown)
        line.rstrip()
        self._console.print(line, soft_wrap=True)


def cell_len(text: str) -> int:
    """How many columns a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len as measured  # noqa: PLC0415 -- as above

    return measured(text)


def broken(text: str, room: int) -> list[str]:
    """The text in rows of at most `room` columns; a word that is longer keeps a row to itself and is not cut."""
    rows = [""]
    for word in _WORD.findall(text):
        if rows[-1] and cell_len(rows[-1]) + cell_len(word) > room:
            rows.append(word.lstrip())
        else:
            rows[-1] += word
    return rows
