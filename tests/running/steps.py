"""The steps of a job, one after the other."""

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from running.actions import perform
from running.expressions import Json, items, mapping, text_of
from running.job import USUAL_MINUTES, ActionFailedError, Call, Job, UnsupportedError
from running.logs import Log, MalformedFileError, may_set, read_variables
from running.results import Annotation, StepResult
from tagship.adapters.process import follow

LONGEST_SECONDS = 240.0
"""How long a step may take here, whatever the workflow lets it."""
LAST_SECONDS = 60.0
"""How long a job that ran out of time may still clean up."""
SHELLS: Mapping[str | None, Sequence[str]] = {
    None: ("bash", "-e"),  # without pipefail: that comes with the name alone
    "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail"),
    "sh": ("sh", "-e"),
    "python": ("python",),
}
_SAME_EVERYWHERE = re.compile(r"[\w ./:=-]+\n?")
"""One command that every shell reads alike, be it bash or that of Windows."""
FILES = ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STEP_SUMMARY", "GITHUB_STATE")


def run_steps(job: Job, steps: Json) -> None:
    """Run the steps of a job in their order, each as its condition says; the job knows afterwards how it went."""
    known: dict[str, Json] = {}
    job.contexts["steps"] = known
    for number, tree in enumerate(items(steps), start=1):
        step = mapping(tree)
        name = step.get("id") or f"__{number}"
        result = StepResult(str(name), "", action=None if "uses" not in step else str(step["uses"]))
        job.result.steps.append(result)
        _run_step(job, step, result)
        if "id" in step:
            outputs: dict[str, Json] = dict(result.outputs)
            known[str(name)] = {"outputs": outputs, "outcome": result.outcome, "conclusion": result.conclusion}


def _run_step(job: Job, step: Mapping[str, Json], result: StepResult) -> None:
    evaluator, contexts = job.evaluator, job.contexts
    contexts["job"] = {"status": "cancelled" if job.cancelled else "failure" if job.failed else "success"}
    contexts["env"] = dict(job.variables)
    given = evaluator.texts(step.get("env"), contexts)
    contexts["env"] = {**job.variables, **given}
    result.name = job.masks(evaluator.text(step.get("name", step.get("uses", step.get("run"))), contexts))
    if not evaluator.holds(step.get("if"), contexts, job.status):
        return
    files = _new_files(job)
    environment = {**job.environment(given), **{name: str(path) for name, path in files.items()}}
    _note_secrets(job, environment.values())
    log = Log(result.lines, job.masks, job.result.annotations)
    result.outcome = _outcome(job, step, Call(job, {}, environment, log, result.outputs, _limit(job, step)))
    try:
        _take_up(job, files, result)
    except MalformedFileError as malformed:
        log(f"::error::Unable to process file command successfully: {malformed}")
        result.outcome = "failure"
    tolerated = evaluator.value(step.get("continue-on-error"), contexts) is True
    result.conclusion = "success" if tolerated and result.outcome == "failure" else result.outcome
    job.failed = job.failed or result.conclusion == "failure"


def _note_secrets(job: Job, given: Iterable[str]) -> None:
    """Remember which secrets a step can see in what it is given."""
    told = list(given)
    for name, value in mapping(job.contexts["secrets"]).items():
        if value and value != job.token and any(str(value) in each for each in told):
            job.result.secrets.add(name)


def _limit(job: Job, step: Mapping[str, Json]) -> float:
    """When the time of a step is up: the job's, or its own before that."""
    minutes = text_of(job.evaluator.value(step.get("timeout-minutes"), job.contexts)) or USUAL_MINUTES
    own = time.monotonic() + min(float(minutes) * job.minute, LONGEST_SECONDS)
    return min(own, job.deadline + LAST_SECONDS if job.cancelled else job.deadline)


def _outcome(job: Job, step: Mapping[str, Json], call: Call) -> str:
    try:
        code = _act(job, step, call)
    except ActionFailedError as failed:
        call.log(f"::error::{str(failed).replace(chr(10), '%0A')}")
        return "failure"
    if code is not None:
        return "success" if code == 0 else "failure"
    call.log("::error::The operation was canceled.")
    job.cancelled = job.cancelled or time.monotonic() >= job.deadline
    return "cancelled" if job.cancelled else "failure"


def _act(job: Job, step: Mapping[str, Json], call: Call) -> int | None:
    """The exit code of a step, None where its time was up."""
    if "uses" in step:
        inputs = job.evaluator.texts(step.get("with"), job.contexts)
        _note_secrets(job, inputs.values())
        perform(str(step["uses"]), replace(call, inputs=inputs))
        return 0
    defaults = mapping(job.evaluator.value(dict(job.defaults), job.contexts))
    shell = step.get("shell", defaults.get("shell"))
    text = job.evaluator.text(step.get("run"), job.contexts)
    of_windows = shell is None and job.base["RUNNER_OS"] == "Windows"
    if (shell is not None and shell not in SHELLS) or (of_windows and not _SAME_EVERYWHERE.fullmatch(text)):
        raise UnsupportedError(f"the shell {shell or 'of Windows'} is not here")
    place = job.inside(
        job.evaluator.text(step.get("working-directory", defaults.get("working-directory")), job.contexts)
    )
    if not place.is_dir():
        raise ActionFailedError(f"the working directory {place} does not exist")
    script = job.temporary / f"{len(job.result.steps)}.sh"
    script.write_text(text, encoding="utf-8")
    argv = [*SHELLS[None if shell is None else str(shell)], str(script)]
    return follow(argv, cwd=place, env=call.environment, timeout=call.left, on_line=call.log)


def _new_files(job: Job) -> dict[str, Path]:
    folder = job.temporary / f"files-{len(job.result.steps)}"
    folder.mkdir()
    files = {name: folder / name.lower() for name in FILES}
    for path in files.values():
        path.touch()
    return files


def _take_up(job: Job, files: Mapping[str, Path], result: StepResult) -> None:
    result.outputs.update(read_variables(files["GITHUB_OUTPUT"]))
    for name, value in read_variables(files["GITHUB_ENV"]).items():
        if may_set(name):
            job.variables[name] = value
        else:
            job.result.annotations.append(Annotation("error", f"can't store {name} in GITHUB_ENV"))
    job.path += [line for line in files["GITHUB_PATH"].read_text(encoding="utf-8").splitlines() if line]
    said = files["GITHUB_STEP_SUMMARY"].read_text(encoding="utf-8")
    job.result.summary += job.masks(said if said.endswith("\n") or not said else f"{said}\n")
