"""Runs one command; turns every error into words once, and into an exit code."""

import errno
import importlib
import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Protocol, cast

from tagship import __version__
from tagship.adapters.nearest import nearest_project
from tagship.cli.commands import COMMANDS
from tagship.cli.console import Console, Nowhere, Unwritable, process_environment
from tagship.cli.options import Options, parse
from tagship.errors import Edit, Exit, Incomplete, Interrupted, Run, TagshipError


class Bug(TagshipError):
    """Something that tagship did not foresee."""

    exit = Exit.BUG


class _Command(Protocol):
    def run(self, options: Options, console: Console) -> Exit:
        """Do what the command is for."""


_ROOM = ("no room left on the disk", "free some space")
_RIGHT = ("not allowed to write", "make the directory writable")
_SYSTEM = ("the system refuses a file", "mend what the system says")
REFUSALS = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _ROOM),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), _RIGHT),
    # What else a machine may say to somebody who opens a file, none of which is our doing.
    **dict.fromkeys((errno.EBUSY, errno.EIO, errno.ELOOP, errno.EMFILE), _SYSTEM),
    **dict.fromkeys((errno.ENAMETOOLONG, errno.ENFILE, errno.ENOTDIR), _SYSTEM),
}
"""By the number of an OSError: what it means here, and what to do before running the same command again."""


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
    options.directory = nearest_project(options.directory)
    command = next(command for command in COMMANDS if command.name == options.command)
    from tagship.adapters.signals import (  # noqa: PLC0415 -- --help starts no process
        swallowed_interrupts_return,
        termination_interrupts,
    )

    with termination_interrupts(), swallowed_interrupts_return():
        try:
            return cast("_Command", importlib.import_module(command.module)).run(options, console)
        except KeyboardInterrupt as stopped:
            if not command.resumes:
                raise
            raise Interrupted("interrupted; the same command goes on from where the world stands") from stopped
        except TagshipError as error:
            from tagship.cli.remedies import complete_error  # noqa: PLC0415 -- most commands end without an error

            complete_error(error, options)
            raise


def _guarded(command: Callable[[], Exit], console: Console, *, debug: bool) -> int:
    try:
        return command()
    except SystemExit as ended:  # argparse, after --help
        return ended.code if isinstance(ended.code, int) else Exit.USAGE
    except BrokenPipeError:  # whoever read our output has heard enough
        return Exit.INTERRUPTED
    except (Exception, KeyboardInterrupt) as raised:  # noqa: BLE001 -- the one place where errors become words
        error = _as_error(raised)
        if debug:
            import traceback  # noqa: PLC0415 -- loaded where it is wanted

            console.say("".join(traceback.format_exception(raised)).rstrip())
        _tell(error, console)
        return error.exit
    finally:
        console.close()


def _tell(error: TagshipError, console: Console) -> None:
    from tagship.domain.finding import NotReady  # noqa: PLC0415 -- most commands end without an error

    try:
        if isinstance(error, NotReady):
            console.show(error.report)
        else:
            console.fail(error)
    except (Unwritable, BrokenPipeError):
        # Standard output takes nothing any more; what it should have told goes where a person may still see it.
        console.complain(error)


def _as_error(raised: BaseException) -> TagshipError:
    """What happened, as data with a next step."""
    match raised:
        case TagshipError():
            return raised
        case KeyboardInterrupt():
            return Interrupted("interrupted")
        case OSError() if raised.errno in REFUSALS:
            what, advice = REFUSALS[raised.errno]
            place = f" at {raised.filename}" if raised.filename else ""
            return Incomplete(
                f"{what}{place}: {raised.strerror}", remedy=Edit(f"{advice} and run the same command again")
            )
        case RecursionError() | MemoryError():
            return Bug(f"a file of the project is more than tagship can take: {type(raised).__name__}")
        case _:
            return Bug(
                f"this is a bug in tagship: {type(raised).__name__}: {raised}",
                remedy=Run(("tagship", *sys.argv[1:], "--debug")),
            )


def _wanted_form(words: list[str]) -> str:
    """The form of output, as far as it can be told before the words are parsed: an error needs one, too."""
    forms = [after for word, after in pairwise(words) if word == "--format"]
    forms += [word.partition("=")[2] for word in words if word.startswith("--format=")]
    return "json" if "--json" in words else forms[-1] if forms and forms[-1] in {"json", "github"} else "terminal"


def _let_every_character_through() -> None:
    """Write what the terminal cannot show as an escape instead of failing on it; a closed stream takes it silently."""
    sys.stdout = sys.stdout or Nowhere()
    sys.stderr = sys.stderr or Nowhere()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
