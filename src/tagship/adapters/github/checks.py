"""What GitHub says of a commit: check runs, and the older commit statuses, as one kind of thing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tagship.domain.facts import CheckState, CommitCheck
from tagship.errors import FactUnknown

# What ended in another way than these is red, whatever new way the host invents.
_GREEN_CONCLUSIONS = frozenset({"success", "neutral", "skipped"})
_COMPLETED = "completed"

_RUN = re.compile(r"/actions/runs/(\d+)(?:[/?]|$)")

_STATUS_STATES = MappingProxyType(
    {
        "success": CheckState.GREEN,
        "pending": CheckState.PENDING,
        "failure": CheckState.RED,
        "error": CheckState.RED,
    }
)


@dataclass(frozen=True, slots=True)
class OwnRun:
    """The workflow run that we are, as jobs are told of it: its id, and its workflow as `owner/name/PATH@REF`."""

    id: str
    workflow: str = ""

    @property
    def path(self) -> str:
        """The workflow's file from the top of the repository; empty where nothing tells."""
        return self.workflow.partition("@")[0].partition("/")[2].partition("/")[2]


def check_of_run(run: Mapping[str, object]) -> CommitCheck:
    """A check run; one that has not completed is pending."""
    name, status, conclusion = run.get("name"), run.get("status"), run.get("conclusion")
    if not isinstance(name, str) or not isinstance(status, str):
        raise FactUnknown("the host describes a check run without name or status")
    if status != _COMPLETED:
        return CommitCheck(name, CheckState.PENDING, _url(run, "html_url"))
    state = CheckState.GREEN if conclusion in _GREEN_CONCLUSIONS else CheckState.RED
    return CommitCheck(name, state, _url(run, "html_url"))


def check_of_status(status: Mapping[str, object]) -> CommitCheck:
    """A commit status, named by its context."""
    name, state = status.get("context"), status.get("state")
    if not isinstance(name, str) or not isinstance(state, str) or state not in _STATUS_STATES:
        raise FactUnknown("the host describes a commit status without name or known state")
    return CommitCheck(name, _STATUS_STATES[state], _url(status, "target_url"))


def belongs_to_run(run: Mapping[str, object], workflow_run: str) -> bool:
    """Whether a check run is a job of a workflow run, by the address of its details."""
    path = f"/actions/runs/{workflow_run}"
    addresses = (_url(run, key) or "" for key in ("details_url", "html_url"))
    return any(address.partition("?")[0].endswith(path) or f"{path}/" in address for address in addresses)


def run_of(run: Mapping[str, object]) -> str | None:
    """The id of the workflow run that a check run is a job of, by the same addresses; None where none tells."""
    found = (_RUN.search(_url(run, key) or "") for key in ("details_url", "html_url"))
    return next((match[1] for match in found if match is not None), None)


def _url(entry: Mapping[str, object], key: str) -> str | None:
    url = entry.get(key)
    return url if isinstance(url, str) and url else None
