"""Where the section of a release comes from."""

import os
from pathlib import Path

import pytest

from repositories import Repo, released
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.domain.plan import Done, Todo
from tagship.errors import FactUnknown
from workflow.preparing.drafting import prepare, read, states

CHANGESET = "---\n'handmade': minor\n---\n\nA window.\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"a.py": ""}, "Add a module")
    made.push()
    return made


def without_changelog(repo: Repo) -> None:
    repo.git("rm", "--quiet", "CHANGELOG.md")
    repo.commit()
    repo.push()


def test_a_comment_under_an_open_heading_stays_there(repo: Repo) -> None:
    waiting = (
        "# Changelog\n\n## 1.0.1 (unreleased)\n\n<!-- one line a change -->\n\n## 1.0.0 (2026-01-05)\n\n- It begins.\n"
    )
    repo.commit({"CHANGELOG.md": waiting}, "Back to work")
    repo.push()

    prepare(repo, Wish(Bump.MINOR))

    text = read(repo, "CHANGELOG.md")
    assert "## 1.1.0 (2026-03-01)\n\n- Back to work\n- Add a module\n" in text
    assert "<!-- one line a change -->" in text


def test_a_candidate_is_told_about_by_the_section_of_its_final_release(repo: Repo) -> None:
    """As Werkzeug has it: 1.1.0 is written up long before it is out, and nothing calls it unreleased."""
    written = "# Changelog\n\n## 1.1.0\n\n- A window.\n\n## 1.0.0\n\n- It begins.\n"
    repo.commit({"CHANGELOG.md": written}, "Write ahead")
    repo.push()

    proposal = prepare(repo, Wish(Bump.MINOR, pre="rc"))

    assert states(proposal)["changelog"] is Done
    assert read(repo, "CHANGELOG.md") == written


def test_a_tool_that_reads_its_files_whenever_it_is_asked(repo: Repo) -> None:
    notes = {"releasenotes/notes/window-1.yaml": "features:\n  - A window.\n"}
    repo.commit(notes)
    repo.push()
    before = read(repo, "CHANGELOG.md")

    proposal = prepare(repo, Wish(Bump.MINOR))

    assert states(proposal)["changelog"] is Done
    assert read(repo, "CHANGELOG.md") == before


def test_the_tool_that_owns_the_news_puts_it_together(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = tmp_path / "tools/towncrier"
    tool.parent.mkdir()
    tool.write_text('#!/bin/sh\necho "$*" >> CHANGELOG.md\nrm news/1.feature.md\n', encoding="utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tool.parent}{os.pathsep}{os.environ['PATH']}")
    towncrier = '\n[tool.towncrier]\ndirectory = "news"\nfilename = "CHANGELOG.md"\n'
    repo.commit({"pyproject.toml": read(repo, "pyproject.toml") + towncrier, "news/1.feature.md": "A window.\n"})
    repo.push()

    proposal = prepare(repo, Wish(Bump.MINOR))

    assert states(proposal)["changelog"] is Todo
    assert read(repo, "CHANGELOG.md").endswith("build --yes --version 1.1.0 --date 2026-03-01\n")
    assert not (repo.path / "news/1.feature.md").exists()


@pytest.mark.parametrize("kept", [True, False])
def test_news_that_no_python_tool_owns_is_put_together_here(repo: Repo, *, kept: bool) -> None:
    if not kept:
        without_changelog(repo)
    repo.commit({".changeset/brave-window.md": CHANGESET})
    repo.push()

    proposal = prepare(repo, Wish(Bump.MINOR))

    assert states(proposal)["changelog"] is Todo
    assert "- A window." in read(repo, "CHANGELOG.md")
    assert "1.1.0" in read(repo, "CHANGELOG.md")
    assert not (repo.path / ".changeset/brave-window.md").exists()


def test_a_changelog_of_one_file_per_release_whose_names_say_nothing(repo: Repo) -> None:
    without_changelog(repo)
    repo.commit({"docs/releases/next.md": "# Unreleased\n\n- A window.\n"})
    repo.push()

    with pytest.raises(FactUnknown, match="docs/releases"):
        prepare(repo, Wish(Bump.MINOR))


def test_a_heading_of_old_that_never_came_out_is_left_alone(repo: Repo) -> None:
    """Of pluggy a version was skipped ten years ago, and its section says `unreleased` ever since."""
    old = "# Changes\n\n## 1.0.0 (2026-01-05)\n\n- It begins.\n\n## 0.9.1 (unreleased)\n\n- Never came out.\n"
    repo.commit({"CHANGELOG.md": old + "\n## 0.9.0 (2025-01-05)\n\n- A try.\n"}, "Go on")
    repo.push()

    prepare(repo, Wish(Bump.MINOR))

    text = read(repo, "CHANGELOG.md")
    assert text.startswith("# Changes\n\n## 1.1.0 (2026-03-01)\n\n- Go on\n")
    assert text.endswith(old.removeprefix("# Changes\n\n") + "\n## 0.9.0 (2025-01-05)\n\n- A try.\n")


@pytest.mark.parametrize("blank", ["", "\n\n"])
@pytest.mark.parametrize("path", ["CHANGELOG.md", "docs/changes.md"])
def test_a_changelog_in_which_nothing_stands_is_begun(repo: Repo, path: str, blank: str) -> None:
    without_changelog(repo)
    repo.commit({path: blank, "tagship.toml": f'changelog = "{path}"\n'}, "Make room for news")
    repo.push()

    prepare(repo, Wish(Bump.MINOR))

    text = read(repo, path)
    assert text.startswith("# Changelog\n\nAll notable changes to handmade are told here.\n")
    assert "## Unreleased\n\n## 1.1.0 - 2026-03-01\n\n- Make room for news\n- Change\n- Add a module\n" in text


@pytest.mark.parametrize("path", ["CHANGES.rst", "CHANGES"])
def test_a_changelog_in_which_nothing_stands_is_begun_in_its_own_markup(repo: Repo, path: str) -> None:
    without_changelog(repo)
    repo.commit({path: ""}, "Make room for news")
    repo.push()

    prepare(repo, Wish(Bump.MINOR))

    assert read(repo, path) == (
        "Changelog\n=========\n\n1.1.0 (2026-03-01)\n------------------\n\n"
        "- Make room for news\n- Change\n- Add a module\n"
    )


def test_fragments_begin_a_changelog_in_which_nothing_stands(repo: Repo) -> None:
    without_changelog(repo)
    repo.commit({"CHANGELOG.md": "", ".changeset/kind-window.md": CHANGESET})
    repo.push()

    prepare(repo, Wish(Bump.MINOR))

    assert read(repo, "CHANGELOG.md").endswith("## 1.1.0 - 2026-03-01\n\n### Minor changes\n\n- A window.\n")


def test_a_changelog_in_which_nothing_stands_is_left_to_who_is_exempt(repo: Repo) -> None:
    without_changelog(repo)
    repo.commit({"CHANGELOG.md": "", "tagship.toml": '[exempt]\nchangelog-has-version = "news is on the site"\n'})
    repo.push()

    proposal = prepare(repo, Wish(Bump.MINOR))

    assert states(proposal)["changelog"] is Done
    assert read(repo, "CHANGELOG.md") == ""
