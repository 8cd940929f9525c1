"""What the gate says of the changelog at the tagged commit."""

from pathlib import Path

import pytest

from gate.asking import ask
from repositories import Repo, add_section, new_project, release, released, set_version
from tagship.rehearsal.index import StandInIndex


def tagged(repo: Repo, version: str) -> Repo:
    """What lies in the working tree, with this version, tagged and pushed."""
    set_version(repo, version)
    repo.commit()
    repo.tag(f"v{version}")
    repo.push()
    return repo


def test_no_changelog_at_all(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    (repo.path / "CHANGELOG.md").unlink()

    answer = ask(tagged(repo, "1.0.0"), index, "v1.0.0")

    assert answer.blockers == ["changelog-has-version"]
    assert [answer.outcome(check) for check in ("changelog-has-content", "changelog-has-no-newer")] == ["skipped"] * 2


def test_no_section(tmp_path: Path, index: StandInIndex) -> None:
    repo = tagged(released(tmp_path / "project", "1.0.0"), "1.1.0")

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["changelog-has-version"]
    assert answer.place("changelog-has-version") == ("CHANGELOG.md", None)


@pytest.mark.parametrize(
    "body", ["", "<!-- TODO: write this -->", "### Added\n\n<!-- TODO -->", "- TODO", "### Fixed\n\n- TBD"]
)
def test_a_heading_with_nothing_to_read_below_it(body: str, tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0", body)

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["changelog-has-content"]
    assert answer.place("changelog-has-content") == ("CHANGELOG.md", 3)


def test_a_newer_heading_that_nobody_tagged(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0")
    add_section(repo, "1.2.0")

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["changelog-has-no-newer"]
    assert answer.place("changelog-has-no-newer") == ("CHANGELOG.md", 3)


def test_a_newer_heading_that_is_marked_unreleased(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0")
    add_section(repo, "1.2.0 (unreleased)")
    add_section(repo, "Unreleased")

    assert ask(tagged(repo, "1.1.0"), index, "v1.1.0").verdict == "ready"


def test_its_own_heading_is_still_marked_unreleased(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0 (unreleased)")

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["changelog-section-is-final"]
    assert answer.place("changelog-section-is-final") == ("CHANGELOG.md", 3)


def test_two_headings_for_one_version(tmp_path: Path, index: StandInIndex) -> None:
    """A merge of two branches that both began the section leaves both."""
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0", "- One side.")
    add_section(repo, "1.1.0", "- The other side.")

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["changelog-names-version-once"]
    assert answer.place("changelog-names-version-once") == ("CHANGELOG.md", 7)


def test_what_stands_under_unreleased_does_not_become_the_notes(tmp_path: Path, index: StandInIndex) -> None:
    """A section left under Unreleased tells of no version: it is missing, not found by luck."""
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "[Unreleased]", "- Something for later.")

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["changelog-has-version"]


@pytest.mark.parametrize("version", ["1.1.0rc1", "1.1.0.dev3", "1.1.0a2"])
def test_what_comes_before_a_release_is_told_about_under_unreleased(
    version: str, tmp_path: Path, index: StandInIndex
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "Unreleased", "- What is to come.")

    answer = ask(tagged(repo, version), index, f"v{version}")

    assert answer.verdict == "ready"
    assert answer.outcome("changelog-has-no-newer") == "skipped"


def test_a_post_release_is_told_about_by_its_release(tmp_path: Path, index: StandInIndex) -> None:
    repo = tagged(released(tmp_path / "project", "1.0.0"), "1.0.0.post1")

    assert ask(repo, index, "v1.0.0.post1").verdict == "ready"


def test_restructuredtext_is_read_as_well(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    (repo.path / "CHANGELOG.md").unlink()
    repo.write({"CHANGES.rst": "Changes\n=======\n\n1.0.0 (2026-01-05)\n------------------\n\n- Something new.\n"})

    answer = ask(tagged(repo, "1.0.0"), index, "v1.0.0")

    assert (answer.verdict, answer.outcome("changelog-has-content")) == ("ready", "passed")


def test_a_configured_changelog_that_was_not_there_yet_leaves_the_question_open(
    tmp_path: Path, index: StandInIndex
) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.write({"tagship.toml": 'changelog = "docs/changes.md"\n', "docs/changes.md": "# Changes\n"})
    repo.commit()

    answer = ask(repo, index, "v1.0.0")

    assert "changelog-has-version" in answer.unknown
    assert "docs/changes.md" in (answer["changelog-has-version"].reason or "")


def test_the_changelog_is_followed_through_a_link(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    (repo.path / "docs").mkdir()
    (repo.path / "CHANGELOG.md").rename(repo.path / "docs/CHANGELOG.md")
    (repo.path / "CHANGELOG.md").symlink_to("docs/CHANGELOG.md")

    release(repo, "1.0.0")

    assert ask(repo, index, "v1.0.0").verdict == "ready"
