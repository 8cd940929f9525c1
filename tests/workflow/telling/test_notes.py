from pathlib import Path

import pytest
from packaging.version import Version

from repositories import Repo, add_section, new_project, prepare, released
from tagship.domain.changelog import Section, parse
from tagship.errors import Exit, InFile, NotThere
from tagship.workflow.telling.notes import notes_of
from tagship.workflow.workplace import Workplace

FENCED = "- Shows how to write a changelog:\n\n  ```\n  ## 9.9.9\n  ```\n\n- And goes on."


def notes(repo: Repo, tag: str | None = None) -> Section:
    with Workplace(repo.path, environ={}, tag=tag) as place:
        return place.notes()[1]


def test_the_section_of_the_tagged_commit_exactly(tmp_path: Path) -> None:
    """What was changed since then, or was left under Unreleased, takes no part; a heading in code ends nothing."""
    repo = new_project(tmp_path / "project")
    prepare(repo, "1.0.0", FENCED)
    repo.tag("v1.0.0")
    add_section(repo, "Unreleased", "- Something for later.")
    prepare(repo, "1.1.0", "- Another thing.")

    section = notes(repo, "v1.0.0")

    assert (section.body, section.line) == (FENCED, 3)


def test_the_section_at_head_while_there_is_no_tag_yet(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0", "- What is about to be tagged.")

    assert notes(repo).body == "- What is about to be tagged."
    assert notes(repo, "1.1.0").body == "- What is about to be tagged."


def test_no_changelog(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    (repo.path / "CHANGELOG.md").unlink()
    repo.commit()

    with pytest.raises(NotThere, match="no changelog") as nothing:
        notes(repo, "1.0.0")

    assert nothing.value.exit is Exit.BLOCKED


def test_no_section() -> None:
    changelog = parse("# Changelog\n\n## 1.0.0\n\n- Words.\n", path="NEWS.md", project="handmade")

    with pytest.raises(NotThere, match=r"1\.1\.0") as nothing:
        notes_of(changelog, Version("1.1.0"))

    assert nothing.value.where == InFile("NEWS.md")
