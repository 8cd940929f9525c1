"""What is printed of a result."""

import json
from pathlib import Path

import pytest
from bench.__main__ import _measured, _parse
from bench.place import Place, run, surroundings
from bench.report import Machine, document, duration, text
from bench.series import Goal, Result, Series, Standings, UnmeasurableError

MACHINE = Machine("Linux", "x86_64", 2, "3.11.7", 0.5)
RESULT = Result(
    (Standings("--version", "bare", {"bare": Series((0.01, 0.02, 0.03)), "tagship": Series((0.02, 0.03, 1.5))}),),
    (Goal("in bare starts", 1.5, 2.5, "x"), Goal("times faster", 2.0, 3.0, "x", at_least=True)),
    ("start-up of nobody: no such tool",),
)


def test_the_text_holds_tables_goals_and_gaps() -> None:
    assert text(RESULT, MACHINE).splitlines() == [
        "Linux x86_64, 2 cores, Python 3.11.7, load 0.5 at the start",
        "",
        "--version (3 rounds)                       min    median       max   ratio",
        "  bare                                   10 ms     20 ms     30 ms    1.00",
        "  tagship                                20 ms     30 ms    1.50 s    1.50",
        "",
        "goals",
        "  met     in bare starts: 1.5x (at most 2.5x)",
        "  missed  times faster: 2x (at least 3x)",
        "",
        "not measured",
        "  start-up of nobody: no such tool",
    ]


def test_the_document_holds_the_same_and_every_time() -> None:
    told = json.loads(document(RESULT, MACHINE))

    assert told["schema"] == "tagship-bench/1"
    assert told["machine"]["cores"] == 2
    (standings,) = told["standings"]
    assert (standings["baseline"], standings["rounds"]) == ("bare", 3)
    assert standings["contenders"][1] == {
        "name": "tagship", "min": 0.02, "median": 0.03, "max": 1.5, "ratio": 1.5, "seconds": [0.02, 0.03, 1.5],
    }  # fmt: skip
    assert [goal["met"] for goal in told["goals"]] == [True, False]
    assert told["unmeasured"] == list(RESULT.unmeasured)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0094, "9 ms"), (0.4, "400 ms"), (1.0, "1.00 s"), (12.345, "12.35 s")]
)
def test_durations_are_told_in_a_fitting_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_cannot_be_measured_is_told_and_stops_nothing_else(tmp_path: Path) -> None:
    def measure(_place: Place, _rounds: int | None) -> Result:
        raise UnmeasurableError("no such tool")

    assert _measured("gate", measure, Place(tmp_path), None) == Result(unmeasured=("gate: no such tool",))


def test_a_command_that_fails_cannot_be_measured() -> None:
    with pytest.raises(UnmeasurableError, match=r"(?s)git ended with \d+:.*frobnicate"):
        run(["git", "frobnicate"])


def test_a_command_that_is_not_there_cannot_be_measured(tmp_path: Path) -> None:
    with pytest.raises(UnmeasurableError, match="nothing-here"):
        run([tmp_path / "nothing-here"])


def test_a_measured_command_sees_no_settings_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYTHONDONTWRITEBYTECODE", "CI", "GITHUB_ACTIONS", "GIT_DIR", "VIRTUAL_ENV", "SOME_TOKEN"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("PIP_CERT", "kept")

    seen = surroundings(TAGSHIP_TOKEN="given")

    assert {"PYTHONDONTWRITEBYTECODE", "CI", "GITHUB_ACTIONS", "GIT_DIR", "VIRTUAL_ENV", "SOME_TOKEN"}.isdisjoint(seen)
    assert (seen["PIP_CERT"], seen["TAGSHIP_TOKEN"]) == ("kept", "given")


def test_the_command_line_chooses_rounds_and_subject() -> None:
    options = _parse(["--rounds", "3", "--only", "gate", "--json"])

    assert (options.rounds, options.only, options.json) == (3, "gate", True)
    assert _parse([]).rounds is None


def test_rounds_are_at_least_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        _parse(["--rounds", "0"])
    assert "at least 1" in capsys.readouterr().err
