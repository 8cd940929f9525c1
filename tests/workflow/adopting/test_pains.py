"""What hurts people where releases are set up, each as a test that bears its number."""

from dataclasses import replace
from pathlib import Path

import pytest

from repositories import Repo
from tagship.adapters.adopting.writing import write_all
from tagship.domain.config import Way
from tagship.errors import Conflict
from tagship.scaffold.trains import pattern
from workflow.adopting.projects import (
    GITHUB,
    OFFLINE,
    PYPROJECT,
    adopted,
    file_at,
    is_settled,
    planned,
    project,
    told,
)

RELEASE = ".github/workflows/release.yml"
BOT = """\
on: {push: {branches: [main]}}
permissions: {contents: write}
jobs:
  bump:
    runs-on: ubuntu-latest
    steps:
      - uses: python-semantic-release/python-semantic-release@v10
"""
TRUSTED = """\
on: {push: {tags: ["v*"]}}
jobs:
  pypi:
    runs-on: ubuntu-latest
    environment: release
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


def test_pain_6_a_run_for_an_old_tag_can_be_started_with_todays_workflow(tmp_path: Path) -> None:
    setup = planned(project(tmp_path / "project"))
    change = file_at(setup, RELEASE).change

    assert change is not None
    assert b"workflow_dispatch:" in (change.after or b"")


def test_pain_7_the_values_that_the_index_wants_are_those_of_the_workflow(tmp_path: Path) -> None:
    """File name, environment and all: what is typed into the form is what the job will present."""
    repo = project(tmp_path / "project", {".github/workflows/pypi.yml": TRUSTED})
    setup = planned(repo)
    (values,) = [dict(step.values) for step in setup.next if step.values]
    change = file_at(setup, f".github/workflows/{values['workflow_filename']}").change

    assert change is not None
    assert f"environment:\n      name: {values['environment']}\n".encode() in (change.after or b"") or (
        f"environment: {values['environment']}".encode() in (change.after or b"")
    )
    assert f"{values['owner']}/{values['repository']}" == setup.adoption.repository
    assert b"id-token: write" in (change.after or b"")


def test_pain_17_the_trigger_takes_the_tags_that_the_project_has(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    repo.tag("rel-1.0.0")
    setup = planned(repo)
    change = file_at(setup, RELEASE).change

    assert change is not None
    assert pattern(setup.adoption.packages[0].tag) == "rel-[0-9]*"
    assert b"rel-[0-9]*" in (change.after or b"")


def test_pain_18_a_bot_that_pushes_to_main_is_replaced(tmp_path: Path) -> None:
    setup = planned(project(tmp_path / "project", {".github/workflows/bump.yml": BOT}))
    (step,) = [step for step in setup.next if "bump.yml" in step.does]

    assert "no bot pushes to the main branch" in step.does
    assert str(step.remedy) == "git rm .github/workflows/bump.yml"


def test_pain_19_one_check_answers_for_all_and_always_runs(tmp_path: Path) -> None:
    change = file_at(planned(project(tmp_path / "project")), ".github/workflows/readiness.yml").change
    assert change is not None
    text = (change.after or b"").decode()

    assert "  ready:\n    name: ready\n    if: always()" in text
    assert "paths:" not in text
    assert "merge_group:" in text


def test_pain_20_fragments_stay_where_they_are(tmp_path: Path) -> None:
    own = PYPROJECT + '\n[tool.towncrier]\ndirectory = "newsfragments"\n'
    setup = planned(project(tmp_path / "project", {"pyproject.toml": own}))

    assert setup.adoption.way is Way.FRAGMENTS
    (change,) = [change for change in setup.changes if change.path == "pyproject.toml"]
    assert (change.after or b"").decode().startswith(own)


@pytest.mark.parametrize(
    "more",
    [
        '[tool.hatch.version]\nsource = "vcs"\n',
        '[tool.hatch.version]\npath = "src/handmade/__init__.py"\n',
    ],
)
def test_pain_24_versions_that_no_file_states(tmp_path: Path, more: str) -> None:
    own = PYPROJECT.replace('version = "1.0.0"', 'dynamic = ["version"]') + "\n" + more
    repo = project(tmp_path / "project", {"pyproject.toml": own, "src/handmade/__init__.py": '__version__ = "1.0.0"\n'})
    adopted(repo)

    assert is_settled(planned(repo))


def test_pain_31_main_is_built_with_what_is_new_once_a_week(tmp_path: Path) -> None:
    change = file_at(planned(project(tmp_path / "project")), ".github/workflows/canary.yml").change

    assert change is not None
    assert b"schedule:" in (change.after or b"")


def test_pain_40_what_is_generated_drifts_and_is_told_while_additions_are_not(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    adopted(repo)
    path = repo.path / RELEASE
    path.write_text(path.read_text(encoding="utf-8") + "\n# a job of our own may follow\n", encoding="utf-8")
    assert is_settled(planned(repo))
    (repo.path / "pyproject.toml").write_text(
        (repo.path / "pyproject.toml").read_text(encoding="utf-8").replace("3.13", "3.14"), encoding="utf-8"
    )
    setup = planned(repo)

    assert file_at(setup, ".github/workflows/readiness.yml").state.value == "changed"
    assert file_at(setup, RELEASE).state.value == "same"


def test_pain_40_the_first_release_needs_no_tag(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": PYPROJECT})
    repo.git("remote", "add", "origin", GITHUB)
    setup = adopted(repo)

    assert told(setup)["tags"] == "v{version}"
    assert told(setup)["changelog"] == "none"


def test_pain_40_nothing_is_written_in_part(tmp_path: Path) -> None:
    repo = project(tmp_path / "project")
    setup = planned(repo)
    (repo.path / "RELEASING.md").write_text("meanwhile\n", encoding="utf-8")
    before = repo.git("status", "--porcelain", "--untracked-files=all")

    with pytest.raises(Conflict, match=r"RELEASING\.md was changed meanwhile"):
        write_all(repo.path, setup.changes)
    assert repo.git("status", "--porcelain", "--untracked-files=all") == before


def test_what_stands_in_the_place_of_the_old_workflow_is_not_to_be_deleted(tmp_path: Path) -> None:
    repo = project(tmp_path / "project", {RELEASE: TRUSTED})
    forced = adopted(repo, manner=replace(OFFLINE, force=True))

    assert not any(str(step.remedy) == f"git rm {RELEASE}" for step in forced.next)
    assert any("ours belongs in its place" in step.does for step in forced.next)
