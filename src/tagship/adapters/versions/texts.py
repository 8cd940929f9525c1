"""Files as text that goes back to the same bytes, and the spots in them where a version stands."""

import dataclasses
import io
import posixpath
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from packaging.version import Version

from tagship.adapters.versions.spelling import spelt
from tagship.domain.facts import Tree, VersionCopy

BYTE_ORDER_MARK: Final = "\ufeff"
_BY_SEMVER: Final = frozenset({"Cargo.toml", "package.json"})


@dataclasses.dataclass(frozen=True)
class Source:
    """A file's text, every byte of it: ends of lines, a byte order mark and what is no character are in there."""

    path: str
    content: bytes

    @cached_property
    def encoding(self) -> str:
        """UTF-8, or what a Python file declares (PEP 263)."""
        if not self.path.endswith((".py", ".pyi")):
            return "utf-8"
        try:
            name, _ = tokenize.detect_encoding(io.BytesIO(self.content).readline)
        except SyntaxError:
            return "utf-8"
        return "utf-8" if name == "utf-8-sig" else name

    @cached_property
    def text(self) -> str:
        """The decoded text."""
        return self.content.decode(self.encoding, "surrogateescape")

    @cached_property
    def is_binary(self) -> bool:
        """Whether it is no text at all."""
        return b"\0" in self.content

    def line_at(self, offset: int) -> int:
        """The line, from 1, on which an offset of the text stands."""
        return self.text.count("\n", 0, offset) + 1

    def line_starts(self, line: int) -> int:
        """The offset at which a line begins; that of the end where there are fewer."""
        offset = 0
        for _ in range(line - 1):
            offset = self.text.find("\n", offset) + 1
            if not offset:
                return len(self.text)
        return offset

    def replaced(self, edits: Iterable[tuple[int, int, str]]) -> bytes:
        """The content with other text between offsets; edits do not overlap."""
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text.encode(self.encoding, "surrogateescape")


def read_source(tree: Tree, path: str) -> Source | None:
    """A file of a tree; None where there is none, or no text."""
    content = tree.read(path)
    if content is None:
        return None
    source = Source(path, content)
    return None if source.is_binary else source


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a version stands in a file, between two offsets of its text.

    `semver` is True where the file's format asks for SemVer, `of_releases` where it follows releases alone. `parts` is
    the count of numbers of a place that gives the first ones only.
    """

    path: str
    start: int
    end: int
    text: str
    line: int
    semver: bool = False
    parts: int | None = None
    of_releases: bool = False

    @property
    def copy(self) -> VersionCopy:
        """The spot as checks see it."""
        return VersionCopy(self.path, self.line, self.text, self.parts, of_releases=self.of_releases)

    def set_to(self, version: Version) -> tuple[int, int, str]:
        """The edit that puts another version here."""
        return self.start, self.end, spelt(version, self.text, semver=self.semver, parts=self.parts)


def spot_at(source: Source, span: tuple[int, int], *, of_releases: bool = False) -> Spot:
    """The spot between two offsets."""
    start, end = span
    line = source.line_at(start)
    semver = posixpath.basename(source.path) in _BY_SEMVER
    return Spot(source.path, start, end, source.text[start:end], line, semver=semver, of_releases=of_releases)


class EditedTree:
    """A tree with other content in some of its files."""

    def __init__(self, tree: Tree, edited: Mapping[str, bytes]) -> None:
        self._tree = tree
        self._edited = dict(edited)

    def read(self, path: str) -> bytes | None:
        """The edited content, else the tree's."""
        found = self._edited.get(path)
        return self._tree.read(path) if found is None else found

    def paths(self) -> Sequence[str]:
        """The tree's; an edit adds no file."""
        return self._tree.paths()
