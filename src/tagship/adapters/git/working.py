"""The files that lie in the working tree now, but for what git ignores: what would be committed if all were."""

import os
import posixpath
import stat
import threading
import weakref
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from typing import BinaryIO

from tagship.adapters.git.command import LOCAL, Git
from tagship.adapters.git.questions import LISTING, READING
from tagship.adapters.git.repository import GitRepository
from tagship.adapters.process import Conversation
from tagship.errors import FactUnknown

_QUESTION = (
    "-c", "core.fsmonitor=false",
    "check-ignore", "--stdin", "-z", "--verbose", "--non-matching",
)  # fmt: skip
_FIELDS = 4
"""What git answers to each path: the file with the pattern, its line, the pattern, and the path again."""


class WorkingTree(AbstractContextManager["WorkingTree"]):
    """A Tree of tracked files, and of untracked ones that nobody ignores, as they lie on this disk.

    Links are followed inside the tree only. The list is made once, when first asked for, and from then on what is not
    on it is not there; what a file holds is read anew each time. Safe between threads. Leave the context, or
    `close`, to end the one process that stays open.
    """

    def __init__(self, repository: GitRepository) -> None:
        self._git = repository.git
        self._root = os.path.realpath(repository.root)
        self._listed: frozenset[str] = frozenset()
        self._links: frozenset[str] = frozenset()
        self._plain: dict[str, bool] = {}
        self._ignored = _Ignored(repository.git)
        self._finalizer = weakref.finalize(self, self._ignored.close)

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process that knows what is ignored; asking again starts another one."""
        self._ignored.close()

    def read(self, path: str) -> bytes | None:
        """The content of a regular file; None where there is none, or git ignores it. Raises FactUnknown."""
        inside = posixpath.normpath(path)
        if inside.startswith(("/", "../")) or inside in {".", ".."} or "\0" in inside:
            return None
        real = self._known(inside) if self._listed and self._is_plain(posixpath.dirname(inside)) else self._find(inside)
        if real is None:
            return None
        try:
            with open(os.path.join(self._root, real), "rb") as file:  # noqa: PTH118, PTH123 -- text, as git's paths are
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FactUnknown(f"{path} cannot be read: {error.strerror}") from error

    def _known(self, inside: str) -> str | None:
        """The file that is meant by a path on the list; None for one that is not on it."""
        if inside not in self._listed:
            return None
        if inside in self._links:
            return self._find(inside)
        return inside if os.path.isfile(os.path.join(self._root, inside)) else None  # noqa: PTH113, PTH118 -- as above

    @property
    def links(self) -> frozenset[str]:
        """The symbolic links on the list, wherever they lead; none before it was made."""
        return self._links

    def _is_plain(self, folder: str) -> bool:
        """Whether no link leads to a folder, and it is in no repository within; looked at once."""
        if folder not in self._plain:
            place = os.path.join(self._root, folder) if folder else self._root  # noqa: PTH118 -- as above
            self._plain[folder] = os.path.realpath(place) == os.path.normpath(place) and not self._is_within(folder)
        return self._plain[folder]

    def _find(self, inside: str) -> str | None:
        """The regular file that a path stands for, wherever links lead; None where git ignores it or knows nothing."""
        real = self._resolve(inside)
        foreign = real is None or any(self._is_foreign(each) for each in {self._up_to_link(inside), real})
        return None if foreign else real

    def paths(self) -> Sequence[str]:
        """Every such file, links included and submodules left out, sorted."""
        return self._paths

    @cached_property
    def _paths(self) -> tuple[str, ...]:
        listed = self._git(*LISTING, settings=READING)
        folders: dict[str, Mapping[str, bool]] = {}
        found: list[str] = []
        links: list[str] = []
        for path in listed.text.split("\0"):
            folder, _, name = path.rpartition("/")
            if folder not in folders:
                folders[folder] = self._files_in(folder)
            # A disk may know a file by another spelling than git does.
            link = folders[folder].get(name)
            if link is None and not (name and self._is_file(path)):
                continue
            found.append(path)
            if link is not False:
                links.append(path)
        self._links = frozenset(links)
        self._listed = frozenset(found)
        return tuple(sorted(self._listed))

    def _files_in(self, folder: str) -> Mapping[str, bool]:
        """The files in a folder, and whether each is a link: git lists deleted ones as well, and other repositories."""
        try:
            with os.scandir(os.path.join(self._root, folder)) as entries:  # noqa: PTH118 -- as above
                return {
                    each.name: each.is_symlink()
                    for each in entries
                    if each.is_symlink() or each.is_file(follow_symlinks=False)
                }
        except OSError:
            return {}

    def _is_file(self, path: str) -> bool:
        """Whether there is a file or a link of that name, however it is spelt."""
        try:
            mode = os.lstat(os.path.join(self._root, path)).st_mode  # noqa: PTH118 -- asked of each file
        except (FileNotFoundError, NotADirectoryError):
            return False
        return stat.S_ISREG(mode) or stat.S_ISLNK(mode)

    def _resolve(self, path: str) -> str | None:
        """The regular file that a path stands for, from the top; None for anything else, or outside."""
        try:
            real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118 -- pathlib raises on a loop
            inside = os.path.commonpath([self._root, real]) == self._root
        except (OSError, ValueError):
            return None
        # Not a pipe or a device: opening one could wait for ever.
        if not inside or not os.path.isfile(real):  # noqa: PTH113 -- as above
            return None
        return os.path.relpath(real, self._root).replace(os.sep, "/")

    def _up_to_link(self, path: str) -> str:
        """The path as far as the first link on it, behind which git knows nothing."""
        parts = path.split("/")
        steps = ("/".join(parts[:count]) for count in range(1, len(parts)))
        return next((step for step in steps if os.path.islink(os.path.join(self._root, step))), path)  # noqa: PTH114, PTH118

    def _is_foreign(self, path: str) -> bool:
        """Whether a file that is there belongs to git itself, to a repository within, or to nobody who commits it."""
        if any(part.lower() == ".git" for part in path.split("/")):
            return True
        if self._is_within(posixpath.dirname(path)):
            return True
        return path not in self._listed and self._ignored.knows(path)

    def _is_within(self, folder: str) -> bool:
        """Whether a folder below the top is, or is in, a repository of its own."""
        while folder:
            if os.path.lexists(os.path.join(self._root, folder, ".git")):  # noqa: PTH118 -- as above
                return True
            folder = posixpath.dirname(folder)
        return False


class _Ignored:
    """What git ignores, asked through one process that is started when first needed; tracked files never are."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._conversation: Conversation | None = None
        self._known: dict[str, bool] = {}

    def knows(self, path: str) -> bool:
        """Whether a path, from the top of the repository, is ignored."""
        with self._lock:
            if path not in self._known:
                self._known[path] = self._ask(path)
            return self._known[path]

    def _ask(self, path: str) -> bool:
        if self._conversation is None:
            self._conversation = self._git.converse(_QUESTION)
        try:
            # The dot keeps a path that begins with a colon from being a pattern.
            return self._conversation.ask(b"./" + os.fsencode(path) + b"\0", _answer, timeout=LOCAL)
        except BaseException:
            # The conversation closed itself; the next question starts another one.
            self._conversation = None
            raise

    def close(self) -> None:
        """End the process; a later question starts another one."""
        with self._lock:
            if self._conversation is not None:
                self._conversation.close()
                self._conversation = None


def _answer(source: BinaryIO) -> bool:
    pattern = [_field(source) for _ in range(_FIELDS)][2]
    return pattern != b"" and not pattern.startswith(b"!")


def _field(source: BinaryIO) -> bytes:
    found = bytearray()
    while (sign := source.read(1)) != b"\0":
        if not sign:
            raise EOFError
        found += sign
    return bytes(found)
