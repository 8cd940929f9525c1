"""The project's own entries in lock files, found and set to another version.

Lock files are long, and a parser of TOML takes a second for a long one. Their tools write one entry below the other, so
that an entry is cut out and parsed alone. poetry.lock, pdm.lock and pylock.toml have no version of the project itself:
what they lock is what it needs (for pylock.toml PEP 751 forbids it for a source tree).
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.adapters.versions.copies import customary_spots
from tagship.adapters.versions.documents import Document, Key, differences, parse_document, parse_json, parse_toml
from tagship.adapters.versions.spelling import spelt
from tagship.adapters.versions.texts import EditedTree, Source, read_source
from tagship.domain.branch import Lock
from tagship.domain.change import FileChange
from tagship.domain.facts import Tree
from tagship.domain.project import Project
from tagship.domain.version import parse_version
from tagship.errors import FactUnknown, InFile, Run

_ARGV: Final = {
    "uv.lock": ("uv", "lock"),
    "Cargo.lock": ("cargo", "update", "--workspace", "--offline"),
    "package-lock.json": ("npm", "install", "--package-lock-only"),
    "npm-shrinkwrap.json": ("npm", "install", "--package-lock-only"),
    "pixi.lock": ("pixi", "lock"),
}
"""What brings each lock file up to date; run in the folder of the file."""

_VERSION: Final[tuple[Key, ...]] = ("package", 0, "version")
_NODE_KEYS: Final[tuple[tuple[Key, ...], ...]] = (("version",), ("packages", "", "version"))
_HEADER: Final = re.compile(r"^\[\[package\]\]", re.MULTILINE)
_TABLE: Final = re.compile(r"^\[(?!package\.|\[package\.)", re.MULTILINE)
_LINES_TEXT: Final = ('"""', "'''")
_PIXI: Final = re.compile(r"^- pypi: (?P<place>\S+)[ \t]*\r?\n(?P<rest>(?:[ \t]+\S.*\r?\n?)*)", re.MULTILINE)
_PIXI_VERSION: Final = re.compile(r"""^[ \t]+version: ["']?(?P<version>\d[^"'\s]*)""", re.MULTILINE)
_PIXI_HASH: Final = re.compile(r"^[ \t]+sha256:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table of a lock file, cut out: `start` is its offset in the whole text."""

    start: int
    document: Document

    def span(self) -> tuple[int, int] | None:
        """Where its version stands in the whole text; None where it has none."""
        span = self.document.span(*_VERSION)
        return None if span is None else (self.start + span[0], self.start + span[1])


def find_locks(tree: Tree, project: Project, *, directory: str = "") -> tuple[Lock, ...]:
    """The project's own entries in its lock files, those of one file in order.

    `directory` is where the project lies in the tree: a workspace has its lock file at the top, for all. Paths in
    `project` are from that directory, those of the locks from the top of the tree. A file whose own entry has no
    version, as with a dynamic one, is left out. Raises FactUnknown for an own entry that cannot be parsed.
    """
    inside = _Inside(tree, directory.strip("/"))
    found = [*_uv_locks(tree, project, inside), *_cargo_locks(inside, project), *_node_locks(inside, project)]
    return (*found, *_pixi_locks(inside, project))


def write_lock(tree: Tree, lock: Lock, version: Version) -> FileChange:
    """The edit that sets an own entry to another version; that of a Node package in both of its places.

    Only the entry is parsed again, to see that nothing but its version has changed. Raises FactUnknown, with the
    command of the file's own tool, where the entry holds more that depends on the version, or is not where it was.
    """
    source = read_source(tree, lock.path)
    spans = list(_spans(source, lock)) if source else []
    if source is None or not spans:
        raise _moved(lock)
    name = posixpath.basename(lock.path)
    new = spelt(version, lock.text, semver=name not in {"uv.lock", "pixi.lock"})
    content = source.replaced([(*span, new) for span in spans])
    if not _only_versions_changed(source, Source(lock.path, content), lock, len(spans)):
        raise _moved(lock)
    return FileChange(lock.path, source.content, content)


def write_locks(tree: Tree, locks: Sequence[Lock], version: Version) -> tuple[FileChange, ...]:
    """As `write_lock`, for several entries, with one change for each file."""
    edited: dict[str, bytes] = {}
    before: dict[str, bytes] = {}
    for lock in locks:
        change = write_lock(EditedTree(tree, edited), lock, version)
        if change.before is not None and change.after is not None:
            before.setdefault(lock.path, change.before)
            edited[lock.path] = change.after
    return tuple(FileChange(path, before[path], edited[path]) for path in edited if before[path] != edited[path])


@dataclass(frozen=True, slots=True)
class _Inside:
    """The files below a directory of a tree, by their own paths."""

    tree: Tree
    directory: str

    def path(self, path: str) -> str:
        return posixpath.normpath(posixpath.join(self.directory, path))

    def read(self, path: str) -> bytes | None:
        return self.tree.read(self.path(path))

    def paths(self) -> Sequence[str]:
        prefix = f"{self.directory}/" if self.directory else ""
        return [path.removeprefix(prefix) for path in self.tree.paths() if path.startswith(prefix)]


def _uv_locks(tree: Tree, project: Project, inside: _Inside) -> Iterator[Lock]:
    for folder in _upwards(inside.directory):
        source = read_source(tree, posixpath.join(folder, "uv.lock"))
        place = inside.directory.removeprefix(folder).strip("/") or "."
        for entry in _entries(source, [project.normalized_name]) if source else ():
            if source and place in _local_places(entry.document):
                yield from _lock(source, entry.span())


def _local_places(document: Document) -> set[str]:
    """The directory of a package that is not fetched from anywhere."""
    given = (document.value("package", 0, "source", key) for key in ("editable", "virtual", "directory"))
    return {posixpath.normpath(place) for place in given if place is not None}


def _cargo_locks(inside: _Inside, project: Project) -> Iterator[Lock]:
    """Entries of the crates that have the project's version; beside their manifest, or above it."""
    manifests = {spot.path for spot in customary_spots(inside, project, only="Cargo.toml")}
    own = project.version_source.path
    if own is not None and posixpath.basename(own) == "Cargo.toml":
        manifests.add(own)
    for path in sorted(manifests):
        names = _crates(inside, path)
        for folder in _upwards(posixpath.dirname(inside.path(path))):
            source = read_source(inside.tree, posixpath.join(folder, "Cargo.lock"))
            if source is None:
                continue
            for entry in _entries(source, names):
                if entry.document.value("package", 0, "source") is None:
                    yield from _lock(source, entry.span())
            break


def _crates(inside: _Inside, path: str) -> list[str]:
    """The names of the crates whose version a manifest states: its own, or all that inherit it."""
    manifest = _toml(inside, path)
    if manifest is None:
        return []
    if manifest.value("workspace", "package", "version") is None:
        return [manifest.value("package", "name") or ""]
    top = posixpath.dirname(path)
    below = [
        each for each in inside.paths() if each.endswith("Cargo.toml") and each.startswith(f"{top}/" if top else "")
    ]
    members = [member for each in below if (member := _toml(inside, each)) is not None]
    return [member.value("package", "name") or "" for member in members if _inherits(member)]


def _inherits(manifest: Document) -> bool:
    package = manifest.data.get("package") if isinstance(manifest.data, dict) else None
    return isinstance(package, dict) and package.get("version") == {"workspace": True}


def _toml(inside: _Inside, path: str) -> Document | None:
    source = read_source(inside, path)
    return parse_document(path, source.text) if source else None


def _node_locks(inside: _Inside, project: Project) -> Iterator[Lock]:
    """The one entry of a Node package, which stands in two places: that which differs, where one does."""
    carries = project.version_source.path == "package.json" or any(
        customary_spots(inside, project, only="package.json")
    )
    for name in ("package-lock.json", "npm-shrinkwrap.json"):
        source = read_source(inside, name) if carries else None
        if source is None:
            continue
        source = Source(inside.path(name), source.content)
        locks = [lock for span in _node_spans(source) for lock in _lock(source, span)]
        locks.sort(key=lambda lock: parse_version(lock.text) == project.version)
        yield from locks[:1]


def _node_spans(source: Source) -> Iterator[tuple[int, int]]:
    document = parse_document(source.path, source.text)
    if document is None:
        raise _broken(source, 1)
    for keys in _NODE_KEYS:
        if (span := document.span(*keys)) is not None:
            yield span


def _pixi_locks(inside: _Inside, project: Project) -> Iterator[Lock]:
    source = read_source(inside, "pixi.lock")
    for entry in _PIXI.finditer(source.text) if source else ():
        found = _PIXI_VERSION.search(entry["rest"])
        if source and found and posixpath.normpath(entry["place"]) == "." and not project.version_is_tag:
            start = entry.start("rest")
            yield from _lock(
                Source(inside.path("pixi.lock"), source.content),
                (start + found.start("version"), start + found.end("version")),
            )


def _lock(source: Source, span: tuple[int, int] | None) -> Iterator[Lock]:
    if span is not None:
        argv = _ARGV[posixpath.basename(source.path)]
        yield Lock(source.path, source.line_at(span[0]), source.text[slice(*span)], argv[0], argv)


def _upwards(folder: str) -> Iterator[str]:
    """A folder and all above it."""
    yield folder
    while folder:
        folder = posixpath.dirname(folder)
        yield folder


def _entries(source: Source, names: Collection[str]) -> Iterator[_Entry]:
    """The entries of packages of these names, in order; raises FactUnknown for one that is broken."""
    wanted = "|".join(map(re.escape, sorted(filter(None, names))))
    if not wanted:
        return
    for match in re.finditer(
        rf"""^name[ \t]*=[ \t]*["'](?:{wanted})["'][ \t]*(?:#.*)?\r?$""", source.text, re.MULTILINE
    ):
        entry = _entry_around(source, match.start())
        if entry is not None:
            yield entry


def _entry_around(source: Source, offset: int) -> _Entry | None:
    """The entry that an offset is in; None where it is in no entry of a package."""
    text = source.text
    start = text.rfind("[[package]]", 0, offset)
    if start < 0 or _HEADER.match(text, start) is None or _TABLE.search(text, start + 1, offset):
        return None
    # Text of several lines could hold what looks like an entry; only then the whole must be parsed.
    if any(marks in text for marks in _LINES_TEXT) and not _is_header(text, start):
        return None
    after = _TABLE.search(text, offset)
    cut = text[start : after.start() if after else len(text)]
    try:
        return _Entry(start, Document(cut, parse_toml(cut), parse_toml))
    except (ValueError, RecursionError):
        raise _broken(source, source.line_at(start)) from None


def _is_header(text: str, start: int) -> bool:
    """Whether what looks like the head of a table is one."""
    try:
        tried = parse_toml(text[:start] + "[[tried]]" + text[start + len("[[package]]") :])
    except (ValueError, RecursionError):
        return False
    return isinstance(tried, dict) and "tried" in tried


def _spans(source: Source, lock: Lock) -> Iterator[tuple[int, int]]:
    """Where the version of an entry stands, as long as it is where it was found."""
    name = posixpath.basename(lock.path)
    if name.endswith(".json"):
        yield from _node_spans(source)
        return
    start = source.line_starts(lock.line)
    end = source.line_starts(lock.line + 1)
    if name == "pixi.lock":
        found = _PIXI_VERSION.match(source.text, start, end)
        entry = next((each for each in _PIXI.finditer(source.text) if each.start() < start < each.end()), None)
        if entry is not None and found is not None and _PIXI_HASH.search(entry["rest"]) is None:
            yield found.span("version")
        return
    entry_here = _entry_around(source, start)
    span = entry_here.span() if entry_here else None
    if span is not None and start <= span[0] < end and source.text[slice(*span)] == lock.text:
        yield span


def _only_versions_changed(one: Source, other: Source, lock: Lock, places: int) -> bool:
    name = posixpath.basename(lock.path)
    if name == "pixi.lock":
        return True
    if name.endswith(".json"):
        return len(differences(parse_json(one.text), parse_json(other.text))) in range(places + 1)
    offset = one.line_starts(lock.line)
    left, right = _entry_around(one, offset), _entry_around(other, offset)
    if left is None or right is None:
        return False
    return differences(left.document.data, right.document.data) in ([], [_VERSION])


def _broken(source: Source, line: int) -> FactUnknown:
    where = InFile(source.path, line)
    name = posixpath.basename(source.path)
    return FactUnknown(f"{where} cannot be read as the entry of a lock file", where=where, remedy=Run(_ARGV[name]))


def _moved(lock: Lock) -> FactUnknown:
    return FactUnknown(
        f"{lock.path} cannot be set to another version here; {lock.tool} must do it",
        where=InFile(lock.path, lock.line),
        remedy=Run(lock.argv),
    )
