"""On a real pseudo-terminal where it matters whether one is there."""

import io
import re
import shlex

import pytest
from rich.cells import cell_len

from reports import samples
from reports.reading import Terminal
from tagship.domain.changelog import Format, Section
from tagship.domain.finding import Finding, Outcome, Report
from tagship.errors import Run
from tagship.reports import render, terminal
from tagship.reports.shown import Notes, Shown

# A word that is longer than its row, after what may stand before it: a label, a number, a sign.
ONE_WORD = re.compile(r"\s*([a-z][a-z0-9 ]*  |\[\d+\] \w+: |\S \w+ +|\w+: |\(\s*)?\S+")
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


def plain(value: Shown, width: int | None = None) -> str:
    stream = io.StringIO()
    terminal.render(value, stream, width=width)
    return stream.getvalue()


def on_a_terminal(value: Shown, *, color: bool = True) -> str:
    there = Terminal()

    assert there.stream.isatty()

    terminal.render(value, there.stream, color=color)
    return there.read()


def test_a_terminal_gets_colour_and_the_same_words() -> None:
    shown = on_a_terminal(samples.READY_REPORT)

    assert ESCAPE.search(shown)
    assert ESCAPE.sub("", shown) == plain(samples.READY_REPORT)


def test_no_color_option() -> None:
    assert on_a_terminal(samples.READY_REPORT, color=False) == plain(samples.READY_REPORT)


def test_no_color_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    assert on_a_terminal(samples.READY_REPORT) == plain(samples.READY_REPORT)


def test_an_empty_no_color_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "")

    assert ESCAPE.search(on_a_terminal(samples.READY_REPORT))


def test_the_option_reaches_the_terminal_format() -> None:
    there = Terminal()
    render(samples.READY_REPORT, there.stream, format="terminal", color=False)

    assert "\x1b" not in there.read()


def test_a_terminal_is_wrapped_at_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    shown = on_a_terminal(samples.RICH_REPORT, color=False)

    assert shown == plain(samples.RICH_REPORT, width=50)


def test_a_pipe_gets_every_sentence_on_one_line() -> None:
    assert plain(samples.RICH_RECEIPT).splitlines()[-1] == (
        "proved: sample 1.2.0 is served by pypi with our sha256 (2 files), installs and imports on Python 3.11.7"
    )


@pytest.mark.parametrize("width", [24, 40, 60, 80, 120])
@pytest.mark.parametrize("value", samples.VALUES, ids=lambda value: type(value).__name__)
def test_no_prose_is_wider_than_the_page(value: Shown, width: int) -> None:
    """What is wider is one word, or is there to be pasted, looked up or opened."""
    if isinstance(value, Notes):
        return
    for line in plain(value, width=width).splitlines():
        exact = line.strip().startswith(("$ ", "at ", "more: ", "sha256 "))

        assert exact or cell_len(line) <= width or ONE_WORD.fullmatch(line)


def test_what_failed_comes_first_and_every_other_verdict_has_its_line() -> None:
    heads = [line for line in plain(samples.RICH_REPORT).splitlines()[1:-2] if line and not line.startswith(" ")]

    assert [line.partition(" (")[0] for line in heads] == [
        "[1] failed: tag-is-on-main",
        "[2] failed: secrets-are-absent",
        "[3] warning: changelog-has-content",
        "[4] note: main-is-protected",
        "? unknown  version-is-free",
        "? unknown  commit-is-green",
        "– skipped  api-break-has-bump",  # noqa: RUF001 -- a dash
        "✓ passed   tag-is-annotated, version-matches-tag",
    ]


def test_a_reason_that_many_checks_share_is_told_once() -> None:
    skipped = [samples.verdict(name, Outcome.SKIPPED, reason="main is at 2.0.0.dev0") for name in "abc"]
    alone = samples.verdict("d", Outcome.SKIPPED, reason="nothing to look at")
    reserved = samples.verdict("e", reason="asked of branches that are here alone")

    told = plain(samples.report(skipped[0], alone, *skipped[1:], reserved, samples.verdict("f")))

    assert told.splitlines()[2:] == [
        "– skipped  3 checks: main is at 2.0.0.dev0",  # noqa: RUF001 -- a dash
        "           a, b, c",
        "– skipped  d (nothing to look at)",  # noqa: RUF001 -- a dash
        "✓ passed   e (asked of branches that are here alone)",
        "✓ passed   f",
        "",
        "6 checks: 2 passed, 4 skipped, 0.3 s",
        "ready",
    ]


@pytest.mark.parametrize(
    ("report", "last"),
    [
        (samples.READY_REPORT, "ready"),
        (samples.RICH_REPORT, "blocked: 2 blockers"),
        (samples.OPEN_REPORT, "could not tell: version-is-free"),
    ],
)
def test_the_last_line_is_the_verdict(report: Report, last: str) -> None:
    assert plain(report).splitlines()[-1] == last


@pytest.mark.parametrize("width", [None, 24, 80])
def test_a_command_can_be_pasted(width: int | None) -> None:
    argv = ("git", "commit", "-m", "a message; with 'quotes' and $(a very long tail) " * 5, "--", "päth/with space")
    finding = Finding("a", None, Run(argv))
    text = plain(samples.report(samples.verdict("a", Outcome.FAILED, findings=(finding,))), width)
    (command,) = (line for line in text.splitlines() if line.strip().startswith("$ "))

    assert tuple(shlex.split(command.strip().removeprefix("$ "))) == argv


def test_the_next_command_is_the_last_line_of_a_status() -> None:
    assert plain(samples.RICH_STATUS).splitlines()[-1] == "$ tagship ship v1.2.0"


def test_a_status_is_a_table_where_it_fits() -> None:
    header, *rows = plain(samples.RICH_STATUS, 80).splitlines()[2:7]

    assert header.split() == ["version", "stage", "tag", "pushed", "main", "changelog", "files", "host"]
    assert [row.split()[0] for row in rows] == ["1.3.0", "1.2.0", "1.1.0", "1.0.0"]
    assert "version  stage" not in plain(samples.RICH_STATUS, 60)


def test_notes_are_exactly_the_body() -> None:
    body = "a\tb \x1b[31m\n\n  trailing  \n[bold]x[/bold] | ü"
    notes = Notes(Section("1", None, "c", 1, body), "v1", Format.MARKDOWN)

    assert plain(notes, 20) == body + "\n"
    assert on_a_terminal(notes) == "a    b \\x1b[31m\n\n  trailing  \n[bold]x[/bold] | ü\n"


def test_an_error_begins_with_its_message() -> None:
    assert plain(samples.ERRORS[1]) == (
        "error: unknown key brunch\n       at pyproject.toml:7:1\nfix: call it branch\n"
    )


def test_an_error_of_several_lines() -> None:
    assert plain(samples.ERRORS[6]) == "error: the backend stopped:\n       line one\n       line two\n"


def test_markup_is_text() -> None:
    text = plain(samples.hostile_report("[bold]x[/bold] :smile: [link=https://example.org]y[/link]"))

    assert "[bold]x[/bold] :smile: [link=https://example.org]y[/link]" in text


def test_a_long_message_is_clipped_and_says_so() -> None:
    finding = Finding("x" * 100_000)
    text = plain(samples.report(samples.verdict("a", Outcome.FAILED, findings=(finding,))))

    assert "... (96000 more characters)" in text
    assert len(text) < 5_000


def test_many_findings_are_cut_with_a_word() -> None:
    findings = tuple(Finding(f"number {number}") for number in range(25))
    text = plain(samples.report(samples.verdict("a", Outcome.FAILED, findings=findings)))

    assert text.count("number ") == 20
    assert "and 5 more, all of them with --json" in text


def test_wide_characters_are_counted_in_columns() -> None:
    finding = Finding("漢字 " * 40)
    text = plain(samples.report(samples.verdict("a", Outcome.FAILED, findings=(finding,))), 40)

    assert max(cell_len(line) for line in text.splitlines()) == 38


@pytest.mark.parametrize(("encoding", "sign"), [("ascii", "+"), ("latin-1", "+"), ("utf-8", "✓")])
def test_signs_fit_the_encoding(encoding: str, sign: str) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    terminal.render(samples.READY_REPORT, stream)
    stream.flush()

    assert f"{sign} passed   tag-is-annotated" in raw.getvalue().decode(encoding)
