"""What the command line says, typed."""

from pathlib import Path

import pytest

from tagship.cli.commands import COMMANDS, DEFAULT
from tagship.cli.options import parse
from tagship.errors import UsageError


def test_nothing_is_the_default_command() -> None:
    options = parse([])

    assert options.command == DEFAULT
    assert options.format == "terminal"
    assert options.directory == Path()


@pytest.mark.parametrize("words", [["--json", "status"], ["status", "--json"], ["status", "--format", "json"]])
def test_common_options_stand_before_or_after_the_command(words: list[str]) -> None:
    assert parse(words).format == "json"


def test_an_option_before_the_command_is_not_forgotten_after_it() -> None:
    options = parse(["-C", "gate", "--offline", "ship", "v1", "--yes", "--patience", "3"])

    assert (options.command, options.directory, options.tag) == ("ship", Path("gate"), "v1")
    assert (options.offline, options.yes, options.patience) == (True, True, 3.0)


def test_the_directory_of_a_publication_is_a_path() -> None:
    assert parse(["publish", "files"]).dist == Path("files")


@pytest.mark.parametrize(
    "words",
    [
        ["no-such-command"],
        ["ship", "--no-such-option"],
        ["ship", "v1", "v2"],
        ["ship", "--auth", "guess"],
        ["ship", "--host", "elsewhere"],
        ["ship", "--patience", "later"],
        ["ship", "--patience", "nan"],
        ["ship", "--patience=-1"],
        ["-C"],
        ["status", "--format", "yaml"],
        ["build", "--yes"],
        ["build", "--dist", ""],
        ["publish", ""],
        ["status", "--jso"],
        ["--jso", "status"],
        ["explain"],
    ],
)
def test_what_cannot_be_meant(words: list[str]) -> None:
    with pytest.raises(UsageError, match="--help"):
        parse(words)


@pytest.mark.parametrize("seconds", ["0", "0.5", "inf"])
def test_patience(seconds: str) -> None:
    assert parse(["prove", "--patience", seconds]).patience == float(seconds)


@pytest.mark.parametrize("command", [command.name for command in COMMANDS])
def test_every_command_has_its_own_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([command, "--help"])

    assert ended.value.code == 0
    assert f"tagship {command}" in capsys.readouterr().out
