"""Cuts `tagship prepare` short at its n-th write or child process, in a process of its own.

What counts is not listed anywhere: the interpreter's audit events tell of every file that is opened for writing,
renamed, removed or made, and of every process that is started. So a write that is added tomorrow is cut as well.
A process that runs this file forks one child for each cut, so that a run starts in no time and shares nothing.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGING = frozenset(
    {"os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate"}
)
STARTING = "subprocess.Popen"
PATIENCE = 60


@dataclass(frozen=True)
class Cut:
    """Where a run is ended, by which signal, and how many seconds after that moment."""

    at: int
    signal: str
    later: float = 0.0


@dataclass(frozen=True)
class Ended:
    """How a run ended, what of its events counted, and what it said."""

    status: int
    events: Sequence[str]
    said: str


class Runner:
    """The process that forks."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(self, words: Sequence[str], cut: Cut | None, environ: dict[str, str], report: Path) -> Ended:
        """Run a command line, cut where it is said."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {
            "words": list(words),
            "environ": environ,
            "report": str(report),
            "cut": None if cut is None else [cut.at, cut.signal, cut.later],
        }
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        events = (report / "events").read_text(encoding="utf-8").splitlines()
        return Ended(status, events, (report / "said").read_text(encoding="utf-8"))


@contextmanager
def running(environ: dict[str, str]) -> Iterator[Runner]:
    """A runner for as long as it is wanted."""
    process = subprocess.Popen(
        [sys.executable, __file__],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield Runner(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(PATIENCE)
        assert process.stdout is not None
        process.stdout.close()


def _told(event: str, arguments: Sequence[object]) -> str | None:
    if event == "open":
        path, _, flags = arguments
        writes = isinstance(flags, int) and flags & WRITING and path not in {os.devnull, "/dev/null"}
        return f"open {path!r}" if writes else None
    if event == STARTING:
        words = arguments[1]
        return f"start {words!r}"
    return f"{event} {arguments[0]!r}" if event in CHANGING else None


def _watch(cut: "list[object] | None", events: int) -> None:
    seen = 0

    def heard(event: str, arguments: "tuple[object, ...]") -> None:
        nonlocal seen
        if os.getpid() != own or threading.current_thread() is not threading.main_thread():
            return
        told = _told(event, arguments)
        if told is None:
            return
        seen += 1
        os.write(events, (told.replace("\n", " ") + "\n").encode())
        if cut is not None and seen == cut[0]:
            number = signal.Signals[str(cut[1])]
            if cut[2]:
                threading.Timer(float(str(cut[2])), os.kill, (own, number)).start()
            else:
                os.kill(own, number)

    own = os.getpid()
    sys.addaudithook(heard)


def _perform(order: dict[str, object]) -> int:
    """The run itself, in the child."""
    from tagship.cli import main  # noqa: PLC0415 -- loaded before the first fork

    report = Path(str(order["report"]))
    said = os.open(report / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    events = os.open(report / "events", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.environ.clear()
    os.environ.update(order["environ"])  # type: ignore[call-overload]  # what the test wrote a line ago
    _watch(order["cut"], events)  # type: ignore[arg-type]  # as above
    return int(main([str(word) for word in order["words"]]))  # type: ignore[attr-defined]  # as above


def _serve() -> None:
    import tagship.cli.prepare  # noqa: PLC0415 -- every child has it at once
    import tagship.reports.terminal.planned  # noqa: PLC0415 -- as above
    import tagship.reports.terminal.verdicts  # noqa: F401, PLC0415 -- as above

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = _perform(json.loads(line))
                sys.stdout.flush()
                sys.stderr.flush()
            except KeyboardInterrupt:
                code = 130
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
