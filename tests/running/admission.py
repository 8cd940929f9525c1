"""What a job is given: its permissions, its environment, its identity, and what it is told about its run."""

import fnmatch
from collections.abc import Callable, Mapping, Sequence

from running.events import WEB, Environment, Event, Repository
from running.expressions import InvalidWorkflowError, Json, Workflow, items, mapping, text_of
from running.triggers import HEADS, TAGS
from tagship.rehearsal.identity import github_claims

API = "https://api.github.com"
SCOPES = (
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "id-token", "issues", "models",
    "packages", "pages", "pull-requests", "security-events", "statuses",
)  # fmt: skip


RUNS = 9000
"""What is before the number of a repository's run where the host counts all runs of everybody."""


class NotAdmittedError(Exception):
    """An environment does not let a job in; the message is the host's."""


def permissions_of(job: Mapping[str, Json], workflow: Workflow, repository: Repository, event: Event) -> dict[str, str]:
    """What a job's token may do: what the job says alone, else what the workflow says, else the repository's."""
    told = job.get("permissions", workflow.tree.get("permissions", dict(repository.permissions)))
    if isinstance(told, str):
        level = told.removesuffix("-all")
        told = {scope: level for scope in SCOPES if level == "write" or scope != "id-token"}
    granted = {scope: text_of(level) for scope, level in mapping(told).items() if level != "none"}
    if event.forked:
        granted = {scope: "read" for scope in granted if scope != "id-token"}
    return granted | {"metadata": "read"}


def admit(name: str, repository: Repository, event: Event, approve: Callable[[], bool]) -> Environment:
    """The environment of a job by its name, an empty one for none; raises NotAdmittedError.

    Like the host, it makes an environment that nobody has set up, and protects it from nobody. Who is to review is
    asked with `approve`.
    """
    known = {each.lower(): environment for each, environment in repository.environments.items()}
    environment = known.get(name.lower(), Environment())
    tagged = event.ref.startswith(TAGS)
    short = event.ref.removeprefix(TAGS).removeprefix(HEADS)
    patterns = environment.tags if tagged else environment.branches
    if (environment.tags, environment.branches) != (None, None) and not _allowed(patterns or (), short):
        raise NotAdmittedError(
            f'{"Tag" if tagged else "Branch"} "{short}" is not allowed to deploy to {name} due to environment '
            "protection rules."
        )
    if environment.reviewed and not approve():
        raise NotAdmittedError(f"The deployment to {name} was rejected.")
    return environment


def claims_of(workflow: Workflow, repository: Repository, event: Event, environment: str | None) -> dict[str, object]:
    """What the host's identity provider says of a job."""
    file = workflow.path.rpartition("/")[2]
    claims = github_claims(repository.slug, workflow=file, environment=environment, event=event.name)
    about = "pull_request" if event.name == "pull_request" else f"ref:{event.ref}"
    about = about if environment is None else f"environment:{environment}"
    return claims | {
        "sub": f"repo:{repository.slug}:{about}",
        "ref": event.ref,
        "sha": event.sha,
        "job_workflow_ref": f"{repository.slug}/{workflow.path}@{event.ref}",
    }


def github_context(
    workflow: Workflow, repository: Repository, event: Event, number: int, attempt: int
) -> dict[str, Json]:
    """The context `github`, but for what differs from job to job."""
    return {
        "repository": repository.slug, "repository_owner": repository.owner, "repository_id": "2001",
        "repository_owner_id": "1001", "actor": repository.owner, "triggering_actor": repository.owner,
        "event_name": event.name, "event": dict(event.payload), "ref": event.ref, "ref_name": event.ref_name,
        "ref_type": "tag" if event.ref.startswith(TAGS) else "branch", "sha": event.sha, "base_ref": event.base_ref,
        "head_ref": event.head_ref, "server_url": WEB, "api_url": API, "graphql_url": f"{API}/graphql",
        "run_id": str(RUNS + number), "run_number": str(number), "run_attempt": str(attempt),
        "workflow": text_of(workflow.tree.get("name", workflow.path)), "workflow_sha": event.sha,
        "workflow_ref": f"{repository.slug}/{workflow.path}@{event.ref}",
    }  # fmt: skip


def variables_of(prefix: str, context: Mapping[str, Json]) -> dict[str, str]:
    """A context as the variables that steps see; what is secret, or no text, has none."""
    shown = {name: value for name, value in context.items() if isinstance(value, str) and name != "token"}
    return {f"{prefix}_{name.upper()}": value for name, value in shown.items()}


def inputs_of(workflow: Workflow, event: Event) -> Json:
    """The inputs of a run that somebody started, each of its type; the host refuses unknown and missing ones."""
    triggers = workflow.tree["on"]
    if event.name != "workflow_dispatch" or not isinstance(triggers, dict):
        return {}
    declared = mapping(mapping(triggers[event.name]).get("inputs"))
    if set(event.inputs) - set(declared):
        raise InvalidWorkflowError(f"unexpected inputs: {sorted(set(event.inputs) - set(declared))}")
    return {name: _input(name, mapping(each), event.inputs.get(name)) for name, each in declared.items()}


def _input(name: str, declared: Mapping[str, Json], given: Json) -> Json:
    told = text_of(given if given is not None else declared.get("default"))
    if not told and declared.get("required") is True:
        raise InvalidWorkflowError(f"the input {name} is missing")
    if "options" in declared and told not in items(declared["options"]):
        raise InvalidWorkflowError(f"{told!r} is no choice for {name}")
    return told == "true" if declared.get("type") == "boolean" else told


def _allowed(patterns: Sequence[str], name: str) -> bool:
    """Whether a deployment policy lets a ref in; a star stops at a slash."""
    return any(
        pattern.count("/") == name.count("/") and all(map(fnmatch.fnmatchcase, name.split("/"), pattern.split("/")))
        for pattern in patterns
    )
