"""The journal of a guarded git server, read as the log of its branches; every line must follow from the one before."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from tagship.adapters.git.command import Git
from tagship.domain.guarding import BranchUpdate, Moved, PullRequestOf, is_nowhere
from tagship.errors import Conflict, Edit, FactUnknown, InFile

JOURNAL = Path("tagship") / "journal.jsonl"
FIRST = "0" * 64
_HEADS = "refs/heads/"
_TRAILER = "Journal"
_LET_PAST = frozenset({"allowed", "accepted"})
"""What a hook lets past git may refuse nevertheless; the second is what earlier hooks called it."""
_WORDS = ("previous", "at", "who", "ref", "before", "after", "verdict")


class JournalBroken(Conflict):
    """The journal was altered, or is not whole: what it tells proves nothing."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: who wanted what, and what became of it; `head` is what was merged, of a merge."""

    number: int
    previous: str
    at: datetime
    who: str
    ref: str
    before: str
    after: str
    verdict: str
    head: str | None = None
    reason: str | None = None


def read_journal(path: Path) -> tuple[Entry, ...]:
    """Every line, oldest first; raises JournalBroken at the first that does not follow, FactUnknown for no journal."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FactUnknown(f"there is no journal at {path}", remedy=_advice(path)) from None
    except OSError as refused:
        raise FactUnknown(f"the journal {path} cannot be read: {refused.strerror}") from refused
    entries, previous = list[Entry](), FIRST
    *lines, rest = content.split(b"\n")
    for number, line in enumerate(lines, start=1):
        entry = _entry_in(line, path, number)
        if entry.number != number or entry.previous != previous:
            raise _broken(path, number, "it does not follow from the line before")
        entries.append(entry)
        previous = hashlib.sha256(line).hexdigest()
    if rest:
        raise _broken(path, len(lines) + 1, "it is not whole")
    return tuple(entries)


def _advice(path: Path) -> Edit:
    return Edit(f"guard the server: tagship guard --install --server {path.parent.parent}")


def _broken(path: Path, line: int, why: str) -> JournalBroken:
    return JournalBroken(
        f"line {line} of the journal {path.name} was altered, or lines are missing: {why}",
        where=InFile(str(path), line),
        remedy=Edit("compare it with a copy, and with the sums in the merge commits, to see what was changed"),
    )


def _entry_in(line: bytes, path: Path, number: int) -> Entry:
    try:
        told = json.loads(line)
        words = [str(told[word]) for word in _WORDS]
        at = datetime.fromisoformat(words[1])
        count = int(told["number"])
        head, reason = (None if told.get(word) is None else str(told[word]) for word in ("head", "reason"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _broken(path, number, "it cannot be read") from error
    if at.tzinfo is None:
        raise _broken(path, number, "its time is none of any zone")
    previous, _, who, ref, before, after, verdict = words
    return Entry(count, previous, at, who, ref, before, after, verdict, head, reason)


def journal_beside(remote_url: str | None, top: Path | None = None) -> Path | None:
    """Where the journal of a remote is that lies on this machine; None for one that is reached otherwise.

    A relative path begins at `top`, the repository's, as it does for git; without one it leads nowhere.
    """
    if remote_url is None:
        return None
    parts = urlsplit(remote_url)
    if parts.scheme == "file":
        return Path(unquote(parts.path)) / JOURNAL
    if os.path.isabs(remote_url):  # noqa: PTH117 -- an address may be no path
        return Path(remote_url) / JOURNAL
    # For git a colon before every slash ends the name of another machine.
    is_path = ":" not in remote_url.partition("/")[0]
    return (top / remote_url).resolve() / JOURNAL if is_path and top is not None else None


class JournalWitness:
    """A journal as the witness of a repository: its own merges stand for pull requests."""

    name: ClassVar = "the journal of the server"

    def __init__(self, entries: Sequence[Entry]) -> None:
        undone = {(entry.before, entry.after) for entry in entries if entry.verdict == "failed"}
        moving = _LET_PAST | {"merged"}
        told = [entry for entry in entries if entry.verdict in moving and (entry.before, entry.after) not in undone]
        self._entries = tuple(reversed(list(_that_happened(reversed(told)))))

    def updates(self, branch: str, since: datetime | None) -> Iterator[BranchUpdate]:  # noqa: ARG002 -- the port's
        """What moved a branch, newest first; the whole of it is at hand."""
        for entry in reversed(self._entries):
            if entry.ref == _HEADS + branch:
                yield BranchUpdate(entry.before, entry.after, _kind(entry), entry.who, entry.at)

    def merged_pulls(self, branch: str) -> Iterator[PullRequestOf]:
        """What the server merged into a branch."""
        for entry in reversed(self._entries):
            if entry.verdict == "merged" and entry.ref == _HEADS + branch:
                name = f"{(entry.head or '')[:12]} of {entry.who}"
                yield PullRequestOf(name, merged=True, base=branch, merge_commit=entry.after)

    def pulls_of(self, commit: str) -> Sequence[PullRequestOf]:
        """What was merged by a commit."""
        branches = {entry.ref.removeprefix(_HEADS) for entry in self._entries if entry.after == commit}
        merged = (pull for branch in sorted(branches) for pull in self.merged_pulls(branch))
        return tuple(pull for pull in merged if pull.merge_commit == commit)

    def prove_anchored(self, git: Git, commits: Mapping[str, object]) -> None:
        """Raise JournalBroken where a merge commit names another sum than the journal: one was rewritten.

        `commits` are those that are asked about, by their names.
        """
        merged = {entry.after: entry for entry in self._entries if entry.verdict == "merged" and entry.after in commits}
        if not merged:
            return
        form = f"--format=%H %(trailers:key={_TRAILER},valueonly,separator=%x20)"
        told = git(
            "log", "--no-walk=unsorted", "--stdin", "--no-show-signature", "--no-color", form,
            stdin="".join(f"{name}\n" for name in merged).encode(),
        ).text  # fmt: skip
        for line in told.splitlines():
            commit, _, previous = line.partition(" ")
            entry = merged[commit]
            if previous != entry.previous:
                raise JournalBroken(
                    f"the journal tells of {commit[:12]} in line {entry.number}, and that merge was made after another "
                    f"journal than this one",
                    remedy=Edit("compare the journal with a copy of before"),
                )


def _that_happened(entries: Iterator[Entry]) -> Iterator[Entry]:
    """What moved a branch, newest first, but for what was let past and did not: a merge found the branch as before."""
    then: dict[str, Entry] = {}
    for entry in entries:
        later = then.get(entry.ref)
        did_move = later is None or later.verdict != "merged" or later.before != entry.before
        if entry.verdict == "merged" or did_move:
            then[entry.ref] = entry
            yield entry


def _kind(entry: Entry) -> Moved:
    if entry.verdict == "merged":
        return Moved.PULL_REQUEST
    if is_nowhere(entry.before):
        return Moved.CREATED
    return Moved.DELETED if is_nowhere(entry.after) else Moved.PUSH
