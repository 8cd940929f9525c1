"""`tagship status`, and `tagship` alone."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import Options, add_index
from tagship.cli.place import workplace
from tagship.cli.several import list_packages, several
from tagship.domain.overview import Stage
from tagship.errors import Exit
from tagship.workflow.telling.status import status


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `status`."""
    add_index(parser)


def run(options: Options, console: Console) -> Exit:
    """Tell where the latest versions stand and which command comes next; not to know of one is the answer unknown.

    Where there are several packages and none is named, they are listed instead.
    """
    packages = several(options)
    if packages is not None:
        return list_packages(packages, console)
    with workplace(options, console) as place:
        seen = status(place)
    console.show(seen)
    return Exit.UNKNOWN if any(version.stage is Stage.UNKNOWN for version in seen.versions) else Exit.READY
