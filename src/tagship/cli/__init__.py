"""The command line: the table of commands, parsing, dispatch, errors rendered once, the exit code.

- commands: COMMANDS, the table
- options: what the command line said, typed
- console: where output goes, and in which form
- dispatch: runs a command and turns errors into words and exit codes
- place, carry_out: what the commands share: the workplace that is meant, and a plan carried out in front of somebody
- one module per command
"""

import sys

COLLECTED_EVERY = 100_000
"""How many values are made, beyond those that are gone again, before circles are looked for."""
INTERRUPTED = 130
"""Exit.INTERRUPTED, which is not imported on the way to `--version`."""


def main(arguments: list[str] | None = None) -> int:
    """Run tagship and return the exit code; `--version` is answered without importing anything else."""
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["--version"]:
        from tagship import __version__  # noqa: PLC0415 -- the fast path imports what it prints

        sys.stdout.write(f"tagship {__version__}\n")
        return 0
    import atexit  # noqa: PLC0415 -- kept off the fast path
    import gc  # noqa: PLC0415 -- as above

    # A command makes many values and keeps most of them: to look for circles among them again and again takes a tenth
    # of its time.
    gc.set_threshold(COLLECTED_EVERY)
    # At the end there is nothing to be gained by looking once more: all goes with the process, and a tenth of the time.
    atexit.register(gc.freeze)
    try:
        from tagship.cli.dispatch import dispatch  # noqa: PLC0415 -- kept off the fast path

        return dispatch(words)
    except KeyboardInterrupt:  # before the command began, or while its error was told
        return INTERRUPTED
