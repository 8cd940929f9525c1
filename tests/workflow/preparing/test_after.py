"""What follows a release, by the custom of the one before."""

from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, Repo, new_project
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.errors import Edit, FactUnknown, Run, UsageError
from workflow.preparing.drafting import open_after, read


def under_development(path: Path, version: str, following: str) -> Repo:
    """A project that was at one version under development until it was released, and opens the next."""
    repo = new_project(path)
    repo.commit({"pyproject.toml": PYPROJECT.format(version=f"{version}.dev0")})
    repo.commit({"pyproject.toml": PYPROJECT.format(version=version)})
    repo.tag(f"v{version}")
    repo.push()
    assert Version(following).is_devrelease
    return repo


@pytest.mark.parametrize(
    ("version", "following"), [("1.0.1", "1.0.2.dev0"), ("1.1.0", "1.2.0.dev0"), ("2.0.0", "3.0.0.dev0")]
)
def test_as_far_up_as_the_last_time(tmp_path: Path, version: str, following: str) -> None:
    repo = under_development(tmp_path / "project", version, following)

    assert open_after(repo).version == Version(following)
    assert f'version = "{following}"' in read(repo, "pyproject.toml")


def test_before_the_first_release_there_is_no_custom(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    repo.commit({"pyproject.toml": PYPROJECT.format(version="0.1.0")})

    assert open_after(repo).is_done


def test_one_file_per_release_is_not_opened_ahead(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project")
    pyproject = {"pyproject.toml": PYPROJECT.format(version="1.0.0")}
    repo.commit({"docs/releases/0.9.0.md": "# 0.9.0\n\n- It begins.\n"})
    repo.commit({"docs/releases/unreleased.md": "# Unreleased\n\n- A door.\n", **pyproject})
    repo.git("mv", "docs/releases/unreleased.md", "docs/releases/1.0.0.md")
    repo.commit({"docs/releases/1.0.0.md": "# 1.0.0\n\n- A door.\n"})
    repo.tag("v1.0.0")
    repo.push()

    with pytest.raises(FactUnknown, match="one file per release"):
        open_after(repo, Wish(version=Version("1.1.0.dev0")))


@pytest.fixture
def opened(tmp_path: Path) -> Repo:
    """A project whose files say 1.2.0.dev0 since 1.1.0 was released."""
    repo = new_project(tmp_path / "project")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.1.0")})
    repo.tag("v1.1.0")
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.2.0.dev0")})
    repo.push()
    return repo


@pytest.mark.parametrize("version", ["1.1.0", "1.1.0.dev3", "1.3.0.dev0+local"])
def test_a_version_that_cannot_be_opened_gives_way_to_one_that_can(opened: Repo, version: str) -> None:
    with pytest.raises(UsageError) as refused:
        open_after(opened, Wish(version=Version(version)))

    assert refused.value.remedy == Run(("tagship", "prepare", "--after", "1.2.0.dev1"))
    assert open_after(opened, Wish(version=Version("1.2.0.dev1"))).version == Version("1.2.0.dev1")


def test_a_version_beside_another_wish_is_for_a_person_to_spell(opened: Repo) -> None:
    with pytest.raises(UsageError, match="asks for another kind of it") as refused:
        open_after(opened, Wish(Bump.MINOR, version=Version("1.3.0.dev0")))

    assert isinstance(refused.value.remedy, Edit)


@pytest.mark.parametrize(
    ("current", "command"),
    [("1.2.0.dev0", "tagship prepare 1.2.0"), ("1.2.0", "tagship tag 1.2.0"), ("1.2.0rc1", "tagship tag 1.2.0rc1")],
)
def test_a_version_under_development_is_released_before_another_follows(
    opened: Repo, current: str, command: str
) -> None:
    opened.commit({"pyproject.toml": PYPROJECT.format(version=current)})

    with pytest.raises(UsageError, match="not tagged yet") as refused:
        open_after(opened, Wish(Bump.PATCH))

    assert str(refused.value.remedy) == command
