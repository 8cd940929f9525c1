"""`check` on real repositories, as its maintainer runs it, without asking anybody."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import tagship
from cli.saying import Said, say
from repositories import (
    PYPROJECT,
    PYPROJECT_SCM,
    Repo,
    add_section,
    new_project,
    prepare,
    release,
    set_version,
)

SOURCE = Path(tagship.__file__).parents[1]
MODULE = "src/handmade/__init__.py"
CODE = {MODULE: "GREETING = 'hello'\n"}
WITHOUT_BUILD = ("--skip", "project-builds", "--skip", "distributions-are-valid")
SLOW = ["bump-fits-the-api", "tests-pass", "project-builds", "distributions-are-valid"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A feature branch right after release 1.1.0, in which nothing has happened yet."""
    repo = new_project(tmp_path / "größe und maß")
    repo.write(CODE)
    release(repo, "1.0.0")
    release(repo, "1.1.0")
    repo.branch("feature")
    return repo


def ask(capsys: pytest.CaptureFixture[str], repo: Repo, *words: str, inside: str = "") -> Said:
    return say(capsys, "-C", str(repo.path / inside), "check", "--json", "--fast", "--offline", *words)


def failed(said: Said) -> list[str]:
    return [check for check, outcome in said.outcomes.items() if outcome == "failed"]


def told(said: Said, name: str) -> dict[str, Any]:
    checks: list[dict[str, Any]] = json.loads(said.out)["checks"]
    return next(check for check in checks if check["id"] == name)


def configure(repo: Repo, lines: str) -> None:
    repo.write({"tagship.toml": lines})


def bump(repo: Repo, version: str = "1.2.0") -> None:
    repo.write({MODULE: "GREETING = 'good morning'\n"})
    prepare(repo, version)


# -- what a branch is for -----------------------------------------------------------------------------------------


def test_a_branch_that_brings_its_version_is_ready(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)

    said = ask(capsys, repo)

    assert (said.exit, said.document["verdict"], failed(said)) == (0, "ready", [])
    assert [said.document[key] for key in ("command", "project", "version", "tag")] == [
        "check",
        "handmade",
        "1.2.0",
        "v1.2.0",
    ]
    assert said.document["commit"] == repo.git("rev-parse", "HEAD")


def test_words_alone_ship_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Failure 20: every pull request was red after a tag."""
    repo.commit({"docs/index.md": "Words.\n", "README.md": "More words.\n"})

    said = ask(capsys, repo)

    assert (said.exit, failed(said), said.document["tag"]) == (0, [], None)
    assert "the branch ships nothing" in str(told(said, "version-is-bumped")["reason"])
    assert "the branch ships nothing" in str(told(said, "entry-is-written")["reason"])


def test_nothing_at_all_ships_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    assert (ask(capsys, repo).exit, failed(ask(capsys, repo))) == (0, [])


def test_patterns_of_the_projects_own_ship_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({"tagship.toml": 'ships-nothing = ["notebooks/*"]\n'})
    repo.switch("main")
    repo.git("merge", "--quiet", "feature")
    repo.push()
    repo.branch("other")
    repo.commit({"notebooks/try.py": "print()\n"})

    assert failed(ask(capsys, repo)) == []


def test_a_bot_that_keeps_requirements_fresh_ships_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.write({"requirements.txt": "packaging==26.0\n"})
    repo.git("add", "--all")
    bot = {
        "GIT_AUTHOR_NAME": "dependabot[bot]",
        "GIT_AUTHOR_EMAIL": "49699333+dependabot[bot]@users.noreply.github.com",
    }
    repo.git("commit", "--quiet", "-m", "Bump packaging", **bot)

    assert (ask(capsys, repo).exit, failed(ask(capsys, repo))) == (0, [])


def test_code_alone_is_blocked_with_all_that_it_lacks(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({MODULE: "GREETING = 'good morning'\n"})

    said = ask(capsys, repo)

    assert (said.exit, failed(said)) == (1, ["version-is-bumped", "entry-is-written"])
    assert "prepare patch" in say(capsys, "-C", str(repo.path), "check", "--fast", "--offline").out
    assert "- Describe the change" in str(told(said, "entry-is-written")["findings"])


def test_a_section_that_is_missing_is_told_with_the_lines_to_paste(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write({MODULE: "GREETING = 'good morning'\n"})
    set_version(repo, "1.2.0")
    repo.commit()

    said = ask(capsys, repo)

    assert failed(said) == ["changelog-has-version"]
    (finding,) = told(said, "changelog-has-version")["findings"]
    assert "'## 1.2.0" in str(finding)
    line, path = int(finding["where"]["line"]), repo.path / "CHANGELOG.md"
    lines = path.read_text(encoding="utf-8").split("\n")
    path.write_text(
        "\n".join([*lines[: line - 1], "## 1.2.0", "", "- Told.", "", *lines[line - 1 :]]), encoding="utf-8"
    )
    repo.commit()
    assert failed(ask(capsys, repo)) == []


def test_notes_that_wait_under_unreleased_are_rolled_by_a_command(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write({MODULE: "GREETING = 'good morning'\n"})
    set_version(repo, "1.2.0")
    add_section(repo, "Unreleased")
    repo.commit()

    (finding,) = told(ask(capsys, repo), "changelog-has-version")["findings"]

    assert finding["remedy"] == {"run": ["tagship", "-C", str(repo.path), "prepare", "1.2.0"]}


@pytest.mark.parametrize(
    ("changelog", "is_released", "owed"),
    [
        ("# Changelog\n\n## 1.0.0\n\n- All.\n", True, ["version-is-bumped", "entry-is-written"]),
        ("# Changelog\n\n## 1.0.0\n\n- All.\n", False, []),
        ("# Changelog\n\n## Unreleased\n\n## 1.0.0\n\n- All.\n", True, ["entry-is-written"]),
        (None, True, ["version-is-bumped"]),
    ],
)
def test_what_a_branch_owes_that_does_not_raise_the_version_where_nothing_is_configured(
    changelog: str | None, *, is_released: bool, owed: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the reference of `bump` tells it."""
    repo = new_project(tmp_path / "project")
    repo.write(CODE)
    set_version(repo, "1.0.0")
    (repo.path / "CHANGELOG.md").unlink()
    repo.commit({} if changelog is None else {"CHANGELOG.md": changelog})
    if is_released:
        repo.tag("v1.0.0")
    repo.push()
    repo.branch("feature")
    repo.commit({MODULE: "GREETING = 'good morning'\n"})

    assert [each for each in failed(ask(capsys, repo)) if each in {"version-is-bumped", "entry-is-written"}] == owed


def test_where_a_release_branch_bumps_a_feature_does_not(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.switch("main")
    add_section(repo, "Unreleased", "- Earlier.")
    repo.commit()
    repo.push()
    repo.branch("other")
    repo.write({MODULE: "GREETING = 'good morning'\n"})
    repo.commit()
    assert failed(ask(capsys, repo)) == ["entry-is-written"]

    text = (repo.path / "CHANGELOG.md").read_text(encoding="utf-8")
    repo.commit({"CHANGELOG.md": text.replace("- Earlier.", "- Earlier.\n- Another greeting.")})
    said = ask(capsys, repo)

    assert (said.exit, failed(said)) == (0, [])
    assert "release branch" in str(told(said, "version-is-bumped")["reason"])


def test_a_release_branch_is_held_to_everything(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    configure(repo, 'bump = "release-pr"\n')
    set_version(repo, "4.1.5")
    repo.commit()

    assert {"version-is-one-step-up", "changelog-has-version"} <= set(failed(ask(capsys, repo)))


def test_where_news_is_kept_in_fragments(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    towncrier = '\n[tool.towncrier]\ndirectory = "news"\nfilename = "CHANGELOG.md"\n'
    repo.switch("main")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0") + towncrier, "news/.gitignore": "!.gitignore\n"})
    repo.push()
    repo.branch("other")
    repo.commit({MODULE: "GREETING = 'good morning'\n"})
    assert failed(ask(capsys, repo)) == ["entry-is-written"]

    repo.commit({"news/7.feature.md": "Another greeting.\n"})

    assert failed(ask(capsys, repo)) == []


def test_where_the_tag_is_the_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    repo.write({"CITATION.cff": "cff-version: 1.2.0\nversion: 1.0.0\n"})
    add_section(repo, "1.0.0")
    repo.commit(CODE)
    repo.tag("v1.0.0")
    repo.push()
    repo.branch("feature")
    add_section(repo, "Unreleased", "- Another greeting.")
    repo.commit({MODULE: "GREETING = 'good morning'\n"})

    said = ask(capsys, repo)

    assert (said.exit, failed(said), said.document["tag"]) == (0, [], None)


def test_two_that_roll_the_same_section_where_the_tag_is_the_version(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    add_section(repo, "1.0.0")
    repo.commit(CODE)
    repo.tag("v1.0.0")
    repo.push()
    for name in ("release-one", "release-two"):
        repo.branch(name, "main")
        add_section(repo, "1.1.0", "- Another greeting.")
        repo.commit()

    said = ask(capsys, repo)

    assert (said.exit, failed(said), said.document["tag"]) == (0, ["version-is-not-claimed"], "v1.1.0")
    assert "release-one is to become 1.1.0 as well" in said.out


def test_before_the_first_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "0.1.0")
    repo.branch("feature")
    add_section(repo, "Unreleased", "- A greeting.")
    repo.commit(CODE)

    said = ask(capsys, repo)

    assert (said.exit, failed(said)) == (0, [])
    assert "will be the first" in str(told(said, "version-is-bumped")["reason"])


def test_a_jump_is_a_slip_until_it_is_confirmed(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Failure 25."""
    bump(repo, "2.7.9")

    assert failed(ask(capsys, repo)) == ["version-is-one-step-up"]
    assert ask(capsys, repo, "--confirm-jump").exit == 0


# -- wherever it is run -------------------------------------------------------------------------------------------


def test_main_itself(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.switch("main")

    assert failed(ask(capsys, repo)) == ["branch-is-not-main"]


def test_the_branch_that_is_proposed_is_a_free_one(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """`my-change` is here, `my-change-2` on the remote alone, and git makes no `my-change-3` beside `my-change-3/x`."""
    repo.git("branch", "my-change")
    repo.git("push", "--quiet", "origin", "HEAD:refs/heads/my-change-2")
    repo.git("branch", "my-change-3/first")
    repo.switch("main")

    (finding,) = told(ask(capsys, repo), "branch-is-not-main")["findings"]
    argv = finding["remedy"]["run"]
    subprocess.run(argv, check=True, capture_output=True)

    assert repo.git("branch", "--show-current") == "my-change-4"
    assert failed(ask(capsys, repo)) == []


def test_a_detached_head(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.git("checkout", "--quiet", "--detach")

    assert failed(ask(capsys, repo)) == []


def test_a_shallow_clone_is_unknown_and_stays_shallow(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.push()
    clone = repo.clone("shallow", depth=1)
    clone.branch("mine")

    said = ask(capsys, clone)

    assert (said.exit, said.document["verdict"]) == (3, "unknown")
    assert "--unshallow" in said.out
    assert clone.git("rev-parse", "--is-shallow-repository") == "true"


def test_no_remote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "1.0.0")
    repo.tag("v1.0.0")
    repo.branch("feature")
    repo.write(CODE)
    prepare(repo, "1.1.0")

    assert failed(say_online(capsys, repo)) == []


def say_online(capsys: pytest.CaptureFixture[str], repo: Repo) -> Said:
    """What needs the index is left out one by one, so that the remote is asked."""
    skipped = [word for name in ("version-is-above-index", "version-is-free") for word in ("--skip", name)]
    return say(capsys, "-C", str(repo.path), "check", "--json", "--fast", *skipped)


def test_the_remote_is_asked_and_nothing_is_fetched(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    other = repo.clone("other")
    other.commit({"docs/more.md": "Words.\n"})
    other.push("main")
    before = repo.references()

    said = say_online(capsys, repo)

    assert (said.exit, failed(said)) == (0, ["main-is-fetched"])
    assert repo.references() == before


def test_a_remote_that_gives_no_answer_is_unknown_where_it_matters(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    bump(repo)
    repo.git("remote", "set-url", "origin", str(repo.path / "nowhere"))

    assert say_online(capsys, repo).outcomes["main-is-fetched"] == "unknown"


def test_no_changelog(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.0")})
    repo.tag("v1.0.0")
    repo.push()
    repo.branch("feature")
    repo.commit({**CODE, "pyproject.toml": PYPROJECT.format(version="1.1.0")})

    assert failed(ask(capsys, repo)) == ["changelog-has-version"]


def test_a_project_in_a_subdirectory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repo = Repo.new(tmp_path / "project")
    inside = "packages/größe eins"
    changelog = "# Changelog\n\n## {0}\n\n- Words.\n"
    repo.commit(
        {
            f"{inside}/pyproject.toml": PYPROJECT.format(version="1.0.0"),
            f"{inside}/CHANGELOG.md": changelog.format("1.0.0"),
        }
    )
    repo.tag("v1.0.0")
    repo.push()
    repo.branch("feature")
    repo.commit({"elsewhere/code.py": "X = 1\n"})
    assert failed(ask(capsys, repo, inside=inside)) == []

    repo.commit({f"{inside}/src/handmade/__init__.py": "__version__ = '1.0.0'\n"})
    repo.write({f"{inside}/pyproject.toml": PYPROJECT.format(version="1.1.0")})
    repo.commit()
    said = ask(capsys, repo, inside=inside)

    assert {"version-files-agree", "changelog-has-version"} <= set(failed(said))
    for finding in told(said, "version-files-agree")["findings"]:
        assert repo.git("show", f"HEAD:{finding['where']['path']}")


def test_a_linked_worktree_and_a_path_with_a_line_break(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    linked = Repo(repo.path.with_name("linked"))
    repo.git("worktree", "add", "--quiet", "-b", "beside", str(linked.path))
    linked.write({"src/handmade/a\nb.py": "X = 1\n"})

    said = ask(capsys, linked)

    assert failed(said) == ["untracked-files-stay-out"]
    assert told(said, "untracked-files-stay-out")["findings"][0]["where"]["path"] == "src/handmade/a\nb.py"


def test_no_repository_and_no_commit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bare").mkdir()
    assert say(capsys, "-C", str(tmp_path / "bare"), "check", "--json", "--offline").exit == 2

    repo = new_project(tmp_path / "project", remote=False)
    assert ask(capsys, repo).exit in {1, 3}


# -- what is asked, and what is not -------------------------------------------------------------------------------


@pytest.mark.parametrize("own_file", ["", 'tag = "v{version}"\n'])
@pytest.mark.parametrize(
    ("right", "wrong", "place", "todo"),
    [
        ('version = "1.1.0"', "version = 3", "pyproject.toml:7:1", "correct project.version in pyproject.toml"),
        ('version = "1.1.0"', 'version = "soon"', "pyproject.toml:7", "spell the version as in 1.2.3"),
        ('name = "handmade"', 'name = handmade"', "pyproject.toml:6:8", "correct pyproject.toml:6:8"),
        ('name = "handmade"', "", "pyproject.toml:5:2", 'add name = "…" under [project] in pyproject.toml'),
    ],
)
def test_a_broken_project_file_is_no_question_left_open(
    right: str, wrong: str, place: str, todo: str, own_file: str, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same as of every other command, wherever the configuration is."""
    text = (repo.path / "pyproject.toml").read_text()
    assert right in text
    repo.commit({"pyproject.toml": text.replace(right, wrong), **({"tagship.toml": own_file} if own_file else {})})

    said = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline")
    other = say(capsys, "-C", str(repo.path), "gate", "--offline")

    assert (said.exit, other.exit) == (2, 2)
    assert said.err == other.err
    assert f"at {place}\n" in said.err
    assert f"fix: {todo}" in said.err


def test_a_configured_changelog_that_is_not_there_is_told_at_once(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eleven checks could not tell, others were listed as blockers, and the command ended as a blocked one."""
    repo.commit({"tagship.toml": 'changelog = "NEWS.md"\n'})

    said = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline")
    notes = say(capsys, "-C", str(repo.path), "notes", "1.1.0", "--offline")

    assert (said.exit, notes.exit) == (2, 2)
    assert "the configured changelog NEWS.md is not there" in said.err
    assert said.err == notes.err
    repo.commit({"NEWS.md": (repo.path / "CHANGELOG.md").read_text()})
    assert say(capsys, "-C", str(repo.path), "check", "--fast", "--offline").exit != 2


def test_a_configured_changelog_that_cannot_be_read_hides_no_other_verdict(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.commit({"tagship.toml": 'changelog = "NEWS.md"\n', "NEWS.md": "# Neuigkeiten für alle\n".encode("latin-1")})

    said = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline")

    assert said.exit in {1, 3}
    assert "NEWS.md is not UTF-8" in said.out
    assert "branch-is-not-main" in said.out


def test_a_broken_project_file_is_told_where_something_was_to_be_mended(
    repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    repo.write({"pyproject.toml": (repo.path / "pyproject.toml").read_text().replace('"1.1.0"', "3")})

    assert say(capsys, "-C", str(repo.path), "check", "--fix", "--yes", "--fast", "--offline").exit == 2


def test_what_is_left_out_is_told_beside_the_verdict(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)

    said = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline", "--skip", "tree-is-clean")

    *_, last = said.out.splitlines()
    assert last.startswith("ready; --fast left out tests, build, the public API; --offline left out 3 checks; ")
    assert last.endswith("--skip left out tree-is-clean")
    assert "tree-is-clean (--skip was given)" in said.out


def test_one_check_alone(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({MODULE: "GREETING = 'good morning'\n"})

    said = ask(capsys, repo, "--only", "tree-is-clean")

    assert (said.exit, said.outcomes) == (0, {"tree-is-clean": "passed"})
    assert ask(capsys, repo, "--only", "version-is-bumped", "--only", "tree-is-clean").exit == 1


@pytest.mark.parametrize("option", ["--only", "--skip"])
def test_the_nearest_is_offered_for_a_check_that_there_is_not(
    option: str, repo: Repo, capsys: pytest.CaptureFixture[str]
) -> None:
    said = ask(capsys, repo, option, "tree-is-claen")

    assert (said.exit, said.document["remedy"]) == (2, {"edit": "did you mean tree-is-clean?"})


def test_what_the_project_excuses_is_shown_with_its_reason(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit(
        {
            MODULE: "GREETING = 'good morning'\n",
            "tagship.toml": '[exempt]\nentry-is-written = "the blog tells"\n'
            '[waive]\nversion-is-bumped = {reason = "we are moving", until = 2999-01-31}\n',
        }
    )

    said = ask(capsys, repo)

    assert (said.exit, failed(said)) == (0, [])
    assert told(said, "entry-is-written")["reason"] == "exempt: the blog tells"
    assert told(said, "version-is-bumped")["reason"] == "waived until 2999-01-31: we are moving"


def test_a_waiver_that_is_over_is_told_as_over(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit(
        {
            MODULE: "GREETING = 'good morning'\n",
            "tagship.toml": '[waive]\nversion-is-bumped = {reason = "we are moving", until = 2020-01-31}\n',
        }
    )

    said = ask(capsys, repo)

    assert told(said, "version-is-bumped")["outcome"] == "failed"
    assert told(said, "version-is-bumped")["reason"] == "its waiver ended on 2020-01-31: we are moving"


def own_check(command: str) -> str:
    return (
        '[[check]]\nid = "words-are-kind"\ntitle = "the words are kind"\nwhy = "Nobody likes others."\n'
        f'fix = "Write kinder words."\ncommand = [{sys.executable!r}, "-c", {command!r}]\n'
    )


def test_a_check_of_the_projects_own(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.commit({"tagship.toml": own_check("pass")})
    assert ask(capsys, repo).outcomes["words-are-kind"] == "passed"

    repo.commit({"tagship.toml": own_check("raise SystemExit('unkind: README.md')")})
    said = ask(capsys, repo)

    assert (said.exit, failed(said)) == (1, ["words-are-kind"])
    (finding,) = told(said, "words-are-kind")["findings"]
    assert "unkind: README.md" in finding["message"]
    assert finding["remedy"] == {"edit": "Write kinder words."}
    explained = say(capsys, "-C", str(repo.path), "explain", "words-are-kind", "--json")
    assert (explained.exit, explained.document["why"]) == (0, "Nobody likes others.")
    assert ask(capsys, repo, "--skip", "words-are-kind").exit == 0


# -- reading alone ------------------------------------------------------------------------------------------------


def everything(root: Path) -> dict[str, tuple[int, str]]:
    """Every file, link and directory below, with its mode and content."""
    found: dict[str, tuple[int, str]] = {}
    for path in sorted(root.rglob("*")):
        mode = path.lstat().st_mode
        content = str(path.readlink()) if path.is_symlink() else path.read_bytes().hex() if path.is_file() else ""
        found[str(path.relative_to(root))] = (stat.S_IMODE(mode), hashlib.sha256(content.encode()).hexdigest())
    return found


def test_not_a_byte_changes_while_tests_run_that_write(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    writes = "import pathlib; pathlib.Path('cache').write_text('x'); pathlib.Path('README.md').write_text('y')"
    repo.commit({"tagship.toml": f"test = [{sys.executable!r}, '-c', {writes!r}]\n", ".gitignore": "cache\nold\n"})
    repo.write({"old": "ignored\n", "untracked.txt": "mine\n", MODULE: "GREETING = 'changed'\n"})
    repo.git("add", MODULE)
    # What git would bring up to date in its index if it were let.
    os.utime(repo.path / "pyproject.toml", (1, 1))
    before = everything(repo.path)

    said = say(capsys, "-C", str(repo.path), "check", "--json", "--offline", *WITHOUT_BUILD)

    assert said.outcomes["tests-pass"] == "passed"
    assert failed(said) == ["tree-is-clean"]
    assert everything(repo.path) == before


def test_tests_that_fail_are_quoted(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.commit({"tagship.toml": f"test = [{sys.executable!r}, '-c', 'raise SystemExit(\"two and two are five\")']\n"})

    said = say(capsys, "-C", str(repo.path), "check", "--offline", *WITHOUT_BUILD)

    assert said.exit == 1
    assert "two and two are five" in said.out
    assert "blocked: 1 blocker" in said.out


def test_what_the_tests_say_is_heard_while_they_run(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.commit({"tagship.toml": f"test = [{sys.executable!r}, '-c', 'print(\"collected nothing\")']\n"})

    said = say(capsys, "-C", str(repo.path), "check", "--offline", *WITHOUT_BUILD)
    as_json = say(capsys, "-C", str(repo.path), "check", "--offline", "--json", *WITHOUT_BUILD)

    assert said.exit == as_json.exit == 0
    assert "collected nothing" in said.err
    assert as_json.err == ""


def test_as_a_process(repo: Repo) -> None:
    bump(repo)

    done = subprocess.run(
        [sys.executable, "-P", "-m", "tagship", "check", "--fast", "--offline"],
        cwd=repo.path,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("ready")


# -- mending ------------------------------------------------------------------------------------------------------


def test_what_is_safe_is_mended_and_shown(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    bump(repo)
    repo.commit({MODULE: "__version__ = '1.1.0'\n"})
    path = repo.path / MODULE
    path.chmod(0o755)

    refused = say(capsys, "-C", str(repo.path), "check", "--fast", "--offline", "--fix")
    assert (refused.exit, path.read_bytes()) == (2, b"__version__ = '1.1.0'\n")
    assert "-__version__ = '1.1.0'\n+__version__ = '1.2.0'" in refused.err
    assert "check --fix --fast --offline --yes" in refused.err

    said = ask(capsys, repo, "--fix", "--yes")

    assert path.read_bytes() == b"__version__ = '1.2.0'\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o755
    assert "version-files-agree" not in failed(said)
    assert "+__version__ = '1.2.0'" in said.err
    assert [each.name for each in path.parent.iterdir()] == ["__init__.py"]


def test_a_lock_file_is_mended_and_what_is_not_asked_for_is_not(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    lock = 'version = 1\n\n[[package]]\nname = "handmade"\nversion = "{}"\nsource = {{ editable = "." }}\n'
    bump(repo)
    repo.commit({"uv.lock": lock.format("1.1.0")})

    said = ask(capsys, repo, "--fix", "--yes", "--only", "version-is-bumped")
    assert "nothing here can be mended" in said.err

    ask(capsys, repo, "--fix", "--yes", "--only", "locks-carry-the-version")
    assert (repo.path / "uv.lock").read_text(encoding="utf-8") == lock.format("1.2.0")


def test_a_file_that_is_named_too_early_is_not_mended_here(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """In a changelog of one file per release the name says the version, and no heading could take it back."""
    bump(repo)
    repo.git("rm", "--quiet", "CHANGELOG.md")
    names = {"1.3.0": "# What comes later", "1.2.0": "# What is new", "1.1.0": "# What was new"}
    repo.commit({f"docs/releases/{version}.md": f"{title}\n\n- Words.\n" for version, title in names.items()})

    said = ask(capsys, repo, "--fix", "--yes")

    assert "changelog-has-no-newer" in failed(said)
    assert "nothing here can be mended" in said.err


def test_where_nothing_can_be_mended_nothing_is_asked(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    repo.commit({MODULE: "GREETING = 'good morning'\n"})

    said = ask(capsys, repo, "--fix")

    assert (said.exit, failed(said)) == (1, ["version-is-bumped", "entry-is-written"])
    assert "nothing here can be mended" in said.err
