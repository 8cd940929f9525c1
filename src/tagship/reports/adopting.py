"""What the formats for people agree on when they tell how a project is adopted: rows, differences, and what is left."""

from collections.abc import Collection, Iterator

from tagship.domain.change import FileChange, unified
from tagship.domain.setup import Detail, FileState, SetFile, SetUp
from tagship.reports.verdicts import counted

DETAILS = ("what", "is", "told by")
FILES = ("file", "state", "what for")
_WORDS = {FileState.LEFT: "left over"}
_OPEN = (
    ("to decide on", frozenset({FileState.FOREIGN, FileState.EDITED, FileState.LEFT})),
    ("to make", frozenset({FileState.LACKING})),
)
"""What is left to a person, and the files that it is about."""


def detail_row(detail: Detail) -> tuple[str, ...]:
    """One thing that was found out as a row under `DETAILS`."""
    return (detail.name, detail.value, detail.told_by)


def file_row(file: SetFile) -> tuple[str, ...]:
    """One file as a row under `FILES`; what keeps it from being written stands where its purpose would."""
    return (file.path, _WORDS.get(file.state, file.state.value), file.reason or file.purpose)


def difference(setup: SetUp) -> str:
    """What is written, as git shows it; of lock files, which no person reads, only how many lines."""
    locks = {file.path for file in setup.files if file.is_lock}
    shown = unified(change for change in setup.changes if change.path not in locks)
    return shown + "".join(_counted(change) for change in setup.changes if change.path in locks)


def _counted(change: FileChange) -> str:
    lines = (change.after or b"").count(b"\n")
    return f"+++ b/{change.path}: {counted(lines, 'line')} of requirements with hashes\n"


def edits(setup: SetUp) -> Iterator[tuple[str, str]]:
    """Each block that was edited by hand: where it is, and how it differs from what would be generated."""
    for file in setup.files:
        for block in file.edited:
            change = FileChange(file.path, block.found.encode("utf-8"), block.wanted.encode("utf-8"))
            yield f"{file.path}:{block.line}: the block {block.name} was edited by hand, and stays", unified([change])


def summary(setup: SetUp) -> str:
    """The one sentence that it ends with."""
    changes = len(setup.changes)
    left = [f"left {what}: {', '.join(paths)}" for what, states in _OPEN if (paths := _paths(setup, states))]
    if setup.is_written:
        done = f"{counted(changes, 'file')} written; nothing is committed"
    elif changes:
        done = f"{counted(changes, 'file')} to write"
    else:
        done = "nothing to write" if left else "everything is as it would be generated"
    return "; ".join((done, *left))


def _paths(setup: SetUp, states: Collection[FileState]) -> list[str]:
    return [file.path for file in setup.files if file.state in states]
