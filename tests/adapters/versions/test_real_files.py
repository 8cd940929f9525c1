"""What real projects wrote is set to another version and back, and every other byte is as it was.

The directory of their clones is named by TAGSHIP_REAL_PROJECTS; it is read, and nothing is written there.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from packaging.version import Version

from tagship.adapters.directory import DirectoryTree
from tagship.adapters.pyproject import read_project
from tagship.adapters.versions import find_locks, write_locks, write_version
from tagship.adapters.versions.customary import BY_NAME, Finder, at_keys
from tagship.adapters.versions.texts import EditedTree, Source, Spot
from tagship.domain.branch import Lock
from tagship.domain.change import FileChange
from tagship.domain.facts import Tree
from tagship.domain.project import Project, VersionSource
from tagship.domain.version import parse_version
from tagship.errors import ConfigError, FactUnknown

VARIABLE = "TAGSHIP_REAL_PROJECTS"
NAMES = ("pyproject.toml", "setup.py", "setup.cfg", "Cargo.toml", "package.json", "CITATION.cff", ".bumpversion.cfg")
SOME = Project("any", Version("1.0"), VersionSource("text", "release"), "any", dynamic=False)
IN_PYPROJECT = at_keys(("project", "version"))


def roots() -> list[Path]:
    named = os.environ.get(VARIABLE)
    if not named or not Path(named).is_dir():
        return []
    return sorted(entry for entry in Path(named).iterdir() if entry.is_dir())


ROOTS = roots()
pytestmark = pytest.mark.skipif(not ROOTS, reason=f"{VARIABLE} names no directory of clones of real projects")


def directories(root: Path) -> Iterator[Path]:
    """Where there is a project, by its files: at the top, and at most two steps below."""
    for pattern in ("*", "*/*", "*/*/*"):
        for file in sorted(root.glob(pattern)):
            if file.name in {"pyproject.toml", "setup.py", "setup.cfg"} and file.is_file():
                yield file.parent


def as_suffixed(version: Version, release: str) -> Version:
    """Another release with the same suffix, so that a style which is not canonical comes back."""
    return Version(release + str(version).removeprefix(version.base_version))


def back(tree: Tree, changes: tuple[FileChange, ...]) -> EditedTree:
    return EditedTree(tree, {change.path: change.after or b"" for change in changes})


def differs_in_versions_alone(change: FileChange) -> None:
    """Every difference is within a word that begins with a digit, and no line was added or lost."""
    before, after = (change.before or b"").split(b"\n"), (change.after or b"").split(b"\n")
    assert len(before) == len(after)
    differing = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert 1 <= len(differing) <= 3, differing
    word = re.compile(rb"\d[\w.!+-]*")
    for old, new in differing:
        assert word.sub(b"", old) == word.sub(b"", new)


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_projects_there_and_back(root: Path) -> None:
    seen = 0
    for directory in dict.fromkeys(directories(root)):
        tree = DirectoryTree(directory)
        try:
            project = read_project(tree)
        except ConfigError:
            continue
        seen += 1
        old = project.version
        if old is None:
            continue
        new = as_suffixed(old, f"{old.major + 1}.20.30")
        try:
            changes = write_version(tree, project, new, ())
        except FactUnknown:
            # Nobody could; what is told then is looked at elsewhere.
            continue
        assert changes
        for change in changes:
            differs_in_versions_alone(change)
        there = back(tree, changes)
        assert read_project(there).version == new
        again = {change.path: change.after for change in write_version(there, read_project(there), old, ())}
        assert again == {change.path: change.before for change in changes}
    if not seen:
        pytest.skip("nothing here is a project in Python")


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_files_there_and_back(root: Path) -> None:
    """Each file by itself, whatever version stands in it, found by what knows files of this name."""
    for path in sorted(file for name in NAMES for file in root.rglob(name) if ".git" not in file.parts):
        source = Source(path.name, path.read_bytes())
        if source.is_binary:
            continue
        for finder in (BY_NAME[path.name], *([IN_PYPROJECT] if path.name == "pyproject.toml" else [])):
            for found in finder(source, SOME):
                if parse_version(found.spot.text) is not None:
                    spot_there_and_back(source, found.spot, finder)


def spot_there_and_back(source: Source, spot: Spot, finder: Finder) -> None:
    assert source.text[spot.start : spot.end] == spot.text
    edited = Source(source.path, source.replaced([spot.set_to(as_suffixed(Version(spot.text), "70.80.90"))]))
    assert edited.text[: spot.start] == source.text[: spot.start]
    assert edited.text.endswith(source.text[spot.end :])
    (again,) = (found.spot for found in finder(edited, SOME) if found.spot.start == spot.start)
    assert edited.replaced([(again.start, again.end, spot.text)]) == source.content


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_locks_there_and_back(root: Path) -> None:
    tree = DirectoryTree(root)
    try:
        locks = find_locks(tree, read_project(tree))
    except ConfigError:
        locks = ()
    if not locks:
        pytest.skip("no lock file knows the project's version")
    old = Version(locks[0].text)
    new = as_suffixed(old, "70.80.90")

    changes = write_locks(tree, locks, new)

    versions: Mapping[str, set[str]] = {change.path: set() for change in changes}
    for change in changes:
        differing = sum(
            one != other
            for one, other in zip((change.before or b"").split(b"\n"), (change.after or b"").split(b"\n"), strict=True)
        )
        assert differing == sum(lock.path == change.path for lock in locks)
    moved = [Lock(lock.path, lock.line, text(back(tree, changes), lock), lock.tool, lock.argv) for lock in locks]
    returned = write_locks(back(tree, changes), moved, old)
    assert {change.path: change.after for change in returned} == {
        change.path: tree.read(change.path) for change in changes
    }
    assert versions


def text(tree: Tree, lock: Lock) -> str:
    """What stands at the place of an entry's version."""
    line = (tree.read(lock.path) or b"").decode().split("\n")[lock.line - 1]
    found = re.search(r"version\W+(\d[^\"\s]*)", line)
    assert found is not None
    return found[1]
