"""A release whose stages are jobs of their own, up to the host's release, which comes last and holds the proof."""

import json

import pytest

from ship.scene import TAG, Scene
from tagship.errors import Exit
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.steps.release import MANIFEST_ASSET, RECEIPT_ASSET


@pytest.fixture
def proved(world: Scene) -> Scene:
    """Built, published and proved, one after the other."""
    for command in ("build", "publish", "prove"):
        assert world.run(command).exit == Exit.READY
    return world


def test_what_was_proved_is_announced_with_its_files(proved: Scene) -> None:
    before = list(proved.host.releases)
    plan = proved.run("announce", plan=True, format="json")
    said = proved.run("announce")
    (release,) = proved.host.releases

    assert before == []
    assert [(step["name"], step["state"]) for step in json.loads(plan.stdout)["steps"]] == [
        ("proof", "done"),
        ("draft", "todo"),
        ("release", "todo"),
    ]
    assert said.exit == Exit.READY, said.stderr
    assert (release.tag, release.draft) == (TAG, False)
    assert [asset.name for asset in release.assets] == [MANIFEST_ASSET, RECEIPT_ASSET]
    assert release.assets[1].content == receipt_path(proved.dist).read_bytes()
    proved.check_released()


def test_announcing_again_announces_nothing(proved: Scene) -> None:
    proved.run("announce")
    sent = len(proved.host.log)
    again = proved.run("announce")

    assert again.exit == Exit.READY
    assert {each.method for each in proved.host.log[sent:]} == {"GET"}
    assert "nothing left to do" in again.stdout


def test_what_was_cut_short_is_gone_on_with(proved: Scene) -> None:
    proved.host.fail_next("POST", "*/assets*", spare=1)
    cut = proved.run("announce")
    (release,) = proved.host.releases
    was_draft, held = release.draft, len(release.assets)
    said = proved.run("announce")

    assert cut.exit == Exit.INCOMPLETE
    assert (was_draft, held) == (True, 1)
    assert said.exit == Exit.READY
    proved.check_released()


def test_what_was_not_proved_is_not_announced(world: Scene) -> None:
    world.run("build")
    world.run("publish")
    said = world.run("announce", format="json")

    assert said.exit == Exit.BLOCKED
    assert json.loads(said.stdout)["remedy"] == {"run": ["tagship", "prove", TAG]}
    assert list(world.host.releases) == []


def test_a_receipt_that_holds_no_more_announces_nothing(proved: Scene) -> None:
    project = proved.index.store.project("sample-ship")
    assert project is not None
    project.releases.clear()
    said = proved.run("announce", format="json")

    assert said.exit == Exit.INCOMPLETE
    assert list(proved.host.releases) == []


def test_a_release_that_ship_drafted_is_made_public(proved: Scene) -> None:
    proved.host.fail_next("PATCH", "*", times=9)
    assert proved.run("ship").exit != Exit.READY
    proved.host.reception.troubles.ordered.clear()
    said = proved.run("announce")

    assert said.exit == Exit.READY
    proved.check_released()
