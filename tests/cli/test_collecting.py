"""`tagship build --sdist` and `--with`: the sdist here, the wheels elsewhere, one whole build at the end."""

from pathlib import Path

import pytest

from cli.releasing import Release
from ship.project import NAME, TAG, VERSION
from tagship.errors import Exit

pytestmark = pytest.mark.slow

SDIST = f"{NAME}-{VERSION}.tar.gz"


@pytest.fixture
def wheels(release: Release) -> Path:
    """A wheel of the release, as another machine would have built it."""
    elsewhere = release.repo.path.parent / "elsewhere" / "dist"
    assert release.say("build", TAG, "--dist", str(elsewhere)).exit == Exit.READY
    found = release.repo.path.parent / "wheelhouse"
    found.mkdir()
    (wheel,) = elsewhere.glob("*.whl")
    wheel.rename(found / wheel.name)
    return found


def test_sdist_then_wheels_then_all_of_it_is_published(release: Release, wheels: Path) -> None:
    sdist = release.say("build", TAG, "--sdist", "--json")
    again = release.say("build", TAG, "--sdist", "--json")
    early = release.publish("--json")
    whole = release.say("build", TAG, "--with", str(wheels), "--json")
    resumed = release.say("build", TAG, "--with", str(wheels), "--json")
    said = release.publish()

    assert sdist.exit == again.exit == whole.exit == resumed.exit == Exit.READY, (sdist.err, whole.err)
    assert sdist.document["schema"] == "tagship-unfinished-manifest/1"
    assert [file["filename"] for file in sdist.document["files"]] == [SDIST]  # type: ignore[union-attr, index, call-overload]
    assert sdist.document == again.document
    assert (early.exit, early.document["kind"]) == (Exit.BLOCKED, "not-there")
    assert whole.document["schema"] == "tagship-manifest/1"
    assert whole.document == resumed.document
    assert said.exit == Exit.READY
    assert release.sent == 2


def test_an_sdist_alone_is_validated_as_far_as_it_goes(release: Release) -> None:
    release.say("build", TAG, "--sdist")
    said = release.say("validate", "--no-install", "--offline")

    assert "wheels are still to come" in " ".join((said.out + said.err).split())


def test_wheels_without_their_sdist(release: Release, wheels: Path) -> None:
    said = release.say("build", TAG, "--with", str(wheels), "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["remedy"] == {"run": ["tagship", "-C", str(release.repo.path), "build", TAG, "--sdist"]}


def test_a_wheel_that_is_broken_is_named_with_its_check(release: Release, wheels: Path) -> None:
    release.say("build", TAG, "--sdist")
    (wheel,) = wheels.iterdir()
    wheel.write_bytes(b"cut")
    said = release.say("build", TAG, "--with", str(wheels), "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["command"] == "build"
    assert said.outcomes["archives-open"] == "failed"
    assert {path.name for path in release.dist.iterdir()} == {SDIST}


def test_the_two_do_not_go_together(release: Release) -> None:
    said = release.say("build", TAG, "--sdist", "--with", "wheelhouse", "--json")

    assert said.exit == Exit.USAGE
