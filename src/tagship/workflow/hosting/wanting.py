"""What the release workflow of a project needs of its host, from its configuration, its tags and its workflow files."""

import re
from collections.abc import Iterable, Sequence

from packaging.version import Version

from tagship.checks.hosting.secrets import OWN_TOKEN
from tagship.domain.adoption import ENVIRONMENT, SECRET
from tagship.domain.version import TagTemplate, next_versions
from tagship.domain.workflow_files import WorkflowFile

_COMMIT = re.compile(r"@[0-9a-f]{40}(?:[0-9a-f]{24})?$")


def environment_in(workflows: Sequence[WorkflowFile], customary: str = ENVIRONMENT) -> str:
    """The environment that the publishing job names, if one names it in plain words; else the customary one.

    Of several jobs that upload, one may be for a test index; the customary name, or one without a test in it, is meant.
    """
    named = [job.environment for workflow in workflows for job in workflow.uploading]
    plain = [name for name in named if name is not None and "$" not in name]
    return min(plain, key=lambda name: (name != customary, "test" in name.lower()), default=customary)


def secret_in(workflows: Sequence[WorkflowFile]) -> str:
    """The name of the secret that the publishing job is given; else the customary one."""
    given = [name for workflow in workflows for job in workflow.uploading for name in job.secrets]
    others = [name for name in given if name != OWN_TOKEN]
    return min(others, key=lambda name: (name != SECRET, "test" in name.lower()), default=SECRET)


def unpinned_in(workflows: Sequence[WorkflowFile]) -> tuple[str, ...]:
    """The actions that are named by tag or branch, each once, as they stand in the files."""
    uses = (
        use
        for workflow in workflows
        for job in workflow.jobs
        for use in (*job.uses, *((job.calls,) if job.calls is not None else ()))
    )
    return tuple(dict.fromkeys(use.text for use in uses if not use.is_local and _COMMIT.search(use.text) is None))


def tags_ahead(template: TagTemplate, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags that may be made next; none before the first."""
    versions: list[Version] = [version for tag in tags if (version := template.version_in(tag)) is not None]
    if not versions:
        return ()
    ahead = next_versions(max(versions), versions)
    return tuple(map(template.tag_for, (ahead.patch, ahead.minor, ahead.major)))
