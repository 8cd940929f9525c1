"""The facts about a branch, each asked by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from repositories import CHANGELOG, PYPROJECT, PYPROJECT_SCM, Repo, add_section, new_project, released, set_version
from tagship.errors import FactUnknown
from tagship.workflow.readiness.ahead import Ahead
from tagship.workflow.readiness.place import BranchPlace
from tagship.workflow.readiness.ways import Role
from tagship.workflow.workplace import Wishes

COMPUTED = PYPROJECT.replace('version = "{version}"', 'dynamic = ["version"]')
FROM_CODE = '\n[tool.hatch.version]\nsource = "code"\npath = "version.py"\n'


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.push()
    return made


@contextmanager
def facts_of(repo: Repo, *, offline: bool = True) -> Iterator[Ahead]:
    with BranchPlace(repo.path, environ={}, wishes=Wishes(offline=offline, host_name="none")) as place:
        place.fast = True
        yield place.facts


def test_a_line_of_releases_stands_for_itself(repo: Repo) -> None:
    repo.branch("1.x")
    repo.commit({"tagship.toml": 'release-lines = ["*.x"]\n'})

    with facts_of(repo) as facts:
        assert (facts.on_line, facts.standing.lines, facts.standing.on_main) == ("1.x", ("1.x",), False)


def test_where_the_tag_is_the_version_the_changelog_tells_of_the_next(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit({"pyproject.toml": PYPROJECT_SCM})
    with facts_of(repo) as facts:
        assert str(facts.told_version) == "1.0.1"

    repo.commit({"CHANGELOG.md": "# Changelog\n\n## 1.1.0\n\n- A door.\n\n## 1.0.0\n\n- It begins.\n"})
    with facts_of(repo) as facts:
        assert str(facts.told_version) == "1.1.0"


def test_before_the_first_release_nothing_may_tell_the_version(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": PYPROJECT_SCM})

    with facts_of(repo) as facts, pytest.raises(FactUnknown, match="which one would be the first"):
        _ = facts.told_version


def test_a_version_that_only_code_knows_is_not_asked_for_with_fast(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit({"pyproject.toml": COMPUTED + FROM_CODE, "version.py": "__version__ = str(1)\n"})

    with facts_of(repo) as facts:
        assert facts.known_version is None
        assert facts.known_tag_name is None
        assert facts.release_before == "v1.0.0"
        with pytest.raises(FactUnknown, match="--fast"):
            _ = facts.told_version


def test_main_as_the_remote_has_it_now(repo: Repo) -> None:
    repo.git("fetch", "--quiet", "origin")
    with facts_of(repo, offline=False) as facts:
        assert not facts.main_moved

    other = repo.clone("elsewhere")
    other.commit({"theirs.py": "1\n"})
    other.push("main")
    with facts_of(repo, offline=False) as facts:
        assert facts.main_moved
    with facts_of(repo) as facts, pytest.raises(FactUnknown):
        _ = facts.main_moved


def test_without_a_remote_main_moves_nowhere(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.0")})

    with facts_of(repo, offline=False) as facts:
        assert not facts.main_moved
        assert facts.main_ref == "refs/heads/main"


def test_a_broken_project_on_main_is_unknown_and_none_is_none(repo: Repo) -> None:
    repo.commit({"pyproject.toml": "[project\n"})
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.branch("feature")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0")})
    with facts_of(repo) as facts, pytest.raises(FactUnknown, match="the project on main cannot be read"):
        _ = facts.main_project

    repo.switch("main")
    repo.git("rm", "--quiet", "pyproject.toml")
    repo.commit()
    repo.push()
    repo.git("fetch", "--quiet", "origin")
    repo.switch("feature")
    with facts_of(repo) as facts:
        assert facts.main_project is None


# -- what the branch is there for ----------------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["", "## Unreleased\n\n- It begins.\n", "## 0.1.0 (unreleased)\n\n- It begins.\n"])
def test_the_first_release_may_bring_nothing_but_its_section(tmp_path: Path, before: str) -> None:
    """Of the version that the project was begun with."""
    repo = Repo.new(tmp_path / "project")
    changelog = {"CHANGELOG.md": f"{CHANGELOG}\n{before}"} if before else {}
    repo.commit({"pyproject.toml": PYPROJECT.format(version="0.1.0"), **changelog})
    repo.push()
    repo.branch("release-0.1.0")
    repo.commit({"CHANGELOG.md": f"{CHANGELOG}\n## 0.1.0\n\n- It begins.\n"})

    with facts_of(repo, offline=False) as facts:
        assert not facts.shipping.ships
        assert facts.role is Role.RELEASE
        assert "changelog-has-version" not in facts.excuses()


def test_a_version_that_main_has_and_nobody_tagged_is_released_by_its_section(repo: Repo) -> None:
    set_version(repo, "1.1.0")
    repo.commit()
    repo.push()
    repo.branch("release-1.1.0")
    add_section(repo, "1.1.0", "- A door.")
    repo.commit()

    with facts_of(repo) as facts:
        assert facts.role is Role.RELEASE


def quiet(repo: Repo) -> bool:
    with facts_of(repo) as facts:
        return facts.role is Role.QUIET


def test_words_about_what_is_out_or_open_release_nothing(repo: Repo) -> None:
    """Nor do they once main has the section of what is still to be tagged."""
    path = repo.path / "CHANGELOG.md"
    repo.branch("words")
    repo.commit({"CHANGELOG.md": path.read_text(encoding="utf-8").replace("Something", "Everything")})
    assert quiet(repo)
    repo.commit({"CHANGELOG.md": f"{CHANGELOG}\n## Unreleased\n\n- A door.\n"})
    assert quiet(repo)
    repo.commit({"CHANGELOG.md": f"{CHANGELOG}\n## 1.0.0\n\n- It began.\n\n## 0.9.0\n\n- It was tried.\n"})
    assert quiet(repo)

    repo.switch("main")
    set_version(repo, "1.1.0")
    add_section(repo, "1.1.0", "- A door.")
    repo.commit()
    repo.push()
    repo.branch("other-words")
    repo.commit({"CHANGELOG.md": path.read_text(encoding="utf-8").replace("A door", "A red door")})
    assert quiet(repo)


@pytest.mark.parametrize("version", ["0.9.0", "1.1.0.dev1"])
def test_a_section_of_what_is_no_release_to_come_releases_nothing(repo: Repo, version: str) -> None:
    """Of a version below the last release, or under development."""
    set_version(repo, version)
    repo.commit()
    repo.push()
    repo.branch("words")
    add_section(repo, f"{version} - 2026-01-01", "- A door.")
    repo.commit()

    assert quiet(repo)


def test_lines_are_new_since_the_last_release_also_where_it_is_of_the_same_version(repo: Repo) -> None:
    repo.branch("feature")
    repo.commit({"a.py": "one = 1\n"})
    with facts_of(repo) as facts:
        assert facts.added_lines is not None
        assert [line.text for line in facts.added_lines] == ["one = 1"]


def test_before_the_first_release_there_is_nothing_that_lines_are_new_since(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.0.0"), "a.py": "one = 1\n"})

    with facts_of(repo) as facts:
        assert facts.added_lines is None
