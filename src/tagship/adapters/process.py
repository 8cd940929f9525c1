"""The one place where processes are started: no shell, a bounded time, and no child that outlives its question."""

import contextlib
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from tagship.adapters.leavings import end_marked, new_mark
from tagship.adapters.pump import Pump, feed, tell_lines
from tagship.adapters.said import first_complaint
from tagship.adapters.signals import HeldSignals, termination_interrupts
from tagship.errors import Edit, FactUnknown, Remedy, UsageError

T = TypeVar("T")

GRACE = 2.0
"""Seconds between asking a process group to end and making it."""

ATTENTION = 0.2
"""Seconds after which somebody who runs a program looks whether they are to stop."""

_POSIX = os.name == "posix"
_STOP: ContextVar[threading.Event | None] = ContextVar("stop", default=None)


@dataclass(frozen=True, slots=True)
class Completed:
    """A process that ended; `returncode` is negative for one that a signal ended (POSIX)."""

    argv: tuple[str, ...]
    returncode: int
    stdout: bytes
    stderr: bytes

    @property
    def text(self) -> str:
        """The standard output as text; bytes that are no UTF-8 survive as surrogates."""
        return self.stdout.decode("utf-8", "surrogateescape")

    @property
    def complaint(self) -> str:
        """The first line on standard error, or else on standard output, that says something."""
        return first_complaint(self.stderr) or first_complaint(self.stdout) or f"it ended with {self.returncode}"


class ProcessFailed(FactUnknown):
    """A process said no; `completed` holds all that it said."""

    def __init__(self, completed: Completed, *, remedy: Remedy | None = None) -> None:
        super().__init__(f"{title(completed.argv)} failed: {completed.complaint}", remedy=remedy)
        self.completed = completed


def run(  # noqa: PLR0913 -- one place for all that is decided about a child
    argv: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    timeout: float,
    check: bool = True,
    umask: int = -1,
    on_line: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    on_start: Callable[[int], None] | None = None,
) -> Completed:
    """Run a program to its end, or end it and all that it started after `timeout` seconds.

    Standard input is closed unless given. `on_line` sees each line as it comes, without its end; standard
    error is then part of standard output, and nothing can be given on standard input. Raises UsageError for a
    program that is not there, FactUnknown when time is up, and ProcessFailed for another exit than 0 unless
    `check` is off. A KeyboardInterrupt, and a SIGTERM in its place, ends the whole process group first. Threads other
    than the main one hear of neither: setting `stop` does the same to what they run, and raises FactUnknown there;
    without one it is that of `stoppable`. `on_start` is told the number of the process.
    """
    stop = stop or _STOP.get()
    if stdin is not None and on_line is not None:
        raise ValueError("a process whose lines are followed gets no standard input")
    with (
        termination_interrupts(),
        HeldSignals() as held,
        start(argv, cwd, env, fed=stdin is not None, merged=on_line is not None, umask=umask) as process,
    ):
        try:
            held.release()
            if on_start is not None:
                on_start(process.pid)
            if on_line is None:
                stdout, stderr = communicate(process, stdin, timeout, stop)
            else:
                said = bytearray()
                _follow(process, on_line, time.monotonic() + timeout, stop, keep=said.extend)
                stdout, stderr = bytes(said), b""
        except subprocess.TimeoutExpired:
            end_group(process)
            raise FactUnknown(f"{title(argv)} took longer than {timeout:g} seconds") from None
        except BaseException:
            end_group(process)
            raise
    completed = Completed(tuple(argv), process.returncode, stdout, stderr)
    if check and completed.returncode != 0:
        raise ProcessFailed(completed)
    return completed


def follow(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    timeout: float,
    on_line: Callable[[str], None],
    stop: threading.Event | None = None,
) -> int | None:
    """Run a program that may talk without end and leave others behind; its exit code, None where time was up.

    As `run`, but nothing that it says is kept, and what it started ends with it: a daemon that keeps the pipe is not
    waited for. Raises UsageError for no such program, and FactUnknown where it was stopped.
    """
    mark = new_mark()
    with (
        termination_interrupts(),
        HeldSignals() as held,
        start(argv, cwd, {**env, mark: "1"}, fed=False, merged=True) as process,
    ):
        try:
            held.release()
            _follow(process, on_line, time.monotonic() + timeout, stop or _STOP.get(), alone=True)
        except subprocess.TimeoutExpired:
            return None
        finally:
            end_group(process)
            end_marked(mark)
        return process.returncode


@contextlib.contextmanager
def stoppable(stop: threading.Event) -> Iterator[None]:
    """Within, whatever this thread runs, however deep below, ends when `stop` is set.

    A Ctrl-C is heard by the main thread only, and what builds or installs in another one would go on for minutes.
    """
    before = _STOP.set(stop)
    try:
        yield
    finally:
        _STOP.reset(before)


def title(argv: Sequence[str]) -> str:
    """How a command is named in a message: the program and its first word that is no option."""
    program = Path(argv[0]).stem
    words = (word for word in argv[1:] if not word.startswith("-") and "=" not in word and os.sep not in word)
    return " ".join([program, *list(words)[:1]])


def start(
    argv: Sequence[str],
    cwd: Path | None,
    env: Mapping[str, str] | None,
    *,
    fed: bool,
    merged: bool = False,
    umask: int = -1,
    errors: BinaryIO | None = None,
) -> subprocess.Popen[bytes]:
    """Start a program in a group of its own; raises UsageError for one that is not there."""
    try:
        return subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors or (subprocess.STDOUT if merged else subprocess.PIPE),
            # A session of its own: the terminal's Ctrl-C reaches us alone, and we end the group as a whole.
            # It also takes the terminal away, so that no grandchild can sit there and wait for a password.
            start_new_session=True,
            umask=umask if _POSIX else -1,
        )
    except (FileNotFoundError, NotADirectoryError) as missing:
        if cwd is not None and not cwd.is_dir():
            raise UsageError(f"{cwd} is not a directory", remedy=Edit(f"make the directory {cwd}")) from missing
        raise UsageError(
            f"{argv[0]} is not installed, or not on PATH", remedy=Edit(f"install {Path(argv[0]).stem}, or mend PATH")
        ) from missing
    except PermissionError as refused:
        raise UsageError(
            f"{argv[0]} may not be run: {refused.strerror}", remedy=Edit(f"make {argv[0]} executable")
        ) from refused


def start_in_hand(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], *, fed: bool, errors: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    """Start a program that is ended later; one that is interrupted while it starts is ended at once."""
    process = None
    try:
        with HeldSignals():
            process = start(argv, cwd, env, fed=fed, errors=errors)
    except BaseException:
        if process is not None:
            with process:
                end_group(process)
        raise
    return process


def communicate(
    process: subprocess.Popen[bytes], stdin: bytes | None, timeout: float, stop: threading.Event | None
) -> tuple[bytes, bytes]:
    """What a program says to its end, on both streams; raises TimeoutExpired, and FactUnknown once `stop` is set."""
    if stop is None:
        return process.communicate(stdin, timeout=timeout)
    deadline = time.monotonic() + timeout
    if stdin is not None and process.stdin is not None:
        feed(process.stdin, stdin)
        process.stdin = None  # what is asked again and again below would send it once only in part
    while not stop.is_set():
        try:
            return process.communicate(timeout=min(ATTENTION, max(deadline - time.monotonic(), 0)))
        except subprocess.TimeoutExpired:
            if time.monotonic() >= deadline:
                raise
    raise _stopped()


def _stopped() -> FactUnknown:
    return FactUnknown("a program was stopped before it had ended")


def _follow(
    process: subprocess.Popen[bytes],
    on_line: Callable[[str], None],
    deadline: float,
    stop: threading.Event | None,
    *,
    keep: Callable[[bytes], object] = bytes,
    alone: bool = False,
) -> None:
    """Hand over line after line in the caller's own thread, and every chunk to `keep`.

    `alone`, the process's end is the end: what it left in its group is ended, and what still holds its pipe is not
    waited for.
    """
    if process.stdout is None:
        raise ValueError("a process whose lines are followed needs a pipe")
    pump = Pump(process.stdout)
    try:
        chunks = iter(lambda: _next(pump, process, deadline, stop, alone=alone), b"")
        tell_lines(chunks, on_line, keep)
    finally:
        pump.give_up()
    process.wait(timeout=max(deadline - time.monotonic(), 0))


def _next(
    pump: Pump, process: subprocess.Popen[bytes], deadline: float, stop: threading.Event | None, *, alone: bool
) -> bytes:
    """The next chunk, empty at the end; looks around again and again meanwhile."""
    while True:
        if stop is not None and stop.is_set():
            raise _stopped()
        left = deadline - time.monotonic()
        if left <= 0:
            raise subprocess.TimeoutExpired(process.args, 0)
        ended = alone and process.poll() is not None
        if ended and pump.last_seconds(GRACE) <= 0:
            return b""
        if ended:
            end_group(process)
        try:
            return pump.chunks.get(timeout=min(ATTENTION, left))
        except queue.Empty:
            if ended:
                return b""


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End a process and its whole group: asked first, made to after GRACE seconds."""
    signal_group(process, signal.SIGTERM)
    try:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
    finally:
        signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a program and all that it started, if any of it is left."""
    # The group may be gone already, which is what is wanted; macOS says so with a PermissionError.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if _POSIX:
            os.killpg(process.pid, number)
        else:
            process.kill()


class Conversation:
    """A process that is kept open and answers on its standard output what it is asked on its standard input."""

    def __init__(self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        self._argv = tuple(argv)
        self._deadline: float | None = None
        self._is_overdue = False
        self._is_over = threading.Event()
        # One for all questions: to start one for each takes longer than most answers.
        self._watchdog = threading.Thread(target=self._watch, daemon=True)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the conversation
        try:
            self._process = start_in_hand(argv, cwd, env, fed=True, errors=self._errors)
        except BaseException:
            self._errors.close()
            raise
        self._watchdog.start()

    def ask(self, question: bytes, answer: Callable[[BinaryIO], T], *, timeout: float) -> T:
        """Send a question and read its answer; raises FactUnknown where there is none within `timeout` seconds.

        After any failure the conversation is closed: nobody knows where in its answer it stands.
        """
        self._deadline = time.monotonic() + timeout
        try:
            return self._exchange(question, answer)
        except (OSError, EOFError, ValueError) as broken:
            raise FactUnknown(self._why(timeout)) from broken
        except BaseException:
            self.close()
            raise
        finally:
            self._deadline = None

    def _exchange(self, question: bytes, answer: Callable[[BinaryIO], T]) -> T:
        process = self._process
        if process.stdin is None or process.stdout is None:
            raise EOFError
        process.stdin.write(question)
        process.stdin.flush()
        # A pipe of bytes is a buffered reader, which typeshed knows as an IO[bytes] only.
        return answer(process.stdout)  # type: ignore[arg-type]

    def _watch(self) -> None:
        """End the process once an answer is overdue, which whoever waits for it then hears."""
        while not self._is_over.wait(ATTENTION):
            deadline = self._deadline
            if deadline is not None and time.monotonic() >= deadline:
                self._is_overdue = True
                signal_group(self._process, getattr(signal, "SIGKILL", signal.SIGTERM))
                return

    def _why(self, timeout: float) -> str:
        self._hang_up()
        self._errors.seek(0)
        said = first_complaint(self._errors.read())
        self._errors.close()
        if self._is_overdue:
            return f"{title(self._argv)} gave no answer for {timeout:g} seconds"
        return f"{title(self._argv)} failed: {said or 'it ended without an answer'}"

    def _hang_up(self) -> None:
        self._is_over.set()
        process = self._process
        # A pipe whose reader is gone cannot be flushed, and need not be.
        with contextlib.suppress(OSError):
            if process.stdin is not None:
                process.stdin.close()
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(GRACE)
        finally:
            signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
            process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def close(self) -> None:
        """End the process; closing twice is harmless."""
        self._hang_up()
        self._errors.close()
