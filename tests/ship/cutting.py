"""Cuts a run short at its n-th write, as Ctrl-C would or as a power failure would, in a process of its own.

What counts as a write is not listed anywhere: the interpreter's audit events tell of every file that is opened for
writing, renamed, removed or made below the places that a release writes to, and of every part of a request that is
no GET. So a write that is added tomorrow is cut as well.
"""

import importlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import tagship
from ship.scene import Outcome, Outside, perform
from tagship.cli.console import Console
from tagship.cli.dispatch import _guarded
from tagship.cli.options import Options

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = frozenset(
    {"os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Before the `before`-th write (none where 0); `hard` is a power failure, otherwise somebody pressed Ctrl-C."""

    before: int = 0
    hard: bool = False


UNCUT = Cut()


class Writes:
    """Counts the writes of this process below `places`, and ends the run before one of them."""

    def __init__(self, cut: Cut, places: Sequence[str]) -> None:
        self._cut = cut
        self._places = tuple(places)
        self.seen: list[str] = []

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        told = self._told(event, arguments)
        if told is None:
            return
        self.seen.append(told)
        if len(self.seen) == self._cut.before:
            if self._cut.hard:
                os.kill(os.getpid(), signal.SIGKILL)
            raise KeyboardInterrupt

    def _told(self, event: str, arguments: tuple[object, ...]) -> str | None:
        """The write that an event stands for, or None."""
        if event == "open":
            path, _, flags = arguments
            return f"open {path!r}" if isinstance(flags, int) and flags & WRITING and self._ours(path) else None
        if event in CHANGING:
            # Inside a directory that is being removed, paths are relative to it.
            relative = isinstance(arguments[-1], int) and arguments[-1] >= 0 and event in {"os.remove", "os.rmdir"}
            return f"{event} {arguments[0]!r}" if relative or self._ours(arguments[0]) else None
        if event == "http.client.send":
            data = arguments[1]
            return None if not isinstance(data, bytes) or data.startswith(b"GET ") else f"send {data[:40]!r}"
        return None

    def _ours(self, path: object) -> bool:
        return isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(self._places)


class Runner:
    """A process that forks a child for each run, so that a run starts in no time and shares nothing with the last."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.pid = 0
        self.writes: list[str] = []

    def run(self, outside: Outside, command: str, cut: Cut, temporary: Path, *, real: bool = False) -> Outcome:
        """Run a command to its end; `pid` is the child's while it runs, `writes` what it wrote, as far as it lived."""
        job = {
            "outside": asdict(outside),
            "command": command,
            "cut": asdict(cut),
            "temporary": str(temporary),
            "real": real,
        }
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        self.pid = int(self._line())
        self.writes, outcome = json.loads(self._line())
        self.pid = 0
        return Outcome(**outcome)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the runner ended"
        return line


@contextmanager
def running() -> Iterator[Runner]:
    """A runner that ends with the block."""
    source = Path(tagship.__file__).parents[1]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(source), str(Path(__file__).parents[1])])}
    with subprocess.Popen(
        [sys.executable, "-m", "ship.cutting"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ
    ) as process:
        assert process.stdin is not None
        yield Runner(process)
        process.stdin.close()
        process.wait(10)


# What a run imports when it first needs it; here once for all children.
LATE = (
    "decimal",
    "encodings.idna",
    "filelock",
    "tagship.adapters.token",
    "tagship.reports.progress",
    "tagship.reports.terminal.planned",
    "tagship.reports.terminal.release",
    "tagship.reports.terminal.verdicts",
)


def serve() -> None:
    """Fork a child per line of standard input; tell its id, then what became of it."""
    for name in LATE:
        importlib.import_module(name)
    for line in sys.stdin:
        job = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            os._exit(_live(job, writing))
        os.close(writing)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        _, status = os.waitpid(child, 0)
        last_words = json.loads(told) if told else {"writes": [], "stdout": "", "stderr": ""}
        outcome = {
            "exit": os.waitstatus_to_exitcode(status),
            "stdout": last_words["stdout"],
            "stderr": last_words["stderr"],
        }
        sys.stdout.write(json.dumps([last_words["writes"], outcome]) + "\n")
        sys.stdout.flush()


def _live(job: dict[str, dict[str, object]], writing: int) -> int:
    """The life of a child: its exit code, after its last words went into the pipe."""
    outside = Outside(**job["outside"])  # type: ignore[arg-type]  # what asdict made of one
    cut = Cut(**job["cut"])  # type: ignore[arg-type]  # as above
    tempfile.tempdir = str(job["temporary"])
    stdout, stderr = io.StringIO(), io.StringIO()
    console = Console(form="terminal", color=False, environ={}, stdout=stdout, stderr=stderr)
    command, real, options = str(job["command"]), bool(job["real"]), Options(yes=True)
    writes = Writes(cut, (outside.directory, tempfile.tempdir))
    sys.addaudithook(writes)
    code = _guarded(lambda: perform(outside, command, console, options, real=real), console, debug=False)
    seen = list(writes.seen)
    last_words = {"writes": seen, "stdout": stdout.getvalue(), "stderr": stderr.getvalue()}
    with os.fdopen(writing, "w") as pipe:
        pipe.write(json.dumps(last_words))
    return int(code)


if __name__ == "__main__":
    serve()
