"""`tagship credential`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import Options, add_binding, add_credential, add_epilog, add_index
from tagship.cli.place import workplace
from tagship.cli.remedies import complete_report
from tagship.domain.config import Auth
from tagship.domain.credential import TOKEN_VARIABLE, Credential
from tagship.domain.finding import NotTrusted, Readiness, Report
from tagship.errors import Edit, Exit, TagshipError, UsageError
from tagship.workflow.authority import report_on_credential
from tagship.workflow.workplace import Workplace

SECONDS_PER_MINUTE = 60
EPILOG = """\
A token is shown to the index in one request that changes nothing. With trusted
publishing the index mints a token, as for a release, and is told to burn it.

exit codes:
  0 nothing stands in the way   2 usage
  4 a check failed              3 could not tell what matters

With --bind, what could not be told stands in the report and is no obstacle:
the exit code is 0 once the narrowed token was written."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `credential`."""
    add_index(parser)
    add_credential(parser)
    parser.add_argument("--project", metavar="NAME", help="the project to be published; default: the one that is here")
    add_binding(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Report on the credential; with --bind, write a narrower token beside the report."""
    if options.bind:
        _see_that_it_can_be_taken(options, console)
    elif options.minutes is not None:
        raise UsageError("--minutes says how long the token of --bind is good for; give both")
    with workplace(options, console) as place:
        if options.bind and place.config.authentication is not Auth.TOKEN:
            raise UsageError(
                "there is no token to narrow: the project uses trusted publishing",
                remedy=Edit("give --auth token where there is a token all the same"),
            )
        project = _named(place) if options.bind else ""
        found = report_on_credential(place.authority, excused=place.excused(), offline=options.offline)
        report = complete_report(found, options)
        if not options.bind:
            console.show(report)
        else:
            console.show_beside(report)
            if report.readiness is not Readiness.BLOCKED:
                console.hand_over(_narrowed(place, project, options.minutes))
                return Exit.READY
    return _exit(report)


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
                f"`tagship credential --bind | gh secret set {TOKEN_VARIABLE} --env pypi`"
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
