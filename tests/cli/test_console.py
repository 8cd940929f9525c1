"""Where output goes, and what is kept out of it."""

import errno
import io
import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.reading import Terminal
from tagship.cli.console import TOKENS, Console, Unwritable, process_environment
from tagship.domain.credential import Credential, Secret
from tagship.domain.finding import Finding, Outcome, Report, Severity, Verdict
from tagship.domain.plan import Done, Effect, Preview, StageResult, Todo
from tagship.errors import Conflict, Edit, InFile, Run, UsageError
from tagship.reports import RENDERERS
from tagship.reports.github import SUMMARY_CAP
from tagship.reports.page import LONGEST_MESSAGE
from tagship.reports.progress import LiveProgress, PlainProgress

LEFT = Preview("upload", "upload what is missing", Effect.FOREVER, Todo())
OVER = Preview("gate", "check the tag", Effect.NONE, Done("it is fine"))


def console(form: str = "terminal", **environ: str) -> tuple[Console, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Console(form=form, color=True, environ=environ, stdout=out, stderr=err), out, err


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.read()


@pytest.mark.parametrize("form", ["terminal", "json", "github"])
def test_a_secret_is_in_neither_stream(form: str) -> None:
    value, other = secrets.token_hex(16), secrets.token_hex(16)
    made, out, err = console(form)
    made.learn(Secret(value, origin="a test"))
    made.learn(Credential("somebody", Secret(other, origin="another test")))
    made.say(f"{value} and {other}")
    made.fail(Conflict(f"{value} and {other}"))
    made.complain(Conflict(value))
    made.show([Preview("a", value, Effect.LOCAL, Todo(other))])

    assert "secret from a test" in err.getvalue()
    for text in (out.getvalue(), err.getvalue()):
        assert value not in text
        assert other not in text


@pytest.mark.parametrize("form", sorted(RENDERERS))
@pytest.mark.parametrize("value", ["with_under_scores_and-dashes-", """with'quotes"&<marks>*%25[and]`more`|"""])
def test_no_format_writes_a_secret_in_letters_of_its_own(form: str, value: str, tmp_path: Path) -> None:
    """Markdown, XML, a shell and a CI's runner escape what stands in a token, and no list of spellings knows how."""
    summary = tmp_path / "summary.md"
    secret = value + secrets.token_hex(4)
    made, out, err = console(form, GITHUB_STEP_SUMMARY=str(summary))
    made.learn(Secret(secret, origin="a test"))
    finding = Finding(f"said {secret}", where=InFile(f"{secret}.py"), remedy=Run(("git", "push", secret)))
    verdict = Verdict("some-check", "a title", Severity.ERROR, Outcome.FAILED, "why", "fix", findings=(finding,))
    made.show(Report("gate", secret, secret, secret, None, (verdict,), seconds=0))
    made.fail(Conflict(f"said {secret}", remedy=Edit(f"mend {secret}")))

    shown = out.getvalue() + err.getvalue() + (summary.read_text(encoding="utf-8") if form == "github" else "")
    assert "secret from a test" in shown
    assert secret[-12:] not in shown


@pytest.mark.parametrize("form", sorted(RENDERERS))
def test_a_secret_that_is_cut_off_is_hidden_as_well(form: str) -> None:
    value = secrets.token_hex(16)
    made, out, err = console(form)
    made.learn(Secret(value, origin="a test"))
    made.fail(Conflict(f"{'x' * (LONGEST_MESSAGE - 20)} {value} and more"))

    assert value[:8] not in out.getvalue() + err.getvalue()


@pytest.mark.parametrize("variable", TOKENS)
def test_a_token_in_the_environment_is_hidden_from_the_start(variable: str) -> None:
    value = secrets.token_hex(16)
    made, _, err = console(**{variable: f"{value}\n"})
    made.say(f"the server said {value}")

    assert value not in err.getvalue()
    assert variable in err.getvalue()


def test_a_word_is_no_token() -> None:
    made, _, err = console(TAGSHIP_TOKEN="done", GH_TOKEN="")
    made.say("all is done")

    assert err.getvalue() == "all is done\n"


def test_errors_go_where_they_are_read() -> None:
    for form, document in (("json", True), ("terminal", False), ("github", False), ("junit", False)):
        made, out, err = console(form)
        made.fail(Conflict("taken"))

        assert ("taken" in out.getvalue()) is document
        assert ("taken" in err.getvalue()) is not document


def test_a_job_gets_a_summary(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    made, out, _ = console("github", GITHUB_STEP_SUMMARY=str(summary))
    made.show([OVER, LEFT])

    assert summary.read_text(encoding="utf-8").startswith("before\n")
    assert "upload" in summary.read_text(encoding="utf-8")
    assert out.getvalue() != summary.read_text(encoding="utf-8")


def test_a_summary_that_cannot_be_written_is_told_and_is_no_failure(tmp_path: Path) -> None:
    made, out, err = console("github", GITHUB_STEP_SUMMARY=str(tmp_path / "nowhere" / "summary.md"))
    made.show([OVER, LEFT])

    assert "upload" in out.getvalue()
    assert "the job summary is left out" in err.getvalue()


def test_a_summary_stays_within_what_a_runner_takes(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_bytes(b"x" * SUMMARY_CAP)
    made, _, _ = console("github", GITHUB_STEP_SUMMARY=str(summary))
    made.show([OVER, LEFT])

    assert summary.stat().st_size == SUMMARY_CAP


def test_nothing_said_is_a_command_to_a_runner() -> None:
    made, _, err = console("github")
    made.say("hello\n::error::pwn\n")

    assert err.getvalue() == "hello\n\\::error::pwn\n\n"


class Full(io.StringIO):
    """A stream that takes nothing."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error

    def write(self, _: str) -> int:
        raise self._error


def test_a_stream_that_takes_nothing_is_told_as_such() -> None:
    made = Console(form="json", color=False, environ={}, stdout=Full(OSError(errno.ENOSPC, "no space")))
    with pytest.raises(Unwritable, match="no space"):
        made.show([LEFT])


def test_a_reader_that_is_gone_is_no_error_of_the_disk() -> None:
    made = Console(form="json", color=False, environ={}, stdout=Full(BrokenPipeError()))
    with pytest.raises(BrokenPipeError):
        made.show([LEFT])


def test_where_nobody_hears_a_complaint_nothing_is_raised() -> None:
    for error in (OSError(errno.ENOSPC, "no space"), BrokenPipeError()):
        stream = Full(error)
        Console(form="json", color=False, environ={}, stdout=stream, stderr=stream).complain(Conflict("taken"))

        assert stream.getvalue() == ""


def test_output_that_was_never_taken_is_let_go() -> None:
    """Or Python would try again on its way out, and complain."""
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no device that is always full")
    stream = full.open("w", encoding="utf-8")
    made = Console(form="json", color=False, environ={}, stdout=stream)
    stream.write("x" * 10)
    made.close()
    stream.close()

    assert stream.closed


@pytest.mark.parametrize(
    ("variables", "live"), [({}, True), ({"CI": "true"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1"}, True)]
)
def test_progress_moves_where_a_person_watches(terminal: Terminal, variables: dict[str, str], *, live: bool) -> None:
    made = Console(form="terminal", color=True, environ=variables, stderr=terminal.stream)

    assert made.interactive is live
    with made.progress() as progress:
        assert isinstance(progress, LiveProgress if live else PlainProgress)


def test_progress_stands_still_beside_a_document(terminal: Terminal) -> None:
    made = Console(form="json", color=True, environ={}, stderr=terminal.stream)

    with made.progress() as progress:
        assert isinstance(progress, PlainProgress)


def test_a_note_stands_among_what_a_plan_is_doing_and_else_alone() -> None:
    value = secrets.token_hex(16)
    made, out, err = console()
    made.learn(Secret(value, origin="a test"))
    made.note(f"before {value}")
    with made.progress():
        made.note(f"meanwhile {value}")
    made.note("after")

    before, meanwhile, after = err.getvalue().splitlines()
    assert before == "before [secret from a test]"
    assert meanwhile.startswith("  ")
    assert meanwhile.strip() == "meanwhile [secret from a test]"
    assert after == "after"
    assert value not in err.getvalue()
    assert out.getvalue() == ""


@pytest.mark.parametrize("watched", [True, False])
def test_what_a_plan_came_upon_is_told_without_secrets(terminal: Terminal, *, watched: bool) -> None:
    value = secrets.token_hex(16)
    log = io.StringIO()
    made = Console(form="terminal", color=False, environ={}, stderr=terminal.stream if watched else log)
    with made.progress() as progress:
        progress.stage_started("upload", "upload what is missing")
        made.learn(Secret(value, origin="a test"))
        progress.stage_finished(StageResult("upload", "unknown", 1.0, f"the server said {value}"))

    told = terminal.read() if watched else log.getvalue()
    assert "secret from a test" in told
    assert value not in told


def test_yes_is_not_asked_for_twice() -> None:
    made, _, err = console()

    assert made.confirm([LEFT], yes=True)
    assert err.getvalue() == ""


@pytest.mark.parametrize("stdin", [None, io.StringIO("y\n")])
def test_without_a_person_nobody_is_asked(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, stdin: io.StringIO | None
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    made = Console(form="terminal", color=False, environ={}, stderr=terminal.stream)
    with pytest.raises(UsageError) as caught:
        made.confirm([LEFT], yes=False)

    assert "--yes" in str(caught.value.remedy)


@pytest.mark.parametrize(
    ("answer", "consents"), [("y\n", True), (" Yes \n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_the_question_shows_what_is_left(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, answer: str, *, consents: bool
) -> None:
    class Person(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Person(answer))
    made = Console(form="terminal", color=False, environ={}, stderr=terminal.stream)
    agreed = made.confirm([OVER, LEFT], yes=False)
    asked = terminal.read()

    assert agreed is consents
    assert "upload what is missing (cannot be undone)" in asked
    assert "it is fine" not in asked
    assert asked.endswith("Go on? [y/N] ")


def test_the_environment_is_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    before = process_environment()
    monkeypatch.setenv("TAGSHIP_TOKEN", "changed")

    assert before.get("TAGSHIP_TOKEN") is None
    assert dict(os.environ) != before
