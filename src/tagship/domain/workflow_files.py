"""What the workflow files of a repository say, as far as its settings must fit them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

WRITE = "write"
ID_TOKEN = "id-token"  # noqa: S105 -- the name of a permission
NOTHING_SAID: Mapping[str, str] = MappingProxyType({})

_UPLOADS = re.compile(
    r"\btagship\b[^\n|;&]*\spublish\b|\btwine\s+upload\b|\b(?:uv|poetry|hatch|flit|pdm)\s+publish\b"
    r"|\bmaturin\s+(?:publish|upload)\b",
)
_MATRIX = re.compile(r"(?:^\s*|[{,]\s*)matrix\s*:", re.MULTILINE)
_UPLOADING_ACTIONS = frozenset({"pypa/gh-action-pypi-publish"})
_SECRET = re.compile(r"\$\{\{\s*secrets\.([A-Za-z_][A-Za-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Use:
    """An action, or a workflow, that a workflow names; `text` is the whole reference."""

    text: str
    line: int

    @property
    def is_local(self) -> bool:
        """Whether it lies in the same repository, or is an image: nothing that a lock of actions knows."""
        return self.text.startswith((".", "$/", "docker://"))

    @property
    def action(self) -> str:
        """Owner and name, in lower case, without a path below or a version."""
        return "/".join(self.text.partition("@")[0].lower().split("/")[:2])


@dataclass(frozen=True, slots=True)
class Script:
    """What a step runs in a shell; `line` is where it begins."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `permissions` is None where the workflow's own hold, and `calls` the workflow that runs in its place.

    `told` are the lines of the job as they stand.
    """

    id: str
    line: int
    name: str | None = None
    environment: str | None = None
    permissions: Mapping[str, str] | None = None
    calls: Use | None = None
    uses: tuple[Use, ...] = ()
    scripts: tuple[Script, ...] = ()
    told: str = field(default="", compare=False)

    @property
    def shown_as(self) -> str:
        """The name under which its check is reported; that of a matrix has more to it."""
        return self.name or self.id

    @property
    def has_matrix(self) -> bool:
        """Whether it runs several times, each under a name that has more to it."""
        return _MATRIX.search(self.told) is not None

    @property
    def uploads(self) -> bool:
        """Whether a step of it sends files to an index."""
        return any(use.action in _UPLOADING_ACTIONS for use in self.uses) or any(
            _UPLOADS.search(script.text) for script in self.scripts
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that it is given, each once."""
        return tuple(dict.fromkeys(_SECRET.findall(self.told)))


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """One workflow; `events` are what starts it, `narrowed` those of them that paths or branches of paths narrow.

    `unread` is why some of it could not be read, as the rest of a sentence; then nothing is found missing in it.
    """

    path: str
    events: frozenset[str] = frozenset()
    narrowed: frozenset[str] = frozenset()
    permissions: Mapping[str, str] | None = None
    jobs: tuple[Job, ...] = ()
    unread: str | None = None

    @property
    def file_name(self) -> str:
        """The last part of its path: what an index is told."""
        return self.path.rpartition("/")[2]

    @property
    def is_called(self) -> bool:
        """Whether other workflows call it."""
        return "workflow_call" in self.events

    @property
    def uploading(self) -> tuple[Job, ...]:
        """The jobs that send files to an index."""
        return tuple(job for job in self.jobs if job.uploads)

    def granted(self, job: Job) -> Mapping[str, str]:
        """What the token of a job may do, where that is said; nothing where it is not."""
        return (job.permissions if job.permissions is not None else self.permissions) or NOTHING_SAID
