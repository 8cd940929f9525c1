"""`tagship credential`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import Options, add_credential, add_epilog, add_index, add_project
from tagship.cli.place import workplace_of
from tagship.cli.remedies import complete_report
from tagship.cli.storing import shelf_of, store
from tagship.cli.token_options import add_binding, add_storing
from tagship.domain.adoption import SECRET
from tagship.domain.config import Auth
from tagship.domain.credential import Credential
from tagship.domain.finding import NotTrusted, Readiness, Report
from tagship.errors import Edit, Exit, TagshipError, UsageError
from tagship.workflow.authority import report_on_credential
from tagship.workflow.storing import StoringPlace
from tagship.workflow.workplace import Workplace

SECONDS_PER_MINUTE = 60
EPILOG = """\
A token is shown to the index in one request that changes nothing. With trusted
publishing the index mints a token, as for a release, and is told to burn it.

exit codes:
  0 nothing stands in the way   2 usage
  4 a check failed              3 could not tell what matters

With --bind, what could not be told stands in the report and is no obstacle:
the exit code is 0 once the narrowed token was written.

--store puts the token into a secret of an environment on the code host, as it
is or narrowed by --bind. It is never an argument: it is typed in unseen, or
comes from where --token-from says. A token that fails, or that could not be
looked at, is not stored. 5 says that the host has to be asked once more."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `credential`."""
    add_index(parser)
    add_credential(parser)
    add_project(parser, "the project to be published; default: the one that is here")
    add_binding(parser)
    add_storing(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Report on the credential; with --bind, write a narrower token beside the report; with --store, store it."""
    _see_what_is_wanted(options, console)
    with workplace_of(StoringPlace, options, console) as place:
        if (options.bind or options.store) and place.config.authentication is not Auth.TOKEN:
            raise UsageError(
                "there is no token to narrow or to store: the project uses trusted publishing",
                remedy=Edit("give --auth token where there is a token all the same"),
            )
        project = _named(place) if options.bind else ""
        found = report_on_credential(place.authority, excused=place.excused(), offline=options.offline)
        report = complete_report(found, options)
        if options.store:
            return _store(report, place, project, options, console)
        if not options.bind:
            console.show(report)
        else:
            console.show_beside(report)
            if report.readiness is not Readiness.BLOCKED:
                console.hand_over(_narrowed(place, project, options.minutes))
                return Exit.READY
    return _exit(report)


def _see_what_is_wanted(options: Options, console: Console) -> None:
    """Raise UsageError for options that do not go together."""
    if options.minutes is not None and not options.bind:
        raise UsageError("--minutes says how long the token of --bind is good for; give both")
    if (options.yes or options.plan) and not options.store:
        raise UsageError("--yes and --plan are about storing the token; give --store as well")
    if options.store:
        shelf_of(options)
    elif options.bind:
        _see_that_it_can_be_taken(options, console)


def _store(report: Report, place: StoringPlace, project: str, options: Options, console: Console) -> Exit:
    """Store the token, narrowed where that is wished; what could not be told of it is no good enough to keep it."""
    if report.readiness is not Readiness.READY:
        console.show(report)
        return _exit(report)
    console.show_beside(report)

    def credential() -> Credential:
        wanted = _narrowed(place, project, options.minutes) if options.bind else place.credentials().get()
        console.learn(wanted)
        return wanted

    return store(place, credential, options, console)


def _see_that_it_can_be_taken(options: Options, console: Console) -> None:
    """Raise UsageError where a token would be shown, or would stand inside something else."""
    if options.format != "terminal":
        raise UsageError(
            f"--bind writes a token and nothing else to standard output, and --format {options.format} a report",
            remedy=Edit("give one of the two"),
        )
    if not console.piped:
        raise UsageError(
            "--bind writes a token, and standard output is a terminal, where anybody may read it",
            remedy=Edit(
                "pipe it into the secret store, as in "
                f"`tagship credential --bind | gh secret set {SECRET} --env pypi`, or let --store do it"
            ),
        )


def _named(place: Workplace) -> str:
    """The project to bind to; raises UsageError where nothing names one."""
    try:
        return place.authority.project_name
    except TagshipError as nameless:
        raise UsageError(
            f"--bind needs to know the project: {nameless.message}",
            where=nameless.where,
            remedy=Edit("name it with --project, or its directory with -C"),
        ) from nameless


def _narrowed(place: Workplace, project: str, minutes: int | None) -> Credential:
    from tagship.adapters.token import narrow  # noqa: PLC0415 -- one option needs it

    seconds = None if minutes is None else minutes * SECONDS_PER_MINUTE
    return narrow(place.credentials().get(), project, seconds, place.authority.now)


def _exit(report: Report) -> Exit:
    """Nothing is published with a credential that is blocked: that is a halt, as it is in `ship`."""
    return NotTrusted.exit if report.readiness is Readiness.BLOCKED else report.readiness.exit
