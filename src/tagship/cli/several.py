"""What a command does at the top of a repository of several packages, where none of them is named."""

import copy
import time
from collections.abc import Callable, Mapping

from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.cli.place import packages_of, workplaces
from tagship.cli.remedies import complete_report
from tagship.domain.finding import Report
from tagship.domain.workspace import Reports
from tagship.errors import Exit
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.several.packages import Packages


def several(options: Options) -> Packages | None:
    """The packages that the directory lists, where none of them is named; None where one project is meant."""
    if options.package is not None or not options.directory.is_dir():
        return None
    found = packages_of(options)
    if found is None:
        return None
    packages, own = found
    if own is None:
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


def check_each(packages: Packages, look: Callable[[BranchPlace], Report], options: Options, console: Console) -> Exit:
    """Report on every package that the branch changes, or on all, in the order of release."""
    started = time.monotonic()
    reports: list[Report] = []
    with packages:
        meant, left_alone = places_meant(packages, options, console)
        for name, each in meant.items():
            with each as place:
                reports.append(complete_report(look(place), _about(name, options)))
    told = Reports(tuple(reports), left_alone, time.monotonic() - started)
    console.show(told)
    return told.readiness.exit


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
