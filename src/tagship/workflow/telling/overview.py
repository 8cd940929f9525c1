"""What tagship sees of a project."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tagship.adapters.changelogs import read_changelog
from tagship.adapters.directory import DirectoryTree
from tagship.domain.overview import Overview
from tagship.domain.project import Project
from tagship.domain.version import TagTemplate
from tagship.errors import TagshipError, UsageError
from tagship.workflow.several.subdirectory import Subdirectory
from tagship.workflow.workplace import Workplace

T = TypeVar("T")


class _Notebook:
    """Collects the reasons of what could not be found out."""

    def __init__(self) -> None:
        self.unknown: dict[str, str] = {}

    def ask(self, field: str, question: Callable[[], T]) -> T | None:
        """The answer, or None with its reason noted."""
        try:
            return question()
        except TagshipError as error:
            self.unknown[field] = error.message
            return None


def _working_tree(place: Workplace) -> Path | None:
    """The working tree that the project is a part of; None where git knows of none."""
    try:
        return place.repository.root if place.is_in_repository else None
    except UsageError:
        return None


def overview(place: Workplace) -> Overview:
    """Everything at a glance, as the working tree has it.

    Raises ConfigError for a project that cannot be read at all; what else cannot be found out is told under
    `unknown` with its reason.
    """
    tree = DirectoryTree(place.directory, within=_working_tree(place))
    notebook = _Notebook()
    told_from = Subdirectory("" if place.package is None else place.inside)
    project = _project(told_from.read_project(tree), place, notebook)
    changelog = notebook.ask(
        "changelog", lambda: read_changelog(tree, configured=place.config.changelog, project=project.name)
    )
    template = notebook.ask("tag_format", lambda: place.facts.template)
    return Overview(
        name=project.name,
        version=None if project.version is None else str(project.version),
        version_source=project.version_source,
        dynamic=project.dynamic,
        backend=project.backend,
        changelog_path=changelog.path if changelog else None,
        changelog_format=changelog.format.value if changelog else None,
        tag_format=template.text if template else TagTemplate().text,
        branch=notebook.ask("branch", lambda: place.facts.main),
        release_lines=place.config.release_lines,
        host=notebook.ask("host", lambda: place.host_name),
        index=place.config.index.name,
        unknown=tuple(notebook.unknown.items()),
    )


def _project(project: Project, place: Workplace, notebook: _Notebook) -> Project:
    """The project, with what its files do not tell asked of the backend."""
    if project.version is not None or project.version_is_tag:
        return project
    answered = notebook.ask("version", lambda: place.ask_backend(project, "HEAD"))
    why = str(project.version_unknown)
    if answered is None and why not in notebook.unknown["version"]:
        notebook.unknown["version"] = f"{why}; {notebook.unknown['version']}"
    return answered or project
