"""`tagship check`."""

import argparse
from contextlib import nullcontext

from tagship.adapters.git.early import looked_at_early
from tagship.cli.console import Console
from tagship.cli.options import Options, add_all, add_check, add_epilog, add_index
from tagship.errors import Exit

EPILOG = """\
Nothing in the repository is changed, unless --fix is given and agreed to: tests
and builds run in a copy. Nothing is fetched either; --offline asks nobody at all.

exit codes:
  0 ready   1 blocked   2 usage   3 could not tell"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `check`."""
    add_check(parser)
    add_all(parser)
    add_index(parser)
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Report whether the branch is ready, or everything that is missing."""
    # What is mended is looked at again afterwards, and an early answer may be from before.
    with nullcontext() if options.fix else looked_at_early(options.directory):
        from tagship.cli.readiness import report  # noqa: PLC0415 -- git works while it is loaded

        return report(options, console)
