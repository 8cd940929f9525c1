"""`tagship publish`."""

import argparse

from tagship.cli.carry_out import carry_out, show_plan
from tagship.cli.console import Console
from tagship.cli.options import Options, add_consent, add_credential, add_index, add_project, directory
from tagship.cli.place import workplace_of_build
from tagship.errors import Exit
from tagship.workflow import plans
from tagship.workflow.execute import preview


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `publish`."""
    parser.add_argument(
        "dist", nargs="?", type=directory, metavar="DIST", help="where the built files lie; default dist"
    )
    add_index(parser)
    add_credential(parser)
    add_project(parser, "the project that is meant to be published; files of another are refused")
    add_consent(parser)


def run(options: Options, console: Console) -> Exit:
    """Upload what the index lacks of a build; the manifest beside the files says which tag they are of.

    No repository is needed: where none is here, files and manifest are all that is looked at.
    """
    with workplace_of_build(options, console) as place:
        if options.plan:
            return show_plan(plans.publish, place, options, console)
        console.show(preview(plans.publish(carry_out(plans.publish, place, options, console))))
    return Exit.READY
