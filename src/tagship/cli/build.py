"""`tagship build`."""

import argparse

from tagship.cli.carry_out import carry_out
from tagship.cli.console import Console
from tagship.cli.options import Options, add_dist, add_tag
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.workflow import plans


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `build`."""
    add_tag(parser)
    add_dist(parser)


def run(options: Options, console: Console) -> Exit:
    """Build the distributions of a tag and show their manifest."""
    with workplace(options, console) as place:
        carry_out(plans.build, place, options, console)
        console.show(place.manifest())
    return Exit.READY
