"""`tagship publish`."""

import pytest

from cli.releasing import Release
from reports.reading import objects
from ship.project import FILES, TAG
from tagship.errors import Exit

pytestmark = pytest.mark.slow


def test_a_build_is_published_and_what_is_there_is_compared(release: Release) -> None:
    release.say("build")
    said = release.publish("--json")
    again = release.publish()

    assert said.exit == again.exit == Exit.READY
    assert said.document["schema"] == "tagship-plan/1"
    assert {step["state"] for step in objects(said.document, "steps")} == {"done"}
    assert release.sent == len(FILES)
    assert "nothing left to do" in again.out


def test_a_plan_of_it(release: Release) -> None:
    release.say("build")
    said = release.say("publish", *release.to_index, "--plan", "--json")

    assert said.exit == Exit.READY
    assert [(step["name"], step["state"]) for step in objects(said.document, "steps")] == [
        ("credential", "done"),
        ("validate", "done"),
        ("upload", "todo"),
    ]
    assert release.sent == 0


@pytest.mark.parametrize("command", ["publish", "prove"])
def test_nothing_was_built(release: Release, command: str) -> None:
    said = getattr(release, command)("--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "not-there"
    assert said.document["remedy"] == {"run": ["tagship", "-C", str(release.repo.path), "build"]}


def test_a_directory_by_name(release: Release) -> None:
    release.say("build", "--dist", str(release.repo.path / "files"))
    said = release.publish(str(release.repo.path / "files"))

    assert said.exit == Exit.READY
    assert release.sent == len(FILES)


def test_a_token_that_is_dead(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    release.say("build")
    monkeypatch.setenv("TAGSHIP_TOKEN", f"{release.index.token}x")
    said = release.publish("--json")

    assert said.exit == Exit.CREDENTIAL
    assert said.outcomes["token-is-alive"] == "failed"
    assert release.sent == 0


def test_a_token_that_is_not_there(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    release.say("build")
    monkeypatch.delenv("TAGSHIP_TOKEN")
    said = release.publish("--json")

    assert said.exit == Exit.CREDENTIAL
    assert said.outcomes["token-is-present"] == "failed"


def test_a_tag_that_was_moved_after_its_build(release: Release) -> None:
    release.say("build")
    release.repo.commit({"later.py": ""})
    release.repo.tag(TAG, force=True)
    said = release.publish("--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["kind"] == "not-there"
    assert said.document["where"] == {"ref": TAG}


def test_another_tag_than_the_one_that_was_built(release: Release) -> None:
    release.say("build")
    release.repo.tag("v1.1")
    said = release.prove("v1.1", "--json")

    assert said.exit == Exit.BLOCKED
    assert said.document["remedy"] == {"run": ["tagship", "-C", str(release.repo.path), "build", "v1.1"]}
    assert TAG in str(said.document["message"])
