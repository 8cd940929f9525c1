"""`show` and `gate` in a repository of the size of a busy project's, with an index on loopback."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from bench.index import RunningIndex
from bench.place import Place, run, surroundings
from bench.races import Contender, race
from bench.series import Goal, Result, UnmeasurableError

ROUNDS = 10
MOST_PROCESSES = 10
MOST_SECONDS = 0.5
TITLE = "9,000 commits, 280 tags"
SHIM = '#!/bin/sh\necho "$1" >> "{log}"\nexec "{git}" "$@"\n'


def measure(place: Place, rounds: int | None) -> Result:
    """Race `show` and `gate`, and count the git processes that one gate starts."""
    tagship = place.tagship
    home = place.directory / "large"
    made = json.loads(run([tagship.python, "-m", "bench.projects", "large", home]))
    project = home / "clone"
    run(["git", "clone", "--quiet", f"file://{made['remote']}", project])
    with RunningIndex(tagship, served=home / "served") as index:
        asked = ("--index", index.address.simple, "--upload-url", index.address.upload)
        script = tagship.script("tagship")
        show: list[str | Path] = [script, "-C", project, "show", *asked]
        gate: list[str | Path] = [script, "-C", project, "gate", made["tag"], *asked]
        standings = race(
            TITLE,
            [
                Contender("bare interpreter", lambda: _run([tagship.python, "-c", "pass"])),
                Contender("tagship show", lambda: _run(show)),
                Contender("tagship gate", lambda: _run(gate)),
            ],
            rounds or ROUNDS,
        )
        processes = _git_processes(gate, home)
    goals = (
        Goal("git processes of one gate", processes, MOST_PROCESSES),
        Goal("seconds of one gate", standings.series["tagship gate"].median, MOST_SECONDS, " s"),
    )
    return Result((standings,), goals)


def _run(argv: list[str | Path], env: Mapping[str, str] | None = None) -> None:
    run(argv, env=env)


def _git_processes(gate: list[str | Path], home: Path) -> int:
    """How often the gate starts git, by a git of our own that is found first; children of git are not counted."""
    git = shutil.which("git")
    if git is None or os.name == "nt":
        raise UnmeasurableError("git processes are counted where a shell script can stand in for git")
    shims, log = home / "shims", home / "git.log"
    shims.mkdir()
    shim = shims / "git"
    shim.write_text(SHIM.format(log=log, git=git), encoding="utf-8")
    shim.chmod(0o755)
    _run(gate, surroundings(PATH=os.pathsep.join([str(shims), os.environ.get("PATH", os.defpath)])))
    return len(log.read_text(encoding="utf-8").splitlines())
