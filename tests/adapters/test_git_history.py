from pathlib import Path

from repositories import Repo
from tagship.adapters.git.command import Git
from tagship.adapters.git.history import messages


def test_the_newest_first_without_merges(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    first = repo.commit({"a": "1"}, "One")
    repo.branch("side")
    second = repo.commit({"b": "1"}, "Two, at the side\n\nWith a body.\n\nAnd more of it.")
    repo.switch("main")
    third = repo.commit({"c": "ü"}, "Drüben")
    repo.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'side'", "side")

    told = messages(Git(repo.path), None)

    assert {each.commit for each in told} == {first, second, third}
    assert [each.subject for each in told][-1] == "One"
    assert next(each for each in told if each.commit == second).message.endswith("And more of it.")
    assert next(each for each in told if each.commit == third).subject == "Drüben"


def test_since_a_commit_and_no_more_than_wanted(tmp_path: Path) -> None:
    repo = Repo.new(tmp_path / "project", remote=False)
    names = [repo.commit({"a": str(number)}, f"Number {number}") for number in range(5)]
    git = Git(repo.path)

    assert [each.commit for each in messages(git, names[2])] == [names[4], names[3]]
    assert [each.commit for each in messages(git, None, names[2], most=2)] == [names[2], names[1]]
    assert messages(git, names[4]) == ()
