"""What a start may cost, counted in modules: that never depends on the machine."""

import os
import subprocess
import sys

import pytest

HEAVY = {"rich", "urllib3", "packaging", "subprocess", "tempfile", "tomllib", "traceback", "email", "http", "venv"}
SCRIPT = """\
import sys
from tagship.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted(sys.modules), file=sys.stderr)
"""


def loaded(*words: str) -> set[str]:
    """The modules that are there after a command ran in an interpreter of its own."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", SCRIPT, *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    return set(done.stderr.split())


def test_telling_the_version_loads_two_modules_of_ours() -> None:
    modules = loaded("--version")

    assert {name for name in modules if name.startswith("tagship")} == {"tagship", "tagship.cli"}
    assert "dataclasses" not in modules


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_loads_nothing_heavy(word: str) -> None:
    modules = loaded(word)

    assert HEAVY & modules == set()
    assert not any(name.startswith(("tagship.workflow", "tagship.reports.", "tagship.checks")) for name in modules)
