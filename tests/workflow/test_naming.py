from collections.abc import Mapping
from pathlib import Path

import pytest

from repositories import PYPROJECT_SCM, Repo, new_project, prepare, released
from tagship.errors import Edit, FactUnknown
from tagship.workflow.naming import tag_from_ci
from tagship.workflow.workplace import Workplace


def named(repo: Repo, tag: str | None = None, environ: Mapping[str, str] | None = None) -> str:
    with Workplace(repo.path, environ=environ or {}, tag=tag) as place:
        return place.facts.tag_name


@pytest.mark.parametrize(
    ("asked_for", "meant"),
    [
        ("v1.0.0", "v1.0.0"),
        ("1.0.0", "v1.0.0"),
        ("refs/tags/v1.0.0", "v1.0.0"),
        ("v2.0.0", "v2.0.0"),
        ("2.0.0", "v2.0.0"),
        ("2.0.0-rc.1", "v2.0.0rc1"),
        ("v2.0.0-rc.1", "v2.0.0-rc.1"),
        ("nightly", "nightly"),
    ],
)
def test_what_was_asked_for_by_name_or_version(asked_for: str, meant: str, tmp_path: Path) -> None:
    assert named(released(tmp_path / "project", "1.0.0"), asked_for) == meant


def test_a_tag_that_is_spelt_like_a_bare_version_is_that_tag(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    repo.tag("0.9")

    assert named(repo, "0.9") == "0.9"


def test_what_was_asked_for_comes_before_the_job_and_the_job_before_head(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0", "1.1.0")
    job = {"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1.0.0"}

    assert named(repo, "1.1.0", job) == "v1.1.0"
    assert named(repo, None, job) == "v1.0.0"
    assert named(repo) == "v1.1.0"


def test_the_highest_of_the_tags_on_head(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.9.0")
    repo.tag("v1.10.0")
    repo.tag("latest")

    assert named(repo) == "v1.10.0"


def test_the_projects_version_where_head_has_no_tag(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0")

    assert named(repo) == "v1.1.0"


def test_nothing_names_a_tag(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", pyproject=PYPROJECT_SCM)
    repo.commit()

    with pytest.raises(FactUnknown) as unknown:
        named(repo)

    assert unknown.value.remedy == Edit("name the tag, such as v1.2.3")


def test_a_version_under_development_is_meant_by_nobody(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    prepare(repo, "1.1.0.dev0")

    with pytest.raises(FactUnknown) as unknown:
        named(repo)

    assert unknown.value.remedy == Edit("name the tag, such as v1.1.0")


@pytest.mark.parametrize(
    ("environ", "tag"),
    [
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": "v1"}, "v1"),
        ({"GITHUB_REF_TYPE": "tag", "GITHUB_REF_NAME": ""}, None),
        ({"GITHUB_REF_TYPE": "branch", "GITHUB_REF_NAME": "main"}, None),
        ({"CI_COMMIT_TAG": "v2"}, "v2"),
        ({"CI_COMMIT_TAG": ""}, None),
        ({}, None),
    ],
)
def test_the_tag_that_a_job_runs_for(environ: Mapping[str, str], tag: str | None) -> None:
    assert tag_from_ci(environ) == tag
