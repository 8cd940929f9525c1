"""What the command line said: argparse with a typed namespace, one module per command imported when called."""

import argparse
import importlib
import math
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from tagship.cli.commands import COMMANDS, DEFAULT
from tagship.errors import UsageError

TAKES_VALUE = ("-C", "--format", "--package")
LEADING = frozenset({*TAKES_VALUE, "--json", "--offline", "--debug", "--no-color"})
"""The options that usually stand before a command, but for those that ask for help."""
TOKEN_SOURCES = ("env", "stdin", "pypirc", "keyring", "prompt")
HOSTS = ("github", "gitlab", "forgejo", "none")
FORMATS = ("terminal", "json", "github", "markdown", "sarif", "junit")


class Options(argparse.Namespace):
    """Every option of every command; a command reads those that it declared."""

    command: str = DEFAULT
    directory: Path = Path()
    package: str | None = None
    every_package: bool = False
    format: str = "terminal"
    offline: bool = False
    debug: bool = False
    color: bool = True
    tag: str | None = None
    version: str | None = None
    check: str | None = None
    dist: Path | None = None
    files: Sequence[Path] = ()
    rebuild: bool = False
    sdist: bool = False
    wheels: Path | None = None
    pythons: Sequence[str] = ()
    install: bool = True
    companions: Sequence[Path] = ()
    index: str | None = None
    upload_url: str | None = None
    auth: str | None = None
    token_stdin: bool = False
    token_from: str | None = None
    project: str | None = None
    bind: bool = False
    minutes: int | None = None
    store: bool = False
    secret: str | None = None
    host: str | None = None
    confirm_jump: bool = False
    show_version: bool = False
    yes: bool = False
    plan: bool = False
    sample: bool = False
    fault: str | None = None
    patience: float = 600.0
    wait: bool = True
    fast: bool = False
    fix: bool = False
    only: Sequence[str] = ()
    skip: Sequence[str] = ()
    wish: str | None = None
    pre: str | None = None
    post: bool = False
    dev: bool = False
    after: bool = False
    dated: date | None = None
    beside: bool = True
    drift: bool = False
    force: bool = False
    update_pins: bool = False
    bump: str | None = None
    named_environment: str | None = None
    publish_with: str | None = None
    span: str | None = None
    days: int | None = None
    journal: Path | None = None
    tells: bool = True
    hooks: str | None = None
    hook: str | None = None
    hook_words: Sequence[str] = ()
    server: Path | None = None
    sets: bool = False
    undo: bool = False
    reviewers: Sequence[str] = ()


class _Parser(argparse.ArgumentParser):
    """Raises UsageError instead of ending the process."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # What is abbreviated today means something else, or nothing, when an option is added.
        super().__init__(*args, **{**kwargs, "allow_abbrev": False})

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)")


def parse(words: list[str]) -> Options:
    """Read the command line; raises UsageError."""
    named = _named_command(words)
    # The others are there to be listed, in the help and where no command is meant.
    wanted = [command for command in COMMANDS if command.name == named] if _is_plain(words, named) else COMMANDS
    parser = _Parser(
        prog="tagship",
        description="Tag it, and it ships, or it tells you exactly why not.",
        epilog="exit codes:\n"
        "  0 ready or proved     3 could not tell            6 conflict, not resumable\n"
        "  1 blocked             4 credential halt           70 a bug in tagship\n"
        "  2 usage               5 incomplete, run it again  130 interrupted",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="store_true", dest="show_version", help="print the version and end")
    add_common(parser)
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command", parser_class=_Parser)
    for command in wanted:
        sub = subparsers.add_parser(command.name, help=command.summary, description=_sentence(command.summary))
        if command.name == named:
            add_common(sub)
            importlib.import_module(command.module).configure(sub)
    options = parser.parse_args(words, namespace=Options())
    options.command = options.command or DEFAULT
    return options


def _sentence(summary: str) -> str:
    """A summary as a sentence: only its first letter changes, and a question keeps its mark."""
    return summary[:1].upper() + summary[1:] + ("" if summary.endswith("?") else ".")


def _named_command(words: list[str]) -> str | None:
    """The command that the words name: the first word that is one, and is not the value of an option."""
    names = {command.name for command in COMMANDS}
    return next(
        (
            word
            for before, word in zip(["", *words], words, strict=False)
            if word in names and before not in TAKES_VALUE
        ),
        None,
    )


def _is_plain(words: list[str], named: str | None) -> bool:
    """Whether a command stands where one is expected, behind nothing but options."""
    before = words[: words.index(named)] if named is not None else []
    follows = zip(["", *before], before, strict=False)
    return named is not None and all(word in LEADING or last in TAKES_VALUE for last, word in follows)


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options that stand before or after a command alike."""
    absent = argparse.SUPPRESS
    parser.add_argument(
        "-C",
        dest="directory",
        type=Path,
        default=absent,
        metavar="DIR",
        help="the project's directory, if not this one",
    )
    parser.add_argument(
        "--package", default=absent, metavar="NAME", help="which one, where the repository holds several packages"
    )
    parser.add_argument("--format", choices=FORMATS, default=absent, help="how to write the result; default terminal")
    parser.add_argument(
        "--json", dest="format", action="store_const", const="json", default=absent, help="short for --format json"
    )
    parser.add_argument(
        "--offline", action="store_true", default=absent, help="ask nobody; what needs asking is unknown"
    )
    parser.add_argument("--debug", action="store_true", default=absent, help="show tracebacks")
    parser.add_argument("--no-color", dest="color", action="store_false", default=absent, help="plain text")


def add_all(parser: argparse.ArgumentParser) -> None:
    """Whether a command is about every package of the repository."""
    parser.add_argument(
        "--all",
        dest="every_package",
        action="store_true",
        help="every package, where there are several, from wherever; default: those that the branch changes, "
        "or the one that is here",
    )


FETCHES = """\
Of history, tags and main, what this clone lacks is fetched into it first. No
file, no branch of yours and no tag that is here is changed. With --offline
nothing is fetched."""
"""What commands that only look say of what they do to a clone all the same."""


def add_epilog(parser: argparse.ArgumentParser, text: str) -> None:
    """What `--help` says below the options, with its lines as they stand."""
    parser.epilog = text
    parser.formatter_class = argparse.RawDescriptionHelpFormatter


def add_tag(parser: argparse.ArgumentParser) -> None:
    """The tag a command is about."""
    parser.add_argument(
        "tag",
        nargs="?",
        metavar="TAG",
        help="the tag, or its version; default: the tag that CI runs for, the one on HEAD, or the project's version",
    )


def add_index(parser: argparse.ArgumentParser) -> None:
    """Where to look, or to publish, if not where the project's configuration says."""
    parser.add_argument("--index", metavar="NAME|URL", help="pypi, testpypi, or the address of a simple index")
    parser.add_argument("--upload-url", metavar="URL", help="where that index takes uploads")


def add_credential(parser: argparse.ArgumentParser) -> None:
    """How to authenticate, if not as the project's configuration says."""
    parser.add_argument(
        "--auth", choices=("trusted", "token"), help="trusted publishing, or the token in TAGSHIP_TOKEN"
    )
    parser.add_argument(
        "--token-from",
        choices=TOKEN_SOURCES,
        help="where the token is: TAGSHIP_TOKEN, standard input, ~/.pypirc, what `keyring get` says, or what is typed"
        " in; default env",
    )
    parser.add_argument("--token-stdin", action="store_true", help="the same as --token-from stdin")


def add_project(parser: argparse.ArgumentParser, what: str) -> None:
    """Whose files, or whose credential, are meant."""
    parser.add_argument("--project", metavar="NAME", help=what)


def directory(text: str) -> Path:
    """A directory by its name; raises ArgumentTypeError for an empty one, which is a variable that was not set."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a directory has a name, and this one is empty")
    return Path(text)


def add_dist(parser: argparse.ArgumentParser) -> None:
    """Where the built files lie."""
    parser.add_argument("--dist", type=directory, metavar="DIR", help="where the built files lie; default dist")


def add_files(parser: argparse.ArgumentParser) -> None:
    """The built files that a command is about, wherever they lie."""
    parser.add_argument(
        "files",
        nargs="*",
        type=directory,
        metavar="DIST",
        help="a directory of built files, or some files; default dist in the project",
    )


def _python(text: str) -> str:
    """A version of Python; raises ArgumentTypeError for anything else."""
    if re.fullmatch(r"\d+\.\d+(?:\.\d+)?", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no version of Python, such as 3.12")
    return text


def add_pythons(parser: argparse.ArgumentParser) -> None:
    """With which interpreters the built files are tried out."""
    parser.add_argument(
        "--python",
        dest="pythons",
        action="append",
        type=_python,
        default=[],
        metavar="VERSION",
        help="try the files with this Python; may be repeated; default: newest, oldest and own",
    )


def add_consent(parser: argparse.ArgumentParser) -> None:
    """For what cannot be taken back."""
    parser.add_argument("--yes", action="store_true", help="do not ask before what cannot be taken back")
    parser.add_argument("--plan", action="store_true", help="show what would be done, and end")


def add_gate(parser: argparse.ArgumentParser) -> None:
    """What a person confirms about the tag."""
    parser.add_argument("--confirm-jump", action="store_true", help="the version is meant to be more than one step up")
    add_host(parser)


def add_host(parser: argparse.ArgumentParser) -> None:
    """Which code host is asked, if not the one that the remote's address tells."""
    parser.add_argument("--host", choices=HOSTS, help="the code host to ask; default: by the remote")


def add_doctor(parser: argparse.ArgumentParser) -> None:
    """What of a host's settings is changed, and how far."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument(
        "--apply", dest="sets", action="store_true", help="set what is missing; shows each request, and asks once"
    )
    ways.add_argument("--undo", action="store_true", help="take back what --apply set from this clone, where unchanged")
    parser.add_argument(
        "--reviewer",
        dest="reviewers",
        action="append",
        default=[],
        metavar="NAME",
        help="with --apply: ask this person before anything is published; may be repeated",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before the requests are sent")
    parser.add_argument("--plan", action="store_true", help="show the requests of --apply, or of --undo, and end")


def add_preparing(parser: argparse.ArgumentParser) -> None:
    """Which version comes next, and where it is prepared."""
    parser.add_argument(
        "wish", nargs="?", metavar="major|minor|patch|VERSION", help="which version comes next; default: it is proposed"
    )
    parser.add_argument("--pre", choices=("a", "b", "rc"), help="an alpha, a beta or a candidate of it")
    parser.add_argument("--post", action="store_true", help="a post-release of the version that is here")
    parser.add_argument("--dev", action="store_true", help="a dev-release of it")
    parser.add_argument("--after", action="store_true", help="open the next version for development instead")
    parser.add_argument("--date", dest="dated", type=_day, metavar="DAY", help="the day of release; default today")
    parser.add_argument(
        "--no-branch", dest="beside", action="store_false", help="work on the branch that is checked out, even on main"
    )
    parser.add_argument("--confirm-jump", action="store_true", help="the version is meant to be more than one step up")
    parser.add_argument("--yes", action="store_true", help="do not ask before the branch and the commit are made")
    parser.add_argument("--plan", action="store_true", help="show what would be done, and end")


def _day(text: str) -> date:
    """A day as ISO 8601 spells it; raises ArgumentTypeError for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2026-03-01") from None


def add_check(parser: argparse.ArgumentParser) -> None:
    """What of a branch is looked at, and what is mended."""
    parser.add_argument(
        "--fast", action="store_true", help="leave out what takes long: the tests, the build, the public API"
    )
    parser.add_argument("--fix", action="store_true", help="mend what is safe to mend; shows it and asks first")
    parser.add_argument("--yes", action="store_true", help="with --fix: do not ask")
    for option, what in (("--only", "ask this check and no other"), ("--skip", "do not ask this check")):
        parser.add_argument(option, action="append", default=[], metavar="ID", help=f"{what}; may be repeated")
    parser.add_argument("--confirm-jump", action="store_true", help="the version is meant to be more than one step up")
    add_host(parser)


def add_tagging(parser: argparse.ArgumentParser) -> None:
    """Which version is tagged, and how long its run is waited for."""
    parser.add_argument(
        "tag",
        nargs="?",
        metavar="VERSION",
        help="the version, or its tag; default: the project's version, which it must be where the project has one",
    )
    parser.add_argument(
        "--no-wait", dest="wait", action="store_false", help="do not wait until the code host's run has begun"
    )
    parser.add_argument(
        "--patience",
        type=_seconds,
        default=60.0,
        metavar="SECONDS",
        help="how long to wait for the code host: for checks that still run, and for the run to begin; default 60",
    )


def _seconds(text: str) -> float:
    """A time to wait; raises ArgumentTypeError for what is none."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not seconds >= 0:  # which is also what a time that is no number is not
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return seconds


def add_patience(parser: argparse.ArgumentParser) -> None:
    """How long to wait for the index."""
    parser.add_argument(
        "--patience",
        type=_seconds,
        default=600.0,
        metavar="SECONDS",
        help="how long to wait for the index; default 600",
    )
