"""`tagship notes`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import FETCHES, Options, add_epilog
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.reports.shown import Notes


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `notes`."""
    parser.add_argument(
        "tag", nargs="?", metavar="VERSION", help="the version, or its tag; default: as for the other commands"
    )
    add_epilog(parser, FETCHES)


def run(options: Options, console: Console) -> Exit:
    """Write the changelog section of a version, exactly."""
    with workplace(options, console) as place:
        changelog, section = place.notes()
        console.show(Notes(section, place.facts.tag_name, changelog.format))
    return Exit.READY
