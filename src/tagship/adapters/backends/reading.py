"""What a backend's files say about a project, and how they say it."""

from dataclasses import dataclass
from typing import Final

from packaging.version import Version

from tagship.domain.project import TAG_IS_THE_VERSION, VersionSource
from tagship.errors import ConfigError, Edit, InFile

# The kinds of VersionSource: what to do with the place in order to read the version there.
TOML: Final = "toml"  # the value of the key at that line
INI: Final = "ini"  # the value of the key at that line of setup.cfg
PYTHON: Final = "python"  # a literal in a Python module
PATTERN: Final = "pattern"  # what a regular expression finds in a file
TEXT: Final = "text"  # the file holds the version and nothing else
JSON: Final = "json"  # the value of the key at that line
MESON: Final = "meson"  # a keyword of project() in meson.build
BACKEND: Final = "backend"  # only the backend can tell, by running


class NotStatic(Exception):
    """The version is written nowhere that can be read without running code; the message says why."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text that stands in a file of the tree; `line` counts from 1."""

    text: str
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A version and where it comes from.

    `version` is None where the tag is the version and where `unknown` holds the reason. `declared` is
    True where the version stands as plain text among the project's metadata, which other tools then read
    as it is.
    """

    version: Version | None
    source: VersionSource
    unknown: str | None = None
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a backend's own files say where there is no `[project]` table to say it."""

    name: str | None = None
    requires_python: str | None = None


def written(found: Written, kind: str, *, declared: bool = False) -> Reading:
    """The version that a text in a file spells; raises ConfigError where it spells none."""
    return Reading(read_version(found), VersionSource(kind, found.path, found.line), declared=declared)


def by_tag() -> Reading:
    """No file carries the version: the tag does."""
    return Reading(None, VersionSource(TAG_IS_THE_VERSION))


def by_backend(reason: str) -> Reading:
    """Only running the backend can tell, for this reason."""
    return Reading(None, VersionSource(BACKEND), unknown=reason)


def read_version(found: Written) -> Version:
    """The version that a text spells under PEP 440; raises ConfigError at its place where it spells none."""
    text = found.text.strip()
    try:
        version = Version(text)
        str(version)  # a number of thousands of digits is refused here at the latest
    except ValueError:
        shown = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
        raise ConfigError(
            f"the version {shown!r} in {found.path} is not a version under PEP 440, and no index would take it",
            where=InFile(found.path, found.line),
            remedy=Edit("spell the version as in 1.2.3, 1.2.3rc1, 1.2.3.post1 or 1.2.3.dev1"),
        ) from None
    return version


_LONGEST_SHOWN = 60
