"""What hurt people about branches that were nearly ready, each as it happened, and what is said to it now."""

import json
from pathlib import Path

import pytest

from cli.saying import at
from gate.asking import publish
from readiness.asking import NEWER, SHIPS, Branch
from repositories import BEGIN, PYPROJECT, Repo, add_section, prepare, release, set_version
from yanking import yank

UV_LOCK = """\
version = 1
requires-python = ">=3.9"

[[package]]
name = "handmade"
version = "{version}"
source = {{ editable = "." }}
"""
CONFIG = "\n[tool.tagship]\n{lines}\n"


def configure(branch: Branch, version: str, lines: str) -> None:
    """Write pyproject.toml with a version and tagship's own table."""
    branch.repo.write({"pyproject.toml": PYPROJECT.format(version=version) + CONFIG.format(lines=lines)})


def bumped(branch: Branch, version: str = "1.2.0", body: str = "- Something changed.") -> None:
    """A change of code with its version and entry, committed."""
    branch.repo.write({SHIPS: NEWER})
    prepare(branch.repo, version, body)


# -- pains --------------------------------------------------------------------------------------------------------


def test_pain_15_main_moved_on_after_the_commit_that_is_released(branch: Branch) -> None:
    """Pain 15: a tag had to be on the very tip; an ancestor of main is as good."""
    bumped(branch)
    branch.repo.switch("main")
    branch.repo.git("merge", "--quiet", "--ff-only", "feature")
    tag = branch.repo.tag("v1.2.0")
    branch.repo.commit({"README.md": "later\n"})
    branch.repo.push()

    said = branch.say("gate", tag, "--json", *at(branch.index), "--host", "none")

    assert (said.exit, said.outcomes["tag-is-on-main"]) == (0, "passed")


def test_pain_16_a_shallow_clone_and_a_detached_head_are_unknown_or_right_and_never_a_guess(branch: Branch) -> None:
    """Pain 16: checks of history broke in shallow clones, or passed there."""
    bumped(branch)
    branch.repo.push()
    shallow = branch.repo.clone("shallow", depth=1, single_branch=True)
    shallow.git("fetch", "--quiet", "--depth=1", "origin", "feature")
    shallow.git("checkout", "--quiet", "--detach", "FETCH_HEAD")

    answer = branch.ask(directory=shallow)

    assert answer.verdict == "unknown"
    assert "--unshallow" in json.dumps(answer.said.document)
    assert shallow.git("rev-parse", "--is-shallow-repository") == "true"


def test_pain_18_and_25_preparing_and_tagging_never_push_to_main(branch: Branch, tmp_path: Path) -> None:
    """Pain 18: release bots pushed to a protected main and were refused."""
    branch.repo.switch("main")
    log = tmp_path / "pushed"
    hook = branch.repo.remote / "hooks" / "update"
    hook.write_text(f'#!/bin/sh\necho "$1" >> "{log}"\n', encoding="utf-8")
    hook.chmod(0o755)

    assert branch.say("prepare", "minor", "--yes").exit == 0
    made = branch.repo.git("branch", "--show-current")
    branch.repo.switch("main")
    branch.repo.git("merge", "--quiet", "--ff-only", made)
    branch.repo.git("push", "--quiet", "origin", "main")
    log.unlink()
    said = branch.say("tag", "--yes", *at(branch.index), "--host", "none")

    assert said.exit == 0, said.err
    assert log.read_text(encoding="utf-8").split() == ["refs/tags/v1.2.0"]


def test_pain_19_the_merge_commit_that_ci_checks_out_for_a_pull_request_is_looked_at(branch: Branch) -> None:
    """Pain 19: the gate of a pull request ran on something that nobody had looked at, or not at all."""
    bumped(branch)
    branch.repo.git("checkout", "--quiet", "--detach", "origin/main")
    branch.repo.git("merge", "--quiet", "--no-ff", "-m", "Merge feature into main", "feature")

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])


def test_pain_20_a_union_merge_of_the_changelog_is_found(branch: Branch) -> None:
    """Pain 20: `merge=union` put two branches' sections into each other, headings and all."""
    bumped(branch)
    path = branch.repo.path / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8")
    section = "## 1.2.0\n\n- Something changed.\n"
    branch.repo.commit({"CHANGELOG.md": text.replace(section, section + "\n## 1.2.0\n\n- Something else changed.\n")})

    answer = branch.ask()

    assert "changelog-names-version-once" in answer.blockers or "changelog-is-undamaged" in answer.blockers


def test_pain_20_conflict_markers_that_were_committed_are_found(branch: Branch) -> None:
    """Pain 20: a conflict in the changelog was committed with its markers."""
    bumped(branch, body="<<<<<<< HEAD\n- Ours.\n=======\n- Theirs.\n>>>>>>> feature")

    answer = branch.ask()

    assert "changelog-is-undamaged" in answer.blockers


def test_pain_21_another_open_branch_claims_the_same_version(branch: Branch) -> None:
    """Pain 21: two pull requests carried one version, and the second of them found out after it was merged."""
    branch.repo.switch("main")
    branch.repo.branch("rival")
    prepare(branch.repo, "1.2.0", "- The rival's.")
    branch.repo.push()
    branch.repo.switch("feature")
    bumped(branch)

    answer = branch.ask()

    assert answer.verdict == "ready"
    assert "version-is-not-claimed" in answer.warnings
    assert "rival" in answer.told("version-is-not-claimed")


@pytest.mark.parametrize("author", ["dependabot[bot]", "renovate[bot]", "pre-commit-ci[bot]"])
def test_pain_22_a_bot_need_not_write_a_changelog(branch: Branch, author: str) -> None:
    """Pain 22: dependabot cannot write changelog entries, and each of its pull requests was red."""
    branch.repo.write({".github/workflows/test.yml": "on: push\n", "uv.lock": UV_LOCK.format(version="1.1.0")})
    branch.repo.git("add", "--all")
    branch.repo.git("commit", "--quiet", "-m", "Bump it", GIT_AUTHOR_NAME=author, GIT_AUTHOR_EMAIL="bot@example.org")

    answer = branch.ask()

    assert (answer.verdict, answer.blockers) == ("ready", [])
    assert answer.outcome("version-is-bumped") == "skipped"


@pytest.mark.parametrize("number", [16, 17, 19, 20, 22, 33])
def test_pain_23_and_failure_28_a_lock_file_that_was_not_brought_along(branch: Branch, number: int) -> None:
    """Pain 23, failure 28: six release candidates shipped with the version before theirs in uv.lock."""
    branch.repo.write({"uv.lock": UV_LOCK.format(version=f"1.2.0rc{number - 1}")})
    bumped(branch, f"1.2.0rc{number}")

    answer = branch.ask("--confirm-jump")

    assert answer.blockers == ["locks-carry-the-version"]
    assert "uv" in answer.told("locks-carry-the-version")
    assert answer.findings("locks-carry-the-version")[0]["where"] == {"path": "uv.lock", "line": 6, "column": None}


def test_pain_25_a_semver_spelling_is_told_in_pep_440(branch: Branch) -> None:
    """Pain 25: 1.2.0-1 is a pre-release to SemVer and a post-release to every installer."""
    branch.repo.switch("main")

    said = branch.say("prepare", "1.2.0-1", "--yes")

    assert said.exit == 2
    assert "1.2.0.post1" in said.err
    assert branch.repo.git("status", "--porcelain") == ""


# -- failures -----------------------------------------------------------------------------------------------------


def test_failure_20_documentation_right_after_a_release_is_ready(branch: Branch) -> None:
    """Failure 20: every pull request was red after a tag, since main's version was taken now."""
    branch.repo.commit({"docs/index.md": "Words.\n", "README.md": "More words.\n"})

    answer = branch.ask()

    assert (answer.said.exit, answer.verdict, answer.blockers) == (0, "ready", [])
    assert answer.outcome("version-is-bumped") == "skipped"
    assert "documentation" in answer.reason("version-is-bumped")


def test_failure_21_a_version_without_its_changelog_section(branch: Branch) -> None:
    """Failure 21: the tag came without notes, and was moved afterwards; the branch is told before."""
    branch.repo.write({SHIPS: NEWER})
    set_version(branch.repo, "1.2.0")
    branch.repo.commit()

    answer = branch.ask()

    assert answer.blockers == ["changelog-has-version"]
    assert "1.2.0" in answer.told("changelog-has-version")


def test_failure_22_what_the_release_ships_still_stands_under_unreleased(branch: Branch) -> None:
    """Failure 22: entries stayed under Unreleased although their changes had shipped."""
    branch.repo.write({SHIPS: NEWER})
    add_section(branch.repo, "1.2.0")
    add_section(branch.repo, "Unreleased", "- What ships with this, too.")
    set_version(branch.repo, "1.2.0")
    branch.repo.commit()

    answer = branch.ask()

    assert answer.blockers == ["unreleased-is-rolled"]


def test_failure_23_the_state_of_the_commit_is_the_hosts_to_tell() -> None:
    """Failure 23: a release job ran some of the tests again, on another system; the gate asks the host instead."""
    from tagship.checks import BRANCH, GATE  # noqa: PLC0415 -- beside what it proves

    assert "commit-is-green" in {check.id for check in GATE}
    assert "commit-is-green" not in {check.id for check in BRANCH}


def test_failure_24_a_second_place_that_carries_the_version(branch: Branch) -> None:
    """Failure 24: a second version was forgotten three times; it is named, and mended by one command."""
    branch.repo.write({"src/handmade/__init__.py": "__version__ = '1.1.0'\n"})
    branch.repo.commit()
    bumped_version, path = "1.2.0", branch.repo.path / SHIPS
    set_version(branch.repo, bumped_version)
    add_section(branch.repo, bumped_version)
    branch.repo.commit()

    assert branch.ask().blockers == ["version-files-agree"]

    branch.say("check", "--fast", "--fix", "--yes", *at(branch.index), "--host", "none")

    assert path.read_text(encoding="utf-8") == "__version__ = '1.2.0'\n"


@pytest.mark.parametrize(("before", "after"), [("3.1.4", "4.1.5"), ("3.2.0", "4.2.0a1"), ("3.1.4", "3.3.0")])
def test_failure_25_a_typing_error_in_the_version(branch: Branch, before: str, after: str) -> None:
    """Failure 25: 4.1.5 was typed for 3.1.5, and went out."""
    branch.repo.switch("main")
    release(branch.repo, before)
    branch.repo.branch("typo")
    bumped(branch, after)

    assert branch.ask().blockers == ["version-is-one-step-up"]
    assert branch.ask("--confirm-jump").blockers == []


def test_failure_31_a_maintenance_release_that_main_does_not_tell_about(branch: Branch) -> None:
    """Failure 31: the changelog on main never heard of 3.1.7 and 3.1.8."""
    repo = branch.repo
    repo.git("checkout", "--quiet", "-B", "1.0.x", "v1.0.0")
    configure(branch, "1.0.1", 'release-lines = ["1.0.x"]')
    add_section(repo, "1.0.1")
    repo.commit()
    tag = repo.tag("v1.0.1")
    repo.push()

    said = branch.say("gate", tag, "--json", *at(branch.index), "--host", "none")

    assert said.outcomes["main-has-the-entry"] == "failed"


def test_failure_32_a_yanked_version_is_spent(branch: Branch, tmp_path: Path) -> None:
    """Failure 32: a bad candidate was yanked; its number is gone, and the next one is offered."""
    publish(branch.index, tmp_path / "files", "1.2.0rc28", BEGIN)
    yank(branch.index.store, "handmade", "1.2.0rc28", "broken")
    bumped(branch, "1.2.0rc28")

    answer = branch.ask("--confirm-jump")

    assert "version-is-above-index" in answer.blockers or "version-is-free" in answer.blockers


def test_failure_33_a_strict_check_is_waived_until_a_day_and_shown(branch: Branch) -> None:
    """Failure 33: an over-strict gate was removed on the day it came, since nothing softer was there."""
    configure(
        branch, "1.1.0", '[tool.tagship.waive]\nversion-is-bumped = {reason = "moving house", until = 2999-01-01}'
    )
    branch.repo.write({SHIPS: NEWER})
    add_section(branch.repo, "Unreleased")
    branch.repo.commit()

    answer = branch.ask()

    assert answer.outcome("version-is-bumped") == "skipped"
    assert answer.reason("version-is-bumped") == "waived until 2999-01-01: moving house"


def test_failure_35_a_waiver_is_data_and_needs_no_workflow(branch: Branch) -> None:
    """Failure 35: it took four commits of workflow to let one release pass; an option and a reason do."""
    branch.repo.write({SHIPS: NEWER})
    branch.repo.commit()

    answer = branch.ask("--skip", "version-is-bumped", "--skip", "changelog-has-version")

    assert answer.outcome("version-is-bumped") == "skipped"
    assert "--skip" in answer.reason("version-is-bumped")


def test_failure_36_a_check_of_the_projects_own(branch: Branch) -> None:
    """Failure 36: a target of a migration lay above the release; no tool had a place for such a rule."""
    rule = (
        '[[tool.tagship.check]]\nid = "targets-are-released"\ntitle = "every migration target is released"\n'
        'why = "A target above the release never runs."\nfix = "Lower the target."\n'
        """command = ["python", "-c", "print('docs/migrations.py:7: 9.9 is above'); raise SystemExit(1)"]\n"""
    )
    configure(branch, "1.1.0", rule)
    branch.repo.commit({"docs/migrations.py": "TARGET = '9.9'\n" * 7})

    answer = branch.ask()

    assert answer.blockers == ["targets-are-released"]
    assert answer.findings("targets-are-released")[0]["where"] == {
        "path": "docs/migrations.py",
        "line": 7,
        "column": None,
    }


def test_failure_38_files_are_named_and_never_counted(branch: Branch) -> None:
    """Failure 38: a gate counted files, and counted those that nobody ships."""
    bumped(branch)
    branch.repo.write({"src/handmade/forgotten.py": "X = 1\n", "notes.txt": "mine\n"})

    told = branch.ask().told("untracked-files-stay-out")

    assert "src/handmade/forgotten.py" in told


def test_failure_40_a_heading_that_came_too_early(branch: Branch) -> None:
    """Failure 40: a heading for rc3 stood there already and blocked rc2; it is named, and --fix marks it."""
    add_section(branch.repo, "1.2.0rc2")
    add_section(branch.repo, "1.2.0rc3")
    branch.repo.write({SHIPS: NEWER})
    set_version(branch.repo, "1.2.0rc2")
    branch.repo.commit()

    answer = branch.ask("--confirm-jump")

    assert "changelog-has-no-newer" in answer.blockers
    assert "1.2.0rc3" in answer.told("changelog-has-no-newer")

    branch.say("check", "--fast", "--fix", "--yes", *at(branch.index), "--host", "none", "--confirm-jump")

    assert "changelog-has-no-newer" not in branch.ask("--confirm-jump").blockers


# -- what a branch owes -------------------------------------------------------------------------------------------


def test_code_without_an_entry_is_blocked_with_what_to_paste(branch: Branch) -> None:
    branch.repo.commit({SHIPS: NEWER})

    answer = branch.ask()

    assert answer.said.exit == 1
    assert "version-is-bumped" in answer.blockers
    assert "tagship" in answer.told("version-is-bumped")
    assert "prepare" in answer.told("version-is-bumped")


def test_code_without_an_entry_is_blocked_with_the_line_where_a_release_branch_bumps(branch: Branch) -> None:
    configure(branch, "1.1.0", 'bump = "release-pr"')
    add_section(branch.repo, "Unreleased", "")
    branch.repo.commit({SHIPS: NEWER})

    answer = branch.ask()

    assert answer.blockers == ["entry-is-written"]
    assert "- " in answer.told("entry-is-written")
    assert answer.outcome("version-is-bumped") == "skipped"


def test_a_branch_that_has_everything_is_ready(branch: Branch) -> None:
    bumped(branch)

    answer = branch.ask()

    assert (answer.said.exit, answer.verdict, answer.blockers) == (0, "ready", [])


def test_every_blocker_is_told_at_once(branch: Branch) -> None:
    """A dirty tree, a jump, a stale lock, a second version and no section: one list."""
    branch.repo.write({SHIPS: "__version__ = '1.1.0'\n", "uv.lock": UV_LOCK.format(version="1.1.0")})
    branch.repo.commit()
    set_version(branch.repo, "3.7.9")

    blockers = branch.ask().blockers

    assert set(blockers) >= {
        "tree-is-clean",
        "version-files-agree",
        "version-is-one-step-up",
        "changelog-has-version",
        "locks-carry-the-version",
    }


def test_main_itself_is_no_feature_branch(branch: Branch) -> None:
    branch.repo.switch("main")

    answer = branch.ask()

    assert "branch-is-not-main" in answer.blockers
    assert "switch" in answer.told("branch-is-not-main")


def clone_like_another_machine(repo: Repo) -> Repo:
    """A second clone, as a colleague has it."""
    repo.push()
    return repo.clone("colleague")


def test_a_branch_behind_main_is_told_so_and_what_conflicts(branch: Branch) -> None:
    bumped(branch)
    colleague = clone_like_another_machine(branch.repo)
    colleague.switch("main")
    colleague.commit({SHIPS: "GREETING = 'good night'\n"})
    colleague.git("push", "--quiet", "origin", "main")
    branch.repo.git("fetch", "--quiet", "origin")

    answer = branch.ask()

    assert answer.blockers == ["branch-merges-cleanly"]
    assert SHIPS in answer.told("branch-merges-cleanly")


def test_a_branch_that_leaves_a_line_is_measured_against_the_line(branch: Branch) -> None:
    """A fix of an old release was told to merge main, and to go on with main's versions."""
    repo = branch.repo
    repo.git("checkout", "--quiet", "-B", "1.0.x", "v1.0.0")
    configure(branch, "1.0.0", 'release-lines = ["1.0.x"]')
    repo.commit()
    repo.push("1.0.x")
    on_the_line = branch.ask()
    repo.branch("fix")
    repo.write({SHIPS: NEWER})
    configure(branch, "1.0.1", 'release-lines = ["1.0.x"]')
    add_section(repo, "1.0.1", "- A fix.")
    repo.commit()

    answer = branch.ask()

    assert on_the_line.blockers == ["branch-is-not-main"]
    assert answer.blockers == []
    assert answer.outcome("branch-merges-cleanly") == answer.outcome("version-is-bumped") == "passed"
    assert answer.said.document["tag"] == "v1.0.1"


def test_a_branch_of_main_is_measured_against_main_beside_any_line(branch: Branch) -> None:
    """A line that was merged forward, or left at main's tip, takes no branch of main for its own."""
    repo = branch.repo
    repo.git("branch", "1.0.x", "main")
    repo.push("1.0.x")
    repo.write({SHIPS: NEWER})
    configure(branch, "1.2.0", 'release-lines = ["1.0.x"]')
    add_section(repo, "1.2.0", "- Something changed.")
    repo.commit()

    assert branch.ask().blockers == []
