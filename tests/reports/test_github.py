"""Read back as the runner reads a log: a line that starts with `::`, or holds `##[`, is a command."""

import io
import re
from pathlib import Path

import pytest
from hypothesis import given

from reports import samples
from tagship.domain.finding import Finding, Outcome, Report, Severity
from tagship.domain.trial import Trials
from tagship.errors import AtUrl, InCommit, InFile, Run, TagshipError
from tagship.reports import github
from tagship.reports.harmless import clipped, inert, lines
from tagship.reports.markdown import markdown
from tagship.reports.shown import Shown

COMMAND = re.compile(r"::(\w+)(?: ([^:]*))?::(.*)")
KNOWN = {"error", "warning", "notice", "group", "endgroup"}


def written(value: Shown) -> str:
    stream = io.StringIO()
    github.render(value, stream)
    return stream.getvalue()


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Every command as the runner understands it: name, properties, data."""
    found = []
    for line in text.split("\n"):
        if line.lstrip().startswith("::"):
            match = COMMAND.fullmatch(line.lstrip())

            assert match is not None

            name, properties, data = match.groups()
            pairs = (pair.split("=", 1) for pair in (properties or "").split(",") if pair)
            found.append((name, {key: unescaped(value) for key, value in pairs}, unescaped(data)))
        else:
            assert "##[" not in line
    return found


def unescaped(text: str) -> str:
    for code, character in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, character)
    return text


def annotations(text: str) -> list[tuple[str, dict[str, str], str]]:
    return [command for command in commands(text) if command[0] in {"error", "warning", "notice"}]


def failed(severity: Severity, *findings: Finding) -> Report:
    return samples.report(samples.verdict("tag-is-on-main", Outcome.FAILED, severity, findings=findings))


def test_an_annotation_is_one_line_with_everything_in_it() -> None:
    finding = Finding("100% wrong:\nreally", InFile("a,b:c.toml", 3, 4), Run(("git", "push")))
    first = written(failed(Severity.ERROR, finding)).split("\n")[0]

    assert first == (
        "::error file=a%2Cb%3Ac.toml,line=3,col=4,title=tag-is-on-main::"
        "100%25 wrong:%0Areally%0Afix: $ git push%0Amore: tagship explain tag-is-on-main"
    )


def test_severities_are_the_hosts_words() -> None:
    told = [(name, properties["title"]) for name, properties, _ in annotations(written(samples.RICH_REPORT))]

    assert told == [
        ("error", "tag-is-on-main"),
        ("error", "secrets-are-absent"),
        ("error", "secrets-are-absent"),
        ("warning", "changelog-has-content"),
        ("notice", "main-is-protected"),
        ("error", "version-is-free"),
        ("warning", "commit-is-green"),
    ]


def test_places() -> None:
    findings = (
        Finding("a", InCommit("c" * 40, "b.py", 7)),
        Finding("a", InCommit("c" * 40)),
        Finding("a", AtUrl("https://example.org/")),
        Finding("a", InFile("b.py")),
    )
    told = annotations(written(failed(Severity.ERROR, *findings)))

    assert [{key: value for key, value in properties.items() if key != "title"} for _, properties, _ in told] == [
        {"file": "b.py", "line": "7"},
        {},
        {},
        {"file": "b.py"},
    ]
    assert [data.split("\n")[0] for _, _, data in told] == [
        "a",
        "a (at cccccccccccc)",
        "a (at https://example.org/)",
        "a",
    ]


@pytest.mark.parametrize("severity", Severity)
def test_no_more_than_the_runner_keeps(severity: Severity) -> None:
    findings = tuple(Finding(f"number {number}") for number in range(25))
    told = annotations(written(failed(severity, *findings)))
    levels = [name for name, _, _ in told]
    left_out = 25 - (9 if severity is Severity.NOTE else 10)

    assert all(levels.count(level) <= 10 for level in levels)
    assert told[-1] == (
        "notice",
        {"title": "tagship"},
        f"{left_out} more findings: see the log and the job summary",
    )


def test_few_findings_need_no_closing_notice() -> None:
    findings = tuple(Finding(f"number {number}") for number in range(10))

    assert len(annotations(written(failed(Severity.ERROR, *findings)))) == 10


def test_the_log_holds_every_verdict_and_ends_with_the_headline() -> None:
    text = written(samples.RICH_REPORT)

    assert all(verdict.id in text.split("::group::")[1] for verdict in samples.RICH_REPORT.verdicts)
    assert text.endswith("::endgroup::\nblocked: 2 blockers\n")


def test_an_error_is_one_annotation() -> None:
    assert written(samples.ERRORS[1]) == (
        "::error file=pyproject.toml,line=7,col=1,title=tagship%3A config-error::"
        "unknown key brunch%0Afix: call it branch\n"
    )


@pytest.mark.parametrize("text", samples.HOSTILE, ids=range(len(samples.HOSTILE)))
def test_hostile_text_makes_no_command(text: str) -> None:
    for value in samples.hostile_values(text):
        found = commands(written(value))

        assert {name for name, _, _ in found} <= KNOWN
        assert {key for _, properties, _ in found for key in properties} <= {"file", "line", "col", "title"}
        if not isinstance(value, Report | TagshipError | Trials):
            assert not found


def test_a_fault_that_ends_otherwise_than_documented_is_annotated() -> None:
    ((name, properties, data),) = [each for each in commands(written(samples.RICH_TRIALS)) if each[0] in KNOWN]

    assert (name, properties["title"]) == ("error", "killed-while-uploading")
    assert "the second run ended with 1" in data


@given(samples.reports)
def test_data_comes_back_as_it_was(report: Report) -> None:
    told = {data.split("\n")[0] for _, _, data in annotations(written(report))}
    meant = {lines(clipped(annotation.message, github.LONGEST_MESSAGE))[0] for annotation in github.annotations(report)}

    assert told <= meant | {"1 more finding: see the log and the job summary"}


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\::error::x"),
        ("  ::error::x", "  \\::error::x"),
        ("a ##[error]x", "a ##\\[error]x"),
        ("see a::b", "see a::b"),
    ],
)
def test_inert(line: str, shown: str) -> None:
    assert inert(line) == shown


def test_summary_is_appended(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    path.write_text("before\n", encoding="utf-8")
    github.append_summary(markdown(samples.RICH_REPORT), path)

    text = path.read_text(encoding="utf-8")

    assert text.startswith("before\n## tagship: blocked: 2 blockers\n")
    assert text.endswith("</details>\n\n")


def test_summary_is_made(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    github.append_summary(markdown(samples.RICH_RECEIPT), path)

    assert "proved: sample 1.2.0" in path.read_text(encoding="utf-8")


def test_summary_never_grows_beyond_its_cap(tmp_path: Path) -> None:
    path = tmp_path / "summary.md"
    findings = tuple(Finding("ü" * 3000) for _ in range(20))
    report = samples.report(
        *(samples.verdict(f"check-{number}", Outcome.FAILED, findings=findings) for number in range(20))
    )
    github.append_summary(markdown(samples.RICH_REPORT), path)
    github.append_summary(markdown(report), path)
    github.append_summary(markdown(report), path)

    assert path.stat().st_size <= github.SUMMARY_CAP
    assert path.read_text(encoding="utf-8").endswith("_Cut here: a job summary holds 1 MiB._\n")


@pytest.mark.parametrize("cap", [0, 10, 60, 100, 500])
def test_summary_of_any_cap(tmp_path: Path, cap: int) -> None:
    path = tmp_path / "summary.md"
    github.append_summary(markdown(samples.RICH_REPORT), path, cap=cap)

    assert len(path.read_bytes()) <= cap
