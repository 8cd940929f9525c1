"""What the gate says of the version: in the project's files, above what went before, free on the index."""

from datetime import timedelta
from pathlib import Path

import pytest

from gate.asking import ask, publish
from repositories import PYPROJECT_SCM, Repo, add_section, new_project, prepare, release, released, set_version
from tagship.errors import AtUrl, Edit
from tagship.rehearsal.index import StandInIndex
from yanking import yank

DAY = timedelta(days=1)
OWN_BACKEND = """\
import pathlib


def get_requires_for_build_wheel(config_settings=None):
    return []


def prepare_metadata_for_build_wheel(directory, config_settings=None):
    version = pathlib.Path("VERSION").read_text().strip() + "." + str(0)
    info = pathlib.Path(directory, f"handmade-{version}.dist-info")
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\\nName: handmade\\nVersion: {version}\\n")
    return info.name


def build_wheel(directory, config_settings=None, metadata_directory=None):
    raise NotImplementedError
"""
PYPROJECT_OWN_BACKEND = """\
[build-system]
requires = []
build-backend = "own"
backend-path = ["backend"]

[project]
name = "handmade"
dynamic = ["version"]
"""


def tagged(repo: Repo, version: str) -> Repo:
    """The version, prepared, tagged and pushed."""
    release(repo, version)
    return repo


def test_a_version_other_than_the_projects_with_path_and_line(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    add_section(repo, "1.1.0")
    repo.commit()
    repo.tag("v1.1.0")
    repo.push()

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["version-matches-tag"]
    assert answer.place("version-matches-tag") == ("pyproject.toml", 7)
    assert "1.0.0" in answer.finding("version-matches-tag").message


def test_a_second_place_that_was_not_bumped(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    repo.write({"src/handmade/__init__.py": '"""Handmade."""\n\n__version__ = "1.0.0"\n'})
    tagged(repo, "1.0.0")

    answer = ask(tagged(repo, "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["version-files-agree"]
    assert answer.place("version-files-agree") == ("src/handmade/__init__.py", 3)


def test_a_named_version_file_is_compared_as_well(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    repo.write(
        {
            "tagship.toml": 'version-files = ["deploy/image.txt"]\n',
            "deploy/image.txt": "registry/handmade:1.0.0\n",
        }
    )

    answer = ask(tagged(tagged(repo, "1.0.0"), "1.1.0"), index, "v1.1.0")

    assert answer.blockers == ["version-files-agree"]
    assert answer.place("version-files-agree") == ("deploy/image.txt", 1)


def test_a_jump_is_a_slip_until_it_is_confirmed(tmp_path: Path, index: StandInIndex) -> None:
    repo = tagged(released(tmp_path / "project", "1.0.0"), "1.2.0")

    answer = ask(repo, index, "v1.2.0")

    assert answer.blockers == ["version-is-one-step-up"]
    assert "1.0.1 (patch), 1.1.0 (minor) or 2.0.0 (major)" in str(answer.finding("version-is-one-step-up").remedy)
    assert ask(repo, index, "v1.2.0", confirm_jump=True).verdict == "ready"


@pytest.mark.parametrize("version", ["1.0.1", "1.1.0", "2.0.0", "1.0.0.post1", "1.1.0rc1", "2.0.0a1", "1.0.1.dev1"])
def test_one_step_up_is_no_jump(version: str, tmp_path: Path, index: StandInIndex) -> None:
    repo = tagged(released(tmp_path / "project", "1.0.0"), version)

    assert ask(repo, index, f"v{version}").verdict == "ready"


def test_from_candidate_to_candidate_to_final(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0a1", "1.1.0b1", "1.1.0rc1", "1.1.0rc2", "1.1.0")

    for tag in ("v1.1.0a1", "v1.1.0b1", "v1.1.0rc1", "v1.1.0rc2", "v1.1.0"):
        assert ask(repo, index, tag).outcome("version-is-one-step-up") == "passed"
    assert ask(repo, index, "v1.1.0").verdict == "ready"


def test_the_first_release_that_the_index_has_never_seen(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "0.1.0")

    answer = ask(repo, index, "v0.1.0")

    assert answer.verdict == "ready"
    assert answer.outcome("version-is-one-step-up") == "skipped"
    assert (answer.outcome("version-is-above-index"), answer.outcome("version-is-free")) == ("passed", "passed")


def test_below_its_own_line_by_tag(tmp_path: Path, index: StandInIndex) -> None:
    repo = tagged(released(tmp_path / "project", "1.0.0", "1.0.2"), "1.0.1")

    answer = ask(repo, index, "v1.0.1", confirm_jump=True)

    assert "version-is-above-tags" in answer.blockers
    assert "1.0.3 (patch), 1.1.0 (minor) or 2.0.0 (major)" in str(answer.finding("version-is-above-tags").remedy)


def test_below_its_own_line_by_a_tag_that_only_the_remote_has(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    clone = repo.clone("clone")
    tagged(repo, "1.0.2")
    prepare(clone, "1.0.1")
    clone.tag("v1.0.1")

    assert "version-is-above-tags" in ask(clone, index, "v1.0.1").blockers


def test_a_jump_over_a_release_that_only_the_remote_has_is_none(tmp_path: Path, index: StandInIndex) -> None:
    """Without the tag of 1.1.0 the step from 1.0.0 to 1.2.0 would look like a slip, or like a first release."""
    repo = released(tmp_path / "project", "1.0.0", "1.1.0", "1.2.0")
    clone = repo.clone("clone")
    clone.git("tag", "--delete", "v1.1.0")

    assert ask(clone, index, "v1.2.0").outcome("version-is-one-step-up") == "passed"
    assert "refs/tags/v1.1.0" in clone.references()


def test_above_everything_that_main_reaches(tmp_path: Path, index: StandInIndex) -> None:
    """A version of an older line, tagged on main after a newer one, would never be installed."""
    repo = tagged(released(tmp_path / "project", "1.0.0", "1.1.0"), "1.0.1")

    answer = ask(repo, index, "v1.0.1")

    assert "version-is-above-tags" in answer.blockers


def test_below_what_the_index_served_though_no_tag_tells_of_it(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.0.1")
    publish(index, tmp_path / "files", "1.0.2", at=repo.now - DAY)

    answer = ask(repo, index, "v1.0.1")

    assert answer.blockers == ["version-is-above-index"]
    assert "1.0.3 (patch)" in str(answer.finding("version-is-above-index").remedy)


def test_a_yanked_version_counts_as_well(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.0.1")
    publish(index, tmp_path / "files", "1.0.2", at=repo.now - DAY)
    yank(index.store, "handmade", "1.0.2", "broken")

    assert ask(repo, index, "v1.0.1").blockers == ["version-is-above-index"]


def test_taken_before_the_tag_was_made(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    publish(index, tmp_path / "files", "1.1.0", at=repo.now - DAY)

    answer = ask(repo, index, "v1.1.0")

    assert answer.blockers == ["version-is-free"]
    wheel, sdist = answer["version-is-free"].findings
    assert (type(wheel.where), type(sdist.where)) == (AtUrl, AtUrl)
    assert isinstance(wheel.remedy, Edit)
    assert "1.1.1 (patch)" in wheel.remedy.text


def test_published_from_this_tag_is_not_taken(tmp_path: Path, index: StandInIndex) -> None:
    """Running again after a publish that worked must not be blocked by it."""
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    publish(index, tmp_path / "files", "1.1.0", at=repo.now + timedelta(minutes=5))

    assert ask(repo, index, "v1.1.0").verdict == "ready"


def test_a_release_can_be_resumed_after_the_next_one_is_out(tmp_path: Path, index: StandInIndex) -> None:
    """What was tagged later follows this release: its own gate does not fall shut behind it."""
    repo = released(tmp_path / "project", "1.0.0", "1.0.1", "1.0.2", "1.1.0")
    publish(index, tmp_path / "files", "1.0.2", at=repo.now)

    assert ask(repo, index, "v1.0.1").verdict == "ready"
    assert ask(repo, index, "v1.0.0").verdict == "ready"


def test_a_maintenance_release_below_the_latest_passes(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project")
    repo.write({"tagship.toml": 'release-lines = ["release/*"]\n'})
    for version in ("1.0.0", "1.1.0", "2.0.0", "2.1.0rc1"):
        tagged(repo, version)
        publish(index, tmp_path / "files", version, at=repo.now)
    repo.branch("release/1.0", "v1.0.0")
    tagged(repo, "1.0.1")

    answer = ask(repo, index, "v1.0.1")

    assert answer.verdict == "ready"
    assert answer.outcome("version-is-above-tags") == "passed"
    assert answer.outcome("version-is-above-index") == "passed"


def test_the_tag_is_the_version_where_a_backend_takes_it_from_there(tmp_path: Path, index: StandInIndex) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    for version in ("1.0.0", "1.1.0"):
        add_section(repo, version)
        repo.commit()
        repo.tag(f"v{version}")
    repo.push()

    answer = ask(repo, index)

    assert (answer.verdict, answer.report.tag) == ("ready", "v1.1.0")
    assert answer.outcome("version-matches-tag") == "skipped"


@pytest.mark.slow
def test_a_version_that_only_the_backend_knows_is_asked_of_it_at_the_tagged_commit(
    tmp_path: Path, index: StandInIndex
) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_OWN_BACKEND)
    repo.write({"backend/own.py": OWN_BACKEND})
    for version in ("1.0", "1.1"):
        add_section(repo, f"{version}.0")
        repo.commit({"VERSION": f"{version}\n"})
        repo.tag(f"v{version}.0")
    repo.commit({"VERSION": "9.9\n"})
    repo.push()

    answer = ask(repo, index, "v1.1.0")

    assert (answer.verdict, answer.outcome("version-matches-tag")) == ("ready", "passed")
    assert ask(repo, index, "v1.1.0", offline=True).outcome("version-matches-tag") == "unknown"


def test_a_version_that_is_a_date_jumps_as_it_likes(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "2025.11.3", "2026.1.5")

    answer = ask(repo, index, "v2026.1.5")

    assert (answer.verdict, answer.outcome("version-is-one-step-up")) == ("ready", "skipped")


def test_a_broken_pyproject_at_the_tag_leaves_the_version_open(tmp_path: Path, index: StandInIndex) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.commit({"pyproject.toml": "[project\n"})
    repo.tag("v1.1.0")
    set_version(repo, "1.1.0")
    add_section(repo, "1.1.0")
    repo.commit()
    repo.push()

    answer = ask(repo, index, "v1.1.0")

    assert "version-matches-tag" in answer.unknown
    assert "pyproject.toml" in (answer["version-matches-tag"].reason or "")
