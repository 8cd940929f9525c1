"""`tagship explain`."""

import argparse
from difflib import get_close_matches

from tagship.checks import CHECKS
from tagship.checks.engine import AnyCheck
from tagship.checks.trials import custom
from tagship.cli.console import Console
from tagship.cli.options import Options
from tagship.errors import Edit, Exit, UsageError
from tagship.workflow.config import read_config


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `explain`."""
    parser.add_argument("check", metavar="ID", help="the id of a check, as reports show it")


def run(options: Options, console: Console) -> Exit:
    """Tell what a check is, why it is there and how to mend what it finds; the project's own are explained as well."""
    known: dict[str, AnyCheck] = {check.id: check for check in CHECKS}
    wanted = options.check or ""
    if wanted not in known:
        known |= {own.id: custom(own) for own in read_config(options.directory).checks}
    if wanted not in known:
        near = get_close_matches(wanted, known, n=1)
        hint = f"did you mean {near[0]}?" if near else "the ids are " + ", ".join(known)
        raise UsageError(f"there is no check {wanted!r}", remedy=Edit(hint))
    console.show(known[wanted])
    return Exit.READY
