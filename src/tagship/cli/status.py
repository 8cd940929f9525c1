"""`tagship status`, and `tagship` alone."""

import argparse

from tagship.cli.console import Console
from tagship.cli.options import FETCHES, Options, add_epilog, add_index
from tagship.cli.place import workplace
from tagship.cli.several import list_packages, several
from tagship.domain.overview import Milestones, Stage
from tagship.errors import Exit
from tagship.workflow.telling.status import status


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `status`."""
    add_index(parser)
    add_epilog(parser, FETCHES)


def run(options: Options, console: Console) -> Exit:
    """Tell where the latest versions stand and which command comes next; not to know of one is the answer unknown.

    Where there are several packages and none is named, they are listed instead.
    """
    packages = several(options)
    if packages is not None:
        return list_packages(packages, console)
    with workplace(options, console) as place:
        seen = status(place)
    console.show(seen)
    unknown = any(version.stage is Stage.UNKNOWN or _is_push_unknown(version) for version in seen.versions)
    return Exit.UNKNOWN if unknown else Exit.READY


def _is_push_unknown(version: Milestones) -> bool:
    """Whether the remote, where there is one, did not say if it has the tag."""
    return version.tag is not None and version.pushed is None
