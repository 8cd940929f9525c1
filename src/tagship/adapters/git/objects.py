"""Objects of a repository, all read through one process that stays open."""

import posixpath
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import BinaryIO

from tagship.adapters.git.command import LOCAL, Git
from tagship.adapters.process import Conversation
from tagship.errors import FactUnknown, Run

_READING = ("cat-file", "--batch", "--follow-symlinks")
_HEADER = re.compile(rb"(?P<name>[0-9a-f]{40,64}) (?P<type>\w+) (?P<size>\d+)\n")
# git tells of a link that it could not follow with the length of what it says instead of the content.
_NOT_FOLLOWED = re.compile(rb"(?:symlink|dangling|loop|notdir) (?P<size>\d+)\n")
_TIME = re.compile(
    rb"^(?:committer|tagger) .*?(?P<seconds>-?\d+) (?P<sign>[+-])(?P<hours>\d\d)(?P<minutes>\d\d)$", re.MULTILINE
)
_LONGEST_OFFSET = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class GitObject:
    """One object: its full name, its type as git calls it, and its content."""

    name: str
    type: str
    content: bytes


class ObjectReader:
    """Reads any number of objects with one `git cat-file`, started when first needed; safe between threads."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._conversation: Conversation | None = None

    def read(self, expression: str) -> GitObject | None:
        """What an expression such as `v1.0^{commit}` or `HEAD:path` names; None where it names nothing.

        Links inside a commit are followed; one that leads outside or nowhere is nothing.
        """
        question = expression.encode("utf-8", "surrogateescape")
        if b"\n" in question:
            return self._read_unspeakable(expression)
        with self._lock:
            if self._conversation is None:
                self._conversation = self._git.converse(_READING)
            try:
                return self._conversation.ask(question + b"\n", _answer, timeout=LOCAL)
            except FactUnknown as unknown:
                self._conversation = None
                raise self._git.explained(unknown, _READING) from unknown
            except BaseException:
                # The conversation closed itself; the next question starts another one.
                self._conversation = None
                raise

    def _read_unspeakable(self, expression: str) -> GitObject | None:
        """A path with a line break cannot be asked for line by line: its object's name can."""
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", expression, check=False)
        return self.read(found.text.strip()) if found.returncode == 0 else None

    def close(self) -> None:
        """End the process; a later question starts another one."""
        with self._lock:
            if self._conversation is not None:
                self._conversation.close()
                self._conversation = None


def _answer(source: BinaryIO) -> GitObject | None:
    header = source.readline()
    if not header:
        raise EOFError
    found = _HEADER.fullmatch(header)
    if found is not None:
        content = _exactly(source, int(found["size"]) + 1)[:-1]
        return GitObject(found["name"].decode(), found["type"].decode(), content)
    instead = _NOT_FOLLOWED.fullmatch(header)
    if instead is not None:
        _exactly(source, int(instead["size"]) + 1)
    return None


def _exactly(source: BinaryIO, size: int) -> bytes:
    content = source.read(size)
    if len(content) != size:
        raise EOFError
    return content


class GitTree:
    """The files of one commit."""

    def __init__(self, git: Git, objects: ObjectReader, commit: str) -> None:
        self._git = git
        self._objects = objects
        self._commit = commit
        self._paths: tuple[str, ...] | None = None

    def read(self, path: str) -> bytes | None:
        """The content of a file as git stores it, links inside the commit followed; None where there is none."""
        inside = posixpath.normpath(path)
        if inside.startswith(("/", "../")) or inside in {".", ".."}:
            return None
        found = self._objects.read(f"{self._commit}:{inside}")
        if found is None:
            self._prove_absence(inside)
            return None
        return found.content if found.type == "blob" else None

    def _prove_absence(self, path: str) -> None:
        """Git answers alike for a file that was never there and for an object that is lost: tell them apart."""
        folder, name = posixpath.split(path)
        parent = self._objects.read(f"{self._commit}:{folder}")
        if parent is None:
            if not folder:
                raise FactUnknown(f"commit {self._commit[:12]} is not whole here", remedy=Run(("git", "fsck")))
            self._prove_absence(folder)
        elif parent.type == "tree" and any(
            entry.name == name and not entry.link for entry in _entries(parent.content, len(self._commit) // 2)
        ):
            raise FactUnknown(f"{path} in {self._commit[:12]} cannot be read here", remedy=Run(("git", "fsck")))

    def paths(self) -> Sequence[str]:
        """Every file of the commit, links included and submodules left out, sorted."""
        if self._paths is None:
            listed = self._git("ls-tree", "-r", "-z", "--full-tree", self._commit).text.split("\0")[:-1]
            entries = (entry.partition("\t") for entry in listed)
            self._paths = tuple(sorted(path for about, _, path in entries if about.split(" ")[1] == "blob"))
        return self._paths


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of a tree object; `link` for symbolic links and submodules, which may rightly lead nowhere."""

    name: str
    link: bool


def _entries(tree: bytes, name_size: int) -> Iterator[_Entry]:
    position = 0
    while position < len(tree):
        end = tree.index(b"\0", position)
        mode, _, name = tree[position:end].partition(b" ")
        yield _Entry(name.decode("utf-8", "surrogateescape"), mode in {b"120000", b"160000"})
        position = end + 1 + name_size


def time_in(content: bytes) -> datetime | None:
    """When a commit was committed or a tag was made, in its own time zone; None for an object without a time."""
    head = content.partition(b"\n\n")[0]
    found = _TIME.search(head)
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    if found["sign"] == b"-":
        offset = -offset
    # Old converters wrote offsets of days.
    zone = timezone(offset) if abs(offset) < _LONGEST_OFFSET else UTC
    return datetime.fromtimestamp(int(found["seconds"]), zone)
