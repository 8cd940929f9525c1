"""What a branch is asked, which way of working that supposes, and how what is found is told of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repositories import PYPROJECT, Repo, prepare, released, set_version
from tagship.domain.config import Way
from tagship.domain.finding import Finding, Outcome
from tagship.errors import Edit, FactUnknown, InFile
from tagship.workflow.readiness.ahead import Ahead
from tagship.workflow.readiness.checking import Scope, check
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.workplace import Wishes

SECTION = "changelog-has-version"
ONE_PER_RELEASE = "docs/releases"
HALF_MERGED = """\
# Changelog

<<<<<<< HEAD
## 1.0.1

- Ours.
=======
## 1.0.2

- Theirs.
>>>>>>> feature

## 1.0.0

- It begins.
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.git("fetch", "--quiet", "origin")
    return made


@contextmanager
def facts_of(repo: Repo) -> Iterator[Ahead]:
    with BranchPlace(repo.path, environ={}, wishes=Wishes(offline=True, host_name="none")) as place:
        place.fast = True
        yield place.facts


def found_of_the_section(repo: Repo) -> Finding:
    """The one thing that is found about the section for the version."""
    with facts_of(repo) as facts:
        (verdict,) = check(facts, Scope(fast=True, offline=True, only=(SECTION,))).verdicts
    assert verdict.outcome is Outcome.FAILED
    (finding,) = verdict.findings
    return finding


# -- the section that is to be pasted ---------------------------------------------------------------------------------


def test_a_section_is_told_line_by_line_where_it_would_go(repo: Repo) -> None:
    repo.branch("feature")
    set_version(repo, "1.1.0")
    repo.commit()
    finding = found_of_the_section(repo)

    assert finding.where == InFile("CHANGELOG.md", 3)
    assert str(finding.remedy).startswith("add to CHANGELOG.md at line 3: '## 1.1.0', ")


def test_where_each_release_has_a_file_no_line_of_another_is_told(repo: Repo) -> None:
    """A folder is no text that lines could be added to."""
    repo.git("rm", "--quiet", "CHANGELOG.md")
    repo.commit({f"{ONE_PER_RELEASE}/1.0.0.md": "# 1.0.0\n\n- It begins.\n"})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.branch("feature")
    set_version(repo, "1.1.0")
    repo.commit()
    finding = found_of_the_section(repo)

    assert finding.message == f"{ONE_PER_RELEASE} has no section for 1.1.0"
    assert finding.where == InFile(ONE_PER_RELEASE)
    assert finding.remedy == Edit(f"add a section 1.1.0 to {ONE_PER_RELEASE}")


def test_into_a_half_merged_changelog_nothing_is_pasted(repo: Repo) -> None:
    """A line number would be wrong as soon as one of the two sides is gone."""
    repo.branch("feature")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0"), "CHANGELOG.md": HALF_MERGED})
    finding = found_of_the_section(repo)

    assert finding.where == InFile("CHANGELOG.md")
    assert finding.remedy == Edit("add a section 1.1.0 to CHANGELOG.md")


# -- releases that the branch does not have ---------------------------------------------------------------------------


def test_a_branch_from_before_the_first_release_shows_no_way(tmp_path: Path) -> None:
    """Main is at a version that is tagged, and since which release main went on cannot be counted from there."""
    repo = released(tmp_path / "project")
    before = prepare(repo, "0.1.0")
    prepare(repo, "1.0.0")
    repo.tag("v1.0.0")
    repo.commit({"src/handmade/__init__.py": "1\n"})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    with facts_of(repo) as facts:
        assert facts.way.reason == "main went on after 1.0.0 without a new version"

    repo.branch("late", before)
    repo.commit({"src/handmade/late.py": "1\n"})
    with facts_of(repo) as facts:
        assert facts.released is None
        assert (facts.way.way, facts.way.reason) == (Way.IN_PR, "nothing on main shows another way")


def test_a_shallow_clone_cannot_say_which_release_came_before(repo: Repo) -> None:
    set_version(repo, "1.1.0")
    repo.commit({"tagship.toml": 'tag = "v{version}"\n'})
    repo.push()
    shallow = repo.clone("shallow", depth=1)

    with facts_of(repo) as facts:
        assert facts.release_before == "v1.0.0"
    with facts_of(shallow) as facts:
        assert str(facts.known_version) == "1.1.0"
        assert facts.release_before is None
        with pytest.raises(FactUnknown, match="this clone is shallow"):
            _ = facts.reached
