"""Changes in the throwaway clone."""

from pathlib import Path

from repositories import Repo, released
from tagship.adapters.git import GitRepository
from tagship.adapters.git.scratch import scratch
from tagship.domain.change import FileChange
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
