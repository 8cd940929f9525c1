"""`tagship rehearse`."""

import pytest

from cli.releasing import Release
from cli.saying import say
from ship.scene import listing
from tagship.errors import Exit

pytestmark = pytest.mark.slow


def test_a_rehearsal_of_the_project_at_hand_leaves_it_alone(release: Release) -> None:
    before = listing(release.repo.path), release.repo.references()
    said = release.say("rehearse", "--json")

    assert said.exit == Exit.READY
    assert said.document["schema"] == "tagship-receipt/1"
    assert "stand-ins" in said.err
    assert (listing(release.repo.path), release.repo.references()) == before
    assert release.index.log == []


def test_a_tag_that_is_still_to_be_made(release: Release) -> None:
    release.repo.git("tag", "--delete", "v1.0")
    release.repo.git("push", "--quiet", "origin", ":refs/tags/v1.0")
    said = release.say("rehearse", "v1.0", "--json")

    assert said.exit == Exit.READY
    assert "v1.0" not in release.repo.git("tag", "--list").split()


def test_a_rehearsal_finds_what_a_release_would(release: Release) -> None:
    release.repo.tag("v1.1")
    said = release.say("rehearse", "v1.1", "--json")

    assert said.exit == Exit.BLOCKED
    assert said.outcomes["version-matches-tag"] == "failed"


def test_the_sample(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "--json")

    assert said.exit == Exit.READY
    assert said.document["project"] == "sample-ship"


def test_the_sample_brings_its_own_tag(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "v1.0", "--json")

    assert said.exit == Exit.USAGE
    assert said.document["kind"] == "usage-error"


def test_a_directory_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert say(capsys, "-C", "/nowhere/at/all", "rehearse", "--json").exit == Exit.USAGE
