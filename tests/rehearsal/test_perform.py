"""What is rehearsed, and that the project is only read."""

import subprocess
from pathlib import Path

import pytest

from monorepo import a_monorepo, project_files
from tagship.errors import FactUnknown, Run
from tagship.rehearsal.faults.kit import set_aside
from tagship.rehearsal.perform import Part, rehearsal_of, tag_to_rehearse
from tagship.rehearsal.sample import make_sample

FLIT = '[build-system]\nrequires = ["flit_core"]\nbuild-backend = "flit_core.buildapi"\n'


def git(directory: Path, *words: str) -> str:
    identity = ("-c", "user.name=tests", "-c", "user.email=tests@tests.invalid", "-c", "commit.gpgSign=false")
    return subprocess.run(
        ["git", *identity, *words], cwd=directory, check=True, capture_output=True, text=True
    ).stdout.strip()


def project(directory: Path, version: str, *tags: str) -> Path:
    """A project of one commit for each tag, and one more for its present version."""
    directory.mkdir()
    git(directory, "init", "--quiet", "--initial-branch=main")
    for tag in (*tags, None):
        told = version if tag is None else tag
        text = f'{FLIT}\n[project]\nname = "demo"\ndescription = "demo"\nversion = "{told}"\n'
        (directory / "pyproject.toml").write_text(text, encoding="utf-8")
        git(directory, "add", ".")
        git(directory, "commit", "--quiet", "--message", told)
        if tag is not None:
            git(directory, "tag", "--annotate", tag, "--message", tag)
    return directory


@pytest.mark.parametrize(
    ("version", "tags", "chosen"),
    [
        ("1.3", ("1.1", "1.2"), "1.3"),
        ("1.0", (), "v1.0"),
        # Nobody means to tag what stands in the files between two releases.
        ("1.3.dev0", ("1.1", "1.2"), "1.2"),
        ("1.3.dev0", ("1.1", "1.2", "2.0rc1"), "1.2"),
        ("1.3.dev0", ("1.0a1", "1.0a2"), "1.0a2"),
    ],
)
def test_the_tag_that_is_meant(tmp_path: Path, version: str, tags: tuple[str, ...], chosen: str) -> None:
    assert tag_to_rehearse(project(tmp_path / "demo", version, *tags), None) == chosen


def test_a_version_under_development_and_nothing_tagged(tmp_path: Path) -> None:
    with pytest.raises(FactUnknown, match=r"1\.3\.dev0 is a version under development"):
        tag_to_rehearse(project(tmp_path / "demo", "1.3.dev0"), None)


def test_a_shallow_clone_is_told_what_it_lacks_and_is_left_alone(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{sample}.git", str(shallow))
    before = {path: path.read_bytes() for path in shallow.rglob("*") if path.is_file()}

    with (
        pytest.raises(FactUnknown, match="lacks its history") as caught,
        rehearsal_of(shallow, Part()),
    ):
        raise AssertionError

    assert isinstance(caught.value.remedy, Run)
    assert "--unshallow" in caught.value.remedy.argv
    assert {path: path.read_bytes() for path in shallow.rglob("*") if path.is_file()} == before


def test_the_first_release_ever(tmp_path: Path) -> None:
    demo = project(tmp_path / "demo", "0.1")

    with rehearsal_of(demo, Part()) as place:
        assert place.facts.tag_name == "v0.1"
        assert place.facts.tag.annotated

    assert git(demo, "tag", "--list") == ""


CONFIGURED = """
[tool.tagship.packages.core]
path = "packages/core"
tag = "core/{version}"
changelog = "HISTORY.md"

[tool.tagship.exempt]
version-is-one-step-up = "versions are dates here"
"""


@pytest.mark.parametrize("place", ["packages/core", "packages/app"])
def test_a_package_is_rehearsed_as_the_repository_configures_it(tmp_path: Path, place: str) -> None:
    repo = a_monorepo(tmp_path / "two", config=CONFIGURED)
    repo.commit({"packages/core/HISTORY.md": "# History\n\n## 1.1.0 - 2026-01-06\n\n- News.\n"})
    repo.commit(project_files("core", "1.1.0") | project_files("app", "1.1.0"))

    with rehearsal_of(repo.path / place, Part()) as rehearsed:
        changelog = rehearsed.config.changelog
        name, excused = rehearsed.facts.tag_name, rehearsed.excused()

    assert (name, changelog) == {
        "packages/core": ("core/1.1.0", "HISTORY.md"),
        "packages/app": ("app-v1.1.0", None),
    }[place]
    assert "version-is-one-step-up" in excused


def test_the_package_at_the_top_is_rehearsed_where_it_is_named(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "two")
    whole = f'{FLIT}\n[project]\nname = "whole"\nversion = "3.0"\n\n'
    repo.commit({"pyproject.toml": whole + (repo.path / "pyproject.toml").read_text(encoding="utf-8")})

    with rehearsal_of(repo.path, Part(package="whole")) as rehearsed:
        assert (rehearsed.package, rehearsed.facts.tag_name) == ("whole", "v3.0")


def test_what_is_set_aside_for_a_fault_leaves_what_is_excused_for_all(tmp_path: Path) -> None:
    repo = a_monorepo(tmp_path / "two", config=CONFIGURED)
    set_aside(repo.path / "packages/core", ["changelog-has-version"])
    repo.commit()

    with rehearsal_of(repo.path / "packages/core", Part()) as rehearsed:
        assert rehearsed.config.exempt.keys() == {"version-is-one-step-up", "changelog-has-version"}
