import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from rehearsal.talking import Talker
from servers.clients import Clients
from tagship.rehearsal.index import StandInIndex
from tagship.rehearsal.sample import make_sample, publish_earlier

# The same on every machine: a change of these is a change of the sample.
COMMIT = "fa81f19a80ddfecebbbaf240d461f60c9068ca4f"
TAG = "513ea6aa29a00f14f1afe5694853e69ccc6cd6d8"


def git(directory: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=directory, check=True, capture_output=True, text=True).stdout.strip()


def test_ids_never_change(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")

    assert git(sample, "rev-parse", "HEAD", "v1.2.0") == f"{COMMIT}\n{TAG}"


def test_what_the_user_configured_does_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\nname = Other\n[core]\nautocrlf = true\n[commit]\ngpgSign = true\n[init]\ndefaultBranch = trunk\n"
        "[tag]\ngpgSign = true\n[push]\ndefault = nothing\n"
    )
    before = config.read_bytes()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Other")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("TZ", "Asia/Tokyo")

    sample = make_sample(tmp_path / "sample")

    monkeypatch.delenv("GIT_DIR")
    assert git(sample, "rev-parse", "HEAD") == COMMIT
    assert config.read_bytes() == before


def test_everything_is_committed_and_pushed(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")

    assert git(sample, "status", "--porcelain") == ""
    assert git(sample, "tag", "--list") == "v1.0.0\nv1.1.0\nv1.2.0"
    assert git(sample, "ls-remote", "origin", "refs/heads/main", "refs/tags/v1.2.0").split() == [
        COMMIT, "refs/heads/main", TAG, "refs/tags/v1.2.0",
    ]  # fmt: skip
    assert git(sample, "symbolic-ref", "refs/remotes/origin/HEAD") == "refs/remotes/origin/main"


def test_tag_changelog_and_metadata_agree(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")

    message = git(sample, "tag", "--list", "--format=%(contents)", "v1.2.0")
    notes = message.partition("\n\n")[2]
    project = tomllib.loads((sample / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert notes.startswith("### Added\n\n- `fathoms()`")
    assert f"## [1.2.0] - 2026-07-06\n\n{notes}\n\n## [1.1.0]" in (sample / "CHANGELOG.md").read_text(encoding="utf-8")
    assert (project["name"], project["version"]) == ("sample-ship", "1.2.0")


def test_what_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()

    with pytest.raises(FileExistsError):
        make_sample(tmp_path / "sample")


def test_what_was_released_before_is_served(index: StandInIndex, talk: Talker) -> None:
    publish_earlier(index)

    page = json.loads(
        talk.ask("GET", "/simple/sample-ship/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}).body
    )
    assert page["versions"] == ["1.0.0", "1.1.0"]
    assert [file["upload-time"][:10] for file in page["files"]] == ["2026-03-02", "2026-05-04"]


@pytest.mark.slow
def test_what_was_released_before_installs(index: StandInIndex, clients: Clients, tmp_path: Path) -> None:
    publish_earlier(index)

    installed = clients.uv_install(index.endpoints, tmp_path / "site", "sample-ship")
    spoken = clients.run(
        sys.executable,
        "-c",
        "from sample_ship import nautical_miles; print(nautical_miles(1852))",
        PYTHONPATH=str(tmp_path / "site"),
    )

    assert installed.returncode == 0, installed.stdout
    assert spoken.stdout == "1.0\n"


@pytest.mark.slow
def test_its_own_test_passes(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample")

    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=sample,
        env=os.environ | {"PYTHONPATH": str(sample / "src")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert result.returncode == 0, result.stdout
