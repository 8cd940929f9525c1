"""The plans: near before far, and each as it is told."""

from pathlib import Path

import pytest

from ship.scene import TAG
from tagship.domain.endpoints import Endpoints
from tagship.domain.plan import Effect, Plan, PlanOrderError
from tagship.rehearsal.sample import make_sample
from tagship.workflow import plans
from tagship.workflow.execute import Execution
from tagship.workflow.stages import Stages
from tagship.workflow.steps.prove import Patience
from tagship.workflow.workplace import Wishes, Workplace


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
        assert names(plans.prove(stages)) == ["prove"]
        assert names(plans.ship(stages)) == ["gate", "credential", "build", "validate", "upload", "prove"]


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
