"""`tagship doctor`."""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from tagship.cli.console import Console
from tagship.cli.options import Options, add_doctor, add_epilog, add_host, add_index
from tagship.cli.place import place_of_repository, workplace_of
from tagship.cli.remedies import complete_error, complete_report
from tagship.cli.several import several
from tagship.domain.host_changes import Request
from tagship.domain.plan import Done, Effect, Plan, Preview, Stopped, Todo
from tagship.errors import Exit, Interrupted, Run, TagshipError, UsageError
from tagship.workflow.execute import Execution, preview
from tagship.workflow.hosting.diagnosis import diagnose
from tagship.workflow.hosting.place import HostingPlace
from tagship.workflow.hosting.steps import SettingUp
from tagship.workflow.hosting.taking_back import TakeBack, taking_back

Requests: TypeAlias = Callable[[], Sequence[Request]]

EPILOG = """\
The token is that of GH_TOKEN, GITHUB_TOKEN, or else of `gh auth token`. In a job
most settings are hidden from the job's token: they are unknown, which is right.

--apply makes rulesets whose names begin with "tagship: ", and turns switches on;
it touches no ruleset that somebody else made, and closes the environment to
branches. What it did is kept in the clone's git directory, for --undo.

exit codes:
  0 all is set         3 could not tell, or not permitted
  1 something is not   4 the token may not write
  2 usage              5 the host failed half-way; run it again
                       6 archived, renamed, or changed since by somebody"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `doctor`."""
    add_doctor(parser)
    add_host(parser)
    add_index(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Report how the code host is set; with `--apply` set what is missing, with `--undo` take that back."""
    if options.reviewers and not (options.sets or options.plan):
        raise UsageError(
            "--reviewer says whom --apply is to ask for",
            remedy=Run(("tagship", "doctor", "--apply", "--reviewer", "NAME")),
        )
    with place_meant(options, console) as place:
        return examined(place, options, console)


@contextmanager
def place_meant(options: Options, console: Console) -> Iterator[HostingPlace]:
    """The repository: of several packages all, since they share its settings."""
    packages = several(options)
    if packages is None:
        with workplace_of(HostingPlace, options, console) as place:
            place.reviewers = tuple(options.reviewers)
            yield place
        return
    with packages, place_of_repository(HostingPlace, options, console) as place:
        place.several = tuple(packages.templates.values())
        place.reviewers = tuple(options.reviewers)
        yield place


def examined(place: HostingPlace, options: Options, console: Console) -> Exit:
    """What the options ask for, about one place."""
    if options.undo:
        return _undo(place, options, console)
    if options.plan or options.sets:
        return _set(place, options, console)
    with console.progress() as progress:
        progress.stage_started("doctor", "asking the code host for its settings")
        try:
            report = complete_report(diagnose(place), options)
        finally:
            progress.stage_put_off("doctor")
    console.show(report)
    return report.readiness.exit


def _set(place: HostingPlace, options: Options, console: Console) -> Exit:
    """Set what is missing, in front of somebody; or only show it."""
    setting = SettingUp(place)
    if options.plan:
        return _shown(setting.plan, options, console, lambda: _requests(setting))
    try:
        console.show(_carried_out(setting.plan, place, options, console, lambda: _requests(setting)))
    except TagshipError as error:
        raise setting.aftermath(error) from error
    except (KeyboardInterrupt, OSError):
        if setting.told is not None:
            console.say(f"{setting.told}; the same command goes on from there, and --undo takes it back")
        raise
    return Exit.READY


def _undo(place: HostingPlace, options: Options, console: Console) -> Exit:
    """Take back what was set from here, in front of somebody; or only show it."""
    step = taking_back(place)
    plan = Plan((step,))
    if options.plan:
        return _shown(plan, options, console, lambda: _reversals(step))
    done = _carried_out(plan, place, options, console, lambda: _reversals(step))
    left = step.left_alone
    if left is not None:
        raise left
    console.show(done)
    return Exit.READY


def _requests(setting: SettingUp) -> Sequence[Request]:
    return [request for step in setting.steps for request in step.shown]


def _reversals(step: TakeBack) -> Sequence[Request]:
    return step.shown


def _shown(plan: Plan, options: Options, console: Console, requests: Requests) -> Exit:
    """Where the host stands for every step, and each request in full; nothing is sent."""
    with console.progress():
        previews = preview(plan)
    stopped = [each.state.error for each in previews if isinstance(each.state, Stopped)]
    for error in stopped:
        complete_error(error, options)
    _say_requests(requests(), console)
    console.show(_brief(previews, requests(), console))
    return stopped[0].exit if stopped else Exit.READY


def _carried_out(
    plan: Plan, place: HostingPlace, options: Options, console: Console, requests: Requests
) -> list[Preview]:
    """Send the requests, once somebody saw them and agreed; the plan with what became of it."""
    with place.alone(), console.progress() as progress:
        execution = Execution(progress, consent_from=Effect.SHARED)

        def confirm(previews: Sequence[Preview]) -> bool:
            with progress.paused():
                _say_requests(requests(), console)
                try:
                    return console.confirm(_brief(previews, requests(), console), yes=options.yes)
                except KeyboardInterrupt as stopped:
                    raise Interrupted("interrupted at the question: nothing was sent") from stopped

        execution.run(plan, confirm=confirm)
    evidence = {result.name: result.evidence for result in execution.results}
    return [Preview(step.name, step.describe(), step.effect, Done(evidence[step.name])) for step in plan]


def _brief(previews: Sequence[Preview], requests: Sequence[Request], console: Console) -> list[Preview]:
    """The steps as somebody reads them who was shown the bodies just before; a document holds them whole."""
    if console.form != "terminal":
        return list(previews)
    return [
        replace(each, state=Todo(_without_bodies(each.state.missing, requests)))
        if isinstance(each.state, Todo)
        else each
        for each in previews
    ]


def _without_bodies(text: str, requests: Sequence[Request]) -> str:
    for request in requests:
        text = text.replace(str(request), f"{request.method} {request.path}")
    return text


def _say_requests(requests: Sequence[Request], console: Console) -> None:
    """Each request as it will be sent."""
    for request in requests:
        body = "" if request.body is None else "\n" + json.dumps(request.body, indent=2, ensure_ascii=False)
        console.say(f"{request.method} {request.path}{body}")
