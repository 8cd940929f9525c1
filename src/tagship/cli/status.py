"""`tagship status`, and `tagship` alone."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import Options, add_index
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.workflow.status import status


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `status`."""
    add_index(parser)


def run(options: Options, console: Console) -> Exit:
    """Tell where the latest versions stand and which command comes next."""
    with workplace(options, console) as place:
        console.show(status(place))
    return Exit.READY
