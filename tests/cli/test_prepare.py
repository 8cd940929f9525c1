"""`tagship prepare` as a maintainer runs it: what it writes, what it refuses, what it says."""

import email
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import cast

import pytest

from cli.saying import Said, at, say
from repositories import PYPROJECT_SCM, Repo, new_project, released
from tagship.rehearsal.index import StandInIndex

KEPT = """\
# Changelog

## [Unreleased]

### Added

- A door.

## [1.0.0] - 2026-01-05

- It begins.

[Unreleased]: https://example.org/compare/v1.0.0...HEAD
[1.0.0]: https://example.org/releases/v1.0.0
"""


@pytest.fixture
def index() -> Iterator[StandInIndex]:
    with StandInIndex() as running:
        yield running


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A released project with one change since."""
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"src/handmade/__init__.py": '__version__ = "1.0.0"\n'}, "Add a package")
    made.push()
    return made


def run(capsys: pytest.CaptureFixture[str], repo: Repo, *words: str) -> Said:
    return say(capsys, "-C", str(repo.path), "prepare", "--offline", *words)


def read(repo: Repo, path: str = "pyproject.toml") -> str:
    return (repo.path / path).read_text(encoding="utf-8")


def everything(repo: Repo) -> tuple[object, ...]:
    """What must not change where nothing was done."""
    files = {path: path.read_bytes() for path in repo.path.rglob("*") if path.is_file() and ".git" not in path.parts}
    return repo.references(), (repo.path / ".git/HEAD").read_bytes(), (repo.path / ".git/index").read_bytes(), files


def test_what_is_proposed_where_no_version_was_said_works_as_it_is_pasted(
    capsys: pytest.CaptureFixture[str], repo: Repo
) -> None:
    """In a pipe: without --yes the proposal ended as the command before it had."""
    said = run(capsys, repo, "--yes", "--no-branch", "--json")
    words = cast("dict[str, list[str]]", said.document["remedy"])["run"]

    assert said.exit == 2
    assert say(capsys, *words[1:]).exit == 0
    assert repo.git("symbolic-ref", "--short", "HEAD") == "main"


def test_a_branch_with_the_version_everywhere_and_one_commit(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    head = repo.git("rev-parse", "HEAD")

    said = run(capsys, repo, "minor", "--yes", "--date", "2026-03-01")

    assert said.exit == 0, said.err
    assert repo.git("branch", "--show-current") == "release-1.1.0"
    assert repo.git("rev-parse", "HEAD^") == head == repo.git("rev-parse", "main")
    assert repo.git("log", "-1", "--format=%s") == "Release 1.1.0"
    assert 'version = "1.1.0"' in read(repo)
    assert read(repo, "src/handmade/__init__.py") == '__version__ = "1.1.0"\n'
    assert repo.git("diff", "--numstat", "HEAD^", "--", "pyproject.toml").split() == ["1", "1", "pyproject.toml"]
    assert "## 1.1.0" in read(repo, "CHANGELOG.md")
    assert repo.git("status", "--porcelain") == ""
    assert f"git push --set-upstream origin release-1.1.0" in said.out  # noqa: F541 -- as it is typed


def test_a_second_time_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    run(capsys, repo, "minor", "--yes")
    before = everything(repo)

    again = run(capsys, repo, "minor", "--yes", "--json")

    assert again.exit == 0
    assert {step["state"] for step in json.loads(again.out)["steps"]} == {"done"}
    assert everything(repo) == before


def test_the_same_from_main_once_it_is_merged(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    run(capsys, repo, "minor", "--yes")
    repo.switch("main")
    repo.git("merge", "--quiet", "--ff-only", "release-1.1.0")

    again = run(capsys, repo, "minor", "--json")

    assert again.exit == 0
    assert {step["state"] for step in again.document["steps"]} == {"done"}  # type: ignore[union-attr,index,call-overload]


def test_a_plan_is_a_document_and_writes_nothing(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    before = everything(repo)

    said = run(capsys, repo, "patch", "--plan", "--json")
    shown = run(capsys, repo, "patch", "--plan")

    assert said.exit == shown.exit == 0
    steps = said.document["steps"]
    assert isinstance(steps, list)
    named = [step["name"] for step in steps if isinstance(step, dict)]
    assert named == ["version", "changelog", "locks", "commit", "branch"]
    assert '+version = "1.0.1"' in shown.out
    assert "git switch -c release-1.0.1" in shown.out
    proposal = said.document["proposal"]
    assert isinstance(proposal, dict)
    assert proposal["version"] == "1.0.1"
    assert ["git", "switch", "-c", "release-1.0.1"] in cast("list[object]", proposal["commands"])
    told = {each["path"]: each["difference"] for each in cast("list[dict[str, str]]", proposal["changes"])}
    assert '+version = "1.0.1"\n' in told["pyproject.toml"]
    printed = {line.rstrip() for line in shown.out.splitlines()}
    assert {line.rstrip() for line in "".join(told.values()).splitlines()} <= printed
    assert everything(repo) == before


def test_nobody_there_to_answer(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    before = everything(repo)

    unsaid = run(capsys, repo)
    unasked = run(capsys, repo, "minor")

    assert (unsaid.exit, unasked.exit) == (2, 2)
    assert "1.1.0rc1" in unsaid.err
    assert everything(repo) == before


def test_the_changelog_is_rolled_in_its_own_style(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.commit({"CHANGELOG.md": KEPT})
    repo.push()

    said = run(capsys, repo, "minor", "--yes", "--date", "2026-03-01")

    assert said.exit == 0, said.err
    text = read(repo, "CHANGELOG.md")
    assert "## [Unreleased]\n\n## [1.1.0] - 2026-03-01\n\n### Added\n\n- A door.\n" in text
    assert "[1.1.0]: https://example.org/" in text


def test_what_is_under_unreleased_is_what_is_proposed(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.commit({"CHANGELOG.md": KEPT})
    repo.push()

    said = run(capsys, repo)

    assert said.exit == 2
    assert "proposed: 1.1.0" in said.err
    assert "Added" in said.err


def test_where_there_is_no_changelog_one_is_begun(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("rm", "--quiet", "CHANGELOG.md")
    repo.commit(message="Drop the changelog")
    repo.push()

    said = run(capsys, repo, "patch", "--yes")

    assert said.exit == 0, said.err
    assert "Add a package" in read(repo, "CHANGELOG.md")
    assert repo.git("status", "--porcelain") == ""


def test_a_project_that_keeps_no_changelog_is_not_given_one(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("rm", "--quiet", "CHANGELOG.md")
    exempt = '\n[tool.tagship.exempt]\nchangelog-has-version = "told elsewhere"\n'
    repo.commit({"pyproject.toml": read(repo) + exempt})
    repo.push()

    assert run(capsys, repo, "patch", "--yes").exit == 0
    assert not (repo.path / "CHANGELOG.md").exists()


def test_the_message_is_the_projects_own(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.commit({"pyproject.toml": read(repo) + '\n[tool.tagship]\nmessage = "chore: release {version}"\n'})
    repo.push()

    assert run(capsys, repo, "patch", "--yes").exit == 0
    assert repo.git("log", "-1", "--format=%s") == "chore: release 1.0.1"


def test_the_message_may_name_the_project(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    """And a commit that says so is no news in a later draft."""
    repo.commit({"pyproject.toml": read(repo) + '\n[tool.tagship]\nmessage = "{name}: {version} is out"\n'})
    repo.push()

    assert run(capsys, repo, "minor", "--yes", "--no-branch").exit == 0

    assert repo.git("log", "-1", "--format=%s") == "handmade: 1.1.0 is out"
    repo.commit({"a.py": ""}, "Add a module")
    assert run(capsys, repo, "major", "--yes", "--no-branch").exit == 0
    assert "- Add a module\n" in read(repo, "CHANGELOG.md")
    assert "is out" not in read(repo, "CHANGELOG.md")


def test_on_a_branch_it_works_there(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.branch("feature")

    said = run(capsys, repo, "minor", "--pre", "a", "--yes")

    assert said.exit == 0, said.err
    assert repo.git("branch", "--show-current") == "feature"
    assert 'version = "1.1.0a1"' in read(repo)


def test_on_main_itself_where_that_is_wanted(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    said = run(capsys, repo, "minor", "--no-branch", "--yes")

    assert said.exit == 0, said.err
    assert repo.git("branch", "--show-current") == "main"
    assert repo.git("log", "-1", "--format=%s") == "Release 1.1.0"


def test_a_dirty_tree(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.write({"CHANGELOG.md": "# Changelog\n\nMore.\n"})
    before = everything(repo)

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 6
    assert "not clean: CHANGELOG.md" in said.err
    assert everything(repo) == before


def test_an_untracked_file_stays_out(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.write({"scribble.txt": "x"})

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 0
    assert "scribble.txt is not tracked" in said.out
    assert repo.git("status", "--porcelain") == "?? scribble.txt"


def test_a_detached_head(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("checkout", "--quiet", "--detach")

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 6
    assert "git switch main" in said.err or f"git -C {repo.path} switch main" in said.err


def test_a_detached_head_where_main_is_checked_out_elsewhere(
    capsys: pytest.CaptureFixture[str], repo: Repo, tmp_path: Path
) -> None:
    repo.git("branch", "my-change")
    linked = Repo(tmp_path / "linked")
    repo.git("worktree", "add", "--quiet", "--detach", str(linked.path))

    said = run(capsys, linked, "minor")

    assert said.exit == 6
    assert "switch -c my-change-2" in said.err
    linked.git("switch", "--quiet", "-c", "my-change-2")
    assert run(capsys, linked, "minor", "--yes").exit == 0


@pytest.mark.parametrize("operation", ["rebase", "merge"])
def test_in_the_middle_of_something(capsys: pytest.CaptureFixture[str], repo: Repo, operation: str) -> None:
    repo.branch("side", "HEAD^")
    repo.commit({"src/handmade/__init__.py": "two = 2\n"})
    with pytest.raises(AssertionError):
        repo.git(operation, "main")

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 6
    assert f"in the middle of a {operation}" in said.err
    assert "resolve what conflicts, `git add` it, and go on with" in said.err


def test_main_behind_its_remote(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("reset", "--quiet", "--hard", "HEAD^")

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 6
    assert "pull --ff-only origin main" in said.err


def test_main_behind_a_remote_that_went_on(capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex) -> None:
    """Nothing of it was fetched: the remote is asked, unless --offline says that it is not."""
    other = repo.clone("other")
    other.commit({"theirs.py": ""}, "Go on")
    other.push("main")
    before = everything(repo)

    said = say(capsys, "-C", str(repo.path), "prepare", "minor", "--yes", *at(index))

    assert said.exit == 6
    assert "main lacks commits that main on origin (" in said.err
    assert "pull --ff-only origin main" in said.err
    assert everything(repo) == before
    offline = run(capsys, repo, "minor", "--yes")
    assert offline.exit == 0
    assert "note: --offline: main's tip and the tags are those of the last fetch, " in offline.out


def test_a_version_that_only_the_remote_has_a_tag_of(
    capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex
) -> None:
    other = repo.clone("other")
    other.branch("apart")
    other.commit({"theirs.py": ""}, "Release elsewhere")
    other.git("push", "--quiet", "origin", other.tag("v1.1.0"))
    before = everything(repo)

    named = say(capsys, "-C", str(repo.path), "prepare", "1.1.0", "--yes", *at(index))

    assert named.exit == 2
    assert "1.1.0 is taken: v1.1.0 is on origin, and not here" in named.err
    assert "fetch --tags origin" in named.err
    assert everything(repo) == before
    minor = say(capsys, "-C", str(repo.path), "prepare", "minor", "--yes", *at(index))
    assert minor.exit == 0, minor.err
    assert 'version = "1.2.0"' in read(repo)
    assert "v1.1.0 is on origin and not here" in " ".join(minor.out.split())


@pytest.mark.parametrize("form", ["terminal", "json"])
def test_a_remote_that_cannot_be_asked(
    capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex, form: str
) -> None:
    """Preparing is work on this machine: it goes on, and says what was not seen."""
    repo.git("remote", "set-url", "origin", str(repo.remote.with_name("nowhere.git")))

    said = say(capsys, "-C", str(repo.path), "--format", form, "prepare", "minor", "--yes", *at(index))

    assert said.exit == 0, said.err
    assert "the remote origin gives no answer: " in said.err
    assert repo.git("branch", "--show-current") == "release-1.1.0"
    if form == "json":
        assert said.document["schema"] == "tagship-plan/1"
    else:
        assert "origin could not be asked, and what others brought there is not seen" in " ".join(said.out.split())


def test_a_branch_that_is_there(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("branch", "release-1.1.0")
    before = everything(repo)

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 6
    assert "there is a branch release-1.1.0" in said.err
    assert everything(repo) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("1.0.0",), "is taken"),
        (("0.9.0",), "goes backwards"),
        (("1.1.0+local",), "local version"),
        (("one",), "PEP 440"),
        (("1.1.0-SNAPSHOT",), "PEP 440"),
        (("1.1.0-1",), "a pre-release to SemVer but the post-release 1.1.0.post1 to PEP 440"),
        (("v1.1.0-post.1",), "name 1.1.0.post1 for the post-release"),
        (("2.1.3",), "more than one step"),
        (("--pre", "a"), "of which release"),
        (("patch", "--post"), "two kinds"),
    ],
)
def test_versions_that_cannot_come_next(
    capsys: pytest.CaptureFixture[str], repo: Repo, words: tuple[str, ...], told: str
) -> None:
    before = everything(repo)

    said = run(capsys, repo, *words, "--yes")

    assert said.exit == 2
    assert told in said.err
    assert everything(repo) == before


@pytest.mark.parametrize(("said", "meant"), [("1.1.0-rc.1", "1.1.0rc1"), ("v1.1.0", "1.1.0"), ("1.01.0", "1.1.0")])
def test_a_spelling_that_says_the_same_is_taken_and_told(
    capsys: pytest.CaptureFixture[str], repo: Repo, said: str, meant: str
) -> None:
    answer = run(capsys, repo, said, "--yes")

    assert answer.exit == 0
    assert f"'{said}' is {meant} in its canonical spelling" in answer.err
    assert f'version = "{meant}"' in read(repo)


def test_a_version_that_only_a_tag_has(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.tag("v1.0.1")

    assert "is taken" in run(capsys, repo, "1.0.1", "--yes").err
    assert run(capsys, repo, "patch", "--yes").exit == 0
    assert 'version = "1.0.2"' in read(repo)


def test_a_version_that_only_the_index_has(capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex) -> None:
    from cli.saying import publish  # noqa: PLC0415 -- what it makes is wanted here alone

    publish(index, repo, "1.1.0")
    config = f'\n[tool.tagship]\nindex = {{simple = "{index.endpoints.simple}", upload = "{index.endpoints.upload}"}}\n'
    repo.commit({"pyproject.toml": read(repo) + config})
    repo.push()

    said = say(capsys, "-C", str(repo.path), "prepare", "minor", "--yes")

    assert said.exit == 0, said.err
    assert 'version = "1.2.0"' in read(repo)


def test_a_jump_that_is_meant(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    assert run(capsys, repo, "2.1.3", "--confirm-jump", "--yes").exit == 0
    assert 'version = "2.1.3"' in read(repo)


def test_nothing_to_release_is_told_and_done(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")

    said = run(capsys, repo, "patch", "--yes")

    assert said.exit == 0
    assert "no commit since v1.0.0" in said.out


def test_a_tag_that_is_the_version(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    repo.commit({"CHANGELOG.md": "# Changelog\n\n## 1.0.0\n\n- It begins.\n", "CITATION.cff": "version: 1.0.0\n"})
    repo.tag("v1.0.0")
    repo.commit({"a.py": ""}, "Add a module")
    repo.push()

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 0, said.err
    assert "the tag is the version" in said.out
    assert read(repo, "CITATION.cff") == "version: 1.1.0\n"
    assert "## 1.1.0" in read(repo, "CHANGELOG.md")


def test_a_hook_that_refuses_leaves_everything(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho not today >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    before = everything(repo)

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 1
    assert "not today" in said.err
    assert everything(repo) == before


def test_a_hook_that_mends_files_is_given_a_second_chance(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        "#!/bin/sh\ngrep -q mended CHANGELOG.md && exit 0\necho mended >> CHANGELOG.md\nexit 1\n", encoding="utf-8"
    )
    hook.chmod(0o755)

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 0, said.err
    assert "a hook changed CHANGELOG.md" in said.out
    assert repo.git("show", "HEAD:CHANGELOG.md").endswith("mended")


@pytest.mark.parametrize("passes_at_once", [True, False])
def test_a_hook_that_takes_the_version_back_leaves_everything(
    capsys: pytest.CaptureFixture[str], repo: Repo, *, passes_at_once: bool
) -> None:
    """The commit passed without the version, and prepare said that all was done."""
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    back = "sed -i 's/^version = .*/version = \"1.0.0\"/' pyproject.toml && git add pyproject.toml"
    once = "exit 0" if passes_at_once else "test -e .git/asked || { touch .git/asked; exit 1; }"
    hook.write_text(f"#!/bin/sh\n{back}\n{once}\n", encoding="utf-8")
    hook.chmod(0o755)
    before = everything(repo)

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit == 1, said.err
    assert "a hook changed pyproject.toml:" in said.err
    assert "with 1.0.0 in place of 1.1.0: nothing was done here" in said.err
    assert everything(repo) == before


def test_a_hook_that_only_touches_other_files_is_let_be(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    hook = repo.path / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho more >> CHANGELOG.md && git add CHANGELOG.md\n", encoding="utf-8")
    hook.chmod(0o755)

    assert run(capsys, repo, "minor", "--yes").exit == 0
    assert repo.git("show", "HEAD:CHANGELOG.md").endswith("more")


def test_the_commit_is_made_as_git_is_set_to(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    repo.git("config", "user.name", "Somebody Else")
    repo.git("config", "commit.template", "none")
    message = repo.path / ".git/hooks/prepare-commit-msg"
    message.parent.mkdir(exist_ok=True)
    message.write_text("#!/bin/sh\necho 'Reviewed-by: nobody' >> \"$1\"\n", encoding="utf-8")
    message.chmod(0o755)

    assert run(capsys, repo, "minor", "--yes").exit == 0
    assert "Reviewed-by: nobody" in repo.git("log", "-1", "--format=%B")


def test_below_a_subdirectory(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    files = {
        f"packages/other/{name}": read(repo, name).replace("handmade", "other")
        for name in ("pyproject.toml", "CHANGELOG.md")
    }
    repo.commit(files)
    repo.push()

    said = say(capsys, "-C", str(repo.path / "packages/other"), "prepare", "--offline", "minor", "--yes")

    assert said.exit == 0, said.err
    assert repo.git("branch", "--show-current") == "release-other-1.1.0"
    assert 'version = "1.1.0"' in read(repo, "packages/other/pyproject.toml")
    assert 'version = "1.0.0"' in read(repo)


@pytest.mark.parametrize("form", ["github", "markdown", "sarif", "junit"])
def test_a_plan_in_every_other_form(capsys: pytest.CaptureFixture[str], repo: Repo, form: str) -> None:
    said = run(capsys, repo, "minor", "--plan", "--format", form)

    assert said.exit == 0, said.err
    assert "write 1.1.0 into every file" in said.out


def test_where_there_is_no_commit_yet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")

    said = run(capsys, repo, "minor", "--yes")

    assert said.exit in {2, 3}
    assert "Traceback" not in said.err


def test_where_there_is_no_repository(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1.0.0"\n', encoding="utf-8")

    assert say(capsys, "-C", str(tmp_path), "prepare", "--offline", "minor", "--yes").exit == 2


def test_a_first_release_is_what_the_files_say(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": read(repo).replace('"0"', '"0.1.0"')}, "Begin")

    proposed = run(capsys, repo)
    said = run(capsys, repo, "0.1.0", "--yes", "--no-branch")

    assert "proposed: 0.1.0" in proposed.err
    assert said.exit == 0, said.err
    assert "## 0.1.0" in read(repo, "CHANGELOG.md")
    assert run(capsys, repo, "0.1.0", "--yes", "--no-branch").exit == 0
    assert repo.git("rev-list", "--count", "HEAD") == "2"


class TestBadInput:
    def test_a_changelog_of_two_megabytes(self, capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
        sections = "".join(f"## 0.{number}.0\n\n- {'A change. ' * 40}\n\n" for number in range(5000, 0, -1))
        repo.commit({"CHANGELOG.md": f"# Changelog\n\n## Unreleased\n\n- A door opens.\n\n{sections}"})
        repo.push()

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 0, said.err
        assert repo.git("diff", "--numstat", "HEAD^", "--", "CHANGELOG.md").split()[:2] == ["2", "0"]

    def test_a_changelog_that_is_no_text(self, capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
        repo.commit({"CHANGELOG.md": bytes(range(256))})
        repo.push()
        before = everything(repo)

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 3
        assert "CHANGELOG.md is not UTF-8" in said.err
        assert everything(repo) == before

    def test_a_changelog_with_mixed_ends_of_lines(self, capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
        old = b"## 1.0.0\r\n\r\n- It begins.\r\n- And\n- goes on.\r\n"
        repo.commit({"CHANGELOG.md": b"# Changelog\r\n\r\n## Unreleased\r\n\r\n- A door opens.\r\n\r\n" + old})
        repo.push()

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 0, said.err
        text = (repo.path / "CHANGELOG.md").read_bytes()
        assert text.endswith(old)
        assert b"## 1.1.0" in text

    def test_a_changelog_that_is_a_link_out_of_the_tree(
        self, capsys: pytest.CaptureFixture[str], repo: Repo, tmp_path: Path
    ) -> None:
        outside = tmp_path / "outside.md"
        outside.write_text("# Changelog\n", encoding="utf-8")
        (repo.path / "CHANGELOG.md").unlink()
        (repo.path / "CHANGELOG.md").symlink_to(outside)
        repo.commit()
        repo.push()
        before = everything(repo)

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 3
        assert "CHANGELOG.md is a link that leads out of the repository" in said.err
        assert outside.read_text(encoding="utf-8") == "# Changelog\n"
        assert everything(repo) == before

    def test_a_changelog_that_is_a_link_within_the_tree(self, capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
        repo.write({"docs/changes.md": read(repo, "CHANGELOG.md")})
        (repo.path / "CHANGELOG.md").unlink()
        (repo.path / "CHANGELOG.md").symlink_to("docs/changes.md")
        repo.commit()
        repo.push()

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 0, said.err
        assert (repo.path / "CHANGELOG.md").is_symlink()
        assert "## 1.1.0" in read(repo, "docs/changes.md")

    @pytest.mark.parametrize(
        "text",
        [
            '# "1.0.0" it is\n[project] # version = "1.0.0"\nname = "handmade"\nversion = "1.0.0" # not "1.0.0"\n',
            'project = { name = "handmade", version = "1.0.0" } # 1.0.0\n',
            '[project]\nname = "handmade"\nversion = "1.0.0"\n[tool.other]\nversion = "1.0.0"\n',
            "[project]\r\nname = 'handmade'\r\nversion = '1.0.0'\r\n",
        ],
    )
    def test_a_pyproject_in_which_the_version_stands_about(
        self, capsys: pytest.CaptureFixture[str], repo: Repo, text: str
    ) -> None:
        repo.commit({"pyproject.toml": text})
        repo.push()

        said = run(capsys, repo, "minor", "--yes")

        assert said.exit == 0, said.err
        changed = (repo.path / "pyproject.toml").read_bytes().decode()
        assert changed.replace("1.1.0", "1.0.0") == text
        assert changed.count("1.1.0") == 1

    def test_a_pyproject_that_is_no_toml(self, capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
        repo.commit({"pyproject.toml": "[project\n"})

        assert run(capsys, repo, "minor", "--yes").exit == 2


def gate(capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex, tag: str) -> Said:
    return say(capsys, "-C", str(repo.path), "gate", tag, "--json", *at(index))


CYCLE = [
    (("minor", "--pre", "a"), "1.1.0a1"),
    (("--pre", "a"), "1.1.0a2"),
    (("--pre", "b"), "1.1.0b1"),
    (("--pre", "rc"), "1.1.0rc1"),
    (("patch",), "1.1.0"),
    (("--post",), "1.1.0.post1"),
    (("major",), "2.0.0"),
]


def test_a_whole_cycle_each_step_tagged_and_ready(
    capsys: pytest.CaptureFixture[str], repo: Repo, index: StandInIndex
) -> None:
    for words, version in CYCLE:
        repo.commit({"src/handmade/more.py": f"# {version}\n"}, f"Work on {version}")
        repo.push()
        said = run(capsys, repo, *words, "--yes", "--date", f"{repo.now.date()}")
        assert said.exit == 0, said.err
        repo.switch("main")
        repo.git("merge", "--quiet", "--no-ff", "-m", f"Merge {version}", f"release-{version}")
        repo.hours = int((datetime.now(tz=repo.now.tzinfo) - repo.now).total_seconds() // 3600) + repo.hours + 1
        repo.tag(f"v{version}")
        repo.push()

        ready = gate(capsys, repo, index, f"v{version}")

        assert (ready.exit, ready.document["verdict"]) == (0, "ready"), (version, ready.out)


@pytest.mark.slow
def test_what_is_built_carries_the_version(capsys: pytest.CaptureFixture[str], repo: Repo, tmp_path: Path) -> None:
    run(capsys, repo, "minor", "--pre", "rc", "--yes")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")],
        cwd=repo.path,
        check=True,
        capture_output=True,
        timeout=120,
    )

    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as wheel:
        name = next(name for name in wheel.namelist() if name.endswith("METADATA"))
        metadata = email.message_from_bytes(wheel.read(name))

    assert metadata["Version"] == "1.1.0rc1"


@pytest.mark.parametrize(("part", "day"), [("minor", "2131-01-01"), ("patch", "2020-01-01")])
def test_a_day_that_the_check_would_block_is_refused(
    capsys: pytest.CaptureFixture[str], repo: Repo, part: str, day: str
) -> None:
    repo.commit({"CHANGELOG.md": KEPT})
    repo.push()
    before = everything(repo)

    said = run(capsys, repo, part, "--yes", "--date", day)

    assert said.exit == 2
    assert f"--date {day} cannot be the day of the release" in said.err
    assert "changelog-date-is-right" in said.err
    assert everything(repo) == before


def test_who_is_exempt_from_that_check_may_name_any_day(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    exempt = '\n[tool.tagship.exempt]\nchangelog-date-is-right = "planned ahead"\n'
    repo.commit({"CHANGELOG.md": KEPT, "pyproject.toml": read(repo) + exempt})
    repo.push()

    assert run(capsys, repo, "minor", "--yes", "--date", "2131-01-01").exit == 0


def test_a_day_that_no_heading_takes_is_no_matter(capsys: pytest.CaptureFixture[str], repo: Repo) -> None:
    undated = "# Changelog\n\n## Unreleased\n\n- A door.\n\n## 1.0.0\n\n- It begins.\n"
    repo.commit({"CHANGELOG.md": undated})
    repo.push()

    assert run(capsys, repo, "minor", "--plan", "--date", "2131-01-01").exit == 0
