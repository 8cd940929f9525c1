"""Clears away where something was killed: its children may outlive it for a moment, and go on writing there."""

import shutil
import time
from contextlib import suppress
from pathlib import Path

PATIENCE = 30.0
"""Seconds on a machine that has other things to do."""


def sweep(directory: Path) -> None:
    """Remove a directory with all that is in it, and what is still written meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while directory.exists() and time.monotonic() < deadline:
        with suppress(OSError):  # something new came into it, or somebody else took something away
            shutil.rmtree(directory)
            return
        time.sleep(0.02)
    assert not directory.exists(), f"something still writes into {directory}"
