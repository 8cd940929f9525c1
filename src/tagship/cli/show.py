"""`tagship show`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import FETCHES, Options, add_epilog, add_index
from tagship.cli.place import workplace
from tagship.cli.several import list_packages, several
from tagship.errors import Exit
from tagship.workflow.telling.overview import overview


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `show`."""
    add_index(parser)
    add_epilog(parser, FETCHES)


def run(options: Options, console: Console) -> Exit:
    """Tell what tagship sees; what could not be read is told with its reason and makes the answer unknown.

    Where there are several packages and none is named, they are listed instead.
    """
    packages = several(options)
    if packages is not None:
        return list_packages(packages, console)
    with workplace(options, console) as place:
        seen = overview(place)
    console.show(seen)
    return Exit.UNKNOWN if seen.unknown else Exit.READY
