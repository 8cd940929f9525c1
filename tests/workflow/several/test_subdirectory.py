"""A project in a directory of a repository: what git is asked about it."""

from pathlib import Path

import pytest

from repositories import Repo
from tagship.adapters.git.command import Git
from tagship.adapters.git.history import messages
from tagship.domain.packages import Territory
from tagship.workflow.several.subdirectory import Subdirectory

EVERYWHERE = {"top": "", "lib": "libs/lib", "plugin": "libs/lib/plugins/one", "other": "libs/library"}


@pytest.mark.parametrize(
    ("inside", "own"),
    [
        ("", ["licence", "top"]),
        ("libs/lib", ["lib"]),
        ("libs/lib/plugins/one", ["plugin"]),
        ("libs/library", ["other"]),
    ],
)
def test_commits_belong_to_the_package_that_they_change(inside: str, own: list[str], tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "[odd] *", remote=False)
    for name, directory in EVERYWHERE.items():
        repo.commit({f"{directory}/module.py".lstrip("/"): name}, name)
    repo.commit({"LICENSE": "MIT"}, "licence")
    about = Subdirectory(inside).pathspecs(Territory(EVERYWHERE))

    told = messages(Git(repo.path / inside), None, about=about)

    assert [each.subject for each in told] == own


def test_a_project_that_is_all_of_its_repository_is_told_of_by_every_commit() -> None:
    assert Subdirectory("").pathspecs(None) == Subdirectory("").pathspecs(Territory({"alone": ""})) == ()
    assert Subdirectory("py").pathspecs(None) == (":(top,literal)py",)
