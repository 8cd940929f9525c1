"""`tagship rehearse`."""

import pytest

from cli.releasing import Release
from cli.saying import say
from ship.scene import listing
from tagship.errors import Exit
from tagship.rehearsal.faults import FAULTS

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


def test_one_fault_is_shown_as_it_looks_in_earnest_and_then_resumed(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "--fault", "upload-dies-after-wheel", "--no-color")

    assert said.exit == Exit.READY
    before, _, after = said.err.partition("the same command again, with the fault gone:")
    assert "upload      stopped" in before
    assert "1 of 2 files are up; the index takes more until" in before
    assert "exit code 5" in before
    assert "prove       done" in after
    assert "exit code 0" in after
    assert "upload-dies-after-wheel  upload" in said.out
    assert max(map(len, said.out.split("\n\n")[1].splitlines())) <= 80


def test_a_stage_of_checks_shows_its_report(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "--fault", "tag-mismatch", "--no-color")

    assert said.exit == Exit.READY
    assert "[1] failed: version-matches-tag" in said.out
    assert "exit code 1" in said.err
    assert "the same command again" not in said.err


def test_a_fault_as_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "--fault", "missing-token", "--json")

    assert said.exit == Exit.READY
    assert said.document["verdict"] == "as-documented"
    faults = said.document["faults"]
    assert isinstance(faults, list)
    fault = faults[0]
    assert isinstance(fault, dict)
    assert (fault["name"], fault["stage"], fault["exit"], fault["expected"], fault["resumed"]) == (
        *("missing-token", "credential", 4, 4, True),
    )


def test_the_matrix_of_the_project_at_hand_leaves_it_alone(release: Release) -> None:
    before = listing(release.repo.path), release.repo.references()
    said = release.say("rehearse", "--fault", "all", "--json")

    assert said.exit == Exit.READY
    faults = said.document["faults"]
    assert isinstance(faults, list)
    assert [fault.name for fault in FAULTS] == [each["name"] for each in faults if isinstance(each, dict)]
    assert [line.partition(":")[0] for line in said.err.splitlines()[-len(FAULTS) :]] == [
        fault.name for fault in FAULTS
    ]
    assert (listing(release.repo.path), release.repo.references()) == before
    assert release.index.log == []


def test_a_fault_that_there_is_none_of(capsys: pytest.CaptureFixture[str]) -> None:
    said = say(capsys, "rehearse", "--sample", "--fault", "lost-respons", "--json")

    assert said.exit == Exit.USAGE
    assert "lost-response" in str(said.document["remedy"])


def test_the_help_has_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    out = say(capsys, "rehearse", "--help").out

    assert [fault.name for fault in FAULTS if f"  {fault.name} " not in out] == []
    assert max(map(len, out.partition("faults:")[2].splitlines())) <= 80
