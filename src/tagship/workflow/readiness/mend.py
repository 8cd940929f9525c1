"""What a branch lacks that can be mended without anybody's words: the changes, and how they are written.

A changelog entry is not among it: nobody but its author knows what it should say.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from tagship.adapters.versions import write_locks, write_version
from tagship.checks.changelog import section_for
from tagship.domain.change import FileChange
from tagship.domain.changelog.reopening import reopen
from tagship.domain.finding import Outcome
from tagship.errors import Conflict, Edit, FactUnknown, InFile
from tagship.workflow.readiness.ahead import Ahead
from tagship.workflow.readiness.checking import Scope, check

Mend = Callable[[Ahead], Iterable[FileChange]]


def mends(facts: Ahead, scope: Scope) -> tuple[FileChange, ...]:
    """What would mend the checks that fail and can be mended; paths from the top of the repository.

    What cannot be written is left to its own check, which says how it is done by hand.
    """
    asked = tuple(each for each in MENDS if not scope.only or each in scope.only)
    if not asked:
        return ()
    report = check(facts, replace(scope, fast=True, offline=True, only=asked))
    changes: list[FileChange] = []
    for verdict in report.verdicts:
        if verdict.outcome is Outcome.FAILED:
            with contextlib.suppress(FactUnknown):
                changes += MENDS[verdict.id](facts)
    return together(changes)


def together(changes: Iterable[FileChange]) -> tuple[FileChange, ...]:
    """One change for each file, sorted by path: packages share lock files, and a file may need two mends.

    Of two that do not leave each other's lines alone the second waits until the first is written.
    """
    found: dict[str, FileChange] = {}
    for change in changes:
        first = found.setdefault(change.path, change)
        found[change.path] = _both(first, change)
    return tuple(found[path] for path in sorted(found))


def _both(first: FileChange, second: FileChange) -> FileChange:
    """Two changes of the same content as one; the first alone where lines come, go, or are changed by both."""
    contents = (first.before, first.after, second.after)
    before, one, other = ((content or b"").splitlines(keepends=True) for content in contents)
    rows = list(zip(before, one, other, strict=False))
    alike = len(before) == len(one) == len(other) and all(len({*row}) < len(row) for row in rows)
    if not alike:
        return first
    return replace(first, after=b"".join(mine if theirs == was else theirs for was, mine, theirs in rows))


def _copies(facts: Ahead) -> Iterator[FileChange]:
    """Every copy of the version set to the project's own."""
    found = write_version(facts.files, facts.own_project, facts.version, facts.config.version_files)
    for change in found:
        yield replace(change, path=facts.from_top(change.path))


def _locks(facts: Ahead) -> Sequence[FileChange]:
    """The project's own entries in its lock files set to its version."""
    return write_locks(facts.working, facts.locks, facts.version)


def _premature(facts: Ahead) -> Iterator[FileChange]:
    """Headings of later versions that nobody tagged marked as unreleased."""
    changelog = facts.changelog
    section = None if changelog is None else section_for(changelog, facts.version)
    version = None if section is None else section.version
    tagged = {facts.template.version_in(name) for name in facts.tags}
    early = () if changelog is None or version is None else changelog.newer_than(version)
    alone = [(replace(changelog, path=each.path), each) for each in early if changelog and each.version not in tagged]
    for log, newer in alone:
        content = facts.working.read(newer.path) or b""
        marked = reopen(content.decode("utf-8"), log, newer, project=facts.project.name)
        if marked is not None:
            # One heading of a file at a time: the lines of the others move on.
            yield FileChange(newer.path, content, marked.encode("utf-8"))


MENDS: Mapping[str, Mend] = MappingProxyType(
    {
        "version-files-agree": _copies,
        "locks-carry-the-version": _locks,
        "changelog-has-no-newer": _premature,
    }
)
"""By the id of a check: what mends that which it finds."""


# -- writing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that has its new content beside it: where it is, what lay there, and what takes its place."""

    target: Path
    before: bytes
    new: Path


def write(root: Path, changes: Sequence[FileChange]) -> None:
    """Write changed files whole, all of them or none; their modes stay as they are.

    A link is followed, and its target is what changes. Raises Conflict where a file is no longer what the change began
    with.
    """
    with contextlib.ExitStack() as stack:
        written = [_beside(root, change, stack) for change in changes]
        for each, change in zip(written, changes, strict=True):
            if each.target.read_bytes() != each.before:
                raise Conflict(
                    f"{change.path} was changed meanwhile",
                    where=InFile(change.path),
                    remedy=Edit("run the same command again"),
                )
        _put(written)


def _beside(root: Path, change: FileChange, stack: contextlib.ExitStack) -> _Written:
    target = (root / change.path).resolve()
    if not target.is_relative_to(root.resolve()):
        raise Conflict(f"{change.path} leads out of the repository", where=InFile(change.path), remedy=Edit("copy it"))
    handle, name = tempfile.mkstemp(prefix=".tagship-", dir=target.parent)
    new = Path(name)
    stack.callback(new.unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as file:
        file.write(change.after or b"")
    new.chmod(stat.S_IMODE(target.stat().st_mode))
    return _Written(target, change.before or b"", new)


def _put(written: Sequence[_Written]) -> None:
    """Put each file in its place; where one cannot be, or somebody interrupts, all get back what they held."""
    try:
        for each in written:
            each.new.replace(each.target)
    except BaseException:
        for each in written:
            if each.target.read_bytes() != each.before:
                each.target.write_bytes(each.before)
        raise
