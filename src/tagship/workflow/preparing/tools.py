"""The projects' own tools, run in the throwaway clone with nothing secret in their environment."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tagship.adapters.process import Completed, run
from tagship.adapters.surroundings import clean_environment

PATIENCE = 300.0
"""Seconds for a tool that may have to download what it looks at."""


def at_hand(tool: str, *, module: bool = False) -> tuple[str, ...] | None:
    """How to start a tool: from PATH, or as a `module` of the interpreter that runs us; None where it is not there."""
    found = shutil.which(tool)
    if found is not None:
        return (found,)
    if module and importlib.util.find_spec(tool) is not None:
        return (sys.executable, "-m", tool)
    return None


def run_tool(argv: Sequence[str], directory: Path, *, check: bool = True) -> Completed:
    """Run a tool in a directory; raises ProcessFailed with what it says unless `check` is off."""
    return run(argv, cwd=directory, env=clean_environment(os.environ), timeout=PATIENCE, check=check)
