"""Runs one command; turns every error into words once, and into an exit code."""

import errno
import importlib
import os
import sys
import traceback
from collections.abc import Callable
from itertools import pairwise
from typing import Protocol, cast

from tagship import __version__
from tagship.adapters.process import termination_interrupts
from tagship.cli.commands import COMMANDS
from tagship.cli.console import Console, process_environment
from tagship.cli.options import Options, parse
from tagship.domain.finding import NotReady
from tagship.errors import Edit, Exit, Incomplete, Interrupted, Run, TagshipError


class _Bug(TagshipError):
    """Something that tagship did not foresee."""

    exit = Exit.BUG


class _Command(Protocol):
    def run(self, options: Options, console: Console) -> Exit:
        """Do what the command is for."""


NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


def dispatch(words: list[str]) -> int:
    """Run the command that the words name and return its exit code; nothing is raised."""
    _let_every_character_through()
    environ = process_environment()
    console = Console(form=_wanted_form(words), color="--no-color" not in words, environ=environ)
    return _guarded(lambda: _run(words, console), console, debug="--debug" in words)


def _run(words: list[str], console: Console) -> Exit:
    options = parse(words)
    if options.show_version:
        sys.stdout.write(f"tagship {__version__}\n")
        return Exit.READY
    console.form = options.format
    module = next(command.module for command in COMMANDS if command.name == options.command)
    return cast("_Command", importlib.import_module(module)).run(options, console)


def _guarded(command: Callable[[], Exit], console: Console, *, debug: bool) -> int:
    try:
        with termination_interrupts():
            return command()
    except SystemExit as ended:  # argparse, after --help
        return ended.code if isinstance(ended.code, int) else Exit.USAGE
    except BrokenPipeError:
        # Whoever read our output has heard enough; Python must not complain about it again on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.INTERRUPTED
    except (Exception, KeyboardInterrupt) as raised:  # noqa: BLE001 -- the one place where errors become words
        error = _as_error(raised)
        if debug:
            console.say("".join(traceback.format_exception(raised)).rstrip())
        _tell(error, console)
        return error.exit


def _tell(error: TagshipError, console: Console) -> None:
    if isinstance(error, NotReady):
        console.show(error.report)
    else:
        console.fail(error)


def _as_error(raised: BaseException) -> TagshipError:
    """What happened, as data with a next step."""
    match raised:
        case TagshipError():
            return raised
        case KeyboardInterrupt():
            return Interrupted("interrupted; the same command goes on from where the world stands")
        case OSError() if raised.errno in NO_ROOM:
            return Incomplete(
                f"no room left on the disk{_path_of(raised)}",
                remedy=Edit("free some space and run the same command again"),
            )
        case OSError() if raised.errno in NO_RIGHT:
            return Incomplete(
                f"not allowed to write{_path_of(raised)}: {raised.strerror}",
                remedy=Edit("make the directory writable and run the same command again"),
            )
        case RecursionError() | MemoryError():
            return _Bug(f"a file of the project is more than tagship can take: {type(raised).__name__}")
        case _:
            return _Bug(
                f"this is a bug in tagship: {type(raised).__name__}: {raised}",
                remedy=Run(("tagship", *sys.argv[1:], "--debug")),
            )


def _path_of(error: OSError) -> str:
    return f" at {error.filename}" if error.filename else ""


def _wanted_form(words: list[str]) -> str:
    """The form of output, as far as it can be told before the words are parsed: an error needs one, too."""
    forms = [after for word, after in pairwise(words) if word == "--format"]
    forms += [word.partition("=")[2] for word in words if word.startswith("--format=")]
    return "json" if "--json" in words else forms[-1] if forms and forms[-1] in {"json", "github"} else "terminal"


def _let_every_character_through() -> None:
    """Write what the terminal cannot show as an escape instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
