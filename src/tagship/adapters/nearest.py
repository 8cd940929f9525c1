"""Which project is meant in a directory below one: the nearest, as for git and for pytest."""

import os
import re
from pathlib import Path
from typing import Final

from tagship.errors import ConfigError, Edit, InFile, TagshipError

FILES: Final = ("pyproject.toml", "tagship.toml", "setup.py", "setup.cfg")
"""What a project is told by."""
_TABLES: Final = frozenset({"build-system", "project"})
_TOOLS: Final = frozenset({"flit", "hatch", "pdm", "poetry", "tagship", "uv"})
"""Whose table makes a pyproject.toml one of a project, or of a workspace; a linter's may lie in any directory."""
_DESCRIBED: Final = re.compile(rb"^\[(?:metadata|options)\]", re.MULTILINE)


def nearest_project(directory: Path) -> Path:
    """The directory itself or the nearest above it that holds a project, up to the top of its repository.

    Where there is none it is the directory itself, and so it is outside of a repository. A relative one stays relative.
    """
    if not directory.is_dir() or os.path.lexists(directory / ".git"):
        return directory
    here = directory.resolve()
    found = next((each for each in _up_to_the_top(here) if _holds_project(each)), here)
    return directory if found == here else _spelt_like(directory, found)


def top_of(directory: Path) -> Path:
    """The top of the repository that a directory lies in; itself where that is in none. A relative one stays so."""
    if not directory.is_dir():
        return directory
    here = directory.resolve()
    *_, top = _up_to_the_top(here)
    return directory if top == here else _spelt_like(directory, top)


def prove_project(directory: Path) -> None:
    """Raise ConfigError that names where was looked where nothing tells of a project, there or above it."""
    if any((directory / name).is_file() for name in FILES):
        return
    here = directory.resolve()
    *_, last = _up_to_the_top(here)
    above = "" if last == here else f", nor above it up to {last}"
    raise ConfigError(
        f"there is no project in {here}{above}: neither pyproject.toml, setup.py nor setup.cfg",
        where=InFile("pyproject.toml"),
        remedy=Edit("name the project's directory with -C, or write a pyproject.toml"),
    )


def _spelt_like(directory: Path, found: Path) -> Path:
    return found if directory.is_absolute() else Path(os.path.relpath(found))


def _up_to_the_top(directory: Path) -> tuple[Path, ...]:
    """A directory and those above it as far as its repository goes; itself alone where it is in none."""
    upwards = (directory, *directory.parents)
    top = next((number for number, each in enumerate(upwards) if os.path.lexists(each / ".git")), 0)
    return upwards[: top + 1]


def _holds_project(directory: Path) -> bool:
    if (directory / "tagship.toml").is_file() or _describes(directory / "pyproject.toml"):
        return True
    # A package may have a module of that name.
    if (directory / "setup.py").is_file() and not (directory / "__init__.py").exists():
        return True
    return _DESCRIBED.search(_content(directory / "setup.cfg")) is not None


def _describes(path: Path) -> bool:
    """Whether a pyproject.toml is of a project; one that cannot be read is for its reader to complain of."""
    if not path.is_file():
        return False
    from tagship.adapters.toml_document import TomlDocument  # noqa: PLC0415 -- at the top nothing needs to be read

    try:
        data = TomlDocument.parse(path.name, path.read_bytes()).data
    except (OSError, TagshipError):
        return True
    tools = data.get("tool")
    return not _TABLES.isdisjoint(data) or (isinstance(tools, dict) and not _TOOLS.isdisjoint(tools))


def _content(path: Path) -> bytes:
    """What a regular file holds; nothing where there is none, or none that can be read."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""
