"""What `gate`, `show`, `status` and `notes` say where something is missing: never a traceback, always a word."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.saying import say
from repositories import PYPROJECT, Repo, new_project, prepare, released
from tagship.domain.endpoints import Endpoints

READING = ("gate", "show", "status", "notes")
NOBODY = Endpoints(name="nobody", simple="http://127.0.0.1:9/simple/", upload="http://127.0.0.1:9/legacy/")


def without_git(path: Path) -> None:
    path.mkdir()
    (path / "pyproject.toml").write_text(PYPROJECT.format(version="1.0.0"), encoding="utf-8")


def unborn(path: Path) -> None:
    new_project(path)


def without_a_project(path: Path) -> None:
    repo = Repo.new(path)
    repo.commit()
    repo.tag("v1.0.0")
    repo.push()


def corrupt(path: Path) -> None:
    released(path, "1.0.0")
    (path / ".git" / "HEAD").write_text("what was this again\n", encoding="utf-8")


def corrupt_configuration(path: Path) -> None:
    released(path, "1.0.0")
    (path / ".git" / "config").write_text("[core\n", encoding="utf-8")


def without_its_objects(path: Path) -> None:
    released(path, "1.0.0")
    for folder in (path / ".git" / "objects").iterdir():
        for each in folder.iterdir():
            each.unlink()


def pointing_nowhere(path: Path) -> None:
    without_git(path)
    (path / ".git").write_text("gitdir: /nowhere/at/all\n", encoding="utf-8")


def bare(path: Path) -> None:
    released(path.with_name("source"), "1.0.0")
    path.with_name("source.git").rename(path)


def with_a_broken_configuration(path: Path) -> None:
    released(path, "1.0.0")
    (path / "tagship.toml").write_text("branch = \n", encoding="utf-8")


def with_two_remotes(path: Path) -> None:
    repo = released(path, "1.0.0")
    repo.git("remote", "rename", "origin", "one")
    repo.git("remote", "add", "two", repo.remote.as_uri())


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize(
    ("make", "exits"),
    [
        (without_git, {"gate": 2, "show": 3, "status": 2, "notes": 2}),
        (unborn, {"gate": 3, "show": 3, "status": 3, "notes": 3}),
        (without_a_project, {"gate": 3, "show": 2, "status": 2, "notes": 2}),
        (corrupt, {"gate": 2, "show": 3, "status": 2, "notes": 2}),
        (corrupt_configuration, {"gate": 2, "show": 3, "status": 2, "notes": 2}),
        (without_its_objects, {"gate": 3, "show": 3, "status": 3, "notes": 3}),
        (pointing_nowhere, {"gate": 2, "show": 3, "status": 2, "notes": 2}),
        (bare, {"gate": 2, "show": 2, "status": 2, "notes": 2}),
        (with_a_broken_configuration, {"gate": 2, "show": 2, "status": 2, "notes": 2}),
        (with_two_remotes, {"gate": 3, "show": 3, "status": 3, "notes": 3}),
    ],
)
def test_a_word_and_an_exit_code_for_everything(
    command: str,
    make: Callable[[Path], None],
    exits: dict[str, int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = tmp_path / "place"
    make(place)

    said = say(capsys, "-C", str(place), command, "--json", "--offline")

    assert said.document["schema"] in {"tagship-error/1", "tagship-facts/1", "tagship-report/1"}
    assert (said.exit, said.err) == (exits[command], "")


@pytest.mark.parametrize("command", READING)
def test_a_directory_that_is_none(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "-C", str(tmp_path / "gone"), command, "--json")

    assert (said.exit, said.document["kind"]) == (2, "usage-error")


@pytest.mark.parametrize("command", READING)
def test_without_a_remote(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "1.0.0")
    repo.tag("v1.0.0")

    said = say(capsys, "-C", str(repo.path), command, "--json", "--offline")

    assert said.exit == {"gate": 3, "show": 0, "status": 3, "notes": 0}[command]
    assert said.document["schema"] != "tagship-error/1"


LOOKING = (*((command,) for command in READING), ("tag", "--plan"))


@pytest.mark.parametrize("words", LOOKING)
def test_what_only_looks_fetches_what_a_clone_lacks_and_says_so(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    clone = repo.clone("shallow", depth=1)
    clone.tag("own", lightweight=True)
    status = clone.git("status", "--porcelain", "--branch")

    say(capsys, "-C", str(clone.path), *words, "--offline")
    is_shallow = clone.git("rev-parse", "--is-shallow-repository")
    say(capsys, "-C", str(clone.path), *words)

    assert is_shallow == "true"
    assert clone.git("rev-parse", "--is-shallow-repository") == "false"
    assert clone.git("tag").split() == ["own", "v1.0.0", "v1.1.0"]
    assert clone.git("status", "--porcelain", "--branch") == status
    assert "what this clone lacks is fetched into it first" in " ".join(say(capsys, words[0], "--help").out.split())


@pytest.mark.slow
def test_an_index_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = say(capsys, "-C", str(repo.path), "gate", "--json", "--index", NOBODY.simple)

    assert said.exit == 3
    assert {check for check, outcome in said.outcomes.items() if outcome == "unknown"} == {
        "version-is-above-index",
        "version-is-free",
    }
