"""The driver of rehearsals: what it reads from its words, and what it makes of an answer."""

from pathlib import Path

import pytest
from bench.real_projects import Subject
from bench.rehearse_projects import Row, _verdict, main, table

from tagship.rehearsal.sample import make_sample


@pytest.mark.parametrize(
    ("word", "place", "tag"),
    [
        ("clones/demo", "clones/demo", None),
        ("clones/demo@v1.0", "clones/demo", "v1.0"),
        ("https://example.org/a/demo.git@demo-1.0", "https://example.org/a/demo.git", "demo-1.0"),
        ("ssh://git@example.org/a/demo.git", "ssh://git@example.org/a/demo.git", None),
        ("git@example.org:a/demo.git", "git@example.org:a/demo.git", None),
        ("git@example.org:a/demo.git@v1", "git@example.org:a/demo.git", "v1"),
    ],
)
def test_subjects(word: str, place: str, tag: str | None) -> None:
    assert Subject(place, tag) == Subject.named(word)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ({"schema": "tagship-receipt/1"}, "proved"),
        (
            {
                "schema": "tagship-report/1",
                "verdict": "blocked",
                "checks": [
                    {"id": "a", "severity": "error", "outcome": "failed"},
                    {"id": "b", "severity": "warning", "outcome": "failed"},
                    {"id": "c", "severity": "error", "outcome": "passed"},
                    {"id": "d", "severity": "error", "outcome": "unknown"},
                ],
            },
            "blocked: a, d",
        ),
        ({"schema": "tagship-error/1", "message": "the sdist does not build:\nbecause"}, "the sdist does not build:"),
        ({}, "no answer"),
    ],
)
def test_verdicts(answer: dict[str, object], verdict: str) -> None:
    assert verdict == _verdict(answer)


def test_the_table() -> None:
    lines = table([Row("demo", "flit_core.buildapi", "tag", "CHANGES.rst", "v1", "proved", 1.25)]).splitlines()

    assert [cell.strip() for cell in lines[0].strip("|").split("|")][:2] == ["project", "backend"]
    assert [cell.strip() for cell in lines[2].strip("|").split("|")][-3:] == ["v1", "proved", "1.2"]
    assert len(set(map(len, lines))) == 1


@pytest.mark.slow
def test_from_a_clone_to_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sample = make_sample(tmp_path / "sample")

    proved = main([f"{sample}.git"])
    blocked = main([str(sample), f"{sample}@v9.9.9"])

    assert (proved, blocked) == (0, 1)
    out = capsys.readouterr().out
    assert "| proved " in out
    assert "version-matches-tag" in out
    assert "| sample-ship " in out


@pytest.mark.slow
def test_an_address_that_leads_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([f"file://{tmp_path}/nothing.git"]) == 1
    assert "nothing.git" in capsys.readouterr().out
