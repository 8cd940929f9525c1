"""A whole run: which jobs begin, in which order, and what each of them finds."""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from running.admission import (
    RUNS,
    NotAdmittedError,
    admit,
    claims_of,
    github_context,
    inputs_of,
    permissions_of,
    variables_of,
)
from running.events import Environment, Event, Repository
from running.expressions import Evaluator, Json, Status, Workflow, items, mapping, text_of
from running.job import USUAL_MINUTES, Job, UnsupportedError
from running.machine import Machine, system_of
from running.matrix import leg_name, legs_of
from running.results import Annotation, JobResult, RunResult
from running.steps import run_steps
from running.triggers import answers
from tagship.rehearsal.identity import StandInIdentity

NOT_RUN = ("uses", "container", "services")
UNDONE = frozenset({"failure", "cancelled"})
"""How a job ends that is run again."""


@dataclass(slots=True)
class Runner:
    """Runs the workflows of a repository on this machine; every run is in a folder of its own in `directory`.

    `environment` is what every process gets beside what a runner gives it: the locked door's variables, those of pip
    and uv. With `identity_key`, which is the stand-in index's, a job with `id-token: write` can ask who it is.
    `issue_token` makes a job's token with exactly these permissions. `approve` is asked, with the job and the
    environment, where an environment has reviewers. `before` sees, and may change, what there is before a job begins;
    `watch` sees the run each time that a job has begun or ended. `minute` is how many seconds count as one.
    """

    repository: Repository
    evaluator: Evaluator
    directory: Path
    machine: Machine
    environment: Mapping[str, str] = field(default_factory=dict)
    identity_key: bytes | None = None
    issue_token: Callable[[Mapping[str, str]], str] = lambda _: f"stand_in_{secrets.token_urlsafe(30)}"
    approve: Callable[[str, str], bool] = lambda _job, _environment: True
    before: Callable[[str, RunResult], None] = lambda _job, _run: None
    watch: Callable[[RunResult], None] = lambda _run: None
    minute: float = 60.0
    runs: int = 0

    def run(self, path: str, event: Event) -> RunResult | None:
        """Run the workflow as it stands in the event's commit; None where it does not answer the event."""
        workflow = self._workflow(path, event)
        if not answers(workflow.events, event):
            return None
        self.runs += 1
        return _Run(self, workflow, RunResult(event, path, RUNS + self.runs), {}).complete()

    def run_again(self, before: RunResult) -> RunResult:
        """Run the failed jobs of a run again, and all that rest on them: the same run, with the next attempt.

        The others stand as they are, with their outputs and artifacts. The workflow is that of the first time.
        """
        workflow = self._workflow(before.path, before.event)
        result = replace(before, attempt=before.attempt + 1, jobs=[], artifacts=dict(before.artifacts))
        legs = {name: before.legs(name) for name in mapping(workflow.tree["jobs"])}
        return _Run(self, workflow, result, legs).complete()

    def _workflow(self, path: str, event: Event) -> Workflow:
        return self.evaluator.parse(path, self.repository.git("show", f"{event.sha}:{path}"))


class _Run:
    """One attempt at a run, from its first job to its last; `before` are the legs of each job of the attempt before."""

    def __init__(
        self, runner: Runner, workflow: Workflow, result: RunResult, before: Mapping[str, Sequence[JobResult]]
    ) -> None:
        self.runner, self.workflow, self.event, self.evaluator = runner, workflow, result.event, runner.evaluator
        self.result, self.before = result, before
        self.directory = runner.directory / f"run-{result.number}-{result.attempt}"
        self.jobs = {name: mapping(job) for name, job in mapping(workflow.tree["jobs"]).items()}
        number = result.number - RUNS
        self.contexts: dict[str, Json] = {
            "github": github_context(workflow, runner.repository, self.event, number, result.attempt),
            "inputs": inputs_of(workflow, self.event),
            "vars": dict(runner.repository.variables),
        }

    def complete(self) -> RunResult:
        """Run job after job; those that need none in the order in which they stand there."""
        self.result.concurrency = self.evaluator.value(self.workflow.tree.get("concurrency"), self.contexts)
        waiting = dict(self.jobs)
        while waiting:
            name = next(one for one in waiting if not set(_needs(waiting[one])) & set(waiting))
            self._run_job(name, waiting.pop(name))
        return self.result

    def _stands(self, name: str) -> bool:
        """Whether nothing that a job rests on had failed in the attempt before."""
        return bool(self.before) and not any(
            leg.conclusion in UNDONE for each in self._ancestors(self.jobs[name]) for leg in self.before[each]
        )

    def _run_job(self, name: str, tree: Mapping[str, Json]) -> None:
        unsupported = [key for key in NOT_RUN if key in tree]
        if unsupported:
            raise UnsupportedError(f"the job {name} has {unsupported[0]}, which is not run here")
        stands = self._stands(name)
        if stands and not any(leg.conclusion in UNDONE for leg in self.before[name]):
            self.result.jobs += self.before[name]
            return
        contexts = self.contexts | {"needs": {each: self._needed(each) for each in _needs(tree)}}
        if not self.evaluator.holds(tree.get("if"), contexts, self._status(tree)):
            self.result.jobs.append(JobResult(name, name))
            return
        strategy = mapping(tree.get("strategy"))
        legs = legs_of(self.evaluator.value(strategy.get("matrix"), contexts))
        fast = self.evaluator.value(strategy.get("fail-fast"), contexts) is not False
        stopped, runner = False, self.runner
        for number, leg in enumerate(legs):
            if stands and self.before[name][number].conclusion not in UNDONE:
                self.result.jobs.append(self.before[name][number])
                continue
            told: dict[str, Json] = {"fail-fast": fast, "job-index": number, "job-total": len(legs)}
            own = contexts | {"matrix": leg, "strategy": told}
            shown = self.evaluator.text(tree["name"], own) if "name" in tree else leg_name(name, leg)
            result = JobResult(name, shown, leg, conclusion="cancelled" if stopped else "skipped")
            runner.before(name, self.result)
            self.result.jobs.append(result)
            if not stopped:
                self._begin(tree, own, result, self.directory / f"{name}-{number}")
                result.ended = datetime.now(UTC)
                runner.watch(self.result)
                stopped = fast and result.needed == "failure"

    def _begin(self, tree: Mapping[str, Json], contexts: dict[str, Json], result: JobResult, place: Path) -> None:
        """Let a leg in where its environment does."""
        runner = self.runner
        result.tolerated = self.evaluator.value(tree.get("continue-on-error"), contexts) is True
        result.concurrency = self.evaluator.value(tree.get("concurrency"), contexts)
        result.permissions = permissions_of(tree, self.workflow, runner.repository, self.event)
        told = self.evaluator.value(tree.get("environment"), contexts)
        result.environment = text_of(told.get("name") if isinstance(told, dict) else told) or None
        name = result.environment or ""
        try:
            environment = admit(name, runner.repository, self.event, lambda: runner.approve(result.identifier, name))
        except NotAdmittedError as refused:
            result.conclusion = "failure"
            result.annotations.append(Annotation("error", str(refused)))
            return
        result.began = datetime.now(UTC)
        runner.watch(self.result)
        with ExitStack() as stack:
            job = self._prepare(tree, contexts, result, place, environment)
            identity = self._identity(stack, result)
            result.identified = bool(identity)
            job.base = {**job.base, **identity}
            job.masks.add(job.base.get("ACTIONS_ID_TOKEN_REQUEST_TOKEN", ""))
            run_steps(job, tree["steps"])
        result.conclusion = "cancelled" if job.cancelled else "failure" if job.failed else "success"
        outputs = self.evaluator.texts(tree.get("outputs"), {**job.contexts, "env": dict(job.variables)})
        # As the real runner does: an output that may hold a secret goes nowhere.
        result.outputs = {name: value for name, value in outputs.items() if job.masks(value) == value}

    def _prepare(
        self,
        tree: Mapping[str, Json],
        contexts: dict[str, Json],
        result: JobResult,
        place: Path,
        environment: Environment,
    ) -> Job:
        """A machine of its own, with nothing on it but what the job declares."""
        runner, repository, evaluator = self.runner, self.runner.repository, self.evaluator
        minutes = text_of(evaluator.value(tree.get("timeout-minutes"), contexts)) or USUAL_MINUTES
        job = Job(
            repository, self.event, evaluator, runner.machine, place, result, dict(contexts), self.result.artifacts,
            token=runner.issue_token(result.permissions), minute=runner.minute,
            deadline=time.monotonic() + float(minutes) * runner.minute,
        )  # fmt: skip
        for folder in (job.workspace, job.home, job.temporary):
            folder.mkdir(parents=True)
        runner.machine.interpreter("", place / "python")
        (place / "event.json").write_text(json.dumps(self.event.payload), encoding="utf-8")
        github: dict[str, Json] = {
            **mapping(self.contexts["github"]), "token": job.token, "job": result.identifier,
            "workspace": str(job.workspace), "event_path": str(place / "event.json"),
        }  # fmt: skip
        label = text_of(items(evaluator.value(tree["runs-on"], contexts))[0])
        machine: dict[str, Json] = {
            "os": system_of(label), "arch": "X64", "name": label, "temp": str(job.temporary),
            "tool_cache": str(place / "tools"), "environment": "github-hosted",
        }  # fmt: skip
        hidden = {} if self.event.forked else {**repository.secrets, **environment.secrets}
        hidden["GITHUB_TOKEN"] = job.token
        for secret in hidden.values():
            job.masks.add(secret)
        result.token = job.token
        variables: dict[str, Json] = {**repository.variables, **environment.variables}
        job.contexts |= {"github": github, "secrets": {**hidden}, "vars": variables, "runner": machine}
        job.base = {
            **runner.machine.variables(), **runner.environment, **variables_of("GITHUB", github),
            **variables_of("RUNNER", machine), "HOME": str(job.home), "CI": "true", "GITHUB_ACTIONS": "true",
        }  # fmt: skip
        parts = [mapping(mapping(each.get("defaults")).get("run")) for each in (self.workflow.tree, tree)]
        job.defaults = parts[0] | parts[1]
        job.variables = evaluator.texts(self.workflow.tree.get("env"), job.contexts)
        job.variables |= evaluator.texts(tree.get("env"), job.contexts)
        return job

    def _identity(self, stack: ExitStack, result: JobResult) -> Mapping[str, str]:
        """Where a job may ask who it is; nothing without the permission to."""
        if result.permissions.get("id-token") != "write" or self.runner.identity_key is None:
            return {}
        claims = claims_of(self.workflow, self.runner.repository, self.event, result.environment)
        return stack.enter_context(StandInIdentity(claims, key=self.runner.identity_key)).environment

    def _needed(self, name: str) -> Json:
        legs = self.result.legs(name)
        results = {leg.needed for leg in legs}
        outputs: dict[str, Json] = {}
        for leg in legs:
            outputs |= {key: value for key, value in leg.outputs.items() if value or key not in outputs}
        order = ("failure", "cancelled", "success")
        return {"result": next((each for each in order if each in results), "skipped"), "outputs": outputs}

    def _status(self, tree: Mapping[str, Json]) -> Status:
        """What success() and failure() say before a job: they look at all that it rests on, not at its needs alone."""
        results = {mapping(self._needed(name))["result"] for name in set(self._ancestors(tree))}
        return Status(results <= {"success"}, "failure" in results)

    def _ancestors(self, tree: Mapping[str, Json]) -> Iterator[str]:
        for name in _needs(tree):
            yield name
            yield from self._ancestors(self.jobs[name])


def _needs(tree: Mapping[str, Json]) -> Sequence[str]:
    return [str(name) for name in items(tree.get("needs"))]
