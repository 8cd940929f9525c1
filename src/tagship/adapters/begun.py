"""A process that is started now and asked later."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tagship.adapters.process import Completed, communicate, end_group, signal_group, start_in_hand, title
from tagship.adapters.signals import termination_interrupts
from tagship.errors import FactUnknown


class Begun:
    """A program that runs beside us until its end is asked for, once: by `end`, or by `give_up`.

    Nothing is read of what it says before that, and it waits where it says more than a pipe holds. Raises UsageError
    for a program that is not there.
    """

    def __init__(self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> None:
        self._argv = tuple(argv)
        self._process = start_in_hand(argv, cwd, env, fed=False)

    def end(self, *, timeout: float) -> Completed:
        """Wait for its end, as `run` does from the beginning; raises FactUnknown after so many seconds."""
        with termination_interrupts(), self._process as process:
            try:
                stdout, stderr = communicate(process, None, timeout, None)
            except subprocess.TimeoutExpired:
                end_group(process)
                raise FactUnknown(f"{title(self._argv)} took longer than {timeout:g} seconds") from None
            except BaseException:
                end_group(process)
                raise
        return Completed(self._argv, process.returncode, stdout, stderr)

    def give_up(self) -> None:
        """End it, and all that it started, without asking what it said."""
        with self._process as process:
            signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
