"""Changes in the throwaway clone."""

from pathlib import Path

import pytest

from repositories import Repo, released
from tagship.adapters.git import GitRepository
from tagship.adapters.git.scratch import scratch
from tagship.domain.change import FileChange
from tagship.errors import Conflict, Edit, InFile
from tagship.workflow.preparing.writing import collect, write


def test_what_changes_nothing_is_not_written(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    with GitRepository(repo.path) as repository, scratch(repository, "HEAD", branch="next") as copy:
        write(copy, [FileChange("no/such/file", b"same", b"same")])

        assert collect(copy) == ()
        assert not (copy.directory / "no").exists()


def test_a_link_is_told_as_git_keeps_it(tmp_path: Path) -> None:
    repo: Repo = released(tmp_path / "project", "1.0.0")
    with GitRepository(repo.path) as repository, scratch(repository, "HEAD", branch="next") as copy:
        (copy.directory / "NEWS.md").symlink_to("CHANGELOG.md")

        assert collect(copy) == (FileChange("NEWS.md", None, b"CHANGELOG.md"),)


@pytest.mark.parametrize("path", ["docs/1.1.0.md", "CHANGELOG.md", "hooks/pre-commit", "src"])
def test_nothing_is_written_out_of_the_clone(tmp_path: Path, path: str) -> None:
    """Through a folder or a file that is a link, into what git keeps for itself, over what is no file."""
    repo = released(tmp_path / "project", "1.0.0")
    repo.commit({"src/handmade/__init__.py": ""})
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "news.md").write_text("theirs\n", encoding="utf-8")
    with GitRepository(repo.path) as repository, scratch(repository, "HEAD", branch="next") as copy:
        (copy.directory / "CHANGELOG.md").unlink()
        for name, target in {"docs": outside, "CHANGELOG.md": outside / "news.md", "hooks": Path(".git/hooks")}.items():
            (copy.directory / name).symlink_to(target)

        with pytest.raises(Conflict, match=f"{path} leads out of the repository") as refused:
            write(copy, [FileChange(path, None, b"ours\n")])

        assert refused.value.where == InFile(path)
        assert isinstance(refused.value.remedy, Edit)
        assert not (copy.directory / ".git/hooks/pre-commit").exists()
    assert {place.name: place.read_text(encoding="utf-8") for place in outside.iterdir()} == {"news.md": "theirs\n"}


def test_what_nobody_read_is_not_written_over(tmp_path: Path) -> None:
    repo = released(tmp_path / "project", "1.0.0")
    with GitRepository(repo.path) as repository, scratch(repository, "HEAD", branch="next") as copy:
        with pytest.raises(Conflict, match=r"CHANGELOG.md is to be made, and is there already"):
            write(copy, [FileChange("CHANGELOG.md", None, b"# Changelog\n")])

        assert collect(copy) == ()
