"""Runs a project's own command in a copy of it, bounded in time and memory, and keeps what its end says."""

import errno
import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import Event

from tagship.adapters.process import follow
from tagship.adapters.said import without_credentials
from tagship.adapters.surroundings import clean_environment
from tagship.domain.branch import Trial
from tagship.errors import Edit, FactUnknown, UsageError

TAIL = 2000
"""Lines of the end that are kept while a command runs."""
LONGEST = 400
"""Characters of a line that are kept."""
QUOTED = 15
"""Lines that are quoted of how it ended."""
OF_A_PASS = 3
"""Lines that are kept of how it passed: the count of unittest stands above its last word."""
ANOTHER_COMMAND = Edit(
    'write the command that runs the tests under [tool.tagship], as in test = ["nox", "-s", "tests"]'
)

_ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")
_NOT_INSTALLED = re.compile(
    r"No module named '?(?P<module>pytest|nox|tox|hatch|poethepoet|unittest)'?$"
    r"|Failed to spawn: `(?P<spawned>[^`]+)`|[Cc]ommand not found: (?P<command>\S+)"
)
_NO_NETWORK = re.compile(
    r"[Tt]emporary failure in name resolution|[Nn]ame or service not known|[Nn]etwork is unreachable"
    r"|dns error|[Ff]ailed to fetch|[Cc]ould not fetch URL|No matching distribution found|ConnectionError"
    r"|network (?:was|is) disabled|connectivity is disabled"
)


def run_trial(
    argv: Sequence[str],
    directory: Path,
    *,
    environ: Mapping[str, str],
    seconds: float,
    on_line: Callable[[str], None],
    stop: Event | None = None,
) -> Trial:
    """Run a command in a directory to its end, or end it and all of its process group after `seconds`.

    `environ` is the whole of what it sees, see `trial_environment`. `on_line` hears every line as it comes, without
    escapes of the terminal. However much it says, no more than TAIL lines of LONGEST characters are kept. Raises
    FactUnknown where the command, or the module that it names, is not there, which is no failure of the tests, and
    where it was stopped.
    """
    lines: deque[str] = deque(maxlen=TAIL)

    def hear(line: str) -> None:
        plain = without_credentials(_ESCAPES.sub("", line)).rstrip()
        lines.append(plain if len(plain) <= LONGEST else f"{plain[:LONGEST]}…")
        on_line(plain)

    started = time.monotonic()
    try:
        ended = follow(argv, cwd=directory, env=environ, timeout=seconds, on_line=hear, stop=stop)
    except UsageError as missing:
        raise FactUnknown(f"the command cannot be run: {missing.message}", remedy=ANOTHER_COMMAND) from missing
    if ended:
        _prove_it_ran(argv, ended, lines)
    return Trial(
        tuple(argv), ended, time.monotonic() - started, telling(lines) if ended != 0 else last(lines, OF_A_PASS)
    )


def _prove_it_ran(argv: Sequence[str], ended: int, lines: Sequence[str]) -> None:
    """Raise FactUnknown where what ended badly is not the tests, but what was to run them, or the disk."""
    spoken = [line for line in lines if line]
    full = next((line for line in spoken if os.strerror(errno.ENOSPC) in line), None)
    if full is not None:
        # Whoever filled it: the copy is gone afterwards, and so is what was written there.
        raise FactUnknown(
            f"the disk was full: {full.strip()}",
            remedy=Edit("make room, or set TMPDIR to a directory with room, where the copy then is"),
        )
    missing = _NOT_INSTALLED.search(spoken[-1]) if spoken else None
    # A test that prints the same ends with a summary, and runners that are not there say nothing else.
    if missing is not None and len(spoken) <= QUOTED:
        name = next(filter(None, missing.groups()))
        raise FactUnknown(f"{name} is not installed where {argv[0]} looks for it", remedy=ANOTHER_COMMAND)
    if ended in {126, 127} and len(spoken) <= 1:
        raise FactUnknown(f"the command cannot be run: {spoken[0] if spoken else argv[0]}", remedy=ANOTHER_COMMAND)


def network_was_missing(trial: Trial) -> str | None:
    """The line that says so, where a command that installs what it needs could not fetch it."""
    if trial.passed:
        return None
    return next((line for line in trial.tail if _NO_NETWORK.search(line)), None)


def trial_environment(
    environ: Mapping[str, str], *, project: Path, copy: Path, room: Path, environment: Path | None, source: bool
) -> dict[str, str]:
    """What a project's own command sees while it runs in `copy`, a copy of the directory `project`.

    No credential, no colours, and nowhere to write bytecode but below `room`. `environment` is the virtual environment
    that counts as activated. Entries of PYTHONPATH that lead into the project lead into the copy; `source` puts the
    copy's own source in front of everything, so that an installed or editable copy of the project does not shadow what
    is on trial.
    """
    path = [entry for entry in environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    moved = [str(_moved(Path(entry), project, copy)) for entry in path]
    front = [str(copy / "src" if (copy / "src").is_dir() else copy)] if source else []
    search = list(dict.fromkeys([*front, *moved]))
    kept = clean_environment(environ)
    return (
        {name: value for name, value in kept.items() if name not in {"FORCE_COLOR", "CLICOLOR_FORCE"}}
        | {
            # Not NO_COLOR: tests about colours would fail by it. What is coloured all the same is made plain later.
            "PY_COLORS": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPYCACHEPREFIX": str(room / "bytecode"),
            # A buffer that is never flushed would take the last lines of what is ended with it.
            "PYTHONUNBUFFERED": "1",
            # Environments that hatch keeps by the path of the project, which no second run would find again.
            "HATCH_ENV_TYPE_VIRTUAL_PATH": str(room / "hatch"),
        }
        | ({"PYTHONPATH": os.pathsep.join(search)} if search else {})
        | (_activated(kept, environment) if environment is not None else {})
    )


def _moved(entry: Path, project: Path, copy: Path) -> Path:
    """The same place in the copy, for what lies in the project; a relative path is one in the copy already."""
    try:
        return copy / entry.relative_to(project)
    except ValueError:
        return entry


def _activated(environ: Mapping[str, str], environment: Path) -> dict[str, str]:
    scripts = environment / ("Scripts" if os.name == "nt" else "bin")
    return {
        "VIRTUAL_ENV": str(environment),
        "PATH": os.pathsep.join([str(scripts), environ.get("PATH", os.defpath)]),
    }


# -- what of its end says why -----------------------------------------------------------------------------------------

_PYTEST_SUMMARY = re.compile(r"=+ short test summary info =+")
_PYTEST_END = re.compile(r"=* ?(?:\d+ \w+,? ?)+ in [\d.]+s.*|=+ .* in [\d.]+s.*=+|no tests ran in .*")
_PYTEST_ERROR = re.compile(r"E  .*")
_UNITTEST_BLOCK = re.compile(r"(?:FAIL|ERROR): .+")
_UNITTEST_RULE = re.compile(r"={70}|-{70}")
_UNITTEST_END = re.compile(r"FAILED \(.*\)")
_ENVELOPE = re.compile(
    r"nox > .*|  ?\w[\w.-]*: (?:FAIL|OK).*|  ?(?:evaluation failed|congratulations).*|make(?:\[\d+\])?: .*"
    r"|\w[\w.-]*: exit \d+ .*|Error: task .*"
)
"""What a runner of runners says after the inner tool has said everything."""


def telling(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines that say why a command ended badly, as its kind of tool puts it; else the last that hold anything."""
    said = [line for line in lines if line.strip()]
    while said and _ENVELOPE.fullmatch(said[-1]):
        said.pop()
    found = _by_pytest(said) or _by_unittest(said)
    return tuple(found) if found else last(said or lines)


def last(lines: Sequence[str], count: int = QUOTED) -> tuple[str, ...]:
    """The last lines that hold anything."""
    return tuple([line for line in lines if line.strip()][-count:])


def _by_pytest(said: Sequence[str]) -> list[str]:
    """What the first failure says, and the summary, which names them all."""
    start = _last_index(said, _PYTEST_SUMMARY)
    if start is None:
        return []
    summary = list(_until(said[start + 1 :], _PYTEST_END))[:QUOTED]
    errors: list[str] = []
    for line in said[:start]:
        if _PYTEST_ERROR.fullmatch(line):
            errors.append(line)
        elif errors:
            break
    room = max(QUOTED - len(summary), QUOTED // 3)
    return [*errors[:room], *summary]


def _by_unittest(said: Sequence[str]) -> list[str]:
    """The last block of a failure with the line that counts them."""
    end = _last_index(said, _UNITTEST_END)
    start = None if end is None else _last_index(said[:end], _UNITTEST_BLOCK)
    if start is None or end is None:
        return []
    block = [line for line in said[start:end] if not _UNITTEST_RULE.fullmatch(line)]
    head, rest = block[0], block[1:]
    return [head, *rest[-(QUOTED - 2) :], said[end]]


def _until(lines: Sequence[str], end: re.Pattern[str]) -> Iterator[str]:
    """The lines up to and with the first that fits."""
    for line in lines:
        yield line
        if end.fullmatch(line):
            return


def _last_index(lines: Sequence[str], pattern: re.Pattern[str]) -> int | None:
    return next((index for index in range(len(lines) - 1, -1, -1) if pattern.fullmatch(lines[index])), None)
