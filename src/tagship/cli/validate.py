"""`tagship validate`."""

import argparse
from pathlib import Path

from tagship.cli.console import Console
from tagship.cli.options import Options, add_epilog, add_files, add_index, add_pythons
from tagship.cli.place import workplace_of_files
from tagship.cli.remedies import complete_report
from tagship.errors import Exit
from tagship.workflow import examinations

EPILOG = """\
Unless --no-install is given, this runs code out of the files: they are installed
into clean environments, what they depend on is fetched, their modules are
imported and their scripts are started. Written is nothing where the files lie.

exit codes:
  0 ready   1 blocked   2 usage   3 could not tell"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `validate`."""
    add_files(parser)
    add_index(parser)
    add_pythons(parser)
    parser.add_argument(
        "--together-with",
        dest="companions",
        action="append",
        type=Path,
        default=[],
        metavar="DIR",
        help="built files of a package that is released with this one, which may need it; may be repeated",
    )
    parser.add_argument(
        "--no-install",
        dest="install",
        action="store_false",
        help="look at the files only; do not try them out in clean environments",
    )
    parser.add_argument(
        "--rebuild", action="store_true", help="build the same commit once more, and compare; needs the manifest"
    )
    add_epilog(parser, EPILOG)


def run(options: Options, console: Console) -> Exit:
    """Report whether an index would take the built files, and whether they work."""
    with workplace_of_files(options, console) as place:
        report = examinations.validate(place)
    console.show(complete_report(report, options))
    return report.readiness.exit
