"""`tagship prepare` in front of somebody who is asked which version, and whether to go on."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

import tagship
from repositories import SETTINGS, Repo, released

pytestmark = pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a terminal")

SECONDS = 60
SOURCE = str(Path(tagship.__file__).parents[1])


def converse(repo: Repo, *answers: tuple[str, str], words: tuple[str, ...] = ()) -> tuple[int, str]:
    """Type an answer whenever its question stands there; the exit code, and all that was shown."""
    here, there = pty.openpty()
    environ = {**os.environ, **SETTINGS, "PYTHONPATH": SOURCE, "TERM": "xterm-256color", "COLUMNS": "100"}
    process = subprocess.Popen(
        [sys.executable, "-m", "tagship", "-C", str(repo.path), "prepare", "--offline", *words],
        env=environ,
        stdin=there,
        stdout=there,
        stderr=there,
        start_new_session=True,
    )
    os.close(there)
    shown, waiting, deadline = "", list(answers), time.monotonic() + SECONDS
    try:
        while time.monotonic() < deadline:
            try:
                got = os.read(here, 65536)
            except OSError:  # the other side is closed
                break
            shown += got.decode()
            if waiting and shown.rstrip("\r\n").endswith(waiting[0][0]):
                os.write(here, f"{waiting.pop(0)[1]}\n".encode())
        return process.wait(SECONDS), shown
    finally:
        process.kill()
        process.wait()
        os.close(here)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.commit(
        {"CHANGELOG.md": "# Changelog\n\n## Unreleased\n\n### Added\n\n- A door.\n\n## 1.0.0\n\n- It begins.\n"}
    )
    made.push()
    return made


def test_enter_takes_what_is_proposed(repo: Repo) -> None:
    code, shown = converse(repo, ("Which? [1.1.0] ", ""), ("Go on? [y/N] ", "y"))

    assert code == 0, shown
    assert "proposed: 1.1.0" in shown
    assert '\x1b[32m+version = "1.1.0"' in shown
    assert repo.git("branch", "--show-current") == "release-1.1.0"


def test_an_answer_is_read_as_the_command_line_is(repo: Repo) -> None:
    code, shown = converse(repo, ("Which? [1.1.0] ", "major --pre rc"), ("Go on? [y/N] ", "yes"))

    assert code == 0, shown
    assert repo.git("branch", "--show-current") == "release-2.0.0rc1"


@pytest.mark.parametrize("answer", ["one", "0.9.0", "minor --wrong", "minor --pre gamma", "'"])
def test_an_answer_that_is_none(repo: Repo, answer: str) -> None:
    code, shown = converse(repo, ("Which? [1.1.0] ", answer))

    assert code == 2
    assert "Traceback" not in shown
    assert repo.git("branch", "--show-current") == "main"


@pytest.mark.parametrize("answer", ["n", "", "no", "later"])
def test_anything_but_yes_does_nothing(repo: Repo, answer: str) -> None:
    before = repo.references()

    code, shown = converse(repo, ("Go on? [y/N] ", answer), words=("minor",))

    assert code == 130
    assert "nothing was done" in shown
    assert repo.references() == before
    assert repo.git("status", "--porcelain") == ""
