"""A plan is carried out by looking, doing and looking again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from tagship.domain.plan import Done, Effect, Plan, Preview, StageResult, State, Step, Stopped, Todo
from tagship.errors import Conflict, FactUnknown, Incomplete, Interrupted
from tagship.workflow.execute import Execution, preview


@dataclass
class World:
    """What the steps write to, and what was told of it."""

    done: set[str] = field(default_factory=set)
    told: list[str] = field(default_factory=list)
    applied: list[str] = field(default_factory=list)

    def stage_started(self, name: str, does: str) -> None:
        assert does
        self.told.append(f"{name}?")

    def stage_put_off(self, name: str) -> None:
        self.told.append(f"{name}...")

    def stage_finished(self, result: StageResult) -> None:
        self.told.append(f"{name_of(result)}")


def name_of(result: StageResult) -> str:
    return f"{result.name} {result.outcome}" + (f": {result.evidence}" if result.evidence else "")


@dataclass
class Thing:
    """A step; `stops` says whether it can be done as things stand, `forgets` that what it does never shows."""

    world: World
    name: str
    effect: Effect = Effect.LOCAL
    stops: Callable[[World], Exception | None] = lambda _: None
    apply_raises: BaseException | None = None
    forgets: bool = False
    done_when: Callable[[World], bool] | None = None

    def describe(self) -> str:
        return f"do {self.name}"

    def probe(self) -> State:
        error = self.stops(self.world)
        if isinstance(error, FactUnknown):
            raise error
        if isinstance(error, Conflict):
            return Stopped(error)
        if self.done_when is not None and self.done_when(self.world):
            return Done("seen")
        return Done("seen") if self.name in self.world.done else Todo("missing")

    def apply(self) -> None:
        self.world.applied.append(self.name)
        if self.apply_raises is not None:
            raise self.apply_raises
        if not self.forgets:
            self.world.done.add(self.name)


def plan_of(*things: Thing) -> Plan:
    """A plan; name and effect are the class's in the protocol, and each thing's own here."""
    return Plan(cast("tuple[Step, ...]", things))


def refuse(_: Sequence[Preview]) -> bool:
    return False


def run(world: World, *steps: Thing, confirm: Callable[[Sequence[Preview]], bool] = lambda _: True) -> Execution:
    execution = Execution(world, clock=lambda: 0.0)
    execution.run(plan_of(*steps), confirm)
    return execution


def test_what_is_left_is_done_in_order() -> None:
    world = World(done={"build"})
    execution = run(
        world, Thing(world, "build"), Thing(world, "draft", Effect.SHARED), Thing(world, "upload", Effect.FOREVER)
    )

    assert world.applied == ["draft", "upload"]
    assert world.told == ["build done: seen", "draft?", "draft done: seen", "upload?", "upload done: seen"]
    assert [result.name for result in execution.results] == ["build", "draft", "upload"]


def test_lines_come_in_the_order_of_the_plan() -> None:
    """Also the line of what was done before, when something before it had still to be done."""
    world = World(done={"draft"})
    run(world, Thing(world, "build"), Thing(world, "draft", Effect.SHARED), Thing(world, "upload", Effect.FOREVER))

    assert [line for line in world.told if " " in line] == ["build done: seen", "draft done: seen", "upload done: seen"]


def test_without_anything_near_to_do_nothing_is_looked_at_twice() -> None:
    looks: list[str] = []

    def look(world: World) -> None:
        looks.append(",".join(sorted(world.done)))

    world = World(done={"build", "upload"})
    run(
        world,
        Thing(world, "build"),
        Thing(world, "draft", Effect.SHARED),
        Thing(world, "upload", Effect.FOREVER, stops=look),
    )

    assert looks == ["build,upload"]
    assert world.told[-1] == "upload done: seen"


def test_a_stage_that_reads_is_told_when_it_begins() -> None:
    world = World(done={"gate"})
    run(world, Thing(world, "gate", Effect.NONE), Thing(world, "build"), Thing(world, "prove", Effect.NONE))

    assert world.told == [
        "gate?",
        "gate done: seen",
        "prove?",
        "prove...",
        "build?",
        "build done: seen",
        "prove?",
        "prove done: seen",
    ]


def test_a_conflict_in_the_last_step_stops_the_first() -> None:
    world = World()
    with pytest.raises(Conflict, match="taken"):
        run(
            world,
            Thing(world, "build"),
            Thing(world, "upload", Effect.FOREVER, stops=lambda _: Conflict("taken")),
        )

    assert world.applied == []
    assert world.told == ["upload stopped: taken"]


def test_a_step_that_cannot_be_looked_at_stops_everything() -> None:
    world = World()
    with pytest.raises(FactUnknown, match="no answer"):
        run(world, Thing(world, "build"), Thing(world, "upload", stops=lambda _: FactUnknown("no answer")))

    assert world.applied == []


def test_a_conflict_that_building_brings_to_light_stops_before_anything_leaves() -> None:
    world = World()

    def clash(world: World) -> Conflict | None:
        return Conflict("other bytes") if "build" in world.done else None

    with pytest.raises(Conflict, match="other bytes"):
        run(
            world,
            Thing(world, "build"),
            Thing(world, "draft", Effect.SHARED),
            Thing(world, "upload", Effect.FOREVER, stops=clash),
        )

    assert world.applied == ["build"]


def test_what_building_turns_out_to_have_done_is_not_done_again() -> None:
    world = World()
    run(
        world,
        Thing(world, "build"),
        Thing(world, "upload", Effect.FOREVER, done_when=lambda world: "build" in world.done),
    )

    assert world.applied == ["build"]
    assert world.told[-1] == "upload done: seen"


def test_consent_is_asked_for_once_with_everything_in_sight() -> None:
    world = World()
    asked: list[Sequence[Preview]] = []

    def confirm(previews: Sequence[Preview]) -> bool:
        asked.append(previews)
        assert world.applied == []
        return True

    run(
        world,
        Thing(world, "build"),
        Thing(world, "upload", Effect.FOREVER),
        Thing(world, "release", Effect.FOREVER),
        confirm=confirm,
    )

    assert [[each.name for each in previews] for previews in asked] == [["build", "upload", "release"]]


def test_no_consent_is_no_deed() -> None:
    world = World()
    with pytest.raises(Interrupted):
        run(world, Thing(world, "build"), Thing(world, "upload", Effect.FOREVER), confirm=refuse)

    assert world.applied == []


@pytest.mark.parametrize("done", [{"upload"}, {"build", "draft", "upload"}])
def test_no_consent_is_needed_for_what_can_be_taken_back(done: set[str]) -> None:
    world = World(done)
    run(
        world,
        Thing(world, "build"),
        Thing(world, "draft", Effect.SHARED),
        Thing(world, "upload", Effect.FOREVER),
        confirm=refuse,
    )

    assert world.done == {"build", "draft", "upload"}


def test_consent_is_asked_for_when_the_need_for_it_shows_late() -> None:
    world = World()
    with pytest.raises(Interrupted):
        run(
            world,
            Thing(world, "build"),
            Thing(world, "upload", Effect.FOREVER, done_when=lambda world: "build" not in world.done),
            confirm=refuse,
        )

    assert world.applied == ["build"]


def test_what_was_applied_and_does_not_show_is_incomplete() -> None:
    world = World()
    with pytest.raises(Incomplete) as caught:
        run(world, Thing(world, "build", forgets=True), Thing(world, "draft", Effect.SHARED))

    assert caught.value.remedy is not None
    assert world.applied == ["build"]
    assert world.told[-1].startswith("build stopped")


def test_what_is_stopped_after_it_was_applied_stops_the_plan() -> None:
    world = World()

    def gone(world: World) -> Conflict | None:
        return Conflict("replaced") if "build" in world.done else None

    with pytest.raises(Conflict, match="replaced"):
        run(world, Thing(world, "build", stops=gone), Thing(world, "draft", Effect.SHARED))

    assert world.told[-1] == "build stopped: replaced"


@pytest.mark.parametrize("raised", [Incomplete("too slow"), KeyboardInterrupt("asked to end"), ValueError("a bug")])
def test_what_ends_a_stage_ends_the_plan(raised: BaseException) -> None:
    world = World()
    with pytest.raises(type(raised)):
        run(world, Thing(world, "build", apply_raises=raised), Thing(world, "draft", Effect.SHARED))

    assert world.applied == ["build"]
    assert world.told[-1] == f"build stopped: {raised}"


def test_a_preview_shows_every_state_and_does_nothing() -> None:
    world = World(done={"a"})
    shown = preview(
        plan_of(
            Thing(world, "a"),
            Thing(world, "b"),
            Thing(world, "c", stops=lambda _: Conflict("no")),
            Thing(world, "d", stops=lambda _: FactUnknown("no answer")),
        )
    )

    assert [type(each.state) for each in shown] == [Done, Todo, Stopped, Stopped]
    assert world.applied == []
    assert world.told == []
