"""A project's files as a backend sees them: its pyproject.toml and what stands beside it."""

import posixpath
from dataclasses import dataclass

from tagship.adapters.backends.reading import Identity, NotStatic
from tagship.adapters.toml_document import TomlDocument, decode
from tagship.domain.facts import Tree
from tagship.domain.names import canonicalize_name


@dataclass(frozen=True, slots=True)
class Manifest:
    """One project in a tree; `directory` is where it lives, "" for the root.

    `toml` is its pyproject.toml, an empty document where there is none. Every path asked for is relative
    to `directory`; every path given back is relative to the root of the tree.
    """

    tree: Tree
    toml: TomlDocument
    directory: str = ""

    def locate(self, path: str) -> str | None:
        """Where a path of the project lies in the tree; None where it points outside."""
        if not path or "\0" in path or "\\" in path or posixpath.isabs(path):
            return None
        found = posixpath.normpath(posixpath.join(self.directory, path))
        return None if found == "." or found.split("/", 1)[0] == ".." else found

    def read(self, path: str) -> bytes | None:
        """The content of a file of the project; None where there is none in the tree."""
        located = self.locate(path)
        return None if located is None else self.tree.read(located)

    def text(self, path: str) -> str | None:
        """The text of a file; raises ConfigError where it is not UTF-8."""
        content = self.read(path)
        return None if content is None else decode(self.spelt(path), content)

    def needed_text(self, path: str, wanted_by: str) -> str:
        """The text of a file that a setting names; raises NotStatic where there is none."""
        text = self.text(path)
        if text is None:
            raise NotStatic(f"{wanted_by} names {path}, and there is no such file")
        return text

    def spelt(self, path: str) -> str:
        """A path of the project as messages and places name it."""
        return self.locate(path) or path

    def beside(self, name: str) -> TomlDocument | None:
        """Another TOML file of the project, or None; raises ConfigError where it is broken."""
        content = self.read(name)
        return None if content is None else TomlDocument.parse(self.spelt(name), content)

    @property
    def build_backend(self) -> str | None:
        """The build backend as pyproject.toml names it."""
        return self.toml.string("build-system", "build-backend")

    @property
    def build_requires(self) -> frozenset[str]:
        """The normalized names of what the build needs."""
        return frozenset(map(_requirement_name, self.toml.strings("build-system", "requires"))) - {""}

    @property
    def lists_version_as_dynamic(self) -> bool:
        """Whether `[project]` leaves the version to the backend in so many words."""
        return "version" in self.toml.strings("project", "dynamic")

    @property
    def name(self) -> str | None:
        """The name that `[project]` gives."""
        return self.toml.string("project", "name")


def no_identity(manifest: Manifest) -> Identity:  # noqa: ARG001 -- the usual answer of a backend
    """For backends that know no name but the one under `[project]`."""
    return Identity()


def _requirement_name(text: str) -> str:
    from packaging.requirements import InvalidRequirement, Requirement  # noqa: PLC0415 -- slow, and asked of few backends

    try:
        return canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return ""
