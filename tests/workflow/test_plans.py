"""The plans: near before far, and each as it is told."""

from pathlib import Path

import pytest

from servers.handmade import make_sdist, make_wheel
from ship.scene import TAG
from tagship.adapters.manifests import artifact_of, write_manifest
from tagship.checks import ARTIFACTS
from tagship.domain.artifact import Manifest
from tagship.domain.config import Auth
from tagship.domain.endpoints import Endpoints
from tagship.domain.plan import Done, Effect, Plan, PlanOrderError, Stopped
from tagship.errors import UsageError
from tagship.rehearsal.sample import make_sample
from tagship.workflow import plans
from tagship.workflow.execute import Execution
from tagship.workflow.stages import Stages
from tagship.workflow.steps.prove import Patience
from tagship.workflow.workplace import Wishes, Workplace
from workflow.steps.ports import MemoryHost


class Silent:
    """An onlooker who says nothing."""

    def stage_started(self, name: str, does: str) -> None: ...

    def stage_put_off(self, name: str) -> None: ...

    def stage_finished(self, result: object) -> None: ...

    def transfer(self, label: str, done: int, total: int) -> None: ...

    def note(self, text: str) -> None: ...


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sample(tmp_path_factory.mktemp("plans") / "sample")


NOWHERE = Endpoints("nowhere", "http://127.0.0.1:9/simple/", "http://127.0.0.1:9/legacy/")


def stages_at(template: Path, wishes: Wishes, tag: str = TAG) -> tuple[Workplace, Stages]:
    place = Workplace(template, tag=tag, environ={}, wishes=wishes)
    onlooker = Silent()
    return place, Stages(place, Execution(onlooker), onlooker, patience=Patience())


def names(plan: Plan) -> list[str]:
    return [step.name for step in plan]


def test_each_plan_from_near_to_far(template: Path) -> None:
    place, stages = stages_at(template, Wishes(index=NOWHERE, host_name="none"))
    with place:
        assert names(plans.build(stages)) == ["build"]
        assert names(plans.publish(stages)) == ["credential", "validate", "upload"]
        assert names(plans.build_sdist(stages)) == ["build"]
        assert names(plans.prove(stages)) == ["prove"]
        assert names(plans.announce(stages)) == ["proof"]
        assert names(plans.ship(stages)) == ["gate", "credential", "build", "validate", "upload", "prove"]


def test_wheels_are_collected_from_where_somebody_says(template: Path, tmp_path: Path) -> None:
    onlooker = Silent()
    with Workplace(template, tag=TAG, environ={}, wishes=Wishes(index=NOWHERE)) as place:
        stages = Stages(place, Execution(onlooker), onlooker, patience=Patience(), wheels=tmp_path)
        nowhere = Stages(place, Execution(onlooker), onlooker, patience=Patience())

        assert names(plans.collect(stages)) == ["collect"]
        with pytest.raises(UsageError, match="collected from a directory"):
            plans.collect(nowhere)


def test_a_release_is_announced_after_the_proof(template: Path) -> None:
    wishes = Wishes(index=NOWHERE, host_name="github", host=MemoryHost)
    place, stages = stages_at(template, wishes)
    with place:
        assert names(plans.announce(stages)) == ["proof", "draft", "release"]


def test_where_no_repository_is_the_manifest_is_all_there_is(tmp_path: Path) -> None:
    """No step that publishes asks git anything: there is none to ask."""
    dist = tmp_path / "dist"
    dist.mkdir()
    artifacts = tuple(map(artifact_of, (make_sdist(dist), make_wheel(dist))))
    write_manifest(dist, Manifest("handmade", "1.0", "v1.0", "a" * 40, 7, {}, artifacts))
    wishes = Wishes(index=NOWHERE, auth=Auth.TOKEN, project="handmade")
    place, stages = stages_at(tmp_path, wishes, "v1.0")
    with place:
        credential, validate, upload = plans.publish(stages)

        assert validate.probe() == Done(
            f"ready: 2 passed, {len(ARTIFACTS) - 2} skipped; what they hold is left to tagship validate, which has the"
            " project and its commit at hand"
        )
        assert isinstance(upload.probe(), Stopped)
        assert isinstance(credential.probe(), Stopped)


def test_another_order_cannot_be_made(template: Path) -> None:
    place, stages = stages_at(template, Wishes(index=NOWHERE, host_name="none"))
    with place, pytest.raises(PlanOrderError):
        Plan((stages.upload, stages.build))


def test_only_what_talks_to_the_host_needs_one(template: Path) -> None:
    """A build asks nobody, so that it works where nobody may be asked."""
    wishes = Wishes(index=NOWHERE, host_name="github", offline=True)
    place, stages = stages_at(template, wishes)
    with place:
        assert all(step.effect is Effect.LOCAL for step in plans.build(stages))
        with pytest.raises(Exception, match="--offline"):
            plans.ship(stages)
