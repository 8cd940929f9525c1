"""What is measured on: the same repositories each time, and contenders that are asked what they should be."""

import subprocess
from datetime import date
from pathlib import Path

import pytest
from bench.large_repository import FEATURE, clone, make_large, make_packages
from bench.ready import PEERS

TODAY = date(2026, 3, 1)


def git(directory: Path, *words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=directory, check=True, capture_output=True, text=True, timeout=60
    ).stdout.strip()


def test_a_large_project_has_what_is_asked_for_and_is_the_same_each_time(tmp_path: Path) -> None:
    remote = make_large(tmp_path / "large.git", TODAY, commits=60, files=40, tags=7)
    again = make_large(tmp_path / "again.git", TODAY, commits=60, files=40, tags=7)
    project = clone(remote, tmp_path / "large")

    assert git(project, "rev-list", "--count", "HEAD") == "60"
    assert len(git(project, "tag").splitlines()) == 7
    assert len(git(project, "ls-files", "src").splitlines()) == 41
    assert 280_000 < (project / "CHANGELOG.md").stat().st_size < 340_000
    assert git(project, "branch", "--show-current") == FEATURE
    assert git(remote, "rev-parse", FEATURE) == git(again, "rev-parse", FEATURE)
    assert git(project, "diff", "--name-only", "origin/main").splitlines() == [
        "CHANGELOG.md",
        "pyproject.toml",
        "src/large/part_000/module_00.py",
    ]


def test_many_packages_require_each_other_and_some_are_not_ready(tmp_path: Path) -> None:
    made = make_packages(tmp_path / "packages.git", TODAY, count=30)
    project = clone(made.remote, tmp_path / "packages")

    assert made.names[0] == "pkg-000"
    assert len(git(project, "ls-files", "packages/*/pyproject.toml").splitlines()) == len(made.names) == 30
    assert set(made.blocked.values()) == {
        "internal-bounds-admit-the-release",
        "changelog-has-version",
        "version-is-bumped",
    }
    assert '"pkg-003<1.1"' in (project / "packages/pkg-007/pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.distribution)
def test_a_peer_is_asked_for_what_changes_nothing(peer: object) -> None:
    words = set(getattr(peer, "words", ()))

    assert words & {"show-bump", "--print", "--dry-run", "check", "."}
