"""What the settings do, once they are set: who is let through, and who is not."""

from collections.abc import Callable

import pytest

from hosting.scene import Scene
from tagship.errors import Exit
from tagship.rehearsal.host.rulings import PushRefused


@pytest.fixture
def protected(sole: Scene) -> Scene:
    assert sole.doctor("--apply", "--yes").exit == Exit.READY
    return sole


def work(scene: Scene, branch: str) -> str:
    """A commit on a branch that the host has."""
    scene.repo.branch(branch)
    commit = scene.repo.commit({f"{branch}.txt": "more\n"}, "Work")
    scene.host.push(branch, branch, source=scene.repo.path)
    return commit


def test_pain_39_a_sole_maintainer_is_not_locked_out(protected: Scene) -> None:
    """Nobody else is there to approve: the check alone lets the work in."""
    commit = work(protected, "feature")
    pull = protected.host.open_pull("feature")
    with pytest.raises(PushRefused, match="required_status_checks"):
        protected.host.merge(pull)
    protected.host.check_runs[commit] = {"ready": "success"}

    assert protected.host.merge(pull, how="squash")


def test_pain_18_nobody_pushes_to_main(protected: Scene) -> None:
    """Neither the one who administers it, nor a bot, nor by force, nor in the browser."""
    first = protected.repo.commit({"first.txt": "1\n"}, "First")
    work(protected, "direct")
    for actor in ("stand-in", "github-actions[bot]"):
        with pytest.raises(PushRefused, match="pull_request"):
            protected.host.push("main", "direct", actor=actor)
        with pytest.raises(PushRefused):
            protected.host.push("main", first, actor=actor, force=True)
    with pytest.raises(PushRefused):
        protected.host.edit("a.txt", b"a")
    with pytest.raises(PushRefused):
        protected.host.delete("main")


def test_who_makes_the_tag_of_a_release(protected: Scene) -> None:
    protected.host.push("refs/tags/v2.0.0", "main")
    for actor in ("github-actions[bot]", "contributor"):
        with pytest.raises(PushRefused, match="creation"):
            protected.host.push("refs/tags/v2.0.1", "main", actor=actor)
    protected.host.push("refs/tags/nightly", "main", actor="contributor")


@pytest.mark.parametrize(
    "touch",
    [
        lambda scene: scene.host.push("refs/tags/v2.0.0", "later", force=True),
        lambda scene: scene.host.delete("refs/tags/v2.0.0"),
    ],
    ids=["moved", "deleted"],
)
def test_a_tag_that_is_out_stays(protected: Scene, touch: Callable[[Scene], object]) -> None:
    protected.host.push("refs/tags/v2.0.0", "main")
    work(protected, "later")

    with pytest.raises(PushRefused):
        touch(protected)


def test_pain_27_the_release_is_frozen_once_it_is_public(protected: Scene) -> None:
    assert protected.host.releases.immutable
