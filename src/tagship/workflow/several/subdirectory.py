"""A project in a directory of a repository: its files by their own paths, its places by the repository's.

A place in a report must be found by whoever has the commit, so that it is told from the top.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from tagship.adapters.pyproject import read_project
from tagship.domain.changelog import Changelog
from tagship.domain.config import Package
from tagship.domain.facts import Tree, VersionCopy
from tagship.domain.packages import Territory
from tagship.domain.project import Project
from tagship.errors import ConfigError, InFile


class Subtree:
    """The files below one directory of a tree."""

    def __init__(self, tree: Tree, inside: str) -> None:
        self._tree = tree
        self._prefix = inside + "/"

    def read(self, path: str) -> bytes | None:
        """A file by its path below the directory."""
        return self._tree.read(self._prefix + path)

    def paths(self) -> Sequence[str]:
        """Every file below the directory; the tree's are sorted, so that these stand beside each other."""
        everything = self._tree.paths()
        first = bisect_left(everything, self._prefix)
        below = takewhile(lambda path: path.startswith(self._prefix), islice(everything, first, None))
        return [path.removeprefix(self._prefix) for path in below]


class Subdirectory:
    """Where the project is below the top: `inside` has forward slashes and is empty for the top itself."""

    def __init__(self, inside: str) -> None:
        self._inside = inside

    def tree(self, tree: Tree) -> Tree:
        """The project's part of a tree."""
        return Subtree(tree, self._inside) if self._inside else tree

    def holds(self, path: str) -> bool:
        """Whether a path, told from the top, is below the directory."""
        return not self._inside or path.startswith(f"{self._inside}/")

    def pathspecs(self, land: Territory | None) -> tuple[str, ...]:
        """What git calls the project's own files, without those of packages that lie within; nothing for all files."""
        directories = () if land is None else land.directories
        within = [each for each in sorted(directories) if each != self._inside and self.holds(each)]
        if not self._inside and not within:
            return ()
        return (f":(top,literal){self._inside}", *(f":(top,exclude,literal){each}" for each in within))

    def path(self, path: str) -> str:
        """A path of the project, from the top."""
        return f"{self._inside}/{path}" if self._inside else path

    def project(self, project: Project) -> Project:
        """The project, with its version's place from the top."""
        source = project.version_source
        if source.path is None:
            return project
        return replace(project, version_source=replace(source, path=self.path(source.path)))

    def read_project(self, tree: Tree) -> Project:
        """The project in its part of a tree, by its own paths; what is raised for a broken file names it from the top.

        Raises ConfigError as `adapters.pyproject.read_project` does.
        """
        try:
            return read_project(tree)
        except ConfigError as broken:
            where = broken.where
            broken.where = replace(where, path=self.path(where.path)) if isinstance(where, InFile) else where
            raise

    def changelog(self, changelog: Changelog | None) -> Changelog | None:
        """The changelog, if there is one, with its places from the top."""
        if changelog is None or not self._inside:
            return changelog
        sections = tuple(replace(section, path=self.path(section.path)) for section in changelog.sections)
        return replace(changelog, path=self.path(changelog.path), sections=sections)

    def copies(self, copies: Sequence[VersionCopy]) -> tuple[VersionCopy, ...]:
        """Copies of the version, with their places from the top."""
        return tuple(replace(copy, path=self.path(copy.path)) for copy in copies)

    def packages(self, packages: Mapping[str, Package]) -> dict[str, Package]:
        """Packages that are listed in the directory, with their paths from the top."""
        return {name: replace(each, path=self.path(each.path).rstrip("/")) for name, each in packages.items()}
