"""`tagship rehearse`."""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tagship.cli.carry_out import carry_out
from tagship.cli.console import Console
from tagship.cli.options import Options, add_tag
from tagship.errors import Exit, UsageError
from tagship.rehearsal.perform import rehearsal_of
from tagship.rehearsal.sample import make_sample
from tagship.workflow import plans

STAND_IN = "a rehearsal: index and code host are stand-ins, nothing leaves this machine"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `rehearse`."""
    add_tag(parser)
    parser.add_argument("--sample", action="store_true", help="rehearse with a small project that tagship brings along")
    parser.add_argument("--confirm-jump", action="store_true", help="the version is meant to be more than one step up")


def run(options: Options, console: Console) -> Exit:
    """Carry the plan of `ship` out in a throwaway clone and show the receipt, which is thrown away as well."""
    if options.sample and options.tag is not None:
        raise UsageError("--sample brings its own tag; give one of the two")
    options.yes = True
    with ExitStack() as stack:
        source = options.directory
        if options.sample:
            place_of_sample = stack.enter_context(tempfile.TemporaryDirectory(prefix="tagship-sample-"))
            source = make_sample(Path(place_of_sample) / "sample")
        elif not source.is_dir():
            raise UsageError(f"{source} is not a directory")
        console.say(STAND_IN)
        rehearsal = rehearsal_of(source, tag=options.tag, confirm_jump=options.confirm_jump, on_secret=console.learn)
        place = stack.enter_context(rehearsal)
        console.show(carry_out(plans.ship, place, options, console).prove.proved())
    return Exit.READY
