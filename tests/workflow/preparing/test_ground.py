"""Where a release is prepared, where none may be, and the way out."""

from pathlib import Path

import pytest
from packaging.version import Version

from repositories import PYPROJECT, Repo, new_project, released
from tagship.domain.branch import Bump
from tagship.domain.bump import Wish
from tagship.errors import Conflict, Edit, Run, UsageError
from tagship.workflow.preparing.preparation import Preparation
from tagship.workflow.workplace import Wishes, Workplace
from workflow.preparing.drafting import TODAY, prepare, preparing, read


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    made = released(tmp_path / "project", "1.0.0")
    made.commit({"a.py": ""}, "Add a module")
    made.push()
    return made


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


def test_a_main_that_cannot_be_read_stops_no_other_branch(repo: Repo) -> None:
    repo.commit({"pyproject.toml": "[project\n"}, "Break everything")
    repo.push()
    repo.branch("mend", "HEAD^")
    preparation = preparing(repo)

    with preparation.place:
        assert preparation.on_main is None
        assert preparation.aim(Wish(Bump.MINOR)) == Version("1.1.0")

    assert prepare(repo, Wish(Bump.MINOR)).version == Version("1.1.0")
    assert repo.git("show", "mend:pyproject.toml") == read(repo, "pyproject.toml").strip()
    assert 'version = "1.1.0"' in read(repo, "pyproject.toml")


def test_what_main_says_is_known_on_another_branch(repo: Repo) -> None:
    repo.commit({"pyproject.toml": PYPROJECT.format(version="1.4.0")})
    repo.push()
    repo.branch("mend", "HEAD^")
    preparation = preparing(repo)

    with preparation.place:
        assert preparation.on_main == Version("1.4.0")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["scribble.txt"], "scribble.txt is not tracked by git, and stays out"),
        (["a.txt", "b.txt", "c.txt"], "a.txt and 2 more are not tracked by git, and stay out"),
    ],
)
def test_files_that_stay_out_are_counted(repo: Repo, names: list[str], told: str) -> None:
    repo.write(dict.fromkeys(names, "mine\n"))

    proposal = prepare(repo, Wish(Bump.MINOR))

    assert told in proposal.remarks
    assert repo.git("status", "--porcelain").splitlines() == [f"?? {name}" for name in names]


@pytest.mark.parametrize("beside", [True, False])
def test_the_commands_do_the_same_by_hand(repo: Repo, *, beside: bool) -> None:
    """The branch first: a commit on main would have to be taken back."""
    place = Workplace(repo.path, environ={}, wishes=Wishes(offline=True))
    preparation = Preparation(place, today=TODAY, beside=beside)
    with place, preparation.propose(Version("1.1.0"), TODAY) as draft:
        proposal, message = draft.proposal, draft.message
        for change in proposal.changes:
            assert change.after is not None
            (repo.path / change.path).write_bytes(change.after)
    before = repo.git("rev-parse", "main")

    commit = Run(("git", "commit", "--all", "--message", message))
    assert proposal.commands == ((Run(("git", "switch", "-c", "release-1.1.0")), commit) if beside else (commit,))
    for command in proposal.commands:
        repo.git(*command.argv[1:])

    assert repo.git("branch", "--show-current") == ("release-1.1.0" if beside else "main")
    assert repo.git("rev-parse", "HEAD^") == before
    assert (repo.git("rev-parse", "main") == before) is beside
    again = preparing(repo)
    with again.place, again.propose(Version("1.1.0"), TODAY) as draft:
        assert draft.proposal.is_done
