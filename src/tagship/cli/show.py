"""`tagship show`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import Options, add_index
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.workflow.overview import overview


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `show`."""
    add_index(parser)


def run(options: Options, console: Console) -> Exit:
    """Tell what tagship sees; what could not be read is told with its reason and makes the answer unknown."""
    with workplace(options, console) as place:
        seen = overview(place)
    console.show(seen)
    return Exit.UNKNOWN if seen.unknown else Exit.READY
