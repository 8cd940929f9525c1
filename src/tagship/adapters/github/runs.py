"""The runs of workflows on GitHub, over the same REST API, with the same client and token as its releases."""

from collections.abc import Mapping
from typing import Final

from tagship.adapters.github.api import PER_PAGE, Asked, as_object, as_objects
from tagship.adapters.github.releases import GitHubReleases
from tagship.domain.runs import HostWorkflow, WorkflowRun
from tagship.errors import FactUnknown

WEB: Final = "https://github.com"

_READ_RUNS = Asked("the workflow runs", "actions=read")
_READ_WORKFLOWS = Asked("the workflows", "actions=read")
_READ_PERMISSIONS = Asked("whether Actions are enabled", "administration=read")


class GitHubRuns(GitHubReleases):
    """A repository's releases and checks, and the runs of its workflows as well; reading raises FactUnknown."""

    @property
    def runs_page(self) -> str:
        """Where a person sees the runs."""
        return f"{WEB}/{self._repository.partition('/repos/')[2]}/actions"

    def runs_of(self, tag: str, commit: str) -> tuple[WorkflowRun, ...]:
        """The runs that the push of a tag started, newest first.

        The host is asked by commit, since a branch may be called like the tag; a run for main on the same commit is
        none of the tag's.
        """
        pages = self._pages(f"{self._repository}/actions/runs?head_sha={commit}&per_page={PER_PAGE}", _READ_RUNS)
        found = (run for page in pages for run in as_objects(as_object(page).get("workflow_runs")))
        return tuple(_run_in(run) for run in found if run.get("head_branch") == tag and run.get("head_sha") == commit)

    def workflows(self) -> tuple[HostWorkflow, ...]:
        """Every workflow that the host knows, with its state."""
        pages = self._pages(f"{self._repository}/actions/workflows?per_page={PER_PAGE}", _READ_WORKFLOWS)
        return tuple(_workflow_in(each) for page in pages for each in as_objects(as_object(page).get("workflows")))

    def actions_enabled(self) -> bool:
        """Whether Actions are enabled; who may not administer the repository is not told."""
        response = self._ask("GET", f"{self._repository}/actions/permissions", None)
        enabled = as_object(self._expect(response, _READ_PERMISSIONS)).get("enabled")
        if not isinstance(enabled, bool):
            raise FactUnknown("the host does not say whether Actions are enabled")
        return enabled


def _run_in(run: Mapping[str, object]) -> WorkflowRun:
    url, path = run.get("html_url"), run.get("path")
    if not (isinstance(url, str) and isinstance(path, str)):
        raise FactUnknown("the host describes a run without address or workflow")
    # Where the workflow's file comes from another reference, that stands behind it.
    return WorkflowRun(name=str(run.get("name") or path), path=path.partition("@")[0], url=url)


def _workflow_in(workflow: Mapping[str, object]) -> HostWorkflow:
    path, state = workflow.get("path"), workflow.get("state")
    if not (isinstance(path, str) and isinstance(state, str)):
        raise FactUnknown("the host describes a workflow without path or state")
    return HostWorkflow(name=str(workflow.get("name") or path), path=path, state=state)
