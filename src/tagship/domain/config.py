"""What a project decided about its releases; everything has a working default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from fnmatch import fnmatchcase
from types import MappingProxyType

from tagship.domain.endpoints import PYPI, Endpoints
from tagship.domain.version import TagTemplate

_FILLED = re.compile(r"\{(name|version)\}")


class Auth(Enum):
    """The two ways of authenticating; there is no falling back from one to the other."""

    TRUSTED = "trusted"
    TOKEN = "token"  # noqa: S105 -- the word, not one


class HostKind(Enum):
    """Whose rules the generated files follow; PLAIN is a git server that runs nothing."""

    GITHUB = "github"
    GITLAB = "gitlab"
    FORGEJO = "forgejo"
    PLAIN = "none"


class Publisher(Enum):
    """What uploads in the job that holds the credential."""

    TAGSHIP = "tagship"
    PYPA_ACTION = "pypa/gh-action-pypi-publish"


class Way(Enum):
    """Where the version goes up: in each branch, in a release branch, or there as fragments of news say."""

    IN_PR = "in-pr"
    RELEASE_PR = "release-pr"
    FRAGMENTS = "fragments"


@dataclass(frozen=True, slots=True)
class VersionFile:
    """A file that carries the version besides the project's own place, from the project's directory.

    `pattern` is a regular expression with a group `version`, or None: then the file's own format says where it stands.
    """

    path: str
    pattern: str | None = None


@dataclass(frozen=True, slots=True)
class CustomCheck:
    """A check of the project's own: a command, run without a shell, that ends with 0 when all is well."""

    id: str
    title: str
    why: str
    fix: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Package:
    """One of several packages in a repository; `path` is its directory from the top, with forward slashes.

    What is None is found out: the tag by the tags that there are, or else it is `NAME-v{version}`, and the changelog by
    the package's own files. `changelog` is from the package's directory.
    """

    name: str
    path: str
    tag: TagTemplate | None = None
    changelog: str | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A check that may fail until a day, and why."""

    reason: str
    until: date


@dataclass(frozen=True, slots=True)
class Config:
    """`[tool.tagship]`, read and checked; None means: find it out.

    `release_lines` are branch names or shell-style patterns (`release/*`). `source` is the file that it
    was read from, or None where the project says nothing. `test` is the command that runs the tests, and `test_minutes`
    how long it may take. `ships_nothing` are shell-style patterns of paths that never reach users, beside the customary
    ones. `message` is that of the commit that `prepare` makes. `packages` are by name. `environment` is the code
    host's in which the credential is, and `publish_with` what uploads there: both are for what `init` generates.
    """

    source: str | None = None
    branch: str | None = None
    release_lines: tuple[str, ...] = ()
    tag: TagTemplate | None = None
    changelog: str | None = None
    bump: Way | None = None
    version_files: tuple[VersionFile, ...] = ()
    test: tuple[str, ...] | None = None
    test_minutes: int = 30
    ships_nothing: tuple[str, ...] = ()
    message: str = "Release {version}"
    checks: tuple[CustomCheck, ...] = ()
    packages: Mapping[str, Package] = field(default_factory=lambda: MappingProxyType({}))
    index: Endpoints = PYPI
    auth: Auth | None = None
    host: str | None = None
    environment: str | None = None
    publish_with: str | None = None
    exempt: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    waive: Mapping[str, Waiver] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def authentication(self) -> Auth:
        """What the project says, or by the index: trusted publishing where the index knows it, else a token."""
        if self.auth is not None:
            return self.auth
        return Auth.TOKEN if self.index.site is None else Auth.TRUSTED

    def is_release_line(self, branch: str) -> bool:
        """Whether a branch, by the name that it has for others, is a line of releases beside main."""
        return any(fnmatchcase(branch, pattern) for pattern in self.release_lines)

    def message_for(self, project: str, version: str) -> str:
        """What the commit says that prepares a version of a project; every other text in braces was refused."""
        return _FILLED.sub(lambda found: {"name": project, "version": version}[found[1]], self.message)

    def excused(self, today: date) -> dict[str, str]:
        """The checks that are not asked today, each with the reason the project gave."""
        waived = {
            check: f"waived until {waiver.until}: {waiver.reason}"
            for check, waiver in self.waive.items()
            if today <= waiver.until
        }
        return {check: f"exempt: {reason}" for check, reason in self.exempt.items()} | waived

    def lapsed(self, today: date) -> dict[str, str]:
        """The checks that are asked again because their waiver is over, each with what it said."""
        return {
            check: f"its waiver ended on {waiver.until}: {waiver.reason}"
            for check, waiver in self.waive.items()
            if today > waiver.until and check not in self.exempt
        }
