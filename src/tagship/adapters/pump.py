"""Pipes, read and written by threads of their own, and what comes out of them told line by line."""

import contextlib
import os
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import IO

CHUNK = 1 << 16
"""Bytes that are read at once."""
AHEAD = 64
"""Chunks that are read before somebody takes them: a program that floods its output is made to wait."""
ATTENTION = 0.2
"""Seconds after which the thread looks whether anybody still listens."""

LONGEST_LINE = 1 << 16
"""Bytes after which a line is handed over in pieces: a program may never end one."""


class Pump:
    """Reads a pipe to its end, which is an empty chunk, no faster than somebody takes the `chunks`."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.chunks: queue.Queue[bytes] = queue.Queue(AHEAD)
        self._given_up = threading.Event()
        self._until: float | None = None
        # A number of its own: the other one may be another file's by the time that the thread wakes up.
        self._source = os.dup(pipe.fileno())
        threading.Thread(target=self._pump, daemon=True).start()

    def give_up(self) -> None:
        """Let the thread end: nobody listens any more."""
        self._given_up.set()

    def last_seconds(self, grace: float) -> float:
        """How long it is still listened to, `grace` seconds from when this was first asked."""
        if self._until is None:
            self._until = time.monotonic() + grace
        return self._until - time.monotonic()

    def _pump(self) -> None:
        try:
            while chunk := os.read(self._source, CHUNK):
                if not self._put(chunk):
                    return
            self._put(b"")
        finally:
            os.close(self._source)

    def _put(self, chunk: bytes) -> bool:
        while not self._given_up.is_set():
            with contextlib.suppress(queue.Full):
                self.chunks.put(chunk, timeout=ATTENTION)
                return True
        return False


def feed(pipe: IO[bytes], content: bytes) -> None:
    """Write all of it in a thread of its own and close the pipe; a reader that is gone needs no more."""

    def write() -> None:
        with contextlib.suppress(OSError), pipe:
            pipe.write(content)

    threading.Thread(target=write, daemon=True).start()


def tell_lines(chunks: Iterable[bytes], on_line: Callable[[str], None], keep: Callable[[bytes], object]) -> None:
    """Hand over line after line, without their ends and as text, and every chunk to `keep` before that."""
    line = b""
    for chunk in chunks:
        keep(chunk)
        *whole, line = (line + chunk).split(b"\n")
        if len(line) > LONGEST_LINE:
            whole, line = [*whole, line], b""
        for each in whole:
            on_line(_shown(each))
    if line:
        on_line(_shown(line))


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")
