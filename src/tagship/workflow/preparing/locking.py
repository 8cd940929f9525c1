"""Lock files: the own entry is edited, then the tool that owns the file is asked whether it is in step."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.process import Completed, ProcessFailed
from tagship.adapters.said import first_complaint
from tagship.adapters.versions import find_locks, write_locks
from tagship.domain.branch import Lock
from tagship.domain.plan import Done, Todo
from tagship.errors import FactUnknown, Run
from tagship.workflow.preparing.desk import Desk, Part
from tagship.workflow.preparing.tools import at_hand, run_tool
from tagship.workflow.preparing.writing import write
from tagship.workflow.several.subdirectory import Subdirectory

_ASKING: Mapping[str, tuple[str, ...]] = MappingProxyType({"uv": ("lock", "--check")})
"""How a tool is asked whether its file is in step, where it can be asked at all."""

_OUT_OF_STEP = b"needs to be updated"


@dataclass(frozen=True, slots=True)
class _Question:
    """How a tool is asked about a file that never says the project's own version, and how it says no.

    A version alone brings no such file out of step, so that it is told and never written: to lock anew takes newer
    requirements into a release that nobody tried with them.
    """

    argv: tuple[str, ...]
    no: tuple[bytes, ...]


# The words are those of poetry since 1.6 and of pdm since 2.0; what says something else could not tell.
_OTHERS: Mapping[str, _Question] = MappingProxyType(
    {
        "poetry.lock": _Question(("poetry", "check", "--lock"), (b"changed significantly", b"is not up to date")),
        "pdm.lock": _Question(("pdm", "lock", "--check"), (b"Lockfile doesn't satisfy", b"hash doesn't match")),
    }
)
_MODULES = frozenset({"uv"})
"""Tools that may be installed beside us and still not be on PATH."""


def own_entries(desk: Desk) -> tuple[Lock, ...]:
    """The project's own entries, to be found before anything else says the new version."""
    return find_locks(DirectoryTree(desk.scratch.directory), desk.project, directory=desk.inside)


def write_entries(desk: Desk, locks: Sequence[Lock]) -> Part:
    """The new version in every lock file; raises FactUnknown where only a tool could do that and it is not there."""
    does = "bring the lock files in step"
    remarks = [remark for path, question in _OTHERS.items() for remark in _ask_other(desk, path, question)]
    if not locks:
        return Part("locks", does, Done("no lock file carries the project's own version"), tuple(remarks))
    touched: list[str] = []
    for path in dict.fromkeys(lock.path for lock in locks):
        entries = [lock for lock in locks if lock.path == path]
        changed, told = _bring_in_step(desk, entries)
        touched += [path] if changed else []
        remarks += told
    state = Todo(", ".join(touched)) if touched else Done(f"{locks[0].path} says {desk.version} already")
    return Part("locks", does, state, tuple(remarks))


def _bring_in_step(desk: Desk, entries: Sequence[Lock]) -> tuple[bool, list[str]]:
    """Edit, ask, and let the tool write where it says no; whether the file changed, and what to tell of it."""
    place, tool = desk.scratch.directory / entries[0].path, entries[0].tool
    before = place.read_bytes()
    command = at_hand(tool, module=tool in _MODULES)
    try:
        write(desk.scratch, write_locks(DirectoryTree(desk.scratch.directory), entries, desk.version))
    except FactUnknown:
        if command is None or desk.offline:
            raise
        _run(desk, entries[0], command)
        return place.read_bytes() != before, []
    told = _ask(desk, entries[0], command)
    return place.read_bytes() != before, told


def _ask(desk: Desk, lock: Lock, command: tuple[str, ...] | None) -> list[str]:
    question = _ASKING.get(lock.tool)
    if question is None:
        return []
    if desk.offline or command is None:
        return [_unasked(desk, lock.path, lock.tool)]
    answer = run_tool([*command, *question], _folder(desk, lock), check=False)
    if answer.returncode == 0:
        return []
    if _OUT_OF_STEP in answer.stderr:
        _run(desk, lock, command)
        return [f"{lock.path} was out of step in more than the version, and {lock.tool} wrote it anew"]
    return [_untold(lock.path, answer)]


def _ask_other(desk: Desk, name: str, question: _Question) -> list[str]:
    """What to tell of a file that its tool is only asked about; nothing where it is not there, or in step."""
    if not (desk.directory / name).is_file():
        return []
    tool, *words = question.argv
    path = Subdirectory(desk.inside).path(name)
    command = at_hand(tool)
    if desk.offline or command is None:
        return [_unasked(desk, path, tool)]
    answer = run_tool([*command, *words], desk.directory, check=False)
    if answer.returncode == 0:
        return []
    if any(said in answer.stderr for said in question.no):
        return [f"{path} is out of step with pyproject.toml, by what {tool} says, and is left as it is"]
    return [_untold(path, answer)]


def _unasked(desk: Desk, path: str, tool: str) -> str:
    why = "--offline was given" if desk.offline else f"{tool} is not at hand"
    return f"whether {path} is in step with everything else was not asked: {why}"


def _untold(path: str, answer: Completed) -> str:
    why = first_complaint(answer.stderr) or f"it ended with {answer.returncode}"
    return f"whether {path} is in step with everything else could not be told: {why}"


def _run(desk: Desk, lock: Lock, command: tuple[str, ...]) -> None:
    try:
        run_tool([*command, *lock.argv[1:]], _folder(desk, lock))
    except ProcessFailed as failed:
        raise ProcessFailed(failed.completed, remedy=Run(lock.argv)) from failed


def _folder(desk: Desk, lock: Lock) -> Path:
    return desk.scratch.directory / posixpath.dirname(lock.path)
