"""`tagship guard`."""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from tagship.cli.console import Console
from tagship.cli.options import HOSTS, Options, add_epilog
from tagship.cli.remedies import complete_report
from tagship.domain.guarding import Guarded, Provenance
from tagship.domain.plan import Done, Effect, Preview
from tagship.errors import Exit, TagshipError, UsageError
from tagship.workflow.guarding.examining import USUAL_DAYS, guard
from tagship.workflow.guarding.place import GuardPlace
from tagship.workflow.workplace import Wishes

MOST_DAYS = 3660


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `guard`."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--range", dest="span", metavar="A..B", help="the commits of a range")
    which.add_argument(
        "--days",
        type=_days,
        metavar="N",
        help=f"what came in so many days; default: the push that CI runs for, else {USUAL_DAYS} days",
    )
    which.add_argument(
        "--install",
        dest="hooks",
        action="store_const",
        const="install",
        help="put a hook into this clone that refuses pushes straight to main",
    )
    which.add_argument(
        "--uninstall", dest="hooks", action="store_const", const="uninstall", help="take the hooks away again"
    )
    which.add_argument("--hook", choices=("pre-push",), help="be that hook, for a manager of hooks that calls it")
    parser.add_argument(
        "--server", type=Path, metavar="PATH", help="with --install and --uninstall: the bare repository on this server"
    )
    parser.add_argument("--journal", type=Path, metavar="FILE", help="the journal of a guarded git server")
    parser.add_argument("--host", choices=HOSTS, help="the code host to ask; default: by the remote")
    parser.add_argument(
        "--no-issue",
        dest="tells",
        action="store_false",
        help="in a job: open no issue about direct commits and forced pushes",
    )
    parser.add_argument("hook_words", nargs="*", metavar="WORD", help="with --hook: what git gives the hook")
    add_epilog(
        parser,
        "each commit is pull-request, direct or unverified, by the pull request and by the host's log of what\n"
        "moved main, never by what the commit says of itself\n\n"
        "a forced push to main is told as well, and so is what it took away\n\n"
        "exit codes: 0 all came through pull requests, 1 main was moved past them, 3 of a commit it could not be told",
    )


def _days(text: str) -> int:
    """A number of days; raises ArgumentTypeError for what is none."""
    if re.fullmatch(r"[0-9]{1,4}", text) is None or not 0 < int(text) <= MOST_DAYS:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {MOST_DAYS}")
    return int(text)


def run(options: Options, console: Console) -> Exit:
    """Report what came to main, or put the hooks in place that keep it guarded."""
    _prove_meant(options)
    if options.server is not None:
        console.show(_steps(_on_server(options, console)))
        return Exit.READY
    with _place(options, console) as place:
        if options.hooks is not None:
            console.show(_steps(_in_clone(place, install=options.hooks == "install")))
            return Exit.READY
        if options.hook is not None:
            return _as_hook(place, options, console)
        guarded = guard(place, span=options.span, days=options.days)
        if options.tells and place.in_a_job and place.push is not None and _is_past_a_pull_request(guarded):
            _tell(place, guarded, console)
    console.show(complete_report(guarded, options))
    return guarded.readiness.exit


def _is_past_a_pull_request(guarded: Guarded) -> bool:
    return bool(guarded.of(Provenance.DIRECT) or guarded.rewritten)


def _prove_meant(options: Options) -> None:
    if options.server is not None and options.hooks is None:
        raise UsageError("--server goes with --install or --uninstall")
    if options.hook_words and options.hook is None:
        raise UsageError(f"{options.hook_words[0]!r} is no option of guard; a range is given with --range")


def _place(options: Options, console: Console) -> GuardPlace:
    """The repository; which of several packages is meant does not matter for what came to main."""
    if not options.directory.is_dir():
        raise UsageError(f"{options.directory} is not a directory")
    wishes = Wishes(host_name=options.host, offline=options.offline, on_secret=console.learn, on_note=console.note)
    place = GuardPlace(options.directory, wishes=wishes, environ=console.environ)
    place.journal = options.journal
    return place


def _on_server(options: Options, console: Console) -> Sequence[str]:
    from tagship.adapters.git import hooks  # noqa: PLC0415 -- a report installs nothing

    server = (options.server or Path()).absolute()
    if options.hooks == "uninstall":
        return hooks.uninstall_from_server(server)
    main, lines = _settings_here(options, console)
    return hooks.install_on_server(server, main=main, lines=lines)


def _settings_here(options: Options, console: Console) -> tuple[str | None, Sequence[str]]:
    """What the project says of its branches, where the command is run in one; a server need not have one."""
    if not (options.directory / "pyproject.toml").is_file() and not (options.directory / "tagship.toml").is_file():
        return None, ()
    with _place(options, console) as place:
        return place.config.branch, place.config.release_lines


def _in_clone(place: GuardPlace, *, install: bool) -> Sequence[str]:
    from tagship.adapters.git import hooks  # noqa: PLC0415 -- as above

    if not install:
        return hooks.uninstall_from_clone(place.repository)
    return hooks.install_in_clone(place.repository, main=place.branch, lines=place.config.release_lines)


def _steps(sentences: Sequence[str]) -> Sequence[Preview]:
    """What was done, in a form that every format can show."""
    return [Preview("hooks", "puts the hooks in place, or away", Effect.LOCAL, Done(each)) for each in sentences]


def _as_hook(place: GuardPlace, options: Options, console: Console) -> Exit:
    from tagship.adapters.git.hooks import run_pre_push  # noqa: PLC0415 -- as above

    named = dict(zip(("PRE_COMMIT_REMOTE_NAME", "PRE_COMMIT_REMOTE_URL"), options.hook_words, strict=False))
    stdin = b"" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.buffer.read()
    goes_on, said = run_pre_push(
        place.repository,
        main=place.branch,
        lines=place.config.release_lines,
        environ={**console.environ, **named},
        stdin=stdin,
    )
    if said:
        console.say(said)
    return Exit.READY if goes_on else Exit.BLOCKED


def _tell(place: GuardPlace, guarded: Guarded, console: Console) -> None:
    """Open or extend the issue; that it could not be is told beside the verdict, which stands."""
    from tagship.workflow.guarding.issue import tell_in_issue  # noqa: PLC0415 -- most pushes need none

    try:
        console.note(tell_in_issue(place.issues(), guarded))
    except TagshipError as error:
        remedy = f"; {error.remedy}" if error.remedy is not None else ""
        console.note(f"no issue was written: {error.message}{remedy}")
