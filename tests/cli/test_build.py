"""`tagship build`."""

from pathlib import Path

import pytest

from cli.releasing import Release
from ship.project import BACKEND, FILES, TAG
from tagship.errors import Exit

pytestmark = pytest.mark.slow


def test_a_build_is_told_as_its_manifest(release: Release) -> None:
    said = release.say("build", "--json")
    again = release.say("build", TAG)

    assert said.exit == Exit.READY
    assert said.document["schema"] == "tagship-manifest/1"
    assert said.document["tag"] == TAG
    assert {path.name for path in release.dist.iterdir()} == FILES
    assert again.exit == Exit.READY
    assert all(name in again.out for name in FILES)


def test_another_directory(release: Release) -> None:
    elsewhere = release.repo.path.parent / "elsewhere" / "files"
    said = release.say("build", "--dist", str(elsewhere), "--json")

    assert said.exit == Exit.READY
    assert {path.name for path in elsewhere.iterdir()} == FILES
    assert elsewhere.with_name("files.manifest.json").is_file()
    assert not release.dist.exists()


def test_a_build_needs_no_index(release: Release) -> None:
    assert release.say("build", "--offline").exit == Exit.READY
    assert release.index.log == []


def test_a_tag_that_does_not_exist(release: Release) -> None:
    said = release.say("build", "v9.9", "--json")

    assert said.exit == Exit.UNKNOWN
    assert said.document["kind"] == "fact-unknown"
    assert not release.dist.exists()


def test_a_project_that_does_not_build(release: Release) -> None:
    release.repo.commit({"backend.py": f"{BACKEND}\nraise SystemExit('unwell')\n"})
    release.repo.tag("v1.0.post1")
    said = release.say("build", "v1.0.post1", "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "build-failed"
    assert "unwell" in str(said.document["message"])


@pytest.mark.parametrize("dist", [".", "", "..", "~", "link"])
def test_a_directory_that_holds_more_than_built_files(
    release: Release, monkeypatch: pytest.MonkeyPatch, dist: str
) -> None:
    (release.repo.path / "link").symlink_to(".")
    monkeypatch.chdir(release.repo.path)
    monkeypatch.setenv("HOME", str(release.repo.path / "home"))
    said = release.say("build", "--dist", str(Path(dist).expanduser()) if dist else dist, "--json")

    assert said.exit == Exit.USAGE
    assert said.document["kind"] == "usage-error"


def test_a_directory_that_has_no_name(release: Release) -> None:
    said = release.say("build", "--dist", "/", "--json")

    assert said.exit == Exit.USAGE
    assert said.document["kind"] == "usage-error"
