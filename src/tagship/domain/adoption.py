"""What adopting a project means: what was found out about it, what was decided, and the files that follow from both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from types import MappingProxyType

from tagship.domain.config import Auth, HostKind, Publisher, Way
from tagship.domain.endpoints import PYPI, Endpoints
from tagship.domain.version import TagTemplate

ENVIRONMENT = "pypi"
SECRET = "PYPI_API_TOKEN"  # noqa: S105 -- the name under which the host keeps it
AGGREGATE = "ready"
"""The one check that a branch must have passed; it stands for all others, and always runs."""


@dataclass(frozen=True, slots=True)
class NativeCode:
    """Why a project needs a wheel for each platform: the sign, and the file that shows it."""

    sign: str
    path: str


@dataclass(frozen=True, slots=True)
class AdoptedPackage:
    """One package to be published; `path` is its directory from the top with forward slashes, empty for the top itself.

    `name` is as the project spells it, `key` how `--package` calls it, None where it is the only one. `changelog` is
    a path from the top.
    """

    name: str
    path: str
    tag: TagTemplate
    backend: str
    key: str | None = None
    native: NativeCode | None = None
    requires_python: str | None = None
    changelog: str | None = None

    @property
    def is_compiled(self) -> bool:
        """Whether wheels of it are built on every platform."""
        return self.native is not None


@dataclass(frozen=True, slots=True)
class TestRun:
    """How a job installs what the tests need, and runs them, each step as words that need no shell.

    `pythons` are minor versions such as "3.13", oldest first. `locked` is a file of requirements with hashes that
    belongs to it, from the top, or None where the project's own lock file or tool sees to it; `requirements` is what it
    is made from.
    """

    tool: str
    install: tuple[tuple[str, ...], ...]
    command: tuple[str, ...]
    pythons: tuple[str, ...]
    locked: str | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predecessor:
    """A tool, or a hand-written workflow, that released this project so far.

    `translated` are the keys of `[tool.tagship]` that say the same; `replaces` says what is done by what now, and
    `leaves` what it did and tagship does not, each as the rest of a sentence. `lost` is what it was told to say and no
    key here says, each as its key and text.
    """

    tool: str
    path: str
    line: int | None = None
    translated: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    replaces: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pin:
    """One action at one commit: `version` is the tag that stood there, such as v7.0.1."""

    action: str
    version: str
    commit: str

    def __str__(self) -> str:
        return f"{self.action}@{self.commit} # {self.version}"


@dataclass(frozen=True, slots=True)
class Pins:
    """Everything that generated workflows take from elsewhere, as of one day; `actions` by owner/name."""

    of: date
    actions: Mapping[str, Pin]
    images: Mapping[str, str]
    runner: str
    python: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """All that the generated files depend on: what was found out, and what was decided.

    `repository` is owner/name (on GitLab the whole path), None where no remote tells; `host_url` is where its web pages
    begin. `main` is the protected branch. `tests` is None where nothing tells how the tests run.
    """

    host: HostKind
    main: str
    packages: tuple[AdoptedPackage, ...]
    pins: Pins
    repository: str | None = None
    host_url: str | None = None
    index: Endpoints = PYPI
    auth: Auth = Auth.TRUSTED
    way: Way = Way.IN_PR
    publisher: Publisher = Publisher.TAGSHIP
    environment: str = ENVIRONMENT
    secret: str = SECRET
    release_lines: tuple[str, ...] = ()
    tests: TestRun | None = None
    tested_by: tuple[str, ...] = ()
    """Workflows of the project's own that run its tests on pull requests already."""
    predecessors: tuple[Predecessor, ...] = ()

    @property
    def is_several(self) -> bool:
        """Whether the repository holds more than one package."""
        return len(self.packages) > 1

    @property
    def compiled(self) -> tuple[AdoptedPackage, ...]:
        """The packages whose wheels are built on every platform."""
        return tuple(package for package in self.packages if package.is_compiled)


class Comments(Enum):
    """How a file's comments begin and end, which is what the marks of a managed block are written as."""

    HASH = ("# ", "")
    MARKUP = ("<!-- ", " -->")


@dataclass(frozen=True, slots=True)
class Generated:
    """One file that adoption brings.

    `blocks` are the managed parts by name, in their order, each whole lines; between and around them everything is the
    user's, and kept. `first` is what stands around them when the file is new: the text with `{NAME}` alone on a line
    where a block goes. `purpose` is one line for the list that is shown.
    """

    path: str
    purpose: str
    blocks: Mapping[str, str]
    first: str
    comments: Comments = Comments.HASH
