"""Do the workflow files and the settings of the host fit each other?"""

import re
from collections.abc import Iterator
from typing import ClassVar

from tagship.checks.hosting.asking import INIT, NOTHING, HostingFacts, uploading
from tagship.checks.workflow import answers
from tagship.domain.config import Auth
from tagship.domain.finding import Finding, NotApplicable, Severity
from tagship.domain.workflow_files import ID_TOKEN, WRITE, Job, WorkflowFile
from tagship.errors import Edit, FactUnknown, InFile, Run

_PUSHING_ACTIONS = frozenset(
    {"ad-m/github-push-action", "cycjimmy/semantic-release-action", "endbug/add-and-commit"}
    | {"python-semantic-release/python-semantic-release", "stefanzweifel/git-auto-commit-action"}
)


class ReleaseStartsOnTheTag:
    """A workflow that starts on tags starts on those of this project."""

    id: ClassVar = "release-starts-on-the-tag"
    title: ClassVar = "the tags of this project start a workflow"
    why: ClassVar = "A pattern such as v2.* lets the first v3 tag pass by: the tag is pushed and nothing runs."
    fix: ClassVar = "Let the pattern under on.push.tags match this and the next version, as `tagship init` writes it."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find a spelling of tags, or a version to come, that starts nothing."""
        triggers = [trigger for trigger in facts.triggers if trigger.patterns]
        if not triggers:
            yield Finding("no workflow starts on a tag", remedy=INIT)
            return
        for template in facts.wanted.templates:
            silent = [
                tag
                for tag in facts.wanted.samples(template)
                if not any(answers(trigger.patterns, tag) for trigger in triggers)
            ]
            if silent:
                first = triggers[0]
                listened = "; ".join(f"{each.path} to {', '.join(each.patterns)}" for each in triggers)
                yield Finding(
                    f"a tag such as {', '.join(silent[:3])} starts nothing; there listens {listened}",
                    InFile(first.path, first.line),
                    Edit(f"let the pattern in {first.path} match '{template.prefix}[0-9]*{template.suffix}'"),
                )


class WorkflowLockIsComplete:
    """The lock file of workflows knows every action that is used."""

    id: ClassVar = "workflow-lock-is-complete"
    title: ClassVar = "the lock file of workflows knows every action"
    why: ClassVar = "Where the file is there and an action is not in it, the run fails at its start, without any job."
    fix: ClassVar = "Run `gh actions-lock` after every change of an action, and commit what it writes."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find actions that the file does not name."""
        locked = facts.locked_actions
        if locked is None:
            raise NotApplicable("there is no lock file of workflows")
        for workflow in _read(facts):
            for job in workflow.jobs:
                for use in (*job.uses, *((job.calls,) if job.calls else ())):
                    if not use.is_local and use.action not in locked.actions:
                        told = f"{locked.path} does not know {use.action}"
                        yield Finding(told, InFile(workflow.path, use.line), Run(("gh", "actions-lock")))


class WorkflowsLeaveMainAlone:
    """No workflow pushes commits to main."""

    id: ClassVar = "workflows-leave-main-alone"
    title: ClassVar = "no workflow pushes commits to main"
    why: ClassVar = (
        "A protected main refuses the push in the middle of a release, and in a personal repository no exception can "
        "be made for workflows; where it is let through, released code was looked at by nobody."
    )
    fix: ClassVar = "Let the version go up in a pull request, as `tagship prepare` does; a tag is all that is pushed."
    severity: ClassVar = Severity.WARNING
    needs: ClassVar = NOTHING

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find pushes to main in scripts, and actions that are known for them."""
        pushes = re.compile(_PUSH.format(main=re.escape(facts.wanted.main)))
        for workflow in _read(facts):
            for job in workflow.jobs:
                for script in job.scripts:
                    if (found := pushes.search(script.text)) is not None:
                        told = f"{workflow.path} pushes to {facts.wanted.main}: {found[0].strip()}"
                        yield Finding(told, InFile(workflow.path, script.line), _AWAY)
                for use in job.uses:
                    if use.action in _PUSHING_ACTIONS:
                        told = f"{workflow.path} uses {use.action}, which pushes commits"
                        yield Finding(told, InFile(workflow.path, use.line), _AWAY)


class PublisherFitsTheWorkflow:
    """The job that publishes presents what an index can trust."""

    id: ClassVar = "publisher-fits-the-workflow"
    title: ClassVar = "the publishing job can be trusted by the index"
    why: ClassVar = (
        "Without id-token: write there is no identity, an environment that is missing or spelt otherwise is no match, "
        "and no index trusts a reusable workflow; the index tells none of it before the upload."
    )
    fix: ClassVar = "Give the job the permission and the environment, and register exactly what it presents."
    severity: ClassVar = Severity.ERROR
    needs: ClassVar = NOTHING

    def run(self, facts: HostingFacts) -> Iterator[Finding]:
        """Find what keeps an identity from being made, or from matching."""
        if facts.wanted.auth is not Auth.TRUSTED:
            raise NotApplicable("the project publishes with a token")
        for workflow, job in uploading(facts):
            yield from _flaws(workflow, job, facts)

    def remark(self, facts: HostingFacts) -> str:
        """What the index cannot be asked: the values to compare, with the page on which they stand."""
        told = "; ".join(
            f"{_page(facts)} must say {_listed(_presented(facts, workflow, job))}" for workflow, job in uploading(facts)
        )
        return f"what is registered there only a person can see: {told}"


_PUSH = r"git\s+push\b[^\n|;&]*\s(?:[^\s:]+:)?(?:refs/heads/)?{main}\b(?![\w./-])|git\s+push\s*(?=$|[\n|;&])"
_AWAY = Edit("leave the push out: let the version go up in a pull request, and push the tag alone")


def _read(facts: HostingFacts) -> Iterator[WorkflowFile]:
    """The workflows that could be read; raises FactUnknown behind them for one that could not."""
    yield from (workflow for workflow in facts.workflows if workflow.unread is None)
    for workflow in facts.workflows:
        if workflow.unread is not None:
            raise FactUnknown(f"{workflow.path} cannot be read whole: {workflow.unread}")


def _flaws(workflow: WorkflowFile, job: Job, facts: HostingFacts) -> Iterator[Finding]:
    where = InFile(workflow.path, job.line)
    if workflow.is_called:
        caller = next((each.path for each in facts.workflows if _calls(each, workflow)), "the workflow that calls it")
        yield Finding(
            f"{job.id} publishes from a reusable workflow, which no index trusts",
            where,
            Edit(f"put the job into {caller}"),
        )
    if workflow.granted(job).get(ID_TOKEN) != WRITE:
        yield Finding(
            f"{job.id} may ask for no identity: id-token: write is missing",
            where,
            Edit(f"write `permissions: {{id-token: write}}` into the job {job.id} of {workflow.path}"),
        )
    if job.environment is None:
        yield Finding(
            f"{job.id} names no environment, so that every tag and branch could publish",
            where,
            Edit(f"write `environment: {facts.wanted.environment}` into the job {job.id} of {workflow.path}"),
        )


def _calls(caller: WorkflowFile, called: WorkflowFile) -> bool:
    return any(job.calls is not None and job.calls.text.endswith(called.path) for job in caller.jobs)


def _presented(facts: HostingFacts, workflow: WorkflowFile, job: Job) -> dict[str, str]:
    """What an identity of the job says, under the names of the index's form."""
    owner, _, name = facts.wanted.remote.partition("/")
    return {
        "owner": owner,
        "repository": name,
        "workflow_filename": workflow.file_name,
        "environment": job.environment or "",
    }


def _listed(values: dict[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())


def _page(facts: HostingFacts) -> str:
    """The page on which publishers are registered: of the project, or of all of an account where there are several."""
    site, projects = facts.wanted.index.site, facts.wanted.projects
    if site is None:
        return facts.wanted.index.name
    if len(projects) == 1:
        return f"{site}/manage/project/{projects[0]}/settings/publishing/"
    return f"{site}/manage/account/publishing/"
