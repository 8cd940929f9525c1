"""`tagship init`."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum
from typing import TypeVar

from tagship.cli.console import Console
from tagship.cli.options import Options, add_epilog
from tagship.domain.adoption import Pin
from tagship.domain.config import Auth, HostKind, Publisher, Way
from tagship.domain.setup import FileState, SetUp
from tagship.errors import Edit, Exit, FactUnknown, Interrupted, Run, UsageError
from tagship.scaffold import HOSTS
from tagship.workflow.adopting.adopting import Manner, carry_out, drift, plan
from tagship.workflow.adopting.survey import Decisions, Survey

EPILOG = """\
examples:
  tagship init                  what is found out, at most three questions, a difference, and one more
  tagship init --yes            the same with what is found out for an answer
  tagship init --check          is everything as it would be generated now? for CI
  tagship init --update-pins    actions at their newest release that is a week old

Run it again at will: what you add outside of the managed blocks stays where it is. Nothing is committed."""

ChoiceT = TypeVar("ChoiceT", bound=Enum)


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `init`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check", dest="drift", action="store_true", help="tell what is not as it would be generated now"
    )
    what.add_argument("--plan", action="store_true", help="show what would be written, and end")
    parser.add_argument("--yes", action="store_true", help="ask nothing: what is found out is the answer")
    parser.add_argument(
        "--force", action="store_true", help="write over blocks that were edited by hand, and files that are in the way"
    )
    parser.add_argument("--update-pins", action="store_true", help="ask the host for newer releases of the actions")
    parser.add_argument("--host", choices=_values(HostKind), help="the code host; default: by the remote")
    parser.add_argument("--auth", choices=_values(Auth), help="how uploads are authenticated; default: as today")
    parser.add_argument("--bump", choices=_values(Way), help="where the version goes up; default: as on main today")
    parser.add_argument(
        "--environment",
        dest="named_environment",
        metavar="NAME",
        help="the host's environment with the credential; default as today, or pypi",
    )
    parser.add_argument(
        "--publish-with", choices=_values(Publisher), help="what uploads; the index's own action signs attestations"
    )
    add_epilog(parser, EPILOG)


def _values(kind: type[Enum]) -> list[str]:
    return [each.value for each in kind]


def run(options: Options, console: Console) -> Exit:
    """Show what is found out and what would be written, ask once, write it, and tell what is left to a person."""
    directory = options.directory
    if not directory.is_dir():
        raise UsageError(f"{directory} is not a directory", remedy=Edit("name the directory of the project with -C"))
    with Survey(directory, console.environ) as survey:
        if options.drift:
            report = drift(survey, _decisions(options), console.environ)
            console.show(report)
            return report.readiness.exit
        decided = _decided(survey, options, console)
        manner = Manner(force=options.force, locks=not options.offline, pins=_pins(survey, options, console))
        setup = plan(survey, decided, console.environ, manner)
        if not options.plan and setup.changes:
            if not options.yes:
                console.show_beside(replace(setup, next=()))
                _confirm(console)
            setup = carry_out(survey, setup)
        console.show(setup)
    return _exit(setup)


def _exit(setup: SetUp) -> Exit:
    """Blocked where somebody has to decide on a file, incomplete where one could not be made; else all is well."""
    states = {file.state for file in setup.files}
    if states & {FileState.FOREIGN, FileState.EDITED}:
        return Exit.BLOCKED
    return Exit.INCOMPLETE if FileState.LACKING in states else Exit.READY


def _confirm(console: Console) -> None:
    answer = console.ask("Write this? [y/N] ")
    if answer is None:
        raise UsageError(
            "files are written once somebody has seen them, and nobody is here to answer",
            remedy=Run(("tagship", "init", "--yes")),
        )
    if answer.lower() not in {"y", "yes"}:
        raise Interrupted("not confirmed: nothing was written")


def _decisions(options: Options) -> Decisions:
    return Decisions(
        host=None if options.host is None else HostKind(options.host),
        auth=None if options.auth is None else Auth(options.auth),
        way=None if options.bump is None else Way(options.bump),
        publisher=None if options.publish_with is None else Publisher(options.publish_with),
        environment=options.named_environment,
    )


def _decided(survey: Survey, options: Options, console: Console) -> Decisions:
    """What the command line says, and answers to what it leaves open; a project that is adopted already was asked."""
    said = _decisions(options)
    if options.yes or options.plan or survey.is_adopted:
        return said
    if said.host is None and survey.host is None:
        asked = "Which code host runs the workflows?"
        said = replace(said, host=_asked(console, asked, HostKind, None, among=lambda each: each in HOSTS))
    if said.auth is None and survey.config.auth is None:
        asked = "How is an upload authenticated: by trusted publishing, or with a token?"
        said = replace(said, auth=_asked(console, asked, Auth, survey.auth_on(said.host or survey.host)[0]))
    if said.way is None and survey.config.bump is None:
        asked = f"Where does the version go up: in each branch, or in a release branch? ({survey.way.reason})"
        said = replace(said, way=_asked(console, asked, Way, survey.way.way))
    return said


def _asked(
    console: Console,
    question: str,
    kind: type[ChoiceT],
    default: ChoiceT | None,
    *,
    among: Callable[[ChoiceT], bool] = lambda _: True,
) -> ChoiceT | None:
    """What somebody chooses, who is asked again where it is none of them; the default where nobody is there."""
    known: Mapping[str, ChoiceT] = {str(each.value): each for each in kind if among(each)}
    offered = f" [{default.value}]" if default is not None else ""
    while True:
        answer = console.ask(f"{question} {'|'.join(known)}{offered} ")
        if not answer:
            return default
        if answer in known:
            return known[answer]


def _pins(survey: Survey, options: Options, console: Console) -> Mapping[str, Pin] | None:
    """Newer pins where they are asked for; those of the installed tagship where the host cannot be asked."""
    if not options.update_pins:
        return None
    from tagship.scaffold.pins import PINS  # noqa: PLC0415 -- asked for now and then

    newest = _newer_of(survey.pins.actions, PINS.actions)
    if options.offline:
        console.note("offline: the pins are those of this tagship")
        return newest
    from tagship.adapters.adopting.pinned import newer_pins  # noqa: PLC0415 -- as above
    from tagship.adapters.github.token import github_token  # noqa: PLC0415 -- as above
    from tagship.adapters.http import HttpClient  # noqa: PLC0415 -- as above

    token = github_token(console.environ)
    if token is not None:
        console.learn(token)
    try:
        with HttpClient() as http:
            return newer_pins(newest, http, token, now=lambda: datetime.now(tz=UTC))
    except FactUnknown as unknown:
        console.note(f"the pins are those of this tagship: {unknown.message}")
        return newest


def _newer_of(own: Mapping[str, Pin], ours: Mapping[str, Pin]) -> Mapping[str, Pin]:
    """Of each action the pin of the higher version."""
    from tagship.domain.version import BEGINNING, parse_version  # noqa: PLC0415 -- as above

    def height(pin: Pin) -> object:
        return parse_version(pin.version) or BEGINNING

    return {
        action: max((own.get(action, pin), pin), key=height)  # type: ignore[arg-type]  # versions are ordered
        for action, pin in ours.items()
    }
