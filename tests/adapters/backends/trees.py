"""Trees written down in a test, and the project that is read from them."""

from collections.abc import Mapping
from textwrap import dedent

from tagship.adapters.pyproject import read_project
from tagship.domain.project import Project


class LiteralTree:
    """A Tree of the files that a test writes down."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files = {
            path: content if isinstance(content, bytes) else _at_the_margin(content).encode()
            for path, content in files.items()
        }

    def read(self, path: str) -> bytes | None:
        """The file as it was written down."""
        return self._files.get(path)

    def paths(self) -> list[str]:
        """All that was written down."""
        return sorted(self._files)


def _at_the_margin(content: str) -> str:
    """A text that a test indents to its own code; others are left as they are."""
    return dedent(content[1:]) if content.startswith("\n ") else content


def project_of(files: Mapping[str, str | bytes], directory: str = "") -> Project:
    """What is read from these files."""
    return read_project(LiteralTree(files), directory)


def sighted(project: Project) -> tuple[str | None, str, str | None, int | None]:
    """What most tests are about: version, kind, path and line of its source."""
    source = project.version_source
    version = None if project.version is None else str(project.version)
    return version, source.kind, source.path, source.line


def backed_by(backend: str, *requires: str, extra: str = "") -> str:
    """The head of a pyproject.toml whose version is dynamic; six lines long, `extra` follows."""
    listed = ", ".join(f'"{requirement}"' for requirement in requires)
    return (
        f'[build-system]\nrequires = [{listed}]\nbuild-backend = "{backend}"\n'
        f'[project]\nname = "demo"\ndynamic = ["version"]\n{dedent(extra)}'
    )
