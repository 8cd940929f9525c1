"""Where nothing may be prepared, and the way out."""

from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, new_project, released
from tagship.errors import Conflict, Edit, Run, UsageError
from workflow.preparing.drafting import preparing


def test_a_version_that_no_file_tells_cannot_be_written(tmp_path: Path) -> None:
    repo = new_project(tmp_path / "project", remote=False)
    computed = PYPROJECT.format(version="1.0.0").replace('version = "1.0.0"', 'dynamic = ["version"]')
    repo.commit({"pyproject.toml": computed + '\n[tool.hatch.version]\nsource = "code"\npath = "version.py"\n'})
    preparation = preparing(repo)

    with preparation.place, pytest.raises(UsageError, match="cannot be written") as refused:
        _ = preparation.releases

    assert isinstance(refused.value.remedy, Edit)


@pytest.mark.parametrize("name", ["release-1.1.0/notes", "release-1.1.0/a/b"])
def test_a_branch_in_the_way_of_another_is_named(tmp_path: Path, name: str) -> None:
    """Git keeps a branch in a file, and cannot keep another one in a folder of that name."""
    repo = released(tmp_path / "project", "1.0.0")
    repo.git("branch", name)
    preparation = preparing(repo)

    with (
        preparation.place,
        pytest.raises(Conflict, match=f"there is a branch {name}") as refused,
        preparation.propose(Version("1.1.0"), preparation.today),
    ):
        pass

    assert isinstance(refused.value.remedy, Run)
    repo.git(*refused.value.remedy.argv[1:])
    again = preparing(repo)
    with again.place, again.propose(Version("1.1.0"), again.today) as draft:
        assert draft.branch == "release-1.1.0"
