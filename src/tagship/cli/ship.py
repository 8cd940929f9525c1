"""`tagship ship`."""

import argparse

from tagship.cli.carry_out import carry_out, show_plan
from tagship.cli.console import Console
from tagship.cli.options import (
    Options,
    add_consent,
    add_credential,
    add_dist,
    add_gate,
    add_index,
    add_patience,
    add_pythons,
    add_tag,
)
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.workflow import plans


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `ship`."""
    add_tag(parser)
    add_gate(parser)
    add_index(parser)
    add_credential(parser)
    add_dist(parser)
    add_pythons(parser)
    add_consent(parser)
    add_patience(parser)


def run(options: Options, console: Console) -> Exit:
    """Take a tag from gate to proof and show the receipt."""
    with workplace(options, console) as place:
        if options.plan:
            return show_plan(plans.ship, place, options, console)
        console.show(carry_out(plans.ship, place, options, console).prove.proved())
    return Exit.READY
