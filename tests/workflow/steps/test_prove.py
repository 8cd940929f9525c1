"""Nothing less is called success: our bytes are served, they install, they import."""

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tagship.domain.artifact import Manifest
from tagship.domain.endpoints import TWO_WEEKS
from tagship.domain.facts import Installed
from tagship.domain.plan import Done, Stopped, Todo
from tagship.errors import Conflict, FactUnknown, Incomplete, NotThere, ProofFailed, TagshipError
from tagship.workflow.files.receipts import receipt_path
from tagship.workflow.steps.prove import LONGEST_WAIT, Circumstances, Patience, Prove
from workflow.steps.ports import CONTENT, MANIFEST, MemoryIndex, Told, digest, put_down

WHEEL, SDIST = CONTENT


class Room:
    """The port `CleanRoom`: answers in turn, the last one for ever."""

    def __init__(self, *answers: Installed | TagshipError) -> None:
        self._answers = list(answers) or [Installed("1", ("a",), "3.13.0")]
        self.lacking: TagshipError | None = None

    def ready(self, requires_python: str | None) -> None:
        assert requires_python == ">=3.9"
        if self.lacking is not None:
            raise self.lacking

    def install(self, project: str, version: str, *, requires_python: str | None) -> Installed:
        assert (project, version, requires_python) == ("a", "1", ">=3.9")
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, TagshipError):
            raise answer
        return answer


class Time:
    """A clock that only the pauses move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def patience(self, seconds: float) -> Patience:
        return Patience(seconds, self.pause, lambda: self.now)


@dataclasses.dataclass
class Proving:
    """A step and all that it touches."""

    index: MemoryIndex
    dist: Path
    room: Room = dataclasses.field(default_factory=Room)
    time: Time = dataclasses.field(default_factory=Time)
    told: Told = dataclasses.field(default_factory=Told)
    seconds: float = 600.0
    notes: str | None = "the notes"
    manifest: Callable[[], Manifest | None] = lambda: MANIFEST

    def step(self) -> Prove:
        return Prove(
            lambda: self.index,
            self.room,
            Circumstances(
                index_name="an index",
                manifest=self.manifest,
                requires_python=lambda: ">=3.9",
                notes=lambda: self.notes,
                waived={},
                results=[],
                takes_files_for=TWO_WEEKS,
            ),
            dist=self.dist,
            onlooker=self.told,
            patience=self.time.patience(self.seconds),
        )


@pytest.fixture
def proving(tmp_path: Path) -> Proving:
    return Proving(MemoryIndex(dict(CONTENT)), put_down(tmp_path / "dist"))


@pytest.mark.parametrize("notes", ["the notes", None])
def test_a_proof_leaves_a_receipt(proving: Proving, notes: str | None) -> None:
    proving.notes = notes
    step = proving.step()
    before = step.probe()
    with pytest.raises(NotThere):
        step.proved()
    step.apply()
    written = json.loads(receipt_path(proving.dist).read_text(encoding="utf-8"))

    assert isinstance(before, Todo)
    assert isinstance(step.probe(), Done)
    assert step.proved().proof.installed == "1"
    assert {file["filename"]: file["sha256"] for file in written["files"]} == {
        name: digest(content) for name, content in CONTENT.items()
    }
    assert written["notes_sha256"] == (None if notes is None else digest(notes.encode()))
    assert proving.time.pauses == []
    assert set(proving.told.transfers) == set(CONTENT)
    assert "an index" in step.describe()


def test_what_is_not_listed_yet_is_waited_for_longer_and_longer(proving: Proving) -> None:
    proving.index.hidden = {SDIST}
    looks = iter(range(100))

    def appear(index: MemoryIndex) -> None:
        if next(looks) == 10:
            index.hidden.clear()

    proving.index.on_page = appear
    proving.step().apply()
    pauses = proving.time.pauses

    assert pauses == sorted(pauses)
    assert pauses[:3] == [0.25, 0.5, 1.0]
    assert max(pauses) == LONGEST_WAIT
    assert all(SDIST in note and WHEEL not in note for note in proving.told.notes)


def test_patience_ends(proving: Proving) -> None:
    proving.index.hidden = {SDIST}
    proving.seconds = 10.0
    with pytest.raises(Incomplete, match="after 10 s") as caught:
        proving.step().apply()

    assert sum(proving.time.pauses) <= 10
    assert caught.value.remedy is not None
    assert not receipt_path(proving.dist).exists()


def test_an_installer_that_does_not_see_it_yet_is_waited_for(proving: Proving) -> None:
    late = Incomplete("not listed for installers yet")
    proving.room = Room(late, late, Installed("1", ("a",), "3.13.0"))
    proving.step().apply()

    assert proving.time.pauses == [0.25, 0.5]


def test_an_installer_that_never_sees_it_is_incomplete(proving: Proving) -> None:
    proving.room = Room(Incomplete("not listed for installers yet"))
    proving.seconds = 3.0
    with pytest.raises(Incomplete, match="for installers"):
        proving.step().apply()


@pytest.mark.parametrize("error", [ProofFailed("does not import"), FactUnknown("no Python")])
def test_what_does_not_install_is_not_proved(proving: Proving, error: TagshipError) -> None:
    proving.room = Room(error)
    step = proving.step()
    with pytest.raises(type(error)):
        step.apply()

    assert isinstance(step.probe(), Todo)
    assert not receipt_path(proving.dist).exists()


def test_other_bytes_under_our_digest_are_a_conflict(proving: Proving) -> None:
    proving.index.digests = lambda _: digest(CONTENT[WHEEL])
    proving.index.content = {WHEEL: b"other bytes"}
    proving.manifest = lambda: dataclasses.replace(MANIFEST, files=MANIFEST.files[:1])
    with pytest.raises(Conflict, match="sends other bytes"):
        proving.step().apply()


def test_other_digests_are_a_conflict_at_once(proving: Proving) -> None:
    proving.index.content[WHEEL] = b"other bytes"
    step = proving.step()
    state = step.probe()
    with pytest.raises(Conflict):
        step.apply()

    assert isinstance(state, Stopped)
    assert proving.time.pauses == []


def test_an_index_that_gives_no_answer_stops_it(proving: Proving) -> None:
    proving.index.error = FactUnknown("no answer")
    state = proving.step().probe()

    assert isinstance(state, Stopped)
    assert isinstance(state.error, FactUnknown)


def test_before_anything_is_built_there_is_nothing_to_prove(proving: Proving) -> None:
    proving.manifest = lambda: None
    step = proving.step()

    assert step.probe() == Todo()
    with pytest.raises(FactUnknown):
        step.apply()


def test_a_file_of_the_version_that_is_not_ours_is_a_conflict(proving: Proving) -> None:
    proving.index.content["a-1-cp313-cp313-win32.whl"] = b"by hand"
    step = proving.step()
    state = step.probe()
    with pytest.raises(Conflict, match="not of this build"):
        step.apply()

    assert isinstance(state, Stopped)
    assert not receipt_path(proving.dist).exists()


@pytest.mark.parametrize(("imported", "words"), [(("a",), "imported"), ((), "nothing imported")])
def test_an_import_is_claimed_where_there_was_one(proving: Proving, imported: tuple[str, ...], words: str) -> None:
    proving.room = Room(Installed("1", imported, "3.13.0"))
    step = proving.step()
    step.apply()

    assert step.probe() == Done(f"2 files served with our sha256, installed, {words}")


@pytest.mark.parametrize("manifest", [MANIFEST, None])
def test_no_interpreter_stops_it_before_anything_is_sent(proving: Proving, manifest: Manifest | None) -> None:
    proving.manifest = lambda: manifest
    proving.room.lacking = FactUnknown("no Python >=3.9 is here")

    assert proving.step().probe() == Stopped(proving.room.lacking)


@pytest.mark.parametrize(("yanked", "told"), [(False, []), ("", ["is yanked"]), ("broken", ["an index: broken"])])
def test_yanked_files_are_told(proving: Proving, yanked: bool | str, told: list[str]) -> None:  # noqa: FBT001 -- the field's values
    proving.index.yanked = yanked
    proving.step().apply()

    assert len(proving.told.notes) == 2 * len(told)
    assert all(words in note for words in told for note in proving.told.notes)


def test_a_release_that_is_up_in_part_is_told_with_its_last_day(proving: Proving) -> None:
    there_for_a_day = datetime.now(UTC) - timedelta(days=1)
    proving.index.hidden, proving.index.uploaded_at, proving.seconds = {SDIST}, there_for_a_day, 1
    with pytest.raises(Incomplete) as caught:
        proving.step().apply()

    until = (there_for_a_day + TWO_WEEKS).date()
    told = f"after 1 s; 1 of 2 files are up; the index takes more until {until} (13 days left)"
    assert caught.value.message == f"an index does not serve {SDIST} yet, {told}"
