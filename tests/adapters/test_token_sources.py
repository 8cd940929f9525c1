"""Where a token comes from: each place by its own rules, and never another one in its stead."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.planted import assert_hidden, macaroon, planted, trail
from tagship.adapters.token_sources import (
    Looked,
    pypirc_outside,
    token_from_environment,
    token_from_keyring,
    token_from_prompt,
    token_from_pypirc,
    token_from_stdin,
)
from tagship.domain.credential import Credential, Secret, TokenFlaw
from tagship.domain.endpoints import PYPI, TESTPYPI, Endpoints
from tagship.errors import CredentialHalt, FactUnknown, InFile, UsageError

PRIVATE = Endpoints("private", "https://index.invalid/simple/", "https://index.invalid/up/")


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_one_line_end_on_a_stream_is_not_the_tokens(ending: str) -> None:
    value = macaroon(PYPI)

    shape, credential = token_from_stdin(io.StringIO(value + ending, newline=""), PYPI)

    assert (shape.origin, shape.flaw, shape.issuer) == ("standard input", None, PYPI.name)
    assert credential is not None
    assert credential.secret.reveal() == value


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("", TokenFlaw.ABSENT),
        ("\n", TokenFlaw.EMPTY),
        ("x\n\n", TokenFlaw.WHITESPACE),
        ("x" * 100_000, TokenFlaw.NOT_A_TOKEN),
        ("x\0y", TokenFlaw.CONTROL_CHARACTERS),
    ],
)
def test_a_stream_with_a_flaw(text: str, flaw: TokenFlaw) -> None:
    shape, credential = token_from_stdin(io.StringIO(text), PRIVATE)

    assert (shape.flaw, credential) == (flaw, None)


def test_a_stream_of_bytes_that_are_no_text() -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"\xff\xfe\xfd"), encoding="utf-8")

    assert token_from_stdin(stream, PRIVATE)[0].flaw is TokenFlaw.NOT_A_TOKEN


@pytest.fixture
def home(tmp_path: Path) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    return path


def held(home: Path, content: str | bytes, index: Endpoints = PYPI) -> Looked:
    """What a .pypirc of this content holds for an index."""
    raw = content if isinstance(content, bytes) else content.encode()
    (home / ".pypirc").write_bytes(raw)
    return token_from_pypirc(home / ".pypirc", index)


def test_the_section_of_the_index(home: Path) -> None:
    mine, other = macaroon(PYPI), macaroon(TESTPYPI)
    content = f"""
        [distutils]
        index-servers = pypi
        [testpypi]
        password = {other}
        [pypi]
        username = __token__
        password = {mine}
    """.replace("        ", "")

    shape, credential = held(home, content)

    assert (shape.origin, shape.flaw) == ("the section [pypi] of ~/.pypirc", None)
    assert credential is not None
    assert (credential.username, credential.secret.reveal()) == ("__token__", mine)


@pytest.mark.parametrize("address", [PRIVATE.upload, PRIVATE.upload.rstrip("/")])
def test_the_section_of_an_address(home: Path, address: str) -> None:
    value = planted(3).replace("%", "") + "%(x)s"
    content = f"[work]\nrepository: {address}\nusername = me\npassword = {value}\n"

    shape, credential = held(home, content, PRIVATE)

    assert shape.origin == "the section [work] of ~/.pypirc"
    assert credential is not None
    assert (credential.username, credential.secret.reveal()) == ("me", value)


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        ("", TokenFlaw.ABSENT),
        ("[testpypi]\npassword = x\n", TokenFlaw.ABSENT),
        ("[pypi]\nusername = me\n", TokenFlaw.ABSENT),
        ("[pypi]\nrepository = https://index.invalid/up/\npassword = x\n", TokenFlaw.ABSENT),
        ("[pypi]\npassword =\n", TokenFlaw.EMPTY),
        ("[pypi]\npassword = my password\n", TokenFlaw.NOT_A_TOKEN),
        ("[pypi]\npassword = x\n y\n", TokenFlaw.CONTROL_CHARACTERS),
    ],
)
def test_a_file_with_a_flaw(home: Path, content: str, flaw: TokenFlaw) -> None:
    shape, credential = held(home, content)

    assert (shape.flaw, credential) == (flaw, None)
    assert "~/.pypirc" in shape.origin


def test_no_file(home: Path) -> None:
    shape, credential = token_from_pypirc(home / ".pypirc", PYPI)

    assert (shape.origin, shape.flaw, credential) == ("~/.pypirc", TokenFlaw.ABSENT, None)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("password = {secret}\n", 1),
        ("[pypi]\n{secret}\n", 2),
        ("[pypi]\npassword = {secret}\npassword = {secret}\n", 3),
        ("[pypi]\n[pypi]\npassword = {secret}\n", 2),
        (b"[pypi]\npassword = \xff\n", None),
        (b"#" * 2_000_000, None),
    ],
)
def test_a_file_that_is_none_is_unknown_and_quoted_nowhere(home: Path, content: str | bytes, line: int | None) -> None:
    secret = planted(5).replace("=", "")
    text = content.format(secret=secret) if isinstance(content, str) else content

    with pytest.raises(FactUnknown) as unknown:
        held(home, text)

    assert unknown.value.where == InFile("~/.pypirc", line)
    shown = [unknown.value.message, str(unknown.value.where), str(unknown.value.remedy)]
    assert_hidden(secret, *shown)
    assert unknown.value.__context__ is None or unknown.value.__suppress_context__


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_pipe_is_not_waited_for(home: Path) -> None:
    os.mkfifo(home / ".pypirc")

    with pytest.raises(FactUnknown, match="no file"):
        token_from_pypirc(home / ".pypirc", PYPI)


def test_a_file_that_may_not_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (home / ".pypirc").write_text("[pypi]\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(FactUnknown, match="Permission denied"):
        token_from_pypirc(home / ".pypirc", PYPI)


def test_the_file_of_the_home_directory(home: Path, tmp_path: Path) -> None:
    (home / ".pypirc").write_text(f"[pypi]\npassword = {macaroon(PYPI)}\n", encoding="utf-8")
    project = tmp_path / "project"
    project.mkdir()

    shape, credential = pypirc_outside(project, {"HOME": str(home)})(PYPI)

    assert shape.flaw is None
    assert credential is not None


@pytest.mark.parametrize("inside", [".", "sub/project"])
def test_a_file_in_the_tree_of_the_project_is_refused(home: Path, inside: str) -> None:
    """A home directory that is a checkout, or the project itself."""
    (home / ".git").mkdir()
    (home / inside).mkdir(parents=True, exist_ok=True)

    with pytest.raises(CredentialHalt, match="tree of the project") as halt:
        pypirc_outside(home / inside, {"HOME": str(home)})

    assert halt.value.remedy is not None


def test_a_link_out_of_the_tree_of_the_project_is_refused(home: Path, tmp_path: Path) -> None:
    """Whoever packs the tree follows the link."""
    (home / ".git").mkdir()
    outside = tmp_path / "pypirc"
    outside.write_text("[pypi]\n", encoding="utf-8")
    (home / ".pypirc").symlink_to(outside)

    with pytest.raises(CredentialHalt, match="tree of the project"):
        pypirc_outside(home, {"HOME": str(home)})


def test_every_source_tells_of_what_has_a_flaw(home: Path, tmp_path: Path) -> None:
    value = macaroon(PYPI)
    heard: list[Secret | Credential] = []
    (home / ".pypirc").write_text(f"[pypi]\npassword = {value}\n x\n", encoding="utf-8")
    (tmp_path / "project").mkdir()

    token_from_environment({"TAGSHIP_TOKEN": f"{value}\n"}, PYPI, on_flawed=heard.append)
    token_from_stdin(io.StringIO(f"{value}\n\n"), PYPI, on_flawed=heard.append)
    pypirc_outside(tmp_path / "project", {"HOME": str(home)}, on_flawed=heard.append)(PYPI)

    assert [each.reveal() for each in heard if isinstance(each, Secret)] == [value] * 3


def test_a_link_into_the_tree_of_the_project_is_refused(home: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "pypirc").write_text("[pypi]\n", encoding="utf-8")
    (home / ".pypirc").symlink_to(project / "pypirc")

    with pytest.raises(CredentialHalt):
        pypirc_outside(project, {"HOME": str(home)})


Keyring = Callable[[str], dict[str, str]]


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    """A `keyring` command that does what it is told, in an environment where it is found."""

    def make(code: str) -> dict[str, str]:
        folder = tmp_path / "bin"
        folder.mkdir()
        script = folder / "keyring"
        script.write_text(f"#!{sys.executable}\nimport sys, os\n{code}\n", encoding="utf-8")
        script.chmod(0o755)
        return {"PATH": str(folder)}

    return make


needs_scripts = pytest.mark.skipif(os.name != "posix", reason="a script is a command on POSIX alone")


@needs_scripts
@pytest.mark.parametrize(("username", "asked"), [({}, "__token__"), ({"TAGSHIP_USERNAME": "me"}, "me")])
def test_the_keyring_is_asked_by_address_and_name(keyring: Keyring, username: dict[str, str], asked: str) -> None:
    environ = keyring(f"assert sys.argv[1:] == ['get', {PRIVATE.upload!r}, {asked!r}]\nprint('sesame')")

    shape, credential = token_from_keyring(environ | username, PRIVATE)

    assert (shape.origin, shape.flaw) == (f"the keyring entry {asked} for {PRIVATE.upload}", None)
    assert credential is not None
    assert (credential.username, credential.secret.reveal()) == (asked, "sesame")


@needs_scripts
@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("sys.exit(1)", TokenFlaw.ABSENT),
        ("print()", TokenFlaw.EMPTY),
        ("print(' x')", TokenFlaw.WHITESPACE),
        ("os.write(1, bytes([255, 254]))", TokenFlaw.NOT_A_TOKEN),
        ("print('x' * 100_000)", TokenFlaw.NOT_A_TOKEN),
        ("print('x' + chr(0))", TokenFlaw.CONTROL_CHARACTERS),
    ],
)
def test_a_keyring_entry_with_a_flaw(keyring: Keyring, code: str, flaw: TokenFlaw) -> None:
    shape, credential = token_from_keyring(keyring(code), PRIVATE)

    assert (shape.flaw, credential) == (flaw, None)


@needs_scripts
def test_a_keyring_entry_with_a_flaw_is_told_of(keyring: Keyring) -> None:
    value = macaroon(PYPI)
    heard: list[Secret | Credential] = []

    token_from_keyring(keyring(f"print(' {value}')"), PYPI, on_flawed=heard.append)

    assert [each.reveal() for each in heard if isinstance(each, Secret)] == [value]


@needs_scripts
def test_a_keyring_that_cannot_say(keyring: Keyring) -> None:
    secret = planted(7)
    environ = keyring(f"print({secret!r}); sys.exit('No recommended backend was available.')")

    with pytest.raises(FactUnknown, match="No recommended backend") as unknown:
        token_from_keyring(environ, PRIVATE)

    assert_hidden(secret, trail(unknown.value))


def test_no_keyring(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="keyring is not installed"):
        token_from_keyring({"PATH": str(tmp_path)}, PRIVATE)


@pytest.mark.parametrize(("typed", "flaw"), [(None, None), ("", TokenFlaw.ABSENT), ("no token", TokenFlaw.NOT_A_TOKEN)])
def test_what_is_typed_in_is_looked_at_as_every_token(typed: str | None, flaw: TokenFlaw | None) -> None:
    value = macaroon(PYPI) if typed is None else typed
    asked: list[str] = []

    def ask(question: str) -> str:
        asked.append(question)
        return value

    shape, credential = token_from_prompt(ask, PYPI)

    assert (shape.origin, shape.flaw) == ("what was typed in", flaw)
    assert (credential is None) == (flaw is not None)
    assert len(asked) == 1


def test_nobody_is_there_to_type_it_in() -> None:
    with pytest.raises(UsageError, match="nobody is here to type"):
        token_from_prompt(lambda _: None, PYPI)
