"""What git stores of a commit's files, digested as a checkout may have them."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from hashlib import sha256

from tagship.domain.built import Blob
from tagship.domain.facts import Tree

ATTRIBUTES = ".gitattributes"
REWRITING = ("filter=", "ident", "export-subst", "working-tree-encoding=")
"""How the attributes begin by which git writes to a checkout, or to an archive, what it does not store."""
POINTERS = (b"version https://git-lfs.github.com/spec/", b"\0GITCRYPT\0")
"""How the content begins that stands for another one."""


class TreeBlobs(Mapping[str, Blob]):
    """The files of a tree by path, each read when it is looked up; raises FactUnknown for one that is lost."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._paths = frozenset(tree.paths())
        self._read: dict[str, Blob] = {}
        self._rewritten: tuple[tuple[str, str], ...] | None = None

    def __getitem__(self, path: str) -> Blob:
        """The file's content; what a link leads to where it is one."""
        if path not in self._paths:
            raise KeyError(path)
        if path not in self._read:
            self._read[path] = self._digested(path)
        return self._read[path]

    def __iter__(self) -> Iterator[str]:
        """The paths."""
        return iter(self._paths)

    def __len__(self) -> int:
        """How many files there are."""
        return len(self._paths)

    def __contains__(self, path: object) -> bool:
        """Whether git tracks it, which reads nothing."""
        return path in self._paths

    def _digested(self, path: str) -> Blob:
        content = self._tree.read(path)
        if content is None:
            return Blob(frozenset(), 0)
        if content.startswith(POINTERS) or self._is_rewritten(path):
            return Blob(frozenset(), len(content))
        unix = content.replace(b"\r\n", b"\n")
        written = {content, unix, unix.replace(b"\n", b"\r\n")}
        return Blob(frozenset(sha256(each).hexdigest() for each in written), len(content))

    def _is_rewritten(self, path: str) -> bool:
        """Whether an attribute lets git write something else; patterns are read more generously than git does."""
        if self._rewritten is None:
            self._rewritten = tuple(self._patterns())
        return any(
            path.startswith(folder) and (fnmatchcase(path[len(folder) :], pattern) or fnmatchcase(name, pattern))
            for name in (path.rpartition("/")[2],)
            for folder, pattern in self._rewritten
        )

    def _patterns(self) -> Iterator[tuple[str, str]]:
        """The directory and the pattern of every line of attributes that lets git rewrite."""
        for path in sorted(self._paths):
            folder, _, name = path.rpartition("/")
            if name != ATTRIBUTES:
                continue
            for line in (self._tree.read(path) or b"").decode("utf-8", "replace").splitlines():
                pattern, *attributes = line.split() or [""]
                if any(attribute.startswith(REWRITING) for attribute in attributes):
                    yield f"{folder}/" if folder else "", pattern.lstrip("/")
