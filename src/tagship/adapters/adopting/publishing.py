"""The workflows that a project has: those that publish it, and those that run its tests on pull requests."""

import re
from dataclasses import dataclass
from types import MappingProxyType

from tagship.adapters.workflow_files import read_workflows
from tagship.domain.adoption import Predecessor
from tagship.domain.config import Auth
from tagship.domain.facts import Tree
from tagship.domain.managed import is_managed
from tagship.domain.workflow_files import ID_TOKEN, WRITE, Job, WorkflowFile

_TESTS = re.compile(
    r"\b(?:pytest|tox|nox|unittest|stestr|trial)\b|\bhatch\s+(?:run\s+\S*test|test)\b|\bmake\s+(?:check|tests?)\b"
    r"|\b(?:pdm|poe|just|task|hatch|uv|poetry)\s+(?:run\s+)?tests?\b"
)
_BOTS = MappingProxyType(
    {
        "python-semantic-release/python-semantic-release": "python-semantic-release",
        "relekang/python-semantic-release": "python-semantic-release",
        "google-github-actions/release-please-action": "release-please",
        "googleapis/release-please-action": "release-please",
        "cycjimmy/semantic-release-action": "semantic-release",
        "commitizen-tools/commitizen-action": "commitizen",
        "release-drafter/release-drafter": "release-drafter",
    }
)
"""Actions that raise versions, push tags or write releases by themselves."""
_TOKENS = re.compile(r"pypi|twine|upload|publish|token", re.IGNORECASE)
_UNREAD_UPLOAD = re.compile(r"gh-action-pypi-publish|twine\s+upload|\b(?:uv|poetry|hatch|flit|pdm)\s+publish")


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a job uploads today; `environment` is None where it names none, `auth` where it cannot be told."""

    path: str
    job: str
    line: int
    auth: Auth | None
    environment: str | None
    secret: str | None


@dataclass(frozen=True, slots=True)
class Workflows:
    """What a project's own workflows tell; paths from the top, ours left out.

    `unread` are those that could not be followed, each with the reason.
    """

    publishing: tuple[Publishing, ...]
    testing: tuple[str, ...]
    predecessors: tuple[Predecessor, ...]
    unread: tuple[tuple[str, str], ...] = ()


def read_own_workflows(tree: Tree) -> Workflows:
    """What the workflows of a project tell that we did not write."""
    files = [file for file in read_workflows(tree) if not _is_ours(tree.read(file.path))]
    publishing = tuple(_publishing(file, job) for file in files for job in file.uploading)
    testing = [file.path for file in files if "pull_request" in file.events and any(map(_is_test, file.jobs))]
    unread = tuple((file.path, file.unread) for file in files if file.unread is not None)
    replaced = [_replaced(file) for file in files if file.uploading]
    replaced += [_bot(file, tool) for file in files if not file.uploading and (tool := _bot_in(file)) is not None]
    replaced += [_by_hand(path) for path, _ in unread if _UNREAD_UPLOAD.search(_text(tree, path))]
    return Workflows(publishing, tuple(testing), tuple(replaced), unread)


def _is_ours(content: bytes | None) -> bool:
    return is_managed((content or b"").decode("utf-8", "replace"))


def _publishing(file: WorkflowFile, job: Job) -> Publishing:
    secret = next((name for name in job.secrets if _TOKENS.search(name) and name != "GITHUB_TOKEN"), None)
    trusted = file.granted(job).get(ID_TOKEN) == WRITE
    # A job with both signs attestations with one, and uploads with the other.
    auth = Auth.TOKEN if secret is not None else Auth.TRUSTED if trusted else None
    return Publishing(file.path, job.id, job.line, auth, job.environment, secret)


def _is_test(job: Job) -> bool:
    """Whether a job runs tests; so does one whose work a reusable workflow with such a name does."""
    return any(_TESTS.search(script.text) for script in job.scripts) or (
        job.calls is not None and re.search(r"test|tox", job.calls.text, re.IGNORECASE) is not None
    )


def _replaced(file: WorkflowFile) -> Predecessor:
    others = [job.shown_as for job in file.jobs if not job.uploads]
    leaves = [f"its jobs {', '.join(others)}, as far as they do more than build and test"] if others else []
    tool = _bot_in(file)
    return Predecessor(
        tool="a workflow that publishes" if tool is None else f"{tool}, in a workflow that publishes",
        path=file.path,
        line=file.uploading[0].line,
        replaces=("the release workflow builds, publishes and proves what a tag names",),
        leaves=tuple(leaves),
    )


def _bot_in(file: WorkflowFile) -> str | None:
    return next((_BOTS[use.action] for job in file.jobs for use in job.uses if use.action in _BOTS), None)


def _bot(file: WorkflowFile, tool: str) -> Predecessor:
    line = next(use.line for job in file.jobs for use in job.uses if use.action in _BOTS)
    return Predecessor(
        tool=tool,
        path=file.path,
        line=line,
        replaces=("`tagship prepare` and `tagship tag`, on a machine of yours: no bot pushes to the main branch",),
    )


def _by_hand(path: str) -> Predecessor:
    return Predecessor(
        tool="a workflow that publishes",
        path=path,
        replaces=("the release workflow builds, publishes and proves what a tag names",),
        leaves=("what else it does: it is written in a way that could not be read",),
    )


def _text(tree: Tree, path: str) -> str:
    return (tree.read(path) or b"").decode("utf-8", "replace")
