"""`tagship announce`."""

import argparse

from tagship.cli.carry_out import carry_out, show_plan
from tagship.cli.console import Console
from tagship.cli.options import Options, add_consent, add_dist, add_host, add_index, add_tag
from tagship.cli.place import workplace_of_build
from tagship.errors import Edit, Exit, UsageError
from tagship.workflow import plans
from tagship.workflow.execute import preview


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `announce`."""
    add_tag(parser)
    add_dist(parser)
    add_index(parser)
    add_host(parser)
    add_consent(parser)


def run(options: Options, console: Console) -> Exit:
    """Make the code host's release public, with the notes, the manifest and the receipt."""
    with workplace_of_build(options, console) as place:
        if place.host_name == "none":
            raise UsageError(
                "there is no code host to announce the release on: the remote is on none that is known",
                remedy=Edit("name it with --host, or leave announcing out"),
            )
        if options.plan:
            return show_plan(plans.announce, place, options, console)
        console.show(preview(plans.announce(carry_out(plans.announce, place, options, console))))
    return Exit.READY
