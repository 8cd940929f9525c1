"""`tagship init` as a maintainer meets it: asked, shown, written; and as a job of CI asks whether all is current."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tagship
from cli.saying import say
from repositories import SETTINGS, Repo
from workflow.adopting.projects import project

RELEASE = ".github/workflows/release.yml"
SECONDS = 60
SOURCE = str(Path(tagship.__file__).parents[1])


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return project(tmp_path / "project")


def init(capsys: pytest.CaptureFixture[str], repo: Repo, *words: str) -> tuple[int, str, str]:
    said = say(capsys, "init", "-C", str(repo.path), "--offline", *words)
    return said.exit, said.out, said.err


def test_a_project_is_adopted_in_one_command(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    """Without an index nobody can make the lock files, and nothing else is missing."""
    ended, out, _ = init(capsys, repo, "--yes")

    assert ended == 5
    assert "make .tagship/release.txt, without which the workflows fail" in out
    assert "8 files written; nothing is committed" in out or "7 files written; nothing is committed" in out
    assert (repo.path / RELEASE).is_file()
    assert repo.git("status", "--porcelain", "--untracked-files=no") == " M pyproject.toml"
    before = repo.git("status", "--porcelain")
    assert init(capsys, repo, "--yes")[0] == 5
    assert repo.git("status", "--porcelain") == before


def test_where_nobody_answers_nothing_is_written(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    ended, out, err = init(capsys, repo)

    assert (ended, out) == (2, "")
    assert "init --yes" in err
    assert repo.git("status", "--porcelain") == ""


def test_a_plan_writes_nothing(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    ended, out, _ = init(capsys, repo, "--plan")

    assert ended == 5
    assert "+++ b/.github/workflows/release.yml" in out
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("form", ["json", "github", "markdown", "sarif", "junit"])
def test_every_form(capsys: pytest.CaptureFixture[str], repo: Repo, form: str) -> None:
    ended, out, _ = init(capsys, repo, "--plan", "--format", form)

    assert ended == 5
    assert RELEASE in out


def test_the_document(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    said = say(capsys, "init", "-C", str(repo.path), "--offline", "--yes", "--json", "--auth", "token")
    document = said.document

    assert document["schema"] == "tagship-init/1"
    assert (document["auth"], document["written"], document["host"]) == ("token", True, "github")
    files = {file["path"]: file["state"] for file in document["files"]}  # type: ignore[union-attr,index,call-overload]
    assert files[RELEASE] == "new"
    assert files[".tagship/release.txt"] == "lacking"


def test_the_check(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    assert init(capsys, repo, "--check")[0] == 1
    init(capsys, repo, "--yes")
    lock = f"tagship=={tagship.__version__} \\\n    --hash=sha256:{'0' * 64}\n"
    tests = f"# Made from: pytest\nx==1 \\\n    --hash=sha256:{'0' * 64}\n"
    repo.write({".tagship/release.txt": lock, ".tagship/tests.txt": tests})
    ended, out, _ = init(capsys, repo, "--check")
    assert (ended, "ready" in out) == (0, True)
    path = repo.path / RELEASE
    path.write_text(path.read_text(encoding="utf-8").replace("retention-days: 14", "retention-days: 90"))
    said = say(capsys, "init", "-C", str(repo.path), "--check", "--json")
    assert said.exit == 1
    assert said.outcomes["managed-blocks-are-untouched"] == "failed"
    assert init(capsys, repo, "--yes")[0] == 1
    assert "retention-days: 90" in path.read_text(encoding="utf-8")
    assert init(capsys, repo, "--yes", "--force")[0] == 0
    assert "retention-days: 90" not in path.read_text(encoding="utf-8")


def test_a_host_that_nothing_tells(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo = project(tmp_path / "project", remote="https://git.example.org/a/b.git")
    ended, _, err = init(capsys, repo, "--yes")

    assert ended == 2
    assert "git.example.org is not a code host" in err
    assert "--host" in err
    assert init(capsys, repo, "--yes", "--host", "none")[0] == 0


def test_a_directory_that_is_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    said = say(capsys, "init", "-C", str(tmp_path / "nowhere"))

    assert said.exit == 2
    assert "is not a directory" in said.err


def test_it_works_anywhere_below(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    said = say(capsys, "init", "-C", str(repo.path / "tests"), "--offline", "--yes")

    assert said.exit == 5
    assert (repo.path / RELEASE).is_file()


def test_pins_where_nobody_is_asked(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    ended, _, err = init(capsys, repo, "--yes", "--update-pins")

    assert ended == 5
    assert "offline: the pins are those of this tagship" in err
    assert (repo.path / ".tagship/pins.toml").is_file()


def test_it_belongs_to_one_of_the_two(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    assert init(capsys, repo, "--check", "--plan")[0] == 2


def converse(repo: Repo, *answers: tuple[str, str]) -> tuple[int, str]:
    """Type an answer whenever its question stands there; the exit code, and all that was shown."""
    here, there = pty.openpty()
    environ = {**os.environ, **SETTINGS, "PYTHONPATH": SOURCE, "TERM": "xterm-256color", "COLUMNS": "200"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tagship", "-C", str(repo.path), "init", "--offline"],
        env=environ,
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    )
    os.close(there)
    shown, waiting, deadline = b"", list(answers), time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            try:
                got = os.read(here, 65536)
            except OSError:  # the other side is closed
                break
            shown += got
            if waiting and shown.rstrip(b"\r\n").endswith(waiting[0][0].encode()):
                os.write(here, f"{waiting.pop(0)[1]}\n".encode())
        return process.wait(SECONDS), shown.decode("utf-8", "replace")
    finally:
        process.kill()
        process.wait()
        os.close(here)


needs_a_terminal = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")
AUTH, WAY, WRITE = "trusted|token [trusted] ", "in-pr|release-pr|fragments [in-pr] ", "Write this? [y/N] "


@needs_a_terminal
def test_three_questions_at_most_each_with_its_default(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", remote=None)
    host = "github|gitlab|forgejo|none "
    ended, shown = converse(repo, (host, "no idea"), (host, "github"), (AUTH, ""), (WAY, "release-pr"), (WRITE, "y"))

    assert ended == 5, shown
    assert shown.count("? ") >= 4
    assert 'bump = "release-pr"' in (repo.path / "pyproject.toml").read_text(encoding="utf-8")
    assert 'host = "github"' in (repo.path / "pyproject.toml").read_text(encoding="utf-8")


@needs_a_terminal
def test_a_project_that_is_adopted_is_asked_nothing(repo: Repo) -> None:
    ended, shown = converse(repo, (AUTH, "token"), (WAY, ""), (WRITE, "yes"))
    assert ended == 5, shown
    ended, shown = converse(repo)

    assert ended == 5, shown
    assert "nothing to write; left to make: .tagship/release.txt, .tagship/tests.txt" in shown
    assert "trusted|token" not in shown


@needs_a_terminal
def test_who_says_no_gets_nothing(repo: Repo) -> None:
    ended, shown = converse(repo, (AUTH, ""), (WAY, ""), (WRITE, "n"))

    assert ended == 130
    assert "nothing was written" in shown
    assert repo.git("status", "--porcelain") == ""


def test_a_file_in_the_place_of_a_folder_is_a_conflict(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.write({".github": ""})
    ended, _, err = init(capsys, repo, "--yes")

    assert ended == 6
    assert ".github is a file" in err
    assert repo.git("status", "--porcelain") == "?? .github"


@pytest.mark.parametrize("words", [("--environment", "a\nb"), ("--host", "forgejo", "--auth", "trusted")])
def test_options_that_cannot_work(capsys: pytest.CaptureFixture[str], repo: Repo, words: tuple[str, ...]) -> None:
    assert init(capsys, repo, "--yes", *words)[0] == 2
    assert init(capsys, repo, "--check", *words)[0] == 2
    assert repo.git("status", "--porcelain") == ""


def test_a_file_that_is_left_to_decide_on_is_named_last(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.commit({RELEASE: "on: push\n"})
    init(capsys, repo, "--yes")
    ended, out, _ = init(capsys, repo, "--yes")

    assert ended == 1
    assert "everything is as it would be generated" not in out
    assert f"nothing to write; left to decide on: {RELEASE}; left to make:" in " ".join(out.split())
