"""What a command does at the top of a repository of several packages, where none of them is named."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from tagship.checks.catalogue.branch import OF_THE_REPOSITORY
from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.place import packages_of, workplaces
from tagship.cli.remedies import complete_report
from tagship.domain.finding import Report
from tagship.domain.workspace import Reports
from tagship.errors import Exit, UsageError
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.several.packages import Packages

Look: TypeAlias = Callable[[BranchPlace, Sequence[str]], Report]
"""Looks at one package; only at these checks, where some are named."""


def several(options: Options) -> Packages | None:
    """The packages that the directory lists, where none of them is named; None where one project is meant.

    Whoever asks for all of them may stand in one. Raises UsageError for who names one and asks for all.
    """
    if options.package is not None and options.every_package:
        raise UsageError("--package names one package, and --all is every one; give one of the two")
    if options.package is not None or not options.directory.is_dir():
        return None
    found = packages_of(options)
    if found is None:
        return None
    packages, own = found
    if own is None or options.every_package:
        return packages
    packages.close()
    return None


def list_packages(packages: Packages, console: Console) -> Exit:
    """Tell which packages there are."""
    with packages:
        say_what_is_left_out(packages, console)
        console.show(packages.roster())
    return Exit.READY


def say_what_is_left_out(packages: Packages, console: Console) -> None:
    """Tell a person of members of the workspace that are no packages, beside what is told of the others."""
    for told in packages.left_out:
        console.say(told)


def check_each(packages: Packages, look: Look, options: Options, console: Console) -> Exit:
    """Report on every package that the branch changes, or on all, in the order of release."""
    started = time.monotonic()
    with packages:
        meant, left_alone = places_meant(packages, options, console)
        reports = [complete_report(_seen(each, look), _about(name, options)) for name, each in meant.items()]
        around = None if meant else _around(packages, look, options, console)
    told = Reports(tuple(reports), left_alone, time.monotonic() - started, around)
    console.show(told)
    return told.readiness.exit


def _seen(each: BranchPlace, look: Look) -> Report:
    with each as place:
        return look(place, ())


def _around(packages: Packages, look: Look, options: Options, console: Console) -> Report | None:
    """What stands in the way of the whole repository, of which no package is changed; None for nothing."""
    asked = [each for each in OF_THE_REPOSITORY if not options.only or each in options.only]
    if not asked:
        return None
    first = next(iter(workplaces(BranchPlace, packages, options, console).values()))
    first.fast = options.fast
    with first as place:
        told = look(place, asked)
    in_the_way = tuple(verdict for verdict in told.verdicts if verdict.blocks or verdict.leaves_open)
    told = replace(told, project=None, version=None, tag=None, verdicts=in_the_way, left_out=())
    return complete_report(told, options) if in_the_way else None


def places_meant(
    packages: Packages, options: Options, console: Console
) -> tuple[Mapping[str, BranchPlace], tuple[str, ...]]:
    """The packages that the branch changes, or all, in the order of release; and the names of the others."""
    say_what_is_left_out(packages, console)
    places = workplaces(BranchPlace, packages, options, console)
    for place in places.values():
        place.fast = options.fast
    if options.every_package:
        return places, ()
    changed = packages.changed({name: place.facts for name, place in places.items()})
    return {name: places[name] for name in changed}, tuple(name for name in places if name not in changed)


def _about(name: str, options: Options) -> Options:
    """The options as if the package had been named, so that what is proposed is about it."""
    named = copy.copy(options)
    named.package = name
    return named
