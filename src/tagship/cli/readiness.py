"""What `tagship check` does, once git has begun to look."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.place import workplace_of
from tagship.cli.remedies import complete_report
from tagship.cli.several import check_each, places_meant, several
from tagship.domain.finding import Report, Verdict
from tagship.errors import Exit, Run, UsageError
from tagship.workflow.readiness.checking import Scope, check, chosen
from tagship.workflow.readiness.place import BranchPlace


def report(options: Options, console: Console) -> Exit:
    """Report whether the branch is ready, or everything that is missing."""
    scope = Scope(
        fast=options.fast,
        offline=options.offline,
        confirm_jump=options.confirm_jump,
        only=tuple(options.only),
        skip=tuple(options.skip),
    )
    if options.fix:
        _fix(options, console, scope)
    packages = several(options)
    if packages is not None:
        return check_each(
            packages, lambda place, only: _looked_at(place, _narrowed(scope, only), console), options, console
        )

    with _place(options, console) as place:
        told = _looked_at(place, scope, console)
    console.show(complete_report(told, options))
    return told.readiness.exit


def _narrowed(scope: Scope, only: Sequence[str]) -> Scope:
    return replace(scope, only=tuple(only)) if only else scope


def _looked_at(place: BranchPlace, scope: Scope, console: Console) -> Report:
    """The report; raises UsageError, before anything is looked at, for an id that there is not."""
    chosen(place.config, scope)
    return _watched(place, scope, console)


def _place(options: Options, console: Console) -> BranchPlace:
    place = workplace_of(BranchPlace, options, console)
    place.fast = options.fast
    return place


def _watched(place: BranchPlace, scope: Scope, console: Console) -> Report:
    """The report, in front of somebody where it takes a while."""
    if scope.fast:
        return check(place.facts, scope)
    with console.progress() as progress:
        if console.form == "terminal":
            place.on_line = lambda which, line: progress.note(line) if which == "tests" else None

        def hear(verdict: Verdict) -> None:
            if console.interactive and (verdict.blocks or verdict.leaves_open):
                said = verdict.findings[0].message if verdict.findings else verdict.reason or verdict.title
                first, *_ = said.split("\n")  # the report has the rest
                progress.note(f"{verdict.outcome.value}: {verdict.id}: {first.rstrip(':')}")

        progress.stage_started("check", "looking at the branch; tests and build run in a copy")
        try:
            return check(place.facts, scope, onlooker=hear)
        finally:
            progress.stage_put_off("check")


def _fix(options: Options, console: Console, scope: Scope) -> None:
    """Show what can be mended safely and, once that is agreed to, write it; raises UsageError where nobody can."""
    from tagship.domain.change import unified  # noqa: PLC0415 -- most runs mend nothing
    from tagship.workflow.readiness.mend import mends, together, write  # noqa: PLC0415 -- as above

    with ExitStack() as stack:
        places = _places(options, console, stack)
        changes = together(change for place in places for change in mends(place.facts, scope))
        if not changes:
            console.say("nothing here can be mended without a person")
            return
        console.say(unified(changes).rstrip("\n"))
        if _agreed(options, console):
            write(places[0].repository.root, changes)
        else:
            console.say("nothing was written")


def _places(options: Options, console: Console, stack: ExitStack) -> Sequence[BranchPlace]:
    """The project, or the packages that are meant where there are several; they are left with the stack."""
    packages = several(options)
    if packages is None:
        return [stack.enter_context(_place(options, console))]
    meant, _ = places_meant(stack.enter_context(packages), options, console)
    return [stack.enter_context(place) for place in meant.values()]


def _same(options: Options) -> Iterator[str]:
    """What was wanted of the checks, in the words that it was given in."""
    flags = {
        "--fast": options.fast,
        "--offline": options.offline,
        "--confirm-jump": options.confirm_jump,
        "--all": options.every_package,
    }
    yield from (flag for flag, is_given in flags.items() if is_given)
    yield from () if options.host is None else ("--host", options.host)
    for option, ids in (("--only", options.only), ("--skip", options.skip)):
        yield from (word for each in ids for word in (option, each))


def _agreed(options: Options, console: Console) -> bool:
    """Whether what was shown may be written; raises UsageError where nobody is there to say so."""
    if options.yes:
        return True
    answer = console.ask("Write this? [y/N] ")
    if answer is None:
        raise UsageError(
            "what changes files is asked for once, and nobody is here to answer",
            remedy=Run(("tagship", "check", "--fix", *_same(options), "--yes")),
        )
    return answer.lower() in {"y", "yes"}
