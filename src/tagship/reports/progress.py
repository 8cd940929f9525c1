"""What is seen while a plan runs: lines for a log, a living view for a person.

Both tell the same: which stage runs, how long it takes, what came of it. Neither decides anything.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from textwrap import shorten
from threading import RLock, Timer
from types import MappingProxyType, TracebackType
from typing import Protocol, Self, TextIO, TypeAlias

from rich.console import Console, Group
from rich.filesize import decimal
from rich.live import Live
from rich.progress import (
    BarColumn,
    DownloadColumn,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Tasks
from rich.table import Column
from rich.text import Text

from tagship.domain.plan import StageResult
from tagship.reports.harmless import clipped, fitting, harmless, inert, lines
from tagship.reports.page import broken
from tagship.reports.symbols import ASCII, symbols_for

Redact: TypeAlias = Callable[[str], str]
"""Takes secrets out of a text."""

PATIENCE = 5.0
_NAME_WIDTH = 11
_OUTCOME_WIDTH = 7
_HEADING_WIDTH = 50
_NARROWEST = 24
_GAP = "   "
_LONGEST_LINE = 400
_REFRESHES_PER_SECOND = 8

# The sign for how a stage ended, by the name of its field in Symbols; a word that is not here gets a neutral one.
_SIGNS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("ready", "passed", "done", "proved"), "good"),
        **dict.fromkeys(("failed", "blocked", "conflict", "stopped", "incomplete", "halted", "interrupted"), "bad"),
        "skipped": "skipped",
        "unknown": "unknown",
    }
)
_STYLES: Mapping[str, str] = MappingProxyType({"good": "green", "bad": "bold red", "unknown": "bold magenta"})


class Progress(Protocol):
    """Is told what a running plan does; the executor calls it and never waits for it."""

    def __enter__(self) -> Self:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was, whatever happened."""

    def stage_started(self, name: str, does: str) -> None:
        """A stage begins; `does` says in words what it does."""

    def stage_put_off(self, name: str) -> None:
        """A stage that had begun has work to do, and begins again in its turn."""

    def stage_finished(self, result: StageResult) -> None:
        """A stage has ended."""

    def transfer(self, label: str, done: int, total: int) -> None:
        """So many bytes of so many are over; called often, and at the end with all of them."""

    def note(self, text: str) -> None:
        """Something that is worth a line."""

    def paused(self) -> AbstractContextManager[None]:
        """Within, the terminal belongs to somebody else: a question is asked and answered."""


class PlainProgress:
    """One line per stage when it ends, for logs: no colour, no carriage return.

    A stage that runs longer than `patience` seconds says so once, so that nobody takes it for hanging.
    """

    def __init__(self, stream: TextIO, *, patience: float = PATIENCE, redact: Redact = str) -> None:
        self._stream = stream
        self._redact = redact
        self._patience = patience
        self._lock = RLock()
        self._waiting: dict[str, Timer] = {}
        self._transferred: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self._waiting):
            self._stop_waiting(name)

    def stage_started(self, name: str, does: str) -> None:
        """Wait quietly; a long stage gets a line of its own."""
        self._transferred.clear()
        timer = Timer(self._patience, self._tell_long, (name, does))
        timer.daemon = True
        self._waiting[name] = timer
        timer.start()

    def stage_put_off(self, name: str) -> None:
        """Wait no longer: what comes next is another stage."""
        self._stop_waiting(name)

    def stage_finished(self, result: StageResult) -> None:
        """Write the stage's line."""
        self._stop_waiting(result.name)
        self._line(_finished(result))

    def transfer(self, label: str, done: int, total: int) -> None:
        """Write one line when all is over."""
        if done < total or label in self._transferred:
            return
        self._transferred.add(label)
        self._line(f"{'':<{_NAME_WIDTH}} {label}  {decimal(total)}")

    def note(self, text: str) -> None:
        """Write a line."""
        self._line(f"{'':<{_NAME_WIDTH}} {text}")

    def paused(self) -> AbstractContextManager[None]:
        """Do nothing: no line is written while nothing runs."""
        return nullcontext()

    def _tell_long(self, name: str, does: str) -> None:
        with self._lock:
            if name in self._waiting:
                self._line(f"{name:<{_NAME_WIDTH}} running: {does}")

    def _stop_waiting(self, name: str) -> None:
        with self._lock:
            timer = self._waiting.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _line(self, text: str) -> None:
        with self._lock:
            self._stream.write(_fit(self._redact(text), self._stream) + "\n")
            self._stream.flush()


class LiveProgress:
    """A spinner and a clock for what runs, a bar for what is transferred, a line for what has ended.

    To be used as a context manager: on leaving, also by an exception, the cursor is back and the moving
    part is gone. Only the given stream is written to: a document may be on its way to another one.
    """

    def __init__(self, stream: TextIO, *, color: bool = True, redact: Redact = str) -> None:
        plain = not color or bool(os.environ.get("NO_COLOR"))
        self._stream = stream
        self._redact = redact
        self._symbols = symbols_for(stream)
        self._console = Console(
            file=stream, color_system=None if plain else "auto", markup=False, highlight=False, emoji=False
        )
        self._running = Tasks(
            SpinnerColumn("line" if self._symbols is ASCII else "dots", table_column=_whole()),
            _Label(),
            TimeElapsedColumn(_whole()),
            console=self._console,
        )
        self._moving = Tasks(
            _Label(),
            BarColumn(bar_width=20, table_column=_whole()),
            DownloadColumn(table_column=_whole()),
            TransferSpeedColumn(_whole()),
            TimeRemainingColumn(table_column=_whole()),
            console=self._console,
        )
        self._stages: dict[str, TaskID] = {}
        self._transfers: dict[str, TaskID] = {}
        self._live = Live(
            Group(self._running, self._moving),
            console=self._console,
            refresh_per_second=_REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def stage_started(self, name: str, does: str) -> None:
        """Show a spinner, what the stage does, and a clock."""
        self._stages[name] = self._running.add_task(self._shown(f"{name:<{_NAME_WIDTH}} {does}"), total=None)

    def stage_put_off(self, name: str) -> None:
        """Take the spinner away."""
        running = self._stages.pop(name, None)
        if running is not None:
            self._running.remove_task(running)

    def stage_finished(self, result: StageResult) -> None:
        """Put the stage's line in the spinner's place."""
        self.stage_put_off(result.name)
        sign = _SIGNS.get(result.outcome, "note")
        lead = Text(f"{getattr(self._symbols, sign)} ", style=_STYLES.get(sign, ""))
        lead.append(self._shown(_lead(result)), style="default")
        margin = lead.cell_len + len(_GAP)
        first, *rest = broken(self._shown(_evidence(result)), max(self._console.width - margin, _NARROWEST))
        self._print(lead.append(f"{_GAP}{first}".rstrip(), style="default"))
        for row in rest:
            self._print(Text(" " * margin + row))

    def transfer(self, label: str, done: int, total: int) -> None:
        """Move the bar; it goes away when all is over."""
        if label not in self._transfers:
            if done >= total:
                return
            self._transfers[label] = self._moving.add_task(self._shown(label), total=total)
        self._moving.update(self._transfers[label], completed=done, total=total)
        if done >= total:
            self._moving.remove_task(self._transfers.pop(label))

    def note(self, text: str) -> None:
        """Write a line above what moves."""
        self._print(Text(f"  {'':<{_NAME_WIDTH}} ").append(self._shown(text)))

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take what moves away and give the cursor back, until the block is left."""
        self._live.stop()
        try:
            yield
        finally:
            self._live.start()

    def _print(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)

    def _shown(self, text: str) -> str:
        return _fit(self._redact(text), self._stream)


class _Label(ProgressColumn):
    """A task's description as it is: not markup, and the first to be cut where the terminal is narrow."""

    def __init__(self) -> None:
        super().__init__(Column(overflow="crop"))

    def render(self, task: Task) -> Text:
        return Text(task.description, no_wrap=True, overflow="crop")


def _whole() -> Column:
    """A column that gives way last, and is cut without an ellipsis, which not every encoding holds."""
    return Column(no_wrap=True, overflow="crop")


def _fit(text: str, stream: TextIO) -> str:
    """A text that is harmless, of bearable length, and within what a stream can hold."""
    return fitting(inert(harmless(clipped(text, _LONGEST_LINE))), stream)


def choose_progress(stream: TextIO, *, color: bool, interactive: bool, redact: Redact = str) -> Progress:
    """The living view where a person watches a terminal, lines everywhere else; `redact` takes secrets out of both."""
    if interactive and stream.isatty() and os.environ.get("TERM") != "dumb":
        return LiveProgress(stream, color=color, redact=redact)
    return PlainProgress(stream, redact=redact)


def _finished(result: StageResult) -> str:
    """What a stage came to: what is short first, so that evidence as long as an address only moves the line's end."""
    return f"{_lead(result)}{_GAP}{_evidence(result)}".rstrip()


def _lead(result: StageResult) -> str:
    return f"{result.name:<{_NAME_WIDTH}} {result.outcome:<{_OUTCOME_WIDTH}} {result.seconds:>5.1f} s"


def _evidence(result: StageResult) -> str:
    evidence = lines(result.evidence)[0]
    if _SIGNS.get(result.outcome) != "bad":
        return evidence
    # Only a heading: the error itself follows whole, with its place and its remedy.
    return shorten(evidence, _HEADING_WIDTH, placeholder=" ...").removesuffix(":")
