"""Finds the places, besides the project's own, that spell its version out."""

import re
from collections.abc import Iterator, Sequence

from tagship.domain.config import VersionFile
from tagship.domain.facts import Tree, VersionCopy
from tagship.domain.project import Project
from tagship.errors import ConfigError, Edit, InFile

_DUNDER = re.compile(r"""^__version__(?:\s*:\s*[\w.\[\]]+)?\s*=\s*["']v?(?P<version>\d[^"']*)["']""", re.MULTILINE)
_CITATION = re.compile(r"""^version:\s*["']?v?(?P<version>\d[^"'\s]*)""", re.MULTILINE)
_ANY_VERSION = re.compile(r"(?<![\w.])v?(?P<version>\d+(?:\.\d+)+(?:(?:a|b|rc|\.post|\.dev)\d+)*)(?![\w.]*\w)")

MODULES = ("__init__.py", "__about__.py", "_version.py", "version.py", "__version__.py")
"""Where packages keep `__version__`, by custom."""


def find_version_copies(tree: Tree, project: Project, configured: Sequence[VersionFile]) -> tuple[VersionCopy, ...]:
    """Every copy of the version: the customary places, and the files that the project names.

    A customary place counts only where it spells the version as a literal, a named file where it holds
    anything that reads as a version: the first one is it. Raises ConfigError for a named file that is not
    there or holds none.
    """
    own = project.version_source.path
    copies = [
        copy
        for path, pattern in _customary(project)
        if path != own and (copy := _first(tree, path, pattern)) is not None
    ]
    copies.extend(_named(tree, file.path) for file in configured if file.path != own)
    return tuple({copy.path: copy for copy in copies}.values())


def _customary(project: Project) -> Iterator[tuple[str, re.Pattern[str]]]:
    if not project.version_is_tag:
        package = project.normalized_name.replace("-", "_")
        for folder in (f"src/{package}", package):
            for module in MODULES:
                yield f"{folder}/{module}", _DUNDER
        yield f"src/{package}.py", _DUNDER
        yield f"{package}.py", _DUNDER
    yield "CITATION.cff", _CITATION


def _first(tree: Tree, path: str, pattern: re.Pattern[str]) -> VersionCopy | None:
    content = tree.read(path)
    if content is None:
        return None
    text = content.decode("utf-8", errors="replace")
    found = pattern.search(text)
    if found is None:
        return None
    return VersionCopy(path, text.count("\n", 0, found.start("version")) + 1, found["version"])


def _named(tree: Tree, path: str) -> VersionCopy:
    copy = _first(tree, path, _DUNDER) or _first(tree, path, _ANY_VERSION)
    if copy is None:
        state = "is not there" if tree.read(path) is None else "holds nothing that reads as a version"
        raise ConfigError(
            f"version-files names {path}, which {state}",
            where=InFile(path),
            remedy=Edit(f"take {path} out of version-files in [tool.tagship]"),
        )
    return copy
