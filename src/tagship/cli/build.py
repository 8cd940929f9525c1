"""`tagship build`."""

import argparse
import os
from pathlib import Path

from tagship.cli.carry_out import carry_out
from tagship.cli.console import Console
from tagship.cli.options import Options, add_dist, add_epilog, add_tag, directory
from tagship.cli.place import workplace
from tagship.errors import Exit
from tagship.workflow import plans

EPILOG = """\
Where wheels are built elsewhere, such as on one machine per platform:

  tagship build v1.2.0 --sdist             the sdist, and a manifest that awaits wheels
  (build the wheels from that very sdist)
  tagship build v1.2.0 --with wheelhouse   the wheels beside it, and a whole manifest"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `build`."""
    add_tag(parser)
    add_dist(parser)
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument("--sdist", action="store_true", help="build the sdist alone; wheels are to come with --with")
    parts.add_argument(
        "--with",
        dest="wheels",
        type=directory,
        metavar="DIR",
        help="build nothing; put the wheels that lie in this directory beside the sdist that they were built from",
    )
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Build the distributions of a tag and show their manifest."""
    if options.wheels is not None:
        # From where we are, as every path on the command line, and not from the project's directory.
        options.wheels = Path(os.path.normpath(options.wheels.absolute()))
    plan = plans.build_sdist if options.sdist else plans.build if options.wheels is None else plans.collect
    with workplace(options, console) as place:
        carry_out(plan, place, options, console)
        console.show(place.manifest())
    return Exit.READY
