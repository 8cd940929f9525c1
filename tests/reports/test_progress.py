"""A log in memory and a real pseudo-terminal."""

import io
import re
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from reports import samples
from reports.reading import Terminal
from tagship.domain.plan import StageResult
from tagship.reports.progress import LiveProgress, PlainProgress, Progress, choose_progress

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.read()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline

        time.sleep(0.01)


def release(progress: Progress) -> None:
    with progress:
        progress.stage_started("gate", "prove that the tag may ship")
        progress.stage_finished(StageResult("gate", "ready", 0.31, "14 checks passed"))
        progress.stage_started("upload", "upload 2 files")
        progress.transfer("a.whl", 0, 2_000_000)
        progress.transfer("a.whl", 1_000_000, 2_000_000)
        progress.note("the index says hello")
        progress.transfer("a.whl", 2_000_000, 2_000_000)
        progress.stage_finished(StageResult("upload", "stopped", 12.04, "the index said no\nand more"))


def fail_while_running(progress: Progress, error: type[BaseException]) -> None:
    with progress:
        progress.stage_started("build", "build")
        progress.transfer("a.whl", 1, 2)
        raise error


def test_plain_lines() -> None:
    stream = io.StringIO()
    release(PlainProgress(stream))

    assert stream.getvalue() == (
        "gate        ready     0.3 s   14 checks passed\n"
        "            the index says hello\n"
        "            a.whl  2.0 MB\n"
        "upload      stopped  12.0 s   the index said no\n"
    )


def test_plain_without_evidence() -> None:
    stream = io.StringIO()
    PlainProgress(stream).stage_finished(StageResult("build", "done", 1))

    assert stream.getvalue() == "build       done      1.0 s\n"


def test_plain_tells_of_a_long_stage_once() -> None:
    stream = io.StringIO()
    with PlainProgress(stream, patience=0.02) as progress:
        progress.stage_started("build", "build the sdist")
        wait_for(lambda: bool(stream.getvalue()))
        progress.stage_finished(StageResult("build", "done", 0.1))

    assert stream.getvalue() == "build       running: build the sdist\nbuild       done      0.1 s\n"


def test_plain_says_nothing_of_a_short_stage() -> None:
    stream = io.StringIO()
    with PlainProgress(stream, patience=0.05) as progress:
        progress.stage_started("gate", "prove")
        progress.stage_finished(StageResult("gate", "ready", 0.0))
    time.sleep(0.1)

    assert stream.getvalue() == "gate        ready     0.0 s\n"


def test_plain_stops_waiting_when_it_is_left_by_an_error() -> None:
    stream = io.StringIO()
    before = threading.active_count()
    with pytest.raises(RuntimeError):
        fail_while_running(PlainProgress(stream, patience=0.05), RuntimeError)

    wait_for(lambda: threading.active_count() <= before)
    time.sleep(0.1)

    assert stream.getvalue() == ""


def test_plain_says_nothing_of_a_stage_that_was_put_off() -> None:
    stream = io.StringIO()
    with PlainProgress(stream, patience=0.05) as progress:
        progress.stage_started("prove", "prove")
        progress.stage_put_off("prove")
        with progress.paused():
            time.sleep(0.1)

    assert stream.getvalue() == ""


def test_plain_tells_a_second_transfer_of_the_same_file() -> None:
    stream = io.StringIO()
    progress = PlainProgress(stream)
    with progress:
        for stage in ("upload", "prove"):
            progress.stage_started(stage, stage)
            progress.transfer("a.whl", 10, 10)
            progress.transfer("a.whl", 10, 10)

    assert stream.getvalue() == "            a.whl  10 bytes\n" * 2


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_plain_takes_every_text_in_every_encoding(text: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="")
    with PlainProgress(stream) as progress:
        progress.stage_finished(StageResult(text, text, 1.0, text))
        progress.transfer(text, 1, 1)
        progress.note(text)

    written = raw.getvalue().decode("ascii")

    assert written.count("\n") == 3
    assert "\r" not in written
    assert "\x1b" not in written


def test_live_leaves_lines_and_a_visible_cursor(terminal: Terminal) -> None:
    release(LiveProgress(terminal.stream))
    written = terminal.read()
    left = ESCAPE.sub("", written)

    assert "✓ gate        ready     0.3 s   14 checks passed" in left
    assert "✗ upload      stopped  12.0 s   the index said no" in left
    assert "the index says hello" in left
    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)


def test_live_shows_what_runs_and_what_moves(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage_started("upload", "upload [bold]2[/bold] files")
        progress.transfer("a.whl", 0, 2_000_000)
        progress.transfer("a.whl", 500_000, 2_000_000)
        time.sleep(0.4)
    written = ESCAPE.sub("", terminal.read())

    assert "upload [bold]2[/bold] files" in written
    assert "0.5/2.0 MB" in written
    assert "0:00:00" in written


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_live_restores_the_terminal_after_an_error(terminal: Terminal, error: type[BaseException]) -> None:
    before = threading.active_count()
    with pytest.raises(error):
        fail_while_running(LiveProgress(terminal.stream), error)

    wait_for(lambda: threading.active_count() <= before)
    written = terminal.read()

    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)


def test_live_forgets_a_stage_that_was_put_off(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage_started("prove", "see what is served")
        progress.stage_put_off("prove")
        progress.stage_put_off("never begun")
        time.sleep(0.3)
        written = terminal.so_far()
        progress.stage_started("build", "build it")
        time.sleep(0.3)

    assert "see what is served" not in terminal.so_far().removeprefix(written)


def test_live_leaves_the_terminal_alone_while_it_is_paused(terminal: Terminal) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage_started("gate", "look")
        with progress.paused():
            wait_for(lambda: terminal.so_far().rfind(SHOW_CURSOR) > terminal.so_far().rfind(HIDE_CURSOR))
            before = terminal.so_far()
            time.sleep(0.4)

            assert terminal.so_far() == before
        wait_for(lambda: terminal.so_far().rfind(HIDE_CURSOR) >= len(before))
    written = terminal.read()

    assert written.rindex(SHOW_CURSOR) > written.rindex(HIDE_CURSOR)


def test_live_without_colour(terminal: Terminal) -> None:
    release(LiveProgress(terminal.stream, color=False))

    assert not re.search(r"\x1b\[[0-9;]*m", terminal.read())


def test_live_leaves_standard_output_alone(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage_started("build", "build")
        print("a document")  # noqa: T201 -- what is tested

    assert capsys.readouterr().out == "a document\n"
    assert "a document" not in terminal.read()


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_live_takes_every_text_in_every_encoding(text: str) -> None:
    terminal = Terminal("ascii")
    with LiveProgress(terminal.stream, color=False) as progress:
        progress.stage_started(text, text)
        progress.transfer(text, 1, 2)
        progress.transfer(text, 2, 2)
        progress.note(text)
        progress.stage_finished(StageResult(text, text, 1.0, text))
    written = terminal.read()

    assert written.isascii()
    assert "\x1b]0;" not in written
    assert "\x07" not in written


def test_live_ends_stages_that_were_never_started(terminal: Terminal) -> None:
    """A step that turns out to be done is told without a beginning."""
    with LiveProgress(terminal.stream) as progress:
        progress.stage_finished(StageResult("build", "done", 0.0, "dist/ holds it"))

    assert "✓ build       done      0.0 s   dist/ holds it" in ESCAPE.sub("", terminal.read())


@pytest.mark.parametrize(
    ("outcome", "sign"),
    [
        ("done", "✓"),
        ("ready", "✓"),
        ("stopped", "✗"),
        ("skipped", "\N{EN DASH}"),
        ("unknown", "?"),
        ("something else", "•"),
    ],
)
def test_no_outcome_passes_for_good_by_accident(terminal: Terminal, outcome: str, sign: str) -> None:
    with LiveProgress(terminal.stream) as progress:
        progress.stage_finished(StageResult("build", outcome, 0.0))

    assert f"{sign} build       {outcome}" in ESCAPE.sub("", terminal.read())


def test_choose_progress(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(choose_progress(terminal.stream, color=True, interactive=True), LiveProgress)
    assert isinstance(choose_progress(terminal.stream, color=True, interactive=False), PlainProgress)
    assert isinstance(choose_progress(io.StringIO(), color=True, interactive=True), PlainProgress)

    monkeypatch.setenv("TERM", "dumb")

    assert isinstance(choose_progress(terminal.stream, color=True, interactive=True), PlainProgress)
