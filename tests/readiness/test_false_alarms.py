"""Branches of real projects that were in order, and were told that they were not; each in the shape that it had."""

from pathlib import Path

import pytest

from adapters.projects import BACKEND, in_tree
from cli.saying import at, say
from minting import Mint
from readiness.asking import CODE, NEWER, SHIPS, Answer, Branch
from repositories import PYPROJECT, PYPROJECT_SCM, Repo, add_section, new_project, prepare, release
from tagship.rehearsal.index import StandInIndex

ENTRY = "entry-is-written"
ONLY_A_PLACEHOLDER = "# Release History\n\n## dev\n\n- \\[Short description of non-trivial change.\\]\n\n"


def several_changes_for_each_release(branch: Branch, **files: str) -> None:
    """Main as it is where nobody bumps in a pull request: it went on after its release without a new version."""
    branch.repo.switch("main")
    branch.repo.commit({SHIPS: "GREETING = 'hello'\nMORE = 1\n", **files})
    branch.repo.push()
    branch.repo.branch("another")


# -- who tells when ------------------------------------------------------------------------------------------------


def test_a_changelog_that_is_written_at_release_time_needs_no_entry(branch: Branch) -> None:
    """pytest-cov, Scrapy, django-htmx: there is no heading for what is unreleased until somebody releases."""
    several_changes_for_each_release(branch)
    branch.repo.commit({SHIPS: NEWER})

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert "written when a release is made" in answer.reason(ENTRY)


def test_a_changelog_that_is_written_at_release_time_needs_no_entry_before_the_first_release(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is configured or tagged: the version is still the first, and what tells of it is on main."""
    repo = Repo.new(tmp_path / "project")
    begun = "# Changelog\n\n## 0.1.0 - 2026-01-12\n\n- It begins.\n"
    repo.commit({"pyproject.toml": PYPROJECT.format(version="0.1.0"), "CHANGELOG.md": begun, SHIPS: CODE})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.branch("feature")
    repo.commit({SHIPS: NEWER})
    with StandInIndex() as index:
        branch = Branch(repo, index, capsys)
        answer, offline = branch.ask(), branch.ask("--offline")

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert "written when a release is made" in answer.reason(ENTRY)
    assert (answer.outcome(ENTRY), offline.outcome(ENTRY)) == ("skipped", "skipped")


def test_what_the_project_decided_is_asked_all_the_same(branch: Branch) -> None:
    several_changes_for_each_release(
        branch, **{"pyproject.toml": PYPROJECT.format(version="1.1.0") + '\n[tool.tagship]\nbump = "release-pr"\n'}
    )
    branch.repo.commit({SHIPS: NEWER})

    assert branch.ask().blockers == [ENTRY]


def test_where_a_heading_stands_open_code_without_an_entry_is_blocked_with_the_line(branch: Branch) -> None:
    """Keep a Changelog, with nothing configured."""
    branch.repo.switch("main")
    add_section(branch.repo, "Unreleased", "")
    branch.repo.commit()
    branch.repo.push()
    branch.repo.branch("another")
    branch.repo.commit({SHIPS: NEWER})

    answer = branch.ask()

    assert answer.blockers == [ENTRY]
    assert "- Describe the change" in answer.told(ENTRY)


def test_a_project_without_a_changelog_needs_no_entry(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """dep-logic, paramiko."""
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": PYPROJECT_SCM, SHIPS: CODE})
    repo.tag("v1.0.0")
    repo.push()
    repo.branch("feature")
    repo.commit({SHIPS: NEWER})
    with StandInIndex() as index:
        answer = Branch(repo, index, capsys).ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert "keeps no changelog" in answer.reason(ENTRY)


def test_a_first_release_may_bring_nothing_but_its_section(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The version is the one that the project was begun with."""
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="0.1.0"), SHIPS: CODE})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.branch("release-0.1.0")
    repo.commit({"CHANGELOG.md": "# Changelog\n\n## 0.1.0\n\n- It begins.\n"})
    with StandInIndex() as index:
        answer = Branch(repo, index, capsys).ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert answer.said.document["tag"] == "v0.1.0"
    assert answer.outcome("changelog-has-version") == "passed"


def test_going_back_to_development_needs_no_entry(branch: Branch) -> None:
    """zest.releaser: the version of the next release under development, and a heading for its news."""
    branch.repo.switch("main")
    for number in range(3):
        branch.repo.commit({SHIPS: f"GREETING = {number}\n"})
    release(branch.repo, "1.2.0")
    branch.repo.branch("back")
    add_section(branch.repo, "1.2.1 (unreleased)", "- Nothing changed yet.")
    branch.repo.commit({"pyproject.toml": PYPROJECT.format(version="1.2.1.dev0")}, "Back to development: 1.2.1")

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert "but the version" in answer.reason(ENTRY)
    branch.repo.commit({SHIPS: NEWER})
    assert branch.ask().blockers == [ENTRY]


def test_what_is_not_committed_yet_is_asked_about(branch: Branch) -> None:
    """HEAD is main's commit still: what lies in the working tree is what the branch will be."""
    branch.repo.switch("main")
    add_section(branch.repo, "Unreleased", "")
    branch.repo.commit()
    branch.repo.push()
    branch.repo.branch("another")
    clean = branch.ask()
    branch.repo.write({SHIPS: NEWER})

    answer = branch.ask()

    assert clean.blockers == []
    assert answer.blockers == ["tree-is-clean", ENTRY]


# -- what is there and tells nothing -------------------------------------------------------------------------------


def test_a_placeholder_that_always_stands_there_is_nothing_unreleased(branch: Branch) -> None:
    """requests: `dev` stands on top of its history for ever, with a line in brackets."""
    prepare(branch.repo, "1.2.0")
    path = branch.repo.path / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8").removeprefix("# Changelog\n\n")
    branch.repo.commit({SHIPS: NEWER, "CHANGELOG.md": ONLY_A_PLACEHOLDER + text})

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])


def test_a_placeholder_is_nothing_that_could_be_released(branch: Branch) -> None:
    """requests: what is prepared has the drafted entry, and the standing section is no part of it."""
    path = branch.repo.path / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8").removeprefix("# Changelog\n\n")
    branch.repo.commit({SHIPS: NEWER, "CHANGELOG.md": ONLY_A_PLACEHOLDER + text})

    said = branch.say("prepare", "minor", "--yes")

    made = path.read_text(encoding="utf-8")
    assert said.exit == 0, said.err
    section = made.partition("1.2.0")[2].partition("## 1.1.0")[0]
    assert "Short description" not in section
    assert section.count("\n- ") >= 1


def test_plain_lines_head_the_releases_of_a_text_file(branch: Branch) -> None:
    """simplejson: CHANGES.txt is no markup at all."""
    log = "".join(f"Version 1.{minor}.0 released 2026-01-0{minor + 1}\n\n* Told.\n\n" for minor in (3, 1, 0))
    branch.repo.git("rm", "--quiet", "CHANGELOG.md")
    branch.repo.write({"pyproject.toml": PYPROJECT.format(version="1.2.0"), SHIPS: NEWER})
    branch.repo.commit({"CHANGES.txt": log.replace("1.3.0", "1.2.0")})

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])


def test_pages_may_tell_of_the_release_while_the_next_is_under_development(branch: Branch) -> None:
    """coverage: doc/conf.py is edited when a release is made."""
    branch.repo.switch("main")
    conf = {"docs/conf.py": 'version = "1.1.0"\nrelease = "1.1.0"\n'}
    branch.repo.commit({**conf, "pyproject.toml": PYPROJECT.format(version="1.1.1.dev1")})
    branch.repo.push()
    branch.repo.branch("another")
    branch.repo.commit({SHIPS: NEWER})

    answer = branch.ask()

    assert answer.outcome("version-files-agree") == "passed"
    branch.repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.1")})
    assert branch.ask().outcome("version-files-agree") == "failed"


@pytest.mark.parametrize("number", ["NUMBER", "12"])
def test_the_line_to_paste_is_nothing_that_could_be_released(branch: Branch, number: str) -> None:
    """It was the notes of a tag, word for word."""
    several_changes_for_each_release(branch)
    add_section(branch.repo, "Unreleased", f"- Describe the change (#{number})")
    branch.repo.commit({SHIPS: NEWER})
    pasted = branch.ask()
    prepare(branch.repo, "1.2.0", f"- Describe the change (#{number})")

    released = branch.ask()

    assert "in place of 'Describe the change'" in pasted.told(ENTRY)
    assert "changelog-has-content" in released.blockers


def test_the_line_to_paste_is_no_entry_of_a_release_either(branch: Branch) -> None:
    """Pasted beside the section of the version, of which nobody asks an entry, it was ready."""
    prepare(branch.repo, "1.1.1", "- Mend the door.")
    assert branch.ask().outcome(ENTRY) == "skipped"
    add_section(branch.repo, "Unreleased", "- Describe the change (#NUMBER)")
    branch.repo.commit()

    assert "in place of 'Describe the change'" in branch.ask().told(ENTRY)


# -- what can be told after all ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_version_that_only_the_backend_knows_is_asked_for_on_main_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """coverage and lxml: the version is computed by code; main's is asked for once, by the same backend."""
    computed = BACKEND.replace(
        "def _version():", 'def _version():\n    return ".".join(pathlib.Path("parts").read_text().split())\n\ndef _():'
    )
    repo = Repo.new(tmp_path / "project")
    repo.commit({**in_tree(version=None, backend=computed), "parts": "1 0 0\n"})
    repo.tag("v1.0.0")
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.branch("feature")
    repo.commit({"parts": "1 1 0\n", "src/demo/__init__.py": "ANSWER = 43\n"})
    with StandInIndex() as index:
        words = ("check", "--json", "--only", "version-is-bumped", *at(index), "--host", "none")
        answer = Answer(say(capsys, "-C", str(repo.path), *words))
        repo.commit({"parts": "0 9 0\n"})
        lower = Answer(say(capsys, "-C", str(repo.path), *words))

    assert answer.outcome("version-is-bumped") == "passed", answer.check("version-is-bumped")
    assert lower.outcome("version-is-bumped") == "failed"
    assert "0.9.0" in lower.told("version-is-bumped")


def test_a_credential_is_found_before_main_or_a_release_is_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "0.1.0")
    repo.commit({"settings.txt": f"token = {Mint(20260302).index_token()}\n"})
    repo.commit({"settings.txt": "token = ...\n"})
    with StandInIndex() as index:
        answer = Branch(repo, index, capsys).ask()

    assert "branch-adds-no-credentials" in answer.blockers


def test_a_clone_without_tags_cannot_tell_offline_that_nothing_was_released(branch: Branch) -> None:
    bare = branch.repo.remote.as_uri()
    clone = branch.repo.path.with_name("untagged")
    branch.repo.git("clone", "--quiet", "--no-tags", bare, str(clone))
    copy = Repo(clone)
    copy.branch("feature")
    copy.commit({SHIPS: NEWER})

    answer = branch.ask("--offline", directory=copy)

    assert answer.verdict == "unknown"
    assert answer.outcome("version-is-bumped") == "unknown"
    assert "no tags" in answer.reason("version-is-bumped")


def test_a_project_without_a_remote_has_released_what_its_tags_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    prepare(repo, "0.1.0")
    repo.branch("feature")
    add_section(repo, "Unreleased")
    repo.commit({SHIPS: CODE})
    with StandInIndex() as index:
        answer = Branch(repo, index, capsys).ask("--offline")

    assert (answer.verdict, answer.blockers) == ("ready", [])


def test_where_the_tag_is_the_version_the_guess_follows_what_was_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """pytest: releases are tagged on branches of their own, and main has the tags of development versions."""
    repo = Repo.new(tmp_path / "project")
    repo.commit({"pyproject.toml": PYPROJECT_SCM, SHIPS: CODE})
    repo.tag("v1.0.2")
    repo.branch("1.1.x")
    repo.commit({SHIPS: "GREETING = 'hello!'\n"})
    repo.tag("v1.1.0")
    repo.switch("main")
    repo.commit({SHIPS: "GREETING = 'hi'\n"})
    repo.tag("v1.2.0.dev0")
    repo.push()
    repo.branch("feature")
    repo.commit({SHIPS: NEWER})
    with StandInIndex() as index:
        answer = Branch(repo, index, capsys).ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert answer.said.document["version"] == "1.2.0"
    assert answer.outcome("version-is-one-step-up") == "skipped"
