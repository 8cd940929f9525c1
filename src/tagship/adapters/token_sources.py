"""Where a stored token comes from: the environment, standard input, and when asked for ~/.pypirc, a keyring, a person.

Each source is told by its origin, gives what it holds of one index and nothing else, and stands in for no other.
"""

import configparser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO, TypeAlias

from tagship.adapters.process import run
from tagship.adapters.redact import DEFAULT_USERNAME
from tagship.adapters.said import first_complaint
from tagship.adapters.token import examine_token
from tagship.domain.credential import TOKEN_VARIABLE, Credential, TokenFlaw, TokenShape
from tagship.domain.endpoints import Endpoints
from tagship.domain.listeners import OnSecret, unheard
from tagship.domain.macaroon import LONGEST_TOKEN
from tagship.errors import CredentialHalt, Edit, FactUnknown, InFile, UsageError

Looked: TypeAlias = tuple[TokenShape, Credential | None]
TokenSource: TypeAlias = Callable[[Endpoints], Looked]
"""Looks for the token of an index; the credential is None beside a shape that has a flaw. May raise FactUnknown.

Each of those here takes `on_flawed`, who hears of what was found and is no credential, as in `examine_token`.
"""

USERNAME_VARIABLE = "TAGSHIP_USERNAME"
STANDARD_INPUT = "standard input"
PYPIRC = ".pypirc"
KEYRING_PATIENCE = 60.0
"""Seconds; a keyring may have to ask somebody to unlock it."""

_LARGEST_FILE = 1 << 20
_MAKE_IT_READABLE = "mend the file, or give the token in TAGSHIP_TOKEN"


def token_from_environment(environ: Mapping[str, str], index: Endpoints, *, on_flawed: OnSecret = unheard) -> Looked:
    """What TAGSHIP_TOKEN and TAGSHIP_USERNAME hold."""
    value, username = environ.get(TOKEN_VARIABLE), _username(environ)
    return examine_token(value, username, index, origin=TOKEN_VARIABLE, on_flawed=on_flawed)


def token_from_stdin(stream: TextIO, index: Endpoints, *, on_flawed: OnSecret = unheard) -> Looked:
    """What stands on a stream, where one line end after it is not part of it."""
    try:
        text = stream.read(LONGEST_TOKEN + 3)
    except UnicodeDecodeError:
        return TokenShape(STANDARD_INPUT, TokenFlaw.NOT_A_TOKEN), None
    value = _one_line(text) if text else None
    return examine_token(value, DEFAULT_USERNAME, index, origin=STANDARD_INPUT, on_flawed=on_flawed)


def token_from_prompt(ask: Callable[[str], str | None], index: Endpoints, *, on_flawed: OnSecret = unheard) -> Looked:
    """What somebody types in, unseen, where they are asked; raises UsageError where nobody is there."""
    value = ask(f"Token for {index.name} (nothing is shown): ")
    if value is None:
        raise UsageError(
            "nobody is here to type the token in",
            remedy=Edit(f"give it in {TOKEN_VARIABLE}, or on standard input with --token-stdin"),
        )
    return examine_token(value or None, DEFAULT_USERNAME, index, origin="what was typed in", on_flawed=on_flawed)


def token_from_keyring(environ: Mapping[str, str], index: Endpoints, *, on_flawed: OnSecret = unheard) -> Looked:
    """What the `keyring` command holds for the upload address and the user name.

    Raises UsageError where there is no such command, and FactUnknown where it gives no answer.
    """
    username = _username(environ)
    origin = f"the keyring entry {username} for {index.upload}"
    argv = ("keyring", "get", index.upload, username)
    done = run(argv, env=environ, timeout=KEYRING_PATIENCE, check=False)
    if done.returncode != 0:
        complaint = first_complaint(done.stderr)
        if complaint:  # without one, there is simply no such entry
            raise FactUnknown(
                f"keyring gave no answer: {complaint}", remedy=Edit("mend the keyring, or give the token another way")
            )
        return TokenShape(origin, TokenFlaw.ABSENT), None
    try:
        text = done.stdout.decode("utf-8")
    except UnicodeDecodeError:
        return TokenShape(origin, TokenFlaw.NOT_A_TOKEN), None
    return examine_token(_one_line(text), username, index, origin=origin, on_flawed=on_flawed)


def pypirc_outside(project: Path, environ: Mapping[str, str], *, on_flawed: OnSecret = unheard) -> TokenSource:
    """The source that reads ~/.pypirc; raises CredentialHalt for one that lies in the tree of the project."""
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or Path("~").expanduser())
    path = home / PYPIRC
    if path.resolve().is_relative_to(_tree_of(project)) or path.absolute().is_relative_to(_tree_of(project)):
        raise CredentialHalt(
            f"{path} lies in the tree of the project, where a credential is published sooner or later",
            remedy=Edit(f"move it out of the tree, or give the token in {TOKEN_VARIABLE}"),
        )
    return lambda index: token_from_pypirc(path, index, on_flawed=on_flawed)


def token_from_pypirc(path: Path, index: Endpoints, *, on_flawed: OnSecret = unheard) -> Looked:
    """What a .pypirc holds for an index: the section of its upload address, or of its name where that has no address.

    Raises FactUnknown for a file that cannot be read as one.
    """
    shown = f"~/{path.name}"
    content = _read(path, shown)
    if content is None:
        return TokenShape(shown, TokenFlaw.ABSENT), None
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(content)
    except configparser.Error as wrong:
        # Its own words repeat the line, which may be the one with the password.
        raise _unreadable(shown, "is no .pypirc", line=_line_of(wrong)) from None
    section = next((each for each in parser.sections() if _is_of(parser[each], index)), None)
    if section is None:
        return TokenShape(shown, TokenFlaw.ABSENT), None
    held, origin = parser[section], f"the section [{section}] of {shown}"
    value, username = held.get("password"), held.get("username") or DEFAULT_USERNAME
    return examine_token(value, username, index, origin=origin, on_flawed=on_flawed)


def _line_of(wrong: configparser.Error) -> int | None:
    """Where in the file it is, which some of these errors say and others hold among several."""
    several: list[tuple[int, str]] = getattr(wrong, "errors", [])
    line: object = several[0][0] if several else getattr(wrong, "lineno", None)
    return line if isinstance(line, int) else None


def _is_of(section: configparser.SectionProxy, index: Endpoints) -> bool:
    repository = section.get("repository")
    if repository is None:
        return section.name == index.name
    return repository.strip().rstrip("/") == index.upload.rstrip("/")


def _read(path: Path, shown: str) -> str | None:
    if path.exists() and not path.is_file():  # such as a pipe, which could keep us waiting for ever
        raise _unreadable(shown, "is no file")
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as refused:
        raise _unreadable(shown, f"cannot be read: {refused.strerror}") from refused
    if len(content) > _LARGEST_FILE:
        raise _unreadable(shown, "is far too large for a .pypirc")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(shown, "is not UTF-8") from None


def _unreadable(shown: str, why: str, line: int | None = None) -> FactUnknown:
    return FactUnknown(f"{shown} {why}", where=InFile(shown, line), remedy=Edit(_MAKE_IT_READABLE))


def _tree_of(project: Path) -> Path:
    """The top of the checkout that a directory lies in, or the directory itself."""
    directory = project.resolve()
    return next((each for each in (directory, *directory.parents) if (each / ".git").exists()), directory)


def _username(environ: Mapping[str, str]) -> str:
    return environ.get(USERNAME_VARIABLE) or DEFAULT_USERNAME


def _one_line(text: str) -> str:
    return text.removesuffix("\n").removesuffix("\r")
