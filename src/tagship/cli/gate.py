"""`tagship gate`."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import FETCHES, Options, add_epilog, add_gate, add_index, add_tag
from tagship.cli.place import workplace
from tagship.cli.remedies import complete_report
from tagship.errors import Exit
from tagship.workflow import examinations


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `gate`."""
    add_tag(parser)
    add_gate(parser)
    add_index(parser)
    add_epilog(parser, FETCHES)


def run(options: Options, console: Console) -> Exit:
    """Report whether the tag may ship."""
    with workplace(options, console) as place:
        report = examinations.gate(place)
    console.show(complete_report(report, options))
    return report.readiness.exit
