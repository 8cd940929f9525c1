"""`check` in a real pre-commit hook: what is about to be committed is as good as committed, and nothing else is."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

import tagship
from repositories import Repo, new_project, release

pytestmark = pytest.mark.slow

SOURCE = Path(tagship.__file__).parents[1]
SECONDS = 60
NOTES, MORE = "docs/notes.md", "docs/more.md"


@dataclass(frozen=True)
class Hooked:
    """A repository whose hook asks whether it is ready before each commit, and where the hook puts the answer."""

    repo: Repo
    answer: Path

    def commit(self, *words: str, at: str = "") -> Mapping[str, object]:
        """What the hook said of the tree when a commit was tried, which is made if and only if that is well."""
        self.answer.unlink(missing_ok=True)
        before = self.repo.git("-C", at or ".", "rev-parse", "HEAD")
        done = subprocess.run(
            ["git", "commit", "--quiet", "--message", "Change", *words],
            cwd=self.repo.path / at,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        checks = json.loads(self.answer.read_text(encoding="utf-8"))["checks"]
        verdict: Mapping[str, object] = next(each for each in checks if each["id"] == "tree-is-clean")
        made = self.repo.git("-C", at or ".", "rev-parse", "HEAD") != before

        assert made is (done.returncode == 0) is (verdict["outcome"] == "passed"), (verdict, done.stderr)
        return verdict


def a_hook(answer: Path, *, first: str = ":", words: str = "") -> str:
    python, report = shlex.quote(sys.executable), shlex.quote(str(answer))
    return (
        f"#!/bin/sh\n{first}\nPYTHONPATH={shlex.quote(str(SOURCE))} exec {python} -P -m tagship {words} check"
        f" --fast --offline --json --only tree-is-clean > {report}\n"
    )


def write_hook(hooked: Hooked, text: str) -> None:
    path = hooked.repo.path / ".git/hooks/pre-commit"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def hooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hooked:
    """A branch with two files of words."""
    if os.name != "posix":
        pytest.skip("a hook here is a script of the shell")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    repo = new_project(tmp_path / "größe und maß")
    release(repo, "1.0.0")
    repo.branch("feature")
    repo.commit({NOTES: "Words.\n", MORE: "More words.\n"})
    made = Hooked(repo, tmp_path / "answer.json")
    write_hook(made, a_hook(made.answer))
    return made


def test_what_is_staged_is_what_the_commit_takes(hooked: Hooked) -> None:
    hooked.repo.write({NOTES: "Other words.\n", "docs/new.md": "New words.\n"})
    hooked.repo.git("add", "--all")
    verdict = hooked.commit()

    assert verdict["reason"] == "the commit under way takes the changes of docs/new.md, docs/notes.md"


def test_what_is_left_out_still_blocks(hooked: Hooked) -> None:
    hooked.repo.write({NOTES: "Other words.\n", MORE: "Still more words.\n"})
    hooked.repo.git("add", NOTES)
    verdict = hooked.commit()

    assert f"{MORE} has changes that the commit under way leaves out" in str(verdict["findings"])


def test_what_was_changed_after_it_was_staged_still_blocks(hooked: Hooked) -> None:
    hooked.repo.write({NOTES: "Other words.\n"})
    hooked.repo.git("add", NOTES)
    hooked.repo.write({NOTES: "Yet other words.\n"})
    verdict = hooked.commit()

    assert f"{NOTES} has changes" in str(verdict["findings"])


def test_a_commit_of_everything_uses_another_index(hooked: Hooked) -> None:
    hooked.repo.write({NOTES: "Other words.\n", MORE: "Still more words.\n"})
    verdict = hooked.commit("--all")

    assert verdict["reason"] == f"the commit under way takes the changes of {MORE}, {NOTES}"


def test_a_commit_of_one_file_takes_no_other(hooked: Hooked) -> None:
    hooked.repo.write({NOTES: "Other words.\n"})
    alone = hooked.commit("--", NOTES)
    hooked.repo.write({NOTES: "Yet other words.\n", MORE: "Still more words.\n"})
    hooked.repo.git("add", MORE)
    beside = hooked.commit("--", NOTES)

    assert alone["outcome"] == "passed"
    assert f"{MORE} has changes" in str(beside["findings"])


@pytest.mark.parametrize("words", [(), ("--all",)])
def test_in_a_linked_working_tree_its_own_index_counts(hooked: Hooked, words: tuple[str, ...]) -> None:
    hooked.repo.git("worktree", "add", "--quiet", "-b", "other", "../linked")
    (hooked.repo.path / "../linked" / NOTES).write_text("Other words.\n", encoding="utf-8")
    hooked.repo.write({MORE: "Not of that tree.\n"})
    hooked.repo.git("-C", "../linked", "add", "--all")
    verdict = hooked.commit(*words, at="../linked")

    assert verdict["reason"] == f"the commit under way takes the changes of {NOTES}"


def test_a_hook_that_goes_into_a_directory_is_still_one_of_this_commit(hooked: Hooked) -> None:
    write_hook(hooked, a_hook(hooked.answer, first="cd docs"))
    hooked.repo.write({NOTES: "Other words.\n"})
    hooked.repo.git("add", "--all")
    verdict = hooked.commit()

    assert verdict["outcome"] == "passed"


def test_a_hook_of_one_repository_says_nothing_about_another(hooked: Hooked, tmp_path: Path) -> None:
    other = new_project(tmp_path / "other")
    other.commit({NOTES: "Words.\n"})
    other.branch("feature")
    other.write({NOTES: "Other words.\n"})
    other.git("add", "--all")
    write_hook(hooked, a_hook(hooked.answer, words=f"-C {shlex.quote(str(other.path))}"))
    hooked.repo.write({NOTES: "Other words.\n"})
    hooked.repo.git("add", "--all")
    verdict = hooked.commit()

    assert f"{NOTES} has changes that are not committed" in str(verdict["findings"])
