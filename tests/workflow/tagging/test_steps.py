"""The steps of tagging: what each sees before and after, and that running again goes on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.tagging import TAG, Scene, ready_to_tag, scene_of
from tagship.domain.config import Auth
from tagship.domain.plan import Done, Effect, Stopped, Todo
from tagship.errors import Conflict, FactUnknown, Incomplete, Interrupted, Refused
from tagship.workflow import plans
from tagship.workflow.execute import look
from tagship.workflow.steps.prove import Patience
from tagship.workflow.tagging.making import message_of
from tagship.workflow.tagging.place import TaggingPlace
from tagship.workflow.tagging.steps import Tagging
from tagship.workflow.tagging.watching import NoRun
from tagship.workflow.workplace import Wishes

pytestmark = pytest.mark.slow


class Listener:
    """An onlooker who remembers what was worth a line."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def stage_started(self, name: str, does: str) -> None: ...

    def stage_put_off(self, name: str) -> None: ...

    def stage_finished(self, result: object) -> None: ...

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with scene_of(ready_to_tag(tmp_path / "handmade")) as made:
        yield made


@pytest.fixture
def place(scene: Scene) -> Iterator[TaggingPlace]:
    with scene.place() as made:
        yield made


def steps_at(place: TaggingPlace, *, seconds: float = 0.0, wait: bool = True) -> Tagging:
    return Tagging(place, Listener(), patience=Patience(seconds, pause=place.wishes.pause), wait=wait)


def test_from_near_to_far(place: TaggingPlace) -> None:
    plan = plans.tag(steps_at(place))

    assert [(step.name, step.effect) for step in plan] == [
        ("tip", Effect.NONE),
        ("gate", Effect.NONE),
        ("credential", Effect.NONE),
        ("tag", Effect.LOCAL),
        ("push", Effect.SHARED),
        ("run", Effect.NONE),
    ]
    assert [step.name for step in plans.tag(steps_at(place, wait=False))][-1] == "push"


def test_each_step_sees_what_it_did(scene: Scene, place: TaggingPlace) -> None:
    scene.begin()
    steps = steps_at(place)
    assert isinstance(look(steps.tip), Done)
    for step in (steps.make, steps.push):
        assert isinstance(look(step), Todo)
        step.apply()
        assert isinstance(look(step), Done)
    (run,) = steps.run

    assert isinstance(look(run), Done)


def test_nobody_looks_for_a_run_of_what_is_not_out(scene: Scene, place: TaggingPlace) -> None:
    (run,) = steps_at(place).run
    asked = len(scene.host.log)

    assert look(run) == Todo()
    assert len(scene.host.log) == asked


def test_what_was_made_is_undone_and_what_was_there_is_not(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    steps.make.apply()
    assert "removed again" in steps.make.undo()
    assert scene.tags_here == []
    assert steps.make.undo() == ""

    scene.repo.tag(TAG)
    assert steps_at(place).make.undo() == ""
    assert scene.tags_here == [TAG]


def test_what_was_made_and_then_replaced_is_not_ours(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    steps.make.apply()
    scene.repo.tag(TAG, force=True)

    assert steps.make.undo() == f"{TAG} stays here"
    assert scene.tags_here == [TAG]


def test_a_tag_that_comes_to_stand_elsewhere(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    assert isinstance(look(steps.tip), Done)
    scene.repo.tag(TAG, scene.repo.commit())
    state = look(steps.make)

    assert isinstance(state, Stopped)
    assert isinstance(state.error, Conflict)


def test_the_aftermath_of_each_error(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    unknown, conflict, refused = FactUnknown("no answer"), Conflict("another"), Refused("no")
    assert [steps.aftermath(each) for each in (unknown, conflict, refused)] == [unknown, conflict, refused]

    steps.make.apply()
    kept = steps.aftermath(unknown)
    assert isinstance(kept, Incomplete)
    assert scene.tags_here == [TAG]
    assert "removed again" in steps.aftermath(conflict).message
    assert scene.tags_here == []


def test_a_refused_push_leaves_nothing(scene: Scene, place: TaggingPlace) -> None:
    scene.hook("pre-push", "echo no; exit 1")
    steps = steps_at(place)
    steps.make.apply()

    with pytest.raises(Refused, match="removed again"):
        steps.push.apply()
    assert scene.tags_here == []
    assert not steps.push.pushed


def test_a_refused_push_of_a_tag_that_was_there_leaves_it(scene: Scene, place: TaggingPlace) -> None:
    scene.repo.tag(TAG)
    scene.hook("pre-push", "exit 1")

    with pytest.raises(Refused) as refused:
        steps_at(place).push.apply()
    assert "removed" not in refused.value.message
    assert scene.tags_here == [TAG]


def test_a_push_that_broke_off_after_it_arrived_is_done(scene: Scene, place: TaggingPlace) -> None:
    """The remote took the tag and could not say so any more."""
    scene.hook("post-receive", "kill -9 $PPID", remote=True)
    steps = steps_at(place)
    steps.make.apply()
    steps.push.apply()

    assert isinstance(look(steps.push), Done)


def test_ctrl_c_while_it_is_pushed(scene: Scene, place: TaggingPlace) -> None:
    scene.hook("pre-push", f"kill -INT {os.getpid()}; sleep 30")
    steps = steps_at(place)
    steps.make.apply()

    with pytest.raises(Interrupted, match="whether it arrived"):
        steps.push.apply()
    assert scene.tags_here == [TAG]


def test_the_causes_stand_in_the_error(scene: Scene, place: TaggingPlace) -> None:
    scene.host.actions.administered = False
    steps = steps_at(place)
    steps.make.apply()
    steps.push.apply()
    (run,) = steps.run

    with pytest.raises(NoRun) as none:
        run.apply()
    (cause,) = none.value.causes
    assert "cannot be asked" in cause.what
    assert none.value.message.splitlines()[1].startswith("1. whether Actions are enabled")


def test_a_host_that_gives_no_answer_leaves_it_open(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    steps.make.apply()
    steps.push.apply()
    assert place.host() is not None
    scene.host.fail_next("GET", "*", 401, times=99)
    (run,) = steps.run

    for ask in (run.probe, run.apply):
        with pytest.raises(FactUnknown, match=f"{TAG} is out, and whether its run has begun is not known"):
            ask()


def test_a_remote_that_is_gone_after_the_push_leaves_word_of_it(scene: Scene, place: TaggingPlace) -> None:
    steps = steps_at(place)
    steps.make.apply()
    steps.push.apply()
    scene.repo.remote.rename(scene.repo.remote.with_name("gone.git"))

    with pytest.raises(FactUnknown, match=f"{TAG} was pushed, and is not seen there yet"):
        steps.push.probe()


def test_where_nothing_should_start_whatever_began_counts(scene: Scene) -> None:
    """A workflow that starts on every push starts on a tag as well."""
    scene.repo.commit({".github/workflows/release.yml": "on: push\n"})
    scene.repo.push("main")
    scene.begin(path=".github/workflows/everything.yml")
    with scene.place() as place:
        steps = steps_at(place)
        steps.make.apply()
        steps.push.apply()
        (run,) = steps.run
        state = look(run)

        assert isinstance(state, Done)
        assert state.evidence.startswith("everything runs: ")


def test_a_main_that_the_remote_has_not(scene: Scene) -> None:
    scene.repo.commit({"tagship.toml": 'branch = "trunk"\n'})
    scene.repo.push("main")
    with scene.place() as place:
        state = look(steps_at(place).tip)

    assert isinstance(state, Stopped)
    assert isinstance(state.error, FactUnknown)
    assert "has no branch trunk" in state.error.message


def test_a_host_that_does_not_say_is_not_waited_for(scene: Scene, place: TaggingPlace) -> None:
    place.host()
    scene.host.fail_next("GET", "*", 401, times=99)

    assert isinstance(look(steps_at(place, seconds=1.0).gate), Stopped)
    assert scene.waited == []


def test_a_project_that_keeps_no_changelog_has_no_notes(scene: Scene) -> None:
    scene.repo.git("rm", "--quiet", "CHANGELOG.md")
    scene.repo.commit()
    with scene.place() as place:
        assert steps_at(place).notes() is None


def test_a_credential_that_only_the_job_gets_is_not_looked_for_here(scene: Scene) -> None:
    wishes = Wishes(index=scene.index.endpoints, auth=Auth.TRUSTED, host_name="none")
    with TaggingPlace(scene.repo.path, environ={}, wishes=wishes) as place:
        state = look(steps_at(place).credential)

    assert isinstance(state, Done)
    assert "the job of the release workflow alone" in state.evidence


def test_the_message_of_a_project_without_notes() -> None:
    assert message_of("handmade", "1.0", None) == b"handmade 1.0\n"
    assert message_of("handmade", "1.0", "notes") == b"handmade 1.0\n\nnotes\n"
    assert message_of("handmade", "1.0", "caf\udce9") == b"handmade 1.0\n\ncaf\xe9\n"
