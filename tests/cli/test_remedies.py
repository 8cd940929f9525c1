"""A proposed command is about what the command at hand was about."""

from pathlib import Path

import pytest

from tagship.cli.options import Options, parse
from tagship.cli.remedies import complete_error, completed
from tagship.domain.finding import Finding, NotReady, Outcome, Report, Severity, Verdict
from tagship.errors import Edit, Remedy, Run

URLS = ("--index", "http://127.0.0.1:9/simple/", "--upload-url", "http://127.0.0.1:9/up/")


def options(*words: str) -> Options:
    return parse(list(words))


@pytest.mark.parametrize(
    ("proposed", "whole"),
    [
        (("git", "push", "origin", "v1"), ("git", "-C", "there", "push", "origin", "v1")),
        (("tagship", "explain", "tag-exists"), ("tagship", "-C", "there", "explain", "tag-exists")),
        (("tagship", "build", "v1"), ("tagship", "-C", "there", "build", "v1", "--dist", "files")),
        (("tagship", "gate", "v1"), ("tagship", "-C", "there", "gate", "v1", *URLS)),
        (("tagship", "ship", "v1"), ("tagship", "-C", "there", "ship", "v1", *URLS, "--dist", "files")),
        (("python", "-m", "pip"), ("python", "-m", "pip")),
        (("uv", "lock"), ("uv", "--directory", "there", "lock")),
        (("tagship", "init"), ("tagship", "-C", "there", "init")),
        (("git", "init", "there"), ("git", "init", "there")),
    ],
)
def test_what_was_given_is_given_again(proposed: tuple[str, ...], whole: tuple[str, ...]) -> None:
    given = options("-C", "there", "ship", *URLS, "--dist", "files")
    once = completed(Run(proposed), given)

    assert once == Run(whole)
    assert completed(once, given) == once


def test_how_a_release_is_prepared_is_told_again() -> None:
    given = options("prepare", "--yes", "--no-branch", "--date", "2026-03-01", "--offline", "--plan")
    once = completed(Run(("tagship", "prepare", "1.0.1", "--plan")), given)

    assert str(once) == "tagship prepare 1.0.1 --plan --date=2026-03-01 --no-branch --yes --offline"
    assert completed(once, given) == once
    assert completed(Run(("tagship", "prepare", "--help")), given) == Run(("tagship", "prepare", "--help"))
    assert completed(Run(("tagship", "prepare", "1.0.1")), options("check", "--fix", "--yes")) == Run(
        ("tagship", "prepare", "1.0.1")
    )


@pytest.mark.parametrize(
    ("inside", "proposed", "whole"),
    [
        ("a b", ("python", "-m", "pytest", "-k", "x y"), ("sh", "-c", "cd 'a b' && python -m pytest -k 'x y'")),
        ("a b", ("uv", "run", "pytest"), ("uv", "--directory", "a b", "run", "pytest")),
        ("a b", ("towncrier", "create", "1.fix"), ("towncrier", "create", "--dir", "a b", "1.fix")),
        ("", ("npm", "install"), ("npm", "install")),
    ],
)
def test_what_works_in_one_directory_is_told_where_it_is(
    inside: str,
    proposed: tuple[str, ...],
    whole: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "a b").mkdir()
    monkeypatch.chdir(tmp_path)
    once = completed(Run(proposed, inside), options("check"))

    assert once == Run(whole)
    assert completed(once, options("check")) == once


def test_a_directory_that_is_not_below_is_told_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (".git", "project", "elsewhere"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")

    proposed = completed(Run(("pytest",), "project"), options("-C", "../project", "check"))

    assert proposed == Run(("sh", "-c", "cd ../project && pytest"))


@pytest.mark.parametrize(
    ("given", "proposed", "whole"),
    [
        (("credential", "--auth", "token"), ("credential", "--bind"), ("credential", "--bind", "--auth", "token")),
        (("ship", "--token-stdin"), ("credential", "--bind"), ("credential", "--bind", "--token-stdin")),
        (("ship", "--token-from", "pypirc"), ("ship", "v1"), ("ship", "v1", "--token-from", "pypirc")),
        (("ship", "--auth", "token"), ("build", "v1"), ("build", "v1")),
        (("credential", "--project", "a"), ("credential", "--bind"), ("credential", "--bind", "--project", "a")),
    ],
)
def test_the_way_of_authenticating_is_given_again(
    given: tuple[str, ...], proposed: tuple[str, ...], whole: tuple[str, ...]
) -> None:
    here = options("-C", str(Path.cwd()), *given)
    once = completed(Run(("tagship", *proposed)), here)

    assert once == Run(("tagship", *whole))
    assert completed(once, here) == once


@pytest.mark.parametrize("remedy", [None, Edit("mend it"), Run(("tagship", "ship", "v1"))])
def test_what_was_not_given_is_not_invented(remedy: Remedy | None) -> None:
    assert completed(remedy, options("-C", str(Path.cwd()), "ship")) == remedy


def test_every_finding_of_a_report_is_completed() -> None:
    finding = Finding("there is no tag", remedy=Run(("git", "tag")))
    verdict = Verdict("a", "a", Severity.ERROR, Outcome.FAILED, "why", "fix", findings=(finding,))
    error = NotReady(Report("ship", None, None, None, None, (verdict,), 0.0))

    complete_error(error, options("-C", "there", "ship"))

    whole = Run(("git", "-C", "there", "tag"))
    assert (error.remedy, error.report.verdicts[0].findings[0].remedy) == (whole, whole)
