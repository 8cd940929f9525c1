"""Processes that a program left behind in sessions of their own, which the end of its process group does not reach."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")
_PREFIX = "TAGSHIP_STARTED_"
_ROUNDS = 20
"""How often they are looked for: one may start another one before it is ended."""
_BETWEEN = 0.01
"""Seconds from one look to the next."""


def new_mark() -> str:
    """The name of a variable that nothing else has in its environment; what a program starts inherits it."""
    return f"{_PREFIX}{os.urandom(8).hex()}"


def end_marked(mark: str) -> None:
    """End all processes of this user that were started with the mark in their environment; does nothing but on Linux.

    What was started with another environment on purpose is not found.
    """
    needle = f"{mark}=".encode()
    for _ in range(_ROUNDS):
        found = list(_with(needle))
        if not found:
            return
        for process in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        time.sleep(_BETWEEN)


def _with(needle: bytes) -> Iterator[int]:
    for process in _PROCESSES.iterdir() if _PROCESSES.is_dir() else ():
        # Those of others may not be read, and those that ended are gone.
        with contextlib.suppress(OSError):
            if process.name.isdecimal() and _holds(process / "environ", needle):
                yield int(process.name)


def _holds(environ: Path, needle: bytes) -> bool:
    return any(entry.startswith(needle) for entry in environ.read_bytes().split(b"\0"))
