"""How long the gate waits for what the code host still checks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.tagging import Scene, ready_to_tag, scene_of
from tagship.domain.finding import Outcome, Readiness
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.causes import Circumstances
from tagship.workflow.tagging.gating import FIRST_WAIT, GateAhead
from tagship.workflow.tagging.place import TaggingPlace

pytestmark = pytest.mark.slow


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(ready_to_tag(tmp_path / "handmade")) as made:
        yield made


def gate_of(place: TaggingPlace, notes: list[str]) -> GateAhead:
    def not_asked() -> Circumstances:
        raise AssertionError("nobody asks why no run begins for a tag that is not made")

    return GateAhead(place, not_asked, notes.append, Patience(10.0, pause=place.wishes.pause))


def test_once_a_check_is_red_the_others_are_waited_for_no_more(scene: Scene) -> None:
    scene.host.check_runs[scene.head] = {"ci-ok": None, "windows": None}

    def turn_red(_: float) -> None:
        scene.host.check_runs[scene.head] = {"ci-ok": "failure", "windows": None}

    scene.pause = turn_red
    notes: list[str] = []
    with scene.place() as place:
        report = gate_of(place, notes).examine()

    (green,) = (verdict for verdict in report.verdicts if verdict.id == "commit-is-green")
    assert scene.waited == [FIRST_WAIT]
    assert notes == ["waiting for the code host: ci-ok, windows"]
    assert report.readiness is Readiness.BLOCKED
    assert green.outcome is Outcome.FAILED
    assert [finding.message.partition(" on ")[0] for finding in green.findings] == ["ci-ok failed"]
