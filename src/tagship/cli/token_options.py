"""The options of what is done with a token: it is narrowed, and handed to the code host."""

import argparse

from tagship.domain.adoption import ENVIRONMENT, SECRET

MOST_MINUTES = 366 * 24 * 60


def add_binding(parser: argparse.ArgumentParser) -> None:
    """How to narrow a token."""
    parser.add_argument(
        "--bind",
        action="store_true",
        help="write a token that follows from this one and is good for this project alone, to a pipe or a file",
    )
    parser.add_argument(
        "--minutes", type=_minutes, metavar="N", help="with --bind: and good for so long; default as the token is"
    )


def add_storing(parser: argparse.ArgumentParser) -> None:
    """Where a token is stored for the jobs of the code host."""
    parser.add_argument(
        "--store",
        action="store_true",
        help="hand the token to the code host as a secret of an environment; shows where, and asks first",
    )
    parser.add_argument(
        "--environment",
        dest="named_environment",
        metavar="NAME",
        help=f"with --store: the environment; default as configured, or {ENVIRONMENT}",
    )
    parser.add_argument("--secret", metavar="NAME", help=f"with --store: the name of the secret; default {SECRET}")
    parser.add_argument("--yes", action="store_true", help="with --store: do not ask before")
    parser.add_argument("--plan", action="store_true", help="with --store: show what would be done, and end")


def _minutes(text: str) -> int:
    """How long a token is good for; raises ArgumentTypeError for what is no such time."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(MOST_MINUTES))
    if not (digits and 0 < int(text) <= MOST_MINUTES):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of minutes from 1 to {MOST_MINUTES}, which is a year")
    return int(text)
