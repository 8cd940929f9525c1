"""Errors become words once, and an exit code; one document in JSON, whatever happens."""

import errno
import json
import os
import signal
import subprocess
import sys
import types
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from filelock import FileLock

from cli.releasing import Release
from cli.saying import Said, say
from ship.commands import SOURCE
from ship.project import TAG
from tagship.cli import INTERRUPTED, main
from tagship.cli.commands import COMMANDS
from tagship.cli.console import Console
from tagship.cli.dispatch import REFUSALS
from tagship.errors import Exit
from tagship.rehearsal.wire import Request

COMMAND = "tagship.cli.explain"


def make_raise(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let one command meet what no command foresees."""

    def run(_options: object, _console: object) -> Exit:
        raise error

    module = types.ModuleType(COMMAND)
    module.configure = lambda parser: parser.add_argument("check")  # type: ignore[attr-defined]  # made to be filled
    module.run = run  # type: ignore[attr-defined]  # as above
    monkeypatch.setitem(sys.modules, COMMAND, module)


def test_what_only_reads_goes_on_from_nowhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_raise(monkeypatch, KeyboardInterrupt())

    said = say(capsys, "explain", "tag-is-annotated")

    assert (said.exit, said.err) == (Exit.INTERRUPTED, "error: interrupted\n")


def test_what_writes_goes_on_when_it_is_run_again() -> None:
    assert [command.name for command in COMMANDS if command.resumes] == [
        "tag",
        "build",
        "publish",
        "announce",
        "ship",
        "doctor",
    ]


def ready(release: Release, _: pytest.MonkeyPatch) -> Said:
    return release.say("notes", TAG, "--json")


def blocked(release: Release, _: pytest.MonkeyPatch) -> Said:
    release.repo.tag("v1.1")
    return release.say("gate", "v1.1", "--json")


def usage(release: Release, _: pytest.MonkeyPatch) -> Said:
    return release.say("ship", "--json", "--no-such-option")


def unknown(release: Release, _: pytest.MonkeyPatch) -> Said:
    return release.say("gate", TAG, "--offline", "--json")


def credential(release: Release, monkeypatch: pytest.MonkeyPatch) -> Said:
    monkeypatch.delenv("TAGSHIP_TOKEN")
    return release.ship("--json")


def incomplete(release: Release, _: pytest.MonkeyPatch) -> Said:
    with FileLock(release.repo.path / ".git" / "tagship.lock"):
        return release.ship("--json")


def conflict(release: Release, _: pytest.MonkeyPatch) -> Said:
    release.repo.write({"dist/stranger": ""})
    return release.ship("--json")


def bug(release: Release, monkeypatch: pytest.MonkeyPatch) -> Said:
    make_raise(monkeypatch, ZeroDivisionError("nobody thought of this"))
    return release.say("explain", "x", "--json")


def interrupted(release: Release, _: pytest.MonkeyPatch) -> Said:
    def interrupt(_: Request) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    release.index.server.before = interrupt
    return release.ship("--json")


WAYS: Mapping[Exit, Callable[[Release, pytest.MonkeyPatch], Said]] = {
    Exit.READY: ready,
    Exit.BLOCKED: blocked,
    Exit.USAGE: usage,
    Exit.UNKNOWN: unknown,
    Exit.CREDENTIAL: credential,
    Exit.INCOMPLETE: incomplete,
    Exit.CONFLICT: conflict,
    Exit.BUG: bug,
    Exit.INTERRUPTED: interrupted,
}


@pytest.mark.parametrize("code", list(Exit))
def test_every_exit_code_comes_with_one_document(release: Release, monkeypatch: pytest.MonkeyPatch, code: Exit) -> None:
    said = WAYS[code](release, monkeypatch)
    document = said.document

    assert said.exit == code
    assert "Traceback" not in said.err
    assert json.loads(said.out) == document
    if document["schema"] == "tagship-error/1":
        assert document["exit"] == code


@pytest.mark.parametrize("json_words", [("--json",), ("--format", "json"), ("--format=json",)])
@pytest.mark.parametrize("words", [("no-such-command",), ("ship", "--no-such-option"), ("explain", "no-such-check")])
def test_a_mistake_is_a_document_too(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], json_words: tuple[str, ...]
) -> None:
    before = say(capsys, *json_words, *words)
    after = say(capsys, *words, *json_words)

    assert before.exit == after.exit == Exit.USAGE
    assert before.document == after.document
    assert before.err == after.err == ""


def test_a_mistake_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "ship", "--no-such-option")

    assert said.exit == Exit.USAGE
    assert said.out == ""
    assert "--no-such-option" in said.err


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, "--help").exit == Exit.READY
    assert say(capsys, "ship", "--help").exit == Exit.READY
    assert say(capsys, "--version").out == say(capsys, "--version", "--no-color").out != ""


def test_a_bug_shows_its_traceback_to_those_who_ask(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_raise(monkeypatch, ZeroDivisionError("nobody thought of this"))
    silent, told = say(capsys, "explain", "x"), say(capsys, "explain", "x", "--debug")

    assert silent.exit == told.exit == Exit.BUG
    assert "Traceback" not in silent.err
    assert "--debug" in silent.err
    assert "Traceback" in told.err


@pytest.mark.parametrize("number", sorted(REFUSALS), ids=lambda number: errno.errorcode[number])
def test_what_the_system_refuses_is_no_bug(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    make_raise(monkeypatch, OSError(number, os.strerror(number), "some/file"))
    said = say(capsys, "explain", "x", "--json")

    assert said.exit == Exit.INCOMPLETE
    assert "some/file" in str(said.document["message"])
    assert os.strerror(number) in str(said.document["message"])
    assert said.document["remedy"] is not None


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), OSError("odd")])
def test_an_error_of_the_system_without_a_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: OSError
) -> None:
    make_raise(monkeypatch, error)

    assert say(capsys, "explain", "x", "--json").exit == (Exit.INCOMPLETE if error.errno else Exit.BUG)


@pytest.mark.parametrize("error", [RecursionError(), MemoryError()])
def test_a_file_that_is_too_much(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    make_raise(monkeypatch, error)

    assert say(capsys, "explain", "x", "--json").exit == Exit.BUG


def test_a_command_that_ends_the_process(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_raise(monkeypatch, SystemExit("odd"))

    assert say(capsys, "explain", "x").exit == Exit.USAGE


def test_a_reader_that_went_away(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make_raise(monkeypatch, BrokenPipeError())

    assert say(capsys, "explain", "x") == Said(Exit.INTERRUPTED, "", "")


def test_an_interruption_while_an_error_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(_self: Console, _error: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Console, "fail", interrupt)

    assert say(capsys, "no-such-command").exit == INTERRUPTED == Exit.INTERRUPTED


def test_output_that_cannot_be_shown_is_escaped(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tagship", "explain", "größe-日本"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(SOURCE), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == Exit.USAGE
    assert "Traceback" not in done.stderr
    assert "no check" in done.stderr


@pytest.mark.parametrize("words", [("explain", "tag-exists", "--json"), ("explain", "no-such-check", "--json")])
def test_an_output_that_takes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        monkeypatch.setattr(sys, "stdout", full)
        code = main(list(words))
    told = capsys.readouterr().err

    assert code == (Exit.INCOMPLETE if "tag-exists" in words else Exit.USAGE)
    assert "error: " in told
    assert "Traceback" not in told


def test_streams_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)

    assert main(["explain", "no-such-check"]) == Exit.USAGE
    assert main(["explain", "tag-exists"]) == Exit.READY
