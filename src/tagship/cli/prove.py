"""`tagship prove`."""

import argparse

from tagship.cli.carry_out import carry_out
from tagship.cli.console import Console
from tagship.cli.options import Options, add_dist, add_index, add_patience, add_tag
from tagship.cli.place import workplace_of_build
from tagship.errors import Exit
from tagship.workflow import plans


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `prove`."""
    add_tag(parser)
    add_dist(parser)
    add_index(parser)
    add_patience(parser)


def run(options: Options, console: Console) -> Exit:
    """Prove that the index serves the built bytes and that they install; show the receipt."""
    with workplace_of_build(options, console) as place:
        console.show(carry_out(plans.prove, place, options, console).prove.proved())
    return Exit.READY
